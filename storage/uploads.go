package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"bazarbot/market"
)

var uploadTable = table{
	name:    "uploads",
	columns: []string{"account", "hash", "remote", "uploaded_at"},
	types:   []kind{text, text, text, integer},
	keys:    2,
}

func uploadRow(u market.Upload, now time.Time) []any {
	return []any{u.Account, u.Hash, u.Remote, orNow(u.At, now)}
}

// dropUploads forgets pictures that their market is to have no longer.
func dropUploads(ctx context.Context, tx *sqlx.Tx, drop []market.Upload) error {
	for _, u := range drop {
		_, err := tx.ExecContext(ctx, tx.Rebind(`DELETE FROM uploads WHERE account = ? AND remote = ?`), u.Account, u.Remote)
		if err != nil {
			return fmt.Errorf("uploads: %w", err)
		}
	}
	return nil
}

// Upload tells under which id the market has a picture already, sent with the
// same account. Not ok: it has to be sent.
func (db *DB) Upload(ctx context.Context, account, hash string) (remote string, ok bool, err error) {
	err = db.sql.GetContext(ctx, &remote, db.sql.Rebind(
		`SELECT remote FROM uploads WHERE account = ? AND hash = ?`), account, hash)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("storage: upload of account %s: %w", account, err)
	}
	return remote, true, nil
}

// Uploads lists the ids under which the market has the pictures that were sent
// for a scope: an account, or one ad of it.
func (db *DB) Uploads(ctx context.Context, scope string) (remotes []string, err error) {
	err = db.sql.SelectContext(ctx, &remotes, db.sql.Rebind(
		`SELECT remote FROM uploads WHERE account = ? ORDER BY uploaded_at, hash`), scope)
	if err != nil {
		return nil, fmt.Errorf("storage: uploads of %s: %w", scope, err)
	}
	return remotes, nil
}

// CountUploads counts the pictures an account has sent since a moment, for
// markets that limit them. One whose answer was lost counts too: the market may
// have it.
func (db *DB) CountUploads(ctx context.Context, account string, since time.Time) (n int, err error) {
	err = db.sql.GetContext(ctx, &n, db.sql.Rebind(`
		SELECT (SELECT COUNT(*) FROM uploads WHERE account = ? AND uploaded_at >= ?)
			+ (SELECT COUNT(*) FROM attempts
				WHERE account = ? AND ended_at = 0 AND state = ? AND step LIKE ? AND begun_at >= ?)`),
		account, since.UnixMicro(),
		account, string(market.AttemptBegun), market.StepPhoto+"%", since.UnixMicro())
	if err != nil {
		return 0, fmt.Errorf("storage: count uploads of account %s: %w", account, err)
	}
	return n, nil
}
