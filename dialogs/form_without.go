package dialogs

import (
	"context"
	"maps"
	"slices"

	"bazarbot/market"
)

// Gatherer is a market whose open lists of options are gathered from its ads.
type Gatherer interface {
	// Gather looks for further options of the form that these answers make, as
	// far as the market may be asked at all. The next form has what it brought.
	Gather(ctx context.Context, key market.Secret, answers market.Answers) error
}

// opWithout says that none of an open list's options is the person's own.
const opWithout = "wo"

// mayLack reports whether the person may say that their own option is not in a
// list: of an ad, where the list was gathered, and as long as the market has not
// refused the ad for want of an answer.
func (st *FormState) mayLack(f *Frame, field Field) bool {
	return (f.Draft != "" || f.Name == frameEdit) && field.Open && len(field.Options) > 0 &&
		!st.Answers[field.Key].Without && !slices.Contains(st.Insisted, field.Key)
}

// goWithout answers who does not find their own option: with what else can be
// found, once; then by leaving the answer out, where the ad is still to be made.
func (fm form) goWithout(t *Turn, f *Frame, st *FormState, q questions, field Field) error {
	if !st.mayLack(f, field) {
		return nil
	}
	found, err := fm.gather(t, f, st, field)
	if err != nil {
		return err
	}
	switch {
	case len(found) > 0:
		st.Query, st.Page = "", 0
		t.note = say("without.found", "Names", join(", ", found...))
		return nil
	case f.Name == frameEdit:
		t.note = say("without.edit")
		return nil
	}
	t.note = say("without.optional")
	if field.Required {
		t.note = say("without.goes_on", "Name", field.name())
	}
	return fm.answer(t, f, st, q, field, market.Value{Without: field.Required})
}

// gather has the market look for further options of a field, once in a form,
// and names those that it found, or the first of them.
func (fm form) gather(t *Turn, f *Frame, st *FormState, field Field) ([]Text, error) {
	m, able := t.market(fm.marketOf(t, f)).(Gatherer)
	if !able || slices.Contains(st.Sought, field.Key) {
		return nil, nil
	}
	st.Sought = append(st.Sought, field.Key)
	key, err := t.secretOf(f)
	if err != nil {
		return nil, err
	}
	if err := m.Gather(t, key, st.Answers); err != nil { // nothing is lost by it
		t.d.Log.Warn("further options are not looked for", "person", t.ev.Person.ID, "error", err)
		return nil, nil
	}
	q, err := fm.settle(t, f, st)
	if err != nil {
		return nil, err
	}
	now, _ := q.field(field.Key)
	const most = 10
	var names []Text
	for _, o := range now.Options {
		if _, known := field.Option(o.ID); !known && len(names) < most {
			names = append(names, data(clip(o.Title, 60)))
		}
	}
	return names, nil
}

// secretOf opens the account that a form of an ad is for; "" while it has none.
func (t *Turn) secretOf(f *Frame) (market.Secret, error) {
	id := f.arg("account")
	if f.Draft != "" {
		d, err := t.draft(f.Draft)
		if err != nil || d == nil {
			return "", err
		}
		id = d.Account
	}
	a, err := t.account(id)
	if err != nil || a == nil {
		return "", err
	}
	return a.Secret, nil
}

// insist takes back that an ad goes without the answers for want of which its
// market has refused it: from now on one of the options must be chosen, or the
// ad be made on the market's site.
func (st *FormState) insist(refused map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(refused)) {
		if st.Answers[key].Without {
			delete(st.Answers, key)
			st.Insisted = append(st.Insisted, key)
		}
	}
}

// sayInsisted tells what can be done where the market wants an answer that the
// person may not find.
func (t *Turn) sayInsisted(v *View, id market.ID) {
	v.say(say("without.insists"))
	if m := t.market(id); m != nil && m.Capabilities().Site != "" {
		v.row(link(say("button.open_site"), m.Capabilities().Site))
	}
}
