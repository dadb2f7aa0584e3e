package md999

import (
	"context"
	"slices"

	"bazarbot/market"
)

// dependencies finds the options of drop-downs, which may hang on the answer to
// another drop-down, which may hang on a third (make, model, generation).
type dependencies struct {
	b           *builder
	subcategory string
	features    map[ident]feature
	lists       map[ident][]market.Option // found so far; also guards against circles
}

func (d *dependencies) known(id ident) bool {
	f, ok := d.features[id]
	return ok && f.Type == typeDropDown
}

// fill gives the field its options. A list that turns out to be empty makes it
// optional: nothing could be answered.
func (d *dependencies) fill(ctx context.Context, f feature, field *market.Field) error {
	options, decided, err := d.options(ctx, f)
	if err != nil {
		return err
	}
	field.Options = slices.Clone(options)
	if d.depends(f) {
		field.DependsOn = string(f.DependsOn)
	}
	if decided && len(options) == 0 {
		field.Required = false
	}
	return nil
}

func (d *dependencies) depends(f feature) bool { return f.DependsOn != "" && d.known(f.DependsOn) }

// options gives what can be chosen; decided is false while the parent has no
// valid answer.
func (d *dependencies) options(ctx context.Context, f feature) (options []market.Option, decided bool, err error) {
	if !d.depends(f) {
		return toOptions(f.Options), true, nil
	}
	if list, ok := d.lists[f.ID]; ok {
		return list, list != nil, nil
	}
	d.lists[f.ID] = nil
	parent := d.features[f.DependsOn]
	above, _, err := d.options(ctx, parent)
	if err != nil {
		return nil, false, err
	}
	answer, ok := d.b.chosen(market.Field{Key: string(parent.ID), Options: above})
	if !ok {
		return nil, false, nil
	}
	list, err := d.b.c.dependentOptions(ctx, d.b.key, d.b.lang, d.subcategory, string(parent.ID), answer.ID)
	if err != nil {
		return nil, false, err
	}
	d.lists[f.ID] = list
	return list, true, nil
}
