package dialogs

import (
	"maps"
	"slices"
	"strconv"

	"bazarbot/market"
)

// Search is a search that a person made.
type Search struct {
	Market  market.ID      `json:"market"`
	Answers market.Answers `json:"answers"`
}

// keptSearches is how many last searches are kept of a person.
const keptSearches = 5

// rememberSearch keeps a search for the next time, the newest first. One that
// narrows nothing is not worth it.
func (t *Turn) rememberSearch(id market.ID, answers market.Answers) {
	if len(answers) == 0 {
		return
	}
	same := func(s Search) bool { return s.Market == id && maps.EqualFunc(s.Answers, answers, market.Value.Equal) }
	t.s.Searches = slices.Insert(slices.DeleteFunc(t.s.Searches, same), 0, Search{Market: id, Answers: answers})
	t.s.Searches = t.s.Searches[:min(len(t.s.Searches), keptSearches)]
}

// recentButtons adds the last searches of a frame's market, each named by what
// it narrows. They are named anew each time: in the person's language, and as
// the market calls things now.
func (b browseForm) recentButtons(t *Turn, f *Frame, v *View) {
	for i, s := range t.s.Searches {
		if string(s.Market) != f.arg("market") {
			continue
		}
		q, err := b.questions(t, f, &FormState{Answers: s.Answers})
		if err != nil {
			t.d.Log.Debug("a last search is not shown", "person", t.ev.Person.ID, "error", err)
			continue
		}
		if name := inShort(q, stillAsked(q, s.Answers)); !name.IsZero() {
			v.row(button(say("search.recent", "Name", name), opRecent, strconv.Itoa(i)))
		}
	}
}

// again makes one of the last searches once more.
func (b browse) again(t *Turn, f *Frame, st *FormState, arg string) error {
	i, err := strconv.Atoi(arg)
	if err != nil || i < 0 || i >= len(t.s.Searches) {
		return nil
	}
	st.leave()
	st.Answers = maps.Clone(t.s.Searches[i].Answers)
	q, err := b.settle(t, f, st)
	if err != nil {
		return err
	}
	return b.commit(t, f, st, q)
}
