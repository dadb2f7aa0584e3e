package dialogs

import (
	"slices"
	"strconv"

	"bazarbot/market"
)

// Operations of forms.
const (
	opPick    = "k"  // an option
	opUnit    = "u"  // a unit for the number typed
	opYes     = "y"  // yes or no
	opToggle  = "t"  // a check box, or one of several options
	opDone    = "d"  // enough of several
	opSkip    = "s"  // pass an optional question over
	opStay    = "ka" // keep the answer that Back came to, and go on
	opClear   = "cl" // take an optional answer back
	opSure    = "su" // answer, although other answers go with that
	opLast    = "l"  // the same as last time
	opInstead = "in" // yes to the field that answers this one too
	opCancel  = "x"
	opGoOn    = "go"
	opKeep    = "kd"
	opDrop    = "dr"
	opCommit  = "ok"
	opMenu    = "m"  // open a menu of the review
	opEdit    = "e"  // ask this field again
	opGroup   = "g"  // open a group of details
	opPhoto   = "ph" // open one photo's menu
	opCover   = "pc"
	opEarlier = "pe"
	opLater   = "pl"
	opRemove  = "pr"
)

// cancelByBack is the argument of opCancel behind a button that says "Back":
// where nothing is lost, nothing is said either.
const cancelByBack = "back"

// cancelToReview is the argument of opCancel at a question that was opened from
// the review: what is cancelled is the change of that answer, not the form.
const cancelToReview = "review"

// press works a button of a form.
func (fm form) press(t *Turn, f *Frame, op, arg string) error {
	st, err := t.state(f)
	if err != nil || st == nil {
		return err
	}
	done, err := fm.pressMenu(t, f, st, op, arg)
	if err != nil {
		return err
	}
	if !done {
		if err := fm.pressField(t, f, st, op, arg); err != nil {
			return err
		}
	}
	if t.s.top() != f {
		return nil
	}
	return t.keep(f, st)
}

// pressMenu works what needs no questions to be computed.
func (fm form) pressMenu(t *Turn, f *Frame, st *FormState, op, arg string) (bool, error) {
	switch op {
	case opCancel:
		if arg == cancelToReview {
			st.leave()
			st.Menu = ""
			break
		}
		if worthAsking(f, st) {
			st.Menu = menuCancel
			break
		}
		if arg != cancelByBack {
			t.note = say("note.cancelled")
		}
		return true, fm.dropForm(t, f)
	case opGoOn:
		st.Menu = ""
	case opStay:
		st.leave()
	case opSure:
		if st.Pending != nil {
			st.take(st.At, *st.Pending)
		}
	case opKeep:
		st.Menu = ""
		if err := t.keep(f, st); err != nil {
			return true, err
		}
		return true, t.goHome()
	case opDrop:
		t.note = say("note.cancelled")
		return true, fm.dropForm(t, f)
	case opMenu:
		st.leave()
		st.Menu = arg
	case opGroup:
		st.Menu, st.Group, st.Page = menuGroup, arg, 0
	case opEdit:
		st.leave()
		if st.Menu == menuEdit {
			st.Menu = ""
		}
		st.At = arg
	case opPage:
		st.Page, _ = strconv.Atoi(arg)
	default:
		return false, nil
	}
	return true, nil
}

// worthAsking reports whether dropping the form would lose something.
func worthAsking(f *Frame, st *FormState) bool {
	if f.Draft == "" {
		return st.edited()
	}
	return worthKeeping(st)
}

// dropForm forgets a form and goes back to what was there before it.
func (fm form) dropForm(t *Turn, f *Frame) error {
	fm.drop(t, f)
	if opens(f) {
		return t.leaveOpening(f)
	}
	t.s.pop()
	return nil
}

// pressField works what concerns the field being asked, or the whole form.
func (fm form) pressField(t *Turn, f *Frame, st *FormState, op, arg string) error {
	q, err := fm.settle(t, f, st)
	if err != nil || t.s.top() != f {
		return err
	}
	if op == opCommit {
		return fm.tryCommit(t, f, st, q)
	}
	if op == opBack {
		fm.back(t, f, st, q)
		return nil
	}
	if op == opToggle && st.Menu == menuGroup && st.At == "" {
		toggleBox(st, arg)
		return nil
	}
	field, ok := st.current(q)
	if !ok {
		return nil
	}
	switch op {
	case opSkip:
		st.Skipped = append(st.Skipped, field.Key)
		st.leave()
		return nil
	case opClear:
		return fm.put(t, f, st, q, field, market.Value{})
	case opLast:
		return fm.answerAsLast(t, f, st, field)
	case opInstead:
		return fm.answerInstead(t, f, st, q, field)
	case opWithout:
		return fm.goWithout(t, f, st, q, field)
	}
	if field, err = fm.offered(t, f, st, field, op, arg); err != nil {
		return err
	}
	value, done, why := kindOfField(field).press(field, st, op, arg)
	if !why.IsZero() {
		t.note = why
		return nil
	}
	if !done {
		return nil
	}
	return fm.answer(t, f, st, q, field, value)
}

