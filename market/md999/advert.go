package md999

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // times without a zone are the market's own

	"bazarbot/market"
	"bazarbot/market/remote"
)

// advert is the wire word for an ad, as the list and the single route give it
// between them.
type advert struct {
	ID         ident `json:"id"`
	Title      ident `json:"title"`
	Body       ident `json:"body"`
	State      ident `json:"state"`
	Categories struct {
		Category    title `json:"category"`
		Subcategory title `json:"subcategory"`
	} `json:"categories"`
	OfferType struct {
		Value ident `json:"value"`
	} `json:"offer_type"`
	Price *struct {
		Value ident `json:"value"`
		Unit  ident `json:"unit"`
	} `json:"price"`
	Features    []wireAdvertFeature `json:"features"`
	Type        ident               `json:"type"`
	Views       ident               `json:"views_counter"`
	Posted      instant             `json:"posted"`
	Republished instant             `json:"republished"`
	Expire      instant             `json:"expire"`
	Reasons     []title             `json:"block_reasons"`
}

// wireAdvertFeature is a feature of an advert. Its value comes as a string, a
// number, a boolean or an array, not always as it was sent.
type wireAdvertFeature struct {
	ID    ident           `json:"id"`
	Value json.RawMessage `json:"value"`
	Unit  ident           `json:"unit"`
}

// advertPage is the answer of the list.
type advertPage struct {
	Adverts  *[]advert `json:"adverts"`
	PageSize ident     `json:"page_size"`
	Page     ident     `json:"page"`
	Subtotal ident     `json:"subtotal"`
	Total    ident     `json:"total"`
}

// Ads gives a page of the account's own ads, the last published first.
//
// API reference: GET /adverts.
func (c *Client) Ads(ctx context.Context, key market.Secret, lang market.Lang, query market.AdQuery) (market.AdPage, error) {
	page, err := c.adverts(ctx, key, lang, query)
	if err != nil {
		return market.AdPage{}, err
	}
	out := market.AdPage{
		Ads:  make([]market.Ad, 0, len(*page.Adverts)),
		Page: page.Page.count(), PageSize: page.PageSize.count(),
		Subtotal: page.Subtotal.count(), Total: page.Total.count(),
	}
	for _, a := range *page.Adverts {
		out.Ads = append(out.Ads, a.ad(lang))
	}
	return out, nil
}

func (c *Client) adverts(ctx context.Context, key market.Secret, lang market.Lang, query market.AdQuery) (advertPage, error) {
	values := langQuery(wireLang(lang))
	if len(query.States) > 0 {
		states := make([]string, len(query.States))
		for i, s := range query.States {
			states[i] = string(s)
		}
		values.Set("states", strings.Join(states, ","))
	}
	if query.Page > 0 {
		values.Set("page", strconv.Itoa(query.Page))
	}
	if query.PageSize > 0 {
		values.Set("page_size", strconv.Itoa(query.PageSize))
	}
	call := remote.Get("list ads", "/adverts", values)
	return fetch(ctx, c, key, call, func(p advertPage) bool { return p.Adverts != nil })
}

// Ad gives one of the account's own ads.
//
// API reference: GET /adverts/{advert_id}.
func (c *Client) Ad(ctx context.Context, key market.Secret, lang market.Lang, id string) (market.Ad, error) {
	a, err := c.advert(ctx, key, lang, id)
	if err != nil {
		return market.Ad{}, err
	}
	return a.ad(lang), nil
}

func (c *Client) advert(ctx context.Context, key market.Secret, lang market.Lang, id string) (advert, error) {
	call := remote.Get("get ad", route("adverts", id), langQuery(wireLang(lang)))
	return fetch(ctx, c, key, call, func(a advert) bool { return a.ID != "" })
}

// FullAd gives one of the account's own ads with all that the market tells of
// it. Views, dates, colour and the reasons of a block stand only in the list,
// which has no search: it is read page by page until the ad comes, which is at
// once for one that was just republished.
//
// API reference: GET /adverts/{advert_id}, GET /adverts.
func (c *Client) FullAd(ctx context.Context, key market.Secret, lang market.Lang, id string) (market.Ad, error) {
	a, err := c.advert(ctx, key, lang, id)
	if err != nil {
		return market.Ad{}, err
	}
	listed, err := c.listed(ctx, key, lang, id)
	if err != nil {
		return market.Ad{}, err
	}
	full := listed.ad(lang)
	full.Text, full.OfferType, full.Price = string(a.Body), string(a.OfferType.Value), a.ad(lang).Price
	full.Photos = a.photos()
	return full, nil
}

// listed finds an ad in the list. One that is not there is not taken for gone:
// an ad that is republished while the pages are read jumps to one that was.
func (c *Client) listed(ctx context.Context, key market.Secret, lang market.Lang, id string) (advert, error) {
	var found advert
	err := c.newest(ctx, key, lang, listedPages, func(a advert, _ int) bool {
		if string(a.ID) == id {
			found = a
		}
		return found.ID == ""
	})
	if err == nil && found.ID == "" {
		err = &market.Error{
			Kind: market.Unavailable, Market: market.MD999, Op: "list ads",
			Err: errors.New("the ad is not in the list"),
		}
	}
	return found, err
}

// fetch makes a read that is not cached and decodes its answer, which must be
// whole.
func fetch[T any](ctx context.Context, c *Client, key market.Secret, call remote.Call, whole func(T) bool) (T, error) {
	var value T
	body, err := c.do(ctx, key, call)
	if err != nil {
		return value, err
	}
	if err := json.Unmarshal(body, &value); err != nil {
		return value, garbled(call, err)
	}
	if !whole(value) {
		return value, garbled(call, errors.New("its main member is missing"))
	}
	return value, nil
}

// AdURL is an ad's public page. The description names none; this is the form
// the site uses.
func AdURL(lang market.Lang, id string) string {
	return site + "/" + wireLang(lang) + "/" + url.PathEscape(id)
}

func (a advert) ad(lang market.Lang) market.Ad {
	ad := market.Ad{
		ID: string(a.ID), Market: market.MD999,
		Title: string(a.Title), Text: string(a.Body),
		State:     market.State(a.State),
		URL:       AdURL(lang, string(a.ID)),
		OfferType: string(a.OfferType.Value),
		Views:     a.Views.count(),
		Coloured:  a.Type == "colored",
		Posted:    time.Time(a.Posted), Republished: time.Time(a.Republished), Expires: time.Time(a.Expire),
	}
	for _, t := range []title{a.Categories.Category, a.Categories.Subcategory} {
		if t.Title != "" {
			ad.Path = append(ad.Path, string(t.Title))
		}
	}
	if a.Price != nil && a.Price.Value != "" {
		ad.Price = market.Money{Amount: market.CanonicalNumber(string(a.Price.Value)), Currency: string(a.Price.Unit)}
	}
	for _, reason := range a.Reasons {
		if reason.Title != "" {
			ad.Reasons = append(ad.Reasons, string(reason.Title))
		}
	}
	return ad
}

// instant is a time as the market writes it: ISO 8601. What cannot be read is
// the zero time, which the product shows as nothing.
type instant time.Time

// UnmarshalJSON never fails: a date is not worth an ad.
func (t *instant) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) != nil {
		return nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00"} {
		if at, err := time.Parse(layout, s); err == nil {
			*t = instant(at)
			return nil
		}
	}
	zone, err := time.LoadLocation("Europe/Chisinau")
	if err != nil {
		return nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
		if at, err := time.ParseInLocation(layout, s, zone); err == nil {
			*t = instant(at)
			return nil
		}
	}
	return nil
}
