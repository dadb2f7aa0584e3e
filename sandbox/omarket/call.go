package omarket

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"bazarbot/sandbox/stand"
)

// call is a request on its way to its handler, the body already read.
type call struct {
	*http.Request
	route   route
	values  map[string]string // of the <names> in the route
	body    []byte
	page    int      // from 1
	account *account // nil: somebody who is not signed in
}

// value gives what stands in the address for a <name> of the route.
func (c *call) value(name string) string { return c.values[name] }

// base is the address at which the caller sees the market.
func (c *call) base() string { return "http://" + c.Host }

// serve takes a request through hooks and faults to its handler and back.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	rt, values, nowhere := s.find(r)
	visit := stand.Visit{
		Route: rt.pattern, Key: mask(r.Header.Get(s.keyHeader())), Token: mask(r.Header.Get("Authorization")),
		Limit: s.bodyLimit(rt), Keep: rt.body == jsonBody,
	}
	s.Receive(w, r, visit, func(body []byte, tooLarge bool) stand.Reply {
		if tooLarge {
			nowhere = page(http.StatusRequestEntityTooLarge)
		}
		return s.answer(&call{Request: r, route: rt, values: values, body: body, page: 1}, nowhere)
	})
}

// mask tells two secrets apart and nothing else.
func mask(secret string) string {
	if secret == "" {
		return ""
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(secret)))[:8]
}

// bodyLimit leaves room for what multipart adds to a picture.
func (s *Server) bodyLimit(rt route) int64 {
	if rt.body == formBody {
		return s.maxImage + 64<<10
	}
	return 1 << 20
}

// answer lets the route's handler do its work, with the lock held, unless a
// key, the address or the body stands in the way. instead, when it has a
// status, is what the market answers to whoever has the operator's key.
func (s *Server) answer(c *call, instead reply) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.route.who != passerby {
		if out, ok := s.checkKey(c); !ok {
			return out
		}
	}
	if instead.Status != 0 {
		return instead
	}
	if out, ok := s.authorise(c); !ok {
		return out
	}
	if out, ok := c.checkQuery(); !ok {
		return out
	}
	if out, ok := s.checkBody(c); !ok {
		return out
	}
	s.moderate()
	return c.route.handle(s, c)
}

func (s *Server) keyHeader() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.quirks.keyHeader()
}

func (s *Server) checkKey(c *call) (reply, bool) {
	key := c.Header.Get(s.quirks.keyHeader())
	switch {
	case key == "":
		return message(s.quirks.keyStatus(), "No API key found in request"), false
	case subtle.ConstantTimeCompare([]byte(key), []byte(s.apiKey)) == 0:
		return message(s.quirks.keyStatus(), "Invalid API key"), false
	}
	return reply{}, true
}

// checkQuery holds the query against the route and takes the page from it.
func (c *call) checkQuery() (reply, bool) {
	query, err := url.ParseQuery(c.URL.RawQuery)
	if err != nil {
		return fail(http.StatusBadRequest, "malformed query"), false
	}
	var wrong complaints
	for name, values := range query {
		switch {
		case name != "page" || !c.route.pages:
			wrong.add(name, unknownMember)
		case len(values) > 1:
			wrong.add(name, "Указано дважды.")
		}
	}
	if !wrong.none() {
		return fail(http.StatusBadRequest, wrong.details()), false
	}
	if query.Has("page") {
		if c.page, err = strconv.Atoi(query.Get("page")); err != nil || c.page < 1 {
			return noSuchPage(), false
		}
	}
	return reply{}, true
}

func noSuchPage() reply {
	return fail(http.StatusNotFound, "Неправильная страница.")
}

// checkBody holds the body's presence and kind against the route.
func (s *Server) checkBody(c *call) (reply, bool) {
	if c.Method == http.MethodGet && len(c.body) > 0 {
		switch s.quirks.GetBody {
		case GetBodyRefused:
			return fail(http.StatusBadRequest, "A body is not expected with GET."), false
		case GetBodyProxy:
			return page(http.StatusBadRequest), false
		case GetBodyStripped:
			c.body = nil
			return reply{}, true
		}
	}
	kind, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	switch {
	case c.route.body == noBody && len(c.body) > 0:
		return fail(http.StatusBadRequest, "A request body is not expected here."), false
	case c.route.body == jsonBody && kind != "application/json",
		c.route.body == formBody && kind != "multipart/form-data":
		return fail(http.StatusUnsupportedMediaType, `Неподдерживаемый тип данных "`+kind+`" в запросе.`), false
	}
	return reply{}, true
}
