package omarket

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"bazarbot/market"
	"bazarbot/market/catalogue"
	"bazarbot/market/remote"
)

// How long the parts of the catalogue are taken as they were read.
const (
	freshCategories = 6 * time.Hour
	freshAdTypes    = 6 * time.Hour
	freshFAQ        = 6 * time.Hour
)

// categories gives the tree of categories: the uppermost ones, each with its
// subcategories. It is cached, and shared: it must not be changed.
//
// Description: "Список категорий".
func (c *Client) categories(ctx context.Context, s *session) ([]wireCategory, error) {
	call := get("get categories", "/api/ads-board/v1/category/list", nil)
	return cached(ctx, c, s, call, freshCategories, func(body []byte) ([]wireCategory, error) {
		var list many[wireCategory]
		if err := decode(body, &list); err != nil {
			return nil, err
		}
		if list = identified(list); len(list) == 0 {
			return nil, errors.New("a market without categories") // not worth keeping
		}
		return list, nil
	})
}

// identified leaves out the categories without an id or a name, on every level.
func identified(list []wireCategory) []wireCategory {
	list = slices.DeleteFunc(list, func(w wireCategory) bool { return w.ID == "" || w.Name == "" })
	for i := range list {
		list[i].Subcategories = identified(list[i].Subcategories)
	}
	return list
}

// adTypes lists the kinds of offers. The route is not in the description: where
// the market has none, the list is empty. It is cached, and shared.
func (c *Client) adTypes(ctx context.Context, s *session) ([]wireAdType, error) {
	call := get("get ad types", "/api/ads-board/v1/ad_type/list/", nil)
	call.optional = true
	return cached(ctx, c, s, call, freshAdTypes, func(body []byte) ([]wireAdType, error) {
		var list many[wireAdType]
		if err := decode(body, &list); err != nil {
			return nil, err
		}
		return slices.DeleteFunc(list, func(w wireAdType) bool { return w == wireAdType{} }), nil
	})
}

// cached makes a read of the catalogue through the cache. The catalogue is the
// same for every account, so one account's call serves all.
func cached[T any](ctx context.Context, c *Client, s *session, call call, fresh time.Duration,
	read func([]byte) (T, error),
) (T, error) {
	f, err := found(ctx, c, s, call, fresh, read)
	return f.Value, err
}

// found is cached, with what is known of how old the answer is.
func found[T any](ctx context.Context, c *Client, s *session, call call, fresh time.Duration,
	read func([]byte) (T, error),
) (catalogue.Found[T], error) {
	key := catalogue.Key{Market: market.OMarket, Name: call.Path + "?" + call.Query.Encode(), Fresh: fresh}
	return catalogue.Get(ctx, c.cache, key,
		func(ctx context.Context) ([]byte, error) {
			body, err := c.do(ctx, s, call)
			var refusal *market.Error
			if call.optional && errors.As(err, &refusal) && refusal.Status == http.StatusNotFound {
				return []byte("[]"), nil
			}
			return body, err
		},
		func(body []byte) (T, error) {
			value, err := read(body)
			if err != nil {
				return value, garbled(call, err)
			}
			return value, nil
		})
}

// decode reads the content of an answer, which stands under "result" or, in
// some answers, alone. Its errors hold nothing of the content.
func decode(body []byte, value any) error {
	var envelope struct {
		Result json.RawMessage `json:"result"`
	}
	content := body
	if json.Unmarshal(body, &envelope) == nil && len(envelope.Result) > 0 {
		content = envelope.Result
	}
	if !json.Valid(content) {
		return errHalf
	}
	if json.Unmarshal(content, value) != nil {
		return remote.ErrGarbled
	}
	return nil
}
