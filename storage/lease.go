package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"bazarbot/lanes"
)

// Leases are compared by the database's own clock, so that replicas whose
// clocks differ agree on who holds what. The lease an owner is told counts from
// before the call by its own clock, so it never believes in it for too long.

// Claim takes up to n lanes of the class that have due work and that nobody
// holds, those first that wait longest. Each comes with its head row. When the
// tenure before was not released, that row's Expired grows.
func (db *DB) Claim(ctx context.Context, owner, class string, n int, ttl time.Duration) ([]lanes.Claimed, error) {
	asked := time.Now()
	got, err := collect[struct {
		Name   string
		Fence  int64
		Lapsed bool
	}](db.query(ctx, nil, `
		WITH due AS MATERIALIZED (
			SELECT name FROM lanes
			WHERE class = ? AND due_at <= `+db.dialect.now+` AND lease_until <= `+db.dialect.now+`
			ORDER BY due_at LIMIT ?`+db.dialect.skip+`
		)
		UPDATE lanes SET
			owner = ?, fence = fence + 1, lease_until = `+db.dialect.now+` + ?,
			lapsed = CASE WHEN owner = '' THEN 0 ELSE 1 END
		WHERE name IN (SELECT name FROM due)
		RETURNING name, fence, lapsed`,
		class, n, owner, ttl.Microseconds()))
	if err != nil {
		return nil, fmt.Errorf("storage: claim %s lanes: %w", class, err)
	}
	claimed := make([]lanes.Claimed, len(got))
	names := make([]string, len(got))
	var lapsed []string
	for i, g := range got {
		claimed[i].Lease = lanes.Lease{Lane: g.Name, Owner: owner, Fence: g.Fence, Until: asked.Add(ttl)}
		if names[i] = g.Name; g.Lapsed {
			lapsed = append(lapsed, g.Name)
		}
	}
	// The lanes are ours now: what fails from here on must not lose them.
	if err := db.giveHeads(ctx, claimed, names, lapsed); err != nil {
		db.log.Warn("storage: a claim came without its rows", "class", class, "err", err)
	}
	return claimed, nil
}

// giveHeads adds each claimed lane's head row, if it is due. What cannot be read
// here nobody has worked, so no ended lease is counted against it.
func (db *DB) giveHeads(ctx context.Context, claimed []lanes.Claimed, names, lapsed []string) error {
	heads, err := db.heads(ctx, names)
	if err != nil {
		return err
	}
	var read []string
	for _, name := range lapsed {
		if row, ok := heads[name]; ok {
			row.Expired++
			heads[name], read = row, append(read, name)
		}
	}
	if err := db.countExpired(ctx, read); err != nil {
		return err
	}
	for i := range claimed {
		if row, ok := heads[claimed[i].Lease.Lane]; ok {
			claimed[i].Rows = []lanes.Row{row}
		}
	}
	return nil
}

// headID is the id of the head row of lane v.column1.
const headID = `(SELECT h.id FROM work h WHERE h.lane = v.column1 AND h.closed_at IS NULL ORDER BY h.id LIMIT 1)`

// rowsOf makes rows of one value each.
func rowsOf(names []string) [][]any {
	rows := make([][]any, len(names))
	for i, name := range names {
		rows[i] = []any{name}
	}
	return rows
}

// countExpired adds an ended lease to the head rows of the lanes.
func (db *DB) countExpired(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	from, args := db.dialect.values([]kind{text}, rowsOf(names))
	_, err := db.sql.ExecContext(ctx, db.sql.Rebind(`UPDATE work SET expired = expired + 1
		WHERE id IN (SELECT `+headID+` FROM `+from+`) AND due_at <= `+db.dialect.now), args...)
	return err
}

// heads reads the head rows of the lanes that are due.
func (db *DB) heads(ctx context.Context, names []string) (map[string]lanes.Row, error) {
	if len(names) == 0 {
		return nil, nil
	}
	from, args := db.dialect.values([]kind{text}, rowsOf(names))
	found, err := collect[rowRecord](db.query(ctx, nil, `SELECT `+rowColumns+`
		FROM `+from+` JOIN work w ON w.id = `+headID+` WHERE w.due_at <= `+db.dialect.now, args...))
	if err != nil {
		return nil, err
	}
	heads := make(map[string]lanes.Row, len(found))
	for _, f := range found {
		row, err := db.openRow(f)
		if err != nil { // the key may come back
			db.log.Error("storage: a row cannot be read", "lane", f.Lane, "row", f.ID, "err", err)
			continue
		}
		heads[f.Lane] = row
	}
	return heads, nil
}

// rowColumns are those of a rowRecord, in a query where work is w.
const rowColumns = `w.id, w.lane, w.key, w.kind, w.state, w.payload, w.replies,
	w.sent, w.errors, w.expired, w.arrived_at`

// rowRecord is a row as it stands in the database.
type rowRecord struct {
	ID               int64
	Lane, Key, Kind  string
	State            lanes.RowState
	Payload, Replies []byte
	Sent             int
	Errors, Expired  int
	Arrived          int64 `db:"arrived_at"`
	Due              bool
}

