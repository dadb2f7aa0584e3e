package storage_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
)

var (
	noChanges market.Changes
	noScreen  market.Screen
)

func TestRowFromArrivalToClose(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		before := time.Now().Add(-time.Millisecond)
		enqueue(t, db, row("user:42", "tg:1"))

		got := claim(t, db, "me", "user")
		want := lanes.Row{
			Lane: "user:42", Key: "tg:1", Kind: "update", State: lanes.Queued, Payload: []byte("payload of tg:1"),
		}
		ignore := cmpopts.IgnoreFields(lanes.Row{}, "ID", "Arrived")
		if diff := cmp.Diff([]lanes.Row{want}, got.Rows, ignore); diff != "" {
			t.Fatal(diff)
		}
		if at := got.Rows[0].Arrived; at.Before(before) || at.After(time.Now()) {
			t.Errorf("arrived at %v", at)
		}
		if left := time.Until(got.Lease.Until); left <= 0 || left > ttl {
			t.Errorf("the lease lasts %v", left)
		}
		noneDue(t, db, "user")

		id := got.Rows[0].ID
		must(t, db.Commit(ctx, got.Lease, id, noChanges, lanes.Outcome{Replies: []byte("replies")}))
		must(t, db.Checkpoint(ctx, got.Lease, id, 1, market.Screen{Person: 42, Message: 7}))
		rows, err := db.Rows(ctx, got.Lease, 10)
		must(t, err)
		want.State, want.Replies, want.Sent = lanes.Committed, []byte("replies"), 1
		if diff := cmp.Diff([]lanes.Row{want}, rows, ignore); diff != "" {
			t.Fatal(diff)
		}

		must(t, db.Close(ctx, got.Lease, id, market.Screen{Person: 42, Message: 8}))
		noneDue(t, db, "user")
		session, err := db.Session(ctx, 42)
		must(t, err)
		if session.Screen != 8 {
			t.Errorf("the screen is %d", session.Screen)
		}
		mustBe(t, db.Release(ctx, got.Lease), lanes.ErrStale) // closing let the lane go
	})
}

func TestDuplicateKeysAreDropped(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		added, err := db.Enqueue(ctx, row("user:1", "a"), row("user:1", "a"), row("user:1", "b"))
		must(t, err)
		if added != 2 {
			t.Errorf("added %d, want 2", added)
		}
		got := claim(t, db, "me", "user")
		must(t, db.Close(ctx, got.Lease, got.Rows[0].ID, noScreen))
		rows, err := db.Rows(ctx, got.Lease, 10)
		must(t, err)
		must(t, db.Close(ctx, got.Lease, rows[0].ID, noScreen))

		added, err = db.Enqueue(ctx, row("user:1", "a"), row("user:2", "b"))
		must(t, err)
		if added != 0 {
			t.Errorf("closed keys were added again: %d", added)
		}
		// A lane may be due for nothing then. Its next owner finds that out.
		claimed, err := db.Claim(ctx, "me", "user", 10, ttl)
		must(t, err)
		for _, c := range claimed {
			if len(c.Rows) > 0 {
				t.Errorf("rows came back: %+v", c.Rows)
			}
			must(t, db.Release(ctx, c.Lease))
		}
		noneDue(t, db, "user")
	})
}

func TestBadRowsAreRefused(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		for _, bad := range []lanes.NewRow{{Lane: "user:1"}, {Key: "k"}} {
			if _, err := db.Enqueue(t.Context(), bad); err == nil {
				t.Errorf("%+v was taken", bad)
			}
		}
		if added, err := db.Enqueue(t.Context()); added != 0 || err != nil {
			t.Errorf("no rows: %d, %v", added, err)
		}
	})
}

// Writers in parallel, as replicas are, put rows into one lane. What each of
// them put first is worked first, and a row that was committed before another
// was sent comes before it.
func TestOrderWithParallelWriters(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		const writers, each = 8, 40
		ring := newRing(t)
		dbs := []*storage.DB{open(t, url, ring)}
		if strings.HasPrefix(url, "postgres") {
			dbs = append(dbs, open(t, url, ring))
		}
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					// The second lane makes batches lock several lanes in every order.
					rows := []lanes.NewRow{row("user:1", fmt.Sprintf("%d/%03d", w, i)), row(fmt.Sprintf("other:%d", rand.IntN(5)), fmt.Sprintf("o%d/%d", w, i))}
					rand.Shuffle(2, func(a, b int) { rows[a], rows[b] = rows[b], rows[a] })
					if _, err := dbs[w%len(dbs)].Enqueue(t.Context(), rows...); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()

		got := claim(t, dbs[0], "me", "user")
		rows, err := dbs[0].Rows(t.Context(), got.Lease, writers*each)
		must(t, err)
		if len(rows) != writers*each {
			t.Fatalf("%d rows, want %d", len(rows), writers*each)
		}
		of := make(map[string][]string)
		for _, r := range rows {
			writer, _, _ := strings.Cut(r.Key, "/")
			of[writer] = append(of[writer], r.Key)
		}
		for writer, keys := range of {
			if !slices.IsSorted(keys) {
				t.Errorf("rows of writer %s are out of order: %v", writer, keys)
			}
		}
		if !slices.IsSortedFunc(rows, func(a, b lanes.Row) int { return int(a.ID - b.ID) }) {
			t.Error("rows are not in order of their ids")
		}
	})
}

