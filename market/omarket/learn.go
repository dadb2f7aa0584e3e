package omarket

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"bazarbot/market"
)

// Knowledge keeps what was learnt of the market for all replicas.
type Knowledge interface {
	// CatalogueEntry gives what is kept under a key; not ok: nothing.
	CatalogueEntry(ctx context.Context, id market.ID, key string) (body []byte, at time.Time, ok bool, err error)
	// AmendCatalogueEntry replaces what is kept under a key by what amend makes
	// of it (nil: of nothing). Of two replicas that amend at once the second one
	// is given what the first one wrote. amend may be called more than once.
	AmendCatalogueEntry(ctx context.Context, id market.ID, key string, at time.Time, amend func(body []byte) ([]byte, error)) error
}

// recallEvery is how long this process takes its own copy of what is known for
// what all replicas know.
const recallEvery = time.Minute

// knowledge is what the bot knows of filters, places and categories: what was
// shipped, what was learnt from ads, and what the operator wrote down, each
// over the one before. Learning is a union, so that neither the order nor a
// replica that learns at the same time can lose anything.
type knowledge struct {
	store    Knowledge // nil: in memory only
	fixed    *Known    // the operator's
	log      *slog.Logger
	now      func() time.Time
	patience time.Duration // how long whoever needs a sample waits for it

	mu   sync.Mutex
	memo map[string]memo

	named  sync.Map // kinds of offers as the market called them last, by code
	warned sync.Map // categories whose required filters are not known, told once
}

// memo is an entry as it was read last. Its value is shared and not changed.
type memo struct {
	value any
	at    time.Time
}

func newKnowledge(store Knowledge, fixed *Known, log *slog.Logger, now func() time.Time) *knowledge {
	if fixed == nil {
		fixed = &Known{}
	}
	return &knowledge{
		store: store, fixed: fixed, log: log, now: now, patience: samplePatience, memo: map[string]memo{},
	}
}

// The keys under which the parts are kept.
const (
	keptPlaces     = "known/places"
	keptFilters    = "known/filter/"
	keptCategories = "known/category/"
	keptSamples    = "known/sample/"
	keptGathered   = "known/gathered/"
)

// filter is what is known of a filter.
func (k *knowledge) filter(ctx context.Context, id ident) filterFacts {
	f, _ := shipped().filters[id].with(recall[filterFacts](ctx, k, keptFilters+string(id)))
	f, _ = f.with(k.fixed.filters[id])
	f.ID = id
	return f
}

// places are all known places.
func (k *knowledge) places(ctx context.Context) placeBook {
	b, _ := shipped().places.with(recall[placeBook](ctx, k, keptPlaces))
	b, _ = b.with(k.fixed.places)
	return b
}

// category is what is known of a category beside the market's tree. What the
// operator calls not required is not, whatever the market once said.
func (k *knowledge) category(ctx context.Context, id ident) categoryFacts {
	c, _ := shipped().categories[id].with(recall[categoryFacts](ctx, k, keptCategories+string(id)))
	c.Required = slices.DeleteFunc(slices.Clone(c.Required), func(id ident) bool {
		required := k.fixed.filters[id].Required
		return required != nil && !*required
	})
	c, _ = c.with(k.fixed.categories[id])
	return c
}

// offer names a kind of offer, in a form as on an ad: by the word of ours, if
// there is one; else as the market does, which knows Russian only and writes
// nothing but the code into its ads.
func (k *knowledge) offer(t wireAdType, lang market.Lang) string {
	if t.Name != "" {
		k.named.Store(t.Code, string(t.Name))
	} else if name, ok := k.named.Load(t.Code); ok {
		t.Name = ident(name.(string))
	}
	return cmp.Or(k.adType(string(t.Code), lang), string(t.Name), string(t.Code))
}

// adType names a kind of offer, if anybody wrote it down.
func (k *knowledge) adType(code string, lang market.Lang) string {
	for _, names := range [][]adTypeName{k.fixed.adTypes, shipped().adTypes} {
		for _, n := range names {
			if n.Code == code {
				return n.in(lang)
			}
		}
	}
	return ""
}

// adTypeCodes are the kinds of offers that were written down.
func (k *knowledge) adTypeCodes() []string {
	var codes []string
	for _, n := range slices.Concat(shipped().adTypes, k.fixed.adTypes) {
		if !slices.Contains(codes, n.Code) {
			codes = append(codes, n.Code)
		}
	}
	return codes
}

// lesson is what can be learnt at once.
type lesson struct {
	filters    map[ident]filterFacts
	places     placeBook
	categories map[ident]categoryFacts
}

