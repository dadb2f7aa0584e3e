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

// inserted is what became of rows put into their lanes.
type inserted struct {
	at    time.Time
	ids   map[string]int64 // of those that were new, by key
	free  []string         // lanes that nobody holds
	taken map[string]int64 // fences of the lanes that were taken for seats
}

// insertWork puts rows into their lanes. It locks the lanes first, in order of
// their names, so that ids grow in order of commit.
func (db *DB) insertWork(ctx context.Context, tx *sqlx.Tx, work []newWork, s seats) (inserted, error) {
	in := inserted{at: time.Now(), ids: make(map[string]int64, len(work)), taken: make(map[string]int64)}
	if len(work) == 0 {
		return in, nil
	}
	if err := db.markDue(ctx, tx, work, s, &in); err != nil {
		return in, fmt.Errorf("lanes: %w", err)
	}
	rows := make([][]any, len(work))
	for i, w := range work {
		rows[i] = []any{w.Lane, w.Key, w.Kind, w.sealed, due(w.NewRow), in.at.UnixMicro()}
	}
	insert := bulk{
		before: `INSERT INTO work (lane, key, kind, state, payload, due_at, arrived_at)
			SELECT column1, column2, column3, 'queued', column4, COALESCE(column5, ` + db.dialect.now + `), column6 FROM `,
		types: []kind{text, text, text, bytea, integer, integer},
		after: ` WHERE TRUE ON CONFLICT (key) DO NOTHING RETURNING id, key`,
	}
	_, err := insert.run(ctx, db, tx, rows, func(r *sqlx.Rows) error {
		var id int64
		var key string
		err := r.Scan(&id, &key)
		in.ids[key] = id
		return err
	})
	if err != nil {
		return in, fmt.Errorf("work: %w", err)
	}
	return in, nil
}

// markDue locks the rows' lanes, makes those that are new, and makes those due
// that had no open row. Where all rows turn out to be known already the lane is
// due for nothing, which its next owner finds out; the other way round a row
// would be lost.
//
// A lane with a seat is taken for it if nobody holds it and it had no open row,
// so that the new rows are its first.
func (db *DB) markDue(ctx context.Context, tx *sqlx.Tx, work []newWork, s seats, in *inserted) error {
	first := make(map[string]any, len(work))
	for _, w := range work {
		if _, ok := first[w.Lane]; !ok {
			first[w.Lane] = due(w.NewRow)
		}
	}
	rows := make([][]any, 0, len(first))
	for _, name := range slices.Sorted(maps.Keys(first)) {
		owner := ""
		if s.lanes[name] {
			owner = s.owner
		}
		rows = append(rows, []any{name, lanes.Class(name), first[name], owner, s.ttl.Microseconds(), s.number})
	}
	_, err := db.markDueBulk().run(ctx, db, tx, rows, func(r *sqlx.Rows) error {
		var name, owner string
		var fence, number int64
		err := r.Scan(&name, &owner, &fence, &number)
		switch {
		case owner == "":
			in.free = append(in.free, name)
		case s.lanes[name] && number == s.number:
			in.taken[name] = fence
		}
		return err
	})
	return err
}

func (db *DB) markDueBulk() bulk {
	now := db.dialect.now
	take := ` CASE WHEN excluded.owner <> '' AND lanes.due_at IS NULL AND lanes.lease_until <= ` + now
	return bulk{
		before: `INSERT INTO lanes (name, class, due_at, owner, fence, lease_until, taken)
			SELECT column1, column2, COALESCE(column3, ` + now + `), column4,
				CASE WHEN column4 = '' THEN 0 ELSE 1 END,
				CASE WHEN column4 = '' THEN 0 ELSE ` + now + ` + column5 END,
				column6
			FROM `,
		types: []kind{text, text, integer, text, integer, integer},
		after: ` WHERE TRUE ON CONFLICT (name) DO UPDATE SET
				due_at = COALESCE(lanes.due_at, excluded.due_at),
				owner =` + take + ` THEN excluded.owner ELSE lanes.owner END,
				fence =` + take + ` THEN lanes.fence + 1 ELSE lanes.fence END,
				lease_until =` + take + ` THEN excluded.lease_until ELSE lanes.lease_until END,
				lapsed =` + take + ` THEN 0 ELSE lanes.lapsed END,
				taken =` + take + ` THEN excluded.taken ELSE lanes.taken END
			RETURNING name, owner, fence, taken`,
	}
}

// due is a row's due time as a value to bind: nil for now.
func due(r lanes.NewRow) any {
	if r.Due.IsZero() {
		return nil
	}
	return r.Due.UnixMicro()
}
