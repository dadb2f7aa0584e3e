package md999

import (
	"testing"

	"bazarbot/market"
)

// What is below a category is found once somebody has opened it, and is not
// asked for.
func TestWays(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	serve(t, mux, "GET /categories", "categories")
	serve(t, mux, "GET /categories/658/subcategories/659/offer-types", "offer_types")
	asked := serve(t, mux, "GET /categories/658/subcategories", "subcategories")
	ways := func(lang market.Lang, field string) []market.Way {
		t.Helper()
		found, err := c.Ways(t.Context(), "key", lang, nil, field)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if got := ways(market.Russian, "category"); len(got) > 0 || asked.Count() > 0 {
		t.Fatalf("before anybody has looked: %v, %d requests", got, asked.Count())
	}
	form(t, c, market.Answers{"category": market.OptionValue("658")})
	transport := market.Step{Field: "category", Option: market.Option{ID: "658", Title: "Транспорт"}}
	equal(t, ways(market.Kyrgyz, "category"), []market.Way{
		{transport, {Field: "subcategory", Option: market.Option{ID: "659", Title: "Легковые автомобили"}}},
		{transport, {Field: "subcategory", Option: market.Option{ID: "660", Title: "Автобусы и микроавтобусы"}}},
	})
	if got := ways(market.Russian, "subcategory"); len(got) > 0 {
		t.Errorf("the last level: %v", got)
	}
	if got := ways(market.Romanian, "category"); len(got) > 0 || asked.Count() != 1 {
		t.Errorf("in another language: %v, %d requests", got, asked.Count())
	}
}
