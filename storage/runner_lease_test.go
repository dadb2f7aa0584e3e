package storage_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/storage"
)

func TestLongWorkKeepsItsLane(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		const short = 3 * time.Second // as in the product: a crowded machine must not lose it
		begun, closed := make(chan struct{}, 8), make(chan lanes.Row, 1)
		good := closing(db, closed)
		h := handler{do: func(ctx context.Context, held *lanes.Held, row lanes.Row) error {
			first := held.Lease().Until
			begun <- struct{}{}
			long := time.NewTimer(2 * short)
			defer long.Stop()
			select {
			case <-long.C:
			case <-ctx.Done():
				t.Error("the lane was lost")
			}
			if !held.Lease().Until.After(first) || !held.Live() {
				t.Errorf("the lease was not renewed: %+v", held.Lease())
			}
			return good.do(ctx, held, row)
		}}
		start(t, db, db, lanes.Options{Pools: pool(1, h), TTL: short, Renew: short / 10})
		enqueue(t, db, row("user:1", "long"))
		next(t, "the row begins", begun)
		tries := time.NewTicker(short / 30)
		defer tries.Stop()
		late := time.NewTimer(20 * short)
		defer late.Stop()
		for len(closed) == 0 {
			select {
			case <-tries.C:
			case <-late.C:
				t.Fatal("the row was not closed")
			}
			claimed, err := db.Claim(t.Context(), "thief", "user", 1, ttl)
			must(t, err)
			if len(claimed) > 0 {
				t.Fatal("the lane was stolen")
			}
		}
	})
}

// failing is a store some of whose calls fail.
type failing struct {
	*storage.DB
	claims, renewals atomic.Bool
}

var errDown = errors.New("the database is down")

func (f *failing) Claim(ctx context.Context, owner, class string, n int, ttl time.Duration) ([]lanes.Claimed, error) {
	if f.claims.Load() {
		return nil, errDown
	}
	return f.DB.Claim(ctx, owner, class, n, ttl)
}

func (f *failing) Renew(ctx context.Context, owner string, leases []lanes.Lease, ttl time.Duration) ([]lanes.Lease, error) {
	if f.renewals.Load() {
		return nil, errDown
	}
	return f.DB.Renew(ctx, owner, leases, ttl)
}

func TestLostLeaseEndsItsWork(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		const short = 120 * time.Millisecond
		store := &failing{DB: db}
		store.renewals.Store(true)
		lost := make(chan error, 1)
		h := handler{do: func(ctx context.Context, held *lanes.Held, row lanes.Row) error {
			if !held.Live() {
				t.Error("dead on arrival")
			}
			<-ctx.Done()
			if held.Live() {
				t.Error("alive after its end")
			}
			lost <- context.Cause(ctx)
			return ctx.Err()
		}}
		enqueue(t, db, row("user:1", "a"))
		stop := start(t, db, store, lanes.Options{Pools: pool(1, h), TTL: short, Poll: time.Hour})
		mustBe(t, next(t, "the work ends", lost), lanes.ErrStale)
		stop()
		waitFor(t, "the lane is free", func() bool {
			claimed, err := db.Claim(t.Context(), "next", "user", 1, ttl)
			must(t, err)
			return len(claimed) == 1 && claimed[0].Rows[0].Errors == 0 && claimed[0].Rows[0].Expired == 1
		})
	})
}

// lockedBuffer can be read while it is written to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) count(s string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.b.String(), s)
}

func TestOutageIsLoggedOnceAndSurvived(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		var log lockedBuffer
		store := &failing{DB: db}
		store.claims.Store(true)
		closed := make(chan lanes.Row, 1)
		start(t, db, store, lanes.Options{
			Pools: pool(1, closing(db, closed)), Poll: time.Millisecond, Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		enqueue(t, db, row("user:1", "a"))
		waitFor(t, "the outage is noticed", func() bool { return log.count("the store fails") > 0 })
		store.claims.Store(false)
		next(t, "the row is worked", closed)
		if n := log.count("the store fails"); n != 1 {
			t.Errorf("logged %d times", n)
		}
		waitFor(t, "the end is logged", func() bool { return log.count("the store is back") == 1 })
	})
}
