package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"bazarbot/lanes"
)

// apply commits a batch of fenced writes. Those that lost their fence are left
// out and marked stale.
func (db *DB) apply(ctx context.Context, batch []*write) []error {
	return together(db, batch, func(batch []*write) error {
		var due []string
		err := db.transact(ctx, func(tx *sqlx.Tx) error {
			live, err := db.fence(ctx, tx, batch)
			if err != nil {
				return fmt.Errorf("lock lanes: %w", err)
			}
			due, err = db.applyLive(ctx, tx, live)
			return err
		})
		if err == nil {
			db.tell(ctx, due)
		}
		return err
	})
}

// lane is who holds a lane.
type lane struct {
	Name, Owner string
	Fence       int64
}

// fence locks every lane the batch touches, in order of their names, and
// returns the writes whose lease is still the lane's. From here until the end
// of the transaction no lane changes hands and no row arrives in one.
func (db *DB) fence(ctx context.Context, tx *sqlx.Tx, batch []*write) ([]*write, error) {
	var names []string
	for _, w := range batch {
		names = append(names, w.lease.Lane)
		for _, r := range w.work {
			names = append(names, r.Lane)
		}
	}
	slices.Sort(names)
	list, args := db.dialect.names(slices.Compact(names))
	held, err := collect[lane](db.query(ctx, tx,
		`SELECT name, owner, fence FROM lanes WHERE name `+list+` ORDER BY name`+db.dialect.lock, args...))
	if err != nil {
		return nil, err
	}
	owner := make(map[string]lanes.Lease, len(held))
	for _, h := range held {
		owner[h.Name] = lanes.Lease{Owner: h.Owner, Fence: h.Fence}
	}
	var live []*write
	for _, w := range batch {
		has, ok := owner[w.lease.Lane]
		if w.stale = !ok || has.Owner != w.lease.Owner || has.Fence != w.lease.Fence; !w.stale {
			live = append(live, w)
		}
		if w.mark == free {
			delete(owner, w.lease.Lane) // what follows in the same batch is stale
		}
	}
	return live, nil
}

// applyLive writes what is not stale and returns the lanes that nobody holds
// though work is due in them.
func (db *DB) applyLive(ctx context.Context, tx *sqlx.Tx, live []*write) (due []string, err error) {
	var work []newWork
	for _, w := range live {
		work = append(work, w.work...)
	}
	in, err := db.insertWork(ctx, tx, work, seats{})
	if err != nil {
		return nil, err
	}
	if err := db.applyChanges(ctx, tx, live); err != nil {
		return nil, err
	}
	if err := db.applyMarks(ctx, tx, live); err != nil {
		return nil, err
	}
	left, err := db.settle(ctx, tx, live)
	if err != nil {
		return nil, fmt.Errorf("settle lanes: %w", err)
	}
	return append(in.free, left...), nil
}

// applyMarks changes the rows the writes are about.
func (db *DB) applyMarks(ctx context.Context, tx *sqlx.Tx, live []*write) error {
	now := time.Now().UnixMicro()
	of := make(map[mark][][]any)
	var screens [][]any
	for _, w := range live {
		var v []any
		switch w.mark {
		case save:
			v = []any{w.replies}
		case check:
			v = []any{w.sent}
		case finish:
			v = []any{now}
		case wait:
			v = []any{w.due, w.errors}
		case bury:
			v = []any{now, w.ref, w.cause}
		}
		of[w.mark] = append(of[w.mark], append([]any{w.row, w.lease.Lane}, v...))
		if w.screen.Person != 0 {
			screens = append(screens, []any{w.screen.Person, w.screen.Message, now, now})
		}
	}
	for _, m := range []mark{save, check, finish, wait, bury} {
		n, err := markRows(m).run(ctx, db, tx, of[m], nil)
		if err == nil && n < len(of[m]) {
			err = errNotOpen
		}
		if err != nil {
			return fmt.Errorf("work: %w", err)
		}
	}
	return screenTable.put(ctx, db, tx, screens)
}

// markRows is the statement that makes m of open rows. Its values start with
// the row and its lane.
func markRows(m mark) bulk {
	var set string
	types := []kind{integer, text}
	switch m {
	case save:
		set = `state = 'committed', replies = v.column3`
		types = append(types, bytea)
	case check:
		set = `sent = v.column3`
		types = append(types, integer)
	case finish:
		set = `state = 'closed', closed_at = v.column3, payload = NULL, replies = NULL, cause = NULL`
		types = append(types, integer)
	case wait:
		set = `due_at = v.column3, errors = errors + v.column4`
		types = append(types, integer, integer)
	case bury:
		set = `state = 'dead', closed_at = v.column3, ref = v.column4, cause = v.column5`
		types = append(types, integer, text, bytea)
	}
	return bulk{
		before: `UPDATE work SET ` + set + ` FROM `,
		types:  types,
		after: ` WHERE work.id = v.column1 AND work.lane = v.column2 AND work.closed_at IS NULL
			RETURNING work.id`,
	}
}

// settle brings the lanes up to date whose rows ended: when each is due next,
// and that nobody holds it when that is not now. A lane that is let go in any
// case and still has due work is returned.
func (db *DB) settle(ctx context.Context, tx *sqlx.Tx, live []*write) (due []string, err error) {
	ended := make(map[string]*write)
	let := make(map[string]*write)
	for _, w := range live {
		switch w.mark {
		case finish, wait, bury:
			ended[w.lease.Lane] = w
		case free:
			let[w.lease.Lane] = w
		}
	}
	if err := db.settleLanes(ctx, tx, ended, "h.due <= "+db.dialect.now, nil); err != nil {
		return nil, err
	}
	err = db.settleLanes(ctx, tx, let, "1 = 0", &due)
	return due, err
}

// settleLanes settles the lanes of writes and keeps the lease of those for
// which keep holds. Names of lanes let go with due work are appended to due.
func (db *DB) settleLanes(ctx context.Context, tx *sqlx.Tx, writes map[string]*write, keep string, due *[]string) error {
	if len(writes) == 0 {
		return nil
	}
	names := make([]string, 0, len(writes))
	for name := range writes {
		names = append(names, name)
	}
	from, args := db.dialect.values([]kind{text}, rowsOf(names))
	rows, err := db.query(ctx, tx, `
		WITH h AS (
			SELECT v.column1 AS name, (
				SELECT w.due_at FROM work w
				WHERE w.lane = v.column1 AND w.closed_at IS NULL
				ORDER BY w.id LIMIT 1
			) AS due
			FROM `+from+`
		)
		UPDATE lanes SET
			due_at = h.due,
			owner = CASE WHEN `+keep+` THEN lanes.owner ELSE '' END,
			lease_until = CASE WHEN `+keep+` THEN lanes.lease_until ELSE 0 END
		FROM h WHERE lanes.name = h.name
		RETURNING lanes.name, lanes.owner = '', lanes.due_at <= `+db.dialect.now, args...)
	if err != nil {
		return err
	}
	_, err = each(rows, func(r *sqlx.Rows) error {
		var name string
		var released bool
		var isDue *bool
		if err := r.Scan(&name, &released, &isDue); err != nil {
			return err
		}
		writes[name].released = released
		if due != nil && isDue != nil && *isDue {
			*due = append(*due, name)
		}
		return nil
	})
	return err
}
