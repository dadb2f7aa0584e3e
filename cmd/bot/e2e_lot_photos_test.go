package main

import (
	"net/http"
	"strings"
	"testing"

	"bazarbot/market"
	client "bazarbot/market/omarket"
	"bazarbot/sandbox/omarket"
	"bazarbot/sandbox/telegram"
)

// TestE2ELotCardPhotos: the card of one's own ad shows its cover and, when they
// are asked for, all photos; it comes as well where Telegram cannot fetch them.
func TestE2ELotCardPhotos(t *testing.T) {
	t.Parallel()
	w := lotWorld(t)
	s := w.seller("ru")
	s.opensOwnLot(w)
	s.reads("[photo ", lotTitle)
	shown := s.screen()
	s.presses("button.refresh")
	s.reads("[photo ", lotTitle)
	if now := s.screen(); now.ID != shown.ID {
		t.Errorf("the card was message %d and is %d", shown.ID, now.ID)
	}
	s.presses("act.button.delete")
	s.reads("[photo ", s.text("act.ask.delete"))
	if now := s.screen(); now.ID != shown.ID {
		t.Errorf("the question is message %d, the card was %d", now.ID, shown.ID)
	}
	s.presses("button.back")
	s.reads("[photo ", s.text("button.refresh"))
	s.pressesLabel("📷")
	s.reads("[photo ", s.text("button.refresh"))
	if albums := s.inAlbums(); albums != 2 {
		t.Errorf("%d photos of albums are in the chat, not 2", albums)
	}

	s.command("start")
	s.sees("home.greeting")
	broken := telegram.Fault{
		Kind: telegram.FaultRefuse, Code: http.StatusBadRequest, Description: "Bad Request: failed to get HTTP URL content",
	}
	broken.Method = "sendPhoto"
	w.town.telegram.Inject(broken)
	s.opensLot("🟢")
	if m := s.screen(); m.Photo != nil || !strings.Contains(m.Text, lotTitle) {
		t.Errorf("where the photo cannot be fetched the card is %s", m)
	}
	s.presses("button.refresh")
	s.reads("[photo ", lotTitle)
}

// inAlbums counts the photos of albums that the bot has sent.
func (s *seller) inAlbums() (n int) {
	for _, m := range s.person.Messages() {
		if m.Album != "" && m.FromBot() {
			n++
		}
	}
	return n
}

// TestE2ELotPhotoAgain takes a photo off an ad and adds the same picture again,
// when the market has long deleted the first one.
func TestE2ELotPhotoAgain(t *testing.T) {
	t.Parallel()
	w := lotWorld(t)
	s := w.seller("ru")
	s.opensOwnLot(w)
	before := w.lot(s)
	s.opensEdit()
	s.presses("button.photos")
	s.sees("photos.number_cover")
	s.pressesLabel("2")
	s.sees("photos.remove")
	s.presses("photos.remove")
	s.sees("photos.number_cover")
	s.presses("button.done")
	s.sees("edit.save")
	s.presses("edit.save")
	s.sees("act.done.edit")
	w.onSite(s, func(site *client.Client, secret market.Secret) error {
		return site.RemoveImage(t.Context(), secret, before.UUID, w.town.omarket.URL()+before.Images[1])
	})

	s.opensEdit()
	s.must(s.album(picture(2)))
	s.reads(s.words("note.photo_added", "Count", "2"), s.text("edit.save"))
	s.presses("edit.save")
	s.sees("act.done.edit")
	after := w.lot(s)
	if len(after.Images) != 2 || after.Images[0] != before.Images[0] || after.Images[1] == before.Images[1] {
		t.Errorf("the photos were %v and are %v", before.Images, after.Images)
	}
	if !samePicture(w.town.omarket.Image(after.Images[1]), picture(2)) {
		t.Error("the photo is another")
	}
}

// TestE2ELotCaptions: the words under photos answer what asks for a text, and are
// not passed over in silence anywhere else; a forwarded post is one of them.
func TestE2ELotCaptions(t *testing.T) {
	t.Parallel()
	for _, lang := range langs {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := lotWorld(t)
			s := w.seller(lang)
			s.command("start")
			s.sees("home.greeting")
			s.captions("Продам телефон, состояние хорошее", picture(3))
			s.reads(s.words("note.photos_wait", "Count", "1"), s.text("note.caption_untaken"))
			s.must(s.beginLot(t.Context()))
			s.picks(lotPath...)
			s.sees("ask.title")
			s.captions(lotTitle, picture(1), picture(2))
			s.reads(s.words("note.photo_added", "Count", "3"), s.text("ask.price"))
			s.captions(lotPrice, picture(4))
			s.reads(s.words("note.photo_added", "Count", "4"), s.text("note.caption_untaken"), s.text("ask.price"))
		})
	}
}

// captions sends photos together, with words under the first one.
func (s *seller) captions(words string, pictures ...[]byte) {
	s.t.Helper()
	s.sends("photos: "+words, func() {
		if len(pictures) == 1 {
			_, err := s.person.Photo(pictures[0], words)
			s.must(err)
			return
		}
		_, err := s.person.Album(pictures, words)
		s.must(err)
	})
}

// TestE2ELotCaptionSecret: a password under a photo goes from the chat, and the
// photo does not reach the ad.
func TestE2ELotCaptionSecret(t *testing.T) {
	t.Parallel()
	w := lotWorld(t)
	s := w.seller("ru")
	w.hasAccount(s)
	s.reviewsLot()
	s.presses("button.publish")
	s.sees("field.phone")
	s.say(typed(s.phone()))
	s.sees("field.password")
	s.captions(password, picture(7))
	s.sees("publish.moderated")
	for _, m := range s.person.Messages() {
		if strings.Contains(m.Text, password) {
			t.Errorf("the password is in the chat: %s", m)
		}
	}
	w.holdsLot(s)
}

// TestE2ELotProgressEnds: a publishing that was refused leaves no message that
// says it goes on.
func TestE2ELotProgressEnds(t *testing.T) {
	t.Parallel()
	for _, lang := range langs {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := newLotWorld(t, townOptions{omarket: omarket.Options{MaxImageBytes: 500}})
			w.start()
			s := w.seller(lang)
			s.reviewsLot()
			s.presses("button.publish")
			s.signsUp(w)
			s.sees("publish.photo_refused")
			s.readsAnywhere(s.words("publish.failed", "Market", "O!Market", "Title", lotTitle))
			going := s.words("publish.working", "Market", "O!Market")
			for _, m := range s.person.Messages() {
				if strings.Contains(m.Text, going) {
					t.Errorf("message %d still says: %s", m.ID, m)
				}
			}
		})
	}
}