// lessonOf is what ads teach: the filters they answer, with the options they
// chose, and the places they and their sellers are at.
func lessonOf(ads ...wireAd) lesson {
	l := lesson{filters: map[ident]filterFacts{}, places: placeBook{}}
	for _, ad := range ads {
		l.places.see(ad.Location)
		l.places.see(ad.Author.Location)
		for _, answer := range ad.Filters {
			seen, ok := answer.facts()
			if ok {
				l.filters[seen.ID], _ = l.filters[seen.ID].with(seen)
			}
		}
	}
	return l
}

// facts is what an ad's answer teaches of its filter.
func (w wireAdFilter) facts() (filterFacts, bool) {
	def := w.Filter
	id := w.filter()
	if !digits.MatchString(string(id)) || def.Type == "" && def.Label == "" {
		return filterFacts{}, false
	}
	required := bool(def.Required)
	f := filterFacts{
		ID: id, Label: string(def.Label), Type: string(def.Type), ListType: string(def.ListType), Required: &required,
	}
	for _, s := range scalars(def.Format) {
		f.Format = append(f.Format, clip(s, maxLabel))
	}
	const mostWords = 8
	f.Format = f.Format[:min(len(f.Format), mostWords)]
	return f.seeValue(w.Value, w.Titles), true
}

// filter is the id of the filter that is answered.
func (w wireAdFilter) filter() ident {
	if w.FilterID != "" {
		return w.FilterID
	}
	return w.Filter.ID
}

// learnt counts what was new.
type learnt struct{ filters, options, places int }

// learn keeps what is new of a lesson, for all replicas. It fails nobody: what
// cannot be stored stays in memory, and the log says so.
func (k *knowledge) learn(ctx context.Context, l lesson) learnt {
	var sum learnt
	for _, id := range slices.Sorted(maps.Keys(l.filters)) {
		was := k.filter(ctx, id)
		amend(ctx, k, keptFilters+string(id), func(f filterFacts) (filterFacts, bool) { return f.with(l.filters[id]) })
		is := k.filter(ctx, id)
		sum.filters += truth(!was.known() && is.known())
		sum.options += len(is.Options) - len(was.Options)
	}
	if len(l.places) > 0 {
		was := len(k.places(ctx))
		amend(ctx, k, keptPlaces, func(b placeBook) (placeBook, bool) { return b.with(l.places) })
		sum.places = len(k.places(ctx)) - was
	}
	for _, id := range slices.Sorted(maps.Keys(l.categories)) {
		amend(ctx, k, keptCategories+string(id), func(c categoryFacts) (categoryFacts, bool) { return c.with(l.categories[id]) })
	}
	return sum
}

// recall gives an entry: this process's copy while it is young, else the store's.
func recall[T any](ctx context.Context, k *knowledge, key string) T {
	k.mu.Lock()
	have, ok := k.memo[key]
	k.mu.Unlock()
	value, _ := have.value.(T)
	if k.store == nil || ok && k.now().Sub(have.at) < recallEvery {
		return value
	}
	body, _, found, err := k.store.CatalogueEntry(ctx, market.OMarket, key)
	switch {
	case err != nil:
		k.log.Warn("omarket: recall", "key", key, "err", err)
		return value
	case found:
		value = unpacked[T](body)
	}
	k.keep(key, value)
	return value
}

// unpacked reads a stored entry; one that a later version wrote otherwise
// counts as nothing.
func unpacked[T any](body []byte) T {
	var value T
	if len(body) > 0 && json.Unmarshal(body, &value) != nil {
		var none T
		return none
	}
	return value
}

func (k *knowledge) keep(key string, value any) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.memo[key] = memo{value: value, at: k.now()}
}

// doubt makes the next recalls of entries read the store: somebody speaks of
// what this process's copies do not know, or others have just learnt.
func (k *knowledge) doubt(keys ...string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, key := range keys {
		if have, ok := k.memo[key]; ok {
			have.at = time.Time{}
			k.memo[key] = have
		}
	}
}

// doubtFilters is doubt for what is known of filters.
func (k *knowledge) doubtFilters(ids []ident) {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = keptFilters + string(id)
	}
	k.doubt(keys...)
}

// amend changes an entry for all replicas. change is given the entry as it is
// and reports whether it makes another of it; it is first tried on this
// process's copy, so that what is known already costs no transaction.
func amend[T any](ctx context.Context, k *knowledge, key string, change func(T) (T, bool)) {
	mine, news := change(recall[T](ctx, k, key))
	if !news {
		return
	}
	if k.store != nil {
		err := k.store.AmendCatalogueEntry(ctx, market.OMarket, key, k.now(), func(body []byte) ([]byte, error) {
			theirs, _ := change(unpacked[T](body))
			mine = theirs
			return json.Marshal(theirs)
		})
		if err != nil {
			k.log.Warn("omarket: learn", "key", key, "err", fmt.Errorf("kept in memory only: %w", err))
		}
	}
	k.keep(key, mine)
}
