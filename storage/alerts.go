package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"bazarbot/lanes"
	"bazarbot/market"
)

// Details that are told together are bounded, in bytes.
const (
	longestDetail = 2000 // of what is told once: a message of Telegram's holds them
	longestFew    = 250  // of what is counted: a few lines
)

// AddAlert counts something that the operator must hear of. What is told once is
// counted the first time only.
func (db *DB) AddAlert(ctx context.Context, a market.Alert) error {
	longest := longestFew
	err := db.transact(ctx, func(tx *sqlx.Tx) error {
		if a.Once != "" {
			first, err := db.markAlert(ctx, tx, a)
			if err != nil || !first {
				return err
			}
			a.Count, longest = 1, longestDetail
		}
		_, err := tx.ExecContext(ctx, tx.Rebind(`
			INSERT INTO alerts (kind, count, detail, told_at) VALUES (?, ?, ?, 0)
			ON CONFLICT (kind) DO UPDATE SET count = alerts.count + excluded.count, detail = CASE
				WHEN alerts.count = 0 OR ? THEN excluded.detail
				WHEN LENGTH(alerts.detail) + LENGTH(excluded.detail) > ? THEN alerts.detail
				ELSE alerts.detail || ? || excluded.detail END`),
			string(a.Kind), a.Count, a.Detail, a.Once == "" && !a.Each, longest, "\n")
		return err
	})
	if err != nil {
		return fmt.Errorf("storage: alert %s: %w", a.Kind, err)
	}
	return nil
}

// markAlert notes what is told once, in a row that counts nothing and so is
// never due, and when that was heard of last. It reports whether it is new.
func (db *DB) markAlert(ctx context.Context, tx *sqlx.Tx, a market.Alert) (isNew bool, err error) {
	mark := string(a.Kind) + " " + a.Once
	res, err := tx.ExecContext(ctx, tx.Rebind(`
		INSERT INTO alerts (kind, count, detail, told_at) VALUES (?, 0, '', `+db.dialect.now+`)
		ON CONFLICT (kind) DO UPDATE SET told_at = excluded.told_at
		WHERE CAST(? AS BIGINT) > 0 AND alerts.told_at <= excluded.told_at - CAST(? AS BIGINT)`),
		mark, a.Quiet.Microseconds(), a.Quiet.Microseconds())
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	if err != nil || n == 1 {
		return n == 1, err
	}
	_, err = tx.ExecContext(ctx, tx.Rebind(`UPDATE alerts SET told_at = `+db.dialect.now+` WHERE kind = ?`), mark)
	return false, err
}

// TellAlerts takes the alerts that are due: those of which nothing was told for
// at least the given time. Tell makes rows of them, which are committed with
// that; so one process tells each, and none is lost.
func (db *DB) TellAlerts(ctx context.Context, every time.Duration, tell func([]market.Alert) []lanes.NewRow) error {
	var free []string
	err := db.transact(ctx, func(tx *sqlx.Tx) error {
		found, err := collect[struct {
			Kind   market.AlertKind
			Count  int
			Detail string
		}](db.query(ctx, tx, `
			SELECT kind, count, detail FROM alerts WHERE count > 0 AND told_at <= `+db.dialect.now+` - ?
			ORDER BY kind`+db.dialect.skip, every.Microseconds()))
		if err != nil || len(found) == 0 {
			return err
		}
		alerts := make([]market.Alert, len(found))
		for i, f := range found {
			alerts[i] = market.Alert{Kind: f.Kind, Count: f.Count, Detail: f.Detail}
			_, err := tx.ExecContext(ctx, tx.Rebind(
				`UPDATE alerts SET count = 0, told_at = `+db.dialect.now+` WHERE kind = ?`), string(f.Kind))
			if err != nil {
				return err
			}
		}
		work, err := db.sealRows(tell(alerts))
		if err != nil {
			return err
		}
		in, err := db.insertWork(ctx, tx, work, seats{})
		free = in.free
		return err
	})
	if err != nil {
		return fmt.Errorf("storage: tell alerts: %w", err)
	}
	db.tell(ctx, free)
	return nil
}
