package omarket

import (
	"log/slog"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bazarbot/market"
	"bazarbot/market/catalogue"
	sandbox "bazarbot/sandbox/omarket"
)

// town is the market's stand-in, a client of it and a seller who is signed in.
type town struct {
	*testing.T
	sandbox *sandbox.Server
	c       *Client
	key     market.Secret
}

const (
	townPhone    = "996700111000"
	townPassword = "Password1"
)

func newTown(t *testing.T, o sandbox.Options, set ...func(*Config)) town {
	t.Helper()
	s := sandbox.New(o)
	s.AddAccount(sandbox.Account{MSISDN: townPhone, Password: townPassword})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	cfg := Config{BaseURL: s.URL(), APIKey: sandbox.DefaultAPIKey}
	for _, f := range set {
		f(&cfg)
	}
	w := town{T: t, sandbox: s, c: clientOf(t, cfg)}
	key, err := w.c.SignIn(t.Context(), "acc", townPhone, townPassword)
	if err != nil {
		t.Fatal(err)
	}
	w.key = key
	return w
}

// clientOf makes a client whose cache ends with the test.
func clientOf(t *testing.T, cfg Config) *Client {
	t.Helper()
	transport := &http.Transport{}
	cache := catalogue.New(catalogue.Config{Now: cfg.Now})
	t.Cleanup(func() {
		cache.Close()
		transport.CloseIdleConnections()
	})
	cfg.Catalogue, cfg.HTTP = cache, &http.Client{Transport: transport}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	return New(cfg)
}

func (w town) form(answers market.Answers) market.Form {
	w.Helper()
	f, err := w.c.Form(w.Context(), "", market.Russian, answers)
	if err != nil {
		w.Fatal(err)
	}
	return f
}

func keysOf(f market.Form) []string {
	var keys []string
	for _, field := range f.Fields {
		keys = append(keys, field.Key)
	}
	return keys
}

func field(t *testing.T, f market.Form, key string) market.Field {
	t.Helper()
	for _, field := range f.Fields {
		if field.Key == key {
			return field
		}
	}
	t.Fatalf("no field %s in %v", key, keysOf(f))
	return market.Field{}
}

func titlesOf(options []market.Option) []string {
	var titles []string
	for _, o := range options {
		titles = append(titles, o.Title)
	}
	return titles
}

// withUnexported lets alike look into structs of this package.
var withUnexported = cmp.AllowUnexported(learnt{})

func alike(t *testing.T, what string, want, got any, how ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, how...); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func choose(keysAndIDs ...string) market.Answers {
	answers := market.Answers{}
	for pair := range slices.Chunk(keysAndIDs, 2) {
		answers[pair[0]] = market.OptionValue(pair[1])
	}
	return answers
}

var cars = choose("category", "1", "category2", "2")

// The tree is asked level by level, the popular branches first.
func TestFormCategories(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{})
	f := w.form(nil)
	alike(t, "fields", []string{"category"}, keysOf(f))
	top := field(t, f, "category")
	if !top.Required || !top.Repeats || top.Role != market.RoleCategory || f.Complete {
		t.Errorf("the first question is %+v, complete: %v", top, f.Complete)
	}
	alike(t, "the first categories", []string{"Транспорт", "Недвижимость", "Электроника"}, titlesOf(top.Options)[:3])
	if last(top.Options).Title != "Тест категория" {
		t.Errorf("the last category is %s", last(top.Options).Title)
	}

	f = w.form(choose("category", "30"))
	alike(t, "fields", []string{"category", "category2"}, keysOf(f))
	if second := field(t, f, "category2"); second.DependsOn != "category" || second.Options[0].Title != "Телефоны" {
		t.Errorf("the second question is %+v", second)
	}
	f = w.form(choose("category", "30", "category2", "32", "category3", "33"))
	alike(t, "fields", []string{"category", "category2", "category3", "ad_type"}, keysOf(f)[:4])

	for name, answers := range map[string]market.Answers{
		"gone": choose("category", "4711"), "of another branch": choose("category", "30", "category2", "2"), "empty": {"category": {}},
	} {
		if f := w.form(answers); f.Complete {
			t.Errorf("%s: the form is complete: %v", name, keysOf(f))
		}
	}
}

