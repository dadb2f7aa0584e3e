package catalogue

import (
	"context"
	"fmt"
	"time"

	"bazarbot/market"
)

// Get gives the entry's value: from memory, from the store, or by calling
// fetch, whose body decode turns into the value. One call serves all who ask at
// the same time; it goes on when they give up, bounded by the cache's own
// timeout, and each of them still honours its own ctx.
//
// When fetch fails with market.Unavailable, or takes longer than the cache's
// patience, a value that is no longer fresh is served and marked Stale. Other
// errors are never kept and never hidden behind an old value: a refused key is
// told at once, and only to whom it belongs, since a caller that shared another
// one's call repeats it with its own fetch.
func Get[T any](ctx context.Context, c *Cache, key Key,
	fetch func(context.Context) ([]byte, error), decode func([]byte) (T, error),
) (Found[T], error) {
	r := reader[T]{c: c, key: key, fetch: fetch, decode: decode}
	old, known := r.recall(ctx)
	now := c.cfg.Now()
	if known && now.Before(old.until) {
		return found[T](old, false), nil
	}
	if known && now.Before(old.pause) {
		return found[T](old, true), nil
	}

	fresh, err := r.refresh(ctx, known)
	switch {
	case err == nil:
		return found[T](fresh, false), nil
	case known && market.KindOf(err) == market.Unavailable:
		c.cfg.Log.Warn("catalogue: served stale", "key", key,
			"age", now.Sub(old.fetched).Round(time.Second), "err", err)
		return found[T](old, true), nil
	default:
		return Found[T]{}, err
	}
}

// reader is one Get.
type reader[T any] struct {
	c      *Cache
	key    Key
	fetch  func(context.Context) ([]byte, error)
	decode func([]byte) (T, error)
}

func found[T any](e entry, stale bool) Found[T] {
	return Found[T]{Value: e.value.(T), Fetched: e.fetched, Stale: stale}
}

// recall finds the entry without its market, fresh or not.
func (r *reader[T]) recall(ctx context.Context) (entry, bool) {
	r.c.mu.Lock()
	e, ok := r.c.memory.get(r.key.id())
	r.c.mu.Unlock()
	if ok {
		if _, same := e.value.(T); same {
			return e, true
		}
	}
	if r.c.cfg.Store == nil || r.key.Private {
		return entry{}, false
	}
	body, fetched, ok, err := r.c.cfg.Store.CatalogueEntry(ctx, r.key.Market, r.key.Name)
	if err != nil {
		r.c.cfg.Log.Warn("catalogue: read", "key", r.key, "err", err)
	}
	if err != nil || !ok {
		return entry{}, false
	}
	value, err := r.decode(body)
	if err != nil { // stored by a version that understood it otherwise
		return entry{}, false
	}
	return r.remember(value, len(body), fetched), true
}

func (r *reader[T]) remember(value T, size int, fetched time.Time) entry {
	e := entry{id: r.key.id(), value: value, size: size, fetched: fetched, until: fetched.Add(r.key.Fresh)}
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	if have, ok := r.c.memory.get(e.id); ok && have.fetched.After(fetched) {
		if _, same := have.value.(T); same {
			return have // somebody was quicker and brought a newer one
		}
	}
	r.c.memory.put(e)
	return e
}

// refresh asks the market, together with everybody else who does. When
// something could be served without it, it is not waited for beyond patience.
func (r *reader[T]) refresh(ctx context.Context, known bool) (entry, error) {
	var patience <-chan time.Time
	if known {
		timer := time.NewTimer(r.c.cfg.Patience)
		defer timer.Stop()
		patience = timer.C
	}
	for {
		mine := false
		flight := r.c.flights.DoChan(r.key.id(), func() (any, error) {
			mine = true
			return r.call()
		})
		select {
		case res := <-flight:
			if res.Err == nil {
				if e := res.Val.(entry); sameType[T](e) {
					return e, nil
				}
				return entry{}, fmt.Errorf("catalogue: %s is asked for as two types", r.key.Name)
			}
			if mine || market.KindOf(res.Err) == market.Unavailable {
				return entry{}, res.Err
			}
		case <-patience:
			r.pause() // lifted by the call's answer, should it still come
			return entry{}, r.unavailable(fmt.Errorf("no answer within %s", r.c.cfg.Patience))
		case <-ctx.Done():
			return entry{}, r.unavailable(ctx.Err())
		}
	}
}

func sameType[T any](e entry) bool {
	_, ok := e.value.(T)
	return ok
}

// call is the shared call.
func (r *reader[T]) call() (entry, error) {
	r.c.mu.Lock()
	if r.c.closed {
		r.c.mu.Unlock()
		return entry{}, r.unavailable(errClosed)
	}
	r.c.calls.Add(1)
	r.c.mu.Unlock()
	defer r.c.calls.Done()

	ctx, cancel := context.WithTimeout(r.c.base, r.c.cfg.Timeout)
	defer cancel()
	body, err := r.fetch(ctx)
	var value T
	if err == nil {
		value, err = r.decode(body)
	}
	if err != nil {
		if market.KindOf(err) == market.Unavailable {
			r.pause()
		}
		return entry{}, err
	}
	fetched := r.c.cfg.Now()
	e := r.remember(value, len(body), fetched)
	if r.c.cfg.Store != nil && !r.key.Private {
		if err := r.c.cfg.Store.PutCatalogueEntry(ctx, r.key.Market, r.key.Name, body, fetched); err != nil {
			r.c.cfg.Log.Warn("catalogue: write", "key", r.key, "err", err)
		}
	}
	return e, nil
}

func (r *reader[T]) pause() {
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	r.c.memory.pause(r.key.id(), r.c.cfg.Now().Add(r.c.cfg.Pause))
}

func (r *reader[T]) unavailable(cause error) error {
	return &market.Error{Kind: market.Unavailable, Market: r.key.Market, Op: "catalogue", Err: cause}
}

// Peek gives what is known of an entry, fresh or not, and never asks its market.
func Peek[T any](ctx context.Context, c *Cache, key Key, decode func([]byte) (T, error)) (value T, known bool) {
	r := reader[T]{c: c, key: key, decode: decode}
	e, known := r.recall(ctx)
	if !known {
		return value, false
	}
	return e.value.(T), true
}
