package storage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/storage"
)

// A row that is set aside is observed, with the reference that its apology has:
// also one over which every owner died, whose handler is not asked any more.
func TestSetAsideIsObserved(t *testing.T) {
	for name, died := range map[string]int{"hopeless": 0, "deadly": 5} {
		t.Run(name, func(t *testing.T) {
			onBothOpen(t, func(t *testing.T, db *storage.DB) {
				enqueue(t, db, row("user:1", "bad"))
				for range died {
					waitFor(t, "the lane is free", func() bool {
						claimed, err := db.Claim(t.Context(), "dead", "user", 1, time.Millisecond)
						must(t, err)
						return len(claimed) == 1
					})
				}
				refs, observed := make(chan string, 10), make(chan lanes.Event, 10)
				start(t, db, db, lanes.Options{
					Pools: pool(1, handler{
						do: func(context.Context, *lanes.Held, lanes.Row) error {
							return &lanes.Hopeless{Cause: errors.New("cause")}
						},
						apology: func(_ lanes.Row, ref string) []lanes.NewRow { refs <- ref; return nil },
					}),
					Poll: 10 * time.Millisecond, Observe: func(e lanes.Event) { observed <- e },
				})
				e := next(t, "the row is observed", observed)
				if ref := next(t, "the apology is asked for", refs); e.Outcome != lanes.Buried || e.Ref != ref || e.Key != "bad" {
					t.Errorf("observed %+v, and the reference is %s", e, ref)
				}
			})
		})
	}
}
