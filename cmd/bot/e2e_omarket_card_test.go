package main

import (
	"bytes"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"

	"bazarbot/sandbox/omarket"
)

// opensOwnLot publishes the ad from the chat and opens its card, as a moderator
// has let it pass.
func (s *seller) opensOwnLot(w *world) {
	s.t.Helper()
	s.reviewsLot()
	s.sendsLot(w)
	if err := w.town.omarket.Decide(w.lot(s).UUID, omarket.Active, ""); err != nil {
		s.t.Fatal(err)
	}
	s.opensLot("🟢")
}

// TestE2ELotEdit changes several answers and the photos at once; what was not
// touched stays.
func TestE2ELotEdit(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := lotWorld(t)
		s := w.seller(lang)
		s.opensOwnLot(w)
		before := w.lot(s)
		s.opensEdit()
		s.picks("Память: 128 ГБ")
		s.picks("256 ГБ")
		s.reads(s.change("Память", "128 ГБ", "256 ГБ"), s.text("edit.moderates"))
		s.replacesPhoto(2)
		s.savesEdit()

		after := w.lot(s)
		if len(after.Images) != 2 || after.Images[1] != before.Images[1] || slices.Contains(before.Images, after.Images[0]) {
			t.Errorf("the photos were %v and are %v", before.Images, after.Images)
		}
		if after.Title != before.Title || after.Price != before.Price || after.Location != before.Location || after.Uploads != 3 {
			t.Errorf("the ad was %+v and is %+v", before, after)
		}
		if i := slices.IndexFunc(after.Filters, func(f omarket.FilterValue) bool { return f.ID == 313 }); i < 0 || after.Filters[i].Value != "3133" {
			t.Errorf("the filters are %+v", after.Filters)
		}
	})
}

// TestE2ELotDelete: a deletion is confirmed, can be taken back, and is told to
// the market when its time is over.
func TestE2ELotDelete(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := newLotWorld(t, townOptions{})
		w.start()
		s := w.seller(lang)
		s.opensOwnLot(w)
		s.presses("act.button.delete")
		s.sees("act.ask.delete")
		s.presses("button.back") // thought better of it
		s.sees("act.button.delete")
		s.presses("edit.sold")
		s.sees("act.ask.delete")
		s.presses("act.sure.delete")
		s.sees("ads.heading")
		s.readsAnywhere(s.words("undo.will", "Title", lotTitle, "Seconds", "30"))
		s.presses("undo.button")
		s.readsAnywhere(s.words("undo.undone", "Title", lotTitle))
		w.lot(s)

		w.stop() // the wait is shorter from here on
		w.seams.undo = 300 * time.Millisecond
		w.start()
		s.opensLot("🟢")
		s.presses("act.button.delete")
		s.sees("act.ask.delete")
		s.presses("act.sure.delete")
		s.readsAnywhere(s.text("act.done.delete"))
		w.until("the ad is deleted", func() bool { return len(w.town.omarket.Ads(s.phone())) == 0 })
		if n := w.town.omarket.Count(lotDelete); n != 1 {
			t.Errorf("%d deletions were sent", n)
		}
		s.presses("undo.button")
		s.readsAnywhere(s.text("undo.late"))
	})
}

// readsAnywhere waits until any message of the bot holds the part.
func (s *seller) readsAnywhere(part string) {
	s.t.Helper()
	s.must(s.seeAnywhere(s.t.Context(), part))
}

// TestE2ELotDeletedTwice: two presses delete once, also when the answer is lost.
func TestE2ELotDeletedTwice(t *testing.T) {
	t.Parallel()
	for _, kind := range []omarket.FaultKind{omarket.FaultLostBefore, omarket.FaultLostAfter, omarket.FaultHalfJSON, omarket.FaultHTML} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := newLotWorld(t, townOptions{})
			w.seams.undo = 300 * time.Millisecond
			w.start()
			s := w.seller("ky")
			s.opensOwnLot(w)
			w.breaks(lotDelete, kind, 1)
			s.presses("act.button.delete")
			s.sees("act.ask.delete")
			message, sure := s.firstButton(s.text("act.sure.delete"))
			s.sends("two presses", func() {
				s.must(s.person.PressStale(message, sure))
				s.must(s.person.PressStale(message, sure))
			})
			s.readsAnywhere(s.text("act.done.delete"))
			if ads := w.town.omarket.Ads(s.phone()); len(ads) != 0 {
				t.Errorf("O!Market holds %+v", ads)
			}
			if n := s.countNotices("undo.button"); n != 1 {
				t.Errorf("%d deletions can be undone", n)
			}
		})
	}
}

// countNotices counts the messages with a button.
func (s *seller) countNotices(key string) (n int) {
	for _, m := range s.person.Messages() {
		if _, ok := buttonOf(m, s.text(key)); ok {
			n++
		}
	}
	return n
}

// TestE2ELotCopy publishes a copy, whose photos come from the market.
func TestE2ELotCopy(t *testing.T) {
	t.Parallel()
	w := lotWorld(t)
	s := w.seller("ro")
	s.opensOwnLot(w)
	s.presses("edit.copy")
	s.sees("edit.copied", "review.heading")
	s.must(s.seeLot(t.Context()))
	s.presses("button.publish")
	s.sees("publish.moderated")
	ads := w.lots(s)
	if len(ads) != 2 {
		t.Fatalf("O!Market holds %d ads, not two", len(ads))
	}
	if err := checkLot(ads[1]); err != nil {
		t.Error(err)
	}
	for i, path := range ads[1].Images {
		if !samePicture(w.town.omarket.Image(path), w.town.omarket.Image(ads[0].Images[i])) {
			t.Errorf("photo %d of the copy is another", i+1)
		}
	}
}

// samePicture compares what two pictures show, roughly: each is encoded anew on
// its way.
func samePicture(a, b []byte) bool {
	first, err := jpeg.Decode(bytes.NewReader(a))
	if err != nil {
		return false
	}
	second, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil || first.Bounds() != second.Bounds() {
		return false
	}
	near := func(x, y uint32) bool { return max(x, y)-min(x, y) < 0x1000 }
	at := first.Bounds().Min
	r1, g1, b1, _ := first.At(at.X, at.Y).RGBA()
	r2, g2, b2, _ := second.At(at.X, at.Y).RGBA()
	return near(r1, r2) && near(g1, g2) && near(b1, b2)
}

// TestE2ELotGone: an ad that went on the site meanwhile is told so, wherever the
// seller is.
func TestE2ELotGone(t *testing.T) {
	t.Parallel()
	w := lotWorld(t)
	s := w.seller("ru")
	s.opensOwnLot(w)
	s.opensEdit()
	s.picks("Состояние: Б/у")
	s.picks("Новое")
	s.reads(s.change("Состояние", "Б/у", "Новое"))
	w.deleteOnSite(s)
	s.presses("edit.save")
	s.sees("ads.gone")
	if strings.Contains(s.screen().String(), lotTitle) {
		t.Errorf("the list still shows it: %s", s.screen())
	}
}
