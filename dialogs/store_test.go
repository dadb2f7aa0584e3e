package dialogs_test

import (
	"context"
	"maps"
	"slices"

	"bazarbot/market"
)

// memory is a store that commits what turns change.
type memory struct {
	drafts   map[string]market.Draft
	accounts map[string]market.Account
	err      error // what every read answers
}

func newMemory() *memory {
	return &memory{drafts: map[string]market.Draft{}, accounts: map[string]market.Account{}}
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

func (m *memory) commit(ch market.Changes) {
	for _, d := range ch.Drafts {
		d.Body = slices.Clone(d.Body)
		m.drafts[d.ID] = d
	}
	for _, id := range ch.DropDrafts {
		delete(m.drafts, id)
	}
	for _, a := range ch.Accounts {
		m.accounts[a.ID] = a
	}
	for _, id := range ch.DropAccounts {
		delete(m.accounts, id)
	}
}
