package storage_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bazarbot/lanes"
	"bazarbot/storage"
)

func TestSoftStop(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		begun, unblock := make(chan struct{}), make(chan struct{})
		closed := make(chan lanes.Row, 10)
		good := closing(db, closed)
		h := handler{do: func(ctx context.Context, held *lanes.Held, row lanes.Row) error {
			close(begun)
			await(ctx, unblock)
			return good.do(ctx, held, row)
		}}
		enqueue(t, db, row("user:1", "running"), row("user:1", "unstarted"))
		r, stop := startRunner(t, db, db, lanes.Options{Pools: pool(1, h)})
		next(t, "the row begins", begun)
		stopped := make(chan struct{})
		go func() { defer close(stopped); stop() }()
		waitFor(t, "the runner takes no more work", func() bool { return !r.Wake("user") })
		enqueue(t, db, row("user:9", "late"))
		close(unblock)
		next(t, "the runner has stopped", stopped)
		if r := next(t, "the running row has ended", closed); r.Key != "running" {
			t.Errorf("worked %+v", r)
		}
		// What had not started waits for nobody's lease to end.
		claimed, err := db.Claim(t.Context(), "next", "user", 10, ttl)
		must(t, err)
		var left []string
		for _, c := range claimed {
			left = append(left, c.Rows[0].Key)
			if c.Rows[0].Expired != 0 {
				t.Errorf("row %+v", c.Rows[0])
			}
		}
		slices.Sort(left)
		if diff := cmp.Diff([]string{"late", "unstarted"}, left); diff != "" {
			t.Error(diff)
		}
	})
}

func TestHardStop(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		begun := make(chan struct{})
		h := handler{do: func(ctx context.Context, _ *lanes.Held, _ lanes.Row) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		}}
		enqueue(t, db, row("user:1", "stuck"))
		stop := start(t, db, db, lanes.Options{Pools: pool(1, h), Grace: 30 * time.Millisecond})
		next(t, "the row begins", begun)
		stop()
		// Being cut off is no fault of the row, and nobody has to wait for it.
		if r := claim(t, db, "next", "user").Rows[0]; r.Errors != 0 || r.Expired != 0 {
			t.Errorf("row %+v", r)
		}
	})
}
