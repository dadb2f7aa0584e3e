package omarket

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// createAd opens a draft.
func (s *Server) createAd(c *call) reply {
	now := s.now()
	a := &ad{Ad: Ad{
		ID: s.nextID(), UUID: newUUID(), Author: c.account.MSISDN, Status: Initial, Currency: "som",
		Created: now, Modified: now,
	}}
	s.ads[a.UUID] = a
	return ok(a.UUID, "")
}

func noSuchAd() reply { return fail(http.StatusNotFound, "Объявление не найдено.") }

// owned finds the ad of the address if it is the caller's.
func (s *Server) owned(c *call) *ad {
	if a := s.ads[c.value("uuid")]; a != nil && a.Author == c.account.MSISDN {
		return a
	}
	return nil
}

// updateAd changes what is sent of an ad and puts it before a moderator, or
// changes nothing.
func (s *Server) updateAd(c *call) reply {
	a := s.owned(c)
	if a == nil {
		return noSuchAd()
	}
	b := readBody(c.body, nil, writable)
	next := a.clone()
	s.apply(&next, b, c, a.uploaded)
	s.check(&next, &b.wrong)
	if !b.wrong.none() {
		return fail(s.quirks.failStatus(), s.adDetails(b.wrong))
	}
	next.OldPrice = oldPrice(a.Ad, next)
	a.Ad = next
	s.submit(a)
	return ok(s.detailed(a, c), "Updated")
}

// oldPrice is the price that a discount is counted from.
func oldPrice(before, after Ad) string {
	was, is := amount(before.Price), amount(after.Price)
	switch {
	case before.Status == Initial || before.Currency != after.Currency || is == 0 || is > was:
		return ""
	case is < was:
		return before.Price
	}
	return before.OldPrice
}

// amount reads a price that was checked; none is 0.
func amount(price string) float64 {
	n, _ := strconv.ParseFloat(price, 64)
	return n
}

func (s *Server) deleteAd(c *call) reply {
	a := s.owned(c)
	if a == nil {
		return noSuchAd()
	}
	delete(s.ads, a.UUID)
	return ok([]any{}, "Deleted")
}

// adDetails spells the complaints about an ad in the shape that is set.
func (s *Server) adDetails(wrong complaints) any {
	details := wrong.details()
	filters := object{}
	first := ""
	for _, id := range slices.Sorted(maps.Keys(wrong.filters)) {
		filters[strconv.Itoa(id)] = wrong.filters[id]
		if first == "" {
			first = "Фильтр «" + s.filterLabel(id) + "»: " + wrong.filters[id][0]
		}
	}
	switch {
	case len(filters) == 0:
	case s.quirks.FilterErrors == FilterErrorsText:
		return first
	case s.quirks.FilterErrors == FilterErrorsFlat:
		for id, texts := range filters {
			details[id] = texts
		}
	default:
		details["filters"] = filters
	}
	return details
}

func (s *Server) filterLabel(id int) string {
	if f := s.catalogue.filter(id); f != nil {
		return f.Label
	}
	return strconv.Itoa(id)
}
