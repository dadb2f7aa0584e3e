package stand

import (
	"net/http"
	"slices"
	"time"
)

// FaultKind is a way a request can go wrong.
type FaultKind string

// The kinds of faults.
const (
	FaultNone       FaultKind = ""            // only the delay
	FaultAnswer     FaultKind = "answer"      // Status and Body in place of the market's answer; no effect
	FaultHTML       FaultKind = "html"        // a proxy's 502 page; no effect
	FaultHalfJSON   FaultKind = "half_json"   // takes effect, the answer stops in the middle
	FaultLostBefore FaultKind = "lost_before" // the connection is cut; no effect
	FaultLostAfter  FaultKind = "lost_after"  // takes effect, then the connection is cut
)

// Fault makes requests to a route go wrong.
type Fault struct {
	Route  string // as in the market's description, with its method; "": every route
	Kind   FaultKind
	Status int           // FaultAnswer; 0: 500
	Body   string        // FaultAnswer
	Delay  time.Duration // waited before anything else; ends early when the caller goes
	Skip   int           // requests that still go well
	Times  int           // requests that go wrong then; 0: all until ClearFaults
}

// AddFault sets a fault. Of several that fit a request the oldest acts. It
// panics when the route is none: such a fault would never act.
func (s *Stand) AddFault(f Fault) {
	if f.Route != "" && !slices.Contains(s.routes, f.Route) {
		panic("fault for an unknown route: " + f.Route)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// ClearFaults ends all faults.
func (s *Stand) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// SetDown makes every request answer 503 with a page in HTML, or ends that.
// Where dialling itself shall fail, use Close and Start.
func (s *Stand) SetDown(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// Down tells whether SetDown has taken the market down.
func (s *Stand) Down() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.down
}

// takeFault finds what goes wrong with this request and counts it.
func (s *Stand) takeFault(route string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return Fault{Kind: FaultAnswer, Status: 503, Body: "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"}
	}
	for i, f := range s.faults {
		if f.Route != "" && f.Route != route {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times == 1 {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
		} else if f.Times > 1 {
			f.Times--
		}
		return *f
	}
	return Fault{}
}

// reply is what the fault answers in place of the market; false when it does
// not.
func (f Fault) reply() (Reply, bool) {
	switch f.Kind {
	case FaultAnswer:
		out := Reply{Status: f.Status, Raw: f.Body}
		if out.Status == 0 {
			out.Status = http.StatusInternalServerError
		}
		return out, true
	case FaultHTML:
		return Page(http.StatusBadGateway), true
	default:
		return Reply{}, false
	}
}
