package omarket

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The description's example of a change, with the answer it shows.
func TestDocumentedChange(t *testing.T) {
	t.Parallel()
	c := morning()
	m := open(t, Options{Now: c.Now})
	uuid := m.begin()
	if a := m.mustAd(uuid); a.Status != Initial || a.Author != seller {
		t.Errorf("draft %+v", a)
	}
	got := m.send("PUT", adPath(uuid), carExample)
	o := decoded(t, got.body)
	if got.status != 200 || o["resultCode"] != "SUCCESS" || o["details"] != "Updated" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	result := o["result"].(map[string]any)
	want := map[string]any{
		"uuid": uuid, "title": "UBUNTU CAR AD [BIG SALE]", "description": "", "ad_type": "", "price": "1010101",
		"old_price": nil, "currency": "som", "status": "moderate", "delivery": false,
		"created_at": "2026-09-15T10:23:54.269509", "opening_at": "2026-09-16T11:00:00", "contract_price": false,
		"commentary": "", "price_sort": "1010101.0000", "published_at": nil, "latitude": nil, "is_own": true,
		"whatsapp_num": "", "telegram_profile": "", "has_image": false, "detail": nil, "promotion_type": nil,
	}
	for name, value := range want {
		if result[name] != value {
			t.Errorf("%s is %v", name, result[name])
		}
	}
	filter := result["filters"].([]any)[0].(map[string]any)
	delete(filter, "id")
	asked := map[string]any{
		"value": "4304", "filter_id": 11.0, "list_value": []any{"Toyota"},
		"filter": map[string]any{
			"id": 11.0, "create_label": "Марка", "list_label": "Марка", "create_filter_type": "select_single",
			"list_filter_type": "select_multiple", "required": true, "format": []any{},
			"parent_create_label": nil, "parent_list_label": nil, "splitting_popular": true,
		},
	}
	if diff := cmp.Diff(asked, filter); diff != "" {
		t.Errorf("filter (-want +got):\n%s", diff)
	}
	category := result["category"].(map[string]any)
	if category["name"] != "Автомобили" || category["parent"].(map[string]any)["name"] != "Транспорт" || category["has_dynamic_filter"] != 11.0 {
		t.Errorf("category %v", category)
	}
	if place := result["location"].(map[string]any); place["name"] != "Бишкек" || place["parent"] != 2.0 || place["search_by_name"] != "Бишкекте издоо" {
		t.Errorf("place %v", place)
	}
}

