package storage_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
)

// handler works every lane with one function.
type handler struct {
	do      func(ctx context.Context, held *lanes.Held, row lanes.Row) error
	apology func(row lanes.Row, ref string) []lanes.NewRow
}

func (h handler) Open(string) lanes.Work { return h }

func (h handler) Do(ctx context.Context, held *lanes.Held, row lanes.Row) error {
	return h.do(ctx, held, row)
}

func (h handler) Apology(row lanes.Row, ref string) []lanes.NewRow {
	if h.apology == nil {
		return nil
	}
	return h.apology(row, ref)
}

// start runs a runner until the test ends or stop is called.
func start(t *testing.T, db *storage.DB, store lanes.Store, opt lanes.Options) (stop func()) {
	t.Helper()
	_, stop = startRunner(t, db, store, opt)
	return stop
}

func startRunner(t *testing.T, db *storage.DB, store lanes.Store, opt lanes.Options) (r *lanes.Runner, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	if opt.Owner == "" {
		opt.Owner = "runner"
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	if opt.Grace == 0 {
		opt.Grace = time.Second // a test that has failed ends soon
	}
	r = lanes.New(store, opt)
	db.Feed(r)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := r.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(stop)
	return r, stop
}

func pool(workers int, h handler) []lanes.Pool {
	return []lanes.Pool{{Class: "user", Handler: h, Workers: workers}}
}

// closing is a handler that closes each row and tells of it.
func closing(db *storage.DB, closed chan<- lanes.Row) handler {
	return handler{do: func(ctx context.Context, held *lanes.Held, row lanes.Row) error {
		if err := db.Close(ctx, held.Lease(), row.ID, noScreen); err != nil {
			return err
		}
		return send(ctx, closed, row)
	}}
}

// send hands v to the test, unless the work is cut off.
func send[T any](ctx context.Context, to chan<- T, v T) error {
	select {
	case to <- v:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// await waits for the test, unless the work is cut off.
func await(ctx context.Context, c <-chan struct{}) {
	select {
	case <-c:
	case <-ctx.Done():
	}
}

// next receives, and fails when it has to wait for too long.
func next[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	timeout := time.NewTimer(10 * time.Second)
	defer timeout.Stop()
	select {
	case v := <-from:
		return v
	case <-timeout.C:
		t.Fatalf("waited too long: %s", what)
		panic("unreachable")
	}
}

func TestRunnerKeepsOrderInEveryLane(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		const people, each = 12, 25
		var mu sync.Mutex
		worked := make(map[string][]string)
		busy := make(map[string]bool)
		done := make(chan struct{}, people*each)
		h := handler{do: func(ctx context.Context, held *lanes.Held, row lanes.Row) error {
			mu.Lock()
			if busy[row.Lane] {
				t.Errorf("two rows of %s at once", row.Lane)
			}
			busy[row.Lane] = true
			worked[row.Lane] = append(worked[row.Lane], row.Key)
			mu.Unlock()
			err := db.Commit(ctx, held.Lease(), row.ID, noChanges, lanes.Outcome{Replies: []byte("r")})
			mu.Lock()
			busy[row.Lane] = false
			mu.Unlock()
			if err == nil {
				err = db.Close(ctx, held.Lease(), row.ID, noScreen)
			}
			done <- struct{}{}
			return err
		}}
		start(t, db, db, lanes.Options{Pools: pool(8, h)})
		for i := range each {
			var rows []lanes.NewRow
			for p := range people {
				rows = append(rows, row(fmt.Sprintf("user:%d", p), fmt.Sprintf("%d/%03d", p, i)))
			}
			enqueue(t, db, rows...)
		}
		for range people * each {
			next(t, "a row is worked", done)
		}
		mu.Lock()
		defer mu.Unlock()
		for lane, keys := range worked {
			if len(keys) != each || !slices.IsSorted(keys) {
				t.Errorf("%s was worked as %v", lane, keys)
			}
		}
	})
}

func TestSlowLaneHoldsUpNobody(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		closed := make(chan lanes.Row, 10)
		begun, unblock := make(chan struct{}), make(chan struct{})
		good := closing(db, closed)
		h := handler{do: func(ctx context.Context, held *lanes.Held, row lanes.Row) error {
			if row.Lane == "user:1" {
				close(begun)
				await(ctx, unblock)
			}
			return good.do(ctx, held, row)
		}}
		start(t, db, db, lanes.Options{Pools: pool(2, h)})
		enqueue(t, db, row("user:1", "slow"))
		next(t, "the slow row begins", begun)
		for i := range 3 {
			enqueue(t, db, row("user:2", fmt.Sprint(i)))
			if r := next(t, "another lane is worked", closed); r.Lane != "user:2" {
				t.Errorf("worked %+v", r)
			}
		}
		close(unblock)
		next(t, "the slow row ends", closed)
	})
}

func TestWakingNeedsNoPolling(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		closed := make(chan lanes.Row, 10)
		start(t, db, db, lanes.Options{Pools: pool(1, closing(db, closed)), Poll: time.Hour})
		for i := range 20 {
			enqueue(t, db, row(fmt.Sprintf("user:%d", i%3), fmt.Sprint(i)))
			next(t, "the row is worked", closed)
		}
	})
}

// What a step of work puts into another class's lane is worked there, and its
// answer comes back into the lane it came from.
func TestWorkGoesFromLaneToLane(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		closed := make(chan lanes.Row, 10)
		relay := func(to, key string) handler {
			return handler{do: func(ctx context.Context, held *lanes.Held, row lanes.Row) error {
				out := lanes.Outcome{Close: true}
				if row.Kind != "answer" {
					out.Rows = []lanes.NewRow{{Lane: to, Key: key, Kind: map[string]string{"update": "job", "job": "answer"}[row.Kind]}}
				}
				changes := market.Changes{Session: &market.Session{Person: 1, Lang: market.Russian}}
				if err := db.Commit(ctx, held.Lease(), row.ID, changes, out); err != nil {
					return err
				}
				return send(ctx, closed, row)
			}}
		}
		start(t, db, db, lanes.Options{Poll: time.Hour, Pools: []lanes.Pool{
			{Class: "user", Handler: relay("account:7", "job:1"), Workers: 2},
			{Class: "account", Handler: relay("user:1", "job:1:done"), Workers: 2},
		}})
		enqueue(t, db, row("user:1", "tg:1"))
		for _, want := range []string{"tg:1", "job:1", "job:1:done"} {
			if r := next(t, want+" is worked", closed); r.Key != want {
				t.Errorf("worked %q, want %q", r.Key, want)
			}
		}
	})
}
