package omarket

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// Ads gives a page of the account's own ads, in the market's order. An ad that
// is only begun is not among them.
//
// Description: "Получение своих объявлений".
func (c *Client) Ads(ctx context.Context, key market.Secret, lang market.Lang, query market.AdQuery) (market.AdPage, error) {
	s, err := signed("list own ads", key)
	if err != nil {
		return market.AdPage{}, err
	}
	states := query.States
	if len(states) == 0 {
		states = ownStates
	}
	w := window{page: query.Page, size: query.PageSize, own: &c.mySize}
	return c.ads(ctx, w, lang, func(n int) (adsPage, error) {
		call := list("list own ads", "/api/ads-board/v1/user/my-ads/", n)
		return c.fetchPage(ctx, s, call.with(map[string][]market.State{"statuses": states}))
	})
}

// ads reads a window of a list.
func (c *Client) ads(ctx context.Context, w window, lang market.Lang, fetch func(page int) (adsPage, error)) (market.AdPage, error) {
	found, count, err := w.read(fetch)
	if err != nil {
		return market.AdPage{}, err
	}
	page := market.AdPage{
		Ads:  make([]market.Ad, 0, len(found)),
		Page: max(w.page, 1), PageSize: w.pageSize(len(found)),
		Subtotal: count, Total: count,
	}
	for _, a := range found {
		page.Ads = append(page.Ads, c.ad(a, lang))
	}
	c.known.learn(ctx, lessonOf(found...))
	return page, nil
}

// FullAd gives an ad with all that the market tells of it; id is its uuid.
//
// Description: "Детали обьявления".
func (c *Client) FullAd(ctx context.Context, key market.Secret, lang market.Lang, id string) (market.Ad, error) {
	s, err := open("get ad", key)
	if err != nil {
		return market.Ad{}, err
	}
	a, err := c.details(ctx, s, id)
	if err != nil {
		return market.Ad{}, err
	}
	c.known.learn(ctx, lessonOf(a))
	return c.ad(a, lang), nil
}

// details reads an ad.
//
// Description: "Детали обьявления".
func (c *Client) details(ctx context.Context, s *session, uuid string) (wireAd, error) {
	call, err := adCall("get ad", http.MethodGet, uuid, "")
	if err != nil {
		return wireAd{}, err
	}
	body, err := c.do(ctx, s, call)
	if err != nil {
		return wireAd{}, err
	}
	var a wireAd
	if err := decode(body, &a); err != nil || a.UUID == "" {
		return wireAd{}, garbled(call, remote.ErrGarbled)
	}
	return a, nil
}

// adID is what an ad's id can look like; anything else could name another route.
var adID = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`)

// adCall is a call to an ad's own route, or to one below it.
func adCall(op, method, uuid, below string) (call, error) {
	if !adID.MatchString(uuid) || uuid == "initial" || uuid == "list" {
		return call{}, refused(op, market.NotFound, errors.New("no ad has such an id"))
	}
	path := "/api/ads-board/v1/ads/" + uuid + "/" + below
	if method == http.MethodGet {
		return get(op, path, nil), nil
	}
	return write(op, method, path), nil
}

// ad translates what the market tells. Only the type of the offer, which the
// market writes as a code, is in lang.
func (c *Client) ad(a wireAd, lang market.Lang) market.Ad {
	ad := market.Ad{
		ID: string(a.UUID), Market: market.OMarket,
		Title: string(a.Title), Text: string(a.Description),
		State:      market.State(a.Status),
		Path:       a.Category.path(),
		OfferType:  c.known.offer(wireAdType{Code: a.AdType}, lang),
		Negotiable: bool(a.ContractPrice),
		Views:      a.Views.count(),
		Posted:     time.Time(a.Published),
		Opens:      time.Time(a.Opening),
		Place:      string(a.Location.Name),
		Photos:     a.photos(),
		Contacts:   a.contacts(),
	}
	if a.Price != "" {
		ad.Price = market.Money{Amount: market.CanonicalNumber(string(a.Price)), Currency: string(a.Currency)}
	}
	if ad.Posted.IsZero() {
		ad.Posted = time.Time(a.Created)
	}
	if ad.Place == "" {
		ad.Place = string(a.Address)
	}
	if reason := plainText(string(a.Commentary)); reason != "" {
		ad.Reasons = []string{reason}
	}
	return ad
}

// path lists the names from the uppermost category down.
func (w wireCategory) path() []string {
	var names []string
	if w.Parent != nil {
		names = w.Parent.path()
	}
	if w.Name != "" {
		names = append(names, string(w.Name))
	}
	return names
}

// photos are the addresses of the ad's pictures: the full ones, else the small
// ones that lists have.
func (a wireAd) photos() []string {
	for _, list := range [][]wireImage{a.Images, a.MinifyImages} {
		var photos []string
		for _, image := range list {
			if image != "" {
				photos = append(photos, string(image))
			}
		}
		if photos != nil {
			return photos
		}
	}
	return nil
}

func isWebAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// contacts are the ways to reach the seller that the ad shows.
func (a wireAd) contacts() []market.Contact {
	var contacts []market.Contact
	add := func(kind market.ContactKind, value string) {
		if value != "" {
			contacts = append(contacts, market.Contact{Kind: kind, Value: value})
		}
	}
	add(market.ContactPhone, international(string(a.Author.Contact)))
	add(market.ContactWhatsApp, international(string(a.WhatsApp)))
	add(market.ContactTelegram, username(string(a.Telegram)))
	return contacts
}

// international is a phone number with its country's code, digits only; "" for
// what is none.
func international(text string) string {
	if msisdn, ok := Phone(text); ok {
		return msisdn
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
	if len(digits) < 10 || len(digits) > 15 || digits[0] == '0' {
		return ""
	}
	return digits
}

// telegramName is a Telegram user name, as people write it or as a link.
var telegramName = regexp.MustCompile(`(?i)^(?:(?:https?://)?(?:t\.me|telegram\.me)/)?@?([a-z][a-z0-9_]{3,31})/?$`)

func username(text string) string {
	match := telegramName.FindStringSubmatch(strings.TrimSpace(text))
	if match == nil {
		return ""
	}
	return match[1]
}
