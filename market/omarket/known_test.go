package omarket

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

func readKnown(t *testing.T, text string) *Known {
	t.Helper()
	k, err := ReadKnown(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// What is shipped is what was seen, and names every kind of offer.
func TestShippedKnown(t *testing.T) {
	t.Parallel()
	k := shipped()
	alike(t, "places", []ident{"1", "150", "448", "81"}, slices.Sorted(maps.Keys(k.places)))
	alike(t, "filters", []ident{"11"}, slices.Sorted(maps.Keys(k.filters)))
	none := newKnowledge(nil, nil, nil, nil)
	for _, code := range []string{"sell", "buy", "rent", "service", "looking", "hiring", "recruiting"} {
		for _, lang := range market.Langs {
			if none.adType(code, lang) == "" {
				t.Errorf("%s has no name in %s", code, lang)
			}
		}
	}
}

// A file that cannot be used says all that is wrong with it, and where.
func TestReadKnownFaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		``:                              {"EOF"},
		`[]`:                            {"cannot unmarshal array"},
		`{"filter": []}`:                {`unknown field "filter"`},
		`{} {}`:                         {"something follows"},
		`{"places": [{"name": "Ош"}]}`:  {"places[0]: id must be a number"},
		`{"places": [{"id": "x"}]}`:     {"places[0]: id must be a number", "places[0]: name is missing"},
		`{"ad_types": [{"code": "a"}]}`: {"ad_types[0]: code, ru, ro and ky must all be given"},
		`{"filters": [{"id": 1, "type": "hologram"}]}`:                            {`filters[0]: type "hologram" is not one the bot can ask`},
		`{"filters": [{"id": 1}, {"id": 1}]}`:                                     {"filters[1]: id 1 is there twice"},
		`{"filters": [{"id": 1, "shape": "round", "options": [{"id": "1"}]}]}`:    {`filters[0]: shape "round"`, "filters[0]: options[0]: id and title"},
		`{"categories": [{"id": 1, "required": ["x"]}, {"id": 2, "filters": 3}]}`: {"cannot unmarshal number"},
		`{"categories": [{"id": 1, "required": ["x"]}, {}]}`:                      {"categories[0]: filters and required must be ids", "categories[1]: id"},
	} {
		_, err := ReadKnown(strings.NewReader(text))
		if err == nil {
			t.Errorf("%s is taken", text)
			continue
		}
		for _, part := range append(want, "omarket: known file: ") {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: the error says nothing of %q: %v", text, part, err)
			}
		}
	}
}

// The operator's words stand over what is learnt and what is shipped.
func TestOperatorKnows(t *testing.T) {
	t.Parallel()
	fixed := readKnown(t, `{
		"ad_types": [{"code": "sell", "ru": "Отдам за деньги", "ro": "Vând", "ky": "Сатам"}, {"code": "swap", "ru": "Обмен", "ro": "Schimb", "ky": "Алмашуу"}],
		"places": [{"id": 9001, "name": "Балыкчы", "popular": true}, {"id": 1, "name": "Столица"}],
		"filters": [
			{"id": 11, "label": "Марка машины", "required": false, "options": [{"id": "77", "title": "Москвич"}, {"id": "4304", "title": "Тойота"}]},
			{"id": 900, "label": "Пробег", "type": "number", "format": ["км"]}
		],
		"categories": [{"id": 2, "filters": [900], "required": [6, 11]}]
	}`)
	w := newTown(t, sandbox.Options{}, func(c *Config) { c.Known = fixed })
	w.c.Refused(t.Context(), "2", map[string]string{"filter:11": "required", "filter:7": "required"})
	f := w.form(cars)
	brand := field(t, f, "filter:11")
	if brand.Label != "Марка машины" || !brand.Required {
		t.Errorf("the brand is %+v", brand)
	}
	for _, want := range []market.Option{{ID: "77", Title: "Москвич"}, {ID: "4304", Title: "Тойота"}} {
		if !slices.Contains(brand.Options, want) {
			t.Errorf("%v is not offered: %v", want, brand.Options)
		}
	}
	if run := field(t, f, "filter:900"); run.Label != "Пробег" || run.Hint != "км" || run.Required {
		t.Errorf("the run is %+v", run)
	}
	for key, required := range map[string]bool{"filter:6": true, "filter:7": true, "filter:41": false} {
		if field(t, f, key).Required != required {
			t.Errorf("%s is required: %v", key, !required)
		}
	}
	places := titlesOf(field(t, f, "location").Options)
	if !slices.Contains(places, "Балыкчы") || !slices.Contains(places, "Столица") || slices.Contains(places, "Бишкек") {
		t.Errorf("places: %v", places)
	}
	if w.c.known.adType("swap", market.Romanian) != "Schimb" || w.c.known.adType("sell", market.Russian) != "Отдам за деньги" {
		t.Error("the operator's kinds of offers are not known")
	}
}

// What the operator calls not required is not asked for, whatever the market
// once refused.
func TestOperatorNeedsNot(t *testing.T) {
	t.Parallel()
	fixed := readKnown(t, `{"filters": [{"id": 7, "required": false}]}`)
	w := newTown(t, sandbox.Options{}, func(c *Config) { c.Known = fixed })
	w.c.Refused(t.Context(), "2", map[string]string{"filter:7": "required"})
	if field(t, w.form(cars), "filter:7").Required {
		t.Error("the year is required")
	}
}

// The file that docs/omarket.md shows can be read.
func TestDocumentedKnown(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "omarket.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(page), "```json known\n")
	example, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("docs/omarket.md shows no file of knowledge")
	}
	readKnown(t, example)
}
