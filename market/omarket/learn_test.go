package omarket

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"bazarbot/market"
	"bazarbot/market/markettest"
	sandbox "bazarbot/sandbox/omarket"
	"bazarbot/sandbox/stand/standtest"
)

// shelf is a store of knowledge that several replicas share.
type shelf struct {
	mu   sync.Mutex
	kept map[string][]byte
	fail error
}

func newShelf() *shelf { return &shelf{kept: map[string][]byte{}} }

func (s *shelf) CatalogueEntry(_ context.Context, _ market.ID, key string) ([]byte, time.Time, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, ok := s.kept[key]
	return bytes.Clone(body), time.Time{}, ok && s.fail == nil, s.fail
}

func (s *shelf) AmendCatalogueEntry(_ context.Context, _ market.ID, key string, _ time.Time, amend func([]byte) ([]byte, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	if _, err := amend(s.kept[key]); err != nil { // as a transaction that is tried again
		return err
	}
	body, err := amend(s.kept[key])
	if err == nil {
		s.kept[key] = body
	}
	return err
}

func (s *shelf) breaks(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

func newClock() *standtest.Clock {
	return standtest.ClockAt(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
}

// until asks until a condition holds.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited too long: %s", what)
		case <-again.C:
		}
	}
}

const (
	routeAd     = "GET /api/ads-board/v1/ads/<uuid>/"
	routeSearch = "GET /api/ads-board/v1/trusted/ads-filter/"
	routePut    = "PUT /api/ads-board/v1/ads/<uuid>/"
)

func (w town) sampled() int { return w.sandbox.Count(routeAd) + w.sandbox.Count(routeSearch) }

// adOf is an ad that says so much.
func adOf(t *testing.T, text string) wireAd {
	t.Helper()
	var ad wireAd
	if err := json.Unmarshal([]byte(text), &ad); err != nil {
		t.Fatal(err)
	}
	return ad
}

func brandAd(t *testing.T, id, title string) wireAd {
	return adOf(t, fmt.Sprintf(`{"uuid":"u","location":{"id":%s9,"name":"place %[2]s"},"filters":[{"filter_id":11,"value":%[1]q,"list_value":[%[2]q],
		"filter":{"id":11,"create_label":"Марка","create_filter_type":"select_single","required":true,"format":["a"]}}]}`, id, title))
}

// Ads teach what their filters and places are.
func TestLearnFromAds(t *testing.T) {
	t.Parallel()
	k := newKnowledge(nil, nil, slog.New(slog.DiscardHandler), time.Now)
	got := k.learn(t.Context(), lessonOf(brandAd(t, "1", "Audi"), brandAd(t, "2", "BMW")))
	alike(t, "news", learnt{options: 2, places: 2}, got, withUnexported)
	f := k.filter(t.Context(), "11")
	alike(t, "brands", []string{"Audi", "BMW", "Toyota"}, slices.Sorted(slices.Values(titlesOf(f.Options))))
	alike(t, "again", learnt{}, k.learn(t.Context(), lessonOf(brandAd(t, "2", "BMW"))), withUnexported)
	alike(t, "nothing", learnt{}, k.learn(t.Context(), lessonOf(adOf(t, `{"filters":[{"filter_id":"x"},{"filter":{}},5,null]}`))), withUnexported)
}

// Replicas that learn at the same time lose nothing of each other's, and each
// soon knows what the others know.
func TestReplicasLearn(t *testing.T) {
	t.Parallel()
	store, now := newShelf(), newClock()
	replicas := make([]*knowledge, 6)
	for i := range replicas {
		replicas[i] = newKnowledge(store, nil, slog.New(slog.DiscardHandler), now.Now)
		replicas[i].filter(t.Context(), "11") // an old copy is in memory
	}
	var all sync.WaitGroup
	for i, k := range replicas {
		lesson := lessonOf(brandAd(t, fmt.Sprint(100+i), fmt.Sprint("brand ", i)))
		all.Go(func() { k.learn(t.Context(), lesson) })
	}
	all.Wait()
	now.Pass(recallEvery)
	for i, k := range replicas {
		if n := len(k.filter(t.Context(), "11").Options); n != len(replicas)+1 {
			t.Errorf("replica %d knows %d options", i, n)
		}
		if n := len(k.places(t.Context())); n != len(shipped().places)+len(replicas) {
			t.Errorf("replica %d knows %d places", i, n)
		}
	}
}

