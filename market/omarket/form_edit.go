package omarket

import (
	"context"
	"strings"

	"bazarbot/market"
)

// EditForm gives the questions of an existing ad and the answers it holds at
// the market now. The form is computed from answers, as Form does it for a new
// ad; without answers (nil) from what the ad holds. Everything can be changed,
// the category too, unless the ad stands in one that is no longer in the tree.
//
// Pictures are answered by their addresses (market.Photo.Remote). An option
// that nobody knows any more stays in the answers and is not among its field's
// options. What the bot cannot ask is LeftOut: the ad has it already. Only in
// another category it is Blocked.
//
// Description: "Детали обьявления".
func (c *Client) EditForm(ctx context.Context, key market.Secret, lang market.Lang, id string, answers market.Answers) (market.Form, market.Answers, error) {
	s, err := signed("edit form", key)
	if err != nil {
		return market.Form{}, nil, err
	}
	e, err := c.edit(ctx, s, lang, id)
	if err != nil {
		return market.Form{}, nil, err
	}
	held := e.held(ctx)
	if answers == nil {
		answers = held
	}
	b, err := e.form(ctx, answers)
	if err != nil {
		return market.Form{}, nil, err
	}
	return b.form, held, nil
}

// edit is an ad as the market has it, about to be changed.
type edit struct {
	c    *Client
	s    *session
	lang market.Lang
	ad   wireAd
	path []wireCategory // to the ad's category; nil when it is not in the tree
}

// edit reads an ad and learns from it, so that its place and its options are
// among those that can be chosen.
func (c *Client) edit(ctx context.Context, s *session, lang market.Lang, id string) (*edit, error) {
	ad, err := c.details(ctx, s, id)
	if err != nil {
		return nil, err
	}
	c.known.learn(ctx, lessonOf(ad))
	tree, err := c.categories(ctx, s)
	if err != nil {
		return nil, err
	}
	return &edit{c: c, s: s, lang: lang, ad: ad, path: wayTo(tree, ad.Category.ID, 1)}, nil
}

// form is the ad's form, computed from answers.
func (e *edit) form(ctx context.Context, answers market.Answers) (*builder, error) {
	b := &builder{c: e.c, s: e.s, lang: e.lang, say: wordsIn(e.lang), answers: answers}
	if e.path == nil && e.ad.Category.ID != "" {
		b.fixed = &e.ad.Category
	}
	if err := b.ask(ctx); err != nil {
		return nil, err
	}
	if !e.moves(b) {
		b.form.LeftOut = append(b.form.LeftOut, b.form.Blocked...)
		b.form.Blocked = nil
	}
	return b, nil
}

// moves reports whether the answers put the ad into another category.
func (e *edit) moves(b *builder) bool {
	return len(b.path) == 0 || last(b.path).ID != e.ad.Category.ID
}

// held is what the ad holds as answers.
func (e *edit) held(ctx context.Context) market.Answers {
	ad := e.ad
	answers := market.Answers{}
	add := func(key string, v market.Value) {
		if !v.IsZero() {
			answers[key] = v
		}
	}
	for i, w := range e.path {
		add(levelKey(i+1), chosen(w.ID))
	}
	add(keyAdType, chosen(ad.AdType))
	add(keyTitle, market.TextValue(string(ad.Title)))
	add(keyText, market.TextValue(strings.ReplaceAll(string(ad.Description), "\r\n", "\n")))
	if ad.ContractPrice {
		add(keyNegotiable, market.YesValue(true))
	} else if price := decimal(string(ad.Price)); price != "" {
		add(keyPrice, market.NumberValue(string(price), strings.ToLower(string(ad.Currency))))
	}
	add(keyPlace, chosen(ad.Location.ID))
	for _, w := range ad.Filters {
		add(filterKey(string(w.filter())), e.c.known.filter(ctx, w.filter()).answer(w.Value))
	}
	add(keyWhatsApp, market.TextValue(string(ad.WhatsApp)))
	add(keyTelegram, market.TextValue(string(ad.Telegram)))
	if ad.Delivery {
		add(keyDelivery, market.YesValue(true))
	}
	var photos []market.Photo
	for _, url := range ad.images() {
		photos = append(photos, market.Photo{Remote: url})
	}
	add(keyImages, market.PhotosValue(photos...))
	return answers
}

// images are the addresses of the ad's pictures, the cover first.
func (a wireAd) images() []string {
	var urls []string
	for _, image := range a.Images {
		if image != "" {
			urls = append(urls, string(image))
		}
	}
	return urls
}

func chosen(id ident) market.Value {
	if id == "" {
		return market.Value{}
	}
	return market.OptionValue(string(id))
}
