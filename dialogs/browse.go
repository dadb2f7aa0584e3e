package dialogs

import (
	"context"
	"slices"

	"bazarbot/market"
)

// Searcher is a market whose ads everybody can search.
type Searcher interface {
	// SearchForm gives what a search can be narrowed by, computed from the
	// answers so far. Nothing of it is required.
	SearchForm(ctx context.Context, key market.Secret, lang market.Lang, answers market.Answers) (market.Form, error)
	// Query makes a search of the answers to a SearchForm.
	Query(answers market.Answers) market.SearchQuery
	// Search gives a page of what is found.
	Search(ctx context.Context, key market.Secret, lang market.Lang, query market.SearchQuery) (market.AdPage, error)
}

// searched lists the markets that can be searched.
func (d *Dialogs) searched() []Market {
	return slices.DeleteFunc(slices.Clone(d.Markets), func(m Market) bool {
		_, able := m.(Searcher)
		return !able || !m.Capabilities().Search
	})
}

// browse is the screen of a search: a form that requires nothing, so that its
// review stands there from the beginning.
type browse struct{ form }

const (
	opSearch = "se"
	opRecent = "rc" // one of the last searches; its Arg is its place
	opReset  = "cr"
)

// openSearch brings the search above what is being done. One that is open
// already comes to the top as it was.
func (t *Turn) openSearch() {
	if len(t.d.searched()) == 0 {
		t.note = say("note.unknown_command")
		return
	}
	f := t.s.find(func(f *Frame) bool { return f.Name == frameSearch })
	if f == nil {
		f = &Frame{Name: frameSearch}
	} else {
		t.removeFrame(f)
	}
	if found := t.s.find(func(f *Frame) bool { return f.Name == frameFound }); found != nil {
		t.removeFrame(found)
	}
	t.s.push(f)
}

func (b browse) view(t *Turn, f *Frame) (View, error) {
	if m, ask := t.marketFor(f, t.d.searched(), say("search.ask_market")); m == nil {
		return ask, nil
	}
	v, err := b.form.view(t, f)
	if err == nil && t.s.top() == f && f.Form.At != "" {
		v.without(opCancel) // Back keeps the search, and there is nothing else to cancel
	}
	return v, err
}

func (b browse) press(t *Turn, f *Frame, op, arg string) error {
	st, err := t.state(f)
	if err != nil {
		return err
	}
	switch {
	case op == opMarket:
		f.setArg("market", arg)
		return nil
	case op == opRecent:
		return b.again(t, f, st, arg)
	case op == opReset:
		f.Form = &FormState{}
		return nil
	case op == opToggle && st.At == "":
		toggleBox(st, arg)
		return t.keep(f, st)
	case op == opBack && st.At == "":
		t.s.pop()
		return nil
	case op == opBack, op == opClear:
		return b.form.press(t, f, op, arg)
	}
	_, err = b.deeper(t, f, st, func() (bool, error) { return true, b.form.press(t, f, op, arg) })
	return err
}

// hear takes an answer to what is asked; on the screen itself, words are
// searched for at once.
func (b browse) hear(t *Turn, f *Frame, ev Event) (bool, error) {
	st, err := t.state(f)
	if err != nil {
		return false, err
	}
	switch {
	case f.arg("market") == "":
		return false, nil
	case st.At != "":
		return b.deeper(t, f, st, func() (bool, error) { return b.form.hear(t, f, ev) })
	case ev.Kind != Said:
		return false, nil
	}
	return b.searchWords(t, f, st, ev.Text)
}

// deeper works an answer. One that chose a category asks at once what is below
// it; whoever wants the whole of it goes back.
func (b browse) deeper(t *Turn, f *Frame, st *FormState, work func() (bool, error)) (bool, error) {
	asked := st.At
	ok, err := work()
	if err != nil || asked == "" || t.s.top() != f || st.At != "" || st.Answers[asked].IsZero() {
		return ok, err
	}
	ahead := st.Ahead
	q, err := b.settle(t, f, st)
	if err != nil {
		return ok, err
	}
	for _, field := range q.fields {
		_, led := ahead[field.Key]
		if field.Role == market.RoleCategory && field.DependsOn == asked && len(field.Options) > 0 && !led {
			st.At = field.Key
		}
	}
	return ok, t.keep(f, st)
}

// searchWords searches for words that were typed, beside what narrows already.
func (b browse) searchWords(t *Turn, f *Frame, st *FormState, text string) (bool, error) {
	q, err := b.settle(t, f, st)
	if err != nil {
		return b.hearBlind(t, err)
	}
	for _, field := range q.fields {
		if field.Role != market.RoleWords {
			continue
		}
		value, _, why := kindOfField(field).parse(field, st, text)
		if !why.IsZero() {
			t.note = why
			return true, nil
		}
		st.take(field.Key, value)
		return true, b.commit(t, f, st, q)
	}
	return false, nil
}

// browseForm is what a search asks.
type browseForm struct{}

func (browseForm) questions(t *Turn, f *Frame, st *FormState) (questions, error) {
	var q questions
	m := t.market(market.ID(f.arg("market")))
	searcher, ok := m.(Searcher)
	if !ok {
		return q, &market.Error{Kind: market.OperatorKey, Market: market.ID(f.arg("market")), Op: "search", Err: errOff}
	}
	var asked market.Form
	var taken market.Secret
	err := t.asReader(f, m, func(key market.Secret) (err error) {
		taken = key
		asked, err = searcher.SearchForm(t, key, t.s.Lang, st.Answers)
		return err
	})
	if err != nil {
		return q, err
	}
	for _, field := range asked.Fields {
		f := Field{Field: field, Name: ownName(field, q)}
		if field.Role == market.RoleCategory && field.DependsOn != "" {
			f.Help = say("search.whole")
		}
		q.fields = append(q.fields, t.byWays(m, taken, f))
	}
	q.complete = true
	return q, nil
}

