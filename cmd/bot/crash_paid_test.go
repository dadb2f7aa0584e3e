package main

import (
	"strings"
	"testing"

	"bazarbot/sandbox/md999"
)

// misfortune is what may befall a request for which the market takes money.
type misfortune struct {
	name   string
	fault  md999.FaultKind
	double bool   // the button is pressed twice
	killed moment // the process is, on this side of the request; "": it lives
	asked  bool   // nobody can know, so the person is asked, and does it again
}

var misfortunes = []misfortune{
	{name: "none"},
	{name: "double press", double: true},
	{name: "answer lost", fault: md999.FaultLostAfter},
	{name: "half an answer", fault: md999.FaultHalfJSON},
	{name: "request lost", fault: md999.FaultLostBefore, asked: true},
	{name: "a page for an answer", fault: md999.FaultHTML, asked: true},
	{name: "killed before the request", killed: momentBefore, asked: true},
	{name: "killed with the answer unread", killed: momentAfter},
	{name: "double press and answer lost", double: true, fault: md999.FaultLostAfter},
	{name: "double press and killed", double: true, killed: momentAfter},
}

// TestCrashPaidOnce: whatever befalls it, what costs money is done once and paid
// once.
func TestCrashPaidOnce(t *testing.T) {
	inEach(t, deployments, func(t *testing.T, j *journey) {
		j.enter(t)
		for _, d := range []deed{posting, republishing, colouring} {
			for _, m := range misfortunes {
				if m.killed == "" && j.postgres {
					continue // what befalls only the request is the same everywhere
				}
				if !t.Run(d.name+": "+m.name, func(t *testing.T) { m.befall(t, j, d) }) {
					t.FailNow()
				}
			}
		}
		j.child.stop(t)
	})
}

// befall has the deed done and its request befallen; a person who is asked does
// it again.
func (m misfortune) befall(t *testing.T, j *journey, d deed) {
	t.Helper()
	ad, was, target := d.ready(t, j), j.look(), (*point)(nil)
	if m.fault != md999.FaultNone {
		j.md999.AddFault(md999.Fault{Route: d.route, Kind: m.fault, Times: 1})
	}
	if m.killed != "" {
		target = &point{Step: d.effect().Step, N: 1, When: m.killed}
	}
	j.child.order(t, orderOf(target))
	j.presses(t, d.press, m.double)
	if target != nil {
		j.child.awaitKilled(t)
		j.spawn(t, orderIdle)
	}
	asked, err := j.seeEither(t.Context(), d.done, d.lost)
	if err != nil || asked != m.asked {
		t.Fatalf("the person is asked: %v, %v", asked, err)
	}
	if asked {
		d.again(t, j, was)
	}
	d.check(t, j, was, ad, target)
}

// presses presses a button, once or twice at the same time.
func (j *journey) presses(t *testing.T, key string, twice bool) {
	t.Helper()
	p := j.player
	m, _ := lastOfBot(p.person.Messages())
	button, _ := buttonOf(m, p.text(key))
	must(t, p.press(key))
	if twice {
		must(t, p.person.PressStale(m.ID, button.Data))
	}
}

// effect is the point at which the market has done it and nobody has heard.
func (d deed) effect() point {
	return point{Step: strings.ReplaceAll(d.route, "{advert_id}", "{id}"), N: 1, When: momentAfter}
}