// What a car is asked, in order.
func TestFormOfACar(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{})
	f := w.form(cars)
	if !f.Complete || f.Unsure || len(f.Blocked)+len(f.LeftOut) > 0 {
		t.Errorf("complete %v, unsure %v, blocked %v, left out %v", f.Complete, f.Unsure, f.Blocked, f.LeftOut)
	}
	alike(t, "fields", []string{
		"category", "category2", "ad_type", "title", "description", "price", "contract_price", "location",
		"filter:11", "filter:6", "filter:15", "filter:222", "filter:7", "filter:41",
		"whatsapp_num", "telegram_profile", "delivery", "images",
	}, keysOf(f))
	var required []string
	for _, field := range f.Fields {
		if field.Required {
			required = append(required, field.Key)
		}
		if field.Label == "" && field.Role != market.RoleOffer {
			t.Errorf("%s has no label", field.Key)
		}
	}
	alike(t, "required", []string{"category", "category2", "ad_type", "title", "price", "location", "filter:11"}, required)
	alike(t, "ad types", []string{"Продам", "Куплю", "Сдам"}, titlesOf(field(t, f, "ad_type").Options))

	price := field(t, f, "price")
	alike(t, "units", []string{"som", "usd"}, price.Units)
	alike(t, "instead", &market.Instead{Key: "contract_price", Label: "Договорная"}, price.Instead)
	place := field(t, f, "location")
	if place.Kind != market.KindLocation || !place.Open || !place.Repeats || place.Options[0].Title != "Бишкек" {
		t.Errorf("the place is %+v", place)
	}
	brand := field(t, f, "filter:11")
	if brand.Kind != market.KindChoice || !brand.Open || len(brand.Options) < 5 {
		t.Errorf("the brand is %+v", brand)
	}
	if litres := field(t, f, "filter:15"); litres.Kind != market.KindNumber || litres.Decimals == 0 {
		t.Errorf("the litres are %+v", litres)
	}
	if photos := field(t, f, "images"); photos.MaxCount != 10 || photos.Required || photos.Role != market.RolePhotos {
		t.Errorf("the photos are %+v", photos)
	}
}

// Who says that the price is negotiable is not asked for one, and who takes it
// back is.
func TestFormNegotiable(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{})
	answers := choose("category", "1", "category2", "2")
	answers["contract_price"] = market.YesValue(true)
	f := w.form(answers)
	if slices.Contains(keysOf(f), "price") || !slices.Contains(keysOf(f), "contract_price") {
		t.Errorf("fields: %v", keysOf(f))
	}
	answers["contract_price"] = market.YesValue(false)
	if f := w.form(answers); !field(t, f, "price").Required {
		t.Error("the price is not required")
	}
	jobs := w.form(choose("category", "50", "category2", "52"))
	if field(t, jobs, "price").Required {
		t.Error("a price is required where the category does not want one")
	}
	if slices.Contains(keysOf(jobs), "delivery") {
		t.Error("delivery is asked of a category without")
	}
}

// Kinds of offers come from the category, else from the one above, by code or
// by id, and are called by our words, as on every ad.
func TestFormAdTypes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		quirks sandbox.Quirks
		lang   market.Lang
		place  market.Answers
		want   []string
	}{
		{"inherited", sandbox.Quirks{}, market.Russian, cars, []string{"Продам", "Куплю", "Сдам"}},
		{"own", sandbox.Quirks{}, market.Russian, choose("category", "30", "category2", "31"), []string{"Продам"}},
		{"codes", sandbox.Quirks{AdTypeCodes: true}, market.Kyrgyz, cars, []string{"Сатам", "Сатып алам", "Ижарага берем"}},
		{"codes without a list", sandbox.Quirks{AdTypeCodes: true, NoAdTypes: true}, market.Romanian, cars, []string{"Vând", "Cumpăr", "Dau în chirie"}},
		{"ids without a list", sandbox.Quirks{NoAdTypes: true}, market.Kyrgyz, cars, nil},
		{"nothing said", sandbox.Quirks{NoAdTypes: true}, market.Kyrgyz, choose("category", "368"), []string{
			"Сатам", "Сатып алам", "Ижарага берем", "Кызмат көрсөтүү", "Издейм", "Кызматкер издейм", "Кызматкерлерди тандоо",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t, sandbox.Options{Quirks: tt.quirks})
			f, err := w.c.Form(t.Context(), w.key, tt.lang, tt.place)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			if slices.Contains(keysOf(f), "ad_type") {
				got = titlesOf(field(t, f, "ad_type").Options)
			}
			alike(t, "ad types", tt.want, got)
		})
	}
}

