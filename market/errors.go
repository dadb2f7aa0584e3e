package market

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"time"
)

// ErrorKind is a way a market can fail, as far as anybody acts on it.
type ErrorKind string

// The kinds of market errors.
const (
	NotSignedIn    ErrorKind = "not_signed_in"   // the account's secret is not, or no longer, accepted
	OperatorKey    ErrorKind = "operator_key"    // the operator's own key is refused: nobody is signed out
	BadCredentials ErrorKind = "bad_credentials" // what was just typed is wrong
	Exists         ErrorKind = "exists"          // the number has an account already
	Invalid        ErrorKind = "invalid"         // the market refused the content; see Fields and Message
	NoMoney        ErrorKind = "no_money"
	Quota          ErrorKind = "quota" // too many of something; see RetryAfter
	NotFound       ErrorKind = "not_found"
	Changed        ErrorKind = "changed"     // the ad is not what it was: what was asked would not help it
	Unavailable    ErrorKind = "unavailable" // nothing took effect; try later
	UnknownOutcome ErrorKind = "unknown"     // a write was sent and its answer is lost
)

// ErrNone is what a store answers when it is asked for something by an id that
// nothing has.
var ErrNone = errors.New("not found")

// Error is a market's refusal or failure. Message holds the market's own words
// and may be shown to the person; Err is the cause and is only logged. Neither
// ever holds a secret.
type Error struct {
	Kind       ErrorKind
	Market     ID
	Op         string
	Status     int // HTTP, 0 when there was no answer
	Message    string
	Fields     map[string]string // field key → the market's reason
	RetryAfter time.Duration     // Quota, Unavailable: when the market said so
	Err        error
}

// Error is for the log.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %s: %s", e.Market, e.Op, e.Kind)
	if e.Status != 0 {
		s += fmt.Sprintf(" (HTTP %d)", e.Status)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf tells the kind of a market error, or "" when err is none.
func KindOf(err error) ErrorKind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// NewRef makes the short reference that leads from what a person read to the
// log: eight letters and digits, to be read out.
func NewRef() string {
	var b [5]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return base32.StdEncoding.EncodeToString(b[:])
}
