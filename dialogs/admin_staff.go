package dialogs

import (
	"slices"
	"strconv"

	"bazarbot/market"
)

const (
	opAppoint = "ap"
	opDismiss = "dm"
	opRole    = "ro"

	fieldPerson = "person"
	fieldRole   = "role"
)

// staffList lists who has a role.
type staffList struct{ quiet }

func (t *Turn) openStaff(string) error {
	t.deed("staff", 0, "")
	t.open(frameStaff)
	return nil
}

func (staffList) view(t *Turn, f *Frame) (View, error) {
	var v View
	all, err := t.listStaff()
	if err != nil {
		return v, err
	}
	v.say(say("staff.heading"))
	at, _ := strconv.Atoi(f.arg("page"))
	page := paged(all, at)
	for _, s := range page.items {
		v.row(button(join(" · ", roleName(s.Role), data(idText(s.Person))), opOpen, idText(s.Person)))
	}
	page.turn(&v)
	v.row(button(say("staff.appoint"), opAppoint, ""))
	v.row(button(say("button.home"), opHome, ""))
	return v, nil
}

// listStaff lists everybody with a role, this turn's changes included.
func (t *Turn) listStaff() ([]market.Staff, error) {
	all, err := t.d.Office.Staff(t)
	for _, c := range t.Changes.Staff {
		all = slices.DeleteFunc(all, func(s market.Staff) bool { return s.Person == c.Person })
		if c.Role != "" {
			all = append(all, c)
		}
	}
	return all, err
}

func roleName(r market.StaffRole) Text { return say("staff.role." + string(r)) }

func (staffList) press(t *Turn, f *Frame, op, arg string) error {
	switch op {
	case opAppoint:
		t.open(frameAppoint)
	case opPage:
		f.setArg("page", arg)
	case opOpen:
		one := &Frame{Name: frameStaffer}
		one.setArg("person", arg)
		t.s.push(one)
	}
	return nil
}

// staffer is one of the staff: their role can be changed or taken.
type staffer struct{ quiet }

