package main

import (
	"maps"
	"testing"
	"time"
)

// TestRolling is the short form; the long one runs with `make bench`.
func TestRolling(t *testing.T) { rolls(t, 1, loadRate) }

// rolls has three replicas of the bot, built as they are released, replaced one
// after another while people write 200 messages a second: first in the orderly
// way (SIGTERM), so many rounds, then a round in which the first one is killed
// (kill -9). By Telegram's own record no message is without its reply, each
// person's replies come in the order of their messages, and no reply comes twice
// but what the killed process could not note any more. Between two replacements
// so many replies are waited for.
func rolls(t *testing.T, rounds, between int) {
	program := build(t, t.TempDir(), ".")
	l := newLoad(t)
	r := &rolling{load: l, between: between}
	r.fleet = newFleet(t, townOptions{telegram: heardBy(l)}, func(env []string) *process {
		return launch(t, t, program, env)
	}, "MARKETS=omarket")
	r.sail()
	l.meet(r.telegram)
	r.orderly(rounds)
	r.oneKilled()
	r.stops()
}

// rolling is a fleet whose processes are replaced under load.
type rolling struct {
	*fleet
	load    *load
	between int           // replies from one replacement to the next
	slowest time.Duration // from the stop of a process to its heir's readiness
}

// expiredRows are those that waited for the end of a lease: their lane was not
// let go.
const expiredRows = `SELECT COUNT(*) FROM work WHERE expired > 0`

// orderly replaces every replica, so many times: nobody notices.
func (r *rolling) orderly(rounds int) {
	r.t.Helper()
	o := r.under(func() {
		for range rounds {
			r.roll(0)
		}
	})
	again, failed := r.front.counted()
	r.t.Logf("each of %d replicas stopped %d times: %s; a replacement took %s at most, %d tries went on to another replica",
		replicas, rounds, o, r.slowest.Round(time.Millisecond), again)
	if n := len(o.twice); n > r.lost() {
		r.t.Errorf("%d replies came twice, and nobody was killed", n)
	}
	if n := r.counts(r.t.Context(), expiredRows); n > r.lost() {
		r.t.Errorf("%d messages waited for the end of a lease: their lanes were not let go", n)
	}
	if failed > 0 {
		r.t.Errorf("Telegram was told %d times that nobody takes an update", failed)
	}
}

// oneKilled replaces every replica once more, the first one after its death. A
// process sends the replies of a lane one by one and notes each before the next:
// so of each lane that it held when it died one reply may come again, and no
// other.
func (r *rolling) oneKilled() {
	r.t.Helper()
	var held map[int64]bool
	o := r.under(func() {
		held = r.killed(0)
		r.replace(0)
		r.load.goOn(r.between)
		r.roll(1)
	})
	again, failed := r.front.counted()
	r.t.Logf("one killed that held %d lanes, the others stopped: %s; so far %d tries went on to another replica, and Telegram brought %d updates again",
		len(held), o, again, failed)
	left, strange := maps.Clone(held), 0
	for _, person := range o.twice {
		if !left[person] {
			strange++
		}
		delete(left, person)
	}
	if strange > r.lost() {
		r.t.Errorf("%d replies came twice that the dead process had noted, or that were not its own", strange)
	}
}

// under does something under load, and gives what became of the messages when
// nothing is left to be done: all are answered, in order.
func (r *rolling) under(do func()) outcome {
	r.t.Helper()
	end := r.load.begin()
	defer end()
	r.load.goOn(loadRate)
	do()
	r.load.goOn(loadRate)
	end()
	r.settle()
	o := r.load.look()
	if o.lost > 0 || o.disordered > 0 {
		r.t.Errorf("%d of %d messages were not answered, %d replies came out of order", o.lost, o.messages, o.disordered)
	}
	return o
}

// roll replaces the replicas from the one with this number on, in the orderly
// way.
func (r *rolling) roll(from int) {
	r.t.Helper()
	for n := from; n < len(r.ships); n++ {
		begun := time.Now()
		r.ships[n].stop(r.t)
		r.replace(n)
		r.slowest = max(r.slowest, time.Since(begun))
		r.load.goOn(r.between)
	}
}
