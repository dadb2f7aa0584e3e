package dialogs

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"bazarbot/market"
)

// numberKind is a number, with its unit where the field has units: one answer,
// "9500 €" or "9 500 евро".
type numberKind struct{}

func (numberKind) prompt(f Field, st *FormState) Text {
	switch {
	case st.Number != "" && f.Role == market.RolePrice:
		return say("ask.currency", "Number", groupAmount(st.Number))
	case st.Number != "":
		return say("ask.unit", "Number", groupAmount(st.Number))
	case hasUnit(f) && f.Role == market.RolePrice:
		return say("ask.price", "Example", amount("9500", f.Units[0]))
	case hasUnit(f):
		return say("ask.quantity", "Example", amount("120", f.Units[0]))
	}
	return say("ask.number")
}

func (numberKind) buttons(v *View, f Field, st *FormState) {
	if st.Number == "" {
		return
	}
	var units []Button
	for _, u := range f.Units {
		units = append(units, button(unitName(u), opUnit, u))
	}
	v.row(units...)
}

func (numberKind) press(f Field, st *FormState, op, arg string) (market.Value, bool, Text) {
	if op != opUnit || st.Number == "" || !slices.Contains(f.Units, arg) {
		return market.Value{}, false, Text{}
	}
	return market.NumberValue(st.Number, arg), true, Text{}
}

func (numberKind) parse(f Field, st *FormState, text string) (market.Value, bool, Text) {
	number, rest := cutNumber(text)
	if number == "" {
		return unitAlone(f, st, rest)
	}
	st.Number = "" // one that waited for its unit is not meant any more
	if hasUnit(f) {
		number, rest = writeOut(number, rest)
	}
	number, ok := canonical(number, f.Decimals)
	if !ok {
		return market.Value{}, false, numberRefusal(f)
	}
	if f.Role == market.RolePrice && number == "0" { // no market takes it, and it is no price
		return market.Value{}, false, say("refuse.price")
	}
	if !hasUnit(f) {
		if !isWord(strings.TrimPrefix(rest, "de ")) { // "20 de camere"
			return market.Value{}, false, numberRefusal(f)
		}
		return market.NumberValue(number, ""), true, Text{}
	}
	switch unit := matchUnit(f.Units, rest); {
	case unit != "":
		return market.NumberValue(number, unit), true, Text{}
	case rest != "":
		return market.Value{}, false, say("refuse.unit", "Unit", clip(rest, 20), "Units", unitNames(f.Units))
	case len(f.Units) == 1:
		return market.NumberValue(number, f.Units[0]), true, Text{}
	}
	if unit := st.Answers[f.Key].Unit; slices.Contains(f.Units, unit) { // a new price in the same currency
		return market.NumberValue(number, unit), true, Text{}
	}
	st.Number = number
	return market.Value{}, false, Text{}
}

// unitAlone reads a text without a number: the unit of the one typed before.
func unitAlone(f Field, st *FormState, text string) (market.Value, bool, Text) {
	if st.Number == "" {
		return market.Value{}, false, numberRefusal(f)
	}
	unit := matchUnit(f.Units, text)
	if unit == "" {
		return market.Value{}, false, say("refuse.unit", "Unit", clip(text, 20), "Units", unitNames(f.Units))
	}
	return market.NumberValue(st.Number, unit), true, Text{}
}

func (numberKind) show(_ Field, v market.Value) Text {
	if v.Unit == "" {
		return data(groupDigits(v.Number))
	}
	return amount(v.Number, v.Unit)
}

// hasUnit reports whether an answer has a unit. A quantity whose units the
// market forgot to name is a bare number.
func hasUnit(f Field) bool { return f.Kind == market.KindQuantity && len(f.Units) > 0 }

func numberRefusal(f Field) Text {
	if hasUnit(f) {
		return say("refuse.quantity", "Example", amount("9500", f.Units[0]))
	}
	return say("refuse.number")
}

