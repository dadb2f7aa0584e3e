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

// searchOptions finds the options a typed text may mean, the best first. exact
// tells that the first is meant beyond doubt: it is titled so, and no other is.
func searchOptions(options []market.Option, text string) (found []market.Option, exact bool) {
	want := fold(text)
	if want == "" {
		return nil, false
	}
	type hit struct {
		option market.Option
		rank   int
	}
	var hits []hit
	for _, o := range options {
		if rank, ok := rankOf(fold(o.Title), want); ok {
			hits = append(hits, hit{o, rank})
		}
	}
	// Typos are forgiven only when nothing matches as it is typed.
	if slices.ContainsFunc(hits, func(h hit) bool { return h.rank < rankTypo }) {
		hits = slices.DeleteFunc(hits, func(h hit) bool { return h.rank == rankTypo })
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.rank - b.rank })
	for _, h := range hits {
		found = append(found, h.option)
	}
	exact = len(hits) > 0 && hits[0].rank == rankExact && (len(hits) == 1 || hits[1].rank != rankExact)
	return found, exact
}

// How well an option answers a search, the best first.
const (
	rankExact = iota
	rankPrefix
	rankWord
	rankInside
	rankTypo
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
	for _, word := range append(strings.Fields(title), title) {
		if closeTo([]rune(word), []rune(want)) {
			return rankTypo, true
		}
	}
	return 0, false
}

// closeTo reports whether two words differ by a slip of the finger: one for
// words of four letters and more, two from eight on.
func closeTo(a, b []rune) bool {
	slips := 0
	switch n := min(len(a), len(b)); {
	case n >= 8:
		slips = 2
	case n >= 4:
		slips = 1
	}
	if slips == 0 || len(a)-len(b) > slips || len(b)-len(a) > slips {
		return false
	}
	return distance(a, b) <= slips
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
