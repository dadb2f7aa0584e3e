package stand

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"time"
)

// Call is a request as hooks see it.
type Call struct {
	Method string
	Path   string
	Route  string // as in [Fault.Route]; empty when no route fits
	Key    string // masked: the same for the same one
	Token  string // masked, where the market knows such a thing
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
func (s *Stand) SetHooks(h Hooks) {
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
	Key    string // masked
	Token  string // masked
	Body   string // where it is kept, as it came, with what it holds of secrets
	At     time.Time
}

const (
	keptRequests  = 20_000   // the oldest are forgotten
	keptBody      = 64 << 10 // longer ones are not remembered
	shownRequests = 15       // by Last
)

// Requests lists the requests in order of arrival.
func (s *Stand) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Request, len(s.requests))
	for i, r := range s.requests {
		all[i] = *r
	}
	return all
}

// Last lists the last few requests, the newest first, with times of the zone.
func (s *Stand) Last(zone *time.Location) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var last []Request
	for _, r := range slices.Backward(s.requests) {
		if len(last) == shownRequests {
			break
		}
		seen := *r
		seen.At = seen.At.In(zone)
		last = append(last, seen)
	}
	return last
}

// Count tells how many requests a route had since the stand was made.
func (s *Stand) Count(route string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[route]
}

// arrive remembers a request, and gives it with what its hooks are told.
func (s *Stand) arrive(in *http.Request, v Visit, body []byte) (*Request, Call, Hooks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.requests) >= keptRequests {
		s.requests = append([]*Request(nil), s.requests[keptRequests/2:]...)
	}
	r := &Request{
		Method: in.Method, Path: in.URL.Path, Query: in.URL.RawQuery, Route: v.Route,
		Key: v.Key, Token: v.Token, At: s.now(),
	}
	if v.Keep && len(body) <= keptBody {
		r.Body = string(body)
	}
	s.requests = append(s.requests, r)
	s.counts[r.Route]++
	told := Call{
		Method: r.Method, Path: r.Path, Route: r.Route, Key: r.Key, Token: r.Token,
		Number: s.counts[r.Route], Body: bytes.Clone(body),
	}
	return r, told, s.hooks
}

// answered notes a request's status.
func (s *Stand) answered(r *Request, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Status = status
}
