package omarket

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

func (w town) editForm(uuid string, answers market.Answers) (market.Form, market.Answers) {
	w.Helper()
	f, held, err := w.c.EditForm(w.Context(), w.key, market.Russian, uuid, answers)
	if err != nil {
		w.Fatal(err)
	}
	return f, held
}

// published is an ad with everything said, and what its form holds.
func (w town) published(answers market.Answers, photos int) (uuid string, f market.Form, held market.Answers) {
	w.Helper()
	uuid, err := w.publish(answers, photos)
	if err != nil {
		w.Fatal(err)
	}
	f, held = w.editForm(uuid, nil)
	return uuid, f, held
}

// change composes the change to after and puts it.
func (w town) change(uuid string, before, after market.Answers, images []string) (Change, sandbox.Ad) {
	w.Helper()
	change, err := w.c.ComposeEdit(w.Context(), w.key, market.Russian, uuid, before, after, images)
	if err != nil {
		w.Fatal(err)
	}
	if !change.Empty() {
		if _, err := w.c.Put(w.Context(), w.key, uuid, change.Body); err != nil {
			w.Fatalf("%v: %s", err, change.Body)
		}
	}
	ad, _ := w.sandbox.Ad(uuid)
	return change, ad
}

// with is the answers with others over them; an empty one takes an answer back.
func with(answers, others market.Answers) market.Answers {
	all := maps.Clone(answers)
	for key, v := range others {
		all[key] = v
		if v.IsZero() {
			delete(all, key)
		}
	}
	return all
}

// What was published is what the form of the ad holds.
func TestEditForm(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{}).learnt()
	answers := carAnswers()
	uuid, f, held := w.published(answers, 2)
	want := with(answers, market.Answers{
		"whatsapp_num": market.TextValue("996700111000"), "telegram_profile": market.TextValue("seller1"),
		"images": held["images"],
	})
	alike(t, "held", want, held)
	ad, err := w.c.FullAd(t.Context(), w.key, market.Russian, uuid)
	if err != nil {
		t.Fatal(err)
	}
	var remote []string
	for _, p := range held["images"].Photos {
		remote = append(remote, p.Remote)
	}
	alike(t, "photos", ad.Photos, remote)
	if !f.Complete || len(f.Fields) != len(w.form(cars).Fields) {
		t.Errorf("the form is complete: %v; %v", f.Complete, keysOf(f))
	}
	for key, v := range held {
		for _, id := range v.Options {
			if _, ok := field(t, f, key).Option(id); !ok {
				t.Errorf("%s: what the ad holds is not offered", key)
			}
		}
	}
	negotiable, _, held := w.published(with(answers, market.Answers{"price": {}, "contract_price": market.YesValue(true)}), 0)
	if !yes(held["contract_price"]) || !held["price"].IsZero() || negotiable == uuid {
		t.Errorf("held: %+v", held)
	}
	if _, _, err := w.c.EditForm(t.Context(), w.key, market.Russian, "no-such-ad", nil); market.KindOf(err) != market.NotFound {
		t.Errorf("an ad of nobody: %v", err)
	}
	if _, _, err := w.c.EditForm(t.Context(), "", market.Russian, uuid, nil); market.KindOf(err) != market.NotSignedIn {
		t.Errorf("nobody's session: %v", err)
	}
}

