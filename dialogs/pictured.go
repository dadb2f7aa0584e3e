package dialogs

import (
	"slices"
	"strconv"

	"bazarbot/market"
)

// pictured works a photo and the words under it. Words that are or may be a
// secret go from the chat as if they were typed, and the photo with them: what it
// shows may be the same secret.
func (t *Turn) pictured() error {
	if t.ev.Text == "" {
		if took, err := t.showsSecret(); took || err != nil {
			return err
		}
		return t.takePhoto()
	}
	f, field, asked, err := t.question()
	if err != nil {
		return err
	}
	if asked && secret(field) || !asked && opens(f) {
		return t.hearCaption(f)
	}
	if f := t.s.top(); f.Name == frameProfile {
		return t.takePhoto()
	}
	to, _ := t.photoGoes()
	if err := t.takePhoto(); err != nil {
		return err
	}
	if !asked || !to.isAnswered(f, field, t.ev.Text) {
		t.captionUntaken()
		return nil
	}
	joined := t.note
	t.note = Text{}
	if err := t.hearCaption(f); err != nil {
		return err
	}
	if !t.note.IsZero() && t.s.Album != nil { // refused
		t.s.Album.Untaken = true
	}
	t.note = join("\n", t.note, joined)
	return nil
}

// takePhoto works a photo. At whatever moment it comes, it joins the ad being
// made; the later photos of an album follow the first one, also when the
// person has gone on meanwhile.
func (t *Turn) takePhoto() error {
	if !t.spend(spentPhoto) {
		t.note = say("limit.photos")
		return nil
	}
	if why, err := t.lookAtPhoto(); err != nil || !why.IsZero() {
		t.note = why
		return err
	}
	to, first := t.photoGoes()
	if f := t.s.top(); first && f.Name == frameProfile {
		return t.avatarSent(f)
	}
	t.s.Album = nil
	if t.ev.Album != "" {
		t.s.Album = &to
	}
	t.fresh = first
	if err := t.joins(to); err != nil || !to.Untaken {
		return err
	}
	t.captionUntaken()
	return nil
}

// joins puts a photo where it goes.
func (t *Turn) joins(to Album) error {
	switch {
	case to.Edit != "":
		return t.addToEdit(to.Edit)
	case to.Draft == "":
		return t.stash()
	}
	return t.addPhoto(to.Draft)
}

// photoGoes tells where a photo goes: to the ad being made or changed, if there
// is one, and whether it is the first that goes there. The others of an album
// follow their first.
func (t *Turn) photoGoes() (to Album, first bool) {
	if t.ev.Album != "" && t.s.Album != nil && t.s.Album.ID == t.ev.Album {
		return *t.s.Album, false
	}
	to = Album{ID: t.ev.Album}
	f := t.s.find(func(f *Frame) bool {
		return f.Name == frameNewAd || f.Name == frameEdit && f.arg("only") == ""
	})
	switch {
	case f == nil:
	case f.Name == frameEdit:
		to.Edit = f.ID
	default:
		to.Draft = f.Draft
	}
	return to, true
}

// addToEdit puts a photo into the form of an ad that is being changed, also when
// it was left for later meanwhile.
func (t *Turn) addToEdit(id string) error {
	f := t.s.find(func(f *Frame) bool { return f.ID == id })
	if i := slices.IndexFunc(t.s.Edits, func(f *Frame) bool { return f != nil && f.ID == id && f.arg("job") == "" }); f == nil && i >= 0 {
		f = t.s.Edits[i]
	}
	if f == nil {
		t.note = say("note.photo_too_late")
		return nil
	}
	st, err := t.state(f)
	if err != nil {
		return err
	}
	fm := form{editAd{}}
	q, err := fm.settle(t, f, st)
	if err != nil {
		_, err = fm.hearBlind(t, err)
		return err
	}
	t.note = join("\n", t.addToForm(st, q), t.note)
	return t.keep(f, st)
}

// addToForm adds the photo where the form takes photos.
func (t *Turn) addToForm(st *FormState, q questions) Text {
	for _, field := range q.fields {
		if field.Kind == market.KindPhotos {
			return t.addTo(st, field)
		}
	}
	return say("note.no_photos_here")
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
	if len(t.s.Stash) >= most {
		t.note = say("note.photo_stays_out", "Max", strconv.Itoa(most))
		return nil
	}
	t.s.Stash = append(t.s.Stash, t.ev.Photo)
	t.note = say("note.photos_wait", "Count", len(t.s.Stash))
	return nil
}

// addPhoto puts a photo into a draft.
func (t *Turn) addPhoto(id string) error {
	d, err := t.draft(id)
	if err != nil {
		return err
	}
	switch {
	case d == nil:
		t.note = say("note.draft_gone")
		return nil
	case d.State != market.DraftOpen:
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

// adoptPhotos moves photos that came early under the key the form wants. It tells
// if they are more than the form takes, or if that takes none.
func adoptPhotos(st *FormState, q questions) Text {
	early, ok := st.Answers[photosKeyBeforeForm]
	if !ok {
		return Text{}
	}
	for _, field := range q.fields {
		if field.Kind != market.KindPhotos {
			continue
		}
		var tooMany Text
		v := early
		if field.Key != photosKeyBeforeForm {
			v = st.Answers[field.Key]
			v.Photos = append(slices.Clone(v.Photos), early.Photos...)
			delete(st.Answers, photosKeyBeforeForm)
		}
		if field.MaxCount > 0 && len(v.Photos) > field.MaxCount {
			v.Photos = v.Photos[:field.MaxCount]
			tooMany = say("refuse.too_many_photos", "Max", strconv.Itoa(field.MaxCount))
		}
		st.Answers[field.Key] = v
		return tooMany
	}
	if !q.complete {
		return Text{}
	}
	delete(st.Answers, photosKeyBeforeForm)
	return say("note.no_photos_here")
}
