package main

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"bazarbot/sandbox/md999"
)

// TestCrashLostAnswer publishes while the answer to the post is lost, in ways
// that TestCrashPaidOnce does not have. What can be found out is found out, else
// the person is asked; nothing is posted or paid twice.
func TestCrashLostAnswer(t *testing.T) {
	inEach(t, deployments, func(t *testing.T, j *journey) {
		legs := j.first()
		j.walk(t, legs[:len(legs)-1])
		for i, c := range lostAnswers {
			if i > 0 {
				j.walk(t, j.another())
			}
			ok := t.Run(c.name, func(t *testing.T) {
				was := j.look()
				c.arrange(t, j)
				c.publish(t, j)
				j.settle(t)
				c.settled(t, j, was)
			})
			if !ok {
				t.FailNow()
			}
		}
		j.child.stop(t)
	})
}

// lostAnswer is one way to lose the answer to a post.
type lostAnswer struct {
	name    string
	arrange func(*testing.T, *journey)
	killed  bool // the process is
	twin    bool // somebody posts the same at the same time, and the person is asked
}

var lostAnswers = []lostAnswer{
	{name: "killed when it took effect", arrange: killAtEffect, killed: true},
	{name: "two ads of the same content", arrange: postTwin, twin: true},
}

// killAtEffect kills the process from outside between the effect of its post and
// the answer, which never leaves.
func killAtEffect(_ *testing.T, j *journey) {
	doomed := j.child
	j.afterPost(func(context.Context, md999.Call) {
		doomed.kill()
		<-doomed.ended
	})
}

// postTwin posts the same ad once more and cuts off the answer to the first.
func postTwin(t *testing.T, j *journey) {
	j.md999.AddFault(md999.Fault{Route: postRoute, Kind: md999.FaultLostAfter, Times: 1})
	j.afterPost(func(ctx context.Context, c md999.Call) {
		if _, err := j.onSite(ctx, http.MethodPost, "/adverts", string(c.Body)); err != nil {
			t.Error(err)
		}
	})
}

// afterPost has something done once, when a post has taken effect and before it
// is answered.
func (p *place) afterPost(do func(context.Context, md999.Call)) {
	var done atomic.Bool
	p.md999.SetHooks(md999.Hooks{After: func(ctx context.Context, c md999.Call) {
		if c.Route == postRoute && c.Status == http.StatusCreated && done.CompareAndSwap(false, true) {
			do(ctx, c)
		}
	}})
}

// publish presses the button and sees the outcome. Asked whether the ad is
// there, the person says the truth.
func (c lostAnswer) publish(t *testing.T, j *journey) {
	t.Helper()
	p := j.player
	if err := p.press("button.publish_for"); err != nil {
		t.Fatal(err)
	}
	if c.killed {
		j.child.awaitKilled(t)
		j.spawn(t, orderIdle)
	}
	asked, err := j.seeOutcome(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if asked != c.twin {
		t.Fatalf("the person is asked: %v; should be: %v", asked, c.twin)
	}
	if asked {
		must(t, p.press("button.it_is_there"))
		must(t, p.seeText(t.Context(), "ads.heading"))
	}
}

// settled holds what the market has against what should have come of it.
func (c lostAnswer) settled(t *testing.T, j *journey, was outside) {
	t.Helper()
	if !c.twin {
		j.check(t, leg{kind: kindPublish}, was, nil)
		return
	}
	now := j.look()
	if ads, paid := now.adverts-was.adverts, now.charges-was.charges; ads != 2 || paid != 2 {
		t.Errorf("%d ads, %d charges: ours and the twin make two", ads, paid)
	}
	if n, err := j.count(t.Context(), `SELECT COUNT(*) FROM ads`); err != nil || n != j.ads {
		t.Errorf("%d ads are bound to drafts, %v; nobody could tell which of the two is", n, err)
	}
}

// publishAgain is what the person does who found the ad not to be there.
func (j *journey) publishAgain(ctx context.Context) error {
	p := j.player
	if n := len(j.md999.Adverts(demoKey)); n > j.ads {
		return fmt.Errorf("%d ads, and %d were published: %w", n, j.ads, errAskedInVain)
	}
	if err := p.press("button.not_there"); err != nil {
		return err
	}
	if err := p.see(ctx, p.text("review.heading"), adTitle); err != nil {
		return err
	}
	if err := p.press("button.publish_for"); err != nil {
		return err
	}
	return p.seeText(ctx, "publish.done")
}