// Each answer is changed alone, and nothing else changes.
func TestComposeEdit(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change market.Answers
		fields []string
		check  func(*sandbox.Ad) // undoes the change
	}{
		"nothing":     {nil, nil, func(*sandbox.Ad) {}},
		"spaces only": {market.Answers{"title": market.TextValue(" UBUNTU CAR AD  [BIG SALE] ")}, nil, func(*sandbox.Ad) {}},
		"title":       {market.Answers{"title": market.TextValue("New")}, []string{"title"}, func(a *sandbox.Ad) { a.Title = "UBUNTU CAR AD [BIG SALE]" }},
		"lines":       {market.Answers{"description": market.TextValue("First line\nlast <line>")}, []string{"description"}, func(a *sandbox.Ad) { a.Description = "First line\n\nlast <line>" }},
		"price":       {market.Answers{"price": market.NumberValue("9", "usd")}, []string{"price"}, func(a *sandbox.Ad) { a.Price, a.Currency = "1010101", "som" }},
		"negotiable":  {market.Answers{"price": {}, "contract_price": market.YesValue(true)}, []string{"contract_price"}, func(a *sandbox.Ad) { a.Price, a.ContractPrice = "1010101", false }},
		"no text":     {market.Answers{"description": {}}, []string{"description"}, func(a *sandbox.Ad) { a.Description = "First line\n\nlast <line>" }},
		"no whatsapp": {market.Answers{"whatsapp_num": {}}, []string{"whatsapp_num"}, func(a *sandbox.Ad) { a.WhatsApp = "996700111000" }},
		"no delivery": {market.Answers{"delivery": market.YesValue(false)}, []string{"delivery"}, func(a *sandbox.Ad) { a.Delivery = true }},
		"place":       {market.Answers{"location": market.OptionValue("150")}, []string{"location"}, func(a *sandbox.Ad) { a.Location = 1 }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t, sandbox.Options{}).learnt()
			uuid, _, held := w.published(carAnswers(), 1)
			before, _ := w.sandbox.Ad(uuid)
			change, ad := w.change(uuid, held, with(held, tt.change), nil)
			alike(t, "fields", tt.fields, change.Fields)
			tt.check(&ad)
			ad.Modified, ad.Opens, ad.OldPrice, ad.Status = before.Modified, before.Opens, before.OldPrice, before.Status
			alike(t, "the rest", before, ad)
		})
	}
}

func filtersOn(ad sandbox.Ad) map[int]any {
	held := map[int]any{}
	for _, f := range ad.Filters {
		held[f.ID] = f.Value
	}
	return held
}

// Filters change, go, and stay when nobody knows them.
func TestComposeEditFilters(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{}).learnt()
	uuid, _, held := w.published(carAnswers(), 0)
	change, ad := w.change(uuid, held, with(held, market.Answers{
		"filter:11": market.OptionValue("23"), "filter:6": {}, "filter:15": market.NumberValue("3", ""),
	}), nil)
	alike(t, "fields", []string{"filter:11", "filter:6", "filter:15"}, change.Fields)
	alike(t, "filters", map[int]any{11: "23", 15: "3", 222: "2222", 7: "12", 41: "71"}, filtersOn(ad))

	// The same by a replica that knows none of them.
	forgetful := w
	forgetful.c = clientOf(t, Config{BaseURL: w.sandbox.URL(), APIKey: sandbox.DefaultAPIKey})
	forgetful.c.known.patience = 0
	_, held = w.editForm(uuid, nil)
	_, ad = forgetful.change(uuid, held, with(held, market.Answers{"title": market.TextValue("Mended")}), nil)
	alike(t, "filters", map[int]any{11: "23", 15: "3", 222: "2222", 7: "12", 41: "71"}, filtersOn(ad))
	if _, err := w.c.ComposeEdit(t.Context(), w.key, market.Russian, uuid, held, with(held, market.Answers{"filter:11": {}}), nil); market.KindOf(err) != market.Invalid {
		t.Errorf("a required filter is taken back: %v", err)
	}
}

// Another category drops what it does not ask, keeps what it does, and is
// judged whole.
func TestComposeEditMoves(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{}).learnt()
	uuid, _, held := w.published(carAnswers(), 0)
	after := with(held, choose("category2", "4"))
	f, _ := w.editForm(uuid, after)
	if !slices.Contains(keysOf(f), "filter:301") || slices.Contains(keysOf(f), "filter:6") {
		t.Errorf("the form of another category: %v", keysOf(f))
	}
	_, err := w.c.ComposeEdit(t.Context(), w.key, market.Russian, uuid, held, after, nil)
	alike(t, "missing", map[string]string{"filter:301": ""}, wantKind(t, err, market.Invalid).Fields)
	state := field(t, f, "filter:301").Options[0].ID
	change, ad := w.change(uuid, held, with(after, choose("filter:301", state)), nil)
	alike(t, "fields", []string{"category2", "filter:301"}, change.Fields)
	alike(t, "filters", map[int]any{11: "4304", 301: state}, filtersOn(ad))
	if ad.Category != 4 || change.Category != "4" {
		t.Errorf("the ad is in %d, the change says %s", ad.Category, change.Category)
	}
}

// An ad that becomes negotiable is sent without its price, whatever the market
// would make of one.
func TestComposeEditNegotiable(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{}).learnt()
	uuid, _, held := w.published(carAnswers(), 0)
	after := with(held, market.Answers{"contract_price": market.YesValue(true)}) // the price stays behind in a draft
	change, ad := w.change(uuid, held, after, nil)
	wantMembers(t, change.Body, `{"price":null,"contract_price":true}`)
	if !ad.ContractPrice || ad.Price != "" {
		t.Errorf("the market holds %+v", ad)
	}
}

