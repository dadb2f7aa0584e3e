package omarket

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// The members the description shows of an ad, in search and in full.
const (
	briefMembers = "address author category contract_price currency currency_usd description favorite id is_own latitude " +
		"location longitude minify_images modified_at o_money_pay price promotion_type status title uuid view_count"
	fullMembers = "ad_type address author author_id category commentary complaint_count contract_price created_at currency " +
		"currency_usd delivery description detail favorite filters has_image id images is_own latitude location longitude " +
		"minify_images moderator_id modified_at o_money_pay old_price opening_at price price_sort promotion_type " +
		"published_at removed_at review_count status telegram_profile telegram_profile_is_ident title uuid view_count " +
		"whatsapp_num whatsapp_num_is_ident"
)

func names(o any) string {
	return strings.Join(slices.Sorted(maps.Keys(o.(map[string]any))), " ")
}

// page fetches a page of ads.
func (m *market) page(method, path, body string) (results []map[string]any, count, next, previous any) {
	m.t.Helper()
	result := m.result(method, path, body).(map[string]any)
	for _, item := range result["results"].([]any) {
		results = append(results, item.(map[string]any))
	}
	return results, result["count"], result["next"], result["previous"]
}

func titles(results []map[string]any) []string {
	var all []string
	for _, o := range results {
		all = append(all, o["title"].(string))
	}
	return all
}

// A draft, as the description shows it, with its holes.
func TestDraftInFull(t *testing.T) {
	t.Parallel()
	m := open(t, Options{Now: morning().Now})
	o := m.result("GET", adPath(m.begin()), "").(map[string]any)
	full := strings.Split(fullMembers+" has_complained", " ")
	slices.Sort(full)
	if got := names(o); got != strings.Join(full, " ") {
		t.Errorf("members %s", got)
	}
	want := map[string]any{
		"title": "", "ad_type": "", "price": nil, "old_price": "", "currency": "som", "status": "initial",
		"opening_at": nil, "price_sort": nil, "is_own": true, "has_complained": false, "view_count": 0.0,
		"created_at": "2026-09-15T10:23:54.269509",
	}
	for name, value := range want {
		if o[name] != value {
			t.Errorf("%s is %v", name, o[name])
		}
	}
	category, place := o["category"].(map[string]any), o["location"].(map[string]any)
	if _, there := category["id"]; there || category["name"] != "" || category["order_num"] != nil || place["name"] != "" || place["parent"] != nil {
		t.Errorf("category %v, place %v", category, place)
	}
	author := o["author"].(map[string]any)
	if names(author) != "avatar block_type contact_number id location msisdn rating username verified" || author["msisdn"] != seller {
		t.Errorf("author %v", author)
	}
}

func TestListOfAds(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	uuid := m.publish(carExample)
	m.post(carExample)
	m.begin()
	results, count, next, previous := m.page("GET", "/api/ads-board/v1/ads/list/", "")
	if len(results) != pageSize || next != 2.0 || previous != nil {
		t.Errorf("%d ads, next %v, previous %v", len(results), next, previous)
	}
	if names(results[0]) != fullMembers {
		t.Errorf("members %s", names(results[0]))
	}
	if results[0]["uuid"] != uuid || len(results[0]["filters"].([]any)) != 0 || results[0]["old_price"] != "" {
		t.Errorf("the newest %v", results[0])
	}
	total := 0
	for page := any(1.0); page != nil; {
		var part []map[string]any
		part, _, page, previous = m.page("GET", "/api/ads-board/v1/ads/list/?page="+itoa(int(page.(float64))), "")
		total += len(part)
	}
	if float64(total) != count || total < 41 || previous == nil {
		t.Errorf("%d ads of %v", total, count)
	}
}