// changed gives the car example with members replaced; "" removes one.
func changed(t *testing.T, changes map[string]string) string {
	t.Helper()
	var o map[string]json.RawMessage
	if err := json.Unmarshal([]byte(carExample), &o); err != nil {
		t.Fatal(err)
	}
	for name, value := range changes {
		if o[name] = json.RawMessage(value); value == "" {
			delete(o, name)
		}
	}
	body, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestRefusedChanges(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	tests := []struct {
		name    string
		changes map[string]string
		fields  string // complained about, sorted
	}{
		{"no title", map[string]string{"title": ""}, "title"},
		{"blank title", map[string]string{"title": `" "`}, "title"},
		{"title as a number", map[string]string{"title": `5`}, "title"},
		{"title null", map[string]string{"title": `null`}, "title"},
		{"long title", map[string]string{"title": `"` + strings.Repeat("ы", 256) + `"`}, "title"},
		{"long description", map[string]string{"description": `"` + strings.Repeat("ы", 10_001) + `"`}, "description"},
		{"no price", map[string]string{"price": ""}, "price"},
		{"price null", map[string]string{"price": `null`}, "price"},
		{"price in words", map[string]string{"price": `"cheap"`}, "price"},
		{"price zero", map[string]string{"price": `0`}, "price"},
		{"negative price", map[string]string{"price": `-5`}, "price"},
		{"price with three decimals", map[string]string{"price": `1.125`}, "price"},
		{"huge price", map[string]string{"price": `1e12`}, "price"},
		{"unknown currency", map[string]string{"currency": `"eur"`}, "currency"},
		{"no category", map[string]string{"category": ""}, "category"},
		{"category as text", map[string]string{"category": `"2"`}, "category"},
		{"unknown category", map[string]string{"category": `999`}, "category"},
		{"category with others below", map[string]string{"category": `1`, "filters": ""}, "category"},
		{"no location", map[string]string{"location": ""}, "location"},
		{"unknown location", map[string]string{"location": `999`}, "location"},
		{"ad type of another category", map[string]string{"ad_type": `"hiring"`}, "ad_type"},
		{"unknown ad type", map[string]string{"ad_type": `"gift"`}, "ad_type"},
		{"whatsapp with a plus", map[string]string{"whatsapp_num": `"+996509583000"`}, "whatsapp_num"},
		{"short whatsapp", map[string]string{"whatsapp_num": `"509583"`}, "whatsapp_num"},
		{"telegram with an at", map[string]string{"telegram_profile": `"@Kulikov"`}, "telegram_profile"},
		{"delivery in words", map[string]string{"delivery": `"yes"`}, "delivery"},
		{"latitude in words", map[string]string{"latitude": `"north"`}, "latitude"},
		{"latitude NaN", map[string]string{"latitude": `"NaN"`}, "latitude"},
		{"picture of nobody", map[string]string{"images": `["http://example.com/a.JPEG"]`}, "images"},
		{"pictures no list", map[string]string{"images": `"a.JPEG"`}, "images"},
		{"null among pictures", map[string]string{"images": `[null]`}, "images"},
		{"status", map[string]string{"status": `"active"`}, "status"},
		{"no filters", map[string]string{"filters": ""}, "filters"},
		{"filters empty", map[string]string{"filters": `[]`}, "filters"},
		{"filters no list", map[string]string{"filters": `{"11": "4304"}`}, "filters"},
		{"filter without a value", map[string]string{"filters": `[{"filter_id": 11}]`}, "filters"},
		{"several at once", map[string]string{"title": "", "currency": `"eur"`, "filters": `[]`}, "currency filters title"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			uuid := m.begin()
			before := m.mustAd(uuid)
			got := m.send("PUT", adPath(uuid), changed(t, test.changes))
			o := decoded(t, got.body)
			details, _ := o["details"].(map[string]any)
			fields := strings.Join(slices.Sorted(maps.Keys(details)), " ")
			if got.status != 200 || o["resultCode"] != "FAIL" || o["result"] != nil || fields != test.fields {
				t.Errorf("%d %s", got.status, got.body)
			}
			if diff := cmp.Diff(before, m.mustAd(uuid)); diff != "" {
				t.Errorf("it changed all the same:\n%s", diff)
			}
		})
	}
}

func TestFilterAnswers(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	const make = `{"filter_id":11,"value":"4304"}`
	phone := func(filters string) (string, string) {
		return "31", `{"filter_id":311,"value":"3101"},{"filter_id":301,"value":"3011"},{"filter_id":313,"value":"3132"}` + filters
	}
	flat := func(filters string) (string, string) {
		return "21", `{"filter_id":402,"value":"4021"}` + filters
	}
	car := func(filters string) (string, string) { return "2", make + filters }
	tests := []struct {
		name     string
		category func(string) (string, string)
		filters  string
		wrong    string // the filter complained about; "": none
	}{
		{"option", car, `,{"filter_id":6,"value":"25"}`, ""},
		{"option as a number", car, `,{"filter_id":6,"value":25}`, "6"},
		{"option of another filter", car, `,{"filter_id":6,"value":"71"}`, "6"},
		{"option as a list", car, `,{"filter_id":6,"value":["25"]}`, "6"},
		{"number", car, `,{"filter_id":15,"value":1.8}`, ""},
		{"number's digits", car, `,{"filter_id":15,"value":"1.8"}`, ""},
		{"number in words", car, `,{"filter_id":15,"value":"big"}`, "15"},
		{"number null", car, `,{"filter_id":15,"value":null}`, "15"},
		{"twice", car, `,{"filter_id":11,"value":"23"}`, "11"},
		{"of another category", car, `,{"filter_id":301,"value":"3011"}`, "301"},
		{"unknown", car, `,{"filter_id":9999,"value":"1"}`, "9999"},
		{"options", phone, `,{"filter_id":314,"value":["3141","3143"]}`, ""},
		{"no options", phone, `,{"filter_id":314,"value":[]}`, "314"},
		{"options twice", phone, `,{"filter_id":314,"value":["3141","3141"]}`, "314"},
		{"options as a text", phone, `,{"filter_id":314,"value":"3141"}`, "314"},
		{"unknown among options", phone, `,{"filter_id":314,"value":["3141","1"]}`, "314"},
		{"of the category above", flat, `,{"filter_id":403,"value":40},{"filter_id":401,"value":"4011"}`, ""},
		{"yes", flat, `,{"filter_id":403,"value":40},{"filter_id":405,"value":true}`, ""},
		{"yes in words", flat, `,{"filter_id":403,"value":40},{"filter_id":405,"value":"true"}`, "405"},
		{"required one missing", flat, ``, "403"},
		{"text", func(s string) (string, string) { return "61", s }, `{"filter_id":611,"value":"Тайган"}`, ""},
		{"blank text", func(s string) (string, string) { return "61", s }, `{"filter_id":611,"value":" "}`, "611"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			category, filters := test.category(test.filters)
			body := changed(t, map[string]string{"category": category, "filters": "[" + filters + "]"})
			o := decoded(t, m.send("PUT", adPath(m.begin()), body).body)
			details, _ := o["details"].(map[string]any)
			wrong, _ := details["filters"].(map[string]any)
			if got := strings.Join(slices.Sorted(maps.Keys(wrong)), " "); got != test.wrong || (test.wrong == "") != (o["resultCode"] == "SUCCESS") {
				t.Errorf("answer %v", o)
			}
		})
	}
}

