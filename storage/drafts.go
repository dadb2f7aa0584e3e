package storage

import (
	"context"
	"fmt"
	"time"

	"bazarbot/market"
)

var draftTable = table{
	name:    "drafts",
	columns: []string{"id", "person", "market", "account", "state", "ad_id", "body", "updated_at"},
	types:   []kind{text, integer, text, text, text, text, bytea, integer},
	keys:    1,
}

func (db *DB) draftRow(d market.Draft, now time.Time) []any {
	return []any{
		d.ID, d.Person, string(d.Market), d.Account, string(d.State), d.AdID,
		db.ring.seal(personPlace(d.Person, "drafts", "body"), d.Body), orNow(d.UpdatedAt, now),
	}
}

// draftRecord is a draft as it stands in the database.
type draftRecord struct {
	ID      string
	Person  int64
	Market  market.ID
	Account string
	State   market.DraftState
	AdID    string `db:"ad_id"`
	Body    []byte
	Updated int64 `db:"updated_at"`
}

const draftColumns = `id, person, market, account, state, ad_id, body, updated_at`

func (db *DB) openDraft(r draftRecord) (market.Draft, error) {
	body, err := db.ring.open(personPlace(r.Person, "drafts", "body"), r.Body)
	if err != nil {
		return market.Draft{}, err
	}
	return market.Draft{
		ID: r.ID, Person: r.Person, Market: r.Market, Account: r.Account,
		State: r.State, AdID: r.AdID, Body: body, UpdatedAt: moment(r.Updated),
	}, nil
}

// draftsQuery is how Drafts reads.
const draftsQuery = `SELECT ` + draftColumns + ` FROM drafts WHERE person ? ORDER BY updated_at DESC, id`

// Drafts lists a person's drafts in every state, the last changed first.
// Callers at the same time share a query.
func (db *DB) Drafts(ctx context.Context, person int64) ([]market.Draft, error) {
	found, err := db.drafts.of(ctx, person)
	if err != nil {
		return nil, fmt.Errorf("storage: drafts of %d: %w", person, err)
	}
	drafts := make([]market.Draft, len(found))
	for i, r := range found {
		if drafts[i], err = db.openDraft(r); err != nil {
			return nil, err
		}
	}
	return drafts, nil
}
