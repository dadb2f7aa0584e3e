package omarket

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"bazarbot/market"
)

// maxLevels bounds the tree: a market that puts a category below itself asks
// for ever.
const maxLevels = 8

// levelKey is the key of a level of the tree, the uppermost being 1.
func levelKey(level int) string {
	if level == 1 {
		return keyCategory
	}
	return keyCategory + strconv.Itoa(level)
}

// askCategory asks the levels of the tree as far as they are answered. It is
// whole when an ad can stand at the end of the chosen path.
func (b *builder) askCategory(tree []wireCategory) (whole bool) {
	if b.fixed != nil {
		b.path = []wireCategory{*b.fixed}
		return true
	}
	below := tree
	for level := 1; level <= maxLevels && len(below) > 0; level++ {
		field := market.Field{
			Key: levelKey(level), Kind: market.KindChoice, Role: market.RoleCategory, Label: b.say(wordCategory),
			Required: true, Repeats: true, Options: categoryOptions(below),
		}
		if level > 1 {
			field.DependsOn = levelKey(level - 1)
		}
		b.add(field)
		chosen := ident(b.answers[field.Key].Option())
		i := slices.IndexFunc(below, func(w wireCategory) bool { return w.ID != "" && w.ID == chosen })
		if i < 0 {
			return false
		}
		b.path = append(b.path, below[i])
		below = below[i].Subcategories
	}
	return len(b.path) > 0 && len(below) == 0
}

// categoryOptions lists categories as they are offered.
func categoryOptions(list []wireCategory) []market.Option {
	var options []market.Option
	for _, w := range offered(list) {
		options = append(options, w.option())
	}
	return options
}

// offered sorts categories: the popular ones first, then in the market's order,
// then by name. What has no name can't be chosen.
func offered(list []wireCategory) []wireCategory {
	sorted := slices.SortedStableFunc(slices.Values(list), func(a, b wireCategory) int {
		return cmp.Or(
			truth(bool(b.Popular))-truth(bool(a.Popular)),
			truth(a.Order == "")-truth(b.Order == ""),
			cmp.Compare(a.Order.count(), b.Order.count()),
			cmp.Compare(strings.ToLower(string(a.Name)), strings.ToLower(string(b.Name))),
		)
	})
	return slices.DeleteFunc(sorted, func(w wireCategory) bool { return w.ID == "" || w.Name == "" })
}

func (w wireCategory) option() market.Option {
	return market.Option{ID: string(w.ID), Title: string(w.Name)}
}

// wayTo finds the way to a category of the tree; nil when it is not there.
func wayTo(tree []wireCategory, id ident, level int) []wireCategory {
	if id == "" || level > maxLevels {
		return nil
	}
	for _, w := range tree {
		if w.ID == id {
			return []wireCategory{w}
		}
		if below := wayTo(w.Subcategories, id, level+1); below != nil {
			return append([]wireCategory{w}, below...)
		}
	}
	return nil
}

// Ways lists the ways of two steps and more from a level of the tree down to the
// categories an ad can stand in, each level as it is offered. The whole tree is
// one answer of the market, which is cached.
//
// Description: "Список категорий".
func (c *Client) Ways(ctx context.Context, key market.Secret, _ market.Lang, answers market.Answers, field string) ([]market.Way, error) {
	s, err := open("get ways", key)
	if err != nil {
		return nil, err
	}
	below, err := c.categories(ctx, s)
	if err != nil {
		return nil, err
	}
	level := 1
	for ; level <= maxLevels && levelKey(level) != field; level++ {
		chosen := ident(answers[levelKey(level)].Option())
		i := slices.IndexFunc(below, func(w wireCategory) bool { return w.ID != "" && w.ID == chosen })
		if i < 0 {
			return nil, nil
		}
		below = below[i].Subcategories
	}
	return waysDown(below, level, nil), nil
}

// waysDown are the ways from a level to its leaves, but for those that are on it.
func waysDown(list []wireCategory, level int, above market.Way) []market.Way {
	var ways []market.Way
	for _, w := range offered(list) {
		way := append(slices.Clip(above), market.Step{Field: levelKey(level), Option: w.option()})
		switch {
		case len(w.Subcategories) > 0 && level < maxLevels:
			ways = append(ways, waysDown(w.Subcategories, level+1, way)...)
		case len(w.Subcategories) == 0 && len(way) > 1:
			ways = append(ways, way)
		}
	}
	return ways
}

// leaves are the ways to all categories an ad can stand in.
func leaves(tree []wireCategory, above []wireCategory) [][]wireCategory {
	var ways [][]wireCategory
	for _, w := range tree {
		way := append(slices.Clip(above), w)
		switch {
		case len(w.Subcategories) == 0:
			ways = append(ways, way)
		case len(way) < maxLevels:
			ways = append(ways, leaves(w.Subcategories, way)...)
		}
	}
	return ways
}

// Categories lists the categories an ad can stand in, with the whole way as
// title.
//
// Description: "Список категорий".
func (c *Client) Categories(ctx context.Context, key market.Secret) ([]market.Option, error) {
	s, err := open("get categories", key)
	if err != nil {
		return nil, err
	}
	tree, err := c.categories(ctx, s)
	if err != nil {
		return nil, err
	}
	var options []market.Option
	for _, way := range leaves(tree, nil) {
		options = append(options, market.Option{ID: string(last(way).ID), Title: titleOf(way)})
	}
	return options, nil
}

// titleOf names a category by the whole way to it.
func titleOf(way []wireCategory) string {
	names := make([]string, len(way))
	for i, w := range way {
		names[i] = string(w.Name)
	}
	return strings.Join(names, " › ")
}

// askAdType asks for the kind of offer. A category without kinds of its own has
// those of the one above; where nothing is said, all kinds are offered.
func (b *builder) askAdType(ctx context.Context) {
	all, err := b.c.adTypes(ctx, b.s)
	if err != nil {
		all = nil // their names are a comfort, not a need
	}
	offered := all
	for _, w := range slices.Backward(b.path) {
		if len(w.AdTypes) > 0 {
			offered = w.AdTypes
			break
		}
	}
	if len(offered) == 0 {
		for _, code := range b.c.known.adTypeCodes() {
			offered = append(offered, wireAdType{Code: ident(code)})
		}
	}
	field := market.Field{
		Key: keyAdType, Kind: market.KindChoice, Role: market.RoleOffer, Required: true, Repeats: true,
	}
	for _, t := range offered {
		if o, ok := b.adType(t, all); ok && !slices.ContainsFunc(field.Options, func(p market.Option) bool { return p.ID == o.ID }) {
			field.Options = append(field.Options, o)
		}
	}
	if len(field.Options) > 0 {
		b.add(field)
	}
}

// adType makes an option of a kind of offer, which a category names by its code
// or by its id in the list of all kinds.
func (b *builder) adType(t wireAdType, all []wireAdType) (market.Option, bool) {
	i := slices.IndexFunc(all, func(a wireAdType) bool {
		return t.Code != "" && a.Code == t.Code || t.Code == "" && t.ID != "" && a.ID == t.ID
	})
	if i >= 0 {
		t.Code, t.Name = cmp.Or(t.Code, all[i].Code), cmp.Or(t.Name, all[i].Name)
	}
	return market.Option{ID: string(t.Code), Title: b.c.known.offer(t, b.lang)}, t.Code != ""
}
