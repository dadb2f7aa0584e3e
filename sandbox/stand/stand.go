// Package stand is what the stand-ins for the markets are built on: it listens,
// remembers requests, tells hooks of them and lets them go wrong. What a market
// answers is its own stand-in's business. Nothing here knows the product.
package stand

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// Options set up a stand. Name and Handler are required.
type Options struct {
	Name    string           // the market's, for errors
	Addr    string           // where Start listens; "": a free port of loopback
	Now     func() time.Time // nil: time.Now
	Routes  []string         // all there are, as in [Fault.Route]
	Hooks   Hooks
	Handler http.Handler // calls Receive
}

// Stand is a market's stand-in as far as all of them are alike. Its methods may
// be called at any time from any goroutine.
type Stand struct {
	*Host
	now    func() time.Time
	routes []string

	mu       sync.Mutex // guards what follows
	hooks    Hooks
	down     bool
	faults   []*Fault
	requests []*Request
	counts   map[string]int // requests by route
}

// New makes a stand on which nothing goes wrong.
func New(o Options) *Stand {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Stand{
		Host:   NewHost(o.Name, o.Addr, o.Handler),
		now:    o.Now,
		routes: o.Routes,
		hooks:  o.Hooks,
		counts: map[string]int{},
	}
}

// Visit is what the market recognises a request by.
type Visit struct {
	Route string // "" when none fits
	Key   string // masked
	Token string // masked
	Limit int64  // bytes of the body that are read
	Keep  bool   // the body is remembered with the request
}

// Receive takes a request through hooks and faults to answer and back. Answer
// gets the body, and whether it was longer than the limit.
func (s *Stand) Receive(w http.ResponseWriter, r *http.Request, v Visit, answer func(body []byte, tooLong bool) Reply) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, v.Limit))
	var tooLong *http.MaxBytesError
	if err != nil && !errors.As(err, &tooLong) {
		panic(http.ErrAbortHandler) // the caller went in the middle of its body
	}
	request, told, hooks := s.arrive(r, v, body)
	if hooks.Before != nil {
		hooks.Before(r.Context(), told)
	}
	fault := s.takeFault(v.Route)
	if !wait(r.Context(), fault.Delay) || fault.Kind == FaultLostBefore {
		panic(http.ErrAbortHandler)
	}
	out, instead := fault.reply()
	if !instead {
		out = answer(body, tooLong != nil)
	}
	if told.Status = out.Status; hooks.After != nil {
		hooks.After(r.Context(), told)
	}
	if fault.Kind == FaultLostAfter {
		panic(http.ErrAbortHandler)
	}
	s.answered(request, out.Status)
	out.write(w, fault.Kind == FaultHalfJSON)
}

// wait holds a request back and reports whether its caller is still there.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
