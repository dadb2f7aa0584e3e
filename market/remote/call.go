package remote

import (
	"net/http"
	"net/url"
	"time"

	"bazarbot/market"
)

// Effect is what a call does to the market. The method does not tell: some
// lists are read by POST.
type Effect int

// The effects; the zero one is the careful one.
const (
	Writes Effect = iota // sent once: whoever asked decides what a lost answer means
	Signs                // nothing that lasts: sent once, and without an answer nothing happened
	Reads                // nothing: repeated while the market fails
)

// Call is one use of a route.
type Call struct {
	Op          string // what it is, for errors, the log and metrics: "get categories"
	Effect      Effect
	Method      string
	Path        string
	Query       url.Values
	Body        []byte
	ContentType string
	Timeout     time.Duration // of one that is sent once; 0: Limits.Write
	Once        bool          // a read that is not worth repeating when something answered
}

// Get is a read by GET.
func Get(op, path string, query url.Values) Call {
	return Call{Op: op, Effect: Reads, Method: http.MethodGet, Path: path, Query: query}
}

// Write is a call that changes something at the market.
func Write(op, method, path string) Call {
	return Call{Op: op, Effect: Writes, Method: method, Path: path}
}

// WithJSON is the call with a body in JSON.
func (c Call) WithJSON(body []byte) Call {
	c.Body, c.ContentType = body, "application/json"
	return c
}

// Lost is the kind of error of a call that may have reached the market and
// has no answer that counts.
func (c Call) Lost() market.ErrorKind {
	if c.Effect == Writes {
		return market.UnknownOutcome
	}
	return market.Unavailable
}

// Answer is what came back: whole, or, when it is not OK, as far as it came.
type Answer struct {
	Status int
	Body   []byte
}

// OK reports whether the status is 2xx.
func (a Answer) OK() bool { return a.Status >= 200 && a.Status < 300 }
