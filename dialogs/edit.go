package dialogs

import (
	"maps"
	"slices"

	"bazarbot/market"
)

// editAd changes an ad that exists: the market's own questions with what the
// ad holds as answers, each changed alone. Its state is the frame's own; what
// was changed and not saved is kept when the person goes elsewhere.
type editAd struct{}

// onlyPrice in a frame's Args["only"] asks for nothing but the price, and sends
// it as soon as it is answered.
const onlyPrice = "price"

// openEdit opens the form of the card's ad, where it was left if it was.
func (t *Turn) openEdit(card *Frame, only string) {
	parked := t.s.takeEdit(func(f *Frame) bool {
		return only == "" && sameAd(f, card) && f.arg("job") == ""
	})
	if parked != nil {
		t.note = say("edit.resumed")
		t.s.push(parked)
		return
	}
	f := &Frame{Name: frameEdit}
	for _, name := range []string{"account", "ad", "title"} {
		f.setArg(name, card.arg(name))
	}
	f.setArg("only", only)
	t.s.push(f)
}

// questions are the market's, but nothing that nobody touched is judged: an
// option that is offered no longer stays, and what the market requires since
// the ad was made is not asked for.
func (editAd) questions(t *Turn, f *Frame, st *FormState) (questions, error) {
	account, m, err := t.accountAndMarket(f)
	if err != nil {
		return questions{}, err
	}
	if m == nil {
		t.removeFrame(f)
		return questions{}, nil
	}
	answers := st.Answers
	if st.Held == nil {
		answers = nil
	}
	asked, held, err := m.EditForm(t, account.Secret, t.s.Lang, f.arg("ad"), answers)
	switch {
	case kindOf(err) == market.NotFound:
		t.removeFrame(f)
		t.note = say("ads.gone")
		return questions{}, nil
	case err != nil:
		return questions{}, err
	case len(asked.Fields) == 0:
		t.removeFrame(f)
		t.note = say("edit.only_on_site")
		return questions{}, nil
	}
	if st.Held == nil {
		st.Held, st.Answers, st.Title = held, maps.Clone(held), f.arg("title")
		st.At = atPrice(f, asked)
	}
	st.rememberNames(asked.Fields)
	q := questions{complete: asked.Complete, blocked: asked.Blocked, leftOut: asked.LeftOut}
	for _, field := range asked.Fields {
		if f.arg("only") == onlyPrice && field.Role != market.RolePrice {
			continue
		}
		question := Field{Field: st.lenient(asked, field), Name: ownName(field, q)}
		q.fields = append(q.fields, t.byWays(m, account.Secret, question))
	}
	if len(q.fields) == 0 {
		t.removeFrame(f)
		t.note = say("edit.no_price")
	}
	return q, t.tellUsage(account.ID, st, q)
}

// atPrice is the field a form of the price alone opens at.
func atPrice(f *Frame, asked market.Form) string {
	if f.arg("only") != onlyPrice {
		return ""
	}
	i := slices.IndexFunc(asked.Fields, func(field market.Field) bool { return field.Role == market.RolePrice })
	if i < 0 {
		return ""
	}
	return asked.Fields[i].Key
}

// lenient takes what the ad holds for right, as long as nothing it depends on
// was changed.
func (st *FormState) lenient(asked market.Form, field market.Field) market.Field {
	if st.moved(asked, field) {
		return field
	}
	held := st.Held[field.Key]
	if held.IsZero() {
		field.Required = false
	}
	for _, id := range held.Options {
		_, offered := field.Option(id)
		if !offered && slices.Contains(st.Answers[field.Key].Options, id) {
			field.Options = append(slices.Clone(field.Options), market.Option{ID: id, Title: st.nameOf(field.Key, id)})
		}
	}
	return field
}

// moved reports whether something that decides over the field was changed: an
// answer it depends on, or the category or offer type, which have forms of
// their own.
func (st *FormState) moved(asked market.Form, field market.Field) bool {
	for _, other := range asked.Fields {
		if (other.Role == market.RoleOffer || other.Role == market.RoleCategory) && field.Key != other.Key && !st.Answers[other.Key].Equal(st.Held[other.Key]) {
			return true
		}
	}
	for range asked.Fields { // no chain is longer; a circle ends here too
		if field.DependsOn == "" {
			return false
		}
		if !st.Answers[field.DependsOn].Equal(st.Held[field.DependsOn]) {
			return true
		}
		i := slices.IndexFunc(asked.Fields, func(f market.Field) bool { return f.Key == field.DependsOn })
		if i < 0 {
			return false
		}
		field = asked.Fields[i]
	}
	return false
}

