package dialogs

import (
	"strings"

	"bazarbot/market"
)

// numbering is a market that takes the numbers of one country only. Phone reads
// a number in any usual form and gives it in digits, with the country's code.
type numbering interface {
	Phone(text string) (msisdn string, ok bool)
}

// phoneKind is a phone number.
type phoneKind struct {
	buttonless
	numbers numbering // nil: any country's
	market  market.ID // whose numbering it is
	contact bool      // the person may send their own number from Telegram
}

// A number is written out in the way people here do.
const (
	phoneExample = "+996 700 111 000"
	localExample = "0700 111 000"
)

// How many digits a number has: without its country's code at least, and with
// the longest one at most.
const (
	shortestNumber = 9
	longestNumber  = 15
)

func (k phoneKind) prompt(Field, *FormState) Text { return say("ask.phone", "Example", k.example()) }

func (k phoneKind) example() string {
	if k.numbers == nil {
		return phoneExample
	}
	return localExample
}

func (k phoneKind) buttons(v *View, _ Field, _ *FormState) {
	if k.contact {
		v.Contact = say("button.send_number")
	}
}

func (k phoneKind) parse(_ Field, _ *FormState, text string) (market.Value, bool, Text) {
	number, ok := anyNumber(text)
	if k.numbers != nil {
		number, ok = k.numbers.Phone(text)
	}
	if !ok {
		return market.Value{}, false, k.refusal(text)
	}
	return market.TextValue(number), true, Text{}
}

// refusal says what is wrong with a number: it is none, it is too short, or it
// is another country's.
func (k phoneKind) refusal(text string) Text {
	digits := digitsOf(text)
	switch {
	case digits == "" || !onlyNumber(text):
		return say("refuse.phone", "Example", k.example())
	case len(digits) < shortestNumber:
		return say("refuse.phone_short", "Example", k.example())
	case k.numbers != nil:
		return say("refuse.phone_foreign", "Market", marketName(k.market), "Example", k.example())
	}
	return say("refuse.phone", "Example", k.example())
}

func (phoneKind) show(_ Field, v market.Value) Text { return data(phoneText(v.Text)) }

// onlyNumber reports whether a text holds nothing but digits and what stands
// between the digits of a number.
func onlyNumber(text string) bool {
	return strings.Trim(text, "0123456789+-–—‑(). \u00a0\t") == ""
}

// anyNumber reads a number of whatever country: its digits, behind a plus where
// one was written.
func anyNumber(text string) (string, bool) {
	text = strings.TrimSpace(text)
	digits := digitsOf(text)
	if len(digits) < shortestNumber || len(digits) > longestNumber || !onlyNumber(text) {
		return "", false
	}
	if strings.HasPrefix(text, "+") {
		return "+" + digits, true
	}
	return digits, true
}

func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// phoneText writes a number as people read it: "+996 700 111 000". How other
// countries group their digits is theirs to say.
func phoneText(number string) string {
	digits := strings.TrimPrefix(number, "+")
	if len(digits) != 12 {
		return number
	}
	return "+" + digits[:3] + " " + digits[3:6] + " " + digits[6:9] + " " + digits[9:]
}
