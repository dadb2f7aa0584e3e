package main

import "strconv"

// opensPhotos opens the list of the ad's photos.
func (s *seller) opensPhotos() {
	s.t.Helper()
	s.presses("button.photos")
	s.sees("photos.number_cover")
}

// opensPhoto opens a photo from the list, one of so many.
func (s *seller) opensPhoto(number, total int) {
	s.t.Helper()
	s.pressesLabel(strconv.Itoa(number))
	s.seesPhoto(number, total)
}

// seesPhoto waits until the photo that is shown stands at this place.
func (s *seller) seesPhoto(number, total int) {
	s.t.Helper()
	s.reads(s.words("photos.single", "Number", strconv.Itoa(number), "Total", strconv.Itoa(total)))
}

// movesPhoto presses a button that puts the photo at another place.
func (s *seller) movesPhoto(button string, number, total int) {
	s.t.Helper()
	s.presses(button)
	s.seesPhoto(number, total)
}

// leavesPhoto goes back to the list.
func (s *seller) leavesPhoto() {
	s.t.Helper()
	s.presses("button.back")
	s.sees("photos.number_cover")
}

// removesPhoto takes the photo that is shown off the ad, which has others.
func (s *seller) removesPhoto() {
	s.t.Helper()
	s.presses("photos.remove")
	s.sees("photos.number_cover")
}

// replacesPhoto adds a photo to the two of an ad that is edited, makes it the
// cover, and removes the one that stands at a number then.
func (s *seller) replacesPhoto(number int) {
	s.t.Helper()
	s.must(s.album(picture(3)))
	s.reads(s.words("note.photo_added", "Count", "3"), s.text("edit.save"))
	s.opensPhotos()
	s.opensPhoto(3, 3)
	s.movesPhoto("photos.cover", 1, 3)
	s.leavesPhoto()
	s.opensPhoto(number, 3)
	s.removesPhoto()
	s.presses("button.done")
	s.reads("(+1, −1)")
}
