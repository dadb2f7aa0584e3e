package main

import (
	"slices"
	"strings"
	"sync"
)

// doom is where processes are still to be killed: by leg, for the steps that
// only this leg takes, and by kind, for those that all legs of a kind take. The
// zero value spares everybody.
type doom struct {
	mu   sync.Mutex
	left map[string][]point
}

// take gives the next point for a leg.
func (d *doom) take(l leg) (point, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, name := range []string{l.own(), l.kind} {
		if points := d.left[name]; len(points) > 0 {
			d.left[name] = points[1:]
			return points[0], true
		}
	}
	return point{}, false
}

// wants names what there are points left for.
func (d *doom) wants() (names []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for name, points := range d.left {
		if len(points) > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// total is how many points there are left.
func (d *doom) total() (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, points := range d.left {
		n += len(points)
	}
	return n
}

// newDoom makes doom of what the legs passed when nobody was killed.
func newDoom(legs []leg, seen map[string][]point) *doom {
	shared := map[string][]point{}
	for _, l := range legs {
		points := certain(l.kind, seen[l.name])
		if others, ok := shared[l.kind]; ok {
			points = both(others, points)
		}
		shared[l.kind] = points
	}
	d := &doom{left: map[string][]point{}}
	for kind, points := range shared {
		switch kind {
		case kindRepublish: // all of its points are those of
			continue
		case kindFound, kindAsked: // which take the same way for a while
			points = without(points, shared[kindPublish])
		}
		d.left[kind] = ends(points)
	}
	for _, l := range legs {
		if l.kind == kindMessage || l.kind == kindPress {
			d.left[l.own()] = ends(without(certain(l.kind, seen[l.name]), shared[l.kind]))
		}
	}
	return d
}

// certain are the points that every run of a leg of this kind comes to, whatever
// its timing. A read of the database is died before and not after, as that is
// the same.
func certain(kind string, points []point) []point {
	return slices.DeleteFunc(slices.Clone(points), func(p point) bool {
		name, _, _ := strings.Cut(p.Step, " ")
		switch name {
		case "Renew":
			return kind != kindSlow || p.N > 1
		case "Claim", "Rows": // lanes are taken as their rows arrive; see TestCrashOfTheHeir
			return true
		case "Release": // only when stopping, see TestCrashWhileStopping
			return true
		case "getWebhookInfo": // looked at now and then, whatever anybody says
			return true
		}
		if kind == kindSlow {
			return true // it is there for the step above
		}
		switch name {
		case "Session":
			return p.When == momentAfter || p.N > 1
		case "Enqueue", "getUpdates", "setMyCommands", "setMyShortDescription":
			return p.N > 1
		case "Drafts", "Accounts", "Attempts", "Bound", "Upload":
			return p.When == momentAfter
		}
		return false
	})
}

// ends keeps the first and the last time of each step: those between are the
// same once more.
func ends(points []point) []point {
	last := map[point]int{}
	side := func(p point) point { return point{Step: p.Step, When: p.When} }
	for _, p := range points {
		last[side(p)] = max(last[side(p)], p.N)
	}
	first := map[point]bool{}
	return slices.DeleteFunc(slices.Clone(points), func(p point) bool {
		inside := first[side(p)] && p.N != last[side(p)]
		first[side(p)] = true
		return inside
	})
}

func both(a, b []point) []point {
	return slices.DeleteFunc(slices.Clone(a), func(p point) bool { return !slices.Contains(b, p) })
}

func without(a, b []point) []point {
	return slices.DeleteFunc(slices.Clone(a), func(p point) bool { return slices.Contains(b, p) })
}