// review is the screen of the search: what narrows it, and a way to change each.
func (b browseForm) review(t *Turn, f *Frame, st *FormState, q questions) (View, bool) {
	var v View
	v.say(say("search.heading", "Market", marketName(market.ID(f.arg("market")))))
	set := narrowing(q, st.Answers)
	if len(set) == 0 {
		v.say(say("search.all"))
	}
	v.say(join("\n", set...))
	if slices.ContainsFunc(q.fields, func(f Field) bool { return f.Role == market.RoleWords }) {
		v.say(say("search.hint"))
	}
	v.row(button(say("search.go"), opCommit, ""))
	fieldButtons(&v, q, st)
	if len(set) > 0 {
		v.row(button(say("search.reset"), opReset, ""))
	} else {
		b.recentButtons(t, f, &v)
	}
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, true
}

// fieldButtons adds a button for each thing a search can be narrowed by. Boxes
// are switched in place; what a category has of its own comes by pages.
func fieldButtons(v *View, q questions, st *FormState) {
	var boxes []Button
	var grouped []Field
	path := false
	for _, field := range q.fields {
		switch {
		case field.Role == market.RoleCategory && path:
		case field.Role == market.RoleCategory:
			path = true
			v.row(fieldButton(field, pathText(q, st.Answers)))
		case field.Kind == market.KindYesNo && ticked(st.Answers[field.Key]):
			boxes = append(boxes, button(say("details.box_on", "Name", field.name()), opToggle, field.Key))
		case field.Kind == market.KindYesNo:
			boxes = append(boxes, button(say("details.box_off", "Name", field.name()), opToggle, field.Key))
		case field.Group != "":
			grouped = append(grouped, field)
		default:
			v.row(fieldButton(field, answerText(field, st.Answers)))
		}
	}
	for pair := range slices.Chunk(boxes, 2) {
		v.row(pair...)
	}
	page := paged(grouped, st.Page)
	for _, field := range page.items {
		v.row(fieldButton(field, answerText(field, st.Answers)))
	}
	page.turn(v)
}

func fieldButton(field Field, value Text) Button {
	if value.IsZero() {
		return button(say("details.add", "Name", field.name()), opEdit, field.Key)
	}
	return button(say("review.edit_button", "Name", field.name(), "Value", value), opEdit, field.Key)
}

// commit looks for what narrows now.
func (browseForm) commit(t *Turn, f *Frame, st *FormState, q questions) error {
	t.rememberSearch(market.ID(f.arg("market")), stillAsked(q, st.Answers))
	found := t.s.push(&Frame{Name: frameFound})
	found.setArg("market", f.arg("market"))
	return nil
}

func (browseForm) heading(*Turn, *FormState, questions) Text { return say("search.name") }

func (browseForm) last(*Turn, *Frame) market.Answers { return nil }

func (browseForm) drop(*Turn, *Frame) {}

// stillAsked leaves of the answers those whose question is still asked: one to a
// category that is no longer chosen narrows nothing, and is there again when one
// goes back to it.
func stillAsked(q questions, answers market.Answers) market.Answers {
	kept := market.Answers{}
	for _, field := range q.fields {
		v := answers[field.Key]
		if v.IsZero() || field.Kind == market.KindYesNo && !ticked(v) {
			continue
		}
		kept[field.Key] = v
	}
	return kept
}

func ticked(v market.Value) bool { return v.Yes != nil && *v.Yes }

// narrowing says what narrows a search, a line for each.
func narrowing(q questions, answers market.Answers) []Text {
	var lines []Text
	path := false
	for _, field := range q.fields {
		value := answerText(field, answers)
		switch {
		case field.Role == market.RoleCategory && path, value.IsZero():
			continue
		case field.Role == market.RoleCategory:
			path = true
			value = pathText(q, answers)
		case field.Kind == market.KindYesNo:
			lines = append(lines, say("search.box", "Name", field.name()))
			continue
		}
		lines = append(lines, say("review.line", "Name", field.name(), "Value", value))
	}
	return lines
}

// inShort says what narrows a search as it fits a button: of the category only
// the last step.
func inShort(q questions, answers market.Answers) Text {
	var parts []Text
	category := -1
	for _, field := range q.fields {
		value := answerText(field, answers)
		switch {
		case value.IsZero():
			continue
		case field.Role == market.RoleCategory && category >= 0:
			parts[category] = value
			continue
		case field.Role == market.RoleCategory:
			category = len(parts)
		case field.Kind == market.KindYesNo:
			value = field.name()
		case field.Role != market.RoleWords && field.Role != market.RolePlace:
			value = say("review.edit_button", "Name", field.name(), "Value", value)
		}
		parts = append(parts, value)
	}
	return join(" · ", parts...)
}

// answerText is what a field narrows to; nothing when it does not.
func answerText(field Field, answers market.Answers) Text {
	v := answers[field.Key]
	if v.IsZero() || field.Kind == market.KindYesNo && !ticked(v) {
		return Text{}
	}
	if field.Kind == market.KindText {
		return data(clip(v.Text, 60))
	}
	return kindOfField(field).show(field, v)
}

// pathText is the chosen category with those above it.
func pathText(q questions, answers market.Answers) Text {
	var path []Text
	for _, field := range q.fields {
		if field.Role == market.RoleCategory {
			path = append(path, answerText(field, answers))
		}
	}
	return join(" › ", path...)
}
