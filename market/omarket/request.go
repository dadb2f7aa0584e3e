package omarket

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/sony/gobreaker/v2"

	"bazarbot/market"
)

// limits bound every call.
type limits struct {
	read   time.Duration // a read with all its tries
	try    time.Duration // one try of a read
	write  time.Duration
	upload time.Duration
	tries  int           // of a read
	pause  time.Duration // before the second try; grows
	wait   time.Duration // the longest Retry-After that is waited for
	body   int64         // bytes of an answer

	refresh time.Duration // one try of a refresh; there are two at most
	claim   time.Duration // a refresh with all that belongs to it
	look    time.Duration // between two looks for another's refresh; grows
}

var defaultLimits = limits{
	read: 25 * time.Second, try: 10 * time.Second,
	write: 30 * time.Second, upload: 90 * time.Second,
	tries: 3, pause: 300 * time.Millisecond, wait: 5 * time.Second,
	body:    8 << 20,
	refresh: 7 * time.Second, claim: 20 * time.Second, look: 50 * time.Millisecond,
}

// breakerPause is how long the market is left alone once the breaker is open.
const breakerPause = 5 * time.Second

// breakerSettings open the breaker after eight failures in a row. A refusal is
// an answer, so it is no failure; neither is a caller that gave up.
func breakerSettings(log *slog.Logger) gobreaker.Settings {
	return gobreaker.Settings{
		Name:        string(market.OMarket),
		MaxRequests: 2,
		Timeout:     breakerPause,
		ReadyToTrip: func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= 8 },
		IsExcluded:  func(err error) bool { return errors.Is(err, context.Canceled) },
		OnStateChange: func(name string, from, to gobreaker.State) {
			log.Warn("market breaker", "market", name, "from", from.String(), "to", to.String())
		},
	}
}

// effect is what a call does to the market. The method does not tell: some
// lists are read by POST.
type effect int

const (
	reads  effect = iota // nothing: repeated while the market fails
	signs                // nothing that lasts: sent once, and without an answer nothing happened
	writes               // sent once: whoever asked decides what a lost answer means
)

// call is one use of a route.
type call struct {
	op          string // what it is, for errors and the log: "get categories"
	effect      effect
	method      string
	path        string
	query       url.Values
	body        []byte
	contentType string
	timeout     time.Duration   // of one that is sent once; 0: limits.write
	secrets     []market.Secret // what its body holds and no message may repeat
	sent        []string        // the ids of the filters in its body, in order
	optional    bool            // the market may not have the route
	once        bool            // a read that is not worth repeating when something answered
}

func get(op, path string, query url.Values) call {
	return call{op: op, method: http.MethodGet, path: path, query: query}
}

func write(op, method, path string) call {
	return call{op: op, effect: writes, method: method, path: path}
}

// with is the call with a JSON body.
func (c call) with(content any) call {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(content) // plain values of our own always have a form
	c.body, c.contentType = bytes.TrimSpace(b.Bytes()), jsonType
	return c
}

const jsonType = "application/json"

// answer is what came back. cut is set when the body ended too early.
type answer struct {
	status int
	header http.Header
	body   []byte
	cut    error
}

func (a answer) ok() bool { return a.status >= 200 && a.status < 300 }

// send makes the call with the given access token, or "" for none, and gives
// the body of a success. Reads are repeated with growing pauses while the
// market fails or asks to slow down; nothing else is.
func (c *Client) send(ctx context.Context, token market.Secret, call call) ([]byte, *market.Error) {
	if call.effect != reads {
		timeout := call.timeout
		if timeout == 0 {
			timeout = c.limits.write
		}
		return c.try(ctx, token, call, timeout)
	}
	ctx, cancel := context.WithTimeout(ctx, c.limits.read)
	defer cancel()
	pauses := &backoff.ExponentialBackOff{
		InitialInterval: c.limits.pause, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: c.limits.wait,
	}
	for n := 1; ; n++ {
		body, err := c.try(ctx, token, call, c.limits.try)
		if err == nil {
			return body, nil
		}
		pause := max(pauses.NextBackOff(), err.RetryAfter)
		if n == c.limits.tries || call.once && err.Status != 0 || !passing(err) || pause > c.limits.wait || !rest(ctx, pause) {
			return nil, err
		}
	}
}