// Filters of the category above belong to the form where the tree says so.
func TestFormParentFilters(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{})
	f := w.form(choose("category", "20", "category2", "21"))
	var filters []string
	for _, key := range keysOf(f) {
		if _, ok := filterOfKey(key); ok {
			filters = append(filters, key)
		}
	}
	alike(t, "filters", []string{"filter:401", "filter:402", "filter:403", "filter:404", "filter:405"}, filters)
	if furniture := field(t, f, "filter:405"); furniture.Kind != market.KindYesNo {
		t.Errorf("a boolean is asked as %s", furniture.Kind)
	}
}

// A market that wants an account to be read says so; nothing else does.
func TestFormNeedsAccount(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{Quirks: sandbox.Quirks{NeedAccount: true}})
	if _, err := w.c.Form(t.Context(), "", market.Russian, nil); market.KindOf(err) != market.NotSignedIn {
		t.Errorf("the error is %v", err)
	}
	if f, err := w.c.Form(t.Context(), w.key, market.Russian, cars); err != nil || f.Unsure {
		t.Errorf("signed in: %v, unsure %v", err, f.Unsure)
	}
	if _, err := w.c.Form(t.Context(), "no session", market.Russian, cars); market.KindOf(err) != market.NotSignedIn {
		t.Errorf("the error is %v", err)
	}
	w.sandbox.SetDown(true)
	other := clientOf(t, Config{BaseURL: w.sandbox.URL(), APIKey: sandbox.DefaultAPIKey})
	other.remote.Limits.Tries = 1
	if _, err := other.Form(t.Context(), "", market.Russian, nil); market.KindOf(err) != market.Unavailable {
		t.Errorf("the error is %v", err)
	}
}

// A form is made of whatever the market writes; odd trees end.
func TestFormOddTrees(t *testing.T) {
	t.Parallel()
	loop := wireCategory{ID: "1", Name: "a"}
	for range 20 {
		loop = wireCategory{ID: "1", Name: "a", Subcategories: many[wireCategory]{loop}}
	}
	for name, tree := range map[string][]wireCategory{
		"empty": nil, "below itself": {loop}, "nameless": {{ID: "1"}}, "without an id": {{Name: "a"}},
	} {
		b := builder{say: wordsIn(market.Russian), answers: market.Answers{}}
		for level := 1; level <= 30; level++ {
			b.answers[levelKey(level)] = market.OptionValue("1")
		}
		b.askCategory(tree)
		if len(b.form.Fields) > maxLevels {
			t.Errorf("%s: %d questions", name, len(b.form.Fields))
		}
		leaves(tree, nil)
		wayTo(tree, "x", 1)
	}
}

func TestLeaves(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{})
	options, err := w.c.Categories(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(options, market.Option{ID: "33", Title: "Электроника › Компьютеры › Ноутбуки"}) {
		t.Errorf("categories: %v", options)
	}
	if slices.ContainsFunc(options, func(o market.Option) bool { return o.ID == "30" }) {
		t.Error("a category that only holds others is listed")
	}
}

// Every word is there in every language.
func TestWords(t *testing.T) {
	t.Parallel()
	for _, lang := range market.Langs {
		for w := range texts[market.Russian] {
			if wordsIn(lang)(w) == "" {
				t.Errorf("%s: no word for %s", lang, w)
			}
		}
		alike(t, string(lang), len(texts[market.Russian]), len(texts[lang]))
	}
	if wordsIn("en")(wordTitle) != "Заголовок" {
		t.Error("a language of nobody has other words than Russian")
	}
}
