package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"bazarbot/sandbox/md999"
	"bazarbot/sandbox/telegram"
)

// journey is a seller's conversation in the course of which the bot's process
// is killed, again and again. Whatever is killed, every leg comes to its end.
type journey struct {
	*place
	t      *testing.T // of the whole journey
	player *player
	child  *process
	births []*process // all children so far
	doom   *doom
	seen   map[string][]point // by leg: what the process passed; nil: nothing is recorded
	ads    int                // published so far
	fresh  int                // ads put on the market by its site so far
}

// leg is one thing a person does, and what they see then.
type leg struct {
	name string
	kind string // legs of a kind take the same steps, besides some of their own
	do   func() error
	see  func(context.Context) error
}

// The kinds of legs.
const (
	kindMessage   = "message"
	kindPress     = "press"
	kindPhotos    = "photos"
	kindPublish   = "publish"
	kindRepublish = "publish again" // what was asked about; the photos are with the market
	kindFound     = "found"         // the answer to the post is lost, the ad is found
	kindAsked     = "asked"         // the post is lost, the person is asked
	kindSlow      = "slow"          // the market takes its time
)

// own names the steps that only this leg takes.
func (l leg) own() string { return ownPrefix + l.name }

const ownPrefix = "leg: "

func newJourney(t *testing.T, p *place, d *doom) *journey {
	t.Helper()
	player, err := newPlayer(p.town, "ru", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return &journey{place: p, t: t, player: player, doom: d}
}

// spawn starts the next child.
func (j *journey) spawn(t *testing.T, order string) {
	t.Helper()
	j.child = startProcess(t, j.t, j.env, order)
	j.births = append(j.births, j.child)
}

// lost is how many lanes children have lost so far, as happens on a machine that
// is too busy to renew a lease in time. What is lost may come twice.
func (j *journey) lost() (n int) {
	for _, p := range j.births {
		n += strings.Count(p.output(), "lost a lane")
	}
	return n
}

// seeing waits for a message that holds all the parts.
func (j *journey) seeing(parts ...string) func(context.Context) error {
	return func(ctx context.Context) error { return j.player.see(ctx, parts...) }
}

func (j *journey) saying(text string) func() error {
	return func() error { j.player.say(text); return nil }
}

func (j *journey) pressing(label string) func() error {
	return func() error { return j.player.pressLabel(label) }
}

// first is a small ad of somebody new. Its first leg begins before the bot runs.
func (j *journey) first() []leg {
	p, ad := j.player, smallAds["ru"]
	start := func() error { p.command("start"); return nil }
	return []leg{
		{"start", kindMessage, start, j.seeing(p.text("home.greeting"))},
		{"new ad", kindPress, j.pressing(p.text("button.new_ad")), j.seeing("999.md", p.text("field.api_key"))},
		{"key", kindMessage, j.saying(demoKey), j.seeing(p.text("connect.done"), ad.category)},
		{"category", kindPress, j.pressing(ad.category), j.seeing(ad.subcategory)},
		{"subcategory", kindPress, j.pressing(ad.subcategory), j.seeing(ad.offer)},
		{"offer", kindPress, j.pressing(ad.offer), j.seeing(p.text("ask.title"))},
		{"title", kindMessage, j.saying(adTitle), j.seeing(p.text("ask.description"))},
		{"description", kindMessage, j.saying(adText), j.seeing(p.text("ask.price"))},
		{"price", kindMessage, j.saying(adPrice), j.seeing(ad.region)},
		{"region", kindPress, j.pressing(ad.region), j.seeing(ad.city)},
		{"city", kindPress, j.pressing(ad.city), j.seeing(ad.sector)},
		{"sector", kindPress, j.pressing(ad.sector), j.seeing(p.text("ask.photos"))},
		j.photos(),
		j.publish("publish", kindPublish),
	}
}

// another is one more ad like the one before, up to its photos. The buttons for
// it, at home and below a published ad, begin with the same sign.
func (j *journey) another() []leg {
	p := j.player
	return []leg{
		{"another", kindPress, j.pressing("🔁"), j.seeing(p.text("ask.title"))},
		{"title again", kindMessage, j.saying(adTitle), j.seeing(p.text("ask.description"))},
		{"description again", kindMessage, j.saying(adText), j.seeing(p.text("ask.price"))},
		{"price again", kindMessage, j.saying(adPrice), j.seeing(p.text("ask.photos"))},
		j.photos(),
	}
}

// maxAds is how many ads have photos of their own: a picture that the market
// has is not uploaded again.
const maxAds = 16

// photos sends the two of the next ad.
func (j *journey) photos() leg {
	send := func() error {
		seed := uint8(2 * j.ads)
		return j.player.album(picture(seed+1), picture(seed+2))
	}
	p := j.player
	return leg{"photos", kindPhotos, send, j.seeing(p.text("review.heading"), adTitle, "9\u00a0500", p.text("button.photos", "Count", "2"))}
}

// publish publishes the ad; the faults are set at the market before.
func (j *journey) publish(name, kind string, faults ...md999.Fault) leg {
	press := j.pressing(j.player.text("button.publish_for"))
	return leg{name, kind, func() error {
		for _, f := range faults {
			j.md999.AddFault(f)
		}
		return press()
	}, j.seePublished}
}

var errAskedInVain = errors.New("the person is asked whether the ad is there, and it is: it should have been found")

// seePublished waits for the ad's link. When it could not be found out whether
// the ad was posted, the person says that it is not there, which is the truth,
// and publishes once more.
func (j *journey) seePublished(ctx context.Context) error {
	asked, err := j.seeOutcome(ctx)
	if err != nil || !asked {
		return err
	}
	return j.publishAgain(ctx)
}

// seeOutcome waits for the ad's link, or for the question whether it is there.
func (j *journey) seeOutcome(ctx context.Context) (asked bool, err error) {
	return j.seeEither(ctx, "publish.done", "publish.unknown")
}

// seeEither waits for the end of some work: for the text of the first key, or
// for that of the other one, if there is one. A late word on a button that was
// pressed twice may stand below it.
func (j *journey) seeEither(ctx context.Context, done, other string) (isOther bool, err error) {
	p := j.player
	ctx, cancel := context.WithTimeout(ctx, seeWithin)
	defer cancel()
	_, err = p.person.Wait(ctx, func(ms []telegram.Message) bool {
		m, _ := lastOfBot(slices.DeleteFunc(slices.Clone(ms), func(m telegram.Message) bool { return m.Text == p.text("toast.old_button") }))
		isOther = other != "" && says(m.String(), p.text(other))
		return isOther || says(m.String(), p.text(done))
	})
	return isOther, err
}

// slowly is longer than the pause between two renewals of a lease.
const slowly = 1300 * time.Millisecond

const postRoute = "POST /adverts"

// round is one more ad, with the trouble of its kind at the market.
func (j *journey) round(kind string) []leg {
	p := j.player
	switch kind {
	case kindFound:
		return append(j.another(), j.publish("found", kind, md999.Fault{Route: postRoute, Kind: md999.FaultLostAfter, Times: 1}))
	case kindSlow:
		return append(j.another(), j.publish("slow", kind, md999.Fault{Route: postRoute, Delay: slowly, Times: 1}))
	case kindAsked:
		asked := j.publish("asked", kind, md999.Fault{Route: postRoute, Kind: md999.FaultLostBefore, Times: 1})
		asked.see = j.seeing(p.text("publish.unknown"))
		return append(j.another(), asked,
			leg{"not there", kindPress, j.pressing(p.text("button.not_there")), j.seeing(p.text("review.heading"), adTitle)},
			j.publish("publish again", kindRepublish))
	}
	return append(j.another(), j.publish("publish", kind))
}

// walk goes legs, and checks each ad that came of them.
func (j *journey) walk(t *testing.T, legs []leg) {
	t.Helper()
	for _, l := range legs {
		target, doomed := j.doom.take(l)
		if !doomed {
			j.step(t, l, nil)
		} else if !t.Run(l.name+": "+target.String(), func(t2 *testing.T) { j.step(t2, l, &target) }) {
			t.FailNow()
		}
	}
}

// step goes one leg, to the point where nothing is left to be done. With a
// target the process is killed there, and another one takes over.
func (j *journey) step(t *testing.T, l leg, target *point) {
	t.Helper()
	order := orderOf(target)
	if j.seen != nil {
		order = orderRecord
	}
	was := j.look()
	if j.child != nil {
		j.child.order(t, order)
	}
	if err := l.do(); err != nil {
		t.Fatal(err)
	}
	if j.child == nil {
		j.spawn(t, order)
	}
	if target != nil {
		j.child.awaitKilled(t)
		j.spawn(t, orderIdle)
	}
	j.child.awaitReady(t)
	if err := l.see(t.Context()); err != nil {
		t.Fatalf("%s: %v", l.name, err)
	}
	j.settle(t)
	if j.seen != nil {
		j.child.order(t, orderIdle)
		j.seen[l.name] = j.child.points()
	}
	j.check(t, l, was, target)
}
