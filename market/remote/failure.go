package remote

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"bazarbot/market"
)

// Causes of a *market.Error that are told apart by errors.Is.
var (
	ErrBreakerOpen = errors.New("the market failed too often and is left alone for a moment") // surely not sent
	ErrNoRoute     = errors.New("somebody on the way answers for the market")                 // a judge's: asking again is no use
	ErrGarbled     = errors.New("the answer is not what the API documents")                   // a client's own finding
)

var errTooLong = errors.New("the answer is too long")

// failed is an error of the call.
func (c *Caller) failed(call Call, kind market.ErrorKind, cause error) *market.Error {
	return &market.Error{Kind: kind, Market: c.market, Op: call.Op, Err: cause}
}

// passing reports whether a read is worth repeating at once.
func passing(call Call, err *market.Error) bool {
	switch {
	case call.Once && err.Status != 0:
		return false
	case err.Kind == market.Unavailable:
		return !errors.Is(err, ErrBreakerOpen) && !errors.Is(err, ErrNoRoute)
	default:
		return err.Kind == market.Quota && err.Status == http.StatusTooManyRequests
	}
}

// retryAfter reads the header of that name: seconds or a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil && seconds > 0 {
		return time.Duration(min(seconds, 24*3600)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