// passing reports whether a read is worth repeating at once.
func passing(err *market.Error) bool {
	return err.Kind == market.Unavailable && !errors.Is(err, errBreakerOpen) && !errors.Is(err, errNoRoute) ||
		err.Kind == market.Quota && err.Status == http.StatusTooManyRequests
}

// rest waits; false when ctx ends before, at once when that is known already.
func rest(ctx context.Context, pause time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && time.Until(end) <= pause {
		return false
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// try makes the call once.
func (c *Client) try(ctx context.Context, token market.Secret, call call, timeout time.Duration) ([]byte, *market.Error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	began := c.now()
	done, err := c.breaker.Allow()
	if err != nil {
		c.observe.Note(market.Call{Market: market.OMarket, Route: call.op, Outcome: market.CallSpared})
		return nil, &market.Error{
			Kind: market.Unavailable, Market: market.OMarket, Op: call.op,
			RetryAfter: breakerPause, Err: errBreakerOpen,
		}
	}
	ans, unsent, err := c.exchange(ctx, token, call)
	done(outage(ans, err))

	var failure *market.Error
	switch {
	case err != nil:
		failure = lost(call, unsent, err)
	case !ans.ok():
		failure = c.refusal(token, call, ans)
	case ans.cut != nil:
		failure = lost(call, false, ans.cut)
		failure.Status = ans.status
	default:
		failure = c.verdict(token, call, ans)
	}
	c.note(call, ans.status, c.now().Sub(began), failure)
	if failure != nil {
		return nil, failure
	}
	return ans.body, nil
}

// outage is the failure the breaker counts.
func outage(ans answer, err error) error {
	switch {
	case err != nil:
		return err
	case ans.cut != nil:
		return ans.cut
	case ans.status >= 500:
		return fmt.Errorf("HTTP %d", ans.status)
	default:
		return nil
	}
}

// newRequest makes the HTTP request of a call.
func (c *Client) newRequest(ctx context.Context, token market.Secret, call call) (*http.Request, error) {
	target := c.base + call.path
	if len(call.query) > 0 {
		target += "?" + call.query.Encode()
	}
	var body io.Reader
	if call.body != nil {
		body = bytes.NewReader(call.body)
	}
	req, err := http.NewRequestWithContext(ctx, call.method, target, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set(c.keyHeader, string(c.apiKey))
	if token != "" {
		req.Header.Set("Authorization", c.authScheme+string(token))
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", userAgent)
	if call.contentType != "" {
		req.Header.Set("Content-Type", call.contentType)
	}
	return req, nil
}

// exchange sends the call and reads what comes back. unsent is true when it is
// sure that the market saw nothing of it.
func (c *Client) exchange(ctx context.Context, token market.Secret, call call) (ans answer, unsent bool, err error) {
	req, err := c.newRequest(ctx, token, call)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return answer{}, true, err
	}
	var asked, connected atomic.Bool
	req = req.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}))
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, asked.Load() && !connected.Load() || isDial(err), bare(err)
	}
	defer resp.Body.Close()
	ans = answer{status: resp.StatusCode, header: resp.Header}
	ans.body, ans.cut = io.ReadAll(io.LimitReader(resp.Body, c.limits.body+1))
	if int64(len(ans.body)) > c.limits.body {
		ans.body, ans.cut = nil, errTooLong
	}
	return ans, false, nil
}

func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// bare takes the URL off a transport error: it says nothing the call's name
// does not, and a base URL belongs to the operator.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// note tells of a call, and logs it without its query, its body or its headers.
// Route is the same in both, so that a metric leads to its lines.
func (c *Client) note(call call, status int, took time.Duration, failure *market.Error) {
	c.observe.Note(market.Call{Market: market.OMarket, Route: call.op, Outcome: market.OutcomeOf(failure), Took: took})
	attrs := []any{
		"market", market.OMarket, "route", call.op, "path", call.method + " " + call.path,
		"status", status, "took", took.Round(time.Millisecond),
	}
	if failure == nil {
		c.log.Debug("market call", attrs...)
		return
	}
	c.log.Warn("market call", append(attrs, "kind", failure.Kind, "err", failure)...)
}
