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

func TestLongWorkKeepsItsLane(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		const short = 3 * time.Second // as in the product: a crowded machine must not lose it
		begun, closed := make(chan struct{}, 8), make(chan lanes.Row, 1)
		good := closing(db, closed)
		h := handler{do: func(ctx context.Context, held *lanes.Held, row lanes.Row) error {
			first := held.Lease().Until
			begun <- struct{}{}
			long := time.NewTimer(2 * short)
			defer long.Stop()
			select {
			case <-long.C:
			case <-ctx.Done():
				t.Error("the lane was lost")
			}
			if !held.Lease().Until.After(first) || !held.Live() {
				t.Errorf("the lease was not renewed: %+v", held.Lease())
			}
			return good.do(ctx, held, row)
		}}
		start(t, db, db, lanes.Options{Pools: pool(1, h), TTL: short, Renew: short / 10})
		enqueue(t, db, row("user:1", "long"))
		next(t, "the row begins", begun)
		tries := time.NewTicker(short / 30)
		defer tries.Stop()
		late := time.NewTimer(20 * short)
		defer late.Stop()
		for len(closed) == 0 {
			select {
			case <-tries.C:
			case <-late.C:
				t.Fatal("the row was not closed")
			}
			claimed, err := db.Claim(t.Context(), "thief", "user", 1, ttl)
			must(t, err)
			if len(claimed) > 0 {
				t.Fatal("the lane was stolen")
			}
		}
	})
}

// failing is a store some of whose calls fail.
type failing struct {
	*storage.DB
	claims, renewals atomic.Bool
}

var errDown = errors.New("the database is down")

func (f *failing) Claim(ctx context.Context, owner, class string, n int, ttl time.Duration) ([]lanes.Claimed, error) {
	if f.claims.Load() {
		return nil, errDown
	}
	return f.DB.Claim(ctx, owner, class, n, ttl)
}

func (f *failing) Renew(ctx context.Context, owner string, leases []lanes.Lease, ttl time.Duration) ([]lanes.Lease, error) {
	if f.renewals.Load() {
		return nil, errDown
	}
	return f.DB.Renew(ctx, owner, leases, ttl)
}

func TestLostLeaseEndsItsWork(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		const short = 120 * time.Millisecond
		store := &failing{DB: db}
		store.renewals.Store(true)
		lost := make(chan error, 1)
		h := handler{do: func(ctx context.Context, held *lanes.Held, row lanes.Row) error {
			if !held.Live() {
				t.Error("dead on arrival")
			}
			<-ctx.Done()
			if held.Live() {
				t.Error("alive after its end")
			}
			lost <- context.Cause(ctx)
			return ctx.Err()
		}}
		enqueue(t, db, row("user:1", "a"))
		stop := start(t, db, store, lanes.Options{Pools: pool(1, h), TTL: short, Poll: time.Hour})
		mustBe(t, next(t, "the work ends", lost), lanes.ErrStale)
		stop()
		waitFor(t, "the lane is free", func() bool {
			claimed, err := db.Claim(t.Context(), "next", "user", 1, ttl)
			must(t, err)
			return len(claimed) == 1 && claimed[0].Rows[0].Errors == 0 && claimed[0].Rows[0].Expired == 1
		})
	})
}

// lockedBuffer can be read while it is written to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) count(s string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.b.String(), s)
}

func TestOutageIsLoggedOnceAndSurvived(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		var log lockedBuffer
		store := &failing{DB: db}
		store.claims.Store(true)
		closed := make(chan lanes.Row, 1)
		start(t, db, store, lanes.Options{
			Pools: pool(1, closing(db, closed)), Poll: time.Millisecond, Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		enqueue(t, db, row("user:1", "a"))
		waitFor(t, "the outage is noticed", func() bool { return log.count("the store fails") > 0 })
		store.claims.Store(false)
		next(t, "the row is worked", closed)
		if n := log.count("the store fails"); n != 1 {
			t.Errorf("logged %d times", n)
		}
		waitFor(t, "the end is logged", func() bool { return log.count("the store is back") == 1 })
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
