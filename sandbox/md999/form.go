package md999

import "net/http"

func (s *Server) listCategories(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []object{}
	for _, x := range s.catalogue.Categories {
		list = append(list, heading(x.ID, x.Title.In(c.lang), x.URL))
	}
	return ok(object{"categories": list})
}

func (s *Server) listSubcategories(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	category, _, _ := s.catalogue.path(c.PathValue("category_id"), "", "")
	if category == nil {
		return refuse(http.StatusNotFound, "no such category: %s", c.PathValue("category_id"))
	}
	list := []object{}
	for _, x := range category.Subcategories {
		list = append(list, heading(x.ID, x.Title.In(c.lang), x.URL))
	}
	return ok(object{"subcategories": list})
}

func heading(id, title, url string) object {
	return object{"id": id, "title": title, "url": url}
}

func (s *Server) listOfferTypes(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	category, sub, _ := s.catalogue.path(c.PathValue("category_id"), c.PathValue("subcategory_id"), "")
	switch {
	case category == nil:
		return refuse(http.StatusNotFound, "no such category: %s", c.PathValue("category_id"))
	case sub == nil:
		return refuse(http.StatusNotFound, "no such subcategory of %s: %s", category.ID, c.PathValue("subcategory_id"))
	}
	list := []object{}
	for _, x := range sub.OfferTypes {
		list = append(list, object{"id": x.ID, "title": x.Title.In(c.lang)})
	}
	return ok(object{"offer_types": list})
}

func (s *Server) listFeatures(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := c.query
	_, _, form, out := s.form(q.Get("category_id"), q.Get("subcategory_id"), q.Get("offer_type"))
	if form == nil {
		return out
	}
	return ok(formBodyOf(form, c.lang))
}

// form finds the form of an advert, or says with 400 which id is wrong. The
// lock is held.
func (s *Server) form(category, subcategory, offer string) (*Category, *Subcategory, *OfferType, reply) {
	cat, sub, form := s.catalogue.path(category, subcategory, offer)
	switch {
	case cat == nil:
		return nil, nil, nil, refuse(http.StatusBadRequest, "category_id: no such category: %s", category)
	case sub == nil:
		return nil, nil, nil, refuse(http.StatusBadRequest, "subcategory_id: no such subcategory of %s: %s", category, subcategory)
	case form == nil:
		return nil, nil, nil, refuse(http.StatusBadRequest, "offer_type: no such offer type of %s: %s", subcategory, offer)
	}
	return cat, sub, s.withQuirks(form), reply{}
}

// formBodyOf writes a form. The options of a feature that depends on another
// are an empty list here and come from /dependent_options.
func formBodyOf(form *OfferType, lang string) object {
	groups := []object{}
	for _, g := range form.Groups {
		features := []object{}
		for i := range g.Features {
			features = append(features, featureBody(&g.Features[i], lang))
		}
		group := object{"title": nil, "features": features}
		if g.Title != (Text{}) {
			group["title"] = g.Title.In(lang)
		}
		groups = append(groups, group)
	}
	return object{"features_groups": groups}
}

func featureBody(f *Feature, lang string) object {
	o := object{
		"id": f.ID, "title": f.Title.In(lang), "type": f.Type, "required": f.Required,
		"units": nil, "depends_on": nil, "options": nil,
	}
	if f.Type == TypeMeasurement {
		o["units"] = f.Units
	}
	if f.DependsOn != "" {
		o["depends_on"] = f.DependsOn
	}
	if f.Type == TypeDropDown {
		o["options"] = optionBodies(f.Options, lang)
	}
	return o
}

func optionBodies(options []Option, lang string) []object {
	list := []object{}
	for _, x := range options {
		list = append(list, object{"id": x.ID, "title": x.Title.In(lang)})
	}
	return list
}

func (s *Server) listDependentOptions(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := c.query
	sub := s.catalogue.subcategory(q.Get("subcategory_id"))
	if sub == nil {
		return refuse(http.StatusBadRequest, "subcategory_id: no such subcategory: %s", q.Get("subcategory_id"))
	}
	parent, parentOf := sub.parent(q.Get("dependency_feature_id"))
	if parent == nil {
		return refuse(http.StatusBadRequest, "dependency_feature_id: nothing depends on feature %s", q.Get("dependency_feature_id"))
	}
	chosen := pick(parentOf.allOptions(parent), q.Get("parent_option_id"))
	if chosen == nil {
		return refuse(http.StatusBadRequest, "parent_option_id: no such option of feature %s: %s", parent.ID, q.Get("parent_option_id"))
	}
	return ok(s.quirkyOptions(optionBodies(chosen.Sub, c.lang)))
}

// parent finds the feature something depends on, in the first form that has it.
func (sub *Subcategory) parent(id string) (*Feature, *OfferType) {
	for i := range sub.OfferTypes {
		form := &sub.OfferTypes[i]
		if f := form.feature(id); f != nil && form.dependent(id) != nil {
			return f, form
		}
	}
	return nil, nil
}

// quirkyOptions shapes the answer of /dependent_options. The lock is held.
func (s *Server) quirkyOptions(options []object) any {
	if s.quirks.OptionValue {
		for i := 2; i < len(options); i += 3 {
			options[i]["value"] = options[i]["title"]
			delete(options[i], "title")
		}
	}
	switch {
	case s.quirks.BareOptions:
		return options
	case s.quirks.OptionsKey:
		return object{"Options": options}
	default:
		return object{"options": options}
	}
}
