package omarket

import (
	"crypto/subtle"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
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
	c := &call{Request: r, page: 1}
	var nowhere reply
	c.route, c.values, nowhere = s.find(r)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.bodyLimit(c.route)))
	var tooLarge *http.MaxBytesError
	if err != nil && !errors.As(err, &tooLarge) {
		panic(http.ErrAbortHandler) // the caller went in the middle of its body
	}
	c.body = body
	seen, told, hooks := s.arrive(c)
	if hooks.Before != nil {
		hooks.Before(r.Context(), told)
	}
	fault := s.takeFault(c.route.pattern)
	if !wait(r.Context(), fault.Delay) || fault.Kind == FaultLostBefore {
		panic(http.ErrAbortHandler)
	}
	if tooLarge != nil {
		nowhere = page(http.StatusRequestEntityTooLarge)
	}
	out := s.answer(c, fault, nowhere)
	if told.Status = out.status; hooks.After != nil {
		hooks.After(r.Context(), told)
	}
	if fault.Kind == FaultLostAfter {
		panic(http.ErrAbortHandler)
	}
	s.answered(seen, out.status)
	write(w, out, fault.Kind == FaultHalfJSON)
}

// bodyLimit leaves room for what multipart adds to a picture.
func (s *Server) bodyLimit(rt route) int64 {
	if rt.body == formBody {
		return s.maxImage + 64<<10
	}
	return 1 << 20
}

// answer lets the route's handler do its work, with the lock held, unless a
// fault, a key, the address or the body stands in the way. instead, when it
// has a status, is what the market answers to whoever has the operator's key.
func (s *Server) answer(c *call, fault Fault, instead reply) reply {
	switch fault.Kind {
	case FaultAnswer:
		return reply{status: orDefault(fault.Status, http.StatusInternalServerError), raw: fault.Body}
	case FaultHTML:
		return page(http.StatusBadGateway)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.route.who != passerby {
		if out, ok := s.checkKey(c); !ok {
			return out
		}
	}
	if instead.status != 0 {
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