// numberForm is what stands before a number (a currency sign), the number with
// spaces, points and commas inside, and what follows it.
var numberForm = regexp.MustCompile(`^([^\d\p{L}+-]*)(\d[\d\s.,'\x{a0}\x{202f}]*)(.*)$`)

// cutNumber splits "9 500,50 евро" and "€ 9500" into the number and its unit.
func cutNumber(text string) (number, unit string) {
	m := numberForm.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return "", strings.TrimSpace(text)
	}
	number = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '.' || r == ',' {
			return r
		}
		return -1
	}, m[2])
	unit = strings.TrimSpace(m[3])
	if unit == "" {
		unit = strings.TrimSpace(m[1])
	}
	return strings.TrimRight(number, ".,"), unit
}

// isWord reports whether s is a single word, as in "3 комнаты".
func isWord(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '.' })
}

// multiple is a word written instead of zeros: of thousands, or of millions.
var multiple = regexp.MustCompile(`(?i)^(?:(тыс\.?|тысяч[аи]?|к|k|mii|миң)|(?:млн\.?|миллион\p{L}*|mln\.?|mil\.|mili(?:on|oane)))(?:\s+(.*))?$`)

// writeOut turns "180" and "тыс км" into "180000" and "км".
func writeOut(number, rest string) (digits, unit string) {
	m := multiple.FindStringSubmatch(rest)
	if m == nil {
		return number, rest
	}
	zeros := 6
	if m[1] != "" {
		zeros = 3
	}
	whole, fraction, _ := strings.Cut(strings.ReplaceAll(number, ",", "."), ".")
	if len(fraction) > zeros || strings.Contains(fraction, ".") {
		return number, rest
	}
	return whole + fraction + strings.Repeat("0", zeros-len(fraction)), m[2]
}

// canonical brings a typed number into its one form: digits, and a point with
// at most decimals digits. "9.500" and "9,500" are nine thousand five hundred
// where whole numbers are asked, as people here write them.
func canonical(s string, decimals int) (string, bool) {
	if point, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ','); point > comma && comma >= 0 {
		s = strings.ReplaceAll(s, ",", "") // "9,500.00"
	} else if comma > point && point >= 0 {
		s = strings.ReplaceAll(s, ".", "") // "9.500,00"
	}
	s = strings.ReplaceAll(s, ",", ".")
	whole, fraction, hasPoint := strings.Cut(s, ".")
	if groups := strings.Split(s, "."); len(groups) > 1 && whole != "" && whole != "0" && allThousands(groups[1:]) && (decimals == 0 || len(groups) > 2) {
		whole, fraction, hasPoint = strings.Join(groups, ""), "", false
	}
	if strings.Contains(fraction, ".") {
		return "", false
	}
	fraction = strings.TrimRight(fraction, "0")
	if hasPoint && len(fraction) > decimals {
		return "", false
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	const mostDigits = 15 // every market's number fits 64 bits
	if len(whole) > mostDigits {
		return "", false
	}
	if fraction != "" {
		return whole + "." + fraction, true
	}
	return whole, true
}

func allThousands(groups []string) bool {
	return !slices.ContainsFunc(groups, func(g string) bool { return len(g) != 3 })
}

// groupDigits writes a number as people read it: "35 000", with no-break spaces.
// Four digits stay together, since they may be a year.
func groupDigits(number string) string { return groupFrom(5, number) }

// groupAmount writes a number that has a unit: "9 500".
func groupAmount(number string) string { return groupFrom(4, number) }

// groupFrom sets thousands apart in a number of at least so many digits.
func groupFrom(digits int, number string) string {
	whole, fraction, hasFraction := strings.Cut(number, ".")
	var b strings.Builder
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 && len(whole) >= digits {
			b.WriteRune('\u00a0')
		}
		b.WriteRune(d)
	}
	if hasFraction {
		b.WriteString("," + fraction)
	}
	return b.String()
}

func isVideoLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && strings.Contains(u.Host, ".")
}
