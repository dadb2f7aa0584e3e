package main

import (
	"io"
	"slices"
	"testing"
)

// TestE2EPath plays the seller's whole conversation over every way updates come
// in and on both databases.
func TestE2EPath(t *testing.T) {
	t.Parallel()
	embedded := func(*testing.T) []string { return []string{"DATABASE_URL=sqlite"} }
	polling := func(*testing.T) []string { return nil }
	for _, c := range []struct {
		name, lang        string
		updates, database func(*testing.T) []string
	}{
		{"polling, embedded", "ru", polling, embedded},
		{"webhook, embedded", "ro", byWebhook, embedded},
		{"polling, postgres", "ky", polling, onPostgres},
		{"webhook, postgres", "ru", byWebhook, onPostgres},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, townOptions{}, slices.Concat(c.updates(t), c.database(t))...)
			w.start()
			if err := play(t.Context(), w.town, c.lang, false, io.Discard); err != nil {
				t.Fatal(err)
			}
			w.holdsSmallAd(demoKey)
		})
	}
}

// TestE2ECount counts every answer and press from /start to the published ad,
// sign-in included: asking for one thing more is a decision, not an accident.
func TestE2ECount(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ru")
	for _, round := range []struct {
		name string
		want int
		play func()
	}{
		{"first time", 13, func() {
			s.reviewsAd()
			s.publishes()
		}},
		{"next time", 6, func() {
			s.command("start")
			s.sees("home.greeting")
			s.turns = 0
			s.pressesLabel("🔁")
			s.sees("ask.title")
			s.answersTexts()
			s.must(s.sendPhotos(t.Context()))
			s.seesReview()
			s.publishes()
		}},
	} {
		round.play()
		if s.turns != round.want {
			t.Errorf("%s: %d answers and presses, not %d", round.name, s.turns, round.want)
		}
	}
	adverts := w.town.md999.Adverts(demoKey)
	if len(adverts) != 2 {
		t.Fatalf("999.md holds %d ads, not 2", len(adverts))
	}
	for _, ad := range adverts {
		if err := checkSmallAd(ad); err != nil {
			t.Error(err)
		}
	}
}
