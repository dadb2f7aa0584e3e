package md999

import (
	"context"
	"slices"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// The keys of the questions that come before the market's own features. The API
// has titles for features only: how these are called is the product's business.
const (
	keyCategory    = "category"
	keySubcategory = "subcategory"
	keyOffer       = "offer_type"
)

// Lengths the market leaves open; ours.
const (
	maxText     = 255
	maxLongText = 10000
)

// place is where in the catalogue an ad stands. It decides its features.
type place struct{ category, subcategory, offer string }

// Form gives the questions of a new ad, computed from the answers so far:
// category, subcategory, offer type and, once these have valid answers, every
// feature the market asks for there, with the feature's id as key. An answer
// that is not among its field's options counts as none.
//
// API reference: "Categories", "Subcategories", "Get features for creating a
// new advert", "Get dependent options", "Phone numbers".
func (c *Client) Form(ctx context.Context, key market.Secret, lang market.Lang, answers market.Answers) (market.Form, error) {
	form, err := c.formNow(ctx, key, lang, answers)
	if gone(err) || market.KindOf(err) == market.Invalid { // since the catalogue's lists were read
		c.expirePath(ctx, wireLang(lang), placeOf(answers))
		form, err = c.formNow(ctx, key, lang, answers)
	}
	return form, err
}

// expirePath has the lists be read anew that lead to a place.
func (c *Client) expirePath(ctx context.Context, lang string, p place) {
	for _, call := range []remote.Call{categoriesCall(lang), subcategoriesCall(lang, p.category), offerTypesCall(lang, p.category, p.subcategory)} {
		c.cache.Expire(ctx, entryKey(call, freshCategories))
	}
}

// formNow is the form as far as the catalogue is known.
func (c *Client) formNow(ctx context.Context, key market.Secret, lang market.Lang, answers market.Answers) (market.Form, error) {
	b := builder{c: c, key: key, lang: wireLang(lang), answers: answers}
	p, err := b.place(ctx)
	if err != nil || p.offer == "" {
		return b.form, err
	}
	features, err := c.features(ctx, key, formOfPlace(b.lang, p))
	if err != nil {
		return market.Form{}, err
	}
	if err := b.ask(ctx, p, features); err != nil {
		return market.Form{}, err
	}
	b.form.Complete = true
	return b.form, nil
}

// builder computes one form.
type builder struct {
	c       *Client
	key     market.Secret
	lang    string
	answers market.Answers
	form    market.Form
}

// place asks the three first questions and gives their answers as far as they
// are valid.
func (b *builder) place(ctx context.Context) (place, error) {
	var p place
	steps := []struct {
		field  market.Field
		answer *string
		list   func() ([]market.Option, error)
	}{
		{
			market.Field{Key: keyCategory, Role: market.RoleCategory},
			&p.category,
			func() ([]market.Option, error) { return b.c.categories(ctx, b.key, b.lang) },
		},
		{
			market.Field{Key: keySubcategory, Role: market.RoleCategory, DependsOn: keyCategory},
			&p.subcategory,
			func() ([]market.Option, error) { return b.c.subcategories(ctx, b.key, b.lang, p.category) },
		},
		{
			market.Field{Key: keyOffer, Role: market.RoleOffer, DependsOn: keySubcategory},
			&p.offer,
			func() ([]market.Option, error) {
				return b.c.offerTypes(ctx, b.key, b.lang, p.category, p.subcategory)
			},
		},
	}
	parent, known := market.Option{}, true
	for _, s := range steps {
		s.field.Kind, s.field.Required, s.field.Repeats = market.KindChoice, true, true
		if known {
			options, err := s.list()
			if err != nil {
				return place{}, err
			}
			s.field.Options = slices.Clone(options)
			if len(s.field.Options) == 0 { // a dead end of the market's catalogue
				b.form.Blocked = append(b.form.Blocked, parent.Title)
			}
			parent, known = b.chosen(s.field)
			*s.answer = parent.ID
		}
		b.form.Fields = append(b.form.Fields, s.field)
	}
	return p, nil
}

// chosen is the field's answer when it is one of its options.
func (b *builder) chosen(f market.Field) (market.Option, bool) {
	return f.Option(b.answers[f.Key].Option())
}

// ask adds the features as fields, in the market's order.
func (b *builder) ask(ctx context.Context, p place, features []feature) error {
	d := dependencies{b: b, subcategory: p.subcategory, lists: map[ident][]market.Option{}, features: map[ident]feature{}}
	for _, f := range features {
		d.features[f.ID] = f
	}
	photos := false
	for _, f := range features {
		field, ok := f.field()
		if !ok || f.Type == typeImages && photos {
			b.leave(f)
			continue
		}
		photos = photos || f.Type == typeImages
		switch f.Type {
		case typeDropDown:
			if f.DependsOn != "" && !d.known(f.DependsOn) && len(f.Options) == 0 {
				b.leave(f) // its options can never be found out
				continue
			}
			if err := d.fill(ctx, f, &field); err != nil {
				return err
			}
		case typeContacts:
			phones, err := b.c.phones(ctx, b.key)
			if err != nil {
				return err
			}
			field.Options = slices.Clone(phones)
		}
		b.form.Fields = append(b.form.Fields, field)
	}
	return nil
}

// leave notes a feature that cannot be asked here.
func (b *builder) leave(f feature) {
	if f.Required {
		b.form.Blocked = append(b.form.Blocked, string(f.Title))
	} else {
		b.form.LeftOut = append(b.form.LeftOut, string(f.Title))
	}
}

// field translates a feature; false when its type is new.
func (f feature) field() (market.Field, bool) {
	field := market.Field{
		Key: string(f.ID), Label: string(f.Title), Group: f.group, Required: f.Required,
	}
	field.Role, field.Repeats = f.role()
	switch f.Type {
	case typeText:
		field.Kind, field.MaxLen = market.KindText, maxText
	case typeLongText:
		field.Kind, field.MaxLen = market.KindLongText, maxLongText
	case typeNumber:
		field.Kind = market.KindNumber
	case typeMeasurement:
		field.Kind = market.KindNumber
		for _, u := range f.Units {
			field.Kind = market.KindQuantity
			field.Units = append(field.Units, string(u))
		}
	case typeCheckBox:
		field.Kind = market.KindYesNo
	case typeDropDown:
		field.Kind = market.KindChoice
	case typeImages:
		field.Kind = market.KindPhotos
	case typeVideos:
		field.Kind = market.KindVideos
	case typeContacts:
		field.Kind = market.KindContacts
	default:
		return market.Field{}, false
	}
	return field, true
}

// role recognises the ids that were seen to be stable, where their type is the
// one expected. Everything works without: some categories have no title at all.
func (f feature) role() (role market.Role, repeats bool) {
	switch {
	case f.Type == typeImages:
		return market.RolePhotos, false
	case f.Type == typeContacts:
		return market.RoleContacts, true
	case f.ID == "2" && (f.Type == typeMeasurement || f.Type == typeNumber):
		return market.RolePrice, false
	case f.ID == "12" && f.Type == typeText:
		return market.RoleTitle, false
	case f.ID == "13" && (f.Type == typeLongText || f.Type == typeText):
		return market.RoleText, false
	case (f.ID == "7" || f.ID == "8" || f.ID == "9") && f.Type == typeDropDown: // region, city, sector
		return market.RolePlace, true
	case f.ID == "795" && f.Type == typeDropDown: // author: owner, agency…
		return market.RoleNone, true
	default:
		return market.RoleNone, false
	}
}
