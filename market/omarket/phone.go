package omarket

import "strings"

// Phone reads a Kyrgyz phone number in any usual form ("+996 700 111-000",
// "0700111000", "700 11 10 00") and gives it as the market writes it: 996 and
// nine digits. Other countries' numbers, and what is no number, are not ok.
func Phone(text string) (msisdn string, ok bool) {
	text = strings.TrimSpace(text)
	plus := strings.HasPrefix(text, "+")
	var b strings.Builder
	for _, r := range strings.TrimPrefix(text, "+") {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case !strings.ContainsRune("  -–—‑().", r):
			return "", false
		}
	}
	number := b.String()
	switch {
	case strings.HasPrefix(number, "996") && len(number) == 12:
		number = number[3:]
	case !plus && strings.HasPrefix(number, "00996") && len(number) == 14:
		number = number[5:]
	case !plus && strings.HasPrefix(number, "0") && len(number) == 10:
		number = number[1:]
	case !plus && len(number) == 9:
	default:
		return "", false
	}
	if number[0] == '0' || number[0] == '1' {
		return "", false // no code of an operator or a town begins so
	}
	return "996" + number, true
}

// Phone is the function of that name, for callers that know only the client.
func (c *Client) Phone(text string) (msisdn string, ok bool) { return Phone(text) }
