package storage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
)

// What is told once is told once, whichever process notes it how often, and
// together with what else was noted of its kind.
func TestAlertsToldOnce(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		note := func(once, detail string) {
			t.Helper()
			must(t, db.AddAlert(t.Context(), market.Alert{Kind: market.AlertUnknown, Count: 3, Once: once, Detail: detail}))
		}
		tell := func() (told []market.Alert) {
			t.Helper()
			must(t, db.TellAlerts(t.Context(), 0, func(a []market.Alert) []lanes.NewRow {
				told = a
				return nil
			}))
			return told
		}
		note("dogs", "the dogs")
		note("dogs", "the dogs")
		note("cars", "the cars")
		want := []market.Alert{{Kind: market.AlertUnknown, Count: 2, Detail: "the dogs\nthe cars"}}
		if diff := cmp.Diff(want, tell()); diff != "" {
			t.Error(diff)
		}
		note("dogs", "the dogs")
		if got := tell(); len(got) > 0 {
			t.Errorf("told again: %+v", got)
		}
		long := strings.Repeat("x", 1500)
		note("cats", long)
		note("cows", long)
		want = []market.Alert{{Kind: market.AlertUnknown, Count: 2, Detail: long}}
		if diff := cmp.Diff(want, tell()); diff != "" {
			t.Errorf("what no message holds is counted: %s", diff)
		}
	})
}

// What is counted and what is told once do not meet.
func TestAlertsOfBothSorts(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		must(t, db.AddAlert(t.Context(), market.Alert{Kind: market.AlertKey, Count: 1, Detail: "omarket"}))
		must(t, db.AddAlert(t.Context(), market.Alert{Kind: market.AlertUnknown, Once: "dogs", Detail: "the dogs"}))
		var kinds []market.AlertKind
		must(t, db.TellAlerts(t.Context(), time.Hour, func(alerts []market.Alert) []lanes.NewRow {
			for _, a := range alerts {
				kinds = append(kinds, a.Kind)
			}
			return nil
		}))
		if diff := cmp.Diff([]market.AlertKind{market.AlertKey, market.AlertUnknown}, kinds); diff != "" {
			t.Error(diff)
		}
	})
}
