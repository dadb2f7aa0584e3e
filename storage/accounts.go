package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"bazarbot/market"
)

// accountTable is accounts as a conversation writes them: a secret that is
// stored stays, as it may have been refreshed since the conversation read it.
var accountTable = table{
	name:    "accounts",
	columns: []string{"id", "person", "market", "label", "state", "preferred", "secret", "version", "created_at"},
	types:   []kind{text, integer, text, bytea, text, integer, bytea, integer, integer},
	keys:    1,
	replace: replaceAccount,
}

const replaceAccount = `person = excluded.person, market = excluded.market, label = excluded.label,
	state = excluded.state, preferred = excluded.preferred`

// renewedTable is accounts with new secrets. A renewed account gets the next
// version, so that whoever waits for a newer secret sees it come, and a refresh
// of the old one is not stored any more.
var renewedTable = table{
	name:    accountTable.name,
	columns: accountTable.columns,
	types:   accountTable.types,
	keys:    accountTable.keys,
	replace: replaceAccount + `, secret = excluded.secret, version = accounts.version + 1, refresh_until = 0`,
}

// accountPlace is where a value stands that belongs to an account.
func accountPlace(account, table, column string) place {
	return place{"account:" + account, table, column}
}

func (db *DB) accountRow(a market.Account, now time.Time) []any {
	preferred := 0
	if a.Default {
		preferred = 1
	}
	return []any{
		a.ID, a.Person, string(a.Market),
		db.ring.seal(accountPlace(a.ID, "accounts", "label"), []byte(a.Label)), string(a.State), preferred,
		db.ring.seal(accountPlace(a.ID, "accounts", "secret"), []byte(a.Secret)),
		max(a.Version, 1), orNow(a.CreatedAt, now),
	}
}

// accountRecord is an account as it stands in the database.
type accountRecord struct {
	ID            string
	Person        int64
	Market        market.ID
	Label, Secret []byte
	State         market.AccountState
	Preferred     bool
	Version       int64
	Created       int64 `db:"created_at"`
}

const accountColumns = `id, person, market, label, state, preferred, secret, version, created_at`

func (db *DB) openAccount(r accountRecord) (market.Account, error) {
	label, err := db.ring.open(accountPlace(r.ID, "accounts", "label"), r.Label)
	if err != nil {
		return market.Account{}, err
	}
	secret, err := db.ring.open(accountPlace(r.ID, "accounts", "secret"), r.Secret)
	if err != nil {
		return market.Account{}, err
	}
	return market.Account{
		ID: r.ID, Person: r.Person, Market: r.Market, Label: string(label), State: r.State,
		Default: r.Preferred, Secret: market.Secret(secret), Version: r.Version, CreatedAt: moment(r.Created),
	}, nil
}

// accountsQuery is how Accounts reads.
const accountsQuery = `SELECT ` + accountColumns + ` FROM accounts WHERE person ? ORDER BY created_at, id`

// Accounts lists a person's accounts, the oldest first. Callers at the same
// time share a query.
func (db *DB) Accounts(ctx context.Context, person int64) ([]market.Account, error) {
	found, err := db.accounts.of(ctx, person)
	if err != nil {
		return nil, fmt.Errorf("storage: accounts of %d: %w", person, err)
	}
	accounts := make([]market.Account, len(found))
	for i, r := range found {
		if accounts[i], err = db.openAccount(r); err != nil {
			return nil, err
		}
	}
	return accounts, nil
}

// Account reads an account.
func (db *DB) Account(ctx context.Context, id string) (market.Account, error) {
	var r accountRecord
	err := db.sql.GetContext(ctx, &r, db.sql.Rebind(
		`SELECT `+accountColumns+` FROM accounts WHERE id = ?`), id)
	if errors.Is(err, sql.ErrNoRows) {
		return market.Account{}, ErrNotFound
	}
	if err != nil {
		return market.Account{}, fmt.Errorf("storage: account %s: %w", id, err)
	}
	return db.openAccount(r)
}