func TestShapesOfFilterErrors(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	uuid := m.begin()
	body := changed(t, map[string]string{"filters": ""})
	tests := map[Quirks]string{
		{}:                               `"details":{"filters":{"11":["Обязательное поле."]}}`,
		{FilterErrors: FilterErrorsFlat}: `"details":{"11":["Обязательное поле."]}`,
		{FilterErrors: FilterErrorsText}: `"details":"Фильтр «Марка»: Обязательное поле."`,
		{FailStatus: 400}:                `"details":{"filters":{"11":["Обязательное поле."]}}`,
	}
	for quirks, want := range tests {
		m.SetQuirks(quirks)
		got := m.send("PUT", adPath(uuid), body)
		if got.status != quirks.failStatus() || !strings.Contains(got.body, want) {
			t.Errorf("%+v: %d %s", quirks, got.status, got.body)
		}
	}
}

// What is not sent stays; the same change sent twice changes nothing more.
func TestPartialAndRepeatedChanges(t *testing.T) {
	t.Parallel()
	c := morning()
	m := open(t, Options{Now: c.Now})
	uuid := m.post(changed(t, map[string]string{
		"description": `"Text"`, "ad_type": `"sell"`, "whatsapp_num": `"996509583000"`, "telegram_profile": `"Kulikov"`,
		"delivery": `true`, "latitude": `42.87`, "longitude": `"74.59"`, "address": `"Bishkekkkk"`, "o_money_pay": `true`,
	}))
	first := m.mustAd(uuid)
	c.Pass(36 * time.Hour)
	m.token = m.enter(seller).access
	m.result("PUT", adPath(uuid), `{"price": "900.50"}`)
	second := m.mustAd(uuid)
	first.Price, first.OldPrice, first.Modified = "900.50", "1010101", c.Now()
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("after a change of the price (-want +got):\n%s", diff)
	}
	m.result("PUT", adPath(uuid), `{"price": "900.50"}`)
	if diff := cmp.Diff(second, m.mustAd(uuid)); diff != "" {
		t.Errorf("the same again:\n%s", diff)
	}
	m.result("PUT", adPath(uuid), `{"price": 1000, "latitude": null, "telegram_profile": ""}`)
	if a := m.mustAd(uuid); a.OldPrice != "" || a.Latitude != "" || a.Telegram != "" {
		t.Errorf("%+v", a)
	}
}

func TestNegotiablePrice(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	uuid := m.post(changed(t, map[string]string{"price": "", "contract_price": `true`}))
	if a := m.mustAd(uuid); a.Price != "" || !a.ContractPrice {
		t.Errorf("%+v", a)
	}
	got := m.send("PUT", adPath(uuid), `{"contract_price": false}`)
	if !strings.Contains(got.body, `"details":{"price":["Обязательное поле."]}`) {
		t.Errorf("neither price: %s", got.body)
	}
	m.result("PUT", adPath(uuid), `{"contract_price": false, "price": 5}`)
	m.post(`{"title": "Грузчики", "category": 42, "location": 1}`) // no price is required there
}

