package omarket

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"bazarbot/market"
)

// sentAd is what matters here of an ad's body.
type sentAd struct {
	Category ident              `json:"category"`
	Filters  many[wireAdFilter] `json:"filters"`
}

// sentFilters lists the filters of an ad's body, in order.
func sentFilters(body json.RawMessage) []string {
	var ad sentAd
	_ = json.Unmarshal(body, &ad) // the market will say what is wrong with it
	ids := make([]string, len(ad.Filters))
	for i, f := range ad.Filters {
		ids[i] = string(f.FilterID)
	}
	return ids
}

// explain finds the field that a refusal in plain words is about: a filter by
// its label, another one by the name it has on the wire.
func (c *Client) explain(ctx context.Context, key market.Secret, body json.RawMessage, err error) {
	var refusal *market.Error
	if !errors.As(err, &refusal) || refusal.Kind != market.Invalid || refusal.Fields != nil || refusal.Message == "" {
		return
	}
	var ad sentAd
	if json.Unmarshal(body, &ad) != nil {
		return
	}
	if id := c.labelled(ctx, key, ad.Category, refusal.Message); id != "" {
		refusal.Fields = map[string]string{filterKey(string(id)): refusal.Message}
	} else if name := fieldNames.FindString(strings.ToLower(refusal.Message)); name != "" {
		refusal.Fields = map[string]string{memberKey("", name): refusal.Message}
	}
}

// fieldNames are the names that an ad's members have on the wire.
var fieldNames = regexp.MustCompile(`\b(title|description|price|currency|category|location|ad_type|whatsapp_num|telegram_profile|images?)\b`)

// labelled gives the filter of the category whose label the text holds; the
// longest label wins over those within it.
func (c *Client) labelled(ctx context.Context, key market.Secret, category ident, text string) ident {
	s, err := open("explain", key)
	if err != nil {
		return ""
	}
	tree, err := c.categories(ctx, s)
	if err != nil {
		return ""
	}
	text = strings.ToLower(text)
	var best ident
	longest := 2 // shorter ones are in many words
	for _, path := range leaves(tree, nil) {
		if last(path).ID != category {
			continue
		}
		for _, id := range filtersOf(path, c.known.category(ctx, category)) {
			label := strings.ToLower(c.known.filter(ctx, id).Label)
			if n := utf8.RuneCountInString(label); n > longest && strings.Contains(text, label) {
				best, longest = id, n
			}
		}
	}
	return best
}
