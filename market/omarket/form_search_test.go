package omarket

import (
	"slices"
	"testing"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

func (w town) searchForm(answers market.Answers) market.Form {
	w.Helper()
	f, err := w.c.SearchForm(w.Context(), "", market.Kyrgyz, answers)
	if err != nil {
		w.Fatal(err)
	}
	return f
}

// A search is narrowed as far as one likes; nothing is required.
func TestSearchForm(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{})
	start := []string{"q", "category", "location", "pics", "with_discount", "delivery", "contract_price"}
	alike(t, "fields", start, keysOf(w.searchForm(nil)))
	if _, err := w.c.Learn(t.Context(), "", "2", 12); err != nil {
		t.Fatal(err)
	}
	f := w.searchForm(cars)
	alike(t, "fields", []string{
		"q", "category", "category2", "location", "pics", "with_discount", "delivery", "contract_price",
		"filter:11", "filter:6", "filter:15", "filter:222", "filter:7", "filter:41",
	}, keysOf(f))
	for _, field := range f.Fields {
		if field.Required || field.Repeats || field.Label == "" {
			t.Errorf("%s is required, repeats or has no label: %+v", field.Key, field)
		}
	}
	if brand := field(t, f, "filter:11"); brand.Kind != market.KindChoices {
		t.Errorf("of brands %s is asked", brand.Kind)
	}
	if volume := field(t, f, "filter:15"); volume.Kind != market.KindRange || volume.Decimals == 0 {
		t.Errorf("of engines %+v is asked", volume)
	}
}

// What is answered is what is searched, and the market finds it.
func TestSearchQuery(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{})
	answers := with(cars, market.Answers{
		"location":  market.OptionValue("1"),
		"pics":      market.YesValue(true),
		"delivery":  market.YesValue(false),
		"filter:11": market.OptionValue("23", "4304"), "filter:15": market.RangeValue("1", "2.5"),
		"filter:6": {},
	})
	q := Query(answers)
	alike(t, "query", market.SearchQuery{
		Category: "2", Place: "1", Photos: true, Order: market.OrderNew,
		Filters: []market.SearchFilter{
			{Field: "filter:11", Options: []string{"23", "4304"}}, {Field: "filter:15", From: "1", To: "2.5"},
		},
	}, q)
	page, err := w.c.Search(t.Context(), "", market.Russian, w.c.Query(answers))
	if err != nil || len(page.Ads) == 0 {
		t.Fatalf("%d ads, %v", len(page.Ads), err)
	}
	for _, ad := range page.Ads {
		held, _ := w.sandbox.Ad(ad.ID)
		if brand := filtersOn(held)[11]; brand != "23" && brand != "4304" || len(held.Images) == 0 || held.Location != 1 {
			t.Errorf("found %+v", held)
		}
	}
	words := Query(market.Answers{"q": market.TextValue(" camry "), "category": market.OptionValue("1")})
	alike(t, "words", market.SearchQuery{Words: "camry", Category: "1", Order: market.OrderNew}, words)
	if page, err := w.c.Search(t.Context(), "", market.Russian, words); err != nil || !slices.ContainsFunc(page.Ads, func(a market.Ad) bool { return a.Title == "Toyota Camry 50" }) {
		t.Errorf("%+v, %v", page, err)
	}
}
