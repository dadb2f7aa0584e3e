package storage_test

import (
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"bazarbot/market"
	"bazarbot/storage"
)

// Of many that want to refresh a secret one does; the others find its work.
func TestRefreshIsClaimedOnce(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		commit(t, db, market.Changes{Accounts: []market.Account{{ID: "a1", Person: 1, Market: market.OMarket, Secret: "old"}}})
		_, version, err := db.Credentials(ctx, "a1")
		must(t, err)

		const callers = 8
		wins := make(chan int, callers)
		var all errgroup.Group
		for i := range callers {
			all.Go(func() error {
				won, err := db.ClaimRefresh(ctx, "a1", version, time.Now().Add(time.Minute))
				if won {
					wins <- i
				}
				return err
			})
		}
		must(t, all.Wait())
		if len(wins) != 1 {
			t.Fatalf("%d of %d callers won the claim, want 1", len(wins), callers)
		}
		saved, err := db.SaveRefreshed(ctx, "a1", version, "new")
		must(t, err)
		secret, newer, err := db.Credentials(ctx, "a1")
		must(t, err)
		if !saved || secret != "new" || newer != version+1 {
			t.Errorf("saved: %v, version %d after %d", saved, newer, version)
		}
		if won, err := db.ClaimRefresh(ctx, "a1", version, time.Now().Add(time.Minute)); won || err != nil {
			t.Errorf("an old version is claimed: %v, %v", won, err)
		}
	})
}

func TestRefreshClaimsEnd(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		account := market.Account{ID: "a1", Person: 1, Market: market.OMarket, Secret: "old"}
		commit(t, db, market.Changes{Accounts: []market.Account{account}})
		claim := func(version int64, until time.Time) bool {
			won, err := db.ClaimRefresh(ctx, "a1", version, until)
			must(t, err)
			return won
		}
		if !claim(1, time.Now()) || !claim(1, time.Now().Add(time.Minute)) {
			t.Fatal("a claim whose time is over keeps others out")
		}
		must(t, db.DropClaim(ctx, "a1", 1))
		if !claim(1, time.Now().Add(time.Minute)) {
			t.Fatal("a dropped claim keeps others out")
		}

		// The person signs in anew while the old secret is being refreshed.
		account.Secret, account.Renewed = "typed anew", true
		commit(t, db, market.Changes{Accounts: []market.Account{account}})
		if saved, err := db.SaveRefreshed(ctx, "a1", 1, "refreshed too late"); saved || err != nil {
			t.Errorf("a refresh of the old secret is stored: %v, %v", saved, err)
		}
		secret, version, err := db.Credentials(ctx, "a1")
		must(t, err)
		if secret != "typed anew" || version != 2 {
			t.Errorf("version %d does not hold what was typed", version)
		}
		if !claim(2, time.Now().Add(time.Minute)) {
			t.Error("the claim on the old secret holds for the new one")
		}
		if _, _, err := db.Credentials(ctx, "nobody"); err == nil {
			t.Error("an account that does not exist has a secret")
		}
	})
}
