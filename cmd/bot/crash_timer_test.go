package main

import (
	"net/http"
	"testing"

	"bazarbot/sandbox/md999"
	"bazarbot/sandbox/telegram"
)

// timerPoints are the steps from a timer that is due to what its person reads.
var timerPoints = []point{
	{Step: "Claim timer", N: 1, When: momentAfter},
	{Step: "Commit timer: row timed, close", N: 1, When: momentBefore},
	{Step: "Commit timer: row timed, close", N: 1, When: momentAfter},
	{Step: "Commit user: session, replies", N: 1, When: momentBefore},
	{Step: "Commit user: session, replies", N: 1, When: momentAfter},
}

// TestCrashTimer kills the bot around each step of a timer that comes due after a
// restart: the person is asked, once each time, whether the draft that waited is
// to be published, and nothing is posted before.
func TestCrashTimer(t *testing.T) {
	inEach(t, deployments, func(t *testing.T, j *journey) {
		legs := j.first()
		j.walk(t, legs[:len(legs)-1])
		for i, at := range timerPoints {
			j.waitsForQuota(t)
			j.child.stop(t)
			j.windTimers(t)
			j.spawn(t, orderOf(&at))
			j.child.awaitKilled(t)
			j.spawn(t, orderIdle)
			j.child.awaitReady(t)
			j.asked(t, i+1)
		}
		if ads := j.md999.Adverts(demoKey); len(ads) != 0 {
			t.Fatalf("%d ads were posted without being asked for", len(ads))
		}
		j.walk(t, []leg{j.publish("publish", kindPublish)})
		j.child.stop(t)
	})
}

// waitsForQuota publishes while the market takes no more pictures today.
func (j *journey) waitsForQuota(t *testing.T) {
	t.Helper()
	j.md999.AddFault(md999.Fault{
		Route: imagesRoute, Kind: md999.FaultAnswer, Status: http.StatusTooManyRequests, Body: `{"error":{"message":"too many"}}`, Times: 1,
	})
	if err := j.player.press("button.publish_for"); err != nil {
		t.Fatal(err)
	}
	if err := j.player.seeText(t.Context(), "quota.over", "quota.will_ask"); err != nil {
		t.Fatal(err)
	}
}

// windTimers makes all timers due, while no process runs.
func (j *journey) windTimers(t *testing.T) {
	t.Helper()
	for _, query := range []string{
		`UPDATE work SET due_at = 0 WHERE kind = 'timer' AND closed_at IS NULL RETURNING 1`,
		`UPDATE lanes SET due_at = 0 WHERE class = 'timer' AND due_at IS NOT NULL RETURNING 1`,
	} {
		j.counted(t, query, 1)
	}
}

// asked checks that the person has been asked so many times, and goes to the
// review from there.
func (j *journey) asked(t *testing.T, times int) {
	t.Helper()
	p := j.player
	count := func() (n int) {
		for _, m := range p.person.Messages() {
			if m.FromBot() && says(m.String(), p.text("quota.free")) {
				n++
			}
		}
		return n
	}
	if _, err := p.person.Wait(t.Context(), func([]telegram.Message) bool { return count() >= times }); err != nil {
		t.Fatal(err)
	}
	j.settle(t)
	if n := count(); n != times {
		t.Errorf("asked %d times, not %d", n, times)
	}
	if err := p.press("quota.review"); err != nil {
		t.Fatal(err)
	}
	if err := p.seeText(t.Context(), "review.heading"); err != nil {
		t.Fatal(err)
	}
}
