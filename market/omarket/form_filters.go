package omarket

import (
	"cmp"
	"context"
	"slices"

	"bazarbot/market"
)

// askFilters asks the filters of the chosen category, in its order.
func (b *builder) askFilters(ctx context.Context) {
	category := last(b.path).ID
	ids := filtersOf(b.path, b.c.known.category(ctx, category))
	b.c.sampleFor(ctx, b.s, category, ids)

	facts := b.c.known.category(ctx, category) // the sample may have taught more
	b.filters = map[string]filterFacts{}
	var unknown []ident
	for _, id := range ids {
		f := b.filter(ctx, id)
		demanded := slices.Contains(facts.Required, id)
		if demanded {
			f = f.demanded(facts.Said[id])
		}
		switch {
		case f.answerable():
			field := f.field(b.say)
			field.Required, field.Group = field.Required || demanded, b.say(wordMore)
			b.filters[field.Key] = f
			b.add(field)
		case !f.known(), f.required() && selects(f.kind()):
			unknown = append(unknown, id)
		case f.required():
			b.form.Blocked = append(b.form.Blocked, f.label(b.say))
		default:
			b.form.LeftOut = append(b.form.LeftOut, f.label(b.say))
		}
	}
	if len(unknown) > 0 {
		b.form.Unsure = true
		b.c.warn(b.path, unknown)
	}
}

// filter is what is known of a filter, its answer's options included.
func (b *builder) filter(ctx context.Context, id ident) filterFacts {
	f := b.c.known.filter(ctx, id)
	if selects(f.kind()) && b.strange(market.Field{Key: filterKey(string(id)), Options: f.Options}) {
		b.c.known.doubt(keptFilters + string(id))
		f = b.c.known.filter(ctx, id)
	}
	return f
}

// filtersOf lists the filters of a category: its own, those it takes from the
// ones above, and what is known beside the tree.
func filtersOf(path []wireCategory, facts categoryFacts) []ident {
	var ids []ident
	for _, w := range slices.Backward(path) {
		ids = append(slices.Clone([]ident(w.Filters)), ids...)
		if !w.ParentFilters {
			break
		}
	}
	all := union(union(union(nil, ids), facts.Filters), facts.Required)
	return slices.DeleteFunc(all, func(id ident) bool { return !digits.MatchString(string(id)) })
}

// demanded is a filter the market refused an ad for. When no better is known it
// is asked as text, by the name the market gave it then.
func (f filterFacts) demanded(said string) filterFacts {
	if f.answerable() {
		return f
	}
	f.Type, f.Shape, f.Options = "text", "", nil
	f.Label = cmp.Or(f.Label, quoted(said))
	if said != "" {
		f.Format = []string{said}
	}
	return f
}

// lacks lists the filters that could not be asked by what is known.
func (k *knowledge) lacks(ctx context.Context, ids []ident) []ident {
	var lacking []ident
	for _, id := range ids {
		f := k.filter(ctx, id)
		if !f.known() || selects(f.kind()) && len(f.Options) == 0 {
			lacking = append(lacking, id)
		}
	}
	return lacking
}

// warn tells the operator, once for a category, that its ads may be refused.
func (c *Client) warn(path []wireCategory, filters []ident) {
	category := last(path).ID
	if _, told := c.known.warned.LoadOrStore(category, true); told {
		return
	}
	c.log.Warn("omarket: filters of a category are not known; ads may be refused for them",
		"market", market.OMarket, "category", category, "filters", filters)
	if c.unknown != nil {
		c.unknown(market.Option{ID: string(category), Title: titleOf(path)})
	}
}
