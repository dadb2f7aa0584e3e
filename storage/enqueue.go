package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

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

// arrive commits a batch of arrivals.
func (db *DB) arrive(ctx context.Context, batch []*arrival) []error {
	return together(db, batch, func(batch []*arrival) error {
		var work []newWork
		for _, a := range batch {
			work = append(work, a.rows...)
		}
		var free []string
		var added map[string]bool
		err := db.transact(ctx, func(tx *sqlx.Tx) (err error) {
			added, free, err = db.insertWork(ctx, tx, work)
			return err
		})
		if err != nil {
			return err
		}
		for _, a := range batch {
			a.added = count(added, a.rows)
		}
		db.tell(ctx, free)
		return nil
	})
}

// count tells how many of rows were added, counting each key once.
func count(added map[string]bool, rows []newWork) (n int) {
	for _, r := range rows {
		if added[r.Key] {
			delete(added, r.Key)
			n++
		}
	}
	return n
}

// insertWork puts rows into their lanes. It locks the lanes first, in order of
// their names, so that ids grow in order of commit. It returns the keys that
// were new and the lanes that nobody holds.
func (db *DB) insertWork(ctx context.Context, tx *sqlx.Tx, work []newWork) (added map[string]bool, free []string, err error) {
	if len(work) == 0 {
		return nil, nil, nil
	}
	if free, err = db.markDue(ctx, tx, work); err != nil {
		return nil, nil, fmt.Errorf("lanes: %w", err)
	}
	now := time.Now().UnixMicro()
	rows := make([][]any, len(work))
	for i, w := range work {
		rows[i] = []any{w.Lane, w.Key, w.Kind, w.sealed, due(w.NewRow), now}
	}
	insert := bulk{
		before: `INSERT INTO work (lane, key, kind, state, payload, due_at, arrived_at)
			SELECT column1, column2, column3, 'queued', column4, COALESCE(column5, ` + db.dialect.now + `), column6 FROM `,
		types: []kind{text, text, text, bytea, integer, integer},
		after: ` WHERE TRUE ON CONFLICT (key) DO NOTHING RETURNING key`,
	}
	added = make(map[string]bool, len(work))
	_, err = insert.run(ctx, db, tx, rows, func(r *sqlx.Rows) error {
		var key string
		err := r.Scan(&key)
		added[key] = true
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("work: %w", err)
	}
	return added, free, nil
}

// markDue locks the rows' lanes, makes those that are new, and makes those due
// that had no open row. Where all rows turn out to be known already the lane is
// due for nothing, which its next owner finds out; the other way round a row
// would be lost.
func (db *DB) markDue(ctx context.Context, tx *sqlx.Tx, work []newWork) (free []string, err error) {
	first := make(map[string]any, len(work))
	for _, w := range work {
		if _, ok := first[w.Lane]; !ok {
			first[w.Lane] = due(w.NewRow)
		}
	}
	rows := make([][]any, 0, len(first))
	for _, name := range slices.Sorted(maps.Keys(first)) {
		rows = append(rows, []any{name, lanes.Class(name), first[name]})
	}
	mark := bulk{
		before: `INSERT INTO lanes (name, class, due_at)
			SELECT column1, column2, COALESCE(column3, ` + db.dialect.now + `) FROM `,
		types: []kind{text, text, integer},
		after: ` WHERE TRUE ON CONFLICT (name) DO UPDATE SET due_at = COALESCE(lanes.due_at, excluded.due_at)
			RETURNING name, owner`,
	}
	_, err = mark.run(ctx, db, tx, rows, func(r *sqlx.Rows) error {
		var name, owner string
		err := r.Scan(&name, &owner)
		if owner == "" {
			free = append(free, name)
		}
		return err
	})
	return free, err
}

// due is a row's due time as a value to bind: nil for now.
func due(r lanes.NewRow) any {
	if r.Due.IsZero() {
		return nil
	}
	return r.Due.UnixMicro()
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
