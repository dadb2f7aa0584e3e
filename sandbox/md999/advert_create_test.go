package md999

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The description's posting example, mended: its list ends with a comma.
const rentalExample = `{
  "category_id": "658",
  "subcategory_id": "1401",
  "offer_type": "18979",
  "features": [
    {"id": "2", "value": 100, "unit": "eur"},
    {"id": "5", "value": "12869"},
    {"id": "7", "value": "12900"},
    {"id": "12", "value": "test title"},
    {"id": "13", "value": "test description"},
    {"id": "16", "value": ["37378000000"]},
    {"id": "908", "value": true},
    {"id": "939", "value": true}
  ]
}`

func TestPostingExample(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	got := m.send("POST", "/adverts", rentalExample)
	if got.status != http.StatusCreated || got.body != `{"advert":{"id":"87500001"}}` {
		t.Fatalf("%d %s", got.status, got.body)
	}
	advert, _ := m.Advert("87500001")
	want := []Value{
		{ID: "12", Value: "test title"},
		{ID: "13", Value: "test description"},
		{ID: "2", Value: int64(100), Unit: "eur"},
		{ID: "5", Value: "12869"},
		{ID: "7", Value: "12900"},
		{ID: "908", Value: true},
		{ID: "939", Value: true},
		{ID: "16", Value: []string{"37378000000"}},
	}
	if diff := cmp.Diff(want, advert.Features); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	account, _ := m.Account(key)
	if account.Balance != 99 || len(account.Spent) != 1 || account.Spent[0].For != "post" || account.Spent[0].Advert != advert.ID {
		t.Errorf("account: %+v", account)
	}
}

