package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"bazarbot/market"
)

// AmendCatalogueEntry replaces what is kept under key by what amend makes of it
// (nil: of nothing), in one transaction: of two processes that amend at once,
// the second is given what the first one wrote, so what both add is kept. amend
// must not take long, nor use the database.
func (db *DB) AmendCatalogueEntry(ctx context.Context, m market.ID, key string, at time.Time, amend func(body []byte) ([]byte, error)) error {
	err := db.transact(ctx, func(tx *sqlx.Tx) error {
		// A row must be there to be locked; a body is never empty otherwise.
		if _, err := tx.ExecContext(ctx, tx.Rebind(`
			INSERT INTO catalogue (market, key, body, fetched_at) VALUES (?, ?, ?, 0)
			ON CONFLICT (market, key) DO NOTHING`), string(m), key, []byte{}); err != nil {
			return err
		}
		var body []byte
		if err := tx.GetContext(ctx, &body, tx.Rebind(
			`SELECT body FROM catalogue WHERE market = ? AND key = ?`+db.dialect.lock), string(m), key); err != nil {
			return err
		}
		body, err := amended(body, amend)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, tx.Rebind(
			`UPDATE catalogue SET body = ?, fetched_at = ? WHERE market = ? AND key = ?`),
			body, at.UnixMicro(), string(m), key)
		return err
	})
	if err != nil {
		return fmt.Errorf("storage: amend catalogue of %s, %s: %w", m, key, err)
	}
	return nil
}

// amended is a packed body after amend; an empty one stands for none.
func amended(packed []byte, amend func([]byte) ([]byte, error)) ([]byte, error) {
	var body []byte
	if len(packed) > 0 {
		var err error
		if body, err = unpack(packed); err != nil {
			return nil, err
		}
	}
	body, err := amend(body)
	if err != nil {
		return nil, err
	}
	return pack(body)
}
