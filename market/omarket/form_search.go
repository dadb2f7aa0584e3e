package omarket

import (
	"context"
	"maps"
	"slices"
	"strings"

	"bazarbot/market"
)

// The keys of a search that are no ad's field.
const (
	keyQuery    = "q"
	keyPics     = "pics"
	keyDiscount = "with_discount"
)

// SearchForm gives what a search can be narrowed by, computed from the answers
// so far: the category as far as one likes to go down the tree, the place, and
// once an ad can stand in the chosen category, its filters. Nothing is required.
//
// Description: "Объявления по категориям".
func (c *Client) SearchForm(ctx context.Context, key market.Secret, lang market.Lang, answers market.Answers) (market.Form, error) {
	s, err := open("search form", key)
	if err != nil {
		return market.Form{}, err
	}
	tree, err := c.categories(ctx, s)
	if err != nil {
		return market.Form{}, err
	}
	b := builder{c: c, s: s, lang: lang, say: wordsIn(lang), answers: answers}
	b.add(market.Field{Key: keyQuery, Kind: market.KindText, Role: market.RoleWords, Label: b.say(wordWords), MaxLen: maxTitle})
	whole := b.askCategory(tree)
	b.askPlace(ctx)
	for _, box := range []struct {
		key   string
		label word
	}{
		{keyPics, wordWithPhotos}, {keyDiscount, wordDiscount}, {keyDelivery, wordDelivered}, {keyNegotiable, wordNegotiable},
	} {
		b.add(market.Field{Key: box.key, Kind: market.KindYesNo, Label: b.say(box.label)})
	}
	if whole {
		b.narrow(ctx)
	}
	for i := range b.form.Fields {
		b.form.Fields[i].Required, b.form.Fields[i].Repeats = false, false
	}
	b.form.Complete = true
	return b.form, nil
}

// narrow adds the chosen category's filters as far as they are known: lists of
// which several can be taken, and ranges of numbers. The market documents no
// search for anything else.
func (b *builder) narrow(ctx context.Context) {
	category := last(b.path).ID
	ids := filtersOf(b.path, b.c.known.category(ctx, category))
	b.c.sampleFor(ctx, b.s, category, ids)
	for _, id := range ids {
		f := b.c.known.filter(ctx, id)
		if !f.answerable() {
			continue
		}
		field := f.field(b.say)
		field.Group = b.say(wordMore)
		switch {
		case selects(field.Kind):
			field.Kind = market.KindChoices
			b.add(field)
		case field.Kind == market.KindNumber:
			field.Kind = market.KindRange
			b.add(field)
		}
	}
}

// Query makes a search of the answers to a SearchForm.
func Query(answers market.Answers) market.SearchQuery {
	q := market.SearchQuery{
		Words:      strings.TrimSpace(answers[keyQuery].Text),
		Place:      answers[keyPlace].Option(),
		Photos:     yes(answers[keyPics]),
		Discount:   yes(answers[keyDiscount]),
		Delivery:   yes(answers[keyDelivery]),
		Negotiable: yes(answers[keyNegotiable]),
		Order:      market.OrderNew,
	}
	for level := 1; level <= maxLevels; level++ {
		if id := answers[levelKey(level)].Option(); id != "" {
			q.Category = id
		}
	}
	q.Filters = narrowings(answers)
	return q
}

// Query is the function of that name, for callers that know only the client.
func (c *Client) Query(answers market.Answers) market.SearchQuery { return Query(answers) }

// narrowings are the filters of a search, by key.
func narrowings(answers market.Answers) []market.SearchFilter {
	var list []market.SearchFilter
	for _, key := range slices.Sorted(maps.Keys(answers)) {
		v := answers[key]
		if _, ok := filterOfKey(key); ok && !v.IsZero() {
			list = append(list, market.SearchFilter{Field: key, Options: v.Options, From: v.From, To: v.To})
		}
	}
	return list
}
