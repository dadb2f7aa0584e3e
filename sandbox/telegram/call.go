package telegram

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Call is one call of the bot, as it was recorded.
type Call struct {
	Seq    int64 // from 1, in order of arrival
	At     time.Time
	Method string
	Chat   int64 // 0: the call names none
	// Params are the parameters as text, without the bytes of files. Read only.
	Params map[string]string
	// Code and Description are the answer's; 0 while the call runs. A lost
	// answer has the code it would have had and Lost set.
	Code        int
	Description string
	Lost        bool
	// Message is the id of the message it made or changed, 0: none.
	Message int64
}

// callLog is a ring of the last calls.
type callLog struct {
	mu     sync.Mutex
	ring   []*Call
	last   int64 // Seq of the newest
	change chan struct{}
}

func newCallLog(size int) *callLog {
	return &callLog{ring: make([]*Call, max(size, 0))}
}

// begin records a call that just arrived.
func (l *callLog) begin(c *Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	c.Seq = l.last
	if len(l.ring) > 0 {
		l.ring[l.last%int64(len(l.ring))] = c
	}
	l.wake()
}

// end records a call's answer.
func (l *callLog) end(c *Call, code int, description string, message int64, lost bool) Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.Code, c.Description, c.Message, c.Lost = code, description, message, lost
	l.wake()
	return *c
}

// wake must be called with mu held.
func (l *callLog) wake() {
	if l.change != nil {
		close(l.change)
		l.change = nil
	}
}

// list gives the calls, oldest first, and a channel closed at the next change.
func (l *callLog) list(methods []string) ([]Call, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.change == nil {
		l.change = make(chan struct{})
	}
	var out []Call
	for seq := max(1, l.last-int64(len(l.ring))+1); seq <= l.last && len(l.ring) > 0; seq++ {
		c := l.ring[seq%int64(len(l.ring))]
		if len(methods) == 0 || slices.Contains(methods, c.Method) {
			out = append(out, *c)
		}
	}
	return out, l.change
}

// Calls gives the remembered calls of the bot, oldest first; with methods named,
// only theirs.
func (s *Server) Calls(methods ...string) []Call {
	calls, _ := s.calls.list(methods)
	return calls
}

// WaitCalls waits until what Calls gives satisfies done.
func (s *Server) WaitCalls(ctx context.Context, done func([]Call) bool, methods ...string) ([]Call, error) {
	for {
		calls, changed := s.calls.list(methods)
		if done(calls) {
			return calls, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return calls, fmt.Errorf("telegram sandbox: waiting for calls %v, %d seen: %w", methods, len(calls), ctx.Err())
		}
	}
}
