// Package remote is how a market's API is called over HTTP, whichever market it
// is: time limits, repeated reads, a breaker, and what is known of a call whose
// answer is lost. Routes, credentials and the reading of answers are each
// market's own.
package remote

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/sony/gobreaker/v2"

	"bazarbot/market"
)

// Config is what a caller is made of. Market and BaseURL are required.
type Config struct {
	Market   market.ID
	BaseURL  string       // see CheckURL
	HTTP     *http.Client // nil: one with a Transport of its own; redirects are never followed
	Log      *slog.Logger // nil: none
	Observer market.Observer
	Now      func() time.Time // nil: time.Now
}

// Caller makes all calls to one market. It is safe for concurrent use. Its
// errors and log lines hold neither query, headers nor body of a call, nor the
// base URL.
type Caller struct {
	Limits Limits // may be changed until the first call

	market  market.ID
	base    string
	http    *http.Client
	breaker *gobreaker.TwoStepCircuitBreaker[any]
	log     *slog.Logger
	observe market.Observer
	now     func() time.Time
}

// New makes a caller. It panics when CheckURL refuses the base URL, so settings
// are checked before: credentials must never travel in clear.
func New(cfg Config) *Caller {
	if err := CheckURL(cfg.BaseURL); err != nil {
		panic(err)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Caller{
		Limits:  defaultLimits,
		market:  cfg.Market,
		base:    strings.TrimRight(cfg.BaseURL, "/"),
		http:    unredirected(cfg.HTTP),
		breaker: newBreaker(cfg.Market, cfg.Log),
		log:     cfg.Log,
		observe: cfg.Observer,
		now:     cfg.Now,
	}
}

// HTTP is the client below, for what is no call of the API: pictures.
func (c *Caller) HTTP() *http.Client { return c.http }

// Terms are what only the market's own client knows about a call.
type Terms struct {
	// Sign puts in what the market knows its caller by.
	Sign func(*http.Request)
	// Judge reads an answer, OK or not, and gives the refusal it is; nil when
	// the call went well, which one that is not OK never did. Message and Fields
	// may repeat no secret of the call. RetryAfter is filled in by the caller.
	Judge func(Answer) *market.Error
}

// Do makes the call and gives the body of a success. Reads are repeated with
// growing pauses while the market fails or asks to slow down; nothing else is.
//
// Without an answer that counts, a read is market.Unavailable and a write
// market.UnknownOutcome; a write is market.Unavailable too when the market
// surely saw nothing of it.
func (c *Caller) Do(ctx context.Context, call Call, terms Terms) ([]byte, *market.Error) {
	if call.Effect != Reads {
		timeout := call.Timeout
		if timeout == 0 {
			timeout = c.Limits.Write
		}
		return c.try(ctx, call, terms, timeout)
	}
	ctx, cancel := context.WithTimeout(ctx, c.Limits.Read)
	defer cancel()
	pauses := &backoff.ExponentialBackOff{
		InitialInterval: c.Limits.Pause, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: c.Limits.Wait,
	}
	for n := 1; ; n++ {
		body, err := c.try(ctx, call, terms, c.Limits.Try)
		if err == nil {
			return body, nil
		}
		pause := max(pauses.NextBackOff(), err.RetryAfter)
		if n == c.Limits.Tries || !passing(call, err) || pause > c.Limits.Wait || !Rest(ctx, pause) {
			return nil, err
		}
	}
}

// Rest waits; false when ctx ends before, at once when that is known already.
func Rest(ctx context.Context, pause time.Duration) bool {
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
func (c *Caller) try(ctx context.Context, call Call, terms Terms, timeout time.Duration) ([]byte, *market.Error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	began := c.now()
	done, err := c.breaker.Allow()
	if err != nil {
		return nil, c.spared(call)
	}
	got, unsent, err := c.exchange(ctx, call, terms.Sign)
	done(outage(got, err))

	var failure *market.Error
	switch {
	case unsent:
		failure = c.failed(call, market.Unavailable, err)
	case err != nil:
		failure = c.failed(call, call.Lost(), err)
	case got.OK() && got.cut != nil:
		failure = c.failed(call, call.Lost(), got.cut)
		failure.Status = got.Status
	default:
		failure = c.judged(got, terms)
	}
	c.note(call, got.Status, c.now().Sub(began), failure)
	if failure != nil {
		return nil, failure
	}
	return got.Body, nil
}

// judged is the judge's word on an answer, with the header that asks for
// patience.
func (c *Caller) judged(got received, terms Terms) *market.Error {
	failure := terms.Judge(got.Answer)
	if failure != nil && !got.OK() && (failure.Kind == market.Quota || failure.Kind == market.Unavailable) {
		failure.RetryAfter = retryAfter(got.header, c.now())
	}
	return failure
}

// note tells of a call, and logs it without its query, its body or its headers.
// Route is the same in both, so that a metric leads to its lines.
func (c *Caller) note(call Call, status int, took time.Duration, failure *market.Error) {
	c.observe.Note(market.Call{Market: c.market, Route: call.Op, Outcome: market.OutcomeOf(failure), Took: took})
	attrs := []any{
		"market", c.market, "route", call.Op, "path", call.Method + " " + call.Path,
		"status", status, "took", took.Round(time.Millisecond),
	}
	if failure == nil {
		c.log.Debug("market call", attrs...)
		return
	}
	c.log.Warn("market call", append(attrs, "kind", failure.Kind, "err", failure)...)
}
