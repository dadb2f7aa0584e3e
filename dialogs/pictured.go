package dialogs

import (
	"slices"
	"strconv"

	"bazarbot/market"
)

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
