package dialogs

import (
	"context"
	"maps"
	"slices"
	"strings"

	"bazarbot/market"
)

// Guide is a market whose categories are found by name, however deep they are.
type Guide interface {
	// Ways lists the ways of two steps and more from a question about the
	// category, which answers lead to, down to where an ad can stand: popular
	// ones first, as far as they are known without asking the market for each.
	Ways(ctx context.Context, key market.Secret, lang market.Lang, answers market.Answers, field string) ([]market.Way, error)
}

// opWay chooses a category below the options of a question: its argument is the
// way's name.
const opWay = "wy"

// wayKind is a question about the category: its options, and by what is typed
// also the categories below them.
type wayKind struct {
	choiceKind
	ways func(st *FormState) []market.Way
}

// byWays makes a question about the category one that finds what is below it.
func (t *Turn) byWays(m any, key market.Secret, f Field) Field {
	guide, able := m.(Guide)
	if !able || f.Role != market.RoleCategory {
		return f
	}
	f.own = wayKind{ways: func(st *FormState) []market.Way {
		ways, err := guide.Ways(t, key, t.s.Lang, st.Answers, f.Key)
		if err != nil { // the options are there all the same
			t.d.Log.Warn("categories are not found by name", "person", t.ev.Person.ID, "error", err)
		}
		return ways
	}}
	return f
}

// find gives the options and ways that a typed text may mean, as searchAll does.
// Each is a way: an option is one of a single step.
func (k wayKind) find(f Field, st *FormState, text string) (found []market.Way, sure bool) {
	var all []market.Way
	for _, o := range f.Options {
		all = append(all, market.Way{{Field: f.Key, Option: o}})
	}
	return searchAll(append(all, k.ways(st)...), text, rankOfWay)
}

// rankOfWay is how well a way answers a search: as its end does, or, where only
// a step between does, no better than what stands inside a title. Its first step is
// an option of its own.
func rankOfWay(way market.Way, want string) (int, bool) {
	rank, ok := rankOf(fold(way[len(way)-1].Option.Title), want)
	if ok && rank < rankTypo {
		return rank, true
	}
	for _, step := range way[min(1, len(way)-1) : len(way)-1] {
		if between, ok := rankOf(fold(step.Option.Title), want); ok && between < rankTypo {
			return max(rankInside, between), true
		}
	}
	return rank, ok
}

// prompt tells what nobody would guess: that the way down need not be walked.
func (k wayKind) prompt(f Field, st *FormState) Text {
	if st.Query == "" && len(f.Options) > 0 && len(k.ways(st)) > 0 {
		return say("ask.category")
	}
	return k.choiceKind.prompt(f, st)
}

func (k wayKind) parse(f Field, st *FormState, text string) (market.Value, bool, Text) {
	found, sure := k.find(f, st, text)
	switch {
	case len(found) == 0:
		st.Query, st.Page = "", 0
		return market.Value{}, false, say("refuse.no_option", "Text", clip(text, 60))
	case sure:
		return st.goDown(found[0]), true, Text{}
	}
	st.Query, st.Page = text, 0
	return market.Value{}, false, Text{}
}

func (k wayKind) buttons(v *View, f Field, st *FormState) {
	if st.Query == "" || len(f.Options) == 0 {
		k.choiceKind.buttons(v, f, st)
		return
	}
	found, _ := k.find(f, st, st.Query)
	page := paged(found, st.Page)
	for _, way := range page.items {
		v.row(button(data(titleOfWay(way)), opWay, nameOfWay(way)))
	}
	page.turn(v)
	v.row(button(say("button.show_all"), opBack, ""))
}

func (k wayKind) press(f Field, st *FormState, op, arg string) (market.Value, bool, Text) {
	if op != opWay {
		return k.choiceKind.press(f, st, op, arg)
	}
	if _, ok := f.Option(arg); ok {
		return market.OptionValue(arg), true, Text{}
	}
	for _, way := range k.ways(st) {
		if nameOfWay(way) == arg {
			return st.goDown(way), true, Text{}
		}
	}
	return market.Value{}, false, say("refuse.option_gone")
}

// goDown answers the first step of a way; the others answer their questions as
// soon as these are there.
func (st *FormState) goDown(way market.Way) market.Value {
	first := way[0]
	st.Ahead = way.Answers()
	return st.Ahead[first.Field]
}

// answerAhead gives the answers that were chosen together with one before them.
// Those that do not fit any more are asked.
func answerAhead(st *FormState, q questions) bool {
	if st.Pending != nil { // it is not chosen yet
		return false
	}
	for _, f := range q.fields {
		v, ahead := st.Ahead[f.Key]
		if !ahead || !fits(f, v) {
			continue
		}
		rest := maps.Clone(st.Ahead)
		delete(rest, f.Key)
		st.Ahead, st.Answers[f.Key] = rest, v
		return true
	}
	st.Ahead = nil
	return false
}

// nameOfWay tells a way from others in a button.
func nameOfWay(way market.Way) string {
	ids := make([]string, len(way))
	for i, s := range way {
		ids[i] = s.Option.ID
	}
	return strings.Join(ids, "/")
}

// titleOfWay names a way within what a button shows: where that is too little
// for all steps, by the last ones.
func titleOfWay(way market.Way) string {
	const room = 60
	var title string
	for _, s := range slices.Backward(way) {
		longer := s.Option.Title
		if title != "" {
			longer += " › " + title
		}
		if title != "" && len([]rune(longer)) > room {
			return "… › " + title
		}
		title = longer
	}
	return clip(title, room)
}
