package omarket

import (
	"slices"
	"testing"
	"time"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

// brands are the options of the cars' brand that are offered.
func (w town) brands() []string {
	w.Helper()
	f := w.form(cars)
	return titlesOf(field(w.T, f, "filter:11").Options)
}

// Who misses an option gets what further ads tell: those behind the ones that
// were looked at, deeper each time, within an hour's budget.
func TestGather(t *testing.T) {
	t.Parallel()
	now := newClock()
	w := newTown(t, sandbox.Options{Now: now.Now}, func(c *Config) { c.Now, c.Knowledge = now.Now, newShelf() })
	gather := func() (requests int) {
		t.Helper()
		before := w.sampled()
		if err := w.c.Gather(t.Context(), "", cars); err != nil {
			t.Fatal(err)
		}
		return w.sampled() - before
	}
	few, spent := len(w.brands()), w.sampled()
	if spent > sampleBudget {
		t.Fatalf("%d requests by the form itself", spent)
	}
	if n := gather(); n != sampleBudget {
		t.Errorf("%d requests, not %d", n, sampleBudget)
	}
	more := len(w.brands())
	if more <= few {
		t.Errorf("%d brands, before %d", more, few)
	}
	now.Pass(2 * time.Second)
	if n := gather(); n != 0 {
		t.Errorf("%d requests beyond the budget", n)
	}
	now.Pass(sampleWindow)
	gather()
	if last := w.brands(); len(last) <= more || !slices.Contains(last, "Toyota") {
		t.Errorf("the oldest ads are not reached: %v", last)
	}
}

// Where every ad was seen a moment ago nothing more is asked, nor where there is
// no category yet.
func TestGatherNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{})
	phones := choose("category", "30", "category2", "31")
	w.form(phones)
	before := w.sampled()
	if before == 0 {
		t.Fatal("no sample was made")
	}
	for _, answers := range []market.Answers{phones, nil, choose("category", "x")} {
		if err := w.c.Gather(t.Context(), "", answers); err != nil {
			t.Error(err)
		}
	}
	if n := w.sampled() - before; n != 0 {
		t.Errorf("%d requests", n)
	}
	if err := w.c.Gather(t.Context(), "no session", phones); market.KindOf(err) != market.NotSignedIn {
		t.Errorf("the error is %v", err)
	}
}

// An ad goes without the answer that its seller did not find in the list; which
// the market may refuse it for, and then names.
func TestPublishWithout(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{}).learnt()
	bare := with(carAnswers(), market.Answers{"filter:11": {Without: true}})
	_, err := w.publish(bare, 0)
	if refusal := wantKind(t, err, market.Invalid); refusal.Fields["filter:11"] == "" {
		t.Errorf("the refusal names %v", refusal.Fields)
	}
	if f := field(t, w.form(bare), "filter:11"); !f.Open || len(f.Options) == 0 {
		t.Errorf("the list is no list any more: %+v", f)
	}
	catalogue := sandbox.DefaultCatalogue()
	i := slices.IndexFunc(catalogue.Filters, func(f sandbox.Filter) bool { return f.ID == 11 })
	catalogue.Filters[i].Required = false
	w.sandbox.SetCatalogue(catalogue)
	uuid, err := w.publish(bare, 0)
	if err != nil {
		t.Fatal(err)
	}
	if ad, _ := w.sandbox.Ad(uuid); filtersOn(ad)[11] != nil {
		t.Errorf("the ad is %+v", ad)
	}
	if _, err := w.publish(with(carAnswers(), market.Answers{"title": {Without: true}}), 0); market.KindOf(err) != market.Invalid {
		t.Errorf("a text cannot be left out: %v", err)
	}
}
