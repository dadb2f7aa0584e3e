package market_test

import (
	"testing"
	"time"

	"bazarbot/market"
)

// A day is the market's own, whatever the clock's zone and however long it is.
func TestDay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		id       market.ID
		now      string
		from, to string
	}{
		{"the last second of a winter's day", market.MD999, "2026-11-21T21:59:59Z", "2026-11-20T22:00:00Z", "2026-11-21T22:00:00Z"},
		{"the first of the next", market.MD999, "2026-11-21T22:00:00Z", "2026-11-21T22:00:00Z", "2026-11-22T22:00:00Z"},
		{"a day of 25 hours", market.MD999, "2026-10-25T10:00:00Z", "2026-10-24T21:00:00Z", "2026-10-25T22:00:00Z"},
		{"in Bishkek it is tomorrow", market.OMarket, "2026-11-21T18:30:00Z", "2026-11-21T18:00:00Z", "2026-11-22T18:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		from, to := market.Day(tt.id, now)
		if got := from.UTC().Format(time.RFC3339); got != tt.from {
			t.Errorf("%s begins at %s, not %s", tt.name, got, tt.from)
		}
		if got := to.UTC().Format(time.RFC3339); got != tt.to {
			t.Errorf("%s ends at %s, not %s", tt.name, got, tt.to)
		}
	}
}
