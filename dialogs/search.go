package dialogs

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"bazarbot/market"
)

// kyrgyz maps the letters that are letters of their own, not letters with a
// mark, to what people type instead.
var kyrgyz = strings.NewReplacer("ң", "н", "ө", "о", "ү", "у", "ӊ", "н")

// fold brings a text to the form in which it is searched: lower case, no
// marks (ё is е, ț is t), no double spaces.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(kyrgyz.Replace(b.String())), " ")
}

// searchOptions finds the options a typed text may mean, the best first. sure
// tells that the first is meant beyond doubt: it is titled so and no other is,
// or nothing else holds what was typed. A guess at a slip of the finger is
// never sure.
func searchOptions(options []market.Option, text string) (found []market.Option, sure bool) {
	return searchAll(options, text, func(o market.Option, want string) (int, bool) { return rankOf(fold(o.Title), want) })
}

// searchAll is searchOptions for whatever has a rank.
func searchAll[T any](all []T, text string, rankOf func(one T, want string) (int, bool)) (found []T, sure bool) {
	want := fold(text)
	if want == "" {
		return nil, false
	}
	type hit struct {
		one  T
		rank int
	}
	var hits []hit
	for _, one := range all {
		if rank, ok := rankOf(one, want); ok {
			hits = append(hits, hit{one, rank})
		}
	}
	// Typos are forgiven only when nothing matches as it is typed.
	if slices.ContainsFunc(hits, func(h hit) bool { return h.rank < rankTypo }) {
		hits = slices.DeleteFunc(hits, func(h hit) bool { return h.rank >= rankTypo })
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.rank - b.rank })
	for _, h := range hits {
		found = append(found, h.one)
	}
	switch len(hits) {
	case 0:
	case 1:
		sure = hits[0].rank < rankScript
	default:
		sure = hits[0].rank == rankExact && hits[1].rank != rankExact
	}
	return found, sure
}

// How well an option answers a search, the best first.
const (
	rankExact = iota
	rankPrefix
	rankWord
	rankInside
	rankScript // in letters of the other script
	rankTypo   // and more, by the number of slips
)

func rankOf(title, want string) (int, bool) {
	switch {
	case title == want:
		return rankExact, true
	case strings.HasPrefix(title, want):
		return rankPrefix, true
	case strings.Contains(" "+title, " "+want):
		return rankWord, true
	case strings.Contains(title, want):
		return rankInside, true
	}
	if cyrillic(want) && latin(title) || latin(want) && cyrillic(title) {
		title, want = sound(title), sound(want)
		if want != "" && strings.Contains(" "+title, " "+want) {
			return rankScript, true
		}
	}
	fewest := -1
	for _, word := range append(strings.Fields(title), title) {
		if slips, ok := slipsBetween([]rune(word), []rune(want)); ok && (fewest < 0 || slips < fewest) {
			fewest = slips
		}
	}
	return rankTypo + fewest, fewest >= 0
}

// slipsBetween counts the slips of the finger by which two words differ; not
// ok means too many: more than one in words of four letters and more, more than
// two from eight on.
func slipsBetween(a, b []rune) (n int, ok bool) {
	slips := 0
	switch n := min(len(a), len(b)); {
	case n >= 8:
		slips = 2
	case n >= 4:
		slips = 1
	}
	if slips == 0 || len(a)-len(b) > slips || len(b)-len(a) > slips {
		return 0, false
	}
	n = distance(a, b)
	return n, n <= slips
}

// distance is the Levenshtein distance.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		left, diagonal := i+1, row[0]
		row[0] = left
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			best := min(row[j+1]+1, row[j]+1, diagonal+cost)
			diagonal, row[j+1] = row[j+1], best
		}
	}
	return row[len(b)]
}
