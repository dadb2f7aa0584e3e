package omarket

import (
	"net/http"
	"strings"
	"testing"
)

// paths lists every route of the API with an address that reaches it.
func paths(uuid string) map[string]string {
	all := map[string]string{}
	for _, rt := range routes() {
		if _, path, _ := strings.Cut(rt.pattern, " "); rt.who != passerby {
			all[rt.pattern] = strings.ReplaceAll(path, "<uuid>", uuid)
		}
	}
	return all
}

func method(route string) string {
	name, _, _ := strings.Cut(route, " ")
	return name
}

func TestEveryRouteNeedsTheOperatorsKey(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	uuid := m.post(carExample)
	all := paths(uuid)
	all["GET /nowhere/"] = "/nowhere/"
	all["GET /api/ads-board/faq"] = "/api/ads-board/faq"
	headers := map[string]struct {
		set  func(http.Header)
		want string
	}{
		"no key":       {func(h http.Header) { h["X-Api-Key"] = []string{} }, `{"message":"No API key found in request"}`},
		"wrong key":    {func(h http.Header) { h.Set("x-api-key", "omarket-sandbox-kez") }, `{"message":"Invalid API key"}`},
		"other header": {func(h http.Header) { h["X-Api-Key"] = []string{}; h.Set("API_KEY", DefaultAPIKey) }, `{"message":"No API key found in request"}`},
	}
	for route, path := range all {
		for name, header := range headers {
			request, _ := http.NewRequest(method(route), m.base+path, nil)
			header.set(request.Header)
			if got := m.do(request); got.status != http.StatusForbidden || got.body != header.want {
				t.Errorf("%s with %s: %d %s", route, name, got.status, got.body)
			}
		}
	}
	m.mustAd(uuid)
}

func TestKeyHeaderAndStatusCanBeSet(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	m.SetQuirks(Quirks{KeyHeader: "API_KEY", KeyStatus: 401})
	if got := m.send("GET", "/api/ads-board/faq/", ""); got.status != 401 {
		t.Errorf("the former header: %d", got.status)
	}
	request, _ := http.NewRequest("GET", m.base+"/api/ads-board/faq/", nil)
	request.Header.Set("API_KEY", m.key)
	if got := m.do(request); got.status != 200 {
		t.Errorf("the new header: %d", got.status)
	}
	m.SetAPIKey("other")
	if got := m.do(request); got.status != 401 || got.body != `{"message":"Invalid API key"}` {
		t.Errorf("the former key: %d %s", got.status, got.body)
	}
}

func TestWhoMayUseARoute(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	uuid := m.publish(carExample)
	nobody := m.as("")
	for _, rt := range routes() {
		if rt.who == stranger || rt.who == passerby {
			continue
		}
		path := paths(uuid)[rt.pattern]
		m.SetQuirks(Quirks{})
		open := nobody.send(method(rt.pattern), path, "").status
		if refused := open == http.StatusUnauthorized; refused != (rt.who == member) {
			t.Errorf("%s without an account: %d", rt.pattern, open)
		}
		bad := *m
		bad.token = "eyJ1c2VyX2lkIjogMX0="
		if got := bad.send(method(rt.pattern), path, ""); got.status != http.StatusUnauthorized || got.body != `{"message":"Invalid access token"}` {
			t.Errorf("%s with a wrong token: %d %s", rt.pattern, got.status, got.body)
		}
		m.SetQuirks(Quirks{NeedAccount: true})
		if got := nobody.send(method(rt.pattern), path, ""); got.status != http.StatusUnauthorized || got.body != `{"message":"Authorization header is required"}` {
			t.Errorf("%s where readers need an account: %d %s", rt.pattern, got.status, got.body)
		}
	}
}

func TestEveryRouteRefusesUnknownParameters(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	for route, path := range paths(m.publish(carExample)) {
		got := m.send(method(route), path+"?sort=price", "")
		if got.status != http.StatusBadRequest || !strings.Contains(got.body, `"sort":["Неизвестное поле."]`) {
			t.Errorf("%s: %d %s", route, got.status, got.body)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	uuid := m.publish(carExample)
	tests := []struct {
		method, path string
		status       int
		location     string
	}{
		{"GET", "/api/ads-board/v1/category/list", 200, ""},
		{"GET", "/api/ads-board/v1/category/list/", 404, ""},
		{"GET", "/api/ads-board/v1/ads/list", 301, "/api/ads-board/v1/ads/list/"},
		{"GET", "/api/ads-board/v1/ads/list?page=2", 301, "/api/ads-board/v1/ads/list/?page=2"},
		{"GET", "/api/ads-board/v1/ads/list/", 200, ""},
		{"GET", "/api//ads-board/v1/ads/list/", 404, ""},
		{"GET", "/api/ads-board/v1/Ads/list/", 404, ""},
		{"GET", "/api/ads-board/ads/list/", 404, ""},
		{"PUT", "/api/ads-board/v1/ads/" + uuid, 301, adPath(uuid)},
		{"POST", "/api/ads-board/v1/ads/initial", 301, "/api/ads-board/v1/ads/initial/"},
		{"DELETE", "/api/ads-board/v1/ads/" + uuid, 301, adPath(uuid)},
		{"PATCH", adPath(uuid), 405, ""},
		{"GET", "/api/market-auth/register/", 405, ""},
		{"HEAD", "/api/ads-board/faq/", 405, ""},
		{"GET", "/", 404, ""},
		{"GET", "/api/ads-board/v1/ads//", 404, ""},
	}
	for _, test := range tests {
		got := m.send(test.method, test.path, "")
		if got.status != test.status || got.header.Get("Location") != test.location {
			t.Errorf("%s %s: %d %q", test.method, test.path, got.status, got.header.Get("Location"))
		}
	}
	m.mustAd(uuid)
}

func TestRefusedBodies(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	uuid := m.publish(carExample)
	tests := []struct {
		name, method, path, body, kind string
		status                         int
	}{
		{"body of a GET without one", "GET", adPath(uuid), `{}`, "application/json", 400},
		{"body of initial", "POST", "/api/ads-board/v1/ads/initial/", `{}`, "application/json", 400},
		{"body of delete", "DELETE", adPath(uuid), `{}`, "application/json", 400},
		{"form in place of JSON", "POST", myAds, `statuses=active`, "application/x-www-form-urlencoded", 415},
		{"JSON without its kind", "PUT", adPath(uuid), carExample, "", 415},
		{"JSON in place of a form", "POST", adPath(uuid) + "upload-image/", `{}`, "application/json", 415},
		{"JSON with a charset", "PUT", adPath(uuid), carExample, "application/json; charset=utf-8", 200},
		{"huge body", "PUT", adPath(uuid), strings.Repeat("x", 1<<20+1), "application/json", 413},
		{"malformed query", "GET", "/api/ads-board/faq/?page=%zz", "", "", 400},
		{"page twice", "GET", "/api/ads-board/faq/?page=1&page=2", "", "", 400},
		{"page zero", "GET", "/api/ads-board/faq/?page=0", "", "", 404},
		{"page in words", "GET", "/api/ads-board/v1/ads/list/?page=two", "", "", 404},
		{"page behind the last", "GET", "/api/ads-board/v1/ads/list/?page=99", "", "", 404},
	}
	for _, test := range tests {
		request, _ := http.NewRequest(test.method, m.base+test.path, strings.NewReader(test.body))
		if test.kind != "" {
			request.Header.Set("Content-Type", test.kind)
		}
		if got := m.do(request); got.status != test.status {
			t.Errorf("%s: %d %s", test.name, got.status, got.body)
		}
	}
	m.mustAd(uuid)
}
