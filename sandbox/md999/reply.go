package md999

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// object is a JSON object of an answer.
type object = map[string]any

// reply is an answer before its JSON is written. Exactly one of body, failure
// and raw is used.
type reply struct {
	status     int
	body       any
	failure    string // the message of an error
	raw        string // what a fault answers
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

// write sends a reply; half stops in the middle of its JSON.
func (s *Server) write(w http.ResponseWriter, out reply, half bool) {
	h := w.Header()
	if out.raw != "" || out.body == nil && out.failure == "" {
		h.Set("Content-Type", contentType(out.raw))
		w.WriteHeader(out.status)
		_, _ = w.Write([]byte(out.raw))
		return
	}
	body := out.body
	if out.failure != "" {
		body = s.errorBody(out)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		panic(fmt.Errorf("encode an answer: %w", err)) // a bug in this package
	}
	if half {
		text.Truncate(text.Len() / 2)
	}
	if out.status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Basic realm="999.md API"`)
	}
	if out.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(out.retryAfter.Seconds())+1))
	}
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(text.Len()))
	w.WriteHeader(out.status)
	_, _ = w.Write(text.Bytes())
}

// contentType tells JSON from a page for what a fault answers.
func contentType(body string) string {
	if json.Valid([]byte(body)) {
		return "application/json"
	}
	return "text/html; charset=utf-8"
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
