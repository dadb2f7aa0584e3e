package md999

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"bazarbot/market"
	"bazarbot/market/catalogue"
	"bazarbot/market/remote"
)

// How long the parts of the catalogue are taken as they were read. Categories
// hardly ever change; a form that changed costs the seller a refused post.
const (
	freshCategories = 6 * time.Hour
	freshFeatures   = time.Hour
	freshOptions    = 6 * time.Hour
	freshPhones     = time.Minute
	freshAdvertForm = time.Minute
)

// title is an entry of a list of titles. One of the market's own examples
// writes "value" for "title".
type title struct {
	ID    ident `json:"id"`
	Title ident `json:"title"`
	Value ident `json:"value"`
}

func toOptions(titles []title) []market.Option {
	options := make([]market.Option, 0, len(titles))
	for _, t := range titles {
		if t.ID == "" {
			continue
		}
		text := t.Title
		if text == "" {
			text = t.Value
		}
		if text == "" {
			text = t.ID
		}
		options = append(options, market.Option{ID: string(t.ID), Title: string(text)})
	}
	return options
}

func optionIDs(options []market.Option) []string {
	ids := make([]string, len(options))
	for i, o := range options {
		ids[i] = o.ID
	}
	return ids
}

// categories lists the categories.
//
// API reference: GET /categories.
func (c *Client) categories(ctx context.Context, key market.Secret, lang string) ([]market.Option, error) {
	return c.titles(ctx, key, "categories", categoriesCall(lang))
}

func categoriesCall(lang string) remote.Call {
	return remote.Get("get categories", "/categories", langQuery(lang))
}

// subcategories lists a category's subcategories.
//
// API reference: GET /categories/{category_id}/subcategories.
func (c *Client) subcategories(ctx context.Context, key market.Secret, lang, category string) ([]market.Option, error) {
	return c.titles(ctx, key, "subcategories", subcategoriesCall(lang, category))
}

func subcategoriesCall(lang, category string) remote.Call {
	return remote.Get("get subcategories", route("categories", category, "subcategories"), langQuery(lang))
}

// offerTypes lists a subcategory's offer types.
//
// API reference: GET /categories/{category_id}/subcategories/{subcategory_id}/offer-types.
func (c *Client) offerTypes(ctx context.Context, key market.Secret, lang, category, subcategory string) ([]market.Option, error) {
	return c.titles(ctx, key, "offer_types", offerTypesCall(lang, category, subcategory))
}

func offerTypesCall(lang, category, subcategory string) remote.Call {
	return remote.Get("get offer types", route("categories", category, "subcategories", subcategory, "offer-types"), langQuery(lang))
}

// titles reads a cached list of titles, which stands under member.
func (c *Client) titles(ctx context.Context, key market.Secret, member string, call remote.Call) ([]market.Option, error) {
	return cached(ctx, c, key, call, freshCategories, titlesIn(member))
}

// titlesIn decodes the list of titles that stands under member.
func titlesIn(member string) func(body []byte) ([]market.Option, error) {
	return func(body []byte) ([]market.Option, error) {
		var lists map[string]json.RawMessage
		if err := json.Unmarshal(body, &lists); err != nil {
			return nil, err
		}
		raw, ok := lists[member]
		if !ok {
			return nil, fmt.Errorf("no %s in the answer", member)
		}
		var list []title
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, err
		}
		if len(list) == 0 && member == "categories" {
			return nil, errors.New("a market without categories") // not worth keeping
		}
		return toOptions(list), nil
	}
}

// cached makes a call of the catalogue through the cache. The catalogue is the
// same for every account, so one account's call serves all.
func cached[T any](ctx context.Context, c *Client, key market.Secret, call remote.Call, fresh time.Duration,
	decode func([]byte) (T, error),
) (T, error) {
	found, err := catalogue.Get(ctx, c.cache, entryKey(call, fresh),
		func(ctx context.Context) ([]byte, error) { return c.do(ctx, key, call) },
		decoding(call, decode))
	return found.Value, err
}

// decoding turns what decode cannot read into the market's failure.
func decoding[T any](call remote.Call, decode func([]byte) (T, error)) func([]byte) (T, error) {
	return func(body []byte) (T, error) {
		value, err := decode(body)
		if err != nil {
			return value, garbled(call, err)
		}
		return value, nil
	}
}

func entryKey(call remote.Call, fresh time.Duration) catalogue.Key {
	return catalogue.Key{Market: market.MD999, Name: call.Path + "?" + call.Query.Encode(), Fresh: fresh}
}

func langQuery(lang string) url.Values { return url.Values{"lang": {lang}} }
