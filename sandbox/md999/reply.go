package md999

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"bazarbot/sandbox/stand"
)

// object is a JSON object of an answer.
type object = map[string]any

// reply is an answer before its JSON is written: a body or a failure.
type reply struct {
	status     int
	body       any
	failure    string // the message of an error
	retryAfter time.Duration
}

var success = object{"success": true}

// ok answers 200.
func ok(body any) reply { return reply{status: http.StatusOK, body: body} }

// created answers 201.
func created(body any) reply { return reply{status: http.StatusCreated, body: body} }

// refuse answers an error with a message for people.
func refuse(status int, format string, args ...any) reply {
	return reply{status: status, failure: fmt.Sprintf(format, args...)}
}

// told is the reply as it goes over the wire.
func (s *Server) told(out reply) stand.Reply {
	wire := stand.Reply{Status: out.status, Body: out.body, Header: map[string]string{}}
	if out.failure != "" {
		wire.Body = s.errorBody(out)
	}
	if out.status == http.StatusUnauthorized {
		wire.Header["WWW-Authenticate"] = `Basic realm="999.md API"`
	}
	if out.retryAfter > 0 {
		wire.Header["Retry-After"] = strconv.Itoa(int(out.retryAfter.Seconds()) + 1)
	}
	return wire
}

// reasons are the words beside codes in errors.
var reasons = map[int]string{
	http.StatusBadRequest:            "bad_request",
	http.StatusUnauthorized:          "unauthorized",
	http.StatusPaymentRequired:       "payment_required",
	http.StatusNotFound:              "not_found",
	http.StatusRequestEntityTooLarge: "too_large",
	http.StatusTooManyRequests:       "too_many_requests",
}

// errorBody gives an error the shape that is set.
func (s *Server) errorBody(out reply) any {
	s.mu.Lock()
	shape := s.quirks.Errors
	s.mu.Unlock()
	message := out.failure
	plain := shape == ErrorString || shape == ErrorBare
	if plain && out.status == http.StatusPaymentRequired {
		message = "insufficient balance" // as the market was seen to say it
	}
	switch {
	case shape == ErrorBare:
		return message
	case shape == ErrorString:
		return object{"error": message}
	case shape == ErrorCoded || out.status == http.StatusPaymentRequired:
		return object{"error": object{"code": out.status, "reason": reasons[out.status], "message": message}}
	default:
		return object{"error": object{"message": message}}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
