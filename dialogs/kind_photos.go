package dialogs

import (
	"slices"
	"strconv"

	"bazarbot/market"
)

// photosKind is the pictures of an ad, the cover first. They arrive by
// themselves (see pictured); here they are ordered and removed.
type photosKind struct{}

func (photosKind) prompt(f Field, st *FormState) Text {
	n := len(st.Answers[f.Key].Photos)
	switch {
	case st.Picked > 0 && st.Picked <= n:
		return say("photos.single", "Number", strconv.Itoa(st.Picked), "Total", strconv.Itoa(n))
	case n > 0:
		return say("photos.have", "Count", n)
	}
	return say("ask.photos")
}

func (photosKind) buttons(v *View, f Field, st *FormState) {
	photos := st.Answers[f.Key].Photos
	if n := st.Picked; n > 0 && n <= len(photos) {
		v.Photo, v.File = photos[n-1].FileID, photos[n-1].Document
		var cover, earlier, later Button
		if n > 1 {
			cover = button(say("photos.cover"), opCover, "")
			earlier = button(say("photos.earlier"), opEarlier, "")
		}
		if n < len(photos) {
			later = button(say("photos.later"), opLater, "")
		}
		v.row(cover)
		v.row(earlier, later)
		v.row(button(say("photos.remove"), opRemove, ""))
		return
	}
	const columns = 5
	var row []Button
	for i := range photos {
		label := data(strconv.Itoa(i + 1))
		if i == 0 {
			label = say("photos.number_cover")
		}
		row = append(row, button(label, opPhoto, strconv.Itoa(i+1)))
		if len(row) == columns {
			v.row(row...)
			row = nil
		}
	}
	v.row(row...)
	if len(photos) > 0 {
		v.row(button(say("button.done"), opDone, ""))
	}
}

func (photosKind) press(f Field, st *FormState, op, arg string) (market.Value, bool, Text) {
	v := st.Answers[f.Key]
	photos := slices.Clone(v.Photos)
	n := st.Picked
	if op == opDone {
		return v, len(photos) > 0, Text{}
	}
	if op == opPhoto {
		st.Picked, _ = strconv.Atoi(arg)
		st.At = f.Key
		return market.Value{}, false, Text{}
	}
	if n < 1 || n > len(photos) {
		return market.Value{}, false, Text{}
	}
	switch op {
	case opCover:
		photos = slices.Insert(slices.Delete(photos, n-1, n), 0, v.Photos[n-1])
		st.Picked = 1
	case opEarlier:
		if n > 1 {
			photos[n-1], photos[n-2] = photos[n-2], photos[n-1]
			st.Picked--
		}
	case opLater:
		if n < len(photos) {
			photos[n-1], photos[n] = photos[n], photos[n-1]
			st.Picked++
		}
	case opRemove:
		photos = slices.Delete(photos, n-1, n)
		st.Picked = 0
	}
	st.At = f.Key
	if len(photos) == 0 {
		delete(st.Answers, f.Key)
	} else {
		st.Answers[f.Key] = market.PhotosValue(photos...)
	}
	return market.Value{}, false, Text{}
}

func (photosKind) parse(Field, *FormState, string) (market.Value, bool, Text) {
	return market.Value{}, false, say("refuse.photo_expected")
}

func (photosKind) show(_ Field, v market.Value) Text {
	return say("value.photos", "Count", len(v.Photos))
}
