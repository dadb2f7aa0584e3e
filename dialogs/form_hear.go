package dialogs

import (
	"slices"
	"strconv"
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
	field, asking := st.current(q)
	if !asking || st.Menu == menuCancel || (st.Menu != "" && st.At == "") {
		return false, nil
	}
	if secret(field) {
		t.erase()
	}
	if ev.Kind != Said {
		t.note = say(wrongKindKey(field))
		return true, nil
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
	return true, fm.answer(t, f, st, field, value)
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

func secret(f Field) bool {
	return f.Kind == market.KindSecret || f.Kind == market.KindCode
}

// wrongKindKey says what is wanted instead of a sticker or a voice message.
func wrongKindKey(f Field) string {
	switch f.Kind {
	case market.KindPhotos:
		return "refuse.photo_expected"
	case market.KindChoice, market.KindChoices, market.KindContacts, market.KindYesNo, market.KindLocation:
		return "refuse.press_or_type"
	case market.KindNumber, market.KindQuantity:
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

// pictured works a photo. At whatever moment it comes, it joins the ad being
// made; the later photos of an album follow the first one, also when the
// person has gone on meanwhile.
func (t *Turn) pictured() error {
	if why, err := t.lookAtPhoto(); err != nil || !why.IsZero() {
		t.note = why
		return err
	}
	first := t.ev.Album == "" || t.s.Album == nil || t.s.Album.ID != t.ev.Album
	f := t.s.find(func(f *Frame) bool { return f.Name == frameNewAd })
	draft := ""
	if f != nil {
		draft = f.Draft
	}
	if !first {
		draft = t.s.Album.Draft
	}
	t.s.Album = nil
	if t.ev.Album != "" {
		t.s.Album = &Album{ID: t.ev.Album, Draft: draft}
	}
	t.fresh = first
	if draft == "" {
		return t.stash()
	}
	return t.addPhoto(draft)
}

// lookAtPhoto tells what keeps a picture from being used, if anything does.
func (t *Turn) lookAtPhoto() (Text, error) {
	fault := t.ev.Fault
	if fault == "" && t.ev.Photo.Document && t.d.Pictures != nil {
		err := t.d.Pictures.Check(t, t.ev.Photo)
		perr, ok := asPhotoError(err)
		if err != nil && !ok {
			t.d.Log.Warn("photo not checked", "person", t.ev.Person.ID, "error", err)
			return say("photo.not_fetched"), nil
		}
		if ok {
			fault = perr.Fault
		}
	}
	if fault == "" {
		return Text{}, nil
	}
	return photoTrouble(fault), nil
}

func photoTrouble(fault market.PhotoFault) Text {
	switch fault {
	case market.PhotoTooLarge:
		return say("photo.too_large")
	case market.PhotoTooHeavy:
		return say("photo.too_heavy")
	case market.PhotoFormat:
		return say("photo.format")
	}
	return say("photo.unreadable")
}

// stash keeps photos that came before there was an ad; the next new ad takes
// them in.
func (t *Turn) stash() error {
	const most = 20
	if len(t.s.Stash) < most {
		t.s.Stash = append(t.s.Stash, t.ev.Photo)
	}
	t.note = say("note.photos_wait", "Count", len(t.s.Stash))
	return nil
}

// addPhoto puts a photo into a draft.
func (t *Turn) addPhoto(id string) error {
	d, err := t.draft(id)
	if err != nil {
		return err
	}
	if d == nil || d.State != market.DraftOpen {
		t.note = say("note.photo_too_late")
		return nil
	}
	f := t.s.find(func(f *Frame) bool { return f.Draft == id })
	if f == nil {
		f = &Frame{Name: frameNewAd, Draft: id}
	}
	st, err := t.state(f)
	if err != nil || st == nil {
		return err
	}
	q, err := form{newAd{}}.settle(t, f, st)
	if err == nil {
		for _, field := range q.fields {
			if field.Kind == market.KindPhotos {
				t.note = join("\n", t.addTo(st, field), t.note)
				return t.keep(f, st)
			}
		}
		if q.complete {
			t.note = say("note.no_photos_here")
			return nil
		}
	} else if _, ok := asMarketError(err); !ok {
		return err
	}
	t.note = t.addTo(st, Field{Field: market.Field{Key: photosKeyBeforeForm}})
	return t.keep(f, st)
}

// photosKeyBeforeForm holds photos that came before the market told under
// which key its form wants them.
const photosKeyBeforeForm = "photos"

// addTo adds the photo to a field's answer.
func (t *Turn) addTo(st *FormState, field Field) Text {
	photos := slices.Clone(st.Answers[field.Key].Photos)
	if slices.ContainsFunc(photos, func(p market.Photo) bool { return p.UniqueID != "" && p.UniqueID == t.ev.Photo.UniqueID }) {
		return say("note.photo_twice")
	}
	if field.MaxCount > 0 && len(photos) >= field.MaxCount {
		return say("refuse.too_many_photos", "Max", strconv.Itoa(field.MaxCount))
	}
	photos = append(photos, t.ev.Photo)
	st.Answers[field.Key] = market.PhotosValue(photos...)
	st.Skipped = slices.DeleteFunc(st.Skipped, func(k string) bool { return k == field.Key })
	return say("note.photo_added", "Count", len(photos))
}

// adoptPhotos moves photos that came early under the key the form wants.
func adoptPhotos(st *FormState, q questions) {
	early, ok := st.Answers[photosKeyBeforeForm]
	if !ok {
		return
	}
	for _, field := range q.fields {
		if field.Kind == market.KindPhotos && field.Key != photosKeyBeforeForm {
			v := st.Answers[field.Key]
			v.Photos = append(slices.Clone(v.Photos), early.Photos...)
			if field.MaxCount > 0 && len(v.Photos) > field.MaxCount {
				v.Photos = v.Photos[:field.MaxCount]
			}
			st.Answers[field.Key] = v
			delete(st.Answers, photosKeyBeforeForm)
			return
		}
	}
}