func TestOwnAds(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	active, waiting := m.publish(carExample), m.post(changed(t, map[string]string{"title": `"Second"`}))
	m.begin()
	m.as(neighbour).post(carExample)
	tests := []struct{ statuses, want string }{
		{`"active"`, active}, {`"moderate"`, waiting}, {`"cancelled", "disabled"`, ""},
		{`"active","cancelled","moderate","disabled"`, waiting + " " + active},
	}
	for _, test := range tests {
		results, count, next, _ := m.page("POST", myAds, `{"statuses": [`+test.statuses+`]}`)
		var uuids []string
		for _, o := range results {
			uuids = append(uuids, o["uuid"].(string))
			if names(o) != briefMembers || o["is_own"] != true {
				t.Errorf("%v", o)
			}
		}
		if got := strings.Join(uuids, " "); got != test.want || count != float64(len(uuids)) || next != nil {
			t.Errorf("%s: %s", test.statuses, got)
		}
	}
	for _, body := range []string{
		`{}`, `{"statuses": []}`, `{"statuses": "active"}`, `{"statuses": ["initial"]}`, `{"statuses": ["sold"]}`,
		`{"statuses": null}`, `{"statuses": [null]}`, `{"statuses": ["active"], "page": 2}`,
	} {
		if got := m.send("POST", myAds, body); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
}

func TestOwnAdsByPages(t *testing.T) {
	t.Parallel()
	m := open(t, Options{Bare: true})
	for range pageSize + 1 {
		m.post(carExample)
	}
	results, count, next, previous := m.page("POST", myAds+"?page=2", `{"statuses": ["moderate"]}`)
	if len(results) != 1 || count != 21.0 || next != nil || previous != 1.0 {
		t.Errorf("%d ads of %v, next %v, previous %v", len(results), count, next, previous)
	}
}

// What no route defines can be learnt from the ads that are there: every
// filter of every category that has ads, and places with their parents.
func TestFiltersCanBeLearnt(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	learnt := map[int]bool{}
	places := map[any]bool{}
	for _, uuid := range m.uuids() {
		o := m.result("GET", adPath(uuid), "").(map[string]any)
		places[o["location"].(map[string]any)["id"]] = true
		for _, f := range o["filters"].([]any) {
			learnt[int(f.(map[string]any)["filter_id"].(float64))] = true
		}
	}
	for _, f := range DefaultCatalogue().Filters {
		if !learnt[f.ID] {
			t.Errorf("filter %d is answered nowhere", f.ID)
		}
	}
	if len(places) < 15 {
		t.Errorf("%d places", len(places))
	}
}

func TestShapesOfAnswers(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	body := `{"title": "Квартира", "price": 5, "category": 21, "location": 1, "filters": [
		{"filter_id": 402, "value": "4022"}, {"filter_id": 403, "value": 58.5}, {"filter_id": 405, "value": false}]}`
	flat := m.result("GET", adPath(m.post(body)), "").(map[string]any)["filters"].([]any)
	body = `{"title": "Телефон", "price": 5, "category": 31, "location": 1, "filters": [{"filter_id": 311, "value": "3101"},
		{"filter_id": 301, "value": "3011"}, {"filter_id": 313, "value": "3132"}, {"filter_id": 314, "value": ["3141", "3144"]}]}`
	phone := m.result("GET", adPath(m.post(body)), "").(map[string]any)["filters"].([]any)
	tests := []struct {
		answer      any
		kind, title string
	}{
		{flat[0], "select_single select_multiple", "2"},
		{flat[1], "number from_to", "58.5"},
		{flat[2], "boolean boolean", "Нет"},
		{phone[3], "select_multiple select_multiple", "Коробка, Наушники"},
	}
	for _, test := range tests {
		o := test.answer.(map[string]any)
		asked := o["filter"].(map[string]any)
		var title []string
		for _, s := range o["list_value"].([]any) {
			title = append(title, s.(string))
		}
		kind := asked["create_filter_type"].(string) + " " + asked["list_filter_type"].(string)
		if kind != test.kind || strings.Join(title, ", ") != test.title {
			t.Errorf("%s: %v", kind, title)
		}
	}
	if flat[1].(map[string]any)["value"] != "58.5" || flat[2].(map[string]any)["value"] != false {
		t.Errorf("values %v", flat)
	}
}

// Ads outlive the catalogue they were made for.
func TestAnotherCatalogue(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	uuid := m.post(carExample)
	m.SetCatalogue(&Catalogue{})
	o := m.result("GET", adPath(uuid), "").(map[string]any)
	if len(o["filters"].([]any)) != 0 || o["category"].(map[string]any)["name"] != "" {
		t.Errorf("%v", o)
	}
	if list := m.result("GET", "/api/ads-board/v1/category/list", "").([]any); len(list) != 0 {
		t.Errorf("%v", list)
	}
	if got := m.send("PUT", adPath(uuid), `{}`); !strings.Contains(got.body, `"category":["Недопустимый первичный ключ \"2\"`) {
		t.Errorf("%s", got.body)
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	if got := stamp(time.Date(2022, 9, 15, 18, 0, 0, 269509000, time.UTC)); got != "2022-09-16T00:00:00.269509" {
		t.Errorf("%v", got)
	}
	if stamp(time.Time{}) != nil || second(time.Time{}) != nil {
		t.Error("no time is not null")
	}
}
