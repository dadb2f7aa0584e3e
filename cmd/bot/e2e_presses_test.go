package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bazarbot/sandbox/telegram"
)

// firstButton is the first message of the bot that shows the button, and its data.
func (s *seller) firstButton(label string) (message int64, data string) {
	s.t.Helper()
	for _, m := range s.person.Messages() {
		if b, ok := buttonOf(m, label); ok {
			return m.ID, b.Data
		}
	}
	s.t.Fatalf("no message shows the button %q", label)
	return 0, ""
}

// TestE2EOldButtons: presses on what is no longer the screen change nothing and
// show the present one.
func TestE2EOldButtons(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ru")
	s.command("start")
	s.sees("home.greeting")
	greeting, newAd := s.firstButton(s.text("button.new_ad"))
	s.presses("button.new_ad")
	s.sees("field.api_key")
	s.say(demoKey)
	s.sees("connect.done")
	ad := s.ad()
	categories, category := s.firstButton("Транспорт")
	s.picks(ad.category, ad.subcategory, ad.offer)
	s.sees("ask.title")
	s.say(adTitle)
	s.sees("ask.description")

	for what, button := range map[string]struct {
		message int64
		data    string
	}{
		"three screens old":  {greeting, newAd},
		"an answered choice": {categories, category},
		"forged":             {categories, "forged:1:k:0"},
		"of no form at all":  {categories, "!"},
		"a notice's, forged": {categories, "n:nobody:o"},
		"without a colon":    {categories, strings.Repeat("z", 64)},
	} {
		s.sends(what, func() { s.must(s.person.PressStale(button.message, button.data)) })
		s.sees("ask.description")
	}
	s.hears("toast.old_button")
	s.say(adText)
	s.sees("ask.price")
	s.say(adPrice)
	s.endsAd(w)
}

// TestE2ETwoPresses: of two presses at once the first counts.
func TestE2ETwoPresses(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ru")
	s.connects()
	electronics, first := s.firstButton("Электроника")
	_, second := s.firstButton("Транспорт")
	s.sends("two presses", func() {
		s.must(s.person.PressStale(electronics, first))
		s.must(s.person.PressStale(electronics, second))
	})
	s.reads("Мобильные телефоны", "Ноутбуки")
	s.hears("toast.old_button")
}

// TestE2EDoublePublish: pressing twice publishes once.
func TestE2EDoublePublish(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ru")
	s.reviewsAd()
	review := s.screen()
	publish, _ := buttonOf(review, s.text("button.publish_for"))
	s.sends("a double press", func() {
		s.must(s.person.PressStale(review.ID, publish.Data))
		s.must(s.person.PressStale(review.ID, publish.Data))
	})
	s.sees("publish.done")
	s.hears("toast.old_button")
	s.sends("one more press", func() { s.must(s.person.PressStale(review.ID, publish.Data)) })
	s.sees("publish.done", "button.my_ads")
	s.presses("button.my_ads")
	s.reads(s.words("ads.count", "Count", "1"))
	w.holdsSmallAd(demoKey)
}

// TestE2ELatePhoto: a photo of an album that comes after Publish is not lost
// without a word.
func TestE2ELatePhoto(t *testing.T) {
	t.Parallel()
	w := newWorld(t, townOptions{}, append(byWebhook(t), "DATABASE_URL=sqlite")...)
	w.start()
	s := w.seller("ru")
	s.reviewsAd()
	var late telegram.Message
	for _, m := range s.person.Messages() {
		if m.Album != "" {
			late = m
		}
	}
	s.publishes()
	s.sends("a late photo", func() { w.bringPhoto(s.person.ID(), late) })
	s.sees("note.photo_too_late", "publish.done")
	w.holdsSmallAd(demoKey)
}

// bringPhoto brings a further photo of a message's album to the webhook.
func (w *world) bringPhoto(person int64, of telegram.Message) {
	w.t.Helper()
	photo := of.Photo.Largest()
	photo.UniqueID += "-late"
	from := map[string]any{"id": person, "first_name": "Seller", "language_code": "ru"}
	body, err := json.Marshal(map[string]any{
		"update_id": 77_000_001,
		"message": map[string]any{
			"message_id": of.ID + 1000, "date": of.Date.Unix(), "from": from,
			"chat":           map[string]any{"id": person, "type": "private"},
			"media_group_id": of.Album, "photo": []telegram.PhotoSize{photo},
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(w.settings, func(s string) bool { return strings.HasPrefix(s, "WEBHOOK_URL=") })
	_, url, _ := strings.Cut(w.settings[i], "=")
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", hookSecret)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		w.t.Fatalf("the webhook answers %d", res.StatusCode)
	}
}
