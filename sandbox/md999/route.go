package md999

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"bazarbot/sandbox/stand"
)

// route is one line of the description. Its pattern is also its name in
// faults, hooks and counts; the zero route stands for addresses that are none.
type route struct {
	pattern  string
	required []string // query parameters
	optional []string
	body     bodyKind
	handle   func(*Server, *call) reply
}

type bodyKind int

const (
	noBody bodyKind = iota
	jsonBody
	formBody
)

var lang = []string{"lang"}

func routes() []route {
	return []route{
		{pattern: "GET /categories", optional: lang, handle: (*Server).listCategories},
		{pattern: "GET /categories/{category_id}/subcategories", optional: lang, handle: (*Server).listSubcategories},
		{
			pattern:  "GET /categories/{category_id}/subcategories/{subcategory_id}/offer-types",
			optional: lang, handle: (*Server).listOfferTypes,
		},
		{
			pattern:  "GET /features",
			required: []string{"category_id", "subcategory_id", "offer_type"}, optional: lang,
			handle: (*Server).listFeatures,
		},
		{
			pattern:  "GET /dependent_options",
			required: []string{"subcategory_id", "dependency_feature_id", "parent_option_id"}, optional: lang,
			handle: (*Server).listDependentOptions,
		},
		{pattern: "GET /phone_numbers", optional: lang, handle: (*Server).listPhoneNumbers},
		{
			pattern:  "GET /adverts",
			optional: []string{"page_size", "page", "lang", "states"}, handle: (*Server).listAdverts,
		},
		{pattern: "POST /adverts", body: jsonBody, handle: (*Server).createAdvert},
		{pattern: "GET /adverts/{advert_id}", optional: lang, handle: (*Server).getAdvert},
		{pattern: "PATCH /adverts/{advert_id}", body: jsonBody, handle: (*Server).updateAdvert},
		{pattern: "GET /adverts/{advert_id}/features", optional: lang, handle: (*Server).listAdvertFeatures},
		{pattern: "POST /adverts/{advert_id}/republish", handle: (*Server).republishAdvert},
		{pattern: "POST /adverts/{advert_id}/color", handle: (*Server).colorAdvert},
		{pattern: "PUT /adverts/{advert_id}/access_policy", body: jsonBody, handle: (*Server).setAccessPolicy},
		{pattern: "GET /adverts/{advert_id}/autorepublisher", handle: (*Server).getAutorepublisher},
		{pattern: "PUT /adverts/{advert_id}/autorepublisher", body: jsonBody, handle: (*Server).setAutorepublisher},
		{pattern: "POST /images", body: formBody, handle: (*Server).uploadImage},
	}
}

func patterns(table []route) []string {
	var names []string
	for _, rt := range table {
		names = append(names, rt.pattern)
	}
	return names
}

func (s *Server) mux(table []route) *http.ServeMux {
	mux := http.NewServeMux()
	for _, rt := range table {
		mux.HandleFunc(rt.pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, rt) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, route{}) })
	return mux
}

// call is a request on its way to its handler, the body already read.
type call struct {
	*http.Request
	route route
	key   string
	body  []byte
	query url.Values
	lang  string // "ru" or "ro"
}

// serve takes a request through hooks and faults to its handler and back.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, rt route) {
	key, _, _ := r.BasicAuth()
	visit := stand.Visit{Route: rt.pattern, Key: mask(key), Limit: s.bodyLimit(rt)}
	s.Receive(w, r, visit, func(body []byte, tooLarge bool) stand.Reply {
		return s.told(s.answer(&call{Request: r, route: rt, key: key, body: body}, tooLarge))
	})
}

// mask shows enough of a key to tell two apart.
func mask(key string) string {
	if len(key) < 8 {
		return "…"
	}
	return key[:3] + "…"
}

// answer lets the route's handler do its work unless the size of the body, the
// key or the query stands in the way.
func (s *Server) answer(c *call, tooLarge bool) reply {
	if _, password, ok := c.BasicAuth(); !ok || password != "" || !s.known(c.key) {
		return refuse(http.StatusUnauthorized, "Unauthorized")
	}
	if c.route.pattern == "" {
		return refuse(http.StatusNotFound, "no such resource: %s %s", c.Method, c.URL.Path)
	}
	if tooLarge {
		return refuse(http.StatusRequestEntityTooLarge, "the request body is too large")
	}
	if out, ok := c.checkQuery(); !ok {
		return out
	}
	if c.route.body == noBody && len(c.body) > 0 {
		return refuse(http.StatusBadRequest, "a request body is not expected here")
	}
	if kind := c.Header.Get("Content-Type"); c.route.body == jsonBody && kind != "" && !strings.HasPrefix(kind, "application/json") {
		return refuse(http.StatusBadRequest, "Content-Type must be application/json, not %s", kind)
	}
	return c.route.handle(s, c)
}

// bodyLimit leaves room for what multipart adds to an image.
func (s *Server) bodyLimit(rt route) int64 {
	if rt.body == formBody {
		return s.maxImage + 64<<10
	}
	return 1 << 20
}

// checkQuery holds the query against the route and takes the language from it.
func (c *call) checkQuery() (reply, bool) {
	query, err := url.ParseQuery(c.URL.RawQuery)
	if err != nil {
		return refuse(http.StatusBadRequest, "malformed query"), false
	}
	for _, name := range sortedKeys(query) {
		if !slices.Contains(c.route.required, name) && !slices.Contains(c.route.optional, name) {
			return refuse(http.StatusBadRequest, "unknown parameter: %s", name), false
		}
		if len(query[name]) > 1 {
			return refuse(http.StatusBadRequest, "parameter %s is given twice", name), false
		}
	}
	for _, name := range c.route.required {
		if !isID(query.Get(name)) {
			return refuse(http.StatusBadRequest, "parameter %s must be an integer", name), false
		}
	}
	c.query, c.lang = query, "ru"
	if query.Has("lang") {
		c.lang = query.Get("lang")
	}
	if c.lang != "ru" && c.lang != "ro" {
		return refuse(http.StatusBadRequest, "parameter lang must be ru or ro"), false
	}
	return reply{}, true
}

// isID reports whether s is a row of digits.
func isID(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
