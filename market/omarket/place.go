package omarket

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"bazarbot/market"
)

// maxPlaces bounds the places that are learnt; ours.
const maxPlaces = 20000

// placeFacts is what is known of a place: a town, a district, a region. No
// route lists places, so they are learnt like filters.
type placeFacts struct {
	ID      ident `json:"id"`
	Name    ident `json:"name"`
	Parent  ident `json:"parent,omitempty"`
	Type    ident `json:"type,omitempty"` // the market's location_type
	Order   int   `json:"order,omitempty"`
	Popular bool  `json:"popular,omitempty"`
}

func (p placeFacts) with(seen placeFacts) placeFacts {
	seen.Name = ident(clip(string(seen.Name), maxLabel))
	return placeFacts{
		ID:      cmp.Or(seen.ID, p.ID),
		Name:    cmp.Or(seen.Name, p.Name),
		Parent:  cmp.Or(seen.Parent, p.Parent),
		Type:    cmp.Or(seen.Type, p.Type),
		Order:   cmp.Or(seen.Order, p.Order),
		Popular: seen.Popular || p.Popular,
	}
}

// placeBook holds the known places by id. It is never changed, only replaced.
type placeBook map[ident]placeFacts

// with adds places; none is ever forgotten. It reports whether there was
// anything new.
func (b placeBook) with(seen placeBook) (placeBook, bool) {
	var grown placeBook
	for id, p := range seen {
		have, known := b[id]
		next := have.with(p)
		if next == have || next.Name == "" || !digits.MatchString(string(id)) || !known && len(b)+len(grown) >= maxPlaces {
			continue
		}
		if grown == nil {
			grown = maps.Clone(b)
			if grown == nil {
				grown = placeBook{}
			}
		}
		grown[id] = next
	}
	if grown == nil {
		return b, false
	}
	return grown, true
}

// see adds a place as the market writes it, if it says enough of it.
func (b placeBook) see(w wireLocation) {
	if w.ID == "" || w.Name == "" {
		return
	}
	seen := placeFacts{
		ID: w.ID, Name: w.Name, Parent: w.Parent, Type: w.Type,
		Order: w.Order.count(), Popular: bool(w.Popular),
	}
	b[w.ID] = b[w.ID].with(seen)
}

// options lists the places as answers: the popular ones first, then towns, then
// in the market's order, then by name. Places of one name are told apart by
// what they are part of.
func (b placeBook) options() []market.Option {
	names := map[ident]int{}
	for _, p := range b {
		names[p.Name]++
	}
	places := slices.SortedFunc(maps.Values(b), func(p, q placeFacts) int {
		return cmp.Or(
			truth(q.Popular)-truth(p.Popular),
			truth(q.Type == "town")-truth(p.Type == "town"),
			cmp.Compare(rank(p.Order), rank(q.Order)),
			cmp.Compare(strings.ToLower(string(p.Name)), strings.ToLower(string(q.Name))),
			cmp.Compare(p.ID, q.ID),
		)
	})
	options := make([]market.Option, len(places))
	for i, p := range places {
		title := string(p.Name)
		if parent := b[p.Parent]; names[p.Name] > 1 && parent.Name != "" {
			title += ", " + string(parent.Name)
		}
		options[i] = market.Option{ID: string(p.ID), Title: title}
	}
	return options
}

// rank is a place in an order; what has none comes last.
func rank(order int) int {
	if order <= 0 {
		return 1 << 30
	}
	return order
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
