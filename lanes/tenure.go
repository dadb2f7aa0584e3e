package lanes

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

const (
	rowsAtOnce = 16 // rows asked for when a lane has more than its first
	maxErrors  = 3  // handler errors that set a row aside
	maxExpired = 5  // leases ended during a row that set it aside
)

// backoff is the wait after the first handler error and after the second.
var backoff = [maxErrors - 1]time.Duration{200 * time.Millisecond, time.Second}

// errNotClosed is what a handler gets counted that reports a row as done while
// it is still open: without it the row would be worked for ever.
var errNotClosed = errors.New("lanes: the handler left its row open")

// tenure is one owner's time with one lane.
type tenure struct {
	*Held
	runner *Runner
	pool   *pool
	work   Work
	ctx    context.Context // of Do: ends when the lane is lost or the runner cut off
	lose   context.CancelCauseFunc
	end    *time.Timer // loses the lane at its lease's end
	last   int64       // the row Do was given last
}

// work works a claimed lane until it has no due row, is lost, or the runner is told to stop.
func (r *Runner) work(p *pool, claimed Claimed) {
	t := r.begin(p, claimed.Lease)
	defer r.end(t)
	for rows := claimed.Rows; r.runs(); rows = rows[1:] {
		if len(rows) == 0 {
			var ok bool
			if rows, ok = t.next(); !ok {
				return
			}
			if len(rows) == 0 {
				break
			}
		}
		kept, again := t.row(rows[0])
		if !kept || t.released.Load() {
			return
		}
		if again {
			rows = rows[:1] // what is behind a row that waits must not overtake it
		}
	}
	t.release()
}

// begin registers a lane for renewal.
func (r *Runner) begin(p *pool, lease Lease) *tenure {
	t := &tenure{Held: NewHeld(lease, r.opt.TTL/6), runner: r, pool: p}
	r.mu.Lock()
	defer r.mu.Unlock()
	t.ctx, t.lose = context.WithCancelCause(t.with(r.hard))
	t.end = time.AfterFunc(time.Until(lease.Until), func() { t.lose(ErrStale) })
	r.held[t] = struct{}{}
	return t
}

// end gives up a lane's registration.
func (r *Runner) end(t *tenure) {
	r.mu.Lock()
	delete(r.held, t)
	r.mu.Unlock()
	t.end.Stop()
	t.lose(nil)
}

// next asks for the lane's next rows; not ok means that the lane is abandoned.
func (t *tenure) next() (rows []Row, ok bool) {
	ctx, cancel := t.runner.storeContext(t.ctx)
	defer cancel()
	rows, err := t.runner.store.Rows(ctx, t.Lease(), rowsAtOnce)
	return rows, t.kept("rows", err)
}

// release lets the lane go.
func (t *tenure) release() {
	ctx, cancel := t.runner.storeContext(t.ctx)
	defer cancel()
	t.kept("release", t.runner.store.Release(ctx, t.Lease()))
}

// kept reports whether a call of the store went well. A lane whose call failed
// is abandoned: its lease ends by itself, which is when to look for it.
func (t *tenure) kept(op string, err error) bool {
	if err == nil {
		return true
	}
	if !errors.Is(err, ErrStale) {
		t.runner.outage.begin(fmt.Errorf("%s %s: %w", op, t.Lease().Lane, err))
		t.lookAgain(t.runner.opt.TTL)
	}
	return false
}

// row works one row. Not kept means that the lane is no longer to be worked;
// again, that the row is still the lane's first.
func (t *tenure) row(row Row) (kept, again bool) {
	begun := time.Now()
	e := Event{Class: t.pool.Class, Kind: row.Kind, Lane: row.Lane, Key: row.Key, Waited: begun.Sub(row.Arrived)}
	var err error
	switch {
	case row.Damage != nil:
		err = &Hopeless{Cause: row.Damage}
	case row.Expired >= maxExpired:
		err = &Hopeless{Cause: fmt.Errorf("%d leases ended while it was worked", row.Expired)}
	default:
		err = t.do(row)
	}
	e.Outcome, e.Ref, kept = t.settle(row, err)
	e.Took = time.Since(begun)
	t.runner.opt.Observe(e)
	return kept, e.Outcome == Put || e.Outcome == Failed
}

