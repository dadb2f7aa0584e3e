package md999

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"bazarbot/market"
)

// Bounds of a lookup. The list comes in order of the last publishing, so a new
// ad is among the first, unless the account republishes hundreds at once.
const (
	lookupPageSize = 100
	lookupPages    = 5
	listedPages    = 100              // until an ad that is known to exist is given up
	clockSlack     = 10 * time.Minute // between the market's clock and ours
)

// Snapshot is what an account had before a post, as it is saved before the post
// is sent.
type Snapshot struct {
	IDs   []string `json:"ids"`   // of the ads published last, at most 500
	Total int      `json:"total"` // how many there are at all
}

// whole reports whether no ad of the account is missing in the snapshot.
func (s Snapshot) whole() bool { return len(s.IDs) >= s.Total }

// Snapshot notes the ads the account has now.
func (c *Client) Snapshot(ctx context.Context, key market.Secret) (Snapshot, error) {
	snap := Snapshot{IDs: []string{}}
	err := c.newest(ctx, key, market.Russian, lookupPages, func(a advert, total int) bool {
		snap.IDs = append(snap.IDs, string(a.ID))
		snap.Total = total
		return true
	})
	return snap, err
}

// newest walks the account's ads, the last published first, while visit wants
// more of them and up to a number of pages.
func (c *Client) newest(ctx context.Context, key market.Secret, lang market.Lang, pages int, visit func(a advert, total int) bool) error {
	seen := map[ident]bool{} // an ad can move to the next page between two reads
	for n, read := 1, 0; n <= pages; n++ {
		page, err := c.adverts(ctx, key, lang, market.AdQuery{Page: n, PageSize: lookupPageSize})
		if err != nil {
			return err
		}
		total := max(page.Total.count(), page.Subtotal.count())
		for _, a := range *page.Adverts {
			if !seen[a.ID] && !visit(a, total) {
				return nil
			}
			seen[a.ID] = true
		}
		read += len(*page.Adverts)
		if len(*page.Adverts) == 0 || read >= page.Subtotal.count() {
			return nil
		}
	}
	return nil
}

// Lookup finds the ads that a post may have made whose answer was lost: those
// that are not in the snapshot, were posted not earlier than since (less ten
// minutes for the difference of clocks), stand in the same category and
// subcategory, and hold every feature that was sent with the same value. What
// the market adds by itself is ignored; only pictures and videos may be missing
// in its answer, since it does not document how it gives them back.
//
// One id: that is the ad. None: not (yet) there. Several: nobody can tell.
func (c *Client) Lookup(ctx context.Context, key market.Secret, post Post, before Snapshot, since time.Time) ([]string, error) {
	sent, err := sentFeatures(post)
	if err != nil {
		return nil, err
	}
	candidates, err := c.candidates(ctx, key, post, before, since.Add(-clockSlack))
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, id := range candidates {
		a, err := c.advert(ctx, key, market.Russian, id)
		if market.KindOf(err) == market.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if a.standsIn(post) && a.holds(sent) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// candidates are the ads that a post may have made, as far as the list tells.
func (c *Client) candidates(ctx context.Context, key market.Secret, post Post, before Snapshot, earliest time.Time) ([]string, error) {
	var ids []string
	err := c.newest(ctx, key, market.Russian, lookupPages, func(a advert, _ int) bool {
		posted, republished := time.Time(a.Posted), time.Time(a.Republished)
		if !republished.IsZero() && republished.Before(earliest) {
			return false // so are all that follow
		}
		recent := !posted.Before(earliest) || posted.IsZero() && before.whole()
		if recent && a.standsIn(post) && !slices.Contains(before.IDs, string(a.ID)) {
			ids = append(ids, string(a.ID))
		}
		return true
	})
	return ids, err
}

// standsIn reports whether the ad is in the post's category and subcategory.
// Both routes give them, one of them as optional.
func (a advert) standsIn(post Post) bool {
	category, subcategory := a.Categories.Category.ID, a.Categories.Subcategory.ID
	return (category == "" || string(category) == post.Category) &&
		(subcategory == "" || string(subcategory) == post.Subcategory)
}

// sentFeature is a feature as it was sent, normalised.
type sentFeature struct {
	id     string
	values []string
	unit   string
	media  bool // pictures or videos
}

func sentFeatures(post Post) ([]sentFeature, error) {
	var wire struct {
		Features []struct {
			ID    string          `json:"id"`
			Value json.RawMessage `json:"value"`
			Unit  string          `json:"unit"`
		} `json:"features"`
	}
	if err := json.Unmarshal(post.Body, &wire); err != nil {
		return nil, &market.Error{Kind: market.Invalid, Market: market.MD999, Op: "look up ad", Err: errors.New("the saved post is no JSON")}
	}
	sent := make([]sentFeature, 0, len(wire.Features))
	for _, f := range wire.Features {
		sent = append(sent, sentFeature{f.ID, normal(f.Value), f.Unit, isMedia(f.Value)})
	}
	return sent, nil
}

// isMedia recognises pictures and videos by their values: the third kind of
// array, phone numbers, holds no points and no slashes.
func isMedia(raw json.RawMessage) bool {
	var items []string
	return json.Unmarshal(raw, &items) == nil &&
		slices.ContainsFunc(items, func(s string) bool { return strings.ContainsAny(s, "./") })
}

// holds reports whether the ad has every feature that was sent.
func (a advert) holds(sent []sentFeature) bool {
	for _, s := range sent {
		got, ok := a.feature(s.id)
		if !ok {
			if s.media {
				continue
			}
			return false
		}
		values := normal(got.Value)
		if len(values) == 0 && s.media {
			continue
		}
		if !slices.Equal(values, s.values) || !strings.EqualFold(string(got.Unit), s.unit) {
			return false
		}
	}
	return true
}

// normal writes a value so that what the market means as the same is the same:
// 100 and "100", true and "true", spaces and line ends, arrays in any order,
// pictures by the id before their metadata.
func normal(raw json.RawMessage) []string {
	var items []ident
	if json.Unmarshal(raw, &items) != nil {
		var one ident
		if json.Unmarshal(raw, &one) != nil {
			return []string{string(raw)}
		}
		items = []ident{one}
	}
	var out []string
	for _, item := range items {
		if s := normalText(string(item)); s != "" {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}

func normalText(s string) string {
	if id, _, ok := strings.Cut(s, "?metadata="); ok {
		return id
	}
	return market.CanonicalNumber(strings.Join(strings.Fields(s), " "))
}
