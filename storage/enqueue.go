package storage

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"bazarbot/lanes"
)

// newWork is a row on its way into a lane, its payload sealed.
type newWork struct {
	lanes.NewRow
	sealed []byte
}

// arrival is one call of Enqueue.
type arrival struct {
	rows  []newWork
	added int
}

// Enqueue puts rows into their lanes and reports how many were new: a row whose
// key is known, open or closed, is dropped. Rows of one lane keep the order in
// which they were committed, over all processes. Callers at the same time share
// a transaction; each gets only its own error.
func (db *DB) Enqueue(ctx context.Context, rows ...lanes.NewRow) (added int, err error) {
	work, err := db.sealRows(rows)
	if err != nil || len(work) == 0 {
		return 0, err
	}
	a := &arrival{rows: work}
	if err := db.intake.do(ctx, a); err != nil {
		return 0, fmt.Errorf("storage: enqueue %d rows: %w", len(rows), err)
	}
	return a.added, nil
}

// sealRows readies rows for their table.
func (db *DB) sealRows(rows []lanes.NewRow) ([]newWork, error) {
	work := make([]newWork, len(rows))
	for i, r := range rows {
		if r.Lane == "" || r.Key == "" {
			return nil, fmt.Errorf("storage: a row of kind %q has no lane or no key", r.Kind)
		}
		work[i] = newWork{NewRow: r, sealed: db.ring.seal(workPlace(r.Lane, "payload"), r.Payload)}
	}
	return work, nil
}

// workPlace is where a value of a row stands.
func workPlace(lane, column string) place { return place{"lane:" + lane, "work", column} }

// arrive commits a batch of arrivals, and hands over the lanes it took.
func (db *DB) arrive(ctx context.Context, batch []*arrival) []error {
	return together(db, batch, func(batch []*arrival) error {
		var work []newWork
		for _, a := range batch {
			work = append(work, a.rows...)
		}
		seats := db.reserve(work)
		var in inserted
		err := db.transact(ctx, func(tx *sqlx.Tx) (err error) {
			in, err = db.insertWork(ctx, tx, work, seats)
			return err
		})
		if err != nil {
			seats.fill(inserted{}, nil)
			return err
		}
		seats.fill(in, work)
		for _, a := range batch {
			a.added = in.count(a.rows)
		}
		db.tell(ctx, in.free)
		return nil
	})
}

// count tells how many of rows were new, counting each key once in a batch.
func (in inserted) count(rows []newWork) (n int) {
	for _, r := range rows {
		if _, ok := in.ids[r.Key]; ok {
			delete(in.ids, r.Key)
			n++
		}
	}
	return n
}

// tell wakes whoever can work the lanes: this process, or else the others. A
// lane that somebody holds needs no word: its owner finds the row when it
// closes the one it has.
func (db *DB) tell(ctx context.Context, free []string) {
	classes := make(map[string]bool)
	for _, name := range free {
		classes[lanes.Class(name)] = true
	}
	wake := db.wake.Load()
	for class := range classes {
		if wake == nil || !(*wake)(class) {
			db.notify(ctx, class)
		}
	}
}