func toggleBox(st *FormState, key string) {
	if v, ok := st.Answers[key]; ok && v.Yes != nil && *v.Yes {
		delete(st.Answers, key)
		return
	}
	st.Answers[key] = market.YesValue(true)
}

// tryCommit commits when nothing is missing; otherwise the missing field is
// asked, which the view does by itself.
func (fm form) tryCommit(t *Turn, f *Frame, st *FormState, q questions) error {
	if _, missing := st.missing(q); missing {
		st.leave()
		st.Menu = ""
		return nil
	}
	return fm.commit(t, f, st, q)
}

// back goes one step back: out of a menu, to the review, to the question
// before, or out of the form.
func (fm form) back(t *Turn, f *Frame, st *FormState, q questions) {
	field, asking := st.current(q)
	_, incomplete := st.missing(q)
	switch {
	case st.Pending != nil:
		st.Pending, st.Clears, st.Ahead = nil, nil, nil
	case st.Picked > 0:
		st.Picked = 0
	case st.Query != "" || st.Number != "":
		st.Query, st.Number, st.Page = "", "", 0
	case st.Menu == menuGroup && st.At == "":
		st.Menu, st.Page = menuDetails, 0
	case st.At == "" && st.Menu != "":
		st.leave()
		st.Menu = ""
	case st.At != "" && !incomplete:
		st.leave()
	case asking:
		fm.backFrom(t, f, st, q, field)
	default: // from the review: the question answered last
		fm.backFrom(t, f, st, q, Field{})
	}
}

// backFrom asks the question before field once more; before the first one the
// form is left, as Cancel does.
func (fm form) backFrom(t *Turn, f *Frame, st *FormState, q questions, field Field) {
	before := ""
	for _, other := range q.fields {
		if other.Key == field.Key {
			break
		}
		if st.asked(other) && !obvious(other) {
			before = other.Key
		}
	}
	st.leave()
	if before == "" {
		st.Menu = ""
		_ = fm.press(t, f, opCancel, cancelByBack)
		return
	}
	st.Skipped = slices.DeleteFunc(st.Skipped, func(k string) bool { return k == before })
	st.At = before
}

// sameAsLast offers the answer of the time before, where a seller tends to
// repeat it.
func (fm form) sameAsLast(t *Turn, f *Frame, st *FormState, q questions, field Field) (Button, bool) {
	last := fm.last(t, f)
	if !field.Repeats || last == nil {
		return Button{}, false
	}
	v, ok := last[field.Key]
	if !ok || !fits(field, v) {
		return Button{}, false
	}
	name := kindOfField(field).show(field, v)
	if field.Role == market.RoleCategory && t.s.LastName != nil {
		if n := t.s.LastName[fm.marketOf(t, f)]; n != "" {
			name = data(n)
		}
	}
	return button(say("button.same_as_last", "Value", name), opLast, field.Key), true
}

// marketOf is the market a form is for, or "".
func (fm form) marketOf(t *Turn, f *Frame) market.ID {
	if f.Draft == "" {
		a, err := t.account(f.arg("account"))
		if err != nil || a == nil {
			return ""
		}
		return a.Market
	}
	d, err := t.draft(f.Draft)
	if err != nil || d == nil {
		return ""
	}
	return d.Market
}

// fits reports whether an answer of another time is possible now.
func fits(field Field, v market.Value) bool {
	for _, id := range v.Options {
		if _, ok := field.Option(id); !ok {
			return false
		}
	}
	return !v.IsZero()
}

// answerAsLast answers a field as the time before, and with it all that
// belongs to it: the whole place, the category with its offer type.
func (fm form) answerAsLast(t *Turn, f *Frame, st *FormState, field Field) error {
	last := fm.last(t, f)
	repeat(st, field, last)
	st.leave()
	const longest = 12
	for range longest {
		q, err := fm.settle(t, f, st)
		if err != nil {
			return err
		}
		next, ok := st.missing(q)
		if !ok || !belongs(next, field) || !fits(next, last[next.Key]) {
			return nil
		}
		repeat(st, next, last)
	}
	return nil
}

// answerInstead takes the way past a question: yes to the field that answers it
// too.
func (fm form) answerInstead(t *Turn, f *Frame, st *FormState, q questions, field Field) error {
	if field.Instead == nil {
		return nil
	}
	other, ok := q.field(field.Instead.Key)
	if !ok {
		return nil
	}
	delete(st.Answers, field.Key)
	if st.Again == field.Key {
		st.Again = other.Key
	}
	return fm.answer(t, f, st, q, other, market.YesValue(true))
}

func repeat(st *FormState, field Field, last market.Answers) {
	if v, ok := last[field.Key]; ok && fits(field, v) {
		st.Answers[field.Key] = v
	}
}

// belongs reports whether two fields are one thing to the person.
func belongs(a, b Field) bool {
	thing := func(r market.Role) market.Role {
		if r == market.RoleOffer {
			return market.RoleCategory
		}
		return r
	}
	return a.Role != market.RoleNone && thing(a.Role) == thing(b.Role)
}
