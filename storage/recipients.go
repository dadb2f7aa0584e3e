package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"bazarbot/lanes"
	"bazarbot/market"
)

// What the owner of the lane writes about a broadcast goes in transactions of
// their own, not with the batches of other writes: a large audience takes a while.

// fencedAlone makes a fenced write with effect in the same transaction.
func (db *DB) fencedAlone(ctx context.Context, op string, w *write, effect func(tx *sqlx.Tx) error) error {
	return db.fencedAfter(ctx, op, w, func(*sqlx.Tx) error { return nil }, effect)
}

// fencedAfter does slow first, in the same transaction, which comes to nothing
// when the lane is lost. Only then the lane is locked: while it is, no lease of
// this process can be renewed.
func (db *DB) fencedAfter(ctx context.Context, op string, w *write, slow, effect func(tx *sqlx.Tx) error) error {
	var due []string
	err := again(db, []*write{w}, func([]*write) error {
		due = nil
		return db.transact(ctx, func(tx *sqlx.Tx) error {
			if err := slow(tx); err != nil {
				return err
			}
			live, err := db.fence(ctx, tx, []*write{w})
			if err == nil && len(live) == 0 {
				err = lanes.ErrStale
			}
			if err != nil {
				return err
			}
			if err := effect(tx); err != nil {
				return err
			}
			due, err = db.applyLive(ctx, tx, live)
			return err
		})
	})
	switch {
	case errors.Is(err, lanes.ErrStale):
		return lanes.ErrStale
	case err != nil:
		return fmt.Errorf("storage: %s: %w", op, err)
	}
	db.tell(ctx, due)
	if w.released {
		lanes.Released(ctx, w.lease)
	}
	return nil
}

// BeginBroadcast has a broadcast run. Whom it is for is decided the first time,
// in the same transaction: who comes later does not get it, and nobody of them is
// forgotten. It returns how many they are.
func (db *DB) BeginBroadcast(ctx context.Context, lease lanes.Lease, b market.Broadcast, now time.Time) (total int, err error) {
	list := func(tx *sqlx.Tx) error {
		if !b.Started.IsZero() {
			total = b.Total
			return nil
		}
		where, args := db.audience(b.Audience, now)
		res, err := tx.ExecContext(ctx, tx.Rebind(`
			INSERT INTO recipients (broadcast, person, lang, state)
			SELECT ?, p.id, p.lang, 'waiting' FROM persons p WHERE `+where), append([]any{b.ID}, args...)...)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		total = int(n)
		return err
	}
	started := b.Started
	if started.IsZero() {
		started = now
	}
	err = db.fencedAfter(ctx, "begin broadcast "+b.ID, &write{lease: lease}, list, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, tx.Rebind(
			`UPDATE broadcasts SET state = 'running', started_at = ?, total = ? WHERE id = ?`), started.UnixMicro(), total, b.ID)
		return err
	})
	return total, err
}

// TakeRecipients notes that up to n recipients are about to be sent to, and
// returns them: those first whom an owner that died was at. None means that
// everybody has been.
func (db *DB) TakeRecipients(ctx context.Context, lease lanes.Lease, broadcast string, n int) ([]market.Recipient, error) {
	var taken []market.Recipient
	err := db.fencedAlone(ctx, "take recipients of "+broadcast, &write{lease: lease}, func(tx *sqlx.Tx) error {
		taken = nil
		found, err := collect[struct {
			Person int64
			Lang   market.Lang
			Tries  int
		}](db.query(ctx, tx, `
			UPDATE recipients SET state = 'sending'
			WHERE broadcast = ? AND person IN (
				SELECT person FROM recipients WHERE broadcast = ? AND ended_at = 0
				ORDER BY tries, person LIMIT ?)
			RETURNING person, lang, tries`, broadcast, broadcast, n))
		for _, f := range found {
			taken = append(taken, market.Recipient{Person: f.Person, Lang: f.Lang, Tries: f.Tries})
		}
		return err
	})
	return taken, err
}

