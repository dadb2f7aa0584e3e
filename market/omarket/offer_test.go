package omarket

import (
	"testing"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

// A kind of offer is called alike in the form and on the ads made with it,
// whether it has a word of ours or the market's only.
func TestOffersAreCalledAlike(t *testing.T) {
	t.Parallel()
	catalogue := sandbox.DefaultCatalogue()
	catalogue.AdTypes = append(catalogue.AdTypes, sandbox.AdType{ID: 99, Code: "swap", Name: "Меняю"})
	catalogue.Categories[0].AdTypes = append(catalogue.Categories[0].AdTypes, "swap")
	w := newTown(t, sandbox.Options{Catalogue: catalogue})
	for _, lang := range market.Langs {
		f, err := w.c.Form(t.Context(), "", lang, cars)
		if err != nil {
			t.Fatal(err)
		}
		offers := field(t, f, "ad_type").Options
		if len(offers) != 4 || offers[3].Title != "Меняю" {
			t.Fatalf("%s: %v", lang, offers)
		}
		for _, o := range offers {
			if got := w.c.ad(wireAd{AdType: ident(o.ID)}, lang).OfferType; got != o.Title {
				t.Errorf("%s: %q in the form, %q on the ad", lang, o.Title, got)
			}
		}
	}
}
