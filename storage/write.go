package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
)

var (
	// ErrBound is returned by a Commit that binds an ad to a draft when it is
	// bound to another one. Nothing was written.
	ErrBound = errors.New("storage: the ad is bound to another draft")

	errNotOpen = errors.New("the row is not open")
)

// mark is what a write makes of its row.
type mark int

const (
	leave  mark = iota
	save        // keep the replies; committed
	check       // note how many replies are sent
	finish      // close and erase
	wait        // put off
	bury        // set aside
	free        // touch no row, let the lane go
)

// write is one fenced write: what it makes of its row, and all that is
// committed with it. Its values are sealed before it meets the others of its
// batch.
type write struct {
	lease lanes.Lease
	row   int64
	mark  mark

	replies []byte // save; sealed
	sent    int    // check
	due     int64  // wait
	errors  int    // wait: added to the row's
	ref     string // bury
	cause   []byte // bury; sealed
	screen  market.Screen
	changes changes
	work    []newWork

	// Left by the batch.
	stale    bool
	released bool
}

// Commit writes all that one step of work changes, in one transaction: ch, and
// out's replies, new rows and closing. It is refused with lanes.ErrStale when
// the lease's lane has another owner or fence.
//
// Accounts whose secret is renewed get the next Version, whatever ch says.
func (db *DB) Commit(ctx context.Context, lease lanes.Lease, row int64, ch market.Changes, out lanes.Outcome) error {
	work, err := db.sealRows(out.Rows)
	if err != nil {
		return err
	}
	w := &write{lease: lease, row: row, changes: db.sealChanges(ch), work: work}
	switch {
	case out.Close:
		w.mark = finish
	case out.Replies != nil:
		w.mark = save
		w.replies = db.ring.seal(workPlace(lease.Lane, "replies"), out.Replies)
	}
	return db.write(ctx, "commit", w)
}

// Checkpoint notes that sent of the row's replies are sent, and the screen they
// showed. It changes nothing else, so a row may be checkpointed many times.
func (db *DB) Checkpoint(ctx context.Context, lease lanes.Lease, row int64, sent int, screen market.Screen) error {
	return db.write(ctx, "checkpoint", &write{lease: lease, row: row, mark: check, sent: sent, screen: screen})
}

// Close ends the row, erasing its payload and replies, and notes the screen
// shown last. When nothing else in the lane is due it lets the lane go.
func (db *DB) Close(ctx context.Context, lease lanes.Lease, row int64, screen market.Screen) error {
	return db.write(ctx, "close", &write{lease: lease, row: row, mark: finish, screen: screen})
}

// Postpone makes the row, and so its lane, wait until due and lets the lane go.
// Counted adds to the row's errors.
func (db *DB) Postpone(ctx context.Context, lease lanes.Lease, row int64, due time.Time, counted bool) error {
	w := &write{lease: lease, row: row, mark: wait, due: micros(due)}
	if counted {
		w.errors = 1
	}
	return db.write(ctx, "postpone", w)
}

// Bury sets the row aside as dead, with what went wrong, and puts follow into
// their lanes. When nothing else in the lane is due it lets the lane go.
func (db *DB) Bury(ctx context.Context, lease lanes.Lease, row int64, ref, cause string, follow ...lanes.NewRow) error {
	work, err := db.sealRows(follow)
	if err != nil {
		return err
	}
	sealed := db.ring.seal(workPlace(lease.Lane, "cause"), []byte(cause))
	return db.write(ctx, "bury", &write{lease: lease, row: row, mark: bury, ref: ref, cause: sealed, work: work})
}

// Release lets the lane go, whatever is due in it; rows that arrived meanwhile
// keep it due.
func (db *DB) Release(ctx context.Context, lease lanes.Lease) error {
	return db.write(ctx, "release", &write{lease: lease, mark: free})
}

// write hands w to the next batch and waits for it.
func (db *DB) write(ctx context.Context, op string, w *write) error {
	err := db.fenced.do(ctx, w)
	switch {
	case err != nil:
		return fmt.Errorf("storage: %s row %d of %s: %w", op, w.row, w.lease.Lane, err)
	case w.stale:
		return lanes.ErrStale
	case w.released:
		lanes.Released(ctx, w.lease)
	}
	return nil
}
