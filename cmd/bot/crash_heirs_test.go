package main

import (
	"testing"
)

// TestCrashHeirsOfADeed kills a process when the market has done what it was
// asked, and its heir before it has noted so; the third one finishes.
func TestCrashHeirsOfADeed(t *testing.T) {
	inEach(t, deployments, func(t *testing.T, j *journey) {
		j.enter(t)
		for _, d := range []deed{republishing, colouring, editing, autorepublishing} {
			ok := t.Run(d.name, func(t *testing.T) {
				ad, was, first := d.ready(t, j), j.look(), d.effect()
				noted := point{Step: "Commit account: attempt " + d.name + " done, row report, close", N: 1, When: momentBefore}
				j.dieBy(t, func() { must(t, j.player.press(d.press)) }, first, noted)
				d.seeDone(t, j)
				d.check(t, j, was, ad, &first)
			})
			if !ok {
				t.FailNow()
			}
		}
		j.child.stop(t)
	})
}

// TestCrashDeedOfOneOfTwo runs two processes on one Postgres, and kills the one
// that has had an ad changed: the other one finds that out and tells it.
func TestCrashDeedOfOneOfTwo(t *testing.T) {
	inEach(t, everywhere[2:], func(t *testing.T, j *journey) {
		two := newPair(t, j)
		two.enter(t)
		for _, d := range []deed{republishing, colouring, editing} {
			ok := t.Run(d.name, func(t *testing.T) {
				ad, was, target := d.ready(t, two.journey), two.look(), d.effect()
				two.around(t, target, d.press, func() {
					d.seeDone(t, two.journey)
					d.check(t, two.journey, was, ad, &target)
				})
			})
			if !ok {
				t.FailNow()
			}
		}
		two.child.stop(t)
		two.other.stop(t)
	})
}

// seeDone waits until the person reads that it is done. Nobody asks them what
// the market tells.
func (d deed) seeDone(t *testing.T, j *journey) {
	t.Helper()
	unknown, err := j.seeEither(t.Context(), d.done, d.lost)
	if err != nil || unknown {
		t.Fatalf("the person is asked: %v, %v", unknown, err)
	}
}
