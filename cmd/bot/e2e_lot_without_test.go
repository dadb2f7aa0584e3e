package main

import (
	"slices"
	"strings"
	"testing"

	"bazarbot/sandbox/omarket"
)

// TestE2ELotWithout: who does not find their own option goes on without it. The
// market that refuses the ad for just that is told of honestly, once; the
// nearest option publishes it.
func TestE2ELotWithout(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := lotWorld(t)
		s := w.seller(lang)
		s.signsIn(w)
		s.reviewsLotWithout()
		s.presses("button.publish")
		s.reads(s.text("without.insists"), lotFilters[0], s.text("error.kept"))
		if strings.Contains(s.labels(), s.text("button.without")) {
			t.Error("the way that led nowhere is offered again")
		}
		s.pressesLabel(lotFilters[0])
		s.sees("publish.moderated")
		w.holdsLot(s)
		if n := w.town.omarket.Count(lotOpen); n != 1 {
			t.Errorf("%d ads were opened", n)
		}
	})
}

// TestE2ELotWithoutTaken: where the market takes the ad without the answer, it
// is published so.
func TestE2ELotWithoutTaken(t *testing.T) {
	t.Parallel()
	w := lotWorld(t)
	s := w.seller("ru")
	s.signsIn(w)
	s.reviewsLotWithout()
	lenient := omarket.DefaultCatalogue()
	i := slices.IndexFunc(lenient.Filters, func(f omarket.Filter) bool { return f.ID == 311 })
	lenient.Filters[i].Required = false
	w.town.omarket.SetCatalogue(lenient)
	s.presses("button.publish")
	s.sees("publish.moderated")
	if ad := w.lot(s); slices.ContainsFunc(ad.Filters, func(f omarket.FilterValue) bool { return f.ID == 311 }) || len(ad.Filters) != len(lotFilters)-1 {
		t.Errorf("the ad is %+v", ad)
	}
}

// reviewsLotWithout brings the seller to the review of an ad whose maker is not
// in the list.
func (s *seller) reviewsLotWithout() {
	s.t.Helper()
	s.must(s.beginLot(s.t.Context()))
	s.picks(lotPath...)
	s.sees("ask.title")
	s.say(lotTitle)
	s.sees("ask.price")
	s.say(lotPrice)
	s.picks(lotPlace)
	s.sees("button.without")
	s.presses("button.without")
	s.reads(s.text("without.goes_on"))
	s.picks(lotFilters[1:]...)
	s.must(s.sendPhotos(s.t.Context()))
	s.must(s.seeLot(s.t.Context()))
	s.sees("value.without")
}
