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

// bindingTable refuses to bind an ad to a second draft.
var bindingTable = table{
	name:    "ads",
	columns: []string{"market", "ad_id", "account", "person", "draft", "body", "bound_at"},
	types:   []kind{text, text, text, integer, text, bytea, integer},
	keys:    2,
	only:    " WHERE ads.draft = excluded.draft",
	keptOut: ErrBound,
}

func (db *DB) bindingRow(b market.Binding, now time.Time) []any {
	return []any{
		string(b.Market), b.AdID, b.Account, b.Person, b.Draft,
		db.ring.seal(personPlace(b.Person, "ads", "body"), b.Body), orNow(b.At, now),
	}
}

// Bound tells which of a market's ads are bound, and to which drafts.
func (db *DB) Bound(ctx context.Context, m market.ID, adIDs []string) (map[string]string, error) {
	bound := make(map[string]string)
	if len(adIDs) == 0 {
		return bound, nil
	}
	query, args, err := sqlx.In(`SELECT ad_id, draft FROM ads WHERE market = ? AND ad_id IN (?)`, string(m), adIDs)
	if err != nil {
		return nil, err
	}
	var found []struct {
		AdID  string `db:"ad_id"`
		Draft string
	}
	if err := db.sql.SelectContext(ctx, &found, db.sql.Rebind(query), args...); err != nil {
		return nil, fmt.Errorf("storage: bound ads of %s: %w", m, err)
	}
	for _, f := range found {
		bound[f.AdID] = f.Draft
	}
	return bound, nil
}

// BoundSince tells which of a market's ads came to be here, through an account,
// after a moment.
func (db *DB) BoundSince(ctx context.Context, m market.ID, account string, ads []string, since time.Time) ([]string, error) {
	if len(ads) == 0 {
		return nil, nil
	}
	query, args, err := sqlx.In(`SELECT ad_id FROM ads WHERE market = ? AND account = ? AND bound_at > ? AND ad_id IN (?)`,
		string(m), account, since.UnixMicro(), ads)
	if err != nil {
		return nil, err
	}
	var bound []string
	if err := db.sql.SelectContext(ctx, &bound, db.sql.Rebind(query), args...); err != nil {
		return nil, fmt.Errorf("storage: ads of account %s: %w", account, err)
	}
	return bound, nil
}

// BoundTo gives the ad of a market that is bound to a draft, the last of them,
// or "".
func (db *DB) BoundTo(ctx context.Context, m market.ID, draft string) (ad string, err error) {
	err = db.sql.GetContext(ctx, &ad, db.sql.Rebind(
		`SELECT ad_id FROM ads WHERE draft = ? AND market = ? ORDER BY bound_at DESC, ad_id LIMIT 1`), draft, string(m))
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("storage: ad of draft %s: %w", draft, err)
	}
	return ad, nil
}

// Binding reads what an ad was made of.
func (db *DB) Binding(ctx context.Context, m market.ID, adID string) (market.Binding, error) {
	var r struct {
		Account string
		Person  int64
		Draft   string
		Body    []byte
		Bound   int64 `db:"bound_at"`
	}
	err := db.sql.GetContext(ctx, &r, db.sql.Rebind(
		`SELECT account, person, draft, body, bound_at FROM ads WHERE market = ? AND ad_id = ?`), string(m), adID)
	if errors.Is(err, sql.ErrNoRows) {
		return market.Binding{}, ErrNotFound
	}
	if err != nil {
		return market.Binding{}, fmt.Errorf("storage: binding of %s ad %s: %w", m, adID, err)
	}
	body, err := db.ring.open(personPlace(r.Person, "ads", "body"), r.Body)
	if err != nil {
		return market.Binding{}, err
	}
	return market.Binding{
		Market: m, AdID: adID, Account: r.Account, Person: r.Person,
		Draft: r.Draft, Body: body, At: moment(r.Bound),
	}, nil
}
