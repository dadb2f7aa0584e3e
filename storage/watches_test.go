package storage_test

import (
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
)

// claimWatch takes the one look that is due.
func claimWatch(t *testing.T, db *storage.DB, hold time.Duration) market.Watch {
	t.Helper()
	watches, err := db.ClaimWatches(t.Context(), 10, hold)
	must(t, err)
	if len(watches) != 1 {
		t.Fatalf("%d looks are due, want 1", len(watches))
	}
	return watches[0]
}

// saveWatch ends a look.
func saveWatch(t *testing.T, db *storage.DB, w market.Watch, next time.Duration, rows ...lanes.NewRow) {
	t.Helper()
	if saved, err := db.SaveWatch(t.Context(), w, next, rows...); err != nil || !saved {
		t.Fatalf("saved: %v, %v", saved, err)
	}
}

// connected puts a person with an account into the database.
func connected(t *testing.T, db *storage.DB) {
	t.Helper()
	commit(t, db, market.Changes{
		Session:  &market.Session{Person: 1, Lang: market.Kyrgyz},
		Accounts: []market.Account{{ID: "a1", Person: 1, Market: market.OMarket, State: market.AccountActive, Secret: "s"}},
	})
}

// A connected account is looked at once, by one of many; what it finds is told
// once, by whoever took the look last.
func TestWatchIsTakenOnce(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		connected(t, db)
		const callers = 6
		taken := make(chan market.Watch, callers)
		var all errgroup.Group
		for range callers {
			all.Go(func() error {
				watches, err := db.ClaimWatches(ctx, 5, time.Hour)
				for _, w := range watches {
					taken <- w
				}
				return err
			})
		}
		must(t, all.Wait())
		if len(taken) != 1 {
			t.Fatalf("the look was taken %d times", len(taken))
		}
		first := <-taken
		if first.Account.ID != "a1" || first.Account.Secret != "s" || first.Lang != market.Kyrgyz || first.Away || first.Known != nil {
			t.Errorf("the look is %+v", first)
		}

		commit(t, db, market.Changes{Accounts: []market.Account{first.Account}}) // brought forward: the first one took too long
		second := claimWatch(t, db, 0)
		first.Known, second.Known = []byte("first"), []byte("second")
		row := lanes.NewRow{Lane: "user:1", Key: "news", Kind: "watched", Payload: []byte("news")}
		if saved, err := db.SaveWatch(ctx, first, 0, row); err != nil || saved {
			t.Errorf("a look that was taken over was saved: %v, %v", saved, err)
		}
		if got, err := db.Claim(ctx, "me", "user", 1, time.Minute); err != nil || len(got) != 0 {
			t.Errorf("and told: %v, %v", got, err)
		}
		saveWatch(t, db, second, 0, row)
		if got := claim(t, db, "me", "user"); string(got.Rows[0].Payload) != "news" {
			t.Errorf("what was found is told as %+v", got.Rows[0])
		}
		if again := claimWatch(t, db, 0); string(again.Known) != "second" || again.Version <= second.Version {
			t.Errorf("the next look is %+v", again)
		}
	})
}

func TestWatchIsDue(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		due := func() int {
			t.Helper()
			watches, err := db.ClaimWatches(ctx, 10, time.Hour)
			must(t, err)
			return len(watches)
		}
		connected(t, db)
		if m, err := db.Measure(ctx); err != nil || m.Watch <= 0 || m.Watch > time.Minute {
			t.Errorf("a look is due for %v, %v", m.Watch, err)
		}
		if due() != 1 || due() != 0 {
			t.Error("a look that somebody holds was given to another")
		}
		if m, err := db.Measure(ctx); err != nil || m.Watch != 0 {
			t.Errorf("no look is due, but for %v, %v", m.Watch, err)
		}
		must(t, db.SetGone(ctx, 1, true))
		account := market.Account{ID: "a1", Person: 1, Market: market.OMarket, State: market.AccountActive}
		commit(t, db, market.Changes{Accounts: []market.Account{account}})
		w := claimWatch(t, db, 0)
		if !w.Away {
			t.Error("who left the bot is looked after")
		}
		saveWatch(t, db, w, time.Hour)
		if due() != 0 {
			t.Error("the next look came too early")
		}
		commit(t, db, market.Changes{Bindings: []market.Binding{{Market: market.OMarket, AdID: "7", Account: "a1", Person: 1, Draft: "d"}}})
		if due() != 0 {
			t.Error("a new ad is looked at at once")
		}
		commit(t, db, market.Changes{Accounts: []market.Account{account}})
		w = claimWatch(t, db, time.Hour)
		commit(t, db, market.Changes{Accounts: []market.Account{account}}) // while the look lasts
		saveWatch(t, db, w, time.Hour)
		if due() != 1 {
			t.Error("a look that was brought forward is late")
		}
		commit(t, db, market.Changes{Accounts: []market.Account{account}})
		w = claimWatch(t, db, time.Hour)
		commit(t, db, market.Changes{Bindings: []market.Binding{{Market: market.OMarket, AdID: "9", Account: "a1", Person: 1, Draft: "f"}}})
		saveWatch(t, db, w, 0)
		if due() != 1 {
			t.Error("a new ad has put the next look off")
		}
		commit(t, db, market.Changes{DropAccounts: []string{"a1"}})
		commit(t, db, market.Changes{Bindings: []market.Binding{{
			Market: market.OMarket, AdID: "8", Account: "a1", Person: 1, Draft: "e", At: time.Now(),
		}}})
		if due() != 0 {
			t.Error("a disconnected account is looked at")
		}
	})
}

func TestBoundSince(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		now := time.Now()
		bind := func(ad, account string, at time.Time) market.Binding {
			return market.Binding{Market: market.OMarket, AdID: ad, Account: account, Person: 1, Draft: "d" + ad, At: at}
		}
		commit(t, db, market.Changes{Bindings: []market.Binding{
			bind("1", "a1", now), bind("2", "a1", now.Add(-2*time.Hour)), bind("3", "a2", now), bind("4", "a1", now),
		}})
		for _, c := range []struct {
			market market.ID
			ads    []string
			want   int
		}{{market.OMarket, []string{"1", "2", "3", "7"}, 1}, {market.MD999, []string{"1"}, 0}, {market.OMarket, nil, 0}} {
			got, err := db.BoundSince(t.Context(), c.market, "a1", c.ads, now.Add(-time.Hour))
			if err != nil || len(got) != c.want || c.want == 1 && got[0] != "1" {
				t.Errorf("of %v: %v, %v", c.ads, got, err)
			}
		}
	})
}
