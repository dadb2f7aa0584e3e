package dialogs_test

import (
	"context"
	"maps"
	"slices"
	"time"

	"bazarbot/market"
)

// memory is a store that commits what turns change.
type memory struct {
	drafts   map[string]market.Draft
	accounts map[string]market.Account
	listings map[string]market.Listing
	uploads  map[string]int // photos sent today, by account
	err      error          // what every read answers
}

func newMemory() *memory {
	return &memory{drafts: map[string]market.Draft{}, accounts: map[string]market.Account{}, listings: map[string]market.Listing{}}
}

func (m *memory) Drafts(_ context.Context, person int64) ([]market.Draft, error) {
	found := slices.SortedFunc(maps.Values(m.drafts), func(a, b market.Draft) int {
		return b.UpdatedAt.Compare(a.UpdatedAt)
	})
	return slices.DeleteFunc(found, func(d market.Draft) bool { return d.Person != person }), m.err
}

func (m *memory) Accounts(_ context.Context, person int64) ([]market.Account, error) {
	found := slices.SortedFunc(maps.Values(m.accounts), func(a, b market.Account) int {
		return a.CreatedAt.Compare(b.CreatedAt)
	})
	return slices.DeleteFunc(found, func(a market.Account) bool { return a.Person != person }), m.err
}

func (m *memory) Listing(_ context.Context, account string) (market.Listing, bool, error) {
	l, ok := m.listings[account]
	return l, ok, m.err
}

func (m *memory) Spending(context.Context, string, int) ([]market.Charge, error) { return nil, m.err }

func (m *memory) CountUploads(_ context.Context, account string, _ time.Time) (int, error) {
	return m.uploads[account], m.err
}

func (m *memory) commit(ch market.Changes) {
	for _, d := range ch.Drafts {
		d.Body = slices.Clone(d.Body)
		m.drafts[d.ID] = d
	}
	for _, id := range ch.DropDrafts {
		delete(m.drafts, id)
	}
	for _, a := range ch.Accounts {
		if old, ok := m.accounts[a.ID]; ok && !a.Renewed {
			a.Secret = old.Secret // as the database does
		}
		a.Renewed = false
		m.accounts[a.ID] = a
	}
	for _, l := range ch.Listings {
		m.listings[l.Account] = l
	}
	for _, id := range ch.DropAccounts {
		delete(m.accounts, id)
		delete(m.listings, id)
	}
}
