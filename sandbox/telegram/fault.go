package telegram

import (
	"context"
	"sync"
	"time"
)

// FaultKind is a way Telegram, or the way to it, can fail.
type FaultKind string

// The kinds of faults.
const (
	// FaultTooMany answers 429 with retry_after; nothing takes effect.
	FaultTooMany FaultKind = "too_many"
	// FaultServer answers 502 with an HTML body, as a proxy does; no effect.
	FaultServer FaultKind = "server"
	// FaultLostBefore closes the connection before the call takes effect.
	FaultLostBefore FaultKind = "lost_before"
	// FaultLostAfter closes the connection when the call has taken effect.
	FaultLostAfter FaultKind = "lost_after"
	// FaultDelay lets the call wait before it takes effect.
	FaultDelay FaultKind = "delay"
	// FaultRefuse answers Code and Description; no effect.
	FaultRefuse FaultKind = "refuse"
)

// Fault is a failure to come.
type Fault struct {
	Kind        FaultKind     `json:"kind"`
	Method      string        `json:"method"`      // "": any
	Chat        int64         `json:"chat"`        // 0: any
	Skip        int           `json:"skip"`        // matching calls that pass before
	Times       int           `json:"times"`       // calls it hits; 0: one, negative: all
	RetryAfter  int           `json:"retry_after"` // seconds, FaultTooMany; 0: 1
	Delay       time.Duration `json:"delay"`       // nanoseconds, FaultDelay
	Code        int           `json:"code"`        // FaultRefuse
	Description string        `json:"description"` // FaultRefuse
}

// faultList holds the faults that are set. Empty costs one uncontended lock.
type faultList struct {
	mu   sync.Mutex
	list []*Fault
}

// Inject sets a fault. Faults are tried in the order they were set and a call is
// hit by one at most.
func (s *Server) Inject(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = append(s.faults.list, &f)
}

// ClearFaults removes all faults that were set.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

// Faults are the faults that are set and not used up.
func (s *Server) Faults() []Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	out := make([]Fault, 0, len(s.faults.list))
	for _, f := range s.faults.list {
		out = append(out, *f)
	}
	return out
}

// next finds the fault that hits a call and counts it down.
func (l *faultList) next(method string, chat int64) (Fault, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, f := range l.list {
		if (f.Method != "" && f.Method != method) || (f.Chat != 0 && f.Chat != chat) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		hit := *f
		if f.Times > 0 {
			f.Times--
		}
		if f.Times == 0 {
			l.list = append(l.list[:i:i], l.list[i+1:]...)
		}
		return hit, true
	}
	return Fault{}, false
}

// wait sleeps unless ctx or the server ends first.
func (s *Server) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-s.ctx.Done():
	}
}
