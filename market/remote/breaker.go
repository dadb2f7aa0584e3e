package remote

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/sony/gobreaker/v2"

	"bazarbot/market"
)

// breakerPause is how long the market is left alone once the breaker is open.
const breakerPause = 5 * time.Second

// newBreaker makes a breaker that opens after eight failures in a row. A
// refusal is an answer, so it is no failure; neither is a caller that gave up.
func newBreaker(id market.ID, log *slog.Logger) *gobreaker.TwoStepCircuitBreaker[any] {
	return gobreaker.NewTwoStepCircuitBreaker[any](gobreaker.Settings{
		Name:        string(id),
		MaxRequests: 2,
		Timeout:     breakerPause,
		ReadyToTrip: func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= 8 },
		IsExcluded:  func(err error) bool { return errors.Is(err, context.Canceled) },
		OnStateChange: func(name string, from, to gobreaker.State) {
			log.Warn("market breaker", "market", name, "from", from.String(), "to", to.String())
		},
	})
}

// Breaker tells whether the market is being left alone.
func (c *Caller) Breaker() market.BreakerState {
	return market.BreakerState(c.breaker.State().String())
}

// spared is the error of a call that the breaker does not let through.
func (c *Caller) spared(call Call) *market.Error {
	c.observe.Note(market.Call{Market: c.market, Route: call.Op, Outcome: market.CallSpared})
	e := c.failed(call, market.Unavailable, ErrBreakerOpen)
	e.RetryAfter = breakerPause
	return e
}

// outage is the failure the breaker counts; nil: the market answered.
func outage(got received, err error) error {
	switch {
	case err != nil:
		return err
	case got.cut != nil:
		return got.cut
	case got.Status >= 500:
		return fmt.Errorf("HTTP %d", got.Status)
	default:
		return nil
	}
}
