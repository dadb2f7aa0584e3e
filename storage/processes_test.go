package storage_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
)

// The tests in this file work one database with several real processes: this
// test binary, run again. A child is told what to do by childEnv.

const childEnv = "BAZARBOT_TEST_CHILD"

// order is what a child is told.
type order struct {
	URL, Keys, Owner string
	Stall            bool // begin a row, and commit only when told to
	Lease            time.Duration
}

// runChild is a child's main.
func runChild(text string) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	ring, err := storage.ParseRing(o.Keys)
	if err != nil {
		return err
	}
	db, err := storage.Open(context.Background(), storage.Config{URL: o.URL, Ring: ring})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	said := make(chan string)
	go func() { // what the parent says; the pipe ends with the parent
		defer cancel()
		for s := bufio.NewScanner(os.Stdin); s.Scan(); {
			said <- s.Text()
		}
	}()
	h := relay(db)
	if o.Stall {
		h = stalling(db, said)
	}
	r := lanes.New(db, lanes.Options{Owner: o.Owner, Pools: pool(4, h), TTL: o.Lease, Poll: 50 * time.Millisecond})
	db.Feed(r)
	return errors.Join(r.Run(ctx), db.Shutdown())
}

// relay closes each row with a trace of it in the lane's log.
func relay(db *storage.DB) handler {
	return handler{do: func(ctx context.Context, held *lanes.Held, row lanes.Row) error {
		trace := lanes.NewRow{Lane: "log:" + row.Lane, Key: "log:" + row.Key, Kind: "log", Payload: []byte(held.Lease().Owner)}
		err := db.Commit(ctx, held.Lease(), row.ID, noChanges, lanes.Outcome{Replies: []byte("r"), Rows: []lanes.NewRow{trace}})
		if err != nil {
			return err
		}
		return db.Close(ctx, held.Lease(), row.ID, noScreen)
	}}
}

// stalling says that it has begun, waits for a line, and then tries every write
// there is, whatever its context says.
func stalling(db *storage.DB, said <-chan string) handler {
	return handler{do: func(ctx context.Context, held *lanes.Held, row lanes.Row) error {
		fmt.Fprintln(os.Stdout, "begun", row.Key)
		<-said
		ctx = context.WithoutCancel(ctx)
		lease := held.Lease()
		changes := market.Changes{Session: &market.Session{Person: 1, Lang: market.Kyrgyz, Body: []byte("stale")}}
		out := lanes.Outcome{Replies: []byte("stale"), Rows: []lanes.NewRow{{Lane: "account:1", Key: "stale", Kind: "job"}}}
		for _, err := range []error{
			db.Commit(ctx, lease, row.ID, changes, out),
			db.Checkpoint(ctx, lease, row.ID, 5, market.Screen{Person: 1, Message: 5}),
			db.Close(ctx, lease, row.ID, market.Screen{Person: 1, Message: 5}),
		} {
			fmt.Fprintln(os.Stdout, "refused", errors.Is(err, lanes.ErrStale))
		}
		fmt.Fprintln(os.Stdout, "live", held.Live())
		return lanes.ErrStale
	}}
}

// child is a running child.
type child struct {
	*exec.Cmd
	in    io.WriteCloser
	lines chan string
}

// startChild runs this binary again under an order.
func startChild(t *testing.T, o order) *child {
	t.Helper()
	text, err := json.Marshal(o)
	must(t, err)
	c := &child{Cmd: exec.CommandContext(context.Background(), os.Args[0]), lines: make(chan string, 100)}
	c.Env = append(os.Environ(), childEnv+"="+string(text))
	c.Stderr = os.Stderr
	c.in, err = c.StdinPipe()
	must(t, err)
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	go func() {
		defer close(c.lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			c.lines <- s.Text()
		}
	}()
	t.Cleanup(func() { c.kill(t) })
	return c
}

// kill ends the child with kill -9 and waits for it.
func (c *child) kill(t *testing.T) {
	t.Helper()
	if c.ProcessState != nil {
		return
	}
	_ = c.Process.Signal(syscall.SIGCONT)
	must(t, c.Process.Kill())
	for range c.lines {
		continue // until its output ends
	}
	_ = c.Wait() // reports that it was killed
}

func (c *child) expect(t *testing.T, want string) {
	t.Helper()
	if line := next(t, want, c.lines); line != want {
		t.Fatalf("the child says %q, want %q", line, want)
	}
}

func TestKilledOwnerIsReplaced(t *testing.T) {
	t.Parallel()
	const lease, poll = 3 * time.Second, 500 * time.Millisecond // as in production
	url, keys := databases["postgres"](t), storage.NewKey("k1")
	db := open(t, url, parse(t, keys))
	c := startChild(t, order{URL: url, Keys: keys, Owner: "child", Stall: true, Lease: lease})
	enqueue(t, db, row("user:1", "a"), row("user:1", "b"))
	c.expect(t, "begun a")

	closed := make(chan lanes.Row, 10)
	start(t, db, db, lanes.Options{Pools: pool(4, closing(db, closed)), TTL: lease, Poll: poll})
	killed := time.Now()
	c.kill(t)
	if r := next(t, "the row goes on", closed); r.Key != "a" || r.Expired != 1 {
		t.Errorf("worked %+v", r)
	}
	if took := time.Since(killed); took > lease+poll+2*time.Second {
		t.Errorf("it took %v", took)
	}
	if r := next(t, "the lane goes on", closed); r.Key != "b" {
		t.Errorf("worked %+v", r)
	}
}

