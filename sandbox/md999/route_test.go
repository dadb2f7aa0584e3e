package md999

import (
	"net/http"
	"strings"
	"testing"
)

// paths lists every route with an address that reaches it.
func (m *market) paths(advert string) map[string]string {
	return map[string]string{
		"GET /categories": "/categories",
		"GET /categories/{category_id}/subcategories":                              "/categories/658/subcategories",
		"GET /categories/{category_id}/subcategories/{subcategory_id}/offer-types": "/categories/658/subcategories/659/offer-types",
		"GET /features":                            "/features?category_id=658&subcategory_id=659&offer_type=776",
		"GET /dependent_options":                   "/dependent_options?subcategory_id=659&dependency_feature_id=20&parent_option_id=34",
		"GET /phone_numbers":                       "/phone_numbers",
		"GET /adverts":                             "/adverts",
		"POST /adverts":                            "/adverts",
		"GET /adverts/{advert_id}":                 "/adverts/" + advert,
		"PATCH /adverts/{advert_id}":               "/adverts/" + advert,
		"GET /adverts/{advert_id}/features":        "/adverts/" + advert + "/features",
		"POST /adverts/{advert_id}/republish":      "/adverts/" + advert + "/republish",
		"POST /adverts/{advert_id}/color":          "/adverts/" + advert + "/color",
		"PUT /adverts/{advert_id}/access_policy":   "/adverts/" + advert + "/access_policy",
		"GET /adverts/{advert_id}/autorepublisher": "/adverts/" + advert + "/autorepublisher",
		"PUT /adverts/{advert_id}/autorepublisher": "/adverts/" + advert + "/autorepublisher",
		"POST /images":                             "/images",
	}
}

func method(route string) string {
	name, _, _ := strings.Cut(route, " ")
	return name
}

func TestEveryRouteNeedsAKey(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	id := m.post(phone)
	m.RevokeKey(otherKey)
	credentials := map[string]func(*http.Request){
		"none":      func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key) },
		"unknown":   func(r *http.Request) { r.SetBasicAuth("nobody", "") },
		"revoked":   func(r *http.Request) { r.SetBasicAuth(otherKey, "") },
		"password":  func(r *http.Request) { r.SetBasicAuth(key, "secret") },
		"key there": func(r *http.Request) { r.SetBasicAuth("", key) },
	}
	paths := m.paths(id)
	if len(paths) != len(routes()) {
		t.Fatalf("%d paths for %d routes", len(paths), len(routes()))
	}
	paths["GET /nowhere"] = "/nowhere"
	for route, path := range paths {
		for name, set := range credentials {
			request, _ := http.NewRequest(method(route), m.base+path, nil)
			set(request)
			got := m.do(request)
			if got.status != http.StatusUnauthorized || got.body != `{"error":{"message":"Unauthorized"}}` {
				t.Errorf("%s with %s: %d %s", route, name, got.status, got.body)
			}
		}
	}
	if a, _ := m.Advert(id); a.Colored {
		t.Error("somebody without a key coloured the advert")
	}
}

func TestEveryRouteRefusesUnknownParameters(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	for route, path := range m.paths(m.post(phone)) {
		if !strings.Contains(path, "?") {
			path += "?"
		}
		got := m.send(method(route), path+"&sort=price", "")
		if got.status != http.StatusBadRequest || !strings.Contains(got.body, "unknown parameter: sort") {
			t.Errorf("%s: %d %s", route, got.status, got.body)
		}
	}
}