// do calls the handler. The one recover of the product is here.
func (t *tenure) do(row Row) (err error) {
	defer func() {
		if p := recover(); p != nil {
			t.runner.log.Error("lanes: a handler panicked",
				"lane", row.Lane, "row", row.ID, "kind", row.Kind, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if row.ID <= t.last { // ids grow
		return errNotClosed
	}
	t.last = row.ID
	if t.work == nil {
		t.work = t.pool.Handler.Open(row.Lane)
	}
	return t.work.Do(t.ctx, t.Held, row)
}

// settle acts on what Do returned; not kept means that the lane is no longer to
// be worked. The reference is of a row that was set aside.
func (t *tenure) settle(row Row, err error) (result Result, ref string, kept bool) {
	var later *Later
	var hopeless *Hopeless
	switch {
	case err == nil:
		return Done, "", true
	case errors.Is(err, ErrStale), errors.Is(context.Cause(t.ctx), ErrStale):
		t.runner.log.Warn("lanes: lost a lane", "lane", row.Lane, "row", row.ID, "kind", row.Kind)
		return Lost, "", false
	case errors.Is(context.Cause(t.ctx), errStopped):
		t.runner.log.Warn("lanes: cut off a row", "lane", row.Lane, "row", row.ID, "kind", row.Kind)
		t.release()
		return Lost, "", false
	case errors.As(err, &later):
		return Put, "", t.postpone(row, later.After, false)
	case errors.As(err, &hopeless):
		return t.aside(row, err)
	case row.Errors+1 < maxErrors:
		t.runner.log.Warn("lanes: a row failed",
			"lane", row.Lane, "row", row.ID, "kind", row.Kind, "errors", row.Errors+1, "err", err)
		return Failed, "", t.postpone(row, backoff[row.Errors], true)
	}
	return t.aside(row, err)
}

// postpone makes the row wait. Its lane is let go with it; a wait shorter than
// the time between polls gets a look of its own.
func (t *tenure) postpone(row Row, after time.Duration, counted bool) bool {
	ctx, cancel := t.runner.storeContext(t.ctx)
	defer cancel()
	t.last = 0
	kept := t.kept("postpone", t.runner.store.Postpone(ctx, t.Lease(), row.ID, time.Now().Add(after), counted))
	t.lookAgain(after)
	return kept
}

// lookAgain has the runner look for work after a while, unless it polls by then.
func (t *tenure) lookAgain(after time.Duration) {
	if after < t.runner.opt.Poll {
		time.AfterFunc(after, func() { t.runner.Wake(t.pool.Class) })
	}
}

// aside sets the row aside. One that could not be, as the store failed or the
// lane is lost, is still there, for whoever has the lane next.
func (t *tenure) aside(row Row, cause error) (result Result, ref string, kept bool) {
	if ref, kept = t.bury(row, cause); !kept {
		return Lost, "", false
	}
	return Buried, ref, true
}

// bury sets the row aside under a reference that a person can quote.
func (t *tenure) bury(row Row, cause error) (ref string, kept bool) {
	ref = reference()
	t.runner.log.Error("lanes: a row is set aside", "ref", ref,
		"lane", row.Lane, "row", row.ID, "key", row.Key, "kind", row.Kind, "err", cause)
	ctx, cancel := t.runner.storeContext(t.ctx)
	defer cancel()
	return ref, t.kept("bury", t.runner.store.Bury(ctx, t.Lease(), row.ID, ref, cause.Error(), t.apology(row, ref)...))
}

// apology asks the handler what to say. A handler that fails even here is not
// allowed to keep the row alive.
func (t *tenure) apology(row Row, ref string) (rows []NewRow) {
	defer func() {
		if p := recover(); p != nil {
			t.runner.log.Error("lanes: an apology panicked", "ref", ref, "panic", p)
			rows = nil
		}
	}()
	if t.work == nil {
		t.work = t.pool.Handler.Open(row.Lane)
	}
	return t.work.Apology(row, ref)
}

// reference is short enough to be read out: eight letters and digits.
func reference() string {
	var b [5]byte
	rand.Read(b[:]) // never fails
	return base32.StdEncoding.EncodeToString(b[:])
}
