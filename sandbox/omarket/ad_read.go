package omarket

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
)

// pageSize is how many ads a page has; rate how many som a dollar costs.
const (
	pageSize = 20
	rate     = 81.7325
)

func itoa(n int) string { return strconv.Itoa(n) }

// paged cuts a page out of a list and counts it.
func paged[T any](list []T, page, size int) ([]T, object, bool) {
	from := (page - 1) * size
	if page > 1 && from >= len(list) {
		return nil, nil, false
	}
	to := min(from+size, len(list))
	o := object{"count": len(list), "next": nil, "previous": nil}
	if to < len(list) {
		o["next"] = page + 1
	}
	if page > 1 {
		o["previous"] = page - 1
	}
	return list[from:to], o, true
}

// answerPage answers a page of ads, each written by show.
func (s *Server) answerPage(c *call, found []*ad, show func(*ad, *call) object) reply {
	part, o, there := paged(found, c.page, pageSize)
	if !there {
		return noSuchPage()
	}
	results := []object{}
	for _, a := range part {
		results = append(results, show(a, c))
	}
	o["results"] = results
	return ok(o, "")
}

// where lists the ads that fit, the newest first.
func (s *Server) where(fits func(*ad) bool) []*ad {
	var found []*ad
	for _, a := range s.ads {
		if fits(a) {
			found = append(found, a)
		}
	}
	slices.SortFunc(found, func(a, b *ad) int { return cmp.Compare(b.ID, a.ID) })
	return found
}

func (s *Server) listAds(c *call) reply {
	return s.answerPage(c, s.where(func(a *ad) bool { return a.Status == Active }), s.listed)
}

func (s *Server) listOwnAds(c *call) reply {
	b := readBody(c.body, []string{"statuses"}, nil)
	statuses := b.texts("statuses")
	if b.wrong.none() && len(statuses) == 0 {
		b.wrong.add("statuses", "Укажите хотя бы один статус.")
	}
	for _, name := range statuses {
		if !slices.Contains(Listed, Status(name)) {
			b.wrong.add("statuses", "Значения %q нет среди допустимых вариантов.", name)
		}
	}
	if !b.wrong.none() {
		return fail(http.StatusBadRequest, b.wrong.details())
	}
	return s.answerPage(c, s.where(func(a *ad) bool {
		return a.Author == c.account.MSISDN && slices.Contains(statuses, string(a.Status))
	}), s.brief)
}

// getAd shows an ad to its seller, and to everybody once it is active.
func (s *Server) getAd(c *call) reply {
	a := s.ads[c.value("uuid")]
	if a == nil || !s.own(a, c) && a.Status != Active {
		return noSuchAd()
	}
	if !s.own(a, c) {
		a.Views++
	}
	o := s.detailed(a, c)
	o["has_complained"] = false
	return ok(o, "")
}

func (s *Server) own(a *ad, c *call) bool {
	return c.account != nil && c.account.MSISDN == a.Author
}

// brief writes an ad as it stands in search and in a seller's list.
func (s *Server) brief(a *ad, c *call) object {
	return object{
		"id": a.ID, "uuid": a.UUID, "title": a.Title, "address": a.Address, "o_money_pay": a.OMoneyPay,
		"price": textOrNil(a.Price), "latitude": numberOrNil(a.Latitude), "longitude": numberOrNil(a.Longitude),
		"contract_price": a.ContractPrice, "currency": a.Currency, "description": a.Description,
		"status": a.Status, "modified_at": stamp(a.Modified), "is_own": s.own(a, c),
		"category": object{"name": s.categoryOf(a.Category, false)["name"]},
		"author":   object{"verified": false}, "favorite": false,
		"location":      object{"name": s.locationOf(a.Location)["name"]},
		"minify_images": addresses(c, a.Images), "view_count": a.Views, "currency_usd": rate,
		"promotion_type": object{"type": textOrNil(a.Promotion)},
	}
}

// listed writes an ad as it stands in the list of all: whole but for the
// answers to its filters.
func (s *Server) listed(a *ad, c *call) object {
	o := s.detailed(a, c)
	o["filters"] = []any{}
	o["category"] = s.categoryOf(a.Category, false)
	if a.OldPrice == "" {
		o["old_price"] = ""
	}
	return o
}

