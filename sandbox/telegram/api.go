package telegram

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// method is one method of the Bot API: its parameters and what it does.
type method struct {
	name   string
	params []string
	do     func(*Server, *http.Request, *request) (any, error)
}

// described is a result with a description beside it, as setWebhook gives.
type described struct {
	result      any
	description string
}

// reply is the envelope of every answer. Section: #making-requests
type reply struct {
	OK          bool        `json:"ok"`
	Result      any         `json:"result,omitempty"`
	ErrorCode   int         `json:"error_code,omitempty"`
	Description string      `json:"description,omitempty"`
	Parameters  *parameters `json:"parameters,omitempty"`
}

type parameters struct {
	RetryAfter int `json:"retry_after,omitempty"`
}

// serveBot answers /bot<token>/<method>.
func (s *Server) serveBot(w http.ResponseWriter, r *http.Request) {
	token, name, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	if !ok {
		writeError(w, &refusal{code: http.StatusNotFound, description: "Not Found"})
		return
	}
	if subtle.ConstantTimeCompare([]byte(token), []byte(s.token)) != 1 {
		writeError(w, errUnauthorized)
		return
	}
	m, ok := methods[strings.ToLower(name)] // method names are case-insensitive
	if !ok {
		writeError(w, errNoMethod)
		return
	}
	q, err := readRequest(r, m.name)
	if err != nil {
		writeError(w, err)
		return
	}
	s.serveCall(w, r, m, q)
}

// serveCall takes a call through its record, its fault, its hooks and its effect.
func (s *Server) serveCall(w http.ResponseWriter, r *http.Request, m *method, q *request) {
	known := q.check(m.params)
	chat, _ := strconv.ParseInt(q.values["chat_id"], 10, 64)
	call := &Call{At: time.Now(), Method: m.name, Chat: chat, Params: q.record()}
	s.calls.begin(call)
	fault, faulty := s.faults.next(m.name, chat)
	if s.opts.Before != nil {
		s.opts.Before(*call)
	}
	if faulty && s.failBefore(w, r, call, fault) {
		return
	}
	result, err := any(nil), known
	if err == nil {
		result, err = m.do(s, r, q)
	}
	lost := faulty && fault.Kind == FaultLostAfter
	code, description := outcome(err)
	done := s.calls.end(call, code, description, messageOf(result), lost)
	if s.opts.After != nil {
		s.opts.After(done)
	}
	switch {
	case lost:
		panic(http.ErrAbortHandler) // closes the connection without an answer
	case err != nil:
		writeError(w, err)
	default:
		writeResult(w, result)
	}
}

// failBefore plays a fault that comes before the effect; it reports whether the
// call has ended with it.
func (s *Server) failBefore(w http.ResponseWriter, r *http.Request, call *Call, f Fault) bool {
	var err *refusal
	switch f.Kind {
	case FaultDelay:
		s.wait(r.Context(), f.Delay)
		return false
	case FaultLostBefore:
		s.calls.end(call, 0, "lost before effect", 0, true)
		panic(http.ErrAbortHandler)
	case FaultServer:
		s.calls.end(call, http.StatusBadGateway, "Bad Gateway", 0, false)
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprint(w, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"+
			"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n")
		return true
	case FaultTooMany:
		after := max(f.RetryAfter, 1)
		err = &refusal{
			code:        http.StatusTooManyRequests,
			description: fmt.Sprintf("Too Many Requests: retry after %d", after),
			retryAfter:  after,
		}
	case FaultRefuse:
		err = &refusal{code: f.Code, description: f.Description}
	default:
		return false
	}
	s.calls.end(call, err.code, err.description, 0, false)
	writeError(w, err)
	return true
}

func outcome(err error) (code int, description string) {
	var no *refusal
	switch {
	case err == nil:
		return http.StatusOK, ""
	case errors.As(err, &no):
		return no.code, no.description
	default:
		return http.StatusInternalServerError, err.Error()
	}
}

// messageOf is the id of the message a result speaks of.
func messageOf(result any) int64 {
	switch v := result.(type) {
	case *wireMessage:
		return v.MessageID
	case messageID:
		return v.MessageID
	case []*wireMessage:
		if len(v) > 0 {
			return v[0].MessageID
		}
	}
	return 0
}

func writeResult(w http.ResponseWriter, result any) {
	body := reply{OK: true, Result: result}
	if d, ok := result.(described); ok {
		body.Result, body.Description = d.result, d.description
	}
	writeJSON(w, http.StatusOK, body)
}

func writeError(w http.ResponseWriter, err error) {
	var no *refusal
	if !errors.As(err, &no) {
		no = &refusal{code: http.StatusInternalServerError, description: "Internal Server Error: " + err.Error()}
	}
	body := reply{ErrorCode: no.code, Description: no.description}
	if no.retryAfter > 0 {
		body.Parameters = &parameters{RetryAfter: no.retryAfter}
		w.Header().Set("Retry-After", strconv.Itoa(no.retryAfter))
	}
	writeJSON(w, no.code, body)
}

func writeJSON(w http.ResponseWriter, code int, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(code)
	_, _ = w.Write(b) // the caller has gone; nobody is left to be told
}
