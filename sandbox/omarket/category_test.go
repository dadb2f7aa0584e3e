package omarket

import (
	"slices"
	"strings"
	"testing"
)

func TestCategories(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	list := m.result("GET", "/api/ads-board/v1/category/list", "").([]any)
	byName := map[string]map[string]any{}
	var walk func(list []any, parent any)
	walk = func(list []any, parent any) {
		for _, item := range list {
			o := item.(map[string]any)
			if names(o) != "ad_type category_type dark_icon_img delivery filters has_dynamic_filter has_map icon_img id "+
				"is_popular linked_category name order_num parent parent_filters required_price sub_categories" {
				t.Errorf("members %s", names(o))
			}
			if o["parent"] != parent {
				t.Errorf("%v stands under %v", o["name"], o["parent"])
			}
			byName[o["name"].(string)] = o
			walk(o["sub_categories"].([]any), o["id"])
		}
	}
	walk(list, nil)
	numbers := func(name, member string) (all []int) {
		for _, n := range byName[name][member].([]any) {
			all = append(all, int(n.(float64)))
		}
		return all
	}
	if !slices.Equal(numbers("Автомобили", "filters"), []int{11, 6, 15, 222, 7, 41}) || len(numbers("Автомобили", "ad_type")) != 0 {
		t.Errorf("cars %v", byName["Автомобили"])
	}
	if !slices.Equal(numbers("Работа", "ad_type"), []int{6, 7}) || byName["Продажи"]["required_price"] != false {
		t.Errorf("jobs %v", byName["Работа"])
	}
	if byName["Музыка"]["id"] != 531.0 || byName["Виды спорта"]["id"] != 553.0 || byName["Тест категория"]["id"] != 368.0 {
		t.Error("the description's categories are not there")
	}
	m.SetQuirks(Quirks{AdTypeCodes: true})
	if got := m.send("GET", "/api/ads-board/v1/category/list", ""); !strings.Contains(got.body, `"ad_type":["hiring","recruiting"]`) {
		t.Error("no codes")
	}
}

func TestAdTypes(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	list := m.result("GET", "/api/ads-board/v1/ad_type/list/", "").([]any)
	if first := list[0].(map[string]any); len(list) != 7 || first["id"] != 1.0 || first["code_value"] != "sell" || first["name"] != "Продаю" {
		t.Errorf("%v", list)
	}
	m.SetQuirks(Quirks{NoAdTypes: true})
	if got := m.send("GET", "/api/ads-board/v1/ad_type/list/", ""); got.status != 404 || !strings.HasPrefix(got.body, "<html>") {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// What a catalogue promises: unique ids, and nothing it names is missing.
func TestDefaultCatalogue(t *testing.T) {
	t.Parallel()
	c := DefaultCatalogue()
	seen := map[int]bool{}
	var walk func(list []Category)
	walk = func(list []Category) {
		for _, x := range list {
			if seen[x.ID] {
				t.Errorf("category %d twice", x.ID)
			}
			seen[x.ID] = true
			for _, id := range x.Filters {
				if c.filter(id) == nil {
					t.Errorf("category %d: no filter %d", x.ID, id)
				}
			}
			for _, code := range x.AdTypes {
				if !slices.ContainsFunc(c.AdTypes, func(a AdType) bool { return a.Code == code }) {
					t.Errorf("category %d: no ad type %s", x.ID, code)
				}
			}
			walk(x.Sub)
		}
	}
	walk(c.Categories)
	for _, place := range c.Locations {
		if place.Parent != 0 && c.location(place.Parent) == nil {
			t.Errorf("place %d lies in nothing", place.ID)
		}
	}
	for _, f := range c.Filters {
		if choice := strings.HasPrefix(f.Type, "select"); choice != (len(f.Options) > 1) {
			t.Errorf("filter %d has %d options", f.ID, len(f.Options))
		}
	}
	if f := c.filter(7); f.option("10").Title != "2017" || len(c.filter(11).Options) < 30 {
		t.Error("years or makes")
	}
	if !c.lies(448, 100) || c.lies(448, 2) || c.lies(9999, 1) || c.filtersOf(9999) != nil {
		t.Error("places")
	}
}

func TestFAQ(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	first := decoded(t, m.send("GET", "/api/ads-board/faq/", "").body)
	second := decoded(t, m.send("GET", "/api/ads-board/faq/?page=2", "").body)
	if names(first) != "count next previous results" || first["count"] != 13.0 || first["next"] != 2.0 || first["previous"] != nil || second["previous"] != 1.0 || second["next"] != nil {
		t.Errorf("first %v, second %v", first, second)
	}
	long := 0
	for _, item := range append(first["results"].([]any), second["results"].([]any)...) {
		q := item.(map[string]any)
		if names(q) != "content id title" || !strings.HasPrefix(q["content"].(string), "<p>") {
			t.Errorf("%v", q)
		}
		if len([]rune(q["content"].(string))) > 4096 {
			long++
		}
	}
	if long != 1 || len(second["results"].([]any)) != 3 {
		t.Errorf("%d long answers", long)
	}
}
