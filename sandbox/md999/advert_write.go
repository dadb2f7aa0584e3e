package md999

import (
	"net/http"
	"strconv"
)

func badRequest(err error) reply { return refuse(http.StatusBadRequest, "%s", err) }

func (s *Server) createAdvert(c *call) reply {
	m, err := members(c.body, []string{"category_id", "subcategory_id", "offer_type", "features"}, nil)
	if err != nil {
		return badRequest(err)
	}
	ids := map[string]string{}
	for _, name := range []string{"category_id", "subcategory_id", "offer_type"} {
		if ids[name], err = decodeAs[string](m[name], "a string"); err != nil {
			return refuse(http.StatusBadRequest, "%s %s", name, err)
		}
	}
	features, err := parseFeatures(m["features"])
	if err != nil {
		return badRequest(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	category, sub, form, out := s.form(ids["category_id"], ids["subcategory_id"], ids["offer_type"])
	if form == nil {
		return out
	}
	a := &advert{Advert: Advert{
		ID: strconv.Itoa(s.lastID + 1), Key: c.key, State: Public,
		CategoryID: category.ID, SubcategoryID: sub.ID, OfferType: form.ID,
		Autorepublisher: Autorepublisher{FromHour: 8, ToHour: 20, Interval: 60, Weekdays: []int{}},
		Posted:          s.now(),
	}}
	if err := s.set(a, form, features, false); err != nil {
		return badRequest(err)
	}
	if out, paid := s.charge(c.key, "post", a.ID, s.prices.Post); !paid {
		return out
	}
	s.lastID++
	a.publish(a.Posted)
	s.adverts[a.ID] = a
	return created(object{"advert": object{"id": a.ID}})
}

func (s *Server) updateAdvert(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, out := s.owned(c)
	if old == nil {
		return out
	}
	m, err := members(c.body, []string{"features"}, []string{"offer_type"})
	if err != nil {
		return badRequest(err)
	}
	features, err := parseFeatures(m["features"])
	if err != nil {
		return badRequest(err)
	}
	next := *old
	if raw, there := m["offer_type"]; there {
		if next.OfferType, err = decodeAs[string](raw, "a string"); err != nil {
			return refuse(http.StatusBadRequest, "offer_type %s", err)
		}
	}
	_, _, form, out := s.form(next.CategoryID, next.SubcategoryID, next.OfferType)
	if form == nil {
		return out
	}
	if err := s.set(&next, form, features, true); err != nil {
		return badRequest(err)
	}
	if next.State == Blocked {
		next.State, next.Reasons = Public, nil
	}
	*old = next
	return created(success)
}

// owned finds the advert an address names among the caller's own, or answers
// 404. The lock is held.
func (s *Server) owned(c *call) (*advert, reply) {
	id := c.PathValue("advert_id")
	if a := s.adverts[id]; a != nil && a.Key == c.key {
		return a, reply{}
	}
	return nil, refuse(http.StatusNotFound, "no such advert: %s", id)
}

func (s *Server) republishAdvert(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, out := s.owned(c)
	if a == nil {
		return out
	}
	if a.State == Blocked {
		return refuse(http.StatusBadRequest, "the advert is blocked and must be edited first")
	}
	if out, paid := s.charge(c.key, "republish", a.ID, s.prices.Republish); !paid {
		return out
	}
	a.State, a.Reasons = Public, nil
	a.publish(s.now())
	return ok(success)
}

func (s *Server) colorAdvert(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, out := s.owned(c)
	if a == nil {
		return out
	}
	if out, paid := s.charge(c.key, "color", a.ID, s.prices.Color); !paid {
		return out
	}
	a.Colored = true
	return ok(success)
}

func (s *Server) setAccessPolicy(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, out := s.owned(c)
	if a == nil {
		return out
	}
	m, err := members(c.body, []string{"access_policy"}, nil)
	if err != nil {
		return badRequest(err)
	}
	policy, err := decodeAs[string](m["access_policy"], "a string")
	if err != nil || policy != "private" && policy != "public" {
		return refuse(http.StatusBadRequest, "access_policy must be private or public")
	}
	a.private = policy == "private"
	return ok(success)
}
