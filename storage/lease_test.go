package storage_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
)

// A row that is committed while the lane's owner lets it go is never left
// behind: either the owner sees it, or the lane is due.
func TestReleaseRacingEnqueue(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		ring := newRing(t)
		here, there := open(t, url, ring), (*storage.DB)(nil)
		if there = here; strings.HasPrefix(url, "postgres") {
			there = open(t, url, ring)
		}
		enqueue(t, here, row("user:1", "start"))
		for i := range 60 {
			got := claim(t, here, "me", "user")
			end := map[bool]func() error{
				true:  func() error { return here.Close(t.Context(), got.Lease, got.Rows[0].ID, noScreen) },
				false: func() error { return here.Bury(t.Context(), got.Lease, got.Rows[0].ID, "REF", "cause") },
			}[i%2 == 0]
			var wg sync.WaitGroup
			wg.Go(func() {
				if _, err := there.Enqueue(t.Context(), row("user:1", fmt.Sprint(i))); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				if err := end(); err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
			// Still held: the owner sees the row. Let go: the next claim does.
			if rows, err := here.Rows(t.Context(), got.Lease, 1); err != nil {
				t.Fatal(err)
			} else if len(rows) > 0 {
				must(t, here.Release(t.Context(), got.Lease))
			}
		}
	})
}

func TestStaleLeasesWriteNothing(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		enqueue(t, db, row("user:1", "a"))
		old := claim(t, db, "first", "user")
		must(t, db.Release(ctx, old.Lease))
		now := claim(t, db, "second", "user")

		stolen := now.Lease
		stolen.Owner = "third"
		foreign := now.Lease
		foreign.Lane = "user:2"
		id := now.Rows[0].ID
		changes := market.Changes{Session: &market.Session{Person: 1, Lang: market.Kyrgyz, Body: []byte("no")}}
		out := lanes.Outcome{Replies: []byte("no"), Rows: []lanes.NewRow{row("account:1", "job")}}
		for _, lease := range []lanes.Lease{old.Lease, stolen, foreign, {}} {
			for name, err := range map[string]error{
				"commit":     db.Commit(ctx, lease, id, changes, out),
				"checkpoint": db.Checkpoint(ctx, lease, id, 1, market.Screen{Person: 1, Message: 9}),
				"close":      db.Close(ctx, lease, id, market.Screen{Person: 1, Message: 9}),
				"postpone":   db.Postpone(ctx, lease, id, time.Now().Add(time.Hour), true),
				"bury":       db.Bury(ctx, lease, id, "REF", "cause", row("account:1", "apology")),
				"release":    db.Release(ctx, lease),
			} {
				if err != lanes.ErrStale { //nolint:errorlint // it must be the very error
					t.Errorf("%s with %+v: %v", name, lease, err)
				}
			}
			if rows, err := db.Rows(ctx, lease, 10); err != nil || len(rows) > 0 {
				t.Errorf("rows with %+v: %v, %v", lease, rows, err)
			}
		}
		kept, err := db.Renew(ctx, "first", []lanes.Lease{old.Lease}, ttl)
		must(t, err)
		if len(kept) != 0 {
			t.Errorf("a stale lease was renewed: %+v", kept)
		}

		rows, err := db.Rows(ctx, now.Lease, 10)
		must(t, err)
		if diff := cmp.Diff(now.Rows, rows); diff != "" {
			t.Errorf("the row changed: %s", diff)
		}
		if s, err := db.Session(ctx, 1); err != nil || s.Lang != "" || s.Screen != 0 {
			t.Errorf("the session changed: %+v, %v", s, err)
		}
		noneDue(t, db, "account")
	})
}

func TestExpiredLeases(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		const short = 60 * time.Millisecond
		ctx := t.Context()
		enqueue(t, db, row("user:1", "a"))
		first, err := db.Claim(ctx, "first", "user", 1, short)
		must(t, err)
		kept, err := db.Renew(ctx, "first", []lanes.Lease{first[0].Lease}, short)
		must(t, err)
		if len(kept) != 1 || kept[0].Fence != first[0].Lease.Fence || !kept[0].Until.After(first[0].Lease.Until) {
			t.Fatalf("renewed: %+v", kept)
		}
		var second []lanes.Claimed
		waitFor(t, "the lease has ended", func() bool {
			second, err = db.Claim(ctx, "second", "user", 1, ttl)
			must(t, err)
			return len(second) > 0
		})
		if r := second[0].Rows[0]; r.Expired != 1 {
			t.Errorf("expired %d times, want 1", r.Expired)
		}
		if second[0].Lease.Fence <= first[0].Lease.Fence {
			t.Error("the fence did not grow")
		}
		must(t, db.Release(ctx, second[0].Lease))
		if r := claim(t, db, "third", "user").Rows[0]; r.Expired != 1 {
			t.Errorf("a released lease was counted: %d", r.Expired)
		}
	})
}

func TestRenewKeepsOnlyTheNewestFence(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		enqueue(t, db, row("user:1", "a"), row("user:2", "b"))
		claimed, err := db.Claim(ctx, "me", "user", 10, ttl)
		must(t, err)
		must(t, db.Release(ctx, claimed[0].Lease))
		again := claim(t, db, "me", "user")
		leases := []lanes.Lease{claimed[0].Lease, claimed[1].Lease, again.Lease}
		kept, err := db.Renew(ctx, "me", leases, ttl)
		must(t, err)
		got := make(map[string]int64)
		for _, l := range kept {
			got[l.Lane] = l.Fence
		}
		want := map[string]int64{claimed[1].Lease.Lane: claimed[1].Lease.Fence, again.Lease.Lane: again.Lease.Fence}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
