package main

import (
	"fmt"
	"testing"
	"time"

	"bazarbot/sandbox/telegram"
)

// answeredWithin is how soon after a restart what was waiting is answered.
const answeredWithin = 5 * time.Second

// everywhere are all deployments as they are in production, leases too.
var everywhere = []deployment{
	{name: "sqlite polling"},
	{name: "sqlite webhook", webhook: true},
	{name: "postgres polling", postgres: true},
	{name: "postgres webhook", postgres: true, webhook: true},
}

// TestCrashAnsweredSoon kills the bot while it works on a message and starts it
// again: that message, and what was said meanwhile, is answered within five
// seconds.
func TestCrashAnsweredSoon(t *testing.T) {
	inEach(t, everywhere, func(t *testing.T, j *journey) {
		j.walk(t, j.first()[:1])
		p := j.player
		j.child.order(t, orderKill+point{Step: "Enqueue", N: 1, When: momentAfter}.line())
		p.command("settings") // its lane is held by the process that dies
		j.child.awaitKilled(t)
		p.command("help") // and this one waits at Telegram
		restarted := time.Now()
		j.spawn(t, orderIdle)
		for _, key := range []string{"settings.heading", "help.text"} {
			if err := p.seeAnywhere(t.Context(), p.text(key)); err != nil {
				t.Fatal(err)
			}
		}
		took := time.Since(restarted)
		t.Logf("answered %v after the start", took.Round(time.Millisecond))
		if took > answeredWithin {
			t.Errorf("answered %v after the start, and should have been within %v", took, answeredWithin)
		}
		j.settle(t)
		j.child.stop(t)
	})
}

// TestCrashOfTheHeir kills the bot with a lane in its hands, then the one that
// claims the lane after it, and the one after that when it asks for the lane's
// next row; the last one finishes.
func TestCrashOfTheHeir(t *testing.T) {
	inEach(t, []deployment{everywhere[0], everywhere[3]}, func(t *testing.T, j *journey) {
		legs := j.first()
		j.walk(t, legs[:len(legs)-1])
		j.dieBy(t, func() {
			if err := j.player.press("button.publish_for"); err != nil {
				t.Fatal(err)
			}
		},
			point{Step: "Commit user: session, replies, row publish", N: 1, When: momentAfter},
			point{Step: "Claim account", N: 1, When: momentAfter})
		if err := j.seePublished(t.Context()); err != nil {
			t.Fatal(err)
		}
		j.settle(t)
		if ads := j.md999.Adverts(demoKey); len(ads) != 1 {
			t.Errorf("%d ads were posted, not one", len(ads))
		}

		j.dieBy(t, func() { j.twoMessages(t) },
			point{Step: "Enqueue", N: 2, When: momentAfter},
			point{Step: "Claim user", N: 1, When: momentAfter},
			point{Step: "Rows user", N: 1, When: momentBefore})
		for _, key := range []string{"settings.heading", "help.text"} {
			if err := j.player.seeAnywhere(t.Context(), j.player.text(key)); err != nil {
				t.Fatal(err)
			}
		}
		j.settle(t)
		j.child.stop(t)
	})
}

// dieBy kills one process after another, each at its point; the first on the way
// that do leads. One more is left alive.
func (j *journey) dieBy(t *testing.T, do func(), points ...point) {
	t.Helper()
	j.child.order(t, orderKill+points[0].line())
	do()
	j.child.awaitKilled(t)
	for _, p := range points[1:] {
		j.spawn(t, orderKill+p.line())
		j.child.awaitKilled(t)
	}
	j.spawn(t, orderIdle)
}

// twoMessages sends one message, and another while the answer to the first is
// on its way: they come as two rows of a lane that is held.
func (j *journey) twoMessages(t *testing.T) {
	t.Helper()
	j.telegram.Inject(telegram.Fault{Method: "sendMessage", Kind: telegram.FaultDelay, Delay: slowly})
	before := len(j.telegram.Calls("sendMessage"))
	j.player.command("settings")
	if _, err := j.telegram.WaitCalls(t.Context(), func(calls []telegram.Call) bool { return len(calls) > before }, "sendMessage"); err != nil {
		t.Fatal(err)
	}
	j.player.command("help")
}

