package storage_test

import (
	"testing"
	"time"

	"bazarbot/storage"
)

// A broadcast that waits does so in a lane of its own, which is forgotten when its
// row is done. The lane in which all are sent stays, and its fence with it.
func TestSweepWaitingBroadcasts(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		enqueue(t, db, row("bulk:all", "a"), row("bulk:b1:7", "b"))
		claimed, err := db.Claim(ctx, "me", "bulk", 10, ttl)
		must(t, err)
		if n, err := db.Sweep(ctx, time.Now()); err != nil || n != 0 || len(claimed) != 2 {
			t.Errorf("%d swept of %d that are worked: %v", n, len(claimed), err)
		}
		for _, c := range claimed {
			must(t, db.Close(ctx, c.Lease, c.Rows[0].ID, noScreen))
		}
		if n, err := db.Sweep(ctx, time.Now()); err != nil || n != 1 {
			t.Errorf("%d swept, want 1: %v", n, err)
		}
		enqueue(t, db, row("bulk:all", "c"))
		if c := claim(t, db, "me", "bulk"); c.Lease.Fence != 2 {
			t.Errorf("the fence is %d", c.Lease.Fence)
		}
	})
}
