package omarket

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"

	"bazarbot/market"
)

// Refused notes the filters for which the market refused an ad of a category,
// by the keys of its error's fields: the next form asks them, whether anybody
// knows what they are or not. Other keys are not looked at.
func (c *Client) Refused(ctx context.Context, category string, fields map[string]string) {
	demand := categoryFacts{ID: ident(category), Said: map[ident]string{}}
	for key, said := range fields {
		if id, ok := filterOfKey(key); ok {
			demand.Required = append(demand.Required, id)
			demand.Said[id] = clip(said, maxLabel)
		}
	}
	if !digits.MatchString(category) || len(demand.Required) == 0 {
		return
	}
	slices.Sort(demand.Required)
	c.known.learn(ctx, lesson{categories: map[ident]categoryFacts{demand.ID: demand}})
}

// refusedAd learns from the refusal of a PUT, once explain has found out what
// it can: the filters it names that were not sent are asked from now on. Where
// it names something that nobody knows, and just one of the category's filters
// is not known, it is that one.
func (c *Client) refusedAd(ctx context.Context, body json.RawMessage, err error) {
	var refusal *market.Error
	var sent sentAd
	if !errors.As(err, &refusal) || refusal.Kind != market.Invalid || json.Unmarshal(body, &sent) != nil {
		return
	}
	if id := c.onlyUnknown(ctx, sent.Category, refusal); id != "" && !quotesAd(refusal.Message, body) {
		refusal.Fields = map[string]string{filterKey(string(id)): refusal.Message}
	}
	missing := maps.Clone(refusal.Fields)
	for _, answer := range sent.Filters {
		delete(missing, filterKey(string(answer.FilterID)))
	}
	c.Refused(ctx, string(sent.Category), missing)
}

// onlyUnknown is the one filter of a category that nobody knows, if a refusal
// in plain words can only be about it.
func (c *Client) onlyUnknown(ctx context.Context, category ident, refusal *market.Error) ident {
	if len(refusal.Fields) > 0 || quoted(refusal.Message) == "" {
		return ""
	}
	tree, err := c.categories(ctx, &session{}) // cached: a form was made of it
	if err != nil {
		return ""
	}
	unknown := slices.DeleteFunc(filtersOf(wayTo(tree, category, 1), c.known.category(ctx, category)), func(id ident) bool {
		return c.known.filter(ctx, id).known()
	})
	if len(unknown) != 1 {
		return ""
	}
	return unknown[0]
}

var (
	// demands are words of a refusal for what is lacking, forbids for what is there.
	demands = regexp.MustCompile(`(?i)обязател|заполн|укаж|выбер|required|missing|blank|empty`)
	forbids = regexp.MustCompile(`(?i)недопуст|запрещ|нельзя|убер|удал|(^|[^\p{L}])без([^\p{L}]|$)|forbidden|not allowed|prohibited|remove|without`)
)

// quotesAd reports whether a refusal repeats what its ad says, instead of naming
// what the ad lacks. What one person wrote must not become the name of a filter.
func quotesAd(said string, body json.RawMessage) bool {
	lacks := demands.MatchString(said) && !forbids.MatchString(said)
	return !lacks && strings.Contains(strings.ToLower(string(body)), strings.ToLower(quoted(said)))
}

// inQuotes is a name in a market's sentence: «Пробег», "Пробег".
var inQuotes = regexp.MustCompile(`[«"“]([^«»"“”]{1,60})[»"”]`)

func quoted(said string) string {
	if match := inQuotes.FindStringSubmatch(said); match != nil {
		return match[1]
	}
	return ""
}