// A price comes back when the ad is negotiable no more; without one it is asked.
func TestComposeEditBackToPrice(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{}).learnt()
	uuid, _, held := w.published(with(carAnswers(), market.Answers{"price": {}, "contract_price": market.YesValue(true)}), 0)
	back := with(held, market.Answers{"contract_price": {}})
	_, err := w.c.ComposeEdit(t.Context(), w.key, market.Russian, uuid, held, back, nil)
	alike(t, "missing", map[string]string{"price": ""}, wantKind(t, err, market.Invalid).Fields)
	_, ad := w.change(uuid, held, with(back, market.Answers{"price": market.NumberValue("5", "usd")}), nil)
	if ad.ContractPrice || ad.Price != "5" || ad.Currency != "usd" {
		t.Errorf("the market holds %+v", ad)
	}
}

// Photos are added, removed and put in order; untouched ones are as the market
// has them.
func TestComposeEditPhotos(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{}).learnt()
	uuid, _, held := w.published(carAnswers(), 3)
	was, _ := w.sandbox.Ad(uuid)
	photos := held["images"].Photos
	after := with(held, market.Answers{"images": market.PhotosValue(photos[2], photos[0])})
	change, ad := w.change(uuid, held, after, []string{photos[2].Remote, photos[0].Remote})
	alike(t, "fields", []string{"images"}, change.Fields)
	alike(t, "images", []string{was.Images[2], was.Images[0]}, ad.Images)

	_, held = w.editForm(uuid, nil)
	_, ad = w.change(uuid, held, with(held, market.Answers{"title": market.TextValue("New"), "images": held["images"]}), nil)
	alike(t, "images", []string{was.Images[2], was.Images[0]}, ad.Images)
	_, held = w.editForm(uuid, nil)
	_, ad = w.change(uuid, held, with(held, market.Answers{"images": {}}), nil)
	alike(t, "no images", 0, len(ad.Images))

	more := with(held, market.Answers{"images": market.PhotosValue(market.Photo{FileID: "f"})})
	if _, err := w.c.ComposeEdit(t.Context(), w.key, market.Russian, uuid, held, more, nil); err == nil {
		t.Error("a picture without an address is taken")
	}
}

// What was changed elsewhere meanwhile stays.
func TestComposeEditMerges(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{}).learnt()
	uuid, _, held := w.published(carAnswers(), 0)
	if _, err := w.c.Put(t.Context(), w.key, uuid, json.RawMessage(`{"description":"from elsewhere","address":"Street 1"}`)); err != nil {
		t.Fatal(err)
	}
	change, ad := w.change(uuid, held, with(held, market.Answers{"title": market.TextValue("New")}), nil)
	if ad.Title != "New" || ad.Description != "from elsewhere" || ad.Address != "Street 1" || len(change.Fields) != 1 {
		t.Errorf("the market holds %+v", ad)
	}
	wantMembers(t, change.Body, `{"price":1010101,"currency":"som","category":2,"location":1,"whatsapp_num":"996700111000"}`)
}

// An ad whose category is gone from the tree can be changed all the same, but
// not moved.
func TestEditFormOfAGoneCategory(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{}).learnt()
	uuid, _, held := w.published(carAnswers(), 0)
	other := clientOf(t, Config{BaseURL: w.sandbox.URL(), APIKey: sandbox.DefaultAPIKey})
	catalog := sandbox.DefaultCatalogue()
	w.sandbox.AddFault(sandbox.Fault{
		Route: "GET /api/ads-board/v1/category/list", Kind: sandbox.FaultAnswer, Status: 200,
		Body: `{"result":[{"id":9,"name":"x"}],"resultCode":"SUCCESS"}`,
	})
	w.sandbox.SetCatalogue(catalog)
	w.c = other
	f, now := w.editForm(uuid, nil)
	if !f.Complete || slices.Contains(keysOf(f), "category") || !now["category"].IsZero() || !now["title"].Equal(held["title"]) {
		t.Errorf("fields %v, held %+v", keysOf(f), now)
	}
	_, ad := w.change(uuid, now, with(now, market.Answers{"title": market.TextValue("New")}), nil)
	if ad.Title != "New" || ad.Category != 2 || len(ad.Filters) != 6 {
		t.Errorf("the market holds %+v", ad)
	}
}
