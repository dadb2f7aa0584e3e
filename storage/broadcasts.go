package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"bazarbot/market"
)

// broadcastTable is broadcasts as they are made. From then on an admin changes
// only what is wanted of one, and only its lane's owner the rest.
var broadcastTable = table{
	name:    "broadcasts",
	columns: []string{"id", "author", "state", "wanted", "body", "audience", "due_at", "created_at"},
	types:   []kind{text, integer, text, text, bytea, text, integer, integer},
	keys:    1,
	replace: "id = excluded.id",
}

func broadcastPlace(id string) place { return place{"broadcast:" + id, "broadcasts", "body"} }

func (db *DB) broadcastRow(b market.Broadcast, now time.Time) []any {
	audience, err := json.Marshal(b.Audience)
	if err != nil {
		panic(fmt.Sprintf("storage: an audience: %v", err)) // lists of texts and numbers always encode
	}
	return []any{
		b.ID, b.By, string(b.State), string(b.Wanted), db.ring.seal(broadcastPlace(b.ID), b.Body),
		string(audience), micros(b.Due), orNow(b.Created, now),
	}
}

// steerBroadcasts notes what is wanted of broadcasts, in order. A cancelled one
// stays cancelled.
func steerBroadcasts(ctx context.Context, db *DB, tx *sqlx.Tx, rows [][]any) error {
	steer := bulk{
		before: `UPDATE broadcasts SET wanted = v.column2 FROM `,
		types:  []kind{text, text},
		after:  ` WHERE broadcasts.id = v.column1 AND broadcasts.wanted <> 'cancel' RETURNING 1`,
	}
	for _, row := range rows {
		if _, err := steer.run(ctx, db, tx, [][]any{row}, nil); err != nil {
			return fmt.Errorf("broadcasts: %w", err)
		}
	}
	return nil
}

// broadcastRecord is a broadcast as it stands in the database.
type broadcastRecord struct {
	ID       string
	Author   int64
	State    market.BroadcastState
	Wanted   market.BroadcastOrder
	Body     []byte
	Audience string
	Due      int64 `db:"due_at"`
	Created  int64 `db:"created_at"`
	Started  int64 `db:"started_at"`
	Ended    int64 `db:"ended_at"`
	Told     int64 `db:"told_at"`
	Worked   int64
	Total    int

	Delivered, Blocked, Failed int
}

const broadcastColumns = `id, author, state, wanted, body, audience, due_at, created_at, started_at, ended_at,
	told_at, worked, total, delivered, blocked, failed`

func (db *DB) openBroadcast(r broadcastRecord) (market.Broadcast, error) {
	body, err := db.ring.open(broadcastPlace(r.ID), r.Body)
	if err != nil {
		return market.Broadcast{}, err
	}
	b := market.Broadcast{
		ID: r.ID, By: r.Author, State: r.State, Wanted: r.Wanted, Body: body,
		Due: moment(r.Due), Created: moment(r.Created), Started: moment(r.Started), Ended: moment(r.Ended),
		Told: moment(r.Told), Worked: time.Duration(r.Worked) * time.Microsecond, Total: r.Total,
		Tally: market.Tally{Delivered: r.Delivered, Blocked: r.Blocked, Failed: r.Failed},
	}
	if err := json.Unmarshal([]byte(r.Audience), &b.Audience); err != nil {
		return market.Broadcast{}, fmt.Errorf("storage: audience of %s: %w", r.ID, err)
	}
	return b, nil
}

// Broadcast reads a broadcast.
func (db *DB) Broadcast(ctx context.Context, id string) (market.Broadcast, error) {
	var r broadcastRecord
	err := db.sql.GetContext(ctx, &r, db.sql.Rebind(`SELECT `+broadcastColumns+` FROM broadcasts WHERE id = ?`), id)
	if errors.Is(err, sql.ErrNoRows) {
		return market.Broadcast{}, ErrNotFound
	}
	if err != nil {
		return market.Broadcast{}, fmt.Errorf("storage: broadcast %s: %w", id, err)
	}
	return db.openBroadcast(r)
}

// Broadcasts lists the newest broadcasts, the last made first.
func (db *DB) Broadcasts(ctx context.Context, most int) ([]market.Broadcast, error) {
	found, err := collect[broadcastRecord](db.query(ctx, nil,
		`SELECT `+broadcastColumns+` FROM broadcasts ORDER BY created_at DESC, id LIMIT ?`, most))
	if err != nil {
		return nil, fmt.Errorf("storage: broadcasts: %w", err)
	}
	all := make([]market.Broadcast, len(found))
	for i, f := range found {
		if all[i], err = db.openBroadcast(f); err != nil {
			return nil, err
		}
	}
	return all, nil
}
