package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"bazarbot/sandbox/md999"
)

// The subcategory of the small ad, and the sector it is in.
const (
	phonesID = "601"
	centreID = "15664"
)

// catalogueLess is the catalogue of a market that has dropped something overnight.
func catalogueLess(change func(*md999.Catalogue)) *md999.Catalogue {
	c := md999.DefaultCatalogue()
	change(c)
	return c
}

// noPhones drops the subcategory of phones.
func noPhones(c *md999.Catalogue) {
	for i := range c.Categories {
		subs := &c.Categories[i].Subcategories
		*subs = slices.DeleteFunc(*subs, func(s md999.Subcategory) bool { return s.ID == phonesID })
	}
}

// noCentre drops a sector wherever it is offered.
func noCentre(c *md999.Catalogue) {
	for i := range c.Categories {
		for j := range c.Categories[i].Subcategories {
			for _, offer := range c.Categories[i].Subcategories[j].OfferTypes {
				for _, group := range offer.Groups {
					for f := range group.Features {
						group.Features[f].Options = withoutOption(group.Features[f].Options, centreID)
					}
				}
			}
		}
	}
}

func withoutOption(options []md999.Option, id string) []md999.Option {
	options = slices.DeleteFunc(options, func(o md999.Option) bool { return o.ID == id })
	for i := range options {
		options[i].Sub = withoutOption(options[i].Sub, id)
	}
	return options
}

// sectors are the names of a sector of Chișinău that stays.
var sectors = map[string]string{"ru": "Ботаника", "ro": "Botanica", "ky": "Ботаника"}

// TestE2EOptionGone: an option that the market dropped after it was chosen is
// asked for again when the market refuses it, and is not offered any more; the
// rest stays.
func TestE2EOptionGone(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := startWorld(t)
		s := w.seller(lang)
		s.reviewsAd()
		w.town.md999.SetCatalogue(catalogueLess(noCentre))
		s.presses("button.publish_for")
		s.reads(s.words("market.invalid", "Market", "999.md"), s.text("error.kept"), sectors[lang])
		if got := s.labels(); strings.Contains(got, s.ad().sector) {
			t.Errorf("a sector that is gone is offered: %s", got)
		}
		s.pressesLabel(sectors[lang])
		s.seesReview()
		s.publishes()
		adverts := w.town.md999.Adverts(demoKey)
		if sector, _ := adverts[0].Feature("9"); len(adverts) != 1 || sector.Value == centreID {
			t.Errorf("999.md holds %d ads, the first in sector %v", len(adverts), sector.Value)
		}
		if n := w.town.md999.Uploads(demoKey); n != 2 {
			t.Errorf("%d pictures were uploaded, not 2", n)
		}
	})
}

// TestE2ECategoryGone: the same with a whole subcategory; what its neighbour asks
// too is answered already.
func TestE2ECategoryGone(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ky")
	s.reviewsAd()
	w.town.md999.SetCatalogue(catalogueLess(noPhones))
	s.presses("button.publish_for")
	s.reads(s.words("market.invalid", "Market", "999.md"), s.text("error.kept"), "Ноутбуки")
	s.picks("Ноутбуки", "Продам", "Б/у")
	s.seesReview()
	s.publishes()
	w.holdsSmallAd(demoKey)
}

// TestE2ENewKindOfQuestion: what the bot cannot ask is left out with a note where
// the market can do without, and else stops the form with the way to the site.
func TestE2ENewKindOfQuestion(t *testing.T) {
	t.Parallel()
	for lang, label := range map[string]string{"ru": "точка на карте", "ro": "punct pe hartă", "ky": "точка на карте"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := startWorld(t)
			w.town.md999.SetQuirks(md999.Quirks{NewFeature: md999.OptionalNewFeature})
			s := w.seller(lang)
			s.reviewsAd()
			s.reads(s.words("review.left_out", "Fields", label))
			w.town.md999.SetQuirks(md999.Quirks{NewFeature: md999.RequiredNewFeature})
			s.presses("button.publish_for")
			s.reads(s.words("form.blocked", "Fields", label), s.text("button.open_site"), s.text("error.kept"))
			if url := s.linkOf("button.open_site"); url != "https://999.md/" {
				t.Errorf("the way to the site is %q", url)
			}
			if n := len(w.town.md999.Adverts(demoKey)); n != 0 {
				t.Errorf("%d ads were posted", n)
			}
		})
	}
}

// TestE2EEditNewKindOfQuestion: an ad is changed around what the bot cannot ask.
func TestE2EEditNewKindOfQuestion(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ro")
	w.town.md999.SetQuirks(md999.Quirks{NewFeature: md999.OptionalNewFeature})
	before := s.opensCard(w, "Phone 01")
	s.presses("button.edit")
	s.reads(s.text("edit.choose"), s.words("review.left_out", "Fields", "punct pe hartă"))
	s.picks(s.label("price") + ": 100")
	s.sees("ask.price")
	s.say("90 €")
	s.sees("edit.save")
	s.presses("edit.save")
	s.sees("act.done.edit")
	if price, _ := w.ad().Feature("2"); price.Value != int64(90) {
		t.Errorf("the price was %v and is %v", before, price.Value)
	}
}

// TestE2EMarketAway: while nobody answers at the market, and all that is known of
// it is old, an ad can be made all the same; it is sent as soon as the market is
// back.
func TestE2EMarketAway(t *testing.T) {
	t.Parallel()
	clock := &watch{}
	w := newWorld(t, townOptions{})
	w.seams.clock = clock.now
	w.start()
	s := w.seller("ro")
	s.reviewsAd()
	s.presses("button.home")
	s.sees("note.draft_kept")

	clock.ahead.Store(int64(7 * time.Hour))
	if err := w.town.md999.Close(); err != nil { // dialling itself fails
		t.Fatal(err)
	}
	s.command("new")
	ad := s.ad()
	s.picks(ad.category, ad.subcategory, ad.offer)
	s.sees("ask.title")
	s.answersTexts()
	s.finishesAd()
	s.command("ads")
	s.reads(s.words("market.unavailable", "Market", "999.md")) // what is no catalogue says so
	s.presses("button.home")
	s.sees("home.greeting")
	s.command("drafts")
	s.picks(adTitle, s.text("button.go_on"))
	s.seesReview()
	s.presses("button.publish_for")
	s.sees("publish.working", "publish.waiting")
	if err := w.town.md999.Start(); err != nil {
		t.Fatal(err)
	}
	s.sees("publish.done")
	w.holdsSmallAd(demoKey)
}