func (staffer) view(t *Turn, f *Frame) (View, error) {
	var v View
	all, err := t.listStaff()
	if err != nil {
		return v, err
	}
	id, _ := strconv.ParseInt(f.arg("person"), 10, 64)
	i := slices.IndexFunc(all, func(s market.Staff) bool { return s.Person == id })
	if i < 0 {
		t.s.pop()
		return v, nil
	}
	s := all[i]
	v.say(join(" · ", roleName(s.Role), data(idText(s.Person))))
	if s.By != 0 {
		v.say(say("staff.since", "By", idText(s.By), "At", when(s.Since)))
	}
	if s.Role == market.StaffOwner {
		v.say(say("staff.owner_fixed"))
	} else {
		for _, r := range []market.StaffRole{market.StaffAdmin, market.StaffSupport} {
			if r != s.Role {
				v.row(button(say("staff.make", "Role", roleName(r)), opRole, string(r)))
			}
		}
		v.row(button(say("staff.dismiss"), opDismiss, ""))
	}
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

func (staffer) press(t *Turn, f *Frame, op, arg string) error {
	id, _ := strconv.ParseInt(f.arg("person"), 10, 64)
	switch op {
	case opBack:
		t.s.pop()
	case opRole:
		return t.appoint(id, market.StaffRole(arg))
	case opDismiss:
		t.s.pop()
		return t.appoint(id, "")
	}
	return nil
}

// appoint gives somebody a role, or takes it. Owners are the settings' business.
func (t *Turn) appoint(person int64, role market.StaffRole) error {
	has, err := t.d.Office.StaffRole(t, person)
	if err != nil {
		return err
	}
	if has == market.StaffOwner || role == market.StaffOwner {
		t.note = say("staff.owner_fixed")
		return nil
	}
	if has == role {
		return nil
	}
	t.Changes.Staff = append(t.Changes.Staff, market.Staff{Person: person, Role: role, By: t.ev.Person.ID, Since: t.now})
	t.letter(market.Letter{To: person, Kind: market.LetterRole, Role: role})
	if role == "" {
		t.deed("dismiss", person, string(has))
		t.note = say("staff.dismissed", "ID", idText(person))
		return nil
	}
	t.deed("appoint", person, string(role))
	t.note = say("staff.appointed", "ID", idText(person), "Role", roleName(role))
	return nil
}

// roleChanged tells somebody what they are now, in their own lane.
func (t *Turn) roleChanged(role market.StaffRole) {
	t.menu(role)
	if role != "" {
		t.only(say("staff.you_are", "Role", roleName(role)))
	}
}

// appointment asks whom to appoint, and to what.
type appointment struct{}

func (appointment) questions(t *Turn, _ *Frame, _ *FormState) (questions, error) {
	roles := []market.Option{{ID: string(market.StaffAdmin)}, {ID: string(market.StaffSupport)}}
	return questions{complete: true, fields: []Field{
		{
			Field: market.Field{Key: fieldPerson, Kind: market.KindUnknown, Required: true},
			Name:  say("staff.field_person"), own: personKind{t: t},
		},
		{
			Field: market.Field{Key: fieldRole, Kind: market.KindChoice, Required: true, Options: roles},
			Name:  say("staff.field_role"), own: wordKind{word: func(id string) Text { return roleName(market.StaffRole(id)) }},
		},
	}}, nil
}

func (appointment) heading(*Turn, *FormState, questions) Text { return say("staff.heading") }

func (appointment) review(*Turn, *Frame, *FormState, questions) (View, bool) { return View{}, false }

func (appointment) commit(t *Turn, _ *Frame, st *FormState, _ questions) error {
	t.s.pop()
	person, err := strconv.ParseInt(st.Answers[fieldPerson].Text, 10, 64)
	if err != nil {
		return nil // the question checked it
	}
	return t.appoint(person, market.StaffRole(st.Answers[fieldRole].Option()))
}

func (appointment) last(*Turn, *Frame) market.Answers { return nil }

func (appointment) drop(*Turn, *Frame) {}

// appointing is the form, which takes a forwarded message for who wrote it.
type appointing struct{ form }

func (a appointing) takes(t *Turn, f *Frame, ev Event) (bool, error) {
	if ev.Origin == 0 {
		return false, nil
	}
	ev.Kind = Said
	return a.hear(t, f, ev)
}

// personKind is somebody: an id, a @name, a forwarded message.
type personKind struct {
	buttonless
	t *Turn
}

func (personKind) prompt(Field, *FormState) Text { return say("ask.person") }

func (k personKind) parse(_ Field, _ *FormState, text string) (market.Value, bool, Text) {
	id, why, err := k.t.whose(Event{Text: text, Origin: k.t.ev.Origin})
	if err != nil {
		k.t.d.Log.Error("a person was not looked up", "error", err)
		why = say("refuse.nobody", "Name", clip(text, 40))
	}
	return market.TextValue(idText(id)), why.IsZero(), why
}

func (personKind) show(_ Field, v market.Value) Text { return data(v.Text) }

// wordKind is one of several options that have words of our own.
type wordKind struct {
	choiceKind
	word func(id string) Text
}

func (k wordKind) buttons(v *View, f Field, st *FormState) {
	optionButtons(v, f, st, opPick, func(o market.Option) Text { return k.word(o.ID) })
}

func (wordKind) parse(Field, *FormState, string) (market.Value, bool, Text) {
	return market.Value{}, false, say("refuse.press_or_type")
}

func (k wordKind) show(_ Field, v market.Value) Text { return k.word(v.Option()) }

// wordsKind is several of them.
type wordsKind struct {
	choicesKind
	word func(id string) Text
}

func (k wordsKind) buttons(v *View, f Field, st *FormState) {
	chosen := st.Answers[f.Key].Options
	optionButtons(v, f, st, opToggle, func(o market.Option) Text {
		if slices.Contains(chosen, o.ID) {
			return say("details.box_on", "Name", k.word(o.ID))
		}
		return say("details.box_off", "Name", k.word(o.ID))
	})
	if len(chosen) > 0 {
		v.row(button(say("button.done"), opDone, ""))
	}
}

func (wordsKind) parse(Field, *FormState, string) (market.Value, bool, Text) {
	return market.Value{}, false, say("refuse.press_or_type")
}

func (k wordsKind) show(_ Field, v market.Value) Text {
	words := make([]Text, len(v.Options))
	for i, id := range v.Options {
		words[i] = k.word(id)
	}
	return join(", ", words...)
}
