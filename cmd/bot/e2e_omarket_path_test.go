package main

import (
	"io"
	"slices"
	"strings"
	"testing"

	"bazarbot/sandbox/omarket"
)

// TestE2ELotPath puts an ad on O!Market from /start on, signing up on the way,
// over every way updates come in and on both databases.
func TestE2ELotPath(t *testing.T) {
	t.Parallel()
	embedded := func(*testing.T) []string { return []string{"DATABASE_URL=sqlite"} }
	for _, c := range []struct {
		name, lang string
		settings   func(*testing.T) []string
	}{
		{"polling, embedded", "ru", embedded},
		{"webhook, embedded", "ro", func(t *testing.T) []string { return slices.Concat(byWebhook(t), embedded(t)) }},
		{"webhook, postgres", "ky", func(t *testing.T) []string { return slices.Concat(byWebhook(t), onPostgres(t)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newLotWorld(t, townOptions{}, c.settings(t)...)
			w.seams.pace = demoPace // a moderator's decision is soon told
			w.start()
			s := w.seller(c.lang)
			s.must(s.playLot(t.Context(), w.town))
			w.oneAccount()
			for _, said := range []string{typed(s.phone()), password, w.town.omarket.Code(s.phone())} {
				s.holdsNoMessage(said)
			}
		})
	}
}

// flatCatalogue is the market's with the phones at the top of the tree.
func flatCatalogue() *omarket.Catalogue {
	c := omarket.DefaultCatalogue()
	electronics := slices.IndexFunc(c.Categories, func(x omarket.Category) bool { return x.ID == 30 })
	sub := c.Categories[electronics].Sub
	c.Categories = append(c.Categories, sub[0])
	c.Categories[electronics].Sub = sub[1:]
	return c
}

// TestE2ELotCount counts every answer and press from /start to the ad that was
// sent, sign-up included. A category is one answer however deep it is: below the
// first level its name is typed. Each level that is pressed through instead is
// one press more, the first time.
func TestE2ELotCount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		catalogue *omarket.Catalogue
		category  func(*seller)
	}{
		"one level, pressed": {flatCatalogue(), func(s *seller) { s.picks(lotPath[1]) }},
		"two levels, typed":  {omarket.DefaultCatalogue(), func(s *seller) { s.sees("ask.category"); s.say("телефоны") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newLotWorld(t, townOptions{})
			w.town.omarket.SetCatalogue(c.catalogue)
			w.start()
			s := w.seller("ru")
			s.must(s.beginLot(t.Context()))
			c.category(s)
			w.countsLots(s)
		})
	}
}

// countsLots publishes twice, from the first question after the category, and
// counts.
func (w *world) countsLots(s *seller) {
	t := w.t
	t.Helper()
	s.sees("ask.title")
	s.answersLot()
	s.sendsLot(w)
	if s.turns != 13 {
		t.Errorf("the first time: %d answers and presses, not 13", s.turns)
	}
	s.command("start")
	s.sees("home.greeting")
	s.turns = 0
	s.pressesLabel("🔁")
	s.sees("ask.title")
	s.say(lotTitle)
	s.sees("ask.price")
	s.say(lotPrice)
	s.picks(lotFilters...)
	s.must(s.sendPhotos(t.Context()))
	s.must(s.seeLot(t.Context()))
	s.presses("button.publish")
	s.sees("publish.moderated")
	if s.turns != 8 {
		t.Errorf("the next time: %d answers and presses, not 8", s.turns)
	}
	ads := w.lots(s)
	if len(ads) != 2 {
		t.Fatalf("O!Market holds %d ads, not 2", len(ads))
	}
	for _, ad := range ads {
		if err := checkLot(ad); err != nil {
			t.Error(err)
		}
	}
}

// answersLot answers everything from the title to the photos.
func (s *seller) answersLot() {
	s.t.Helper()
	s.say(lotTitle)
	s.sees("ask.price")
	s.say(lotPrice)
	s.picks(append([]string{lotPlace}, lotFilters...)...)
	s.must(s.sendPhotos(s.t.Context()))
	s.must(s.seeLot(s.t.Context()))
}

// TestE2ELotModerated: the list and the card tell what a moderator decided, and
// an ad that was refused is mended from there.
func TestE2ELotModerated(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := lotWorld(t)
		s := w.seller(lang)
		s.reviewsLot()
		s.sendsLot(w)
		s.opensLot("🕓")
		s.reads(s.text("state.moderate"), s.text("ad.opens"))
		if err := w.town.omarket.Decide(w.lot(s).UUID, omarket.Cancelled, "<p>Чужие фото &mdash; замените</p>"); err != nil {
			t.Fatal(err)
		}
		s.presses("button.refresh")
		s.reads(s.text("state.cancelled"), s.words("ad.reason", "Reason", "Чужие фото — замените"))
		s.changesPrice("34 000 сом")
		s.reads(s.text("act.done.edit"), s.text("state.moderate"))
		if got := w.lot(s); got.Status != omarket.Moderate || got.Price != "34000" {
			t.Errorf("the ad is %+v", got)
		}
		if err := w.town.omarket.Decide(w.lot(s).UUID, omarket.Active, ""); err != nil {
			t.Fatal(err)
		}
		s.opensLot("🟢")
		s.reads(s.text("state.active"), "34\u00a0000", s.text("edit.sold"))
	})
}

// newBothWorld opens a town whose bot has both markets, and looks at ads as the
// demo's does.
func newBothWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, townOptions{}, "MARKETS=999md,omarket")
	w.seams.pace = demoPace
	return w
}

// TestE2EBoth plays what the demo plays: an ad on either market, one after the
// other, with one bot.
func TestE2EBoth(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := newBothWorld(t)
		w.start()
		if err := play(t.Context(), w.town, lang, true, io.Discard); err != nil {
			t.Fatal(err)
		}
		w.holdsSmallAd(demoKey)
		w.oneAccount()
	})
}

// TestE2EBothAgain: with both markets on, each has an ad like its last one.
func TestE2EBothAgain(t *testing.T) {
	t.Parallel()
	w := newBothWorld(t)
	w.start()
	s := w.seller("ro")
	s.both = true
	s.must(s.playAd(t.Context(), w.town))
	s.must(s.playLot(t.Context(), w.town))
	s.command("start")
	s.reads("Telefoane mobile · Vând", "Телефоны")
	s.pressesLabel("🔁 " + s.likeLast("Телефоны"))
	s.reads("Телефоны", s.text("ask.title"))
	s.command("start")
	s.sees("home.greeting")
	s.pressesLabel("🔁 " + s.likeLast("Telefoane mobile"))
	s.reads("Telefoane mobile", s.text("ask.title"))
}

// likeLast is the label of the button for an ad like the last one, without its
// sign.
func (s *seller) likeLast(name string) string {
	s.t.Helper()
	return strings.TrimPrefix(s.words("button.new_like_last", "Name", name), "🔁 ")
}
