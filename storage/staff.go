package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"bazarbot/market"
)

// staffTable is staff as it is appointed and dismissed. Owners are the settings'
// business: nobody dismisses them here.
var staffTable = table{
	name:    "staff",
	columns: []string{"person", "role", "appointed_by", "since"},
	types:   []kind{integer, text, integer, integer},
	keys:    1,
	replace: `role = CASE WHEN staff.role = 'owner' THEN staff.role ELSE excluded.role END,
		appointed_by = excluded.appointed_by, since = excluded.since`,
}

func staffRow(s market.Staff, now time.Time) []any {
	return []any{s.Person, string(s.Role), s.By, orNow(s.Since, now)}
}

// blockTable is persons as somebody is kept out or let in.
var blockTable = table{
	name:    "persons",
	columns: []string{"id", "blocked_at", "created_at", "seen_at"},
	types:   []kind{integer, integer, integer, integer},
	keys:    1,
	replace: "blocked_at = excluded.blocked_at",
}

func blockRow(b market.Block, now time.Time) []any {
	return []any{b.Person, micros(b.At), now.UnixMicro(), now.UnixMicro()}
}

// newsTable is persons as somebody turns broadcasts off or on.
var newsTable = table{
	name:    "persons",
	columns: []string{"id", "news_off", "created_at", "seen_at"},
	types:   []kind{integer, integer, integer, integer},
	keys:    1,
	replace: "news_off = excluded.news_off",
}

func newsRow(n market.News, now time.Time) []any {
	off := 0
	if n.Off {
		off = 1
	}
	return []any{n.Person, off, now.UnixMicro(), now.UnixMicro()}
}

// SetOwners makes the persons owners whom the settings name, and nobody else.
func (db *DB) SetOwners(ctx context.Context, persons []int64) error {
	persons = slices.Compact(slices.Sorted(slices.Values(persons)))
	now := time.Now().UnixMicro()
	var err error
	for range 3 { // processes that start together get in each other's way
		err = db.transact(ctx, func(tx *sqlx.Tx) error { return setOwners(ctx, tx, persons, now) })
		if err == nil || !db.dialect.retry(err) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("storage: set the owners: %w", err)
	}
	return nil
}

func setOwners(ctx context.Context, tx *sqlx.Tx, persons []int64, now int64) error {
	for _, person := range persons {
		if _, err := tx.ExecContext(ctx, tx.Rebind(`
			INSERT INTO staff (person, role, appointed_by, since) VALUES (?, 'owner', 0, ?)
			ON CONFLICT (person) DO UPDATE SET role = 'owner', appointed_by = 0`), person, now); err != nil {
			return err
		}
	}
	if len(persons) == 0 {
		_, err := tx.ExecContext(ctx, `DELETE FROM staff WHERE role = 'owner'`)
		return err
	}
	query, args, err := sqlx.In(`DELETE FROM staff WHERE role = 'owner' AND person NOT IN (?)`, persons)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, tx.Rebind(query), args...)
	return err
}

// staffRecord is somebody with a role as it stands in the database.
type staffRecord struct {
	Person int64
	Role   market.StaffRole
	By     int64 `db:"appointed_by"`
	Since  int64
}

// staffQuery is how StaffRole reads.
const staffQuery = `SELECT person, role, appointed_by, since FROM staff WHERE person ?`

// StaffRole is a person's role as of now; "" for most. Callers at the same time
// share a query.
func (db *DB) StaffRole(ctx context.Context, person int64) (market.StaffRole, error) {
	found, err := db.roles.of(ctx, person)
	if err != nil {
		return "", fmt.Errorf("storage: role of %d: %w", person, err)
	}
	if len(found) == 0 {
		return "", nil
	}
	return found[0].Role, nil
}

// Staff lists everybody with a role, the longest appointed first.
func (db *DB) Staff(ctx context.Context) ([]market.Staff, error) {
	found, err := collect[staffRecord](db.query(ctx, nil,
		`SELECT person, role, appointed_by, since FROM staff WHERE role <> '' ORDER BY since, person`))
	if err != nil {
		return nil, fmt.Errorf("storage: staff: %w", err)
	}
	staff := make([]market.Staff, len(found))
	for i, f := range found {
		staff[i] = market.Staff{Person: f.Person, Role: f.Role, By: f.By, Since: moment(f.Since)}
	}
	return staff, nil
}