// An answer that another replica has just learnt to offer is taken at once: a
// conversation may move between two steps.
func TestReplicasAgreeOnAnswers(t *testing.T) {
	t.Parallel()
	store := newShelf()
	w := newTown(t, sandbox.Options{}, func(c *Config) { c.Knowledge = store })
	other := w
	other.c = clientOf(t, Config{BaseURL: w.sandbox.URL(), APIKey: sandbox.DefaultAPIKey, Knowledge: store})
	w.form(cars)
	other.form(cars)
	w.c.known.learn(t.Context(), lessonOf(brandAd(t, "77", "Москвич")))
	answers := with(cars, choose("filter:11", "77", "location", "779"))
	f := other.form(answers)
	for key, id := range map[string]string{"filter:11": "77", "location": "779"} {
		if _, ok := field(t, f, key).Option(id); !ok {
			t.Errorf("%s: the other replica does not offer %s", key, id)
		}
	}
}

// What is known already is not written again.
func TestKnownIsNotWritten(t *testing.T) {
	t.Parallel()
	store := newShelf()
	k := newKnowledge(store, nil, slog.New(slog.DiscardHandler), time.Now)
	lesson := lessonOf(brandAd(t, "1", "Audi"))
	k.learn(t.Context(), lesson)
	store.mu.Lock()
	was := maps.Clone(store.kept)
	clear(store.kept)
	store.mu.Unlock()
	k.learn(t.Context(), lesson)
	if len(was) != 2 || len(store.kept) != 0 {
		t.Errorf("first %d entries are written, then %d", len(was), len(store.kept))
	}
}

// A database that is away takes nobody's knowledge, and the log says so. An
// entry that cannot be read counts as none.
func TestKnowledgeWithoutDatabase(t *testing.T) {
	t.Parallel()
	store, log, now := newShelf(), &markettest.Journal{}, newClock()
	k := newKnowledge(store, nil, log.Logger(), now.Now)
	store.breaks(errors.New("away"))
	k.learn(t.Context(), lessonOf(brandAd(t, "1", "Audi")))
	if len(k.filter(t.Context(), "11").Options) != 2 || log.Count("kept in memory only") == 0 {
		t.Error("what was learnt is lost, or the log does not say that it is not kept")
	}
	now.Pass(recallEvery)
	if len(k.filter(t.Context(), "11").Options) != 2 {
		t.Error("what was learnt is lost after a while")
	}
	store.breaks(nil)
	store.kept[keptFilters+"11"] = []byte("{half")
	if n := len(k.filter(t.Context(), "11").Options); n != 1 {
		t.Errorf("%d options are read of nothing", n)
	}
}

// A sample keeps to its budget, is made once for all who ask, and again only
// when an hour has gone by.
func TestSampleBudget(t *testing.T) {
	t.Parallel()
	store, now := newShelf(), newClock()
	w := newTown(t, sandbox.Options{Now: now.Now}, func(c *Config) { c.Now, c.Knowledge = now.Now, store })
	catalog := sandbox.DefaultCatalogue()
	addFilter(catalog, 2, sandbox.Filter{ID: 999, Label: "VIN", Type: sandbox.Text})
	w.sandbox.SetCatalogue(catalog)
	other := w
	other.c = clientOf(t, Config{BaseURL: w.sandbox.URL(), APIKey: sandbox.DefaultAPIKey, Now: now.Now, Knowledge: store})
	var all sync.WaitGroup
	for i := range 8 {
		asks := []town{w, other}[i%2]
		all.Go(func() { asks.form(cars) })
	}
	all.Wait()
	if n := w.sampled(); n == 0 || n > sampleBudget {
		t.Errorf("%d requests", n)
	}
	for _, asks := range []town{w, other} { // each knows what the other one learnt
		if f := asks.form(cars); !f.Unsure || len(field(t, f, "filter:11").Options) < 5 {
			t.Errorf("unsure: %v; the brand is %+v", f.Unsure, field(t, f, "filter:11"))
		}
	}
	spent := w.sampled()
	now.Pass(sampleWindow - recallEvery)
	w.form(cars)
	if w.sampled() != spent {
		t.Error("the budget of an hour is overdrawn")
	}
	now.Pass(2 * recallEvery)
	w.form(cars)
	if n := w.sampled(); n <= spent || n > 2*sampleBudget {
		t.Errorf("%d requests, before %d", n, spent)
	}
}

// addFilter adds a filter to a category below the uppermost ones.
func addFilter(c *sandbox.Catalogue, category int, f sandbox.Filter) {
	c.Filters = append(c.Filters, f)
	for i := range c.Categories {
		for j := range c.Categories[i].Sub {
			if sub := &c.Categories[i].Sub[j]; sub.ID == category {
				sub.Filters = append(slices.Clip(sub.Filters), f.ID)
			}
		}
	}
}

