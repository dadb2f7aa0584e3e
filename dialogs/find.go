package dialogs

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"bazarbot/market"
)

// longestSearch is how many characters of what was typed are searched for.
const longestSearch = 60

// grouped is a number as people write it: "9 500".
var grouped = regexp.MustCompile(`(\d)[ \x{a0}\x{202f}](\d{3})\b`)

// searchWords are the words that an ad must have, each of them.
func searchWords(query string) []string {
	var words []string
	for w := range strings.FieldsSeq(fold(grouped.ReplaceAllString(query, "$1$2"))) {
		if w = strings.Trim(w, "№#«»„”\"'.,;:!?"); w != "" {
			words = append(words, w)
		}
	}
	return words
}

// matches reports whether an ad has every word: in its title or category, as its
// price, or in its number.
func matches(ad market.Ad, words []string) bool {
	if len(words) == 0 {
		return true
	}
	texts := fold(strings.Join(append([]string{ad.Title}, ad.Path...), " "))
	for _, w := range words {
		if !strings.Contains(texts, w) && ad.Price.Amount != w && !numbered(ad, w) {
			return false
		}
	}
	return true
}

// numbered reports whether a word means an ad's number: the whole of it, or so
// many digits of it that it can be nothing else.
func numbered(ad market.Ad, word string) bool {
	const enough = 4
	return ad.ID == word || len(word) >= enough && strings.Contains(strings.ToLower(ad.ID), word)
}

// hearSearch searches for what was typed, in all states and accounts.
func hearSearch(t *Turn, f *Frame, ev Event) (bool, error) {
	if ev.Kind != Said || len(searchWords(ev.Text)) == 0 {
		return false, nil
	}
	f.setArg("find", clip(strings.Join(strings.Fields(ev.Text), " "), longestSearch))
	f.setArg("state", "")
	f.setArg("page", "")
	f.setArg("menu", "")
	return true, nil
}

// The orders of a list; "" is the market's own.
const (
	sortExpiry = "expiry" // what ends first comes first
	sortViews  = "views"  // what was seen most comes first
	sortPosted = "posted" // what is newest comes first
)

var sorts = []string{"", sortExpiry, sortViews, sortPosted}

// sortLines brings lines into an order. What the market does not tell comes
// last.
func sortLines(ls []line, by string) {
	slices.SortStableFunc(ls, func(a, b line) int {
		switch by {
		case sortExpiry:
			return cmp.Or(unknownLast(a.ad.Expires, b.ad.Expires), a.ad.Expires.Compare(b.ad.Expires))
		case sortViews:
			return cmp.Compare(b.ad.Views, a.ad.Views)
		case sortPosted:
			return b.ad.Posted.Compare(a.ad.Posted)
		}
		return 0
	})
}

func unknownLast(a, b time.Time) int {
	switch {
	case a.IsZero() == b.IsZero():
		return 0
	case a.IsZero():
		return 1
	}
	return -1
}

func sortName(by string) Text {
	switch by {
	case sortExpiry:
		return say("sort.expiry")
	case sortViews:
		return say("sort.views")
	case sortPosted:
		return say("sort.posted")
	}
	return say("sort.own")
}

// sortView asks for the order of a list.
func sortView(f *Frame) View {
	var v View
	v.say(say("sort.ask"))
	for _, by := range sorts {
		label := sortName(by)
		if by == f.arg("sort") {
			label = say("ads.tab_chosen", "Name", label)
		}
		v.row(button(label, opSort, by))
	}
	v.row(button(say("button.back"), opBack, ""))
	return v
}

// The argument of a frame whose list waits for its order to be chosen.
const menuSort = "sort"

// Operations of every list of ads.
const (
	opState   = "st"
	opSort    = "so"
	opSorts   = "sm" // open the choice of orders
	opRefresh = "rf"
	opAll     = "al" // search no longer
)

// pressList works what all lists of ads have; false means that it was another
// button.
func pressList(t *Turn, f *Frame, op, arg string) bool {
	switch op {
	case opState:
		f.setArg("state", arg)
		f.setArg("page", "")
	case opPage:
		f.setArg("page", arg)
	case opSorts:
		f.setArg("menu", menuSort)
	case opSort:
		f.setArg("sort", arg)
		f.setArg("menu", "")
		f.setArg("page", "")
	case opRefresh:
		t.anew = true
	case opAll:
		f.setArg("find", "")
		f.setArg("state", "")
		f.setArg("page", "")
	default:
		if op != opBack || f.arg("menu") != menuSort {
			return false
		}
		f.setArg("menu", "")
	}
	return true
}
