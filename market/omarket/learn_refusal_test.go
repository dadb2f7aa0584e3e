package omarket

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

// dogs is a category with one required filter, which is a text.
func dogs() market.Answers {
	a := choose("category", "60", "category2", "61", "ad_type", "sell", "location", "1")
	a["title"], a["price"] = market.TextValue("A dog"), market.NumberValue("5000", "som")
	return a
}

// An ad that the market refuses for a filter nobody knows is asked for exactly
// that one, and then published.
func TestRefusedForAnUnknownFilter(t *testing.T) {
	t.Parallel()
	for name, quirks := range map[string]sandbox.Quirks{
		"nested": {}, "flat": {FilterErrors: sandbox.FilterErrorsFlat},
		"text": {FilterErrors: sandbox.FilterErrorsText}, "HTTP 400": {FailStatus: 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := newShelf()
			w := newTown(t, sandbox.Options{Bare: true, Quirks: quirks}, func(c *Config) { c.Knowledge = store })
			if f := w.form(dogs()); !f.Unsure || !f.Complete {
				t.Fatalf("unsure: %v, complete: %v", f.Unsure, f.Complete)
			}
			_, err := w.publish(dogs(), 0)
			refusal := wantKind(t, err, market.Invalid)
			if refusal.Fields["filter:611"] == "" || len(refusal.Fields) != 1 {
				t.Fatalf("the refusal names %v", refusal.Fields)
			}
			other := w // another replica, which was not refused itself
			other.c = clientOf(t, Config{BaseURL: w.sandbox.URL(), APIKey: sandbox.DefaultAPIKey, Knowledge: store})
			f := other.form(dogs())
			breed := field(t, f, "filter:611")
			if breed.Kind != market.KindText || !breed.Required || breed.Label == "" || breed.Hint == "" || f.Unsure {
				t.Errorf("the breed is %+v, unsure: %v", breed, f.Unsure)
			}
			_, err = other.publish(dogs(), 0)
			alike(t, "asked before it is sent", map[string]string{"filter:611": ""}, wantKind(t, err, market.Invalid).Fields)
			uuid, err := other.publish(with(dogs(), market.Answers{"filter:611": market.TextValue("Тайган")}), 0)
			if err != nil {
				t.Fatal(err)
			}
			ad, _ := w.sandbox.Ad(uuid)
			alike(t, "filters", map[int]any{611: "Тайган"}, filtersOn(ad))
			// The answer of the market to the PUT taught what it is.
			if f := other.form(dogs()); field(t, f, "filter:611").Label != "Порода" {
				t.Errorf("the breed is %+v", field(t, f, "filter:611"))
			}
		})
	}
}

// A value that the market refuses does not make its filter required.
func TestRefusedForAValue(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{})
	w.form(cars)
	uuid, err := w.c.Open(t.Context(), w.key)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.c.Put(t.Context(), w.key, uuid, json.RawMessage(`{"title":"x","price":1,"currency":"som","category":2,"location":1,
		"filters":[{"filter_id":11,"value":"4304"},{"filter_id":6,"value":"no such"}]}`))
	refusal := wantKind(t, err, market.Invalid)
	if refusal.Fields["filter:6"] == "" {
		t.Fatalf("the refusal names %v", refusal.Fields)
	}
	if field(t, w.form(cars), "filter:6").Required {
		t.Error("a filter is required for which a value was refused")
	}
}

func TestRefusedNotes(t *testing.T) {
	t.Parallel()
	c := describedMarket(t)
	c.Refused(t.Context(), "2", map[string]string{"filter:222": `Поле «Пробег» обязательно`, "title": "x", "filters": "y", "filter:x": "z"})
	c.Refused(t.Context(), "no category", map[string]string{"filter:5": "x"})
	f, err := c.Form(t.Context(), "", market.Romanian, cars)
	if err != nil {
		t.Fatal(err)
	}
	run := field(t, f, "filter:222")
	if run.Label != "Пробег" || !run.Required || run.Kind != market.KindText {
		t.Errorf("the field is %+v", run)
	}
	c.Refused(t.Context(), "2", map[string]string{"filter:223": ""})
	f, _ = c.Form(t.Context(), "", market.Romanian, cars)
	alike(t, "a label where none was said", "Caracteristică 223", field(t, f, "filter:223").Label)
	if f.Unsure {
		t.Error("what is asked now is unsure")
	}
}

// What is no refusal of content teaches nothing.
func TestRefusedForOtherReasons(t *testing.T) {
	t.Parallel()
	c := describedMarket(t)
	body := json.RawMessage(`{"category":2}`)
	about := map[string]string{"filter:6": "x"}
	c.refusedAd(t.Context(), body, errors.New("x"))
	c.refusedAd(t.Context(), body, &market.Error{Kind: market.Unavailable, Fields: about})
	c.refusedAd(t.Context(), json.RawMessage(`half`), &market.Error{Kind: market.Invalid, Fields: about})
	c.refusedAd(t.Context(), body, &market.Error{Kind: market.Invalid, Message: "«What»?"})
	f, err := c.Form(t.Context(), "", market.Russian, cars)
	if err != nil || field(t, f, "filter:6").Required {
		t.Errorf("a filter is required without a reason: %v", err)
	}
}

// What a person wrote and the market did not like is not taken for the name of a
// filter, which everybody would then read and be asked for.
func TestRefusedForWords(t *testing.T) {
	t.Parallel()
	for said, learnt := range map[string]bool{
		`Недопустимое слово «Дурнушка»`:              false,
		`Недопустимое слово «дурнушка»`:              false,
		`Слово «Дурнушка» запрещено, укажите другое`: false,
		`Укажите заголовок без слова «Дурнушка»`:     false,
		`Заполните поле «Порода»`:                    true,
		`Поле «Порода» обязательно`:                  true,
		`Заполните поле «Дурнушка»`:                  true, // somebody's ad may name the filter too
		`«Какое-то» слово, которого нет`:             true,
	} {
		w := newTown(t, sandbox.Options{Bare: true})
		w.form(dogs())
		body := json.RawMessage(`{"category":61,"title":"Щенок","description":"Не Дурнушка!"}`)
		refusal := &market.Error{Kind: market.Invalid, Message: said}
		w.c.refusedAd(t.Context(), body, refusal)
		f := w.form(dogs())
		if asked := slices.Contains(keysOf(f), "filter:611"); asked != learnt || (len(refusal.Fields) > 0) != learnt {
			t.Errorf("%s: asked %v, told %v", said, asked, refusal.Fields)
		}
	}
}
