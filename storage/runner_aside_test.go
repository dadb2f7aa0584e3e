package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bazarbot/lanes"
	"bazarbot/storage"
)

func TestPoisonedRowIsSetAside(t *testing.T) {
	for name, poison := range map[string]func() error{
		"error":      func() error { return errors.New("cause of death") },
		"panic":      func() error { panic("cause of death") },
		"not closed": func() error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			onBothOpen(t, func(t *testing.T, db *storage.DB) { setAside(t, db, poison, 3) })
		})
	}
}

func TestHopelessRowIsSetAsideAtOnce(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		setAside(t, db, func() error { return &lanes.Hopeless{Cause: errors.New("cause of death")} }, 1)
	})
}

// setAside puts a row that fails, and a good one behind it, into a lane, and
// checks that the first is tried that often and set aside with an apology while
// the lane goes on.
func setAside(t *testing.T, db *storage.DB, poison func() error, tries int) {
	t.Helper()
	var log bytes.Buffer
	var tried atomic.Int64
	closed := make(chan lanes.Row, 10)
	good := closing(db, closed)
	h := handler{
		do: func(ctx context.Context, held *lanes.Held, row lanes.Row) error {
			if row.Key == "bad" {
				tried.Add(1)
				return poison()
			}
			return good.do(ctx, held, row)
		},
		apology: func(row lanes.Row, ref string) []lanes.NewRow {
			return []lanes.NewRow{{Lane: row.Lane, Key: "apology", Kind: "apology", Payload: []byte(ref)}}
		},
	}
	var mu sync.Mutex
	var results []lanes.Result
	stop := start(t, db, db, lanes.Options{
		Pools: pool(2, h), Poll: 20 * time.Millisecond, Log: slog.New(slog.NewTextHandler(&log, nil)),
		Observe: func(e lanes.Event) {
			mu.Lock()
			defer mu.Unlock()
			results = append(results, e.Outcome)
		},
	})
	enqueue(t, db, row("user:1", "bad"), row("user:1", "good"))
	if r := next(t, "the good row is worked", closed); r.Key != "good" {
		t.Errorf("worked %q", r.Key)
	}
	apology := next(t, "the apology is worked", closed)
	stop()
	ref := string(apology.Payload)
	if apology.Kind != "apology" || !regexp.MustCompile(`^[A-Z2-7]{8}$`).MatchString(ref) {
		t.Errorf("apology %+v", apology)
	}
	if !strings.Contains(log.String(), "ref="+ref) {
		t.Errorf("the log does not have the reference %s: %s", ref, log.String())
	}
	// A row that was only not closed has been tried by its handler all the same.
	if n := tried.Load(); int(n) != tries {
		t.Errorf("tried %d times, want %d", n, tries)
	}
	mu.Lock()
	defer mu.Unlock()
	if n := len(results); n < 2 || results[n-1] != lanes.Done || !slices.Contains(results, lanes.Buried) {
		t.Errorf("observed %v", results)
	}
}

func TestFiveExpiredLeasesSetARowAside(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		enqueue(t, db, row("user:1", "deadly"), row("user:1", "good"))
		for range 5 { // five owners that died of it
			waitFor(t, "the lane is free", func() bool {
				claimed, err := db.Claim(t.Context(), "dead", "user", 1, time.Millisecond)
				must(t, err)
				return len(claimed) == 1
			})
		}
		closed := make(chan lanes.Row, 10)
		start(t, db, db, lanes.Options{Pools: pool(1, closing(db, closed)), Poll: 10 * time.Millisecond})
		if r := next(t, "the good row is worked", closed); r.Key != "good" {
			t.Errorf("worked %+v", r)
		}
	})
}

func TestLaterIsNotCounted(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		closed := make(chan lanes.Row, 10)
		good := closing(db, closed)
		var tried atomic.Int64
		h := handler{do: func(ctx context.Context, held *lanes.Held, row lanes.Row) error {
			if row.Key == "slow" && tried.Add(1) <= 5 {
				return fmt.Errorf("wrapped: %w", &lanes.Later{After: 20 * time.Millisecond, Cause: errors.New("429")})
			}
			return good.do(ctx, held, row)
		}}
		start(t, db, db, lanes.Options{Pools: pool(1, h), Poll: 10 * time.Millisecond})
		enqueue(t, db, row("user:1", "slow"), row("user:1", "behind"))
		var keys []string
		for range 2 {
			r := next(t, "a row is worked", closed)
			keys = append(keys, r.Key)
			if r.Errors != 0 {
				t.Errorf("errors were counted: %+v", r)
			}
		}
		if diff := cmp.Diff([]string{"slow", "behind"}, keys); diff != "" {
			t.Error(diff)
		}
	})
}

// A row whose content was damaged is set aside as any that cannot be worked: its
// lane goes on, and its person is told.
func TestDamagedRowIsSetAside(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		db := open(t, url, newRing(t))
		enqueue(t, db, row("user:1", "first"), row("user:1", "bad"), row("user:1", "good"), row("user:2", "bad too"))
		other := raw(t, url)
		_, err := other.ExecContext(t.Context(), `UPDATE work SET payload = (SELECT payload FROM work WHERE key = 'good') WHERE key = 'bad too'`)
		must(t, err)
		_, err = other.ExecContext(t.Context(), `UPDATE work SET payload = (SELECT payload FROM work WHERE key = 'good') || payload WHERE key = 'bad'`)
		must(t, err)
		closed, told := make(chan lanes.Row, 10), make(chan string, 10)
		h := closing(db, closed)
		h.apology = func(row lanes.Row, _ string) []lanes.NewRow { told <- row.Key; return nil }
		start(t, db, db, lanes.Options{Pools: pool(2, h), Poll: 10 * time.Millisecond})
		for _, want := range []string{"first", "good"} {
			if got := next(t, want+" is worked", closed); got.Key != want {
				t.Errorf("%s was worked, not %s", got.Key, want)
			}
		}
		aside := []string{next(t, "a bad row is set aside", told), next(t, "another one is", told)}
		slices.Sort(aside)
		if !slices.Equal(aside, []string{"bad", "bad too"}) {
			t.Errorf("%v were set aside", aside)
		}
	})
}

// unburied is a store in which nothing can be set aside at first.
type unburied struct {
	*storage.DB
	fails atomic.Int64
}

func (u *unburied) Bury(ctx context.Context, lease lanes.Lease, row int64, ref, cause string, follow ...lanes.NewRow) error {
	if u.fails.Add(-1) >= 0 {
		return errors.New("the database is away")
	}
	return u.DB.Bury(ctx, lease, row, ref, cause, follow...)
}

// What could not be set aside was not: it is told of once, by who does it.
func TestSetAsideIsToldOnce(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		enqueue(t, db, row("user:1", "bad"))
		store := &unburied{DB: db}
		store.fails.Store(2)
		observed := make(chan lanes.Event, 10)
		start(t, db, store, lanes.Options{
			Pools: pool(1, handler{do: func(context.Context, *lanes.Held, lanes.Row) error {
				return &lanes.Hopeless{Cause: errors.New("cause")}
			}}),
			TTL: 100 * time.Millisecond, Poll: 10 * time.Millisecond, Observe: func(e lanes.Event) { observed <- e },
		})
		for _, want := range []lanes.Result{lanes.Lost, lanes.Lost, lanes.Buried} {
			if e := next(t, "the row is observed", observed); e.Outcome != want || (e.Ref != "") != (want == lanes.Buried) {
				t.Errorf("observed %+v, want %s", e, want)
			}
		}
	})
}
