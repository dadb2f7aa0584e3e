package storage

import (
	"context"
	"fmt"
	"time"

	"bazarbot/market"
)

// deedTable is audit. What is written there is never changed.
var deedTable = table{
	name:    "audit",
	columns: []string{"id", "at", "actor", "what", "whom", "details"},
	types:   []kind{text, integer, integer, text, integer, bytea},
	keys:    1,
	replace: "id = excluded.id",
}

func deedPlace(id string) place { return place{"audit:" + id, "audit", "details"} }

func (db *DB) deedRow(d market.Deed, now time.Time) []any {
	return []any{d.ID, orNow(d.At, now), d.By, d.What, d.Whom, db.ring.seal(deedPlace(d.ID), []byte(d.Details))}
}

// Deeds lists a page of the audit log, the newest first, and tells how many
// entries there are.
func (db *DB) Deeds(ctx context.Context, skip, most int) (deeds []market.Deed, all int, err error) {
	if err := db.sql.GetContext(ctx, &all, `SELECT COUNT(*) FROM audit`); err != nil {
		return nil, 0, fmt.Errorf("storage: audit: %w", err)
	}
	found, err := collect[struct {
		ID      string
		At      int64
		Actor   int64
		What    string
		Whom    int64
		Details []byte
	}](db.query(ctx, nil, `SELECT id, at, actor, what, whom, details FROM audit
		ORDER BY at DESC, id DESC LIMIT ? OFFSET ?`, most, skip))
	if err != nil {
		return nil, 0, fmt.Errorf("storage: audit: %w", err)
	}
	for _, f := range found {
		details, err := db.ring.open(deedPlace(f.ID), f.Details)
		if err != nil {
			return nil, 0, err
		}
		deeds = append(deeds, market.Deed{
			ID: f.ID, At: moment(f.At), By: f.Actor, What: f.What, Whom: f.Whom, Details: string(details),
		})
	}
	return deeds, all, nil
}
