package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"bazarbot/market"
)

var listingTable = table{
	name:    "listings",
	columns: []string{"account", "body", "read_at"},
	types:   []kind{text, bytea, integer},
	keys:    1,
}

func (db *DB) listingRow(l market.Listing, now time.Time) []any {
	return []any{
		l.Account, db.ring.seal(accountPlace(l.Account, "listings", "body"), l.Body), orNow(l.At, now),
	}
}

// Listing reads what an account's ads were. Not ok: they were never read.
func (db *DB) Listing(ctx context.Context, account string) (l market.Listing, ok bool, err error) {
	var r struct {
		Body []byte
		Read int64 `db:"read_at"`
	}
	err = db.sql.GetContext(ctx, &r, db.sql.Rebind(`SELECT body, read_at FROM listings WHERE account = ?`), account)
	if errors.Is(err, sql.ErrNoRows) {
		return market.Listing{}, false, nil
	}
	if err != nil {
		return market.Listing{}, false, fmt.Errorf("storage: listing of account %s: %w", account, err)
	}
	body, err := db.ring.open(accountPlace(account, "listings", "body"), r.Body)
	if err != nil {
		return market.Listing{}, false, fmt.Errorf("storage: listing of account %s: %w", account, err)
	}
	return market.Listing{Account: account, Body: body, At: moment(r.Read)}, true, nil
}
