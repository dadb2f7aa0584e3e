package md999

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// list gives the texts of one member of a list of objects in an answer.
func list(t *testing.T, answer map[string]any, name, member string) []string {
	t.Helper()
	items, ok := answer[name].([]any)
	if !ok {
		t.Fatalf("no list %s in %v", name, answer)
	}
	var all []string
	for _, item := range items {
		all = append(all, item.(map[string]any)[member].(string))
	}
	return all
}

func TestCatalogueInBothLanguages(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	tests := []struct {
		path, name, member string
		want               []string
	}{
		{"/categories", "categories", "title", []string{"Транспорт", "Недвижимость", "Электроника и техника", "Одежда и обувь", "Работа", "Бюро находок"}},
		{"/categories?lang=ru", "categories", "id", []string{"658", "270", "600", "750", "800", "900"}},
		{"/categories?lang=ro", "categories", "title", []string{"Transport", "Imobiliare", "Electronică și tehnică", "Haine și încălțăminte", "Locuri de muncă", "Obiecte pierdute și găsite"}},
		{"/categories/658/subcategories?lang=ru", "subcategories", "title", []string{"Легковые автомобили", "Автобусы и микроавтобусы", "Аренда автомобилей"}},
		{"/categories/658/subcategories?lang=ro", "subcategories", "url", []string{"transport/cars", "transport/buses-and-minibuses", "transport/car-rental"}},
		{"/categories/658/subcategories/659/offer-types?lang=ru", "offer_types", "title", []string{"Продам", "Куплю", "Меняю"}},
		{"/categories/658/subcategories/659/offer-types?lang=ro", "offer_types", "id", []string{"776", "777", "778"}},
		{"/categories/658/subcategories/1401/offer-types?lang=ro", "offer_types", "title", []string{"Dau în chirie"}},
		{"/phone_numbers?lang=ru", "phone_numbers", "region", []string{"Молдова", "Молдова"}},
		{"/phone_numbers?lang=ro", "phone_numbers", "national_number", []string{"78000000", "61234567"}},
		{"/dependent_options?subcategory_id=659&dependency_feature_id=7&parent_option_id=12901&lang=ru", "options", "title", []string{"Бельцы", "Елизаветовка", "Садовое"}},
		{"/dependent_options?subcategory_id=601&dependency_feature_id=7&parent_option_id=12902&lang=ro", "options", "title", []string{"Bender"}},
		{"/dependent_options?subcategory_id=659&dependency_feature_id=21&parent_option_id=78", "options", "title", []string{"E46 (1998—2006)", "E90 (2004—2013)", "F30 (2011—2019)", "G20 (2018—)"}},
		{"/dependent_options?subcategory_id=601&dependency_feature_id=2720&parent_option_id=2005", "options", "id", nil},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, list(t, m.fetch(test.path), test.name, test.member)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.path, diff)
		}
	}
}

// The description's example asks for BMW's models.
func TestDependentOptionsExample(t *testing.T) {
	t.Parallel()
	const path = "/dependent_options?subcategory_id=659&dependency_feature_id=20&parent_option_id=34&lang=ru"
	const models = `[{"id":"223","title":"1 Series"},{"id":"19269","title":"2 Series"},{"id":"78","title":"3 Series"}`
	tests := []struct {
		name   string
		quirks Quirks
		prefix string
	}{
		{"by the schema", Quirks{}, `{"options":` + models},
		{"capital letter", Quirks{OptionsKey: true}, `{"Options":` + models},
		{"bare list", Quirks{BareOptions: true}, models},
		{
			"value for title, as in the example",
			Quirks{OptionValue: true}, `{"options":[{"id":"223","title":"1 Series"},{"id":"19269","title":"2 Series"},{"id":"78","value":"3 Series"}`,
		},
	}
	m := open(t, Options{})
	for _, test := range tests {
		m.SetQuirks(test.quirks)
		if got := m.send("GET", path, ""); got.status != http.StatusOK || !strings.HasPrefix(got.body, test.prefix) {
			t.Errorf("%s: %d %s", test.name, got.status, got.body)
		}
	}
}

// features reads a form into its features by id.
func features(form map[string]any) map[string]map[string]any {
	all := map[string]map[string]any{}
	for _, g := range form["features_groups"].([]any) {
		for _, f := range g.(map[string]any)["features"].([]any) {
			feature := f.(map[string]any)
			all[feature["id"].(string)] = feature
		}
	}
	return all
}

// The shapes of the features example.
func TestFeaturesExample(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	form := m.fetch("/features?category_id=658&subcategory_id=659&offer_type=776&lang=ru")
	got := features(form)
	want := map[string]string{
		"2": `{"id": "2", "title": "цена", "type": "textbox_numeric_measurement", "required": true,
			"units": ["eur", "usd", "mdl"], "depends_on": null, "options": null}`,
		"795": `{"id": "795", "title": "автор объявления", "type": "drop_down_options", "required": true,
			"units": null, "depends_on": null, "options": [
			{"id": "18894", "title": "Агентство"}, {"id": "20364", "title": "Застройщик"}, {"id": "18895", "title": "Частное лицо"}]}`,
		"21": `{"id": "21", "title": "модель", "type": "drop_down_options", "required": true,
			"units": null, "depends_on": "20", "options": []}`,
	}
	for id, text := range want {
		if diff := cmp.Diff(decoded(t, text), got[id]); diff != "" {
			t.Errorf("feature %s (-want +got):\n%s", id, diff)
		}
	}
	groups := form["features_groups"].([]any)
	if last := groups[len(groups)-1].(map[string]any); last["title"] != nil {
		t.Errorf("the last group has a title: %v", last["title"])
	}
	if got := features(m.fetch("/features?category_id=658&subcategory_id=659&offer_type=776&lang=ro"))["2"]["title"]; got != "preț" {
		t.Errorf("the price in Romanian: %v", got)
	}
}

func TestNewFeatureType(t *testing.T) {
	t.Parallel()
	m := open(t, Options{Quirks: Quirks{NewFeature: OptionalNewFeature}})
	id := m.post(phone)
	form := features(m.fetch("/adverts/" + id + "/features"))
	if form["9001"]["type"] != "map" || form["9001"]["required"] != false {
		t.Errorf("the new feature: %v", form["9001"])
	}
	withMap := strings.Replace(phone, `"features": [`, `"features": [{"id": "9001", "value": {"lat": 47.02, "lon": 28.83}},`, 1)
	m.post(withMap)
	m.SetQuirks(Quirks{NewFeature: RequiredNewFeature})
	if got := m.send("POST", "/adverts", phone); !strings.Contains(got.body, "feature 9001 (точка на карте) is required") {
		t.Errorf("without the new feature: %d %s", got.status, got.body)
	}
	for _, value := range []string{`"here"`, `{"lat": 1}`, `{"lat": "1", "lon": "2"}`} {
		if got := m.send("POST", "/adverts", strings.Replace(withMap, `{"lat": 47.02, "lon": 28.83}`, value, 1)); got.status != 400 {
			t.Errorf("%s: %d %s", value, got.status, got.body)
		}
	}
	m.SetQuirks(Quirks{})
	if got := m.send("POST", "/adverts", withMap); got.status != http.StatusBadRequest {
		t.Errorf("a feature that is gone: %d %s", got.status, got.body)
	}
}
