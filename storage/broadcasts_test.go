package storage_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
	"bazarbot/storage/pgtest"
)

// settle puts people into the database: session by session.
func settlePeople(t *testing.T, db *storage.DB, people ...market.Session) {
	t.Helper()
	for _, p := range people {
		commit(t, db, market.Changes{Session: &p})
	}
}

func speaking(id int64, lang market.Lang) market.Session {
	return market.Session{Person: id, Lang: lang, Seen: &market.Seen{}}
}

// bulkRow is the row of a broadcast, in the hands of an owner.
func bulkRow(t *testing.T, db *storage.DB, owner string) (lanes.Lease, int64) {
	t.Helper()
	got := claim(t, db, owner, "bulk")
	if len(got.Rows) == 0 {
		t.Fatal("the bulk lane has no row")
	}
	return got.Lease, got.Rows[0].ID
}

func TestAudience(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		settlePeople(t, db, speaking(1, market.Russian), speaking(2, market.Romanian), speaking(3, market.Kyrgyz),
			speaking(4, market.Russian), speaking(5, market.Russian), speaking(6, market.Russian))
		must(t, db.SetGone(ctx, 4, true))
		commit(t, db, market.Changes{
			News:   []market.News{{Person: 5, Off: true}},
			Blocks: []market.Block{{Person: 6, At: time.Now()}},
			Accounts: []market.Account{
				{ID: "a", Person: 2, Market: market.MD999, State: market.AccountActive},
				{ID: "b", Person: 3, Market: market.OMarket, State: market.AccountSignedOut},
			},
			Drafts: []market.Draft{
				{ID: "d", Person: 1, State: market.DraftOpen}, {ID: "e", Person: 2, State: market.DraftPublished},
			},
			Staff: []market.Staff{{Person: 3, Role: market.StaffSupport}},
		})
		for _, tt := range []struct {
			name string
			of   market.Audience
			want int
		}{
			{"everybody who can and wants to be reached", market.Audience{}, 3},
			{"a language", market.Audience{Langs: []market.Lang{market.Russian}}, 1},
			{"languages", market.Audience{Langs: []market.Lang{market.Russian, market.Kyrgyz}}, 2},
			{"a market", market.Audience{Markets: []market.ID{market.MD999, market.OMarket}}, 1},
			{"active", market.Audience{Days: 1}, 3},
			{"with a draft", market.Audience{Draft: true}, 1},
			{"a role", market.Audience{Roles: []market.StaffRole{market.StaffSupport}}, 1},
			{"a group", market.Audience{Persons: []int64{1, 2, 4, 5, 99}}, 2},
			{"all at once", market.Audience{Langs: []market.Lang{market.Russian}, Days: 7, Draft: true, Persons: []int64{1}}, 1},
			{"nobody", market.Audience{Langs: []market.Lang{market.Russian}, Markets: []market.ID{market.MD999}}, 0},
		} {
			if n, err := db.CountAudience(ctx, tt.of); err != nil || n != tt.want {
				t.Errorf("%s: %d, %v; want %d", tt.name, n, err, tt.want)
			}
		}
	})
}

// A broadcast goes from owner to owner: what the first had begun is begun again,
// what it had recorded is not, and it can't record any more.
func TestBroadcastChangesHands(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx, now := t.Context(), time.Now()
		for id := range int64(5) {
			settlePeople(t, db, speaking(id+1, market.Russian))
		}
		b := market.Broadcast{ID: "b", By: 1, State: market.BroadcastScheduled, Wanted: market.OrderRun, Body: []byte("body")}
		commit(t, db, market.Changes{Broadcasts: []market.Broadcast{b}})
		enqueue(t, db, row("bulk:all", "b:1"))
		first, id := bulkRow(t, db, "first")
		total, err := db.BeginBroadcast(ctx, first, b, now)
		must(t, err)
		if total != 5 {
			t.Fatalf("%d recipients", total)
		}
		settlePeople(t, db, speaking(9, market.Russian)) // too late
		taken, err := db.TakeRecipients(ctx, first, "b", 2)
		must(t, err)
		if got := persons(taken); !cmp.Equal(got, []int64{1, 2}) {
			t.Fatalf("taken: %v", got)
		}
		must(t, db.RecordDeliveries(ctx, first, id, "b", []market.Delivery{
			{Person: 1, State: market.RecipientDelivered, At: now},
			{Person: 2, State: market.RecipientWaiting, Tries: 1},
		}, time.Second, now, row("bulk:all", "b:2")))

		measured, err := db.Measure(ctx)
		must(t, err)
		if diff := cmp.Diff(storage.Mail{
			Broadcasts: map[market.BroadcastState]int64{market.BroadcastRunning: 1}, Waiting: 4, Tally: market.Tally{Delivered: 1},
		}, measured.Mail); diff != "" {
			t.Errorf("measured while it is sent: %s", diff)
		}

		first, id = reclaim(t, db, first, "first")
		_, err = db.TakeRecipients(ctx, first, "b", 2)
		must(t, err)
		second, again := reclaim(t, db, first, "second")
		mustBe(t, db.RecordDeliveries(ctx, first, id, "b", []market.Delivery{{Person: 3, State: market.RecipientFailed, At: now}}, 0, time.Time{}), lanes.ErrStale)
		taken, err = db.TakeRecipients(ctx, second, "b", 10)
		must(t, err)
		if got := persons(taken); !cmp.Equal(got, []int64{2, 3, 4, 5}) {
			t.Fatalf("the second owner got %v", got)
		}
		must(t, db.RecordDeliveries(ctx, second, again, "b", []market.Delivery{
			{Person: 2, State: market.RecipientBlocked, At: now}, {Person: 3, State: market.RecipientDelivered, At: now},
			{Person: 4, State: market.RecipientFailed, Tries: 5, Reason: "Bad Request", At: now},
			{Person: 5, State: market.RecipientDelivered, At: now},
			{Person: 1, State: market.RecipientFailed, At: now}, // counted already
		}, time.Second, now, row("bulk:all", "b:3")))
		second, again = reclaim(t, db, second, "third")
		if taken, err = db.TakeRecipients(ctx, second, "b", 10); err != nil || len(taken) > 0 {
			t.Fatalf("left: %v, %v", taken, err)
		}
		must(t, db.SettleBroadcast(ctx, second, again, "b", market.BroadcastDone))
		got, err := db.Broadcast(ctx, "b")
		must(t, err)
		if got.Tally != (market.Tally{Delivered: 3, Blocked: 1, Failed: 1}) || got.Total != 5 || got.State != market.BroadcastDone || got.Worked != 2*time.Second {
			t.Errorf("at the end: %+v", got)
		}
		if measured, err = db.Measure(ctx); err != nil || len(measured.Mail.Broadcasts) > 0 || measured.Mail.Waiting+measured.Mail.Done() > 0 {
			t.Errorf("measured when it is over: %+v, %v", measured.Mail, err)
		}
		failures, err := db.Failures(ctx, "b")
		must(t, err)
		if len(failures) != 2 || failures[0].Person != 4 || failures[0].Reason != "Bad Request" {
			t.Errorf("failures: %+v", failures)
		}
	})
}