func TestStalledOwnerCannotWrite(t *testing.T) {
	t.Parallel()
	const lease = 500 * time.Millisecond
	url, keys := databases["postgres"](t), storage.NewKey("k1")
	db := open(t, url, parse(t, keys))
	c := startChild(t, order{URL: url, Keys: keys, Owner: "child", Stall: true, Lease: lease})
	enqueue(t, db, row("user:1", "a"))
	c.expect(t, "begun a")
	must(t, c.Process.Signal(syscall.SIGSTOP))

	done := make(chan error, 1)
	h := handler{do: func(ctx context.Context, held *lanes.Held, row lanes.Row) error {
		changes := market.Changes{Session: &market.Session{Person: 1, Lang: market.Romanian, Body: []byte("fresh")}}
		err := db.Commit(ctx, held.Lease(), row.ID, changes, lanes.Outcome{Close: true})
		return errors.Join(err, send(ctx, done, err))
	}}
	start(t, db, db, lanes.Options{Pools: pool(4, h), Poll: 20 * time.Millisecond})
	must(t, next(t, "another owner works the row", done))

	must(t, c.Process.Signal(syscall.SIGCONT))
	_, err := io.WriteString(c.in, "commit\n")
	must(t, err)
	for _, want := range []string{"refused true", "refused true", "refused true", "live false"} {
		c.expect(t, want)
	}
	s, err := db.Session(t.Context(), 1)
	must(t, err)
	want := market.Session{Person: 1, Lang: market.Romanian, Body: []byte("fresh")}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
	noneDue(t, db, "account")
}

// Two processes work the same lanes, one of them is killed again and again:
// every row takes effect once, and in order.
func TestOrderWhileProcessesDie(t *testing.T) {
	t.Parallel()
	const people, rounds, each = 10, 3, 8
	const lease = 400 * time.Millisecond
	url, keys := databases["postgres"](t), storage.NewKey("k1")
	db := open(t, url, parse(t, keys))
	start(t, db, db, lanes.Options{Pools: pool(4, relay(db)), TTL: lease, Poll: 50 * time.Millisecond})
	for round := range rounds {
		c := startChild(t, order{URL: url, Keys: keys, Owner: fmt.Sprint("child", round), Lease: lease})
		for i := range each {
			var rows []lanes.NewRow
			for p := range people {
				rows = append(rows, row(fmt.Sprintf("user:%d", p), fmt.Sprintf("%d/%d/%02d", p, round, i)))
			}
			enqueue(t, db, rows...)
		}
		c.kill(t)
	}
	worked := make(map[string][]string)
	waitFor(t, "all rows are worked", func() bool {
		claimed, err := db.Claim(t.Context(), "reader", "log", people, time.Minute)
		must(t, err)
		for _, c := range claimed {
			rows, err := db.Rows(t.Context(), c.Lease, people*rounds*each)
			must(t, err)
			for _, r := range rows {
				worked[c.Lease.Lane] = append(worked[c.Lease.Lane], r.Key)
				must(t, db.Close(t.Context(), c.Lease, r.ID, noScreen))
			}
			if err := db.Release(t.Context(), c.Lease); err != nil { // unless the last Close did
				mustBe(t, err, lanes.ErrStale)
			}
		}
		n := 0
		for _, keys := range worked {
			n += len(keys)
		}
		return n == people*rounds*each
	})
	for _, lane := range slices.Sorted(maps.Keys(worked)) {
		if keys := worked[lane]; !slices.IsSorted(keys) || len(slices.Compact(keys)) != rounds*each {
			t.Errorf("%s was worked as %s", lane, strings.Join(keys, " "))
		}
	}
}

// The embedded database's next process waits for nobody's lease.
func TestKilledEmbeddedProcessIsReplaced(t *testing.T) {
	t.Parallel()
	url, keys := databases["sqlite"](t), storage.NewKey("k1")
	db, err := storage.Open(t.Context(), storage.Config{URL: url, Ring: parse(t, keys)})
	must(t, err)
	enqueue(t, db, row("user:1", "a"))
	must(t, db.Shutdown())
	c := startChild(t, order{URL: url, Keys: keys, Owner: "child", Stall: true, Lease: time.Hour})
	c.expect(t, "begun a")
	_, err = storage.Open(t.Context(), storage.Config{URL: url, Ring: parse(t, keys)})
	mustBe(t, err, storage.ErrLocked)
	c.kill(t)

	db = open(t, url, parse(t, keys))
	closed := make(chan lanes.Row, 1)
	start(t, db, db, lanes.Options{Pools: pool(1, closing(db, closed))})
	if r := next(t, "the row goes on", closed); r.Key != "a" || r.Expired != 1 {
		t.Errorf("worked %+v", r)
	}
}
