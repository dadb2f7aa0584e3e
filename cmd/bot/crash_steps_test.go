package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

// sellers is how many conversations go on at the same time, each with a town, a
// database and processes of its own. They mostly wait: on Postgres for the lease
// of whoever was killed.
func (d deployment) sellers() int {
	if d.lease > 0 {
		return 6
	}
	return 4
}

// TestCrashEveryStep kills the bot's process (kill -9) around every step it
// takes on the way from an update to a published ad, and lets another one go on:
// nothing is lost, and nothing but a message comes twice. Which steps there are
// is seen in a rehearsal, so that none is forgotten.
func TestCrashEveryStep(t *testing.T) {
	inEach(t, deployments, func(t *testing.T, j *journey) {
		doom := j.rehearse(t)
		t.Logf("%d points", doom.total())
		doom.checkWhole(t, j.deployment)
		var wg sync.WaitGroup
		for n := range j.sellers() {
			wg.Go(func() {
				t.Run(fmt.Sprintf("seller %d", n+1), func(t *testing.T) { sell(t, j.deployment, doom) })
			})
		}
		wg.Wait()
		if left := doom.wants(); len(left) > 0 && !t.Failed() {
			t.Errorf("nobody was killed for %q", left)
		}
	})
}

// rehearse goes all legs once, unharmed, to learn the steps they take.
func (j *journey) rehearse(t *testing.T) *doom {
	t.Helper()
	j.seen = map[string][]point{}
	legs := j.first()
	j.walk(t, legs)
	for _, kind := range []string{kindFound, kindAsked, kindSlow} {
		round := j.round(kind)
		j.walk(t, round)
		legs = append(legs, round...)
	}
	j.child.stop(t)
	return newDoom(legs, j.seen)
}

// elsewhere are the calls of the database that no seller comes to, by the test
// that dies around them.
var elsewhere = map[string]string{
	"Bury":    "TestCrashOddOnes",
	"Claim":   "TestCrashOfTheHeir",
	"Rows":    "TestCrashOfTheHeir",
	"SetGone": "TestCrashOddOnes",
	"Release": "TestCrashWhileStopping",
	"BoundTo": "TestCrashOMarket",
	"Uploads": "TestCrashOMarket",
}

// checkWhole makes sure that there is a point at each call of the database.
func (d *doom) checkWhole(t *testing.T, in deployment) {
	t.Helper()
	var points []point
	for _, some := range d.left {
		points = append(points, some...)
	}
	calls := reflect.TypeFor[store]()
	for i := range calls.NumMethod() {
		call := calls.Method(i).Name
		isCall := func(p point) bool { return p.Step == call || strings.HasPrefix(p.Step, call+" ") }
		if elsewhere[call] == "" && !(in.webhook && call == "Hold") && !slices.ContainsFunc(points, isCall) {
			t.Errorf("nobody is killed at %s", call)
		}
	}
}

// sell has conversations and is killed in them until nothing wants it any more.
func sell(t *testing.T, d deployment, doom *doom) {
	for {
		wanted := doom.wants()
		if len(wanted) == 0 {
			return
		}
		j := newJourney(t, newPlace(t, d), doom)
		j.walk(t, j.first())
		// Somebody new is wanted for steps that are taken only once in a place;
		// for all others one more ad will do, and is had sooner.
		for j.ads < maxAds {
			kind := j.next(doom.wants())
			if kind == "" {
				break
			}
			j.walk(t, j.round(kind))
		}
		j.child.stop(t)
	}
}

// next is the kind of round to go next; none while somebody new is wanted, or
// nothing is.
func (j *journey) next(wanted []string) string {
	wants := func(name string) bool { return slices.Contains(wanted, name) }
	if len(wanted) == 0 || slices.ContainsFunc(j.first(), func(l leg) bool { return wants(l.own()) }) {
		return ""
	}
	for _, kind := range []string{kindAsked, kindFound, kindSlow} {
		if slices.ContainsFunc(j.round(kind), func(l leg) bool { return wants(l.own()) || l.kind == kind && wants(kind) }) {
			return kind
		}
	}
	return kindPublish
}
