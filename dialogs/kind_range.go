package dialogs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"bazarbot/market"
)

// rangeKind is numbers from one to another, as one answer: "от 2010 до 2015",
// "2010-2015", "до 5000". A single number is a range that begins and ends there.
type rangeKind struct{ buttonless }

func (rangeKind) prompt(Field, *FormState) Text { return say("ask.range") }

func (rangeKind) parse(f Field, _ *FormState, text string) (market.Value, bool, Text) {
	numbers, around := cutRange(squared.ReplaceAllString(text, "м"))
	if len(numbers) == 0 || len(numbers) > 2 || !opensRange(around[0]) || !describesRange(around[1:]) {
		return market.Value{}, false, say("refuse.range")
	}
	ends := make([]string, len(numbers))
	for i, n := range numbers {
		end, ok := canonical(n, f.Decimals)
		if !ok {
			return market.Value{}, false, say("refuse.range")
		}
		ends[i] = end
	}
	if len(ends) == 2 {
		slices.SortFunc(ends, compareNumbers)
		return market.RangeValue(ends[0], ends[1]), true, Text{}
	}
	before, behind := rangeWords(around[0]), rangeWords(around[1])
	switch {
	case hasAny(before, upTo), hasAny(behind, upTo):
		return market.RangeValue("", ends[0]), true, Text{}
	case hasAny(before, from), hasAny(before, above), hasAny(behind, above):
		return market.RangeValue(ends[0], ""), true, Text{}
	}
	return market.RangeValue(ends[0], ends[0]), true, Text{}
}

func (rangeKind) show(_ Field, v market.Value) Text {
	switch {
	case v.From == v.To:
		return data(groupDigits(v.From))
	case v.To == "":
		return say("range.from", "From", groupDigits(v.From))
	case v.From == "":
		return say("range.to", "To", groupDigits(v.To))
	}
	return say("range.between", "From", groupDigits(v.From), "To", groupDigits(v.To))
}

// rangeNumber is a number within a range: with its thousands apart, or as it
// comes. "2010 2015" are two.
var rangeNumber = regexp.MustCompile(`\d{1,3}(?:[ '\x{a0}\x{202f}]\d{3})+\b(?:[.,]\d+)?|\d+(?:[.,]\d+)*`)

// cutRange gives the numbers of a text and what stands before, between and
// behind them: one more than there are numbers.
func cutRange(text string) (numbers, around []string) {
	begin := 0
	for _, at := range rangeNumber.FindAllStringIndex(text, -1) {
		number := strings.Map(func(r rune) rune {
			if strings.ContainsRune(" '\u00a0\u202f", r) {
				return -1
			}
			return r
		}, text[at[0]:at[1]])
		numbers, around = append(numbers, number), append(around, text[begin:at[0]])
		begin = at[1]
	}
	return numbers, append(around, text[begin:])
}

// squared are the units of areas, whose digit is no number of its own.
var squared = regexp.MustCompile(`(?i)\b(кв\.? ?м|mp)\b|[mм][2²3³]`)

// The words by which people give one end of a range. Kyrgyz puts them behind the
// number; in Romanian "de" behind one belongs to its unit.
var (
	upTo = folded(
		"до", "макс", "максимум", "меньше", "менее", "дешевле", "ниже", "<", "≤",
		"până", "pînă", "sub", "maxim", "max", "чейин", "дейин", "көп", "ашпаган",
	)
	above = folded(
		"больше", "более", "дороже", "выше", "свыше", ">", "≥", "+", "-", "peste",
		"дан", "ден", "дон", "дөн", "тан", "тен", "тон", "төн", "баштап", "жогору", "кеминде",
	)
	from    = folded("от", "с", "мин", "минимум", "de", "din", "minim", "min", "аз") // in front only
	between = folded("между", "între", "и", "по", "la", "și", "жана", "эң", "дегенде", "-", ".", "=")
)

// folded are words as they are searched for.
func folded(words ...string) []string {
	for i, w := range words {
		words[i] = fold(w)
	}
	return words
}

// rangeWords are the words and signs of a text. Dashes are one sign, and what
// only ends a word is left out.
func rangeWords(text string) []string {
	spaced := strings.NewReplacer(
		"–", " - ", "—", " - ", "−", " - ", "-", " - ", "…", " . ", "..", " . ", "+", " + ", "=", " = ",
		"<", " < ", ">", " > ", "≤", " ≤ ", "≥", " ≥ ", ",", " ", ":", " ",
	).Replace(text)
	return strings.Fields(fold(spaced))
}

// opensRange reports whether a range can begin so. A minus cannot: nothing that
// is searched is below zero.
func opensRange(text string) bool {
	return !slices.ContainsFunc(rangeWords(text), func(w string) bool {
		return w == "-" || w == "+" || !slices.Contains(rangeSigns, w)
	})
}

// describesRange reports whether a range can go on so: with words, which may be
// units, and the signs of a range.
func describesRange(around []string) bool {
	return !slices.ContainsFunc(rangeWords(strings.Join(around, " ")), func(w string) bool {
		return !isWord(w) && !slices.Contains(rangeSigns, w)
	})
}

// rangeSigns are all words and signs that a range can have.
var rangeSigns = slices.Concat(upTo, above, from, between)

func hasAny(words, of []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(of, w) })
}

// compareNumbers compares canonical decimals.
func compareNumbers(a, b string) int {
	x, _ := strconv.ParseFloat(a, 64)
	y, _ := strconv.ParseFloat(b, 64)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}
