package omarket

import (
	"slices"
	"testing"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

func TestSandboxSearch(t *testing.T) {
	t.Parallel()
	for _, fate := range []sandbox.GetBody{sandbox.GetBodyTaken, sandbox.GetBodyRefused, sandbox.GetBodyProxy, sandbox.GetBodyStripped} {
		t.Run("body "+string(fate), func(t *testing.T) {
			t.Parallel()
			c, s, _ := withSandbox(t, sandbox.Options{Quirks: sandbox.Quirks{GetBody: fate}})
			search := func(q market.SearchQuery) market.AdPage {
				t.Helper()
				page, err := c.Search(t.Context(), "", market.Russian, q)
				if err != nil {
					t.Fatalf("%+v: %#v", q, err)
				}
				return page
			}
			all := search(market.SearchQuery{PageSize: 100})
			cars := search(market.SearchQuery{Category: "2", Order: market.OrderNew})
			if len(cars.Ads) == 0 || cars.Subtotal >= all.Subtotal || len(all.Ads) != min(all.Subtotal, 100) {
				t.Fatalf("%d cars of %d", cars.Subtotal, all.Subtotal)
			}
			toyota := search(market.SearchQuery{Category: "2", Filters: []market.SearchFilter{{Field: "filter:11", Options: []string{"4304"}}}})
			engine := search(market.SearchQuery{Category: "2", Filters: []market.SearchFilter{{Field: "filter:15", From: "2", To: "2.5"}}})
			if toyota.Subtotal == 0 || toyota.Subtotal >= cars.Subtotal || engine.Subtotal == 0 || engine.Subtotal >= cars.Subtotal {
				t.Errorf("%d of a make, %d with such an engine, of %d", toyota.Subtotal, engine.Subtotal, cars.Subtotal)
			}
			photos := search(market.SearchQuery{Photos: true, PageSize: 100})
			for _, ad := range photos.Ads {
				if len(ad.Photos) == 0 {
					t.Errorf("%q has no photos", ad.Title)
				}
			}
			words := search(market.SearchQuery{Words: cars.Ads[0].Title})
			if !slices.ContainsFunc(words.Ads, func(ad market.Ad) bool { return ad.ID == cars.Ads[0].ID }) {
				t.Errorf("%q is not found by its title", cars.Ads[0].Title)
			}
			full, err := c.FullAd(t.Context(), "", market.Russian, cars.Ads[0].ID)
			if err != nil || len(full.Contacts) == 0 || full.Place == "" {
				t.Errorf("got %+v, %v", full, err)
			}
			if got := s.Count(getForm); (fate == sandbox.GetBodyTaken) != (got > 1) {
				t.Errorf("the documented form was asked %d times", got)
			}
		})
	}
}
