package dialogs_test

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// office is what the staff share: it commits what their turns change.
type office struct {
	staff      map[int64]market.StaffRole
	names      map[string]int64
	blocked    map[int64]time.Time
	newsOff    map[int64]bool
	deeds      []market.Deed
	broadcasts map[string]market.Broadcast
	audience   int
	failures   []market.Delivery
	letters    []market.Letter
	bulks      []market.BulkJob
	refs       []market.Ref
	cards      map[int64]market.PersonCard
	since      time.Time // when people were kept out
}

const (
	owner   = 1
	admin   = 2
	support = 3
)

// openOffice is an office with one of each role.
func openOffice() *office {
	return &office{
		staff: map[int64]market.StaffRole{owner: market.StaffOwner, admin: market.StaffAdmin, support: market.StaffSupport},
		names: map[string]int64{}, blocked: map[int64]time.Time{}, newsOff: map[int64]bool{},
		broadcasts: map[string]market.Broadcast{}, cards: map[int64]market.PersonCard{}, audience: 3,
	}
}

// enters begins a person's conversation in the office.
func (o *office) enters(t testing.TB, id int64) *chat {
	c := meet(t, bazaar())
	c.person.ID, c.office = id, o
	c.dialogs = dialogs.New(dialogs.Config{
		Store: c.store, Listings: c.store, Ledger: c.store, Markets: []dialogs.Market{c.market}, Pictures: c, Office: o,
		Log: slog.New(slog.NewTextHandler(&c.journal, nil)), Now: func() time.Time { return c.now },
	})
	return c
}

func (o *office) stands(id int64, s *dialogs.Session) {
	if o != nil {
		s.Blocked, s.NewsOff = o.blocked[id], o.newsOff[id]
	}
}

func (o *office) commit(t *dialogs.Turn) {
	if o == nil {
		return
	}
	for _, s := range t.Changes.Staff {
		o.staff[s.Person] = s.Role
	}
	for _, b := range t.Changes.Blocks {
		o.blocked[b.Person] = b.At
	}
	for _, n := range t.Changes.News {
		o.newsOff[n.Person] = n.Off
	}
	for _, b := range t.Changes.Broadcasts {
		o.broadcasts[b.ID] = b
	}
	for _, s := range t.Changes.Steers {
		b := o.broadcasts[s.Broadcast]
		b.Wanted = s.Wanted
		o.broadcasts[s.Broadcast] = b
	}
	o.deeds = append(o.deeds, t.Changes.Deeds...)
	o.letters = append(o.letters, t.Letters...)
	o.bulks = append(o.bulks, t.Bulks...)
}

// state is all that the staff could have changed, as text.
func (o *office) state(t testing.TB) string {
	t.Helper()
	body, err := json.Marshal([]any{o.staff, o.blocked, o.newsOff, o.deeds, o.broadcasts, o.letters, o.bulks})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func (o *office) StaffRole(_ context.Context, id int64) (market.StaffRole, error) {
	return o.staff[id], nil
}

func (o *office) Staff(context.Context) (all []market.Staff, err error) {
	for _, id := range slices.Sorted(maps.Keys(o.staff)) {
		if o.staff[id] != "" {
			all = append(all, market.Staff{Person: id, Role: o.staff[id]})
		}
	}
	return all, nil
}

func (o *office) Deeds(_ context.Context, skip, most int) ([]market.Deed, int, error) {
	newest := slices.Clone(o.deeds)
	slices.Reverse(newest)
	return newest[min(skip, len(newest)):min(skip+most, len(newest))], len(newest), nil
}

func (o *office) FindPerson(_ context.Context, name string) (int64, error) {
	return o.names[strings.ToLower(name)], nil
}

func (o *office) PersonCard(_ context.Context, id int64) (market.PersonCard, bool, error) {
	card, ok := o.cards[id]
	card.ID, card.Role, card.Blocked = id, o.staff[id], o.blocked[id]
	return card, ok, nil
}

func (o *office) Session(context.Context, int64) (market.Session, error) {
	body, err := (&dialogs.Session{Refs: o.refs}).Encode()
	return market.Session{Body: body}, err
}

func (o *office) Broadcast(_ context.Context, id string) (market.Broadcast, error) {
	b, ok := o.broadcasts[id]
	if !ok {
		return b, market.ErrNone
	}
	return b, nil
}

func (o *office) Broadcasts(context.Context, int) ([]market.Broadcast, error) {
	return slices.SortedFunc(maps.Values(o.broadcasts), func(a, b market.Broadcast) int { return cmp.Compare(a.ID, b.ID) }), nil
}

func (o *office) CountAudience(context.Context, market.Audience) (int, error) { return o.audience, nil }

func (o *office) Failures(context.Context, string) ([]market.Delivery, error) { return o.failures, nil }

func (o *office) Stats(_ context.Context, now time.Time) (market.Stats, error) {
	s := market.Stats{
		People: 42, New: market.Spans{Day: 3, Week: 7}, Langs: map[market.Lang]int{market.Russian: 40},
		Accounts: map[market.ID]int{market.MD999: 9}, Failures: map[string]int{"post": 2},
		Queues: []market.Queue{{Class: "user", Due: 1, Age: time.Second}},
	}
	for i := range 14 {
		s.Days = append(s.Days, market.Day24{From: now.AddDate(0, 0, i-14), New: i, Ads: map[market.ID]int{market.MD999: i}})
	}
	return s, nil
}

// post delivers the letters that are waiting for the person.
func (c *chat) post() {
	c.t.Helper()
	waiting := c.office.letters
	c.office.letters = nil
	for _, l := range waiting {
		if l.To != c.person.ID {
			c.office.letters = append(c.office.letters, l)
			continue
		}
		c.event(dialogs.Event{Kind: dialogs.Lettered, Letter: l})
	}
}

// replied finds the newest turn's reply of a kind.
func (c *chat) replied(kind dialogs.ReplyKind) (dialogs.Reply, bool) {
	i := slices.IndexFunc(c.turn.Replies, func(r dialogs.Reply) bool { return r.Kind == kind })
	if i < 0 {
		return dialogs.Reply{}, false
	}
	return c.turn.Replies[i], true
}