func TestAbsentAndEndedRowsAreRefused(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		enqueue(t, db, row("user:1", "a"), row("user:1", "b"), row("other:1", "c"))
		got := claim(t, db, "me", "user")
		foreign := claim(t, db, "me", "other").Rows[0].ID
		must(t, db.Close(ctx, got.Lease, got.Rows[0].ID, noScreen))
		for _, id := range []int64{got.Rows[0].ID, foreign, 0, 9999} {
			changes := market.Changes{Session: &market.Session{Person: 1, Lang: market.Kyrgyz}}
			if err := db.Commit(ctx, got.Lease, id, changes, lanes.Outcome{Close: true}); err == nil {
				t.Errorf("row %d was committed", id)
			}
		}
		if s, err := db.Session(ctx, 1); err != nil || s.Lang != "" {
			t.Errorf("a refused commit wrote: %+v, %v", s, err)
		}
	})
}

// One bad part of a batch fails alone.
func TestBadCommitHurtsNobodyElse(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		const people = 40
		ctx := t.Context()
		for p := range people {
			enqueue(t, db, row(fmt.Sprintf("user:%d", p), fmt.Sprint(p)))
		}
		claimed, err := db.Claim(ctx, "me", "user", people, ttl)
		must(t, err)
		var wg sync.WaitGroup
		for i, c := range claimed {
			wg.Go(func() {
				id := c.Rows[0].ID
				if i == people/2 {
					id = -1
				}
				changes := market.Changes{Session: &market.Session{Person: int64(1000 + i), Lang: market.Russian}}
				err := db.Commit(ctx, c.Lease, id, changes, lanes.Outcome{Close: true})
				if bad := i == people/2; bad != (err != nil) {
					t.Errorf("commit %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		for i := range people {
			s, err := db.Session(ctx, int64(1000+i))
			must(t, err)
			if bad := i == people/2; bad == (s.Lang != "") {
				t.Errorf("session %d: %+v", i, s)
			}
		}
	})
}

func TestPostponedHeadHoldsBackTheRest(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		enqueue(t, db, row("user:1", "a"), row("user:1", "b"))
		got := claim(t, db, "me", "user")
		must(t, db.Postpone(ctx, got.Lease, got.Rows[0].ID, time.Now().Add(300*time.Millisecond), true))
		noneDue(t, db, "user")
		enqueue(t, db, row("user:1", "c"))
		noneDue(t, db, "user")

		var again []lanes.Claimed
		waitFor(t, "the row is due again", func() bool {
			var err error
			again, err = db.Claim(ctx, "me", "user", 10, ttl)
			must(t, err)
			return len(again) > 0
		})
		if r := again[0].Rows[0]; r.Key != "a" || r.Errors != 1 || r.Expired != 0 {
			t.Errorf("row %+v", r)
		}
		must(t, db.Postpone(ctx, again[0].Lease, again[0].Rows[0].ID, time.Now().Add(-time.Second), false))
		rows, err := db.Rows(ctx, again[0].Lease, 10) // due at once: the lane is kept
		must(t, err)
		if len(rows) != 3 || rows[0].Errors != 1 {
			t.Errorf("rows %+v", rows)
		}
	})
}

func TestRowsOfTheFuture(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		later := row("remind:1", "later")
		later.Due = time.Now().Add(time.Hour)
		enqueue(t, db, later)
		noneDue(t, db, "remind")
		soon := row("remind:2", "soon")
		soon.Due = time.Now().Add(100 * time.Millisecond)
		enqueue(t, db, soon)
		waitFor(t, "the row is due", func() bool {
			claimed, err := db.Claim(t.Context(), "me", "remind", 10, ttl)
			must(t, err)
			return len(claimed) == 1 && claimed[0].Rows[0].Key == "soon"
		})
	})
}

func TestBuriedRowLeavesItsLaneWorking(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		enqueue(t, db, row("user:1", "bad"), row("user:1", "good"))
		got := claim(t, db, "me", "user")
		must(t, db.Bury(ctx, got.Lease, got.Rows[0].ID, "REF12345", "cause", row("user:1", "apology")))
		rows, err := db.Rows(ctx, got.Lease, 10) // good is due: the lane is kept
		must(t, err)
		var keys []string
		for _, r := range rows {
			keys = append(keys, r.Key)
		}
		if diff := cmp.Diff([]string{"good", "apology"}, keys); diff != "" {
			t.Error(diff)
		}
		if added, err := db.Enqueue(ctx, row("user:1", "bad")); err != nil || added != 0 {
			t.Errorf("a dead key was taken again: %d, %v", added, err)
		}
	})
}