func TestAnotherCategory(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	uuid := m.post(carExample)
	m.result("PUT", adPath(uuid), `{"category": 4, "filters": [{"filter_id": 11, "value": "4304"}, {"filter_id": 301, "value": "3011"}]}`)
	a := m.mustAd(uuid)
	if a.Category != 4 || len(a.Filters) != 2 {
		t.Errorf("%+v", a)
	}
	row := a.Filters[0].Row
	m.result("PUT", adPath(uuid), `{"category": 34}`)
	if a := m.mustAd(uuid); len(a.Filters) != 0 {
		t.Errorf("filters stayed: %+v", a.Filters)
	}
	if row == 0 {
		t.Error("an answer without a row")
	}
}

func TestModeration(t *testing.T) {
	t.Parallel()
	c := morning()
	m := open(t, Options{Now: c.Now})
	uuid := m.post(carExample)
	if err := m.Decide(uuid, Cancelled, "Чужие фотографии"); err != nil {
		t.Fatal(err)
	}
	result := m.result("GET", adPath(uuid), "").(map[string]any)
	if result["status"] != "cancelled" || result["commentary"] != "Чужие фотографии" || result["published_at"] != nil {
		t.Errorf("%v", result)
	}
	c.Pass(24 * time.Hour)
	m.token = m.enter(seller).access
	m.result("PUT", adPath(uuid), `{}`)
	if a := m.mustAd(uuid); a.Status != Moderate || a.Commentary != "" || a.Opens.Format("2 15:04") != "17 11:00" {
		t.Errorf("%+v", a)
	}
	m.SetQuirks(Quirks{Moderation: time.Hour, NoOpening: true})
	c.Pass(time.Hour - 1)
	if a := m.mustAd(uuid); a.Status != Moderate {
		t.Error("passed too early")
	}
	c.Pass(1)
	if all := m.Ads(seller); all[0].Status != Active || all[0].Published.IsZero() {
		t.Errorf("%+v", all)
	}
	m.token = m.enter(seller).access
	m.result("PUT", adPath(uuid), `{"title": "Другое"}`)
	if a := m.mustAd(uuid); a.Status != Moderate || !a.Opens.IsZero() {
		t.Errorf("%+v", a)
	}
	for _, wrong := range []error{
		m.Decide("nothing", Active, ""), m.Decide(m.begin(), Active, ""), m.Decide(uuid, "sold", ""), m.Decide(uuid, Initial, ""),
	} {
		if wrong == nil {
			t.Error("an impossible decision")
		}
	}
}

func TestDeletedAds(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	for _, uuid := range []string{m.begin(), m.publish(carExample)} {
		got := m.send("DELETE", adPath(uuid), "")
		if got.status != 200 || got.body != `{"details":"Deleted","errorCode":0,"result":[],"resultCode":"SUCCESS"}` {
			t.Errorf("%d %s", got.status, got.body)
		}
		for _, method := range []string{"GET", "DELETE"} {
			if got := m.send(method, adPath(uuid), ""); got.status != 404 || !strings.Contains(got.body, `"resultCode":"FAIL"`) {
				t.Errorf("%s of a deleted ad: %d %s", method, got.status, got.body)
			}
		}
	}
	if left := m.Ads(seller); len(left) != 0 {
		t.Errorf("left %+v", left)
	}
}

func TestAdsOfOthers(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	waiting, active, other := m.post(carExample), m.publish(carExample), m.as(neighbour)
	for _, uuid := range []string{waiting, active, "not-a-uuid"} {
		for _, got := range []answer{
			other.send("PUT", adPath(uuid), carExample),
			other.send("DELETE", adPath(uuid), ""),
			other.send("DELETE", adPath(uuid)+"remove-image/", `{"url": "x"}`),
			other.do(other.uploadRequest(adPath(uuid)+"upload-image/", "image", "a.png", picture(t, 1))),
		} {
			if got.status != http.StatusNotFound {
				t.Errorf("%s: %d %s", uuid, got.status, got.body)
			}
		}
	}
	if got := other.send("GET", adPath(waiting), ""); got.status != http.StatusNotFound {
		t.Errorf("reading a waiting ad: %d", got.status)
	}
	if a := other.result("GET", adPath(active), "").(map[string]any); a["is_own"] != false || a["view_count"] != 1.0 {
		t.Errorf("%v", a)
	}
	if len(m.Ads(seller)) != 2 || len(m.Ads(neighbour)) != 0 {
		t.Error("ads are mixed up")
	}
}
