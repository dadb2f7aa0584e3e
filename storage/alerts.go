package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"bazarbot/lanes"
	"bazarbot/market"
)

// AddAlert counts something that the operator must hear of.
func (db *DB) AddAlert(ctx context.Context, a market.Alert) error {
	_, err := db.sql.ExecContext(ctx, db.sql.Rebind(`
		INSERT INTO alerts (kind, count, detail, told_at) VALUES (?, ?, ?, 0)
		ON CONFLICT (kind) DO UPDATE SET count = alerts.count + excluded.count, detail = excluded.detail`),
		string(a.Kind), a.Count, a.Detail)
	if err != nil {
		return fmt.Errorf("storage: alert %s: %w", a.Kind, err)
	}
	return nil
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
