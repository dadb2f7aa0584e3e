package md999

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUpdateExamples(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	features := carFeatures(m.upload(picture(t, 1)))
	features["123"] = `"a newer one"`
	id := m.post(carBody(features))
	before, _ := m.Advert(id)

	got := m.send("PATCH", "/adverts/"+id, `{
	  "features": [
	    {"id": "2", "value": 100, "unit": "eur"},
	    {"id": "16", "value": ["37378000000", "37361234567"]},
	    {"id": "123", "value": null}
	  ],
	  "offer_type": "777"
	}`)
	if got.status != http.StatusCreated || got.body != `{"success":true}` {
		t.Fatalf("%d %s", got.status, got.body)
	}
	after, _ := m.Advert(id)
	if after.OfferType != "777" {
		t.Errorf("offer type %s", after.OfferType)
	}
	want := map[string]Value{}
	for _, v := range before.Features {
		want[v.ID] = v
	}
	want["2"] = Value{ID: "2", Value: int64(100), Unit: "eur"}
	delete(want, "123")
	have := map[string]Value{}
	for _, v := range after.Features {
		have[v.ID] = v
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}

	m.patch(id, `{"id": "111", "value": "test"}, {"id": "123", "value": null}`)
	m.patch(id, `{"id": "2", "value": 100, "unit": "eur"}`)
	if v, _ := m.mustAdvert(id).Feature("111"); v.Value != "test" {
		t.Errorf("feature 111: %v", v)
	}
	if account, _ := m.Account(key); len(account.Spent) != 1 {
		t.Errorf("editing cost money: %+v", account.Spent)
	}
}

// patch changes features of an advert.
func (m *market) patch(id, features string) {
	m.t.Helper()
	if got := m.send("PATCH", "/adverts/"+id, `{"features": [`+features+`]}`); got.status != http.StatusCreated {
		m.t.Fatalf("PATCH %s: %d %s", features, got.status, got.body)
	}
}

func (m *market) mustAdvert(id string) Advert {
	m.t.Helper()
	a, there := m.Advert(id)
	if !there {
		m.t.Fatalf("no advert %s", id)
	}
	return a
}

func TestRefusedUpdates(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	id := m.post(carBody(carFeatures(m.upload(picture(t, 1)))))
	before := m.mustAdvert(id)
	tests := []struct{ name, body, message string }{
		{"no body", ``, "a JSON object is expected"},
		{"no features", `{"offer_type": "776"}`, "features is required"},
		{"category", `{"category_id": "658", "features": []}`, "unknown member: category_id"},
		{"unknown offer type", `{"features": [], "offer_type": "1"}`, "offer_type: no such offer type"},
		{"offer type as a number", `{"features": [], "offer_type": 777}`, "offer_type must be a string"},
		{"required removed", `{"features": [{"id": "2", "value": null}]}`, "feature 2 (цена) is required"},
		{"required emptied", `{"features": [{"id": "16", "value": []}]}`, "feature 16 (контакты) is required"},
		{"unknown feature", `{"features": [{"id": "782", "value": "x"}]}`, "feature 782 does not exist"},
		{"unknown feature removed", `{"features": [{"id": "782", "value": null}]}`, "feature 782 does not exist"},
		{"wrong type", `{"features": [{"id": "19", "value": "2012"}]}`, "feature 19 (год выпуска) must be an integer"},
		{"parent without child", `{"features": [{"id": "20", "value": "36"}]}`, "feature 21 (модель) option 78 does not belong"},
		{"parent removed", `{"features": [{"id": "8", "value": null}]}`, "feature 8 (населённый пункт) is required"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := m.send("PATCH", "/adverts/"+id, test.body)
			if got.status != 400 || !strings.Contains(errorMessage(t, got), test.message) {
				t.Errorf("%d %s, want %q", got.status, got.body, test.message)
			}
		})
	}
	if diff := cmp.Diff(before, m.mustAdvert(id)); diff != "" {
		t.Errorf("refused updates changed the advert:\n%s", diff)
	}
}

func TestUpdateOfDependentFeatures(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	id := m.post(carBody(carFeatures(m.upload(picture(t, 1)))))
	// The last make has no models, so that nothing more can be asked for.
	makes := parseOptions(carsList)
	m.patch(id, `{"id": "20", "value": "`+makes[len(makes)-1].ID+`"}, {"id": "21", "value": null}, {"id": "2095", "value": null}`)
	if title := m.mustAdvert(id).Title; title != "Другая марка" {
		t.Errorf("title %q", title)
	}
	if got := m.fetch("/adverts/" + id + "?lang=ro")["title"]; got != "Altă marcă" {
		t.Errorf("title in Romanian: %v", got)
	}
}

// What the new offer type does not ask for is dropped.
func TestCatalogueThatChanges(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	id := m.post(strings.Replace(phone, `"features": [`, `"features": [{"id": "2725", "value": "red"},`, 1))
	c := DefaultCatalogue()
	_, _, form := c.path("600", "601", "777")
	form.Groups = smallForm()
	m.SetCatalogue(c)
	if got := m.send("PATCH", "/adverts/"+id, `{"features": [], "offer_type": "777"}`); got.status != http.StatusCreated {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if _, there := m.mustAdvert(id).Feature("2725"); there {
		t.Error("a feature of the old offer type is left")
	}
	m.SetCatalogue(&Catalogue{})
	got := m.fetch("/adverts/" + id)
	if got["title"] != "iPhone 13" {
		t.Errorf("an advert of a lost category: %v", got)
	}
	if got := m.send("GET", "/adverts/"+id+"/features", ""); got.status != http.StatusNotFound {
		t.Errorf("its form: %d %s", got.status, got.body)
	}
	m.fetch("/adverts")
}
