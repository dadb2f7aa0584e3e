package storage_test

import (
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/storage"
	"bazarbot/storage/pgtest"
)

// A process that has not got the newest key yet never worked what is sealed with
// it: however often it held the lane, that is not counted against the row.
func TestWorkWaitsForItsKey(t *testing.T) {
	t.Parallel()
	url, k1 := pgtest.New(t), storage.NewKey("k1")
	before := open(t, url, parse(t, k1))
	after := open(t, url, parse(t, storage.NewKey("k2")+","+k1))
	enqueue(t, after, row("user:1", "a"))
	for range 6 {
		waitFor(t, "the lane is free", func() bool {
			claimed, err := before.Claim(t.Context(), "before", "user", 1, time.Millisecond)
			must(t, err)
			return len(claimed) == 1
		})
	}
	closed := make(chan lanes.Row, 1)
	start(t, after, after, lanes.Options{Pools: pool(1, closing(after, closed)), Poll: 10 * time.Millisecond})
	if r := next(t, "the row is worked", closed); r.Key != "a" || r.Expired > 1 {
		t.Errorf("worked %+v", r)
	}
}
