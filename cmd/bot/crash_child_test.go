package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"bazarbot/jobs"
)

// A child process is this test program, started anew with childMark in its
// environment: it runs the very bot, with a killer between its parts. Its
// parent orders through its input, a line each, and hears through its output.
const (
	childMark  = "BAZARBOT_CRASH_CHILD"
	childLease = "BAZARBOT_CRASH_LEASE" // a duration; empty: the product's
	childWatch = "BAZARBOT_CRASH_WATCH" // how often it is seen whose ads are due; empty: never
	childAgain = "BAZARBOT_CRASH_AGAIN" // after how long an account's ads are due again

	orderIdle   = "idle"
	orderRecord = "record"
	orderKill   = "kill " // a point follows

	sayReady   = "ready "
	sayOrdered = "ordered"
	saySeen    = "seen " // a point follows
)

// crashLooks are the looks for a lost post: two, the second surely after the
// first.
var crashLooks = []time.Duration{0, time.Second}

// crashUndo is how long a deletion can be taken back.
const crashUndo = 100 * time.Millisecond

// runChild is the whole child; it returns the exit code.
func runChild() int {
	term, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	ctx, stop := context.WithCancel(term)
	defer stop()
	tell := &lineWriter{to: os.Stdout}
	k := &killer{}
	orders := bufio.NewScanner(os.Stdin)
	obey(k, orders, tell) // the first order comes before the bot starts
	go func() {
		for obey(k, orders, tell) {
		}
		stop() // the parent has gone
	}()
	if err := childBot(ctx, k, tell); err != nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		return 1
	}
	return 0
}

// obey takes one order; false when there are no more.
func obey(k *killer, orders *bufio.Scanner, tell io.Writer) bool {
	if !orders.Scan() {
		return false
	}
	order := orders.Text()
	switch at, kill := strings.CutPrefix(order, orderKill); {
	case kill:
		target, err := parsePoint(at)
		if err != nil {
			fmt.Fprintln(os.Stderr, "child:", err)
			return false
		}
		k.order(&target, nil)
	case order == orderRecord:
		k.order(nil, tell)
	default:
		k.order(nil, nil)
	}
	fmt.Fprintln(tell, sayOrdered)
	return true
}

func childBot(ctx context.Context, k *killer, tell io.Writer) error {
	cfg, err := loadSettings(os.Environ())
	if err != nil {
		return err
	}
	lease, err := childTime(childLease)
	if err != nil {
		return err
	}
	pace := jobs.Pace{Idle: time.Hour}
	if pace.Tick, err = childTime(childWatch); err != nil {
		return err
	}
	if pace.Usual, err = childTime(childAgain); err != nil {
		return err
	}
	pace.Tick, pace.Checked = cmp.Or(pace.Tick, time.Hour), pace.Usual
	return run(ctx, cfg, seams{
		store:  func(db store) store { return mortalStore{db, k} },
		http:   func(next http.RoundTripper) http.RoundTripper { return mortalTransport{next, k} },
		looks:  crashLooks,
		retry:  200 * time.Millisecond,
		limits: unbounded,
		lease:  lease,
		undo:   crashUndo,
		pace:   pace,
		ready:  func(string) { fmt.Fprintln(tell, sayReady) },
	})
}

// childTime is a duration of the child's environment; 0: none is given.
func childTime(name string) (time.Duration, error) {
	given := os.Getenv(name)
	if given == "" {
		return 0, nil
	}
	return time.ParseDuration(given)
}

// lineWriter writes whole lines, from whatever goroutine.
type lineWriter struct {
	mu sync.Mutex
	to io.Writer
}

// Write writes a line.
func (l *lineWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Write(p)
}
