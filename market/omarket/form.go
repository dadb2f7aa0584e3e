package omarket

import (
	"context"
	"slices"

	"bazarbot/market"
)

// The keys of an ad's fields. They are the market's own names where it has
// some, so that its refusals name them too.
const (
	keyCategory   = "category" // below the uppermost: category2, category3 …
	keyAdType     = "ad_type"
	keyTitle      = "title"
	keyText       = "description"
	keyPrice      = "price"
	keyNegotiable = "contract_price"
	keyPlace      = "location"
	keyWhatsApp   = "whatsapp_num"
	keyTelegram   = "telegram_profile"
	keyDelivery   = "delivery"
	keyImages     = "images"
)

// Lengths the market leaves open; ours.
const (
	maxTitle    = 255
	maxText     = 10000
	maxTelegram = 64
)

// currencies are the units of a price, as seen at the market.
var currencies = []string{"som", "usd"}

// Form gives the questions of a new ad, computed from the answers so far: the
// levels of the category tree and, once an ad can stand in the chosen one,
// everything else. What its category's filters are is learnt: the first form of
// a category may take a few seconds for that.
//
// An answer that is not among its field's options counts as none. With
// market.Form.Unsure the market may refuse the ad for a filter that nobody knows
// yet; Put then notes it, and the next form asks it.
//
// Description: "Список категорий", "Редактирование объявления".
func (c *Client) Form(ctx context.Context, key market.Secret, lang market.Lang, answers market.Answers) (market.Form, error) {
	s, err := open("form", key)
	if err != nil {
		return market.Form{}, err
	}
	b := builder{c: c, s: s, lang: lang, say: wordsIn(lang), answers: answers}
	if err := b.ask(ctx); err != nil {
		return market.Form{}, err
	}
	return b.form, nil
}

// builder computes one form.
type builder struct {
	c       *Client
	s       *session
	lang    market.Lang
	say     words
	answers market.Answers
	form    market.Form
	// filters are those asked, by the keys of their fields.
	filters map[string]filterFacts
	// path leads to the chosen category.
	path []wireCategory
	// fixed is where an ad stands that is in none of the tree's categories.
	fixed *wireCategory
}

// ask adds all questions that can be asked yet.
func (b *builder) ask(ctx context.Context) error {
	tree, err := b.c.categories(ctx, b.s)
	if err != nil {
		return err
	}
	if whole := b.askCategory(tree); !whole {
		return nil
	}
	b.askAdType(ctx)
	b.askTexts()
	b.askPrice()
	b.askPlace(ctx)
	b.askFilters(ctx)
	b.askContacts()
	b.add(market.Field{
		Key: keyImages, Kind: market.KindPhotos, Role: market.RolePhotos, Label: b.say(wordPhotos), MaxCount: maxPhotos,
	})
	b.form.Complete = true
	return nil
}

func (b *builder) add(f market.Field) { b.form.Fields = append(b.form.Fields, f) }

func (b *builder) askTexts() {
	b.add(market.Field{
		Key: keyTitle, Kind: market.KindText, Role: market.RoleTitle, Label: b.say(wordTitle),
		Required: true, MaxLen: maxTitle,
	})
	b.add(market.Field{
		Key: keyText, Kind: market.KindLongText, Role: market.RoleText, Label: b.say(wordText), MaxLen: maxText,
	})
}

// askPrice asks for a price, or whether it is a matter of agreement: who says
// that has no price to tell.
func (b *builder) askPrice() {
	if !yes(b.answers[keyNegotiable]) {
		b.add(market.Field{
			Key: keyPrice, Kind: market.KindQuantity, Role: market.RolePrice, Label: b.say(wordPrice),
			Required: bool(last(b.path).RequiredPrice), Units: currencies,
			Instead: &market.Instead{Key: keyNegotiable, Label: b.say(wordNegotiable)},
		})
	}
	b.add(market.Field{Key: keyNegotiable, Kind: market.KindYesNo, Label: b.say(wordNegotiable)})
}

func (b *builder) askPlace(ctx context.Context) {
	field := market.Field{
		Key: keyPlace, Kind: market.KindLocation, Role: market.RolePlace, Label: b.say(wordPlace),
		Hint: b.say(wordOpenPlaces), Required: true, Repeats: true,
		Options: b.c.known.places(ctx).options(), Open: true,
	}
	if b.strange(field) {
		b.c.known.doubt(keptPlaces)
		field.Options = b.c.known.places(ctx).options()
	}
	b.add(field)
}

// strange reports whether an answer is none of the known options: another
// replica may have learnt it a moment ago.
func (b *builder) strange(f market.Field) bool {
	return slices.ContainsFunc(b.answers[f.Key].Options, func(id string) bool {
		_, known := f.Option(id)
		return !known
	})
}

func (b *builder) askContacts() {
	b.add(market.Field{
		Key: keyWhatsApp, Kind: market.KindPhone, Label: b.say(wordWhatsApp), Group: b.say(wordContacts), Repeats: true,
	})
	b.add(market.Field{
		Key: keyTelegram, Kind: market.KindText, Label: b.say(wordTelegram), Group: b.say(wordContacts),
		Repeats: true, MaxLen: maxTelegram,
	})
	if last(b.path).Delivery {
		b.add(market.Field{Key: keyDelivery, Kind: market.KindYesNo, Label: b.say(wordDelivery)})
	}
}

func yes(v market.Value) bool { return v.Yes != nil && *v.Yes }

func last[T any](list []T) T { return list[len(list)-1] }
