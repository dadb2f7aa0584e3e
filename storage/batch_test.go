package storage_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
)

// An ad becomes one draft's, also when several claim it within one batch.
func TestBoundOnceInABatch(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		const accounts, ads = 40, 10
		ctx := t.Context()
		for i := range accounts {
			enqueue(t, db, row(fmt.Sprintf("account:%d", i), fmt.Sprint(i)))
		}
		claimed, err := db.Claim(ctx, "me", "account", accounts, ttl)
		must(t, err)
		var wg sync.WaitGroup
		var told [ads]atomic.Int64
		for _, c := range claimed {
			wg.Go(func() {
				for ad := range ads {
					err := db.Commit(ctx, c.Lease, c.Rows[0].ID, market.Changes{Bindings: []market.Binding{{
						Market: market.MD999, AdID: fmt.Sprint(ad), Account: c.Lease.Lane, Person: 1, Draft: c.Lease.Lane,
					}}}, lanes.Outcome{})
					switch {
					case err == nil:
						told[ad].Add(1)
					case !errors.Is(err, storage.ErrBound):
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for ad := range ads {
			if n := told[ad].Load(); n != 1 {
				t.Errorf("%d drafts were told that ad %d is theirs", n, ad)
			}
		}
	})
}