// openRow opens what a row holds. What was damaged is the row's own trouble; a
// key that is missing is an error, as another process may have it.
func (db *DB) openRow(f rowRecord) (lanes.Row, error) {
	row := lanes.Row{
		ID: f.ID, Lane: f.Lane, Key: f.Key, Kind: f.Kind, State: f.State,
		Sent: f.Sent, Errors: f.Errors, Expired: f.Expired, Arrived: moment(f.Arrived),
	}
	var failed error
	if row.Payload, failed = db.ring.open(workPlace(f.Lane, "payload"), f.Payload); failed == nil {
		row.Replies, failed = db.ring.open(workPlace(f.Lane, "replies"), f.Replies)
	}
	var missing *missingKey
	if errors.As(failed, &missing) {
		return lanes.Row{}, failed
	}
	row.Damage = failed
	return row, nil
}

// Rows returns the lane's open rows in order, at most n, up to the first that
// is not due. Under a stale lease there are none.
func (db *DB) Rows(ctx context.Context, lease lanes.Lease, n int) ([]lanes.Row, error) {
	found, err := collect[rowRecord](db.query(ctx, nil, `
		SELECT `+rowColumns+`, w.due_at <= `+db.dialect.now+` AS due
		FROM work w JOIN lanes l ON l.name = w.lane
		WHERE w.lane = ? AND l.owner = ? AND l.fence = ? AND w.closed_at IS NULL
		ORDER BY w.id LIMIT ?`, lease.Lane, lease.Owner, lease.Fence, n))
	if err != nil {
		return nil, fmt.Errorf("storage: rows of %s: %w", lease.Lane, err)
	}
	var rows []lanes.Row
	for _, f := range found {
		if !f.Due {
			break
		}
		row, err := db.openRow(f)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// Renew makes owner's leases last ttl from now, and returns those that it still
// holds.
func (db *DB) Renew(ctx context.Context, owner string, leases []lanes.Lease, ttl time.Duration) ([]lanes.Lease, error) {
	asked := time.Now()
	names := make([]string, len(leases))
	fences := make(map[string]int64, len(leases))
	for i, l := range leases {
		names[i] = l.Lane
		fences[l.Lane] = max(fences[l.Lane], l.Fence)
	}
	if len(names) == 0 {
		return nil, nil
	}
	list, args := db.dialect.names(names)
	kept, err := collect[lane](db.query(ctx, nil, `
		WITH held AS MATERIALIZED (
			SELECT name FROM lanes WHERE owner = ? AND name `+list+` ORDER BY name`+db.dialect.lock+`
		)
		UPDATE lanes SET lease_until = `+db.dialect.now+` + ?
		WHERE name IN (SELECT name FROM held)
		RETURNING name, owner, fence`, slices.Concat([]any{owner}, args, []any{ttl.Microseconds()})...))
	if err != nil {
		return nil, fmt.Errorf("storage: renew %d leases: %w", len(leases), err)
	}
	var still []lanes.Lease
	for _, k := range kept {
		if fences[k.Name] == k.Fence {
			still = append(still, lanes.Lease{Lane: k.Name, Owner: owner, Fence: k.Fence, Until: asked.Add(ttl)})
		}
	}
	return still, nil
}

// Hold takes a lane as a lease for what only one process may do. The lane has
// no rows; it is made when it is new. Not ok means that somebody holds it, who
// may be owner itself. Renew and Release work as for any lane.
func (db *DB) Hold(ctx context.Context, owner, lane string, ttl time.Duration) (lease lanes.Lease, ok bool, err error) {
	asked := time.Now()
	var fences []int64
	err = db.sql.SelectContext(ctx, &fences, db.sql.Rebind(`
		INSERT INTO lanes (name, class, owner, fence, lease_until)
		VALUES (?, ?, ?, 1, `+db.dialect.now+` + ?)
		ON CONFLICT (name) DO UPDATE SET
			owner = excluded.owner, fence = lanes.fence + 1, lease_until = excluded.lease_until
		WHERE lanes.lease_until <= `+db.dialect.now+`
		RETURNING fence`), lane, lanes.Class(lane), owner, ttl.Microseconds())
	if err != nil {
		return lanes.Lease{}, false, fmt.Errorf("storage: hold %s: %w", lane, err)
	}
	if len(fences) == 0 {
		return lanes.Lease{}, false, nil
	}
	return lanes.Lease{Lane: lane, Owner: owner, Fence: fences[0], Until: asked.Add(ttl)}, true, nil
}

// clearLeases frees all lanes. The embedded database has one process, so who
// held one is gone; the row it was at is counted as for any lease that ended.
func (db *DB) clearLeases(ctx context.Context) error {
	var names []string
	err := db.sql.SelectContext(ctx, &names, `SELECT name FROM lanes WHERE owner <> ''`)
	if err == nil {
		err = db.countExpired(ctx, names)
	}
	if err == nil {
		_, err = db.sql.ExecContext(ctx, `UPDATE lanes SET owner = '', lease_until = 0 WHERE owner <> ''`)
	}
	if err != nil {
		return fmt.Errorf("storage: clear leases: %w", err)
	}
	return nil
}