func TestRefusedRequests(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	id := m.post(phone)
	tests := []struct {
		name, method, path, body string
		status                   int
		message                  string
	}{
		{"Kyrgyz", "GET", "/categories?lang=ky", "", 400, "lang"},
		{"empty language", "GET", "/categories?lang=", "", 400, "lang"},
		{"parameter twice", "GET", "/categories?lang=ru&lang=ro", "", 400, "given twice"},
		{"malformed query", "GET", "/categories?lang=%zz", "", 400, "malformed query"},
		{"body on GET", "GET", "/categories", "{}", 400, "body"},
		{"unknown category", "GET", "/categories/1/subcategories", "", 404, "no such category: 1"},
		{"category in words", "GET", "/categories/cars/subcategories", "", 404, "no such category"},
		{"category unknown to offers", "GET", "/categories/1/subcategories/659/offer-types", "", 404, "no such category: 1"},
		{"subcategory elsewhere", "GET", "/categories/270/subcategories/659/offer-types", "", 404, "no such subcategory"},
		{"form without offer type", "GET", "/features?category_id=658&subcategory_id=659", "", 400, "offer_type"},
		{"form of words", "GET", "/features?category_id=cars&subcategory_id=659&offer_type=776", "", 400, "category_id"},
		{"form of unknown category", "GET", "/features?category_id=1&subcategory_id=659&offer_type=776", "", 400, "category_id"},
		{"form of unknown subcategory", "GET", "/features?category_id=658&subcategory_id=1&offer_type=776", "", 400, "subcategory_id"},
		{"form of unknown offer type", "GET", "/features?category_id=658&subcategory_id=659&offer_type=1", "", 400, "offer_type"},
		{"options without parent", "GET", "/dependent_options?subcategory_id=659&dependency_feature_id=20", "", 400, "parent_option_id"},
		{"options of unknown subcategory", "GET", "/dependent_options?subcategory_id=1&dependency_feature_id=20&parent_option_id=34", "", 400, "subcategory_id"},
		{"options of nothing", "GET", "/dependent_options?subcategory_id=659&dependency_feature_id=795&parent_option_id=18894", "", 400, "dependency_feature_id"},
		{"options of another option", "GET", "/dependent_options?subcategory_id=659&dependency_feature_id=20&parent_option_id=223", "", 400, "parent_option_id"},
		{"slash at the end", "GET", "/categories/", "", 404, "no such resource"},
		{"the example's slip", "GET", "/ads?page=2&page_size=50", "", 404, "no such resource"},
		{"no such method", "DELETE", "/adverts/" + id, "", 404, "no such resource"},
		{"advert in words", "GET", "/adverts/mine", "", 404, "no such advert"},
		{"republish with a body", "POST", "/adverts/" + id + "/republish", "{}", 400, "body"},
		{"page zero", "GET", "/adverts?page=0", "", 400, "page"},
		{"page in words", "GET", "/adverts?page=two", "", 400, "page"},
		{"page size zero", "GET", "/adverts?page_size=0", "", 400, "page_size"},
		{"page size huge", "GET", "/adverts?page_size=1001", "", 400, "page_size"},
		{"unknown state", "GET", "/adverts?states=public,sold", "", 400, "sold"},
		{"empty states", "GET", "/adverts?states=", "", 400, "states"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := m.send(test.method, test.path, test.body)
			if got.status != test.status || !strings.Contains(errorMessage(t, got), test.message) {
				t.Errorf("%d %s, want %d with %q", got.status, got.body, test.status, test.message)
			}
		})
	}
}

// errorMessage reads the usual error.
func errorMessage(t *testing.T, got answer) string {
	t.Helper()
	failure, _ := decoded(t, got.body)["error"].(map[string]any)
	message, _ := failure["message"].(string)
	return message
}

func TestAdvertsOfOthersAreNotFound(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	mine, theirs := m.post(phone), ""
	m.key = otherKey
	theirs = m.post(strings.ReplaceAll(phone, "37378000000", "37379999999"))
	m.key = key
	for route, path := range m.paths(theirs) {
		if !strings.Contains(route, "{advert_id}") {
			continue
		}
		body := ""
		if strings.HasPrefix(route, "P") && !strings.HasPrefix(route, "POST") {
			body = "{}"
		}
		for _, p := range []string{path, strings.ReplaceAll(path, theirs, "12345678")} {
			if got := m.send(method(route), p, body); got.status != http.StatusNotFound {
				t.Errorf("%s %s: %d %s", route, p, got.status, got.body)
			}
		}
	}
	if mine == theirs || len(m.Adverts(key)) != 1 || len(m.Adverts(otherKey)) != 1 {
		t.Error("adverts are mixed up")
	}
}