// reclaim lets the lane go and takes it anew, as when its owner died.
func reclaim(t *testing.T, db *storage.DB, lease lanes.Lease, owner string) (lanes.Lease, int64) {
	t.Helper()
	if err := db.Release(t.Context(), lease); err != nil {
		mustBe(t, err, lanes.ErrStale)
	}
	return bulkRow(t, db, owner)
}

func persons(of []market.Recipient) []int64 {
	ids := make([]int64, len(of))
	for i, r := range of {
		ids[i] = r.Person
	}
	slices.Sort(ids)
	return ids
}

// What an admin wants of a broadcast is noted beside what its sender writes; a
// cancelled one stays cancelled.
func TestSteer(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		b := market.Broadcast{ID: "b", By: 1, State: market.BroadcastScheduled, Wanted: market.OrderRun, Body: []byte("body"), Audience: market.Audience{Days: 3}}
		commit(t, db, market.Changes{Broadcasts: []market.Broadcast{b}})
		for _, tt := range []struct{ order, want market.BroadcastOrder }{
			{market.OrderPause, market.OrderPause}, {market.OrderRun, market.OrderRun},
			{market.OrderCancel, market.OrderCancel}, {market.OrderRun, market.OrderCancel},
		} {
			commit(t, db, market.Changes{Steers: []market.Steer{{Broadcast: "b", Wanted: tt.order}}})
			got, err := db.Broadcast(t.Context(), "b")
			must(t, err)
			if got.Wanted != tt.want || got.Audience.Days != 3 {
				t.Errorf("after %s: %+v", tt.order, got)
			}
		}
		_, err := db.Broadcast(t.Context(), "other")
		mustBe(t, err, storage.ErrNotFound)
	})
}

// Making the list of a large audience takes a while: meanwhile the leases of its
// process are renewed, or every person whom it answers would wait for another.
func TestBeginningHoldsUpNoRenewal(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	db := open(t, url, newRing(t))
	settlePeople(t, db, speaking(1, market.Russian))
	b := market.Broadcast{ID: "b", By: 1, State: market.BroadcastScheduled, Wanted: market.OrderRun, Body: []byte("body")}
	commit(t, db, market.Changes{Broadcasts: []market.Broadcast{b}})
	enqueue(t, db, row("bulk:all", "b:1"), row("user:1", "u:1"))
	bulk, _ := bulkRow(t, db, "me")
	user := claim(t, db, "me", "user").Lease

	slow, err := raw(t, url).BeginTxx(t.Context(), nil) // stands for many people
	must(t, err)
	defer func() { _ = slow.Rollback() }()
	_, err = slow.ExecContext(t.Context(), `LOCK TABLE recipients IN EXCLUSIVE MODE`)
	must(t, err)
	begun := make(chan error, 1)
	go func() {
		total, err := db.BeginBroadcast(t.Context(), bulk, b, time.Now())
		if err == nil && total != 1 {
			err = fmt.Errorf("%d recipients", total)
		}
		begun <- err
	}()
	waitFor(t, "the list is being made", func() bool {
		var n int
		must(t, raw(t, url).GetContext(t.Context(), &n, `SELECT COUNT(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO recipients%'`))
		return n > 0
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	kept, err := db.Renew(ctx, "me", []lanes.Lease{bulk, user}, ttl)
	if err != nil || len(kept) != 2 {
		t.Errorf("%d leases are renewed: %v", len(kept), err)
	}
	must(t, slow.Rollback())
	must(t, next(t, "it has begun", begun))

	// Who has lost the lane meanwhile has listed nobody.
	commit(t, db, market.Changes{Broadcasts: []market.Broadcast{{
		ID: "c", By: 1, State: market.BroadcastScheduled, Wanted: market.OrderRun, Body: []byte("body"),
	}}})
	lost := bulk
	lost.Fence--
	_, err = db.BeginBroadcast(t.Context(), lost, market.Broadcast{ID: "c"}, time.Now())
	mustBe(t, err, lanes.ErrStale)
	if got, err := db.TakeRecipients(t.Context(), bulk, "c", 10); err != nil || len(got) > 0 {
		t.Errorf("%v are listed: %v", persons(got), err)
	}
}
