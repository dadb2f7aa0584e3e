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

// watchTable is watches as a commit writes it, which only ever brings a look
// forward.
var watchTable = table{
	name:    "watches",
	columns: []string{"account", "due_at"},
	types:   []kind{text, integer},
	keys:    1,
	replace: "due_at = CASE WHEN excluded.due_at < watches.due_at THEN excluded.due_at ELSE watches.due_at END",
}

// soon is how long after an ad has come to be somebody looks at it: a market's
// moderators need a while.
const soon = time.Minute

// watchRows has somebody look soon at accounts that were connected, and at those
// with a new ad.
func watchRows(ch market.Changes, now time.Time) (rows [][]any) {
	for _, b := range ch.Bindings {
		rows = append(rows, []any{b.Account, now.Add(soon).UnixMicro()})
	}
	for _, a := range ch.Accounts { // last: of two rows of one account the last one counts
		rows = append(rows, []any{a.ID, now.UnixMicro()})
	}
	return rows
}

// ClaimWatches takes up to n looks that are due, those first that have waited
// longest. Each is its caller's for the given time: whoever has not saved it by
// then is followed by another.
func (db *DB) ClaimWatches(ctx context.Context, n int, hold time.Duration) ([]market.Watch, error) {
	now := db.dialect.now // one clock for all replicas
	claimed, err := collect[watchRecord](db.query(ctx, nil, `
		WITH due AS MATERIALIZED (
			SELECT account FROM watches WHERE due_at <= `+now+` ORDER BY due_at LIMIT ?`+db.dialect.skip+`
		)
		UPDATE watches SET due_at = `+now+` + ?, version = version + 1
		WHERE account IN (SELECT account FROM due)
		RETURNING account, body, version, due_at`, n, hold.Microseconds()))
	if err != nil {
		return nil, fmt.Errorf("storage: claim watches: %w", err)
	}
	watches := make([]market.Watch, 0, len(claimed))
	for _, c := range claimed {
		w, err := db.openWatch(ctx, c)
		switch {
		case errors.Is(err, ErrNotFound):
			err = db.dropWatch(ctx, c.Account)
		case err == nil:
			watches = append(watches, w)
		}
		if err != nil { // one must not keep the others from being looked at
			db.log.Warn("storage: a look cannot be taken", "account", c.Account, "error", err)
		}
	}
	return watches, nil
}

// dropWatch forgets an account that was disconnected while an ad of it came to be.
func (db *DB) dropWatch(ctx context.Context, account string) error {
	_, err := db.sql.ExecContext(ctx, db.sql.Rebind(
		`DELETE FROM watches WHERE account = ? AND NOT EXISTS (SELECT 1 FROM accounts WHERE id = ?)`), account, account)
	return err
}

// watchRecord is a look as it stands in the database.
type watchRecord struct {
	Account string
	Body    []byte
	Version int64
	Due     int64 `db:"due_at"`
}

func (db *DB) openWatch(ctx context.Context, r watchRecord) (market.Watch, error) {
	a, err := db.Account(ctx, r.Account)
	if err != nil {
		return market.Watch{}, err
	}
	w := market.Watch{Account: a, Version: r.Version, Due: moment(r.Due)}
	var p struct {
		Lang market.Lang
		Away bool
	}
	err = db.sql.GetContext(ctx, &p, db.sql.Rebind(
		`SELECT lang, (gone_at IS NOT NULL OR blocked_at > 0) AS away FROM persons WHERE id = ?`), a.Person)
	if err != nil {
		return w, fmt.Errorf("storage: watch of account %s: %w", r.Account, err)
	}
	w.Lang, w.Away = p.Lang, p.Away
	if r.Body == nil {
		return w, nil
	}
	if w.Known, err = db.ring.open(accountPlace(r.Account, "watches", "body"), r.Body); err != nil {
		return w, fmt.Errorf("storage: watch of account %s: %w", r.Account, err)
	}
	return w, nil
}

// SaveWatch ends a look: what is known now, when to look next, and the rows that
// tell of it, in one transaction. A look that was brought forward meanwhile stays
// so. Not saved: another process has taken it over, or the account is gone.
func (db *DB) SaveWatch(ctx context.Context, w market.Watch, next time.Duration, rows ...lanes.NewRow) (saved bool, err error) {
	work, err := db.sealRows(rows)
	if err != nil {
		return false, err
	}
	var known any
	if w.Known != nil {
		known = db.ring.seal(accountPlace(w.Account.ID, "watches", "body"), w.Known)
	}
	var in inserted
	err = db.transact(ctx, func(tx *sqlx.Tx) error {
		var err error // lanes before accounts, as every commit goes
		if in, err = db.insertWork(ctx, tx, work, seats{}); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, tx.Rebind(`
			UPDATE watches SET body = ?, due_at = CASE
				WHEN due_at < ? AND due_at < `+db.dialect.now+` + ? THEN due_at
				ELSE `+db.dialect.now+` + ? END
			WHERE account = ? AND version = ?`),
			known, micros(w.Due), next.Microseconds(), next.Microseconds(), w.Account.ID, w.Version)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			err = errTakenOver
		}
		return err
	})
	if errors.Is(err, errTakenOver) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("storage: save the watch of account %s: %w", w.Account.ID, err)
	}
	db.tell(ctx, in.free)
	return true, nil
}

// errTakenOver rolls a look's transaction back.
var errTakenOver = errors.New("another process has taken the look over")
