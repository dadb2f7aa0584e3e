package market

import "time"

// Call tells how one call of a market's API went. It names the route and never
// what was asked for, so its texts are few and hold nothing of anybody.
type Call struct {
	Market  ID
	Route   string // the client's own name of it: "get ad", "upload image"
	Outcome string // CallOK, CallSpared, or the kind of the refusal or failure
	Took    time.Duration
}

// The outcomes of a call that are no ErrorKind.
const (
	CallOK     = "ok"
	CallSpared = "spared" // not made: the breaker is open
)

// OutcomeOf is the outcome of a call that ended with failure, or well when it
// is nil.
func OutcomeOf(failure *Error) string {
	if failure == nil {
		return CallOK
	}
	return string(failure.Kind)
}

// Observer hears of every call of a market's API, each try on its own, for
// metrics. It is called from many goroutines and must be quick. Nil is nobody.
type Observer func(Call)

// Note tells the observer of a call.
func (o Observer) Note(call Call) {
	if o != nil {
		o(call)
	}
}

// BreakerState is whether a market that failed too often is being left alone.
type BreakerState string

// The states of a breaker, as the library names them.
const (
	BreakerClosed   BreakerState = "closed"    // calls are made
	BreakerHalfOpen BreakerState = "half-open" // a few are tried
	BreakerOpen     BreakerState = "open"      // none are
)
