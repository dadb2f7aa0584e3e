package lanes

import (
	"context"
	"time"
)

// Store is what a Runner asks of the database. Every method that takes a lease
// is refused with ErrStale when the lane has another owner or fence.
//
// A write that ends a row (Postpone, Bury, and whatever closes rows) also lets
// the lane go when nothing in it is due any more, and says so with Released.
// That saves the Release after almost every row.
type Store interface {
	// Claim takes up to n lanes of the class that have due work and no live
	// owner. Each gets a new fence and a lease of ttl. When a lane's last lease
	// ended instead of being released, its head row's Expired has grown.
	Claim(ctx context.Context, owner, class string, n int, ttl time.Duration) ([]Claimed, error)
	// Renew makes all of owner's leases last ttl from now and returns those
	// that are still owner's.
	Renew(ctx context.Context, owner string, leases []Lease, ttl time.Duration) ([]Lease, error)
	// Rows returns the lane's next open rows in order, at most n. A row that is
	// not due yet holds back those behind it.
	Rows(ctx context.Context, lease Lease, n int) ([]Row, error)
	// Postpone makes the row, and with it its lane, wait until due. Counted
	// adds to the row's Errors.
	Postpone(ctx context.Context, lease Lease, row int64, due time.Time, counted bool) error
	// Bury sets the row aside as dead and puts the follow rows into their
	// lanes, in one transaction.
	Bury(ctx context.Context, lease Lease, row int64, ref, cause string, follow ...NewRow) error
	// Release lets the lane go. Rows that arrived meanwhile keep it due.
	Release(ctx context.Context, lease Lease) error
}

// Handler works the lanes of one class.
type Handler interface {
	// Open prepares for one tenure of a lane. It must be quick: no I/O.
	Open(lane string) Work
}

// Work works the rows of one lane during one tenure, one at a time and in
// order. What it keeps in memory is true for that long, as nobody else writes
// for the lane.
type Work interface {
	// Do works one row to its end: it commits and closes the row through the
	// store itself, with held's lease. What it returns decides what follows:
	//
	//   - nil: the row is closed.
	//   - ErrStale: the lane is lost; it is abandoned without another write.
	//   - *Later: the row waits, uncounted, and the lane is let go.
	//   - *Hopeless: the row is set aside at once.
	//   - any other error, and a panic: counted and tried again after a short
	//     wait; the third time the row is set aside.
	//
	// ctx ends when the lease is lost and when the runner's grace is over. Pass
	// it, or a context made of it, to the store.
	Do(ctx context.Context, held *Held, row Row) error
	// Apology returns the rows to insert when row is set aside under ref. It
	// must return none for its own rows, or a failing apology makes another.
	Apology(row Row, ref string) []NewRow
}

// Later is returned by Work.Do to have its row tried again after a while,
// without counting an error: a 429, a market that asks to wait.
type Later struct {
	After time.Duration
	Cause error
}

// Error is for the log.
func (l *Later) Error() string {
	s := "later, in " + l.After.String()
	if l.Cause != nil {
		s += ": " + l.Cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (l *Later) Unwrap() error { return l.Cause }

// Hopeless is returned by Work.Do when trying again cannot help: the row's
// payload cannot be read, say. It is set aside at once.
type Hopeless struct{ Cause error }

// Error is for the log.
func (h *Hopeless) Error() string { return "hopeless: " + h.Cause.Error() }

// Unwrap gives the cause.
func (h *Hopeless) Unwrap() error { return h.Cause }
