package storage_test

import (
	"context"
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

func TestWhoIsToldOfWork(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		told := make(chan string, 100)
		db.OnWake(func(class string) bool { told <- class; return true })
		next := func(want string) {
			t.Helper()
			select {
			case got := <-told:
				if got != want {
					t.Fatalf("told of %q, want %q", got, want)
				}
			default: // the hook is called before the write returns
				t.Fatalf("nobody was told of %q", want)
			}
		}
		enqueue(t, db, row("user:1", "a"))
		next("user")
		got := claim(t, db, "me", "user")
		enqueue(t, db, row("user:1", "b")) // its owner will see it
		must(t, db.Commit(ctx, got.Lease, got.Rows[0].ID, noChanges, lanes.Outcome{Rows: []lanes.NewRow{row("account:1", "job")}}))
		next("account")
		must(t, db.Close(ctx, got.Lease, got.Rows[0].ID, noScreen))
		must(t, db.Release(ctx, got.Lease)) // with b in it
		next("user")
		if len(told) > 0 {
			t.Errorf("also told of %q", <-told)
		}
	})
}

func TestListen(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		ctx, cancel := context.WithCancel(t.Context())
		ring := newRing(t)
		db := open(t, url, ring)
		told := make(chan string, 100)
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := db.Listen(ctx, func(class string) { told <- class }); err != nil {
				t.Error(err)
			}
		})
		defer wg.Wait()
		defer cancel()
		if !strings.HasPrefix(url, "postgres") {
			return // nobody else can have the file open
		}
		other := open(t, url, ring)
		other.OnWake(func(string) bool { return false }) // as a process that is stopping
		n := 0
		waitFor(t, "another process is told", func() bool {
			n++
			enqueue(t, other, row(fmt.Sprintf("user:%d", n), fmt.Sprint(n)))
			select {
			case class := <-told:
				return class == "user"
			default:
				return false
			}
		})
	})
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	for name, url := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, err := storage.Open(t.Context(), storage.Config{URL: url(t), Ring: newRing(t)})
			must(t, err)
			must(t, db.Ready(t.Context()))
			must(t, db.Shutdown())
			_, err = db.Enqueue(t.Context(), row("user:1", "a"))
			mustBe(t, err, storage.ErrClosed)
			if db.Ready(t.Context()) == nil {
				t.Error("ready after the end")
			}
		})
	}
}

func TestCallersWhoGiveUp(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := db.Enqueue(gone, row("user:1", "a"))
		mustBe(t, err, context.Canceled)
		_, err = db.Session(gone, 1)
		mustBe(t, err, context.Canceled)
		enqueue(t, db, row("user:2", "b")) // others go on
	})
}
