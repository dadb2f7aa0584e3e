package omarket

import (
	"net/http"
	"strings"
)

// route is one line of the description. Its pattern is also its name in
// faults, hooks and counts; the zero route stands for addresses that are none.
type route struct {
	pattern string
	who     caller
	body    bodyKind
	pages   bool // takes ?page=
	handle  func(*Server, *call) reply
}

// caller is who may use a route.
type caller int

const (
	reader   caller = iota // everybody, unless Quirks.NeedAccount
	member                 // who has signed in
	stranger               // who is about to: tokens are not looked at
	passerby               // without the operator's key even
)

type bodyKind int

const (
	noBody bodyKind = iota
	jsonBody
	formBody
)

func routes() []route {
	return []route{
		{pattern: "POST /api/market-auth/auth/msisdn-password/", who: stranger, body: jsonBody, handle: (*Server).signIn},
		{pattern: "POST /api/market-auth/register/", who: stranger, body: jsonBody, handle: (*Server).register},
		{pattern: "POST /api/market-auth/check-otp/", who: stranger, body: jsonBody, handle: (*Server).checkCode},
		{pattern: "POST /api/market-auth/refresh-token/", who: stranger, body: jsonBody, handle: (*Server).refresh},
		{pattern: "GET /api/ads-board/v1/ads/list/", pages: true, handle: (*Server).listAds},
		{pattern: "GET /api/ads-board/v1/category/list", handle: (*Server).listCategories},
		{pattern: "GET /api/ads-board/v1/ad_type/list/", handle: (*Server).listAdTypes},
		{pattern: "GET /api/ads-board/v1/trusted/ads-filter/", body: jsonBody, pages: true, handle: (*Server).filterAds},
		{pattern: "POST /api/ads-board/trusted/ads-filter-old/", body: jsonBody, pages: true, handle: (*Server).searchAds},
		{pattern: "POST /api/ads-board/v1/ads/initial/", who: member, handle: (*Server).createAd},
		{pattern: "GET /api/ads-board/v1/ads/<uuid>/", handle: (*Server).getAd},
		{pattern: "PUT /api/ads-board/v1/ads/<uuid>/", who: member, body: jsonBody, handle: (*Server).updateAd},
		{pattern: "DELETE /api/ads-board/v1/ads/<uuid>/", who: member, handle: (*Server).deleteAd},
		{pattern: "POST /api/ads-board/v1/ads/<uuid>/upload-image/", who: member, body: formBody, handle: (*Server).uploadImage},
		{pattern: "DELETE /api/ads-board/v1/ads/<uuid>/remove-image/", who: member, body: jsonBody, handle: (*Server).removeImage},
		{pattern: "POST /api/ads-board/v1/user/my-ads/", who: member, body: jsonBody, pages: true, handle: (*Server).listOwnAds},
		{pattern: "POST /api/ads-board/v1/user/upload-avatar/", who: member, body: formBody, handle: (*Server).uploadAvatar},
		{pattern: "DELETE /api/ads-board/v1/user/remove-avatar/", who: member, handle: (*Server).removeAvatar},
		{pattern: "GET /api/ads-board/faq/", pages: true, handle: (*Server).listQuestions},
		{pattern: "GET /media/<folder>/<name>", who: passerby, handle: (*Server).sendImage},
	}
}

func patterns(table []route) []string {
	var names []string
	for _, rt := range table {
		names = append(names, rt.pattern)
	}
	return names
}

// find gives the route of a request. Without one it gives, by the address
// alone, what is answered instead.
func (s *Server) find(r *http.Request) (route, map[string]string, reply) {
	out := page(http.StatusNotFound)
	for _, rt := range s.table {
		method, pattern, _ := strings.Cut(rt.pattern, " ")
		if values, fits := match(pattern, r.URL.Path); fits {
			if method == r.Method {
				return rt, values, reply{}
			}
			out = message(http.StatusMethodNotAllowed, `Method "`+r.Method+`" not allowed.`)
		}
		if _, fits := match(pattern, r.URL.Path+"/"); fits && out.Status == http.StatusNotFound {
			to := *r.URL
			to.Path += "/"
			out = page(http.StatusMovedPermanently)
			out.Header = map[string]string{"Location": to.RequestURI()}
		}
	}
	return route{}, nil, out
}

// match holds a path against a pattern and gives what stands for its <names>.
func match(pattern, path string) (map[string]string, bool) {
	wanted, parts := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(wanted) != len(parts) {
		return nil, false
	}
	var values map[string]string
	for i, name := range wanted {
		if inner, named := strings.CutPrefix(name, "<"); named && parts[i] != "" {
			if values == nil {
				values = map[string]string{}
			}
			values[strings.TrimSuffix(inner, ">")] = parts[i]
		} else if name != parts[i] {
			return nil, false
		}
	}
	return values, true
}