// Nobody waits for a market that is slow, and what comes later is known then.
func TestSampleTakesItsTime(t *testing.T) {
	t.Parallel()
	log := &markettest.Journal{}
	held := make(chan struct{})
	var told []market.Option
	w := newTown(t, sandbox.Options{Hooks: sandbox.Hooks{Before: func(ctx context.Context, c sandbox.Call) {
		if c.Route == routeSearch {
			select {
			case <-held:
			case <-ctx.Done():
			}
		}
	}}}, func(c *Config) {
		c.Log, c.Unknown = log.Logger(), func(o market.Option) { told = append(told, o) }
	})
	w.c.known.patience = 20 * time.Millisecond
	for range 2 {
		f := w.form(cars)
		if !f.Unsure || !f.Complete {
			t.Fatalf("unsure: %v, complete: %v", f.Unsure, f.Complete)
		}
		if slices.Contains(keysOf(f), "filter:7") {
			t.Errorf("what nobody knows is asked: %v", keysOf(f))
		}
	}
	if n := log.Count("filters of a category are not known"); n != 1 {
		t.Errorf("the log says it %d times", n)
	}
	alike(t, "told", []market.Option{{ID: "2", Title: "Транспорт › Автомобили"}}, told)
	close(held)
	until(t, "the filters are known", func() bool { return !w.form(cars).Unsure })
}

// A sample that fails is tried again soon, within the budget.
func TestSampleFails(t *testing.T) {
	t.Parallel()
	now := newClock()
	w := newTown(t, sandbox.Options{Now: now.Now}, func(c *Config) { c.Now = now.Now })
	w.sandbox.AddFault(sandbox.Fault{Route: routeAd, Kind: sandbox.FaultAnswer, Status: 400, Body: `{"error":"no"}`})
	w.form(cars)
	spent := w.sampled()
	w.form(cars)
	if w.sampled() != spent || spent != 2 {
		t.Errorf("%d requests, then %d", spent, w.sampled())
	}
	w.sandbox.ClearFaults()
	now.Pass(sampleAgain + time.Second)
	if f := w.form(cars); f.Unsure || w.sampled() > sampleBudget {
		t.Errorf("unsure: %v, after %d requests", f.Unsure, w.sampled())
	}
}

// Learn learns a category with as many requests as it is given.
func TestLearn(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{})
	got, err := w.c.Learn(t.Context(), w.key, "2", 5)
	if err != nil || got.Requests != 5 || got.Ads != 4 || got.Filters == 0 || got.Options == 0 {
		t.Errorf("learnt %+v, %v", got, err)
	}
	all, err := w.c.Learn(t.Context(), "", "2", 100)
	if err != nil || all.Ads != 25 || all.Requests != 27 {
		t.Errorf("learnt %+v, %v", all, err)
	}
	if again, err := w.c.Learn(t.Context(), "", "2", 3); err != nil || again.Filters+again.Options+again.Places != 0 {
		t.Errorf("learnt again %+v, %v", again, err)
	}
	if _, err := w.c.Learn(t.Context(), "", "cars", 3); market.KindOf(err) != market.Invalid {
		t.Errorf("no category: %v", err)
	}
	if _, err := w.c.Learn(t.Context(), "no session", "2", 3); market.KindOf(err) != market.NotSignedIn {
		t.Errorf("no session: %v", err)
	}
	w.sandbox.AddFault(sandbox.Fault{Route: routeAd, Kind: sandbox.FaultAnswer, Status: 404, Body: `{"result":"x","resultCode":"FAIL"}`})
	if got, err := w.c.Learn(t.Context(), "", "31", 3); err != nil || got.Ads != 0 {
		t.Errorf("ads that went meanwhile: %+v, %v", got, err)
	}
}

// What people look at teaches too: their own ads, and those they find.
func TestLearnInPassing(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{})
	page, err := w.c.Search(t.Context(), "", market.Russian, market.SearchQuery{Category: "61"})
	if err != nil || len(page.Ads) == 0 {
		t.Fatal(err)
	}
	if _, err := w.c.FullAd(t.Context(), "", market.Russian, page.Ads[0].ID); err != nil {
		t.Fatal(err)
	}
	if f := w.c.known.filter(t.Context(), "611"); f.Label != "Порода" || !f.required() {
		t.Errorf("the breed is %+v", f)
	}
}
