package omarket

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"time"
)

// Call is a request as hooks see it.
type Call struct {
	Method string
	Path   string
	Route  string // as in [Fault.Route]; empty when no route fits
	Token  string // masked: the same for the same one
	Number int    // from 1, counted per route
	Body   []byte
	Status int // After only
}

// Hooks are called for every request, Before ahead of any effect and any
// fault, After once the effect stands and ahead of the answer. They may block,
// until ctx ends, or end the process that asks. A request whose caller has gone
// goes on all the same, as it would on the real market; where it shall not take
// effect, set a [FaultLostBefore].
type Hooks struct {
	Before func(ctx context.Context, c Call)
	After  func(ctx context.Context, c Call)
}

// SetHooks replaces the hooks.
func (s *Server) SetHooks(h Hooks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = h
}

// Request is a request as it is remembered.
type Request struct {
	Method string
	Path   string
	Query  string
	Route  string // as in [Fault.Route]; empty when no route fits
	Status int    // 0: no answer was given (yet)
	Key    string // the operator's, masked
	Token  string // masked
	Body   string // JSON only, as it came, with what it holds of secrets
	At     time.Time
}

const (
	keptRequests = 20_000   // the oldest are forgotten
	keptBody     = 64 << 10 // longer ones are not remembered
)

// Requests lists the requests in order of arrival.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Request, len(s.requests))
	for i, r := range s.requests {
		all[i] = *r
	}
	return all
}

// Count tells how many requests a route had since the server was made.
func (s *Server) Count(route string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[route]
}

// arrive remembers a request, and gives it with what its hooks are told.
func (s *Server) arrive(c *call) (*Request, Call, Hooks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.requests) >= keptRequests {
		s.requests = append([]*Request(nil), s.requests[keptRequests/2:]...)
	}
	r := &Request{
		Method: c.Method, Path: c.URL.Path, Query: c.URL.RawQuery, Route: c.route.pattern,
		Key:   mask(c.Header.Get(s.quirks.keyHeader())),
		Token: mask(c.Header.Get("Authorization")),
		At:    s.now(),
	}
	if c.route.body == jsonBody && len(c.body) <= keptBody {
		r.Body = string(c.body)
	}
	s.requests = append(s.requests, r)
	s.counts[r.Route]++
	seen := Call{
		Method: r.Method, Path: r.Path, Route: r.Route, Token: r.Token,
		Number: s.counts[r.Route], Body: bytes.Clone(c.body),
	}
	return r, seen, s.hooks
}

// answered notes a request's status.
func (s *Server) answered(r *Request, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Status = status
}

// mask tells two secrets apart and nothing else.
func mask(secret string) string {
	if secret == "" {
		return ""
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(secret)))[:8]
}
