package main

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"bazarbot/sandbox/md999"
)

// crashedDeeds are all deeds on an ad, and what is paid with its answer lost
// besides: taken effect or not.
var crashedDeeds = []deed{
	republishing, colouring, hiding, showing, autorepublishing, editing,
	colouring.losing("found", md999.FaultLostAfter), republishing.losing("asked", md999.FaultLostBefore),
}

// losing is the deed with its first answer lost.
func (d deed) losing(outcome string, fault md999.FaultKind) deed {
	d.name, d.fault = d.name+" "+outcome, fault
	return d
}

// TestCrashEveryDeed kills the process (kill -9) around every step it takes to
// do something to an ad that exists, and lets another one go on: it is done once
// and whole, it is paid once, and the person reads how it ended.
func TestCrashEveryDeed(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for _, d := range crashedDeeds {
		wg.Go(func() { t.Run(d.name, func(t *testing.T) { d.crash(t) }) })
	}
	wg.Wait()
}

// maxFresh is how many ads of a place have pictures of their own: one that the
// market has is not uploaded again.
const maxFresh = 30

// crash does the deed again and again, killed at one point after the other.
func (d deed) crash(t *testing.T) {
	j := d.newSeller(t)
	points := d.points(t, j)
	t.Logf("%d points", len(points))
	if len(points) == 0 {
		t.Fatal("nobody is killed")
	}
	for _, target := range points {
		if j.fresh == maxFresh {
			j.child.stop(t)
			j = d.newSeller(t)
		}
		if !t.Run(target.String(), func(t *testing.T) { d.once(t, j, &target) }) {
			return
		}
	}
	j.child.stop(t)
}

// newSeller is somebody with an account, in the deed's deployment.
func (d deed) newSeller(t *testing.T) *journey {
	t.Helper()
	j := newJourney(t, newPlace(t, d.in), &doom{})
	j.enter(t)
	return j
}

// points are where to kill: what the deed passes whenever nobody is killed. With
// an answer lost it takes the same way for a while, which is tried without.
func (d deed) points(t *testing.T, j *journey) []point {
	t.Helper()
	points := both(d.rehearse(t, j), d.rehearse(t, j))
	if d.fault != md999.FaultNone {
		plain := d
		plain.fault = md999.FaultNone
		points = without(points, both(plain.rehearse(t, j), plain.rehearse(t, j)))
	}
	return ends(points)
}

// rehearse does the deed unharmed and gives the points of its work. What all
// updates and all replies have in common is left to TestCrashEveryStep, and what
// is only read is died before and not after, as that is the same.
func (d deed) rehearse(t *testing.T, j *journey) []point {
	t.Helper()
	d.once(t, j, nil)
	return slices.DeleteFunc(certain("", j.child.points()), func(p point) bool {
		name, _, _ := strings.Cut(p.Step, " ")
		switch name {
		case "Commit", "POST", "PUT", "PATCH", "Postpone":
			return false
		case "Attempts", "Upload", "GET", "getFile", "download":
			return p.When == momentAfter
		}
		return true
	})
}

// once does the deed with a fresh ad, to the point where nothing is left to be
// done. With a target the process is killed there, and another one takes over.
func (d deed) once(t *testing.T, j *journey, target *point) {
	t.Helper()
	ad := d.ready(t, j)
	if d.fault != md999.FaultNone {
		j.md999.AddFault(md999.Fault{Route: d.route, Kind: d.fault, Times: 1})
	}
	was := j.look()
	order := orderRecord
	if target != nil {
		order = orderOf(target)
	}
	j.child.order(t, order)
	must(t, j.player.press(d.press))
	if target != nil {
		j.child.awaitKilled(t)
		j.spawn(t, orderIdle)
		j.child.awaitReady(t)
	}
	unknown, err := j.seeEither(t.Context(), d.done, d.lost)
	must(t, err)
	j.child.order(t, orderIdle)
	if unknown {
		d.again(t, j, was)
	}
	d.check(t, j, was, ad, target)
}
