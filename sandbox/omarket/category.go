package omarket

import "net/http"

func (s *Server) listCategories(*call) reply {
	return ok(s.categories(s.catalogue.Categories, nil), "")
}

// categories writes headings with all below them.
func (s *Server) categories(list []Category, parent any) []object {
	all := []object{}
	for i := range list {
		c := &list[i]
		all = append(all, object{
			"id": c.ID, "parent": parent, "name": c.Name, "parent_filters": c.ParentFilters, "delivery": c.Delivery,
			"order_num": c.Order, "is_popular": c.Popular, "has_map": c.Map, "required_price": c.RequiredPrice,
			"icon_img": "", "dark_icon_img": "", "category_type": "", "linked_category": ids(c.Linked),
			"filters": ids(c.Filters), "ad_type": s.adTypeIDs(c), "has_dynamic_filter": c.DynamicFilter != 0,
			"sub_categories": s.categories(c.Sub, c.ID),
		})
	}
	return all
}

// adTypeIDs gives a category's own ad types.
func (s *Server) adTypeIDs(c *Category) []any {
	all := []any{}
	for _, t := range s.catalogue.AdTypes {
		for _, code := range c.AdTypes {
			switch {
			case t.Code != code:
			case s.quirks.AdTypeCodes:
				all = append(all, t.Code)
			default:
				all = append(all, t.ID)
			}
		}
	}
	return all
}

// categoryOf writes the category of an ad, with the one above when deep.
func (s *Server) categoryOf(id int, deep bool) object {
	way := s.catalogue.trail(id)
	if len(way) == 0 { // none chosen, or the catalogue has lost it
		return object{
			"name": "", "parent_filters": false, "delivery": false, "order_num": nil, "is_popular": false,
			"has_map": false, "required_price": false, "icon_img": "", "icon": nil, "dark_icon_img": "",
			"dark_icon": nil, "category_type": nil, "parent": nil, "has_dynamic_filter": nil,
			"linked_category": []int{}, "filters": []int{},
		}
	}
	c := way[len(way)-1]
	o := object{
		"id": c.ID, "name": c.Name, "parent_filters": c.ParentFilters, "delivery": c.Delivery,
		"order_num": c.Order, "is_popular": c.Popular, "has_map": c.Map, "required_price": c.RequiredPrice,
		"icon_img": "", "icon": nil, "dark_icon_img": "", "dark_icon": nil, "category_type": "",
		"parent": nil, "has_dynamic_filter": nil, "linked_category": ids(c.Linked), "filters": ids(c.Filters),
	}
	if c.DynamicFilter != 0 {
		o["has_dynamic_filter"] = c.DynamicFilter
	}
	if deep && len(way) > 1 {
		o["parent"] = s.categoryOf(way[len(way)-2].ID, false)
	}
	return o
}

// locationOf writes the place of an ad.
func (s *Server) locationOf(id int) object {
	place := s.catalogue.location(id)
	if place == nil {
		return object{"name": "", "location_type": nil, "order_num": nil, "is_popular": false, "parent": nil}
	}
	return object{
		"id": place.ID, "name": place.Name, "location_type": place.Type, "order_num": place.Order,
		"is_popular": false, "parent": parentOf(place), "search_by_name": place.Search,
	}
}

func parentOf(place *Location) any {
	if place.Parent == 0 {
		return nil
	}
	return place.Parent
}

func (s *Server) listAdTypes(*call) reply {
	if s.quirks.NoAdTypes {
		return page(http.StatusNotFound)
	}
	all := []object{}
	for _, t := range s.catalogue.AdTypes {
		all = append(all, object{"id": t.ID, "code_value": t.Code, "name": t.Name})
	}
	return ok(all, "")
}

// ids writes a list of ids; none is [].
func ids(list []int) []int {
	if list == nil {
		return []int{}
	}
	return list
}