// detailed writes the whole ad.
func (s *Server) detailed(a *ad, c *call) object {
	o := object{
		"id": a.ID, "filters": s.filterBodies(a), "uuid": a.UUID, "title": a.Title,
		"description": a.Description, "ad_type": a.AdType, "author_id": s.accounts[a.Author].ID,
		"price": textOrNil(a.Price), "old_price": textOrNil(a.OldPrice), "currency": a.Currency, "status": a.Status,
		"delivery": a.Delivery, "created_at": stamp(a.Created), "address": a.Address, "o_money_pay": a.OMoneyPay,
		"whatsapp_num": a.WhatsApp, "whatsapp_num_is_ident": a.WhatsAppOwn, "removed_at": nil,
		"opening_at": second(a.Opens), "contract_price": a.ContractPrice, "commentary": a.Commentary,
		"price_sort": nil, "published_at": stamp(a.Published),
		"latitude": numberOrNil(a.Latitude), "longitude": numberOrNil(a.Longitude), "moderator_id": nil,
		"telegram_profile": a.Telegram, "telegram_profile_is_ident": a.TelegramOwn,
		"modified_at": stamp(a.Modified), "has_image": len(a.Images) > 0,
		"category": s.categoryOf(a.Category, true), "detail": nil, "location": s.locationOf(a.Location),
		"promotion_type": promotion(a), "is_own": s.own(a, c), "author": s.authorOf(a, c), "favorite": false,
		"images": addresses(c, a.Images), "minify_images": addresses(c, a.Images),
		"complaint_count": 0, "review_count": 0, "view_count": a.Views, "currency_usd": rate,
	}
	if a.Price != "" {
		o["price_sort"] = strconv.FormatFloat(amount(a.Price), 'f', 4, 64)
	}
	if a.Status == Initial {
		o["old_price"] = ""
	}
	return o
}

func promotion(a *ad) any {
	if a.Promotion == "" {
		return nil
	}
	return object{"id": 1, "type": a.Promotion, "description": a.Promotion + " 7 дней", "img": ""}
}

// authorOf writes who sells.
func (s *Server) authorOf(a *ad, c *call) object {
	author := s.accounts[a.Author]
	o := object{
		"id": author.ID, "msisdn": author.MSISDN, "location": nil, "verified": false, "block_type": "not_blocked",
		"username": author.Username, "avatar": "", "rating": json.Number("0.0"), "contact_number": author.Contact,
	}
	if author.Avatar != "" {
		o["avatar"] = c.base() + author.Avatar
	}
	if place := s.catalogue.location(author.Location); place != nil {
		o["location"] = object{"id": place.ID, "name": place.Name, "parent": parentOf(place), "location_type": place.Type}
	}
	return o
}

// filterBodies writes the answers to filters with what was asked.
func (s *Server) filterBodies(a *ad) []object {
	all := []object{}
	for _, v := range a.Filters {
		f := s.catalogue.filter(v.ID)
		if f == nil { // the catalogue has lost it
			continue
		}
		all = append(all, object{
			"id": v.Row, "value": v.Value, "filter_id": v.ID,
			"filter": object{
				"id": f.ID, "create_label": f.Label, "list_label": f.ListLabel, "create_filter_type": f.Type,
				"list_filter_type": f.listType(), "required": f.Required, "format": []any{},
				"parent_create_label": nil, "parent_list_label": nil, "splitting_popular": f.Popular,
			},
			"list_value": f.titles(v.Value),
		})
	}
	return all
}

// titles spells an answer for people.
func (f *Filter) titles(value any) []string {
	title := func(s string) string {
		if o := f.option(s); o != nil {
			return o.Title
		}
		return s
	}
	switch v := value.(type) {
	case bool:
		if v {
			return []string{"Да"}
		}
		return []string{"Нет"}
	case []string:
		all := []string{}
		for _, s := range v {
			all = append(all, title(s))
		}
		return all
	default:
		return []string{title(v.(string))}
	}
}

func addresses(c *call, paths []string) []string {
	all := []string{}
	for _, path := range paths {
		all = append(all, c.base()+path)
	}
	return all
}

func textOrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// numberOrNil writes digits that were checked as the number they are.
func numberOrNil(s string) any {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil
	}
	return n
}
