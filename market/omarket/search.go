package omarket

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// wireFilter is the body of a search.
type wireFilter struct {
	Main    wireMainFilters       `json:"main_filters"`
	Filters []wireCategoryFilters `json:"category_filters,omitempty"`
}

type wireMainFilters struct {
	Order         string `json:"order_by,omitempty"`
	Category      int    `json:"category_id,omitempty"`
	Location      int    `json:"location_id,omitempty"`
	Pics          bool   `json:"pics,omitempty"`
	Discount      bool   `json:"with_discount,omitempty"`
	Delivery      bool   `json:"delivery,omitempty"`
	ContractPrice bool   `json:"contract_price,omitempty"`
	Words         string `json:"q,omitempty"` // only the undocumented form takes it
}

// wireCategoryFilters is one filter of a search: a list of options or a range.
type wireCategoryFilters struct {
	ID    int `json:"filter_id"`
	Value any `json:"value"`
}

type wireRange struct {
	From json.Number `json:"from,omitempty"`
	To   json.Number `json:"to,omitempty"`
}

// Search gives a page of everybody's ads. The page's Total is its Subtotal.
//
// Description: "Объявления по категориям".
func (c *Client) Search(ctx context.Context, key market.Secret, lang market.Lang, query market.SearchQuery) (market.AdPage, error) {
	s, err := open("search", key)
	if err != nil {
		return market.AdPage{}, err
	}
	filter, err := searchFilter(query)
	if err != nil {
		return market.AdPage{}, err
	}
	w := window{page: query.Page, size: query.PageSize, own: &c.foundSize}
	return c.ads(ctx, w, lang, func(n int) (adsPage, error) { return c.adsPage(ctx, s, filter, n) })
}

// searchFilter writes a search for the market.
func searchFilter(q market.SearchQuery) (wireFilter, error) {
	f := wireFilter{Main: wireMainFilters{
		Order: string(q.Order), Pics: q.Photos, Discount: q.Discount, Delivery: q.Delivery,
		ContractPrice: q.Negotiable, Words: strings.TrimSpace(q.Words),
	}}
	var err error
	number := func(text string) int {
		n, bad := strconv.Atoi(text)
		if text != "" && bad != nil {
			err = refused("search", market.Invalid, errors.New("an id of the market is a number"))
		}
		return n
	}
	f.Main.Category, f.Main.Location = number(q.Category), number(q.Place)
	for _, narrowed := range q.Filters {
		id := strings.TrimPrefix(narrowed.Field, filterPrefix)
		filter := wireCategoryFilters{ID: number(cmp.Or(id, "none"))}
		from, to := decimal(narrowed.From), decimal(narrowed.To)
		switch {
		case len(narrowed.Options) > 0:
			filter.Value = narrowed.Options
		case from != "" || to != "":
			filter.Value = wireRange{From: from, To: to}
		default:
			continue
		}
		f.Filters = append(f.Filters, filter)
	}
	return f, err
}

// decimal is a number for JSON, or "" for what is none.
func decimal(text string) json.Number {
	text = market.CanonicalNumber(strings.TrimSpace(text))
	if _, err := strconv.ParseFloat(text, 64); err != nil || !json.Valid([]byte(text)) {
		return ""
	}
	return json.Number(text)
}

// adsPage gives a page of the ads that pass filter, from 1; without any filter
// that is the list of all ads. The documented form of a search
// is a GET with a body, which a server or a proxy may refuse; then the form that
// clients were seen to use is tried, and remembered when it works. Words are
// taken by that one only.
//
// Description: "Объявления по категориям".
func (c *Client) adsPage(ctx context.Context, s *session, filter wireFilter, page int) (adsPage, error) {
	if filter.Main == (wireMainFilters{}) && len(filter.Filters) == 0 {
		return c.listPage(ctx, s, page)
	}
	if filter.Main.Words != "" || c.postForm.Load() {
		return c.fetchPage(ctx, s, searchByPost(filter, page))
	}
	documented := searchByGet(filter, page)
	documented.Once = true
	found, err := c.fetchPage(ctx, s, documented)
	if err == nil || !refusedForm(err) {
		return found, err
	}
	found, other := c.fetchPage(ctx, s, searchByPost(filter, page))
	if other != nil {
		return adsPage{}, other
	}
	c.log.Info("market refuses the documented search, the other form works", "market", market.OMarket)
	c.postForm.Store(true)
	return found, nil
}

func searchByGet(filter wireFilter, page int) call {
	return get("search", "/api/ads-board/v1/trusted/ads-filter/", pageQuery(page)).with(filter)
}

func searchByPost(filter wireFilter, page int) call {
	return list("search", "/api/ads-board/trusted/ads-filter-old/", page).with(filter)
}

// list is a list that is read by POST.
func list(op, path string, page int) call {
	return call{Call: remote.Call{Op: op, Effect: remote.Reads, Method: http.MethodPost, Path: path, Query: pageQuery(page)}}
}

func pageQuery(page int) url.Values { return url.Values{"page": {strconv.Itoa(max(page, 1))}} }

// refusedForm reports whether a search may have failed for its form alone.
func refusedForm(err error) bool {
	var failure *market.Error
	if !errors.As(err, &failure) || errors.Is(err, remote.ErrBreakerOpen) {
		return false
	}
	switch failure.Kind {
	case market.Unavailable:
		return failure.Status != 0 // something answered
	case market.Invalid, market.NotFound:
		return true
	default:
		return false
	}
}

// listPage gives a page of all ads.
//
// Description: "Список обьявлений".
func (c *Client) listPage(ctx context.Context, s *session, page int) (adsPage, error) {
	return c.fetchPage(ctx, s, get("list ads", "/api/ads-board/v1/ads/list/", pageQuery(page)))
}

// fetchPage reads a page of a list. A page behind the last one is empty.
func (c *Client) fetchPage(ctx context.Context, s *session, call call) (adsPage, error) {
	var page adsPage
	body, err := c.do(ctx, s, call)
	if market.KindOf(err) == market.NotFound && call.Query.Get("page") != "1" {
		return page, nil
	}
	if err != nil {
		return page, err
	}
	if err := decode(body, &page); err != nil {
		return page, garbled(call, err)
	}
	if page.Results == nil && page.Count == "" {
		return page, garbled(call, remote.ErrGarbled)
	}
	return page, nil
}