// deliver is the statement that notes how tries ended.
var deliver = bulk{
	before: `UPDATE recipients SET state = v.column3, tries = v.column4, reason = v.column5, ended_at = v.column6 FROM `,
	types:  []kind{text, integer, text, integer, text, integer},
	after:  ` WHERE recipients.broadcast = v.column1 AND recipients.person = v.column2 AND recipients.ended_at = 0 RETURNING recipients.state`,
}

// RecordDeliveries notes how tries ended, adds them to the broadcast's tally, and
// closes the row with what follows it, in one transaction. Told is when the
// progress was told last; zero: as before.
func (db *DB) RecordDeliveries(ctx context.Context, lease lanes.Lease, row int64, broadcast string, all []market.Delivery, took time.Duration, told time.Time, follow ...lanes.NewRow) error {
	w, err := db.closing(lease, row, follow)
	if err != nil {
		return err
	}
	rows := make([][]any, len(all))
	for i, d := range all {
		rows[i] = []any{broadcast, d.Person, string(d.State), d.Tries, d.Reason, micros(d.At)}
	}
	return db.fencedAlone(ctx, "record deliveries of "+broadcast, w, func(tx *sqlx.Tx) error {
		count := make(map[market.RecipientState]int)
		_, err := deliver.run(ctx, db, tx, rows, func(r *sqlx.Rows) error {
			var state market.RecipientState
			err := r.Scan(&state)
			count[state]++
			return err
		})
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, tx.Rebind(`
			UPDATE broadcasts SET delivered = delivered + ?, blocked = blocked + ?, failed = failed + ?,
				worked = worked + ?, told_at = CASE WHEN ? > told_at THEN ? ELSE told_at END
			WHERE id = ?`),
			count[market.RecipientDelivered], count[market.RecipientBlocked], count[market.RecipientFailed],
			took.Microseconds(), micros(told), micros(told), broadcast)
		return err
	})
}

// SettleBroadcast notes that a broadcast has come to rest in a state, and closes
// the row with what follows it.
func (db *DB) SettleBroadcast(ctx context.Context, lease lanes.Lease, row int64, broadcast string, state market.BroadcastState, follow ...lanes.NewRow) error {
	w, err := db.closing(lease, row, follow)
	if err != nil {
		return err
	}
	ended := int64(0)
	if state.Over() {
		ended = time.Now().UnixMicro()
	}
	return db.fencedAlone(ctx, "settle broadcast "+broadcast, w, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, tx.Rebind(
			`UPDATE broadcasts SET state = ?, ended_at = ? WHERE id = ? AND ended_at = 0`), string(state), ended, broadcast)
		return err
	})
}

// closing is the write that closes a row.
func (db *DB) closing(lease lanes.Lease, row int64, follow []lanes.NewRow) (*write, error) {
	work, err := db.sealRows(follow)
	return &write{lease: lease, row: row, mark: finish, work: work}, err
}

// Failures lists those whom a broadcast did not reach, and why.
func (db *DB) Failures(ctx context.Context, broadcast string) ([]market.Delivery, error) {
	found, err := collect[struct {
		Person int64
		State  market.RecipientState
		Tries  int
		Reason string
		Ended  int64 `db:"ended_at"`
	}](db.query(ctx, nil, `SELECT person, state, tries, reason, ended_at FROM recipients
		WHERE broadcast = ? AND state IN ('blocked', 'failed') ORDER BY state DESC, person`, broadcast))
	if err != nil {
		return nil, fmt.Errorf("storage: failures of %s: %w", broadcast, err)
	}
	failures := make([]market.Delivery, len(found))
	for i, f := range found {
		failures[i] = market.Delivery{Person: f.Person, State: f.State, Tries: f.Tries, Reason: f.Reason, At: moment(f.Ended)}
	}
	return failures, nil
}
