package omarket

import (
	"slices"
	"strings"
	"testing"
)

const (
	documentedSearch = "/api/ads-board/v1/trusted/ads-filter/"
	postedSearch     = "/api/ads-board/trusted/ads-filter-old/"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	m := open(t, Options{Bare: true})
	car := func(title, location, rest string) {
		m.publish(`{"title": "` + title + `", "price": 5000, "category": 2, "location": ` + location + rest + `}`)
	}
	car("Lada 2107", "1", `, "description": "продается ваз", "filters": [{"filter_id":11,"value":"23"},{"filter_id":6,"value":"25"},{"filter_id":15,"value":1.6}]`)
	car("Toyota", "11", `, "delivery": true, "filters": [{"filter_id":11,"value":"64"},{"filter_id":15,"value":"4.7"},{"filter_id":7,"value":"10"}]`)
	car("BMW", "150", `, "contract_price": true, "filters": [{"filter_id":11,"value":"4301"},{"filter_id":15,"value":3}]`)
	uuid := m.begin()
	url := m.upload(adPath(uuid)+"upload-image/", picture(t, 1))
	m.result("PUT", adPath(uuid), `{"title": "Телефон", "price": 100, "currency": "usd", "category": 31, "location": 81, "images": ["`+url+`"],
		"filters": [{"filter_id":311,"value":"3101"},{"filter_id":301,"value":"3012"},{"filter_id":313,"value":"3131"},{"filter_id":314,"value":["3141","3142"]}]}`)
	m.result("PUT", adPath(uuid), `{"price": 90}`)
	if err := m.Decide(uuid, Active, ""); err != nil {
		t.Fatal(err)
	}
	m.publish(`{"title": "Щенки", "price": 1, "category": 61, "location": 448, "filters": [{"filter_id":611,"value":"Тайган"}]}`)
	m.publish(`{"title": "Квартира", "price": 2, "category": 21, "location": 6, "filters": [{"filter_id":402,"value":"4021"},{"filter_id":403,"value":36},{"filter_id":405,"value":true}]}`)
	m.post(`{"title": "Waits", "price": 1, "category": 34, "location": 1}`)

	tests := []struct{ name, main, filters, want string }{
		{"all", ``, ``, "Квартира Щенки Телефон BMW Toyota Lada 2107"},
		{"order new", `"order_by":"new"`, ``, "Квартира Щенки Телефон BMW Toyota Lada 2107"},
		{"cheap", `"order_by":"cheap"`, ``, "BMW Щенки Квартира Toyota Lada 2107 Телефон"},
		{"expensive", `"order_by":"expensive"`, ``, "Телефон Toyota Lada 2107 Квартира Щенки BMW"},
		{"category", `"category_id":2`, ``, "BMW Toyota Lada 2107"},
		{"category above", `"category_id":30`, ``, "Телефон"},
		{"place with its districts", `"location_id":1`, ``, "Toyota Lada 2107"},
		{"region", `"location_id":100`, ``, "Щенки"},
		{"photos", `"pics":true`, ``, "Телефон"},
		{"photos or not", `"pics":false,"category_id":31`, ``, "Телефон"},
		{"discount", `"with_discount":true`, ``, "Телефон"},
		{"delivery", `"delivery":true`, ``, "Toyota"},
		{"negotiable", `"contract_price":true`, ``, "BMW"},
		{"the description's example", `"order_by":"new","category_id":2,"location_id":1`,
			`{"filter_id":11,"value":["23","64"]},{"filter_id":15,"value":{"from":3.9,"to":5}},{"filter_id":7,"value":"10"}`, "Toyota"},
		{"any of some", ``, `{"filter_id":11,"value":["23","64"]}`, "Toyota Lada 2107"},
		{"one option", ``, `{"filter_id":6,"value":"25"}`, "Lada 2107"},
		{"from", ``, `{"filter_id":15,"value":{"from":3}}`, "BMW Toyota"},
		{"to", ``, `{"filter_id":15,"value":{"from":null,"to":"2.5"}}`, "Lada 2107"},
		{"number", ``, `{"filter_id":15,"value":3}`, "BMW"},
		{"several options", ``, `{"filter_id":314,"value":["3142","3144"]}`, "Телефон"},
		{"text", ``, `{"filter_id":611,"value":"тайган"}`, "Щенки"},
		{"yes", ``, `{"filter_id":405,"value":true}`, "Квартира"},
		{"no", ``, `{"filter_id":405,"value":false}`, ""},
	}
	for _, test := range tests {
		body := `{"main_filters": {` + test.main + `}, "category_filters": [` + test.filters + `]}`
		results, _, _, _ := m.page("GET", documentedSearch, body)
		posted, _, _, _ := m.page("POST", postedSearch, body)
		if got := strings.Join(titles(results), " "); got != test.want || !slices.Equal(titles(results), titles(posted)) {
			t.Errorf("%s: %s, posted %v", test.name, got, titles(posted))
		}
	}
	for words, want := range map[string]string{"lada": "Lada 2107", "ВАЗ lada": "Lada 2107", "toyota lada": "", "телефон": "Телефон"} {
		results, _, _, _ := m.page("POST", postedSearch, `{"main_filters": {"q": "`+words+`"}}`)
		if got := strings.Join(titles(results), " "); got != want {
			t.Errorf("%s: %s", words, got)
		}
	}
}