// The description's HTTP example has no Content-Type; its cURL example posts a
// car with nothing but a price.
func TestPostingWithoutContentType(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	request, _ := http.NewRequest("POST", m.base+"/adverts", strings.NewReader(rentalExample))
	if got := m.do(request); got.status != http.StatusCreated {
		t.Errorf("%d %s", got.status, got.body)
	}
	got := m.send("POST", "/adverts", `{"category_id": "658", "subcategory_id": "659", "offer_type": "776", "features": [{"id": "2", "value": 100, "unit": "eur"}]}`)
	if got.status != 400 || !strings.Contains(got.body, "feature 20 (марка) is required") {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// carFeatures holds a value of all nine types of features, by feature id.
func carFeatures(image string) map[string]string {
	return map[string]string{
		"2": `9500, "unit": "eur"`, "20": `"34"`, "21": `"78"`, "2095": `"31007"`, "19": `2012`,
		"104": `180000, "unit": "km"`, "795": `"18895"`, "151": `"502"`, "101": `"512"`,
		"2553": `"2.0 d"`, "64": `5`, "908": `true`, "939": `false`, "13": `"One owner.\nNo smoking."`,
		"7": `"12900"`, "8": `"13859"`, "9": `"15664"`, "14": `["` + image + `"]`,
		"15": `["https://play.md/12345678", "https://www.youtube.com/watch?v=Ac1zJkhBzf8"]`,
		"16": `["37378000000", "37361234567"]`,
	}
}

func carBody(features map[string]string) string {
	var items []string
	for _, id := range sortedKeys(features) {
		items = append(items, fmt.Sprintf(`{"id": %q, "value": %s}`, id, features[id]))
	}
	return `{"category_id": "658", "subcategory_id": "659", "offer_type": "776", "features": [` + strings.Join(items, ",") + `]}`
}

func TestAllNineTypes(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	image := m.upload(picture(t, 1))
	id := m.post(carBody(carFeatures(image)))
	advert, _ := m.Advert(id)
	if _, there := advert.Feature("939"); there {
		t.Error("a check box that is not ticked is stored")
	}
	if advert.Title != "BMW 3 Series" {
		t.Errorf("title %q", advert.Title)
	}
	got := m.fetch("/adverts/" + id + "?lang=ro")
	want := decoded(t, `{"id": "`+id+`", "state": "public", "title": "BMW 3 Series", "body": "One owner.\nNo smoking.",
		"categories": {"category": {"id": "658", "url": "transport", "title": "Transport"},
			"subcategory": {"id": "659", "url": "transport/cars", "title": "Automobile"}},
		"offer_type": {"title": "tipul ofertei", "value": "Vând"}, "price": {"value": 9500, "unit": "eur"},
		"features": [{"id": "2", "value": 9500, "unit": "eur"}, {"id": "20", "value": "34"}, {"id": "21", "value": "78"},
			{"id": "2095", "value": "31007"}, {"id": "19", "value": 2012}, {"id": "104", "value": 180000, "unit": "km"},
			{"id": "795", "value": "18895"}, {"id": "151", "value": "502"}, {"id": "101", "value": "512"},
			{"id": "2553", "value": "2.0 d"}, {"id": "64", "value": 5}, {"id": "908", "value": true},
			{"id": "13", "value": "One owner.\nNo smoking."}, {"id": "7", "value": "12900"}, {"id": "8", "value": "13859"},
			{"id": "9", "value": "15664"}, {"id": "14", "value": ["`+image+`"]},
			{"id": "15", "value": ["https://play.md/12345678", "https://www.youtube.com/watch?v=Ac1zJkhBzf8"]},
			{"id": "16", "value": ["37378000000", "37361234567"]}]}`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	m.SetQuirks(Quirks{StringValues: true})
	if body := m.send("GET", "/adverts/"+id, "").body; !strings.Contains(body, `{"id":"19","value":"2012"}`) ||
		!strings.Contains(body, `{"id":"908","value":"true"}`) {
		t.Errorf("values as strings: %s", body)
	}
}

func TestRefusedFeatures(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	image := m.upload(picture(t, 1))
	m.key = otherKey
	foreign := m.upload(picture(t, 2))
	m.key = key
	long := func(n int) string { return `"` + strings.Repeat("ș", n) + `"` }
	tests := []struct{ id, value, message string }{
		{"2", `"9500", "unit": "eur"`, "feature 2 (цена) must be an integer"},
		{"2", `9500.5, "unit": "eur"`, "feature 2 (цена) must be an integer"},
		{"2", `9500.0, "unit": "eur"`, "feature 2 (цена) must be an integer"},
		{"2", `-1, "unit": "eur"`, "feature 2 (цена) must be between"},
		{"2", `1000000000, "unit": "eur"`, "feature 2 (цена) must be between"},
		{"2", `9500`, "feature 2 (цена) unit is required (eur, usd, mdl)"},
		{"2", `9500, "unit": "EUR"`, "feature 2 (цена) unit must be one of eur, usd, mdl"},
		{"2", `9500, "unit": 1`, "feature 2: unit must be a string"},
		{"2", `9500, "unit": "eur", "currency": "eur"`, "unknown member: currency"},
		{"19", `2012, "unit": "km"`, "feature 19 (год выпуска) unit is not expected"},
		{"19", `"2012"`, "feature 19 (год выпуска) must be an integer"},
		{"19", `null`, "feature 19 (год выпуска) must be an integer"},
		{"104", `1, "unit": "eur"`, "feature 104 (пробег) unit must be one of km, mi"},
		{"908", `"true"`, "feature 908 (кондиционер) must be a boolean"},
		{"908", `1`, "feature 908 (кондиционер) must be a boolean"},
		{"2553", `2`, "feature 2553 (двигатель) must be a string"},
		{"2553", `"2.0\nd"`, "feature 2553 (двигатель) must not contain line breaks"},
		{"2553", long(256), "feature 2553 (двигатель) is longer than 255"},
		{"13", long(10_001), "feature 13 (текст объявления) is longer than 10000"},
		{"13", `" \n"`, "feature 13 (текст объявления) is required"},
		{"20", `34`, "feature 20 (марка) must be a string"},
		{"20", `"BMW"`, "feature 20 (марка) there is no option BMW"},
		{"20", `""`, "feature 20 (марка) is required"},
		{"20", `"36"`, "feature 21 (модель) option 78 does not belong to what is chosen in feature 20"},
		{"21", `"31007"`, "feature 21 (модель) option 31007 does not belong"},
		{"21", `"223"`, "feature 2095 (поколение) option 31007 does not belong to what is chosen in feature 21"},
		{"8", `"13878"`, "feature 8 (населённый пункт) option 13878 does not belong"},
		{"14", `"` + image + `"`, "feature 14 (фотографии) must be an array of strings"},
		{"14", `[null]`, "feature 14 (фотографии) must be an array of strings"},
		{"14", `["` + foreign + `"]`, "was not uploaded with this key"},
		{"14", `["` + imageName(image) + `"]`, "was not uploaded with this key"},
		{"15", `["play.md/12345678"]`, "feature 15 (видео) must be an array of http or https addresses"},
		{"15", `["ftp://play.md/1"]`, "feature 15 (видео) must be an array of http or https addresses"},
		{"15", `[1]`, "feature 15 (видео) must be an array of strings"},
		{"16", `["37379999999"]`, "feature 16 (контакты) 37379999999 is not a phone number of this account"},
		{"16", `["+37378000000"]`, "feature 16 (контакты) +37378000000 is not a phone number of this account"},
		{"16", `["37378000000", "37378000000"]`, "feature 16 (контакты) 37378000000 is given twice"},
		{"16", `[]`, "feature 16 (контакты) is required"},
		{"12", `"a title"`, "feature 12 does not exist"},
		{"9001", `{"lat": 1, "lon": 1}`, "feature 9001 does not exist"},
	}
	for _, test := range tests {
		features := carFeatures(image)
		features[test.id] = test.value
		got := m.send("POST", "/adverts", carBody(features))
		if got.status != 400 || !strings.Contains(errorMessage(t, got), test.message) {
			t.Errorf("%s = %.60s: %d %s, want %q", test.id, test.value, got.status, got.body, test.message)
		}
	}
	if account, _ := m.Account(key); account.Balance != 100 || len(m.Adverts(key)) != 0 {
		t.Errorf("refused adverts cost money: %+v", account)
	}
}

func TestEveryRequiredFeatureIsAskedFor(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	_, _, form := DefaultCatalogue().path("658", "659", "776")
	for _, f := range form.features() {
		features := carFeatures(m.upload(picture(t, 1)))
		delete(features, f.ID)
		dependent := form.dependent(f.ID)
		if dependent != nil {
			continue // its child is refused first
		}
		got := m.send("POST", "/adverts", carBody(features))
		if f.Required != (got.status == 400) {
			t.Errorf("without %s (required: %t): %d %s", f.ID, f.Required, got.status, got.body)
		}
	}
}

// A feature that the parent's option leaves without options is not required.
func TestNothingToChoose(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	small := func(place string) string {
		return strings.Replace(phone, `{"id": "7", "value": "12900"},
	{"id": "8", "value": "13859"},
	{"id": "9", "value": "15664"},`, place, 1)
	}
	abroad := abroad()
	m.post(small(`{"id": "7", "value": "12902"}, {"id": "8", "value": "13881"},`))
	m.post(small(fmt.Sprintf(`{"id": "7", "value": %q},`, abroad)))
	got := m.send("POST", "/adverts", small(fmt.Sprintf(`{"id": "7", "value": %q}, {"id": "8", "value": "13859"},`, abroad)))
	if got.status != 400 {
		t.Errorf("a city of nowhere: %d %s", got.status, got.body)
	}
}

// abroad is the region without cities.
func abroad() string {
	regions := parseOptions(placesList)
	return regions[len(regions)-1].ID
}

func TestRefusedPosts(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	swap := func(old, with string) string { return strings.Replace(phone, old, with, 1) }
	tests := []struct{ name, body, message string }{
		{"no body", "", "a JSON object is expected"},
		{"half a body", phone[:50], "a JSON object is expected"},
		{"an array", "[]", "a JSON object is expected"},
		{"null", "null", "a JSON object is expected"},
		{"two objects", phone + phone, "a JSON object is expected"},
		{"unknown member", swap(`{`, `{"title": "x", `), "unknown member: title"},
		{"member in capitals", swap(`"category_id"`, `"Category_ID"`), "unknown member: Category_ID"},
		{"no category", swap(`"category_id": "600", `, ``), "category_id is required"},
		{"category as a number", swap(`"600"`, `600`), "category_id must be a string"},
		{"unknown category", swap(`"600"`, `"1"`), "category_id: no such category: 1"},
		{"foreign subcategory", swap(`"601"`, `"659"`), "subcategory_id: no such subcategory"},
		{"unknown offer type", swap(`"776"`, `"1"`), "offer_type: no such offer type"},
		{"features as an object", `{"category_id": "600", "subcategory_id": "601", "offer_type": "776", "features": {}}`, "features: must be an array"},
		{"features null", `{"category_id": "600", "subcategory_id": "601", "offer_type": "776", "features": null}`, "features: must be an array"},
		{"no features", `{"category_id": "600", "subcategory_id": "601", "offer_type": "776", "features": []}`, "feature 12 (заголовок) is required"},
		{"a feature twice", swap(`"features": [`, `"features": [{"id": "12", "value": "again"},`), "feature 12 is given twice"},
		{"a feature without value", swap(`"id": "12", "value": "iPhone 13"`, `"id": "12"`), "value is required"},
		{"a feature id as a number", swap(`"id": "12"`, `"id": 12`), "id must be a string"},
		{"a feature that is no object", swap(`"features": [`, `"features": ["12",`), "features[0]: a JSON object is expected"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := m.send("POST", "/adverts", test.body)
			if got.status != 400 || !strings.Contains(errorMessage(t, got), test.message) {
				t.Errorf("%d %s, want %q", got.status, got.body, test.message)
			}
		})
	}
	request, _ := http.NewRequest("POST", m.base+"/adverts", strings.NewReader(phone))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if got := m.do(request); got.status != 400 {
		t.Errorf("form encoded: %d", got.status)
	}
	if got := m.send("POST", "/adverts", strings.Repeat(" ", 1<<20)+phone); got.status != 413 {
		t.Errorf("a huge body: %d", got.status)
	}
}

func TestPostingWithoutMoney(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	m.SetBalance(key, 0)
	tests := map[ErrorShape]string{
		ErrorObject: `{"error":{"code":402,"message":"Insufficient funds","reason":"payment_required"}}`,
		ErrorCoded:  `{"error":{"code":402,"message":"Insufficient funds","reason":"payment_required"}}`,
		ErrorString: `{"error":"insufficient balance"}`,
		ErrorBare:   `"insufficient balance"`,
	}
	for shape, want := range tests {
		m.SetQuirks(Quirks{Errors: shape})
		if got := m.send("POST", "/adverts", phone); got.status != 402 || got.body != want {
			t.Errorf("%q: %d %s", shape, got.status, got.body)
		}
	}
	m.SetQuirks(Quirks{Errors: ErrorCoded})
	if got := m.send("POST", "/adverts", "{}"); got.body != `{"error":{"code":400,"message":"category_id is required","reason":"bad_request"}}` {
		t.Errorf("coded: %s", got.body)
	}
	if len(m.Adverts(key)) != 0 {
		t.Error("an advert without money")
	}
	m.SetQuirks(Quirks{})
	m.SetBalance(key, 1)
	m.post(phone)
}