// review shows what will change, and leads to everything that can.
func (editAd) review(t *Turn, f *Frame, st *FormState, q questions) (View, bool) {
	var v View
	if f.arg("only") == onlyPrice {
		return v, false
	}
	v.say(say("edit.heading", "Title", f.arg("title")))
	leave := button(say("button.back"), opCancel, cancelByBack)
	if changes := st.changes(q); len(changes) > 0 {
		v.say(join("\n", changes...))
		if _, m, err := t.accountAndMarket(f); err == nil && m != nil && m.Capabilities().Moderates {
			v.say(say("edit.moderates"))
		}
		v.row(button(say("edit.save"), opCommit, ""))
		leave = button(say("button.cancel"), opCancel, "")
	} else {
		v.say(say("edit.choose"))
	}
	if len(q.leftOut) > 0 {
		v.say(say("review.left_out", "Fields", join(", ", list(q.leftOut)...)))
	}
	withoutPhotos := slices.DeleteFunc(st.answered(q), func(field Field) bool { return field.Kind == market.KindPhotos })
	page := paged(withoutPhotos, st.Page)
	for _, field := range page.items {
		v.row(button(say("review.edit_button", "Name", field.name(), "Value", brief(field, st)), opEdit, field.Key))
	}
	page.turn(&v)
	if open := st.optional(q); len(open) > 0 {
		v.row(button(say("button.details", "Count", len(open)), opMenu, menuDetails))
	}
	for _, field := range q.fields {
		if field.Kind == market.KindPhotos {
			v.row(button(say("button.photos", "Count", len(st.Answers[field.Key].Photos)), opEdit, field.Key))
		}
	}
	v.row(leave, button(say("button.home"), opHome, ""))
	return v, true
}

// commit hands the change to the account's lane and goes back to the card. The
// form is kept until the job has ended: what the market refuses is mended in it.
func (editAd) commit(t *Turn, f *Frame, st *FormState, q questions) error {
	changes := st.changes(q)
	card := t.cardOf(f)
	t.atWork(card)
	t.removeFrame(f)
	switch {
	case len(changes) == 0:
		t.note = say("edit.same")
		return nil
	case card.arg("job") != "": // the card says that it is working
		f.setArg("only", "") // what is kept is shown before it is sent
		t.s.park(f)
		t.note = say("edit.parked")
		return nil
	}
	after := maps.Clone(st.Held)
	for _, field := range q.fields {
		delete(after, field.Key)
		if v, ok := st.Answers[field.Key]; ok {
			after[field.Key] = v
		}
	}
	if err := t.act(card, market.AdJob{Action: market.ActEdit, Before: st.Held, After: after}); err != nil {
		return err
	}
	if f.arg("only") == onlyPrice {
		t.note = join("\n", changes...)
	}
	st.leave()
	st.Menu = ""
	f.Form = st
	f.setArg("job", card.arg("job"))
	t.s.park(f)
	return nil
}

func sameAd(f, g *Frame) bool {
	return f.arg("ad") == g.arg("ad") && f.arg("account") == g.arg("account")
}

// cardOf is the card below an edit form, or a new one in its place.
func (t *Turn) cardOf(f *Frame) *Frame {
	card := t.s.find(func(g *Frame) bool { return g.Name == frameAd && sameAd(f, g) })
	if card != nil {
		return card
	}
	card = &Frame{ID: newID(4), Name: frameAd}
	for _, name := range []string{"account", "ad", "title"} {
		card.setArg(name, f.arg(name))
	}
	at := max(1, slices.Index(t.s.Stack, f))
	t.s.Stack = slices.Insert(t.s.Stack, min(at, len(t.s.Stack)), card)
	return card
}

func (editAd) heading(_ *Turn, st *FormState, _ questions) Text { return data(clip(st.Title, 60)) }

func (editAd) last(*Turn, *Frame) market.Answers { return nil }

func (editAd) drop(*Turn, *Frame) {}