func TestSearchByPages(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	first, count, next, _ := m.page("GET", documentedSearch, `{"main_filters": {"category_id": 1}}`)
	second, _, _, previous := m.page("POST", postedSearch+"?page=2", `{"main_filters": {"category_id": 1}}`)
	if len(first) != pageSize || next != 2.0 || previous != 1.0 || count != float64(pageSize+len(second)) {
		t.Errorf("%d and %d ads of %v", len(first), len(second), count)
	}
	if names(first[0]) != briefMembers {
		t.Errorf("members %s", names(first[0]))
	}
}

func TestRefusedSearch(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	tests := []struct{ name, body, field string }{
		{"no main filters", `{"category_filters": []}`, "main_filters"},
		{"main filters no object", `{"main_filters": []}`, "non_field_errors"},
		{"words", `{"main_filters": {"q": "lada"}}`, "q"},
		{"unknown main filter", `{"main_filters": {"price": 5}}`, "price"},
		{"category as text", `{"main_filters": {"category_id": "2"}}`, "category_id"},
		{"unknown category", `{"main_filters": {"category_id": 999}}`, "category_id"},
		{"unknown place", `{"main_filters": {"location_id": 999}}`, "location_id"},
		{"unknown order", `{"main_filters": {"order_by": "best"}}`, "order_by"},
		{"photos in words", `{"main_filters": {"pics": "yes"}}`, "pics"},
		{"filters no list", `{"main_filters": {}, "category_filters": {}}`, "category_filters"},
		{"filter without a value", `{"main_filters": {}, "category_filters": [{"filter_id": 6}]}`, "category_filters"},
		{"unknown filter", `{"main_filters": {}, "category_filters": [{"filter_id": 999, "value": "1"}]}`, "category_filters"},
		{"range of options", `{"main_filters": {}, "category_filters": [{"filter_id": 6, "value": {"from": 1}}]}`, "category_filters"},
		{"empty range", `{"main_filters": {}, "category_filters": [{"filter_id": 15, "value": {}}]}`, "category_filters"},
		{"range in words", `{"main_filters": {}, "category_filters": [{"filter_id": 15, "value": {"from": "low"}}]}`, "category_filters"},
		{"no options", `{"main_filters": {}, "category_filters": [{"filter_id": 6, "value": []}]}`, "category_filters"},
		{"null", `{"main_filters": {}, "category_filters": [{"filter_id": 6, "value": null}]}`, "category_filters"},
		{"unknown member", `{"main_filters": {}, "page": 2}`, "page"},
	}
	for _, test := range tests {
		got := m.send("GET", documentedSearch, test.body)
		details, _ := decoded(t, got.body)["details"].(map[string]any)
		if got.status != 400 || details[test.field] == nil {
			t.Errorf("%s: %d %s", test.name, got.status, got.body)
		}
	}
}

// A GET with a body does not reach every market; the POST form always does.
func TestGetWithABody(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	const body = `{"main_filters": {"category_id": 2}}`
	tests := []struct {
		fate   GetBody
		status int
		start  string
	}{
		{GetBodyTaken, 200, `{"details":"",`},
		{GetBodyRefused, 400, `{"details":"A body is not expected with GET."`},
		{GetBodyProxy, 400, `<html>`},
		{GetBodyStripped, 400, `{"details":{"non_field_errors":`},
	}
	for _, test := range tests {
		m.SetQuirks(Quirks{GetBody: test.fate})
		if got := m.send("GET", documentedSearch, body); got.status != test.status || !strings.HasPrefix(got.body, test.start) {
			t.Errorf("%q: %d %s", test.fate, got.status, got.body)
		}
		m.result("POST", postedSearch, body)
	}
}
