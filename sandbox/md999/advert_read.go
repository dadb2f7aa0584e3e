package md999

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// maxPageSize is the longest page the market gives.
const maxPageSize = 1000

func (s *Server) listAdverts(c *call) reply {
	size, err := c.positive("page_size", 30, maxPageSize)
	if err != nil {
		return badRequest(err)
	}
	page, err := c.positive("page", 1, maxNumber)
	if err != nil {
		return badRequest(err)
	}
	states, err := c.states()
	if err != nil {
		return badRequest(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	total := 0
	var found []*advert
	for _, a := range s.adverts {
		if a.Key != c.key {
			continue
		}
		total++
		if slices.Contains(states, a.state()) {
			found = append(found, a)
		}
	}
	slices.SortFunc(found, func(a, b *advert) int {
		return cmp.Or(b.Republished.Compare(a.Republished), cmp.Compare(b.ID, a.ID))
	})
	list := []object{}
	from := min((page-1)*size, len(found))
	for _, a := range found[from:min(from+size, len(found))] {
		list = append(list, s.listed(a, c.lang))
	}
	return ok(object{"adverts": list, "page_size": size, "page": page, "subtotal": len(found), "total": total})
}

// positive reads a query parameter that counts from 1.
func (c *call) positive(name string, otherwise, limit int) (int, error) {
	if !c.query.Has(name) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(c.query.Get(name))
	if err != nil || n < 1 || n > limit {
		return 0, fmt.Errorf("parameter %s must be an integer from 1 to %d", name, limit)
	}
	return n, nil
}

func (c *call) states() ([]State, error) {
	if !c.query.Has("states") {
		return States, nil
	}
	var states []State
	for name := range strings.SplitSeq(c.query.Get("states"), ",") {
		if !slices.Contains(States, State(name)) {
			return nil, fmt.Errorf("parameter states: no such state: %q", name)
		}
		states = append(states, State(name))
	}
	return states, nil
}

// listed writes an advert as it stands in a list. The lock is held.
func (s *Server) listed(a *advert, lang string) object {
	kind := "standard"
	if a.Colored {
		kind = "colored"
	}
	reasons := []object{}
	for _, r := range a.Reasons {
		reasons = append(reasons, object{"type": r.Type, "title": r.Title.In(lang)})
	}
	return object{
		"id": a.ID, "title": s.titleOf(a, lang), "state": a.state(), "categories": s.categoriesOf(a, lang),
		"type": kind, "views_counter": a.Views, "autorepublisher": s.autorepublisherBody(a),
		"posted": iso(a.Posted), "republished": iso(a.Republished), "expire": iso(a.Expires),
		"block_reasons": reasons,
	}
}

// categoriesOf writes where an advert stands. The lock is held.
func (s *Server) categoriesOf(a *advert, lang string) object {
	category, sub, _ := s.catalogue.path(a.CategoryID, a.SubcategoryID, "")
	if sub == nil { // the catalogue has lost it
		return object{"category": heading(a.CategoryID, "", ""), "subcategory": heading(a.SubcategoryID, "", "")}
	}
	return object{
		"category":    heading(category.ID, category.Title.In(lang), category.URL),
		"subcategory": heading(sub.ID, sub.Title.In(lang), sub.URL),
	}
}

func (s *Server) getAdvert(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, out := s.owned(c)
	if a == nil {
		return out
	}
	offer := ""
	if form := s.formOf(a); form != nil {
		offer = form.Title.In(c.lang)
	}
	o := object{
		"id": a.ID, "state": a.state(), "title": s.titleOf(a, c.lang), "body": nil,
		"categories": s.categoriesOf(a, c.lang),
		"offer_type": object{"title": Text{"тип предложения", "tipul ofertei"}.In(c.lang), "value": offer},
		"features":   s.valueBodies(a),
	}
	if body, there := a.Feature("13"); there {
		o["body"] = body.Value
	}
	if price, there := a.Feature("2"); there {
		o["price"] = object{"value": price.Value, "unit": price.Unit}
	}
	return ok(o)
}

// valueBodies writes an advert's features. The lock is held.
func (s *Server) valueBodies(a *advert) []object {
	list := []object{}
	for _, v := range a.Features {
		o := object{"id": v.ID, "value": v.Value}
		switch v.Value.(type) {
		case int64, bool:
			if s.quirks.StringValues {
				o["value"] = fmt.Sprint(v.Value)
			}
		}
		if v.Unit != "" {
			o["unit"] = v.Unit
		}
		list = append(list, o)
	}
	return list
}

func (s *Server) listAdvertFeatures(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, out := s.owned(c)
	if a == nil {
		return out
	}
	form := s.formOf(a)
	if form == nil {
		return refuse(http.StatusNotFound, "the form of advert %s is gone", a.ID)
	}
	return ok(formBodyOf(form, c.lang))
}
