package dialogs

import (
	"time"

	"bazarbot/market"
)

// hear works what the person typed: an answer to the field being asked.
func (fm form) hear(t *Turn, f *Frame, ev Event) (bool, error) {
	st, err := t.state(f)
	if err != nil || st == nil {
		return false, err
	}
	q, err := fm.settle(t, f, st)
	if err != nil {
		return fm.hearBlind(t, err)
	}
	if t.s.top() != f {
		return true, nil
	}
	field, asking := st.asking(q)
	if !asking {
		return false, nil
	}
	if secret(field) {
		t.erase()
	}
	if ev.Kind == Contact && field.Kind == market.KindPhone {
		if field.Private && !ev.Own {
			t.note = say("refuse.contact")
			return true, nil
		}
		ev.Kind, ev.Text = Said, ev.Phone
	}
	if ev.Kind != Said {
		t.note = say(wrongKindKey(field))
		return true, nil
	}
	if in := field.Instead; in != nil && fold(ev.Text) == fold(in.Label) { // the button's word, typed
		return true, fm.answerInstead(t, f, st, q, field)
	}
	value, done, why := kindOfField(field).parse(field, st, ev.Text)
	t.rememberSplit(f, field, value, !why.IsZero())
	if !why.IsZero() {
		t.note = why
		return true, nil
	}
	if !done {
		return true, t.keep(f, st)
	}
	return true, fm.answer(t, f, st, q, field, value)
}

// asking is the question that the person reads; false when a menu or the review
// is what they see.
func (st *FormState) asking(q questions) (Field, bool) {
	if st.Menu == menuCancel || st.Menu != "" && st.At == "" {
		return Field{}, false
	}
	return st.current(q)
}

// asks is the question that is being asked, if one is.
func (fm form) asks(t *Turn, f *Frame) (Field, bool, error) {
	st, err := t.state(f)
	if err != nil || st == nil {
		return Field{}, false, err
	}
	q, err := fm.settle(t, f, st)
	if err != nil {
		return Field{}, false, err
	}
	field, ok := st.asking(q)
	return field, ok, nil
}

// hearBlind answers while the market keeps the form from being computed: the
// view will say so. What was typed cannot be placed, and the person is told.
func (fm form) hearBlind(t *Turn, err error) (bool, error) {
	if _, ok := asMarketError(err); !ok {
		return false, err
	}
	t.note = say("note.not_taken")
	return true, nil
}

// secret reports whether answers to a field must not stay in the chat.
func secret(f Field) bool {
	return f.Private || f.Kind == market.KindSecret || f.Kind == market.KindCode
}

// wrongKindKey says what is wanted instead of a sticker or a voice message.
func wrongKindKey(f Field) string {
	switch f.Kind {
	case market.KindPhotos:
		return "refuse.photo_expected"
	case market.KindChoice, market.KindChoices, market.KindContacts, market.KindYesNo, market.KindLocation:
		return "refuse.press_or_type"
	case market.KindNumber, market.KindQuantity, market.KindRange:
		return "refuse.type_number"
	}
	return "refuse.type_text"
}

// splitWithin is how soon the rest of a cut text follows its beginning. Their
// message ids need not follow each other: a bot's chats share one count.
const splitWithin = 3 * time.Second

// rememberSplit notes that a text may go on in the next message: Telegram's
// apps cut what is longer than one message into several.
func (t *Turn) rememberSplit(f *Frame, field Field, v market.Value, refused bool) {
	t.s.Split = nil
	if !t.ev.Long && !t.ev.Ample || secret(field) {
		return
	}
	t.s.Split = &Split{
		Message: t.ev.Message, Date: t.ev.Date, Frame: f.ID, Field: field.Key, Text: v.Text,
		Refused: refused, Spaced: !t.ev.Long,
	}
}

// isRest reports whether the message goes on where cut ended. A text that left
// room in its message is often a whole one, so what follows it is an answer of
// its own, unless it was sent before our answer to the text was there.
func (t *Turn) isRest(cut *Split) bool {
	if t.ev.Kind != Said || t.ev.Message <= cut.Message || t.ev.Date.Sub(cut.Date) > splitWithin {
		return false
	}
	return !cut.Spaced || t.ev.Message < t.s.Screen
}

// splitRest works a message that is the rest of the one before: it belongs to
// the same answer, whatever is being asked by now.
func (t *Turn) splitRest() (bool, error) {
	cut := t.s.Split
	t.s.Split = nil
	if cut == nil || !t.isRest(cut) {
		return false, nil
	}
	if t.ev.Long || t.ev.Ample {
		t.s.Split = &Split{
			Message: t.ev.Message, Date: t.ev.Date, Frame: cut.Frame, Field: cut.Field,
			Refused: cut.Refused, Spaced: !t.ev.Long,
		}
	}
	f := t.s.find(func(f *Frame) bool { return f.ID == cut.Frame })
	if f == nil {
		return false, nil
	}
	if cut.Refused {
		t.note = say("note.rest_refused")
		return true, nil
	}
	return true, t.appendRest(f, cut)
}

func (t *Turn) appendRest(f *Frame, cut *Split) error {
	fm, ok := t.d.dialogs[f.Name].(form)
	st, err := t.state(f)
	if !ok || err != nil || st == nil {
		return err
	}
	q, err := fm.settle(t, f, st)
	if err != nil {
		_, err = fm.hearBlind(t, err)
		return err
	}
	field, ok := q.field(cut.Field)
	if !ok {
		return nil
	}
	whole := st.Answers[cut.Field].Text + t.ev.Text
	if cut.Spaced {
		whole = st.Answers[cut.Field].Text + " " + t.ev.Text
	}
	value, _, why := kindOfField(field).parse(field, st, whole)
	if !why.IsZero() {
		t.note = why
		st.At = cut.Field
		return t.keep(f, st)
	}
	if t.s.Split != nil {
		t.s.Split.Text = whole
	}
	st.Answers[cut.Field] = value
	return t.keep(f, st)
}
