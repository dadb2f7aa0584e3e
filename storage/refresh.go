package storage

import (
	"context"
	"fmt"
	"time"

	"bazarbot/market"
)

// Credentials gives an account's newest secret and its version.
func (db *DB) Credentials(ctx context.Context, account string) (market.Secret, int64, error) {
	a, err := db.Account(ctx, account)
	if err != nil {
		return "", 0, err
	}
	return a.Secret, a.Version, nil
}

// ClaimRefresh gives one caller, on any replica, the right to refresh this
// version of an account's secret: until the given time, until the claim is
// dropped, or until there is a newer version. Not won: somebody else refreshes
// it, or it is not the newest any more.
func (db *DB) ClaimRefresh(ctx context.Context, account string, version int64, until time.Time) (won bool, err error) {
	now := db.dialect.now // one clock for all replicas
	return db.compareAndSwap(ctx, "claim the refresh of "+account,
		`UPDATE accounts SET refresh_until = `+now+` + ? WHERE id = ? AND version = ? AND refresh_until <= `+now,
		time.Until(until).Microseconds(), account, version)
}

// SaveRefreshed stores a refreshed secret, and ends the claim, if version is
// still the newest. Not saved: the person has signed in anew or disconnected
// the account meanwhile, and that holds.
func (db *DB) SaveRefreshed(ctx context.Context, account string, version int64, secret market.Secret) (saved bool, err error) {
	return db.compareAndSwap(ctx, "save the refreshed secret of "+account,
		`UPDATE accounts SET secret = ?, version = version + 1, refresh_until = 0 WHERE id = ? AND version = ?`,
		db.ring.seal(accountPlace(account, "accounts", "secret"), []byte(secret)), account, version)
}

// DropClaim ends a claim without a new secret, so that the next caller may try.
func (db *DB) DropClaim(ctx context.Context, account string, version int64) error {
	_, err := db.compareAndSwap(ctx, "drop the claim on "+account,
		`UPDATE accounts SET refresh_until = 0 WHERE id = ? AND version = ?`, account, version)
	return err
}

// compareAndSwap reports whether the one row still was as expected.
func (db *DB) compareAndSwap(ctx context.Context, what, query string, args ...any) (bool, error) {
	res, err := db.sql.ExecContext(ctx, db.sql.Rebind(query), args...)
	if err != nil {
		return false, fmt.Errorf("storage: %s: %w", what, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("storage: %s: %w", what, err)
	}
	return n == 1, nil
}
