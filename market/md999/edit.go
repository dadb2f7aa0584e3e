package md999

import (
	"context"
	"slices"
	"strings"

	"bazarbot/market"
)

// EditForm gives the questions of an existing ad and the answers it holds at
// the market now.
//
// The form is computed from answers, as Form does it for a new ad: options that
// depend on an edited answer are loaded, and another offer type brings its own
// features. Without answers (nil) it is computed from what the ad holds.
//
// Category and subcategory cannot be changed, so the form does not ask them;
// the answers hold them all the same, which makes them fit for a new ad. The
// offer type is asked where it can be; the market tells only its title, so it
// has no answer when that is not among the offer types. Pictures are answered
// by the market's ids (market.Photo.Remote). An option or phone number that is
// no longer offered stays in the answers and is not among its field's options.
//
// What the bot cannot ask is LeftOut: the ad has it already. Only an offer type
// that would need it, or a place that has gone from the catalogue, is Blocked.
//
// API reference: GET /adverts/{advert_id}, GET /adverts/{advert_id}/features.
func (c *Client) EditForm(ctx context.Context, key market.Secret, lang market.Lang, id string, answers market.Answers) (market.Form, market.Answers, error) {
	a, err := c.placedAdvert(ctx, key, lang, id)
	if err != nil {
		return market.Form{}, nil, err
	}
	p := place{category: string(a.Categories.Category.ID), subcategory: string(a.Categories.Subcategory.ID)}
	if p.offer, err = c.offerType(ctx, key, wireLang(lang), a); err != nil {
		return market.Form{}, nil, err
	}
	features, err := c.features(ctx, key, formOfAdvert(wireLang(lang), id))
	if gone(err) {
		return market.Form{Complete: true, Blocked: []string{string(a.Categories.Subcategory.Title)}}, p.answers(), nil
	}
	if err != nil {
		return market.Form{}, nil, err
	}
	held := a.answers(features)
	for k, v := range p.answers() {
		held[k] = v
	}
	if answers == nil {
		answers = held
	}
	form, err := c.editForm(ctx, key, lang, id, p, answers)
	return form, held, err
}

// placedAdvert reads an advert whose categories are known: the route that gives
// its features documents them as optional, the list does not.
func (c *Client) placedAdvert(ctx context.Context, key market.Secret, lang market.Lang, id string) (advert, error) {
	a, err := c.advert(ctx, key, lang, id)
	if err != nil || a.Categories.Subcategory.ID != "" {
		return a, err
	}
	listed, err := c.listed(ctx, key, lang, id)
	a.Categories = listed.Categories
	return a, err
}

// offerType finds the id behind the title that an advert has for its offer
// type, whichever language that came in; "" when nothing has it.
func (c *Client) offerType(ctx context.Context, key market.Secret, lang string, a advert) (string, error) {
	said := strings.TrimSpace(string(a.OfferType.Value))
	langs := []string{lang}
	for _, l := range wireLangs {
		if l != lang {
			langs = append(langs, l)
		}
	}
	for _, lang := range langs {
		options, err := c.offerTypes(ctx, key, lang, string(a.Categories.Category.ID), string(a.Categories.Subcategory.ID))
		if gone(err) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		for _, o := range options {
			if o.ID == said || strings.EqualFold(o.Title, said) {
				return o.ID, nil
			}
		}
	}
	return "", nil
}

// gone reports whether a part of the catalogue is no longer there, which says
// nothing about the ad.
func gone(err error) bool { return market.KindOf(err) == market.NotFound }

// placeOf is where the answers of an ad say it stands.
func placeOf(answers market.Answers) place {
	return place{answers[keyCategory].Option(), answers[keySubcategory].Option(), answers[keyOffer].Option()}
}

func (p place) answers() market.Answers {
	answers := market.Answers{}
	for key, id := range map[string]string{keyCategory: p.category, keySubcategory: p.subcategory, keyOffer: p.offer} {
		if id != "" {
			answers[key] = market.OptionValue(id)
		}
	}
	return answers
}

// editForm is the form of an ad that stands at p, computed from answers.
func (c *Client) editForm(ctx context.Context, key market.Secret, lang market.Lang, id string, p place, answers market.Answers) (market.Form, error) {
	b := builder{c: c, key: key, lang: wireLang(lang), answers: answers}
	offer, err := b.offer(ctx, p)
	if err != nil {
		return market.Form{}, err
	}
	own := offer == p.offer
	source := formOfAdvert(b.lang, id)
	if !own {
		p.offer = offer
		source = formOfPlace(b.lang, p)
	}
	features, err := c.features(ctx, key, source)
	if gone(err) {
		b.form.Complete, b.form.Blocked = true, []string{p.subcategory}
		return b.form, nil
	}
	if err != nil {
		return market.Form{}, err
	}
	if err := b.ask(ctx, p, features); err != nil {
		return market.Form{}, err
	}
	if own {
		b.form.LeftOut = append(b.form.LeftOut, b.form.Blocked...)
		b.form.Blocked = nil
	}
	b.form.Complete = true
	return b.form, nil
}

// offer asks for the offer type and gives the answer: the ad's own unless
// another valid one is chosen.
func (b *builder) offer(ctx context.Context, p place) (string, error) {
	options, err := b.c.offerTypes(ctx, b.key, b.lang, p.category, p.subcategory)
	if gone(err) {
		return p.offer, nil
	}
	if err != nil {
		return "", err
	}
	field := market.Field{
		Key: keyOffer, Kind: market.KindChoice, Role: market.RoleOffer,
		Required: p.offer != "", Options: slices.Clone(options),
	}
	b.form.Fields = append(b.form.Fields, field)
	if chosen, ok := b.chosen(field); ok {
		return chosen.ID, nil
	}
	return p.offer, nil
}
