package dialogs

import (
	"maps"
	"slices"

	"bazarbot/market"
)

// maxEdits is how many changes of ads are kept that are not saved yet.
const maxEdits = 10

// park keeps the form of an ad while it is not looked at: its job runs, or the
// person is elsewhere.
func (s *Session) park(f *Frame) {
	s.Edits = append(s.Edits, f)
	if len(s.Edits) > maxEdits {
		s.Edits = s.Edits[len(s.Edits)-maxEdits:]
	}
}

// parkOpen keeps the forms on the stack that hold unsaved changes, and reports
// whether there were any.
func (s *Session) parkOpen() bool {
	parked := false
	for _, f := range s.Stack {
		if f.Name == frameEdit && f.Form != nil && f.Form.edited() {
			f.Form.leave()
			f.Form.Menu = ""
			f.setArg("only", "")
			s.park(f)
			parked = true
		}
	}
	return parked
}

// takeEdit takes the newest kept form for which ok holds; nil when there is none.
func (s *Session) takeEdit(ok func(*Frame) bool) *Frame {
	for i, f := range slices.Backward(s.Edits) {
		if f != nil && ok(f) {
			s.Edits = slices.Delete(s.Edits, i, i+1)
			return f
		}
	}
	return nil
}

// editEnded works the end of an edit's job. What did not take effect opens the
// form again, at the field the market named, with what was typed; false means
// that there is no form, or nothing left to do in it.
func (t *Turn) editEnded(r market.Report, onTop bool) bool {
	f := t.s.takeEdit(func(f *Frame) bool { return f.arg("job") == r.Job })
	if f == nil || f.Form == nil || r.Stage == market.StageDone {
		return false
	}
	f.setArg("job", "")
	f.setArg("only", "") // asked alone, an answer would be sent again at once
	f.Form.ready().openAt(r)
	why := join("\n", t.outcome(r, say("act.of", "Title", r.Title)), say("error.kept"))
	t.fresh = true
	if onTop {
		t.note = why
		t.s.push(f)
		return true
	}
	t.s.park(f)
	t.silent = true
	var v View
	v.say(why)
	v.row(Button{Label: say("edit.open"), Op: opEditAgain, Arg: f.ID, Notice: true})
	t.notice(v)
	return true
}

// openAt opens the form at what a report says was refused.
func (st *FormState) openAt(r market.Report) {
	st.leave()
	if keys := slices.Sorted(maps.Keys(r.Fields)); len(keys) > 0 {
		st.At = keys[0]
		return
	}
	if r.Photo == 0 || r.Kind == market.Quota { // nothing is wrong with the photo
		return
	}
	for key, v := range st.Answers {
		if len(v.Photos) > 0 {
			st.At = key
		}
	}
}

// resumeEdit opens a kept form from the message that told of it.
func (t *Turn) resumeEdit(id string) {
	f := t.s.takeEdit(func(f *Frame) bool { return f.ID == id && f.arg("job") == "" })
	if f == nil {
		t.note = say("edit.gone")
		return
	}
	t.s.home()
	t.s.push(f)
	t.cardOf(f)
}
