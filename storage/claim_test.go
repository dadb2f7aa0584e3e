package storage_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bazarbot/lanes"
	"bazarbot/storage"
)

func TestClaimTakesTheLongestWaitingFirst(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		for i := range 6 {
			r := row(fmt.Sprintf("user:%d", i), fmt.Sprint(i))
			r.Due = time.Now().Add(-time.Duration(i) * time.Minute)
			enqueue(t, db, r)
		}
		claimed, err := db.Claim(t.Context(), "me", "user", 2, ttl)
		must(t, err)
		var got []string
		for _, c := range claimed {
			got = append(got, c.Lease.Lane)
		}
		slices.Sort(got)
		if diff := cmp.Diff([]string{"user:4", "user:5"}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestClaimsInParallelShareNothing(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		const people = 60
		for p := range people {
			enqueue(t, db, row(fmt.Sprintf("user:%d", p), fmt.Sprint(p)))
		}
		var mu sync.Mutex
		owners := make(map[string]string)
		var wg sync.WaitGroup
		for o := range 6 {
			owner := fmt.Sprint("owner", o)
			wg.Go(func() {
				for {
					claimed, err := db.Claim(t.Context(), owner, "user", 7, time.Minute)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					for _, c := range claimed {
						if other, twice := owners[c.Lease.Lane]; twice {
							t.Errorf("%s belongs to %s and %s", c.Lease.Lane, other, owner)
						}
						owners[c.Lease.Lane] = owner
					}
					all := len(owners) == people
					mu.Unlock()
					if all || err != nil {
						return
					}
				}
			})
		}
		wg.Wait()
	})
}

func TestHold(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		const short = 60 * time.Millisecond
		ctx := t.Context()
		lease, ok, err := db.Hold(ctx, "me", "poll", short)
		must(t, err)
		if !ok || lease.Lane != "poll" || lease.Owner != "me" {
			t.Fatalf("lease %+v, %v", lease, ok)
		}
		if _, ok, err := db.Hold(ctx, "other", "poll", ttl); err != nil || ok {
			t.Fatalf("held twice: %v, %v", ok, err)
		}
		kept, err := db.Renew(ctx, "me", []lanes.Lease{lease}, short)
		must(t, err)
		if len(kept) != 1 {
			t.Fatal("not renewed")
		}
		var next lanes.Lease
		waitFor(t, "the lease has ended", func() bool {
			next, ok, err = db.Hold(ctx, "other", "poll", ttl)
			must(t, err)
			return ok
		})
		mustBe(t, db.Release(ctx, lease), lanes.ErrStale)
		must(t, db.Release(ctx, next))
		if _, ok, err := db.Hold(ctx, "me", "poll", ttl); err != nil || !ok {
			t.Errorf("not free after release: %v, %v", ok, err)
		}
		noneDue(t, db, "poll")
	})
}
