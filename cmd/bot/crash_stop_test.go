package main

import (
	"context"
	"testing"
	"time"

	"bazarbot/sandbox/md999"
	"bazarbot/sandbox/telegram"
)

// TestCrashStopFinishes stops the bot (SIGTERM) while a post is under way: it
// ends it first. What is said meanwhile is answered by the next one; where it
// came by webhook it was taken at once.
func TestCrashStopFinishes(t *testing.T) {
	inEach(t, deployments, func(t *testing.T, j *journey) {
		was, answer := j.publishHeld(t)
		j.child.terminate(t)
		p := j.player
		p.command("help")
		if j.webhook {
			j.taken(t)
		}
		close(answer)
		j.child.awaitStopped(t)
		if n := len(j.md999.Adverts(demoKey)); n != 1 {
			t.Fatalf("%d ads were posted", n)
		}
		j.spawn(t, orderIdle)
		for _, key := range []string{"publish.done", "help.text"} {
			if err := p.seeAnywhere(t.Context(), p.text(key)); err != nil {
				t.Fatal(err)
			}
		}
		j.settle(t)
		j.check(t, leg{kind: kindPublish}, was, nil)
		if n := j.md999.Count("GET /adverts"); n > 1 {
			t.Error("the post was looked for, and its answer had come")
		}
		j.child.stop(t)
	})
}

// TestCrashStopCutsOff stops the bot while the market does not answer to a post
// for longer than the bot waits: the next one finds out how it ended.
func TestCrashStopCutsOff(t *testing.T) {
	inEach(t, deployments, func(t *testing.T, j *journey) {
		was, _ := j.publishHeld(t)
		j.child.terminate(t)
		j.child.awaitStopped(t)
		j.spawn(t, orderIdle)
		if asked, err := j.seeOutcome(t.Context()); err != nil || asked {
			t.Fatalf("asked: %v, %v", asked, err)
		}
		j.settle(t)
		j.check(t, leg{kind: kindPublish}, was, nil)
		j.child.stop(t)
	})
}

// publishHeld goes on to a post that has taken effect and is not answered until
// answer is closed or the bot gives up.
func (j *journey) publishHeld(t *testing.T) (was outside, answer chan<- struct{}) {
	t.Helper()
	legs := j.first()
	j.walk(t, legs[:len(legs)-1])
	was = j.look()
	posted, release := make(chan struct{}), make(chan struct{})
	j.afterPost(func(ctx context.Context, _ md999.Call) {
		close(posted)
		select {
		case <-release:
		case <-ctx.Done():
		}
	})
	if err := j.player.press("button.publish_for"); err != nil {
		t.Fatal(err)
	}
	j.child.await(t, posted, "post the ad")
	return was, release
}

// taken waits until the bot has taken all updates, and makes sure that it still
// runs then.
func (j *journey) taken(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), childWithin)
	defer cancel()
	if err := j.telegram.WaitDelivered(ctx); err != nil {
		t.Fatal(err)
	}
	select {
	case <-j.child.ended:
		t.Fatal("the bot has ended")
	default:
	}
}

// TestCrashWhileStopping stops the bot while it answers the first of several
// messages. What is unstarted is let go for the next one, also when the process
// is killed around just that.
func TestCrashWhileStopping(t *testing.T) {
	inEach(t, everywhere, func(t *testing.T, j *journey) {
		j.walk(t, j.first()[:1])
		steps := []string{"Release user"}
		if !j.webhook {
			steps = append(steps, "Release poll")
		}
		for _, step := range steps {
			for _, when := range []moment{momentBefore, momentAfter} {
				target := point{Step: step, N: 1, When: when}
				if !t.Run(target.String(), func(t *testing.T) { j.stopInBurst(t, &target) }) {
					t.FailNow()
				}
			}
		}
		t.Run("unharmed", func(t *testing.T) { j.stopInBurst(t, nil) })
	})
}

// held is how long Telegram keeps the bot waiting: longer than it takes to
// deliver the rest of a burst.
const held = 2 * time.Second

// stopInBurst says several things, stops the bot at the first, and sees that a
// new one answers all of them, once and in order.
func (j *journey) stopInBurst(t *testing.T, target *point) {
	t.Helper()
	p := j.player
	was := j.look()
	j.child.order(t, orderOf(target))
	j.telegram.Inject(telegram.Fault{Method: "sendMessage", Kind: telegram.FaultDelay, Delay: held})
	for _, name := range []string{"settings", "help", "start"} {
		p.command(name)
	}
	j.taken(t)
	j.child.terminate(t)
	if target != nil {
		j.child.awaitKilled(t)
	} else {
		j.child.awaitStopped(t)
	}
	j.spawn(t, orderIdle)
	j.child.awaitReady(t)
	if err := p.seeText(t.Context(), "home.greeting"); err != nil {
		t.Fatal(err)
	}
	j.settle(t)
	j.checkReplies(t, was, target)
	if n := j.look().sent - was.sent; n < 3 {
		t.Errorf("%d answers to three messages", n)
	}
}