// TestCrashOneOfTwo runs two processes on one Postgres, and kills the one that
// holds the lane: the other one finishes.
func TestCrashOneOfTwo(t *testing.T) {
	inEach(t, everywhere[2:], func(t *testing.T, j *journey) {
		two := newPair(t, j)
		legs := two.first()
		two.walk(t, legs[:len(legs)-1])
		for i, target := range []point{
			{Step: "Enqueue", N: 1, When: momentAfter},
			{Step: "Commit user: session, replies, row publish", N: 1, When: momentAfter},
			{Step: "POST /images", N: 1, When: momentAfter},
			{Step: "Commit account: attempt post begun", N: 1, When: momentBefore},
			{Step: "POST /adverts", N: 1, When: momentAfter},
			{Step: "Commit account: attempt post done, row report, close", N: 1, When: momentAfter},
		} {
			if i > 0 {
				two.walk(t, two.another())
			}
			if !t.Run(target.String(), func(t *testing.T) { two.publishAround(t, target) }) {
				t.FailNow()
			}
		}
		two.child.stop(t)
		two.other.stop(t)
	})
}

// pair is a journey with two processes.
type pair struct {
	*journey
	other    *process
	otherEnv []string
}

// newPair starts two processes.
func newPair(t *testing.T, j *journey) *pair {
	t.Helper()
	two := &pair{journey: j, otherEnv: j.env}
	if j.webhook {
		two.env, two.otherEnv = frontedBy(t, j.env)
	}
	two.other = startProcess(t, t, two.otherEnv, orderIdle)
	two.births = append(two.births, two.other)
	two.other.awaitReady(t)
	return two
}

// publishAround publishes an ad around the death of one of the two.
func (two *pair) publishAround(t *testing.T, target point) {
	t.Helper()
	was := two.look()
	two.around(t, target, "button.publish_for", func() {
		if err := two.seePublished(t.Context()); err != nil {
			t.Fatal(err)
		}
		two.settle(t)
		two.check(t, leg{kind: kindPublish}, was, &target)
	})
}

// around presses a button; whoever comes to the point first is killed, the other
// one finishes alone, and then a new one takes the place of the dead.
func (two *pair) around(t *testing.T, target point, press string, finish func()) {
	t.Helper()
	for _, p := range []*process{two.child, two.other} {
		p.order(t, orderOf(&target))
	}
	if err := two.player.press(press); err != nil {
		t.Fatal(err)
	}
	dead, alive := two.awaitEither(t)
	alive.order(t, orderIdle)
	finish()
	env := two.env
	if dead == two.other {
		env = two.otherEnv
	}
	again := startProcess(t, two.t, env, orderIdle)
	two.births = append(two.births, again)
	again.awaitReady(t)
	if dead == two.other {
		two.other = again
	} else {
		two.child = again
	}
}

// awaitEither waits until one of the two has killed itself.
func (two *pair) awaitEither(t *testing.T) (dead, alive *process) {
	t.Helper()
	timer := time.NewTimer(childWithin)
	defer timer.Stop()
	select {
	case <-two.child.ended:
		dead, alive = two.child, two.other
	case <-two.other.ended:
		dead, alive = two.other, two.child
	case <-timer.C:
		t.Fatal("neither process came to the point")
	}
	dead.awaitKilled(t)
	return dead, alive
}

// TestCrashOddOnes kills the bot around what happens seldom: a row that is set
// aside, and a person who leaves.
func TestCrashOddOnes(t *testing.T) {
	inEach(t, deployments, func(t *testing.T, j *journey) {
		j.walk(t, j.first()[:1])
		person := j.player.person
		for n, when := range []moment{momentBefore, momentAfter} {
			j.killAround(t, point{Step: "Bury user", N: 1, When: when}, func() error {
				odd := fmt.Sprintf(`{"update_id":%d,"message":"no message"}`, 5_000_000+n)
				return j.telegram.Redeliver([]byte(odd), person.ID())
			})
			j.counted(t, deadRows, n+1)
			j.killAround(t, point{Step: "SetGone", N: 1, When: when}, func() error { person.Block(); return nil })
			j.counted(t, gonePeople, 1)
			j.player.command("start") // which unblocks the bot
			if err := j.player.seeText(t.Context(), "home.greeting"); err != nil {
				t.Fatal(err)
			}
			j.settle(t)
			j.counted(t, gonePeople, 0)
		}
		j.child.stop(t)
	})
}

const gonePeople = `SELECT COUNT(*) FROM persons WHERE gone_at IS NOT NULL`

// killAround has something done in the course of which the process dies, and
// lets another one finish it.
func (j *journey) killAround(t *testing.T, at point, do func() error) {
	t.Helper()
	j.child.order(t, orderOf(&at))
	if err := do(); err != nil {
		t.Fatal(err)
	}
	j.child.awaitKilled(t)
	j.spawn(t, orderIdle)
	j.child.awaitReady(t)
	j.settle(t)
}

func (j *journey) counted(t *testing.T, query string, want int) {
	t.Helper()
	if n, err := j.count(t.Context(), query); err != nil || n != want {
		t.Errorf("%s: %d, %v; should be %d", query, n, err, want)
	}
}
