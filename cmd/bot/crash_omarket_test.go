package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"bazarbot/sandbox/omarket"
)

// lotLeg is a part of a seller's way at O!Market in which the process dies.
type lotLeg struct {
	name  string
	ready func(*testing.T, *journey) // up to the answer or press that begins it
	do    func(*journey) error
	see   func(context.Context, *journey) error
	check func(*testing.T, *journey)
}

// lotLegs are signing up, confirming the number with all that goes on by itself
// then, changing the ad and its photos, and deleting it.
var lotLegs = []lotLeg{
	{"sign up", toPassword, func(j *journey) error { j.player.say(password); return nil },
		func(ctx context.Context, j *journey) error { return j.player.seeText(ctx, "field.code") }, checkSignedUp},
	{"publish", toCode, func(j *journey) error { j.player.say(j.omarket.Code(j.player.phone())); return nil },
		func(ctx context.Context, j *journey) error {
			return j.player.seeAnywhere(ctx, j.player.text("publish.moderated"))
		}, checkPublished},
	{"edit", toEdit, func(j *journey) error { return j.player.press("edit.save") },
		func(ctx context.Context, j *journey) error {
			return j.player.seeAnywhere(ctx, j.player.text("act.done.edit"))
		}, checkEdited},
	{"delete", toDelete, func(j *journey) error { return j.player.press("act.sure.delete") },
		func(ctx context.Context, j *journey) error {
			return j.player.seeAnywhere(ctx, j.player.text("act.done.delete"))
		}, checkDeleted},
}

func toPassword(t *testing.T, j *journey) {
	t.Helper()
	p := j.player
	for _, part := range []func(context.Context) error{p.beginLot, p.answerLot, p.sendLot} {
		must(t, part(t.Context()))
	}
	must(t, p.seeText(t.Context(), "field.phone"))
	p.say(typed(p.phone()))
	must(t, p.seeText(t.Context(), "field.password"))
}

func toCode(t *testing.T, j *journey) {
	t.Helper()
	toPassword(t, j)
	j.player.say(password)
	must(t, j.player.seeText(t.Context(), "field.code"))
}

func toCard(t *testing.T, j *journey) {
	t.Helper()
	toCode(t, j)
	p := j.player
	p.say(j.omarket.Code(p.phone()))
	must(t, p.seeText(t.Context(), "publish.moderated", "button.my_ads"))
	must(t, p.lookAtLots(t.Context()))
}

func toEdit(t *testing.T, j *journey) {
	t.Helper()
	toCard(t, j)
	s := seller{player: j.player, t: t}
	s.opensEdit()
	s.replacesPhoto(2)
}

func toDelete(t *testing.T, j *journey) {
	t.Helper()
	toCard(t, j)
	must(t, j.player.press("act.button.delete"))
	must(t, j.player.seeText(t.Context(), "act.ask.delete"))
}

// TestCrashOMarket kills the process (kill -9) between any two remote steps of
// signing up, publishing and deleting, and lets another one go on: there is one
// account, one ad, and its photos are there once and in order.
func TestCrashOMarket(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for _, l := range lotLegs {
		wg.Go(func() { t.Run(l.name, func(t *testing.T) { l.crash(t, deployments[0]) }) })
	}
	wg.Go(func() { t.Run("publish on postgres", func(t *testing.T) { lotLegs[1].crash(t, deployments[1]) }) })
	wg.Wait()
}

// crash goes the leg again and again, each time as somebody new, killed at one
// point after the other.
func (l lotLeg) crash(t *testing.T, in deployment) {
	p := newPlace(t, in)
	p.env = append(p.env, "MARKETS=omarket")
	first := newJourney(t, p, &doom{})
	first.spawn(t, orderIdle)
	first.child.awaitReady(t)
	points := both(l.rehearse(t, first), l.rehearse(t, first))
	if in.postgres { // where each kill waits for a lease: only where the market has it and nobody knows
		points = slices.DeleteFunc(points, func(p point) bool { return p.When == momentBefore || strings.HasPrefix(p.Step, "Commit") })
	}
	t.Logf("%d points", len(points))
	if len(points) == 0 {
		t.Fatal("nobody is killed")
	}
	child := first.child
	for _, target := range points {
		if !t.Run(target.String(), func(t2 *testing.T) { child = l.once(t, t2, p, child, &target) }) {
			return
		}
	}
	child.stop(t)
}

// rehearse goes the leg unharmed and gives the points to die at: both sides of
// what is asked of the market, and behind what is saved by the account's lane.
// The side before that is as the one behind the step above.
func (l lotLeg) rehearse(t *testing.T, j *journey) []point {
	t.Helper()
	l.once(t, t, j.place, j.child, nil)
	return ends(slices.DeleteFunc(j.child.points(), func(p point) bool {
		method, path, _ := strings.Cut(p.Step, " ")
		switch method {
		case "POST", "PUT", "DELETE":
			return strings.Contains(path, "my-ads")
		case "Commit":
			return p.When == momentBefore || !strings.HasPrefix(path, "account:")
		}
		return true
	}))
}

// once goes the leg as somebody new, to where nothing is left to be done, and
// gives the process that lives. With a target the one that is there is killed.
func (l lotLeg) once(owner, t *testing.T, p *place, child *process, target *point) *process {
	t.Helper()
	j := newJourney(owner, p, &doom{})
	j.child = child
	l.ready(t, j)
	order := orderRecord
	if target != nil {
		order = orderOf(target)
	}
	j.child.order(t, order)
	must(t, l.do(j))
	if target != nil {
		j.child.awaitKilled(t)
		j.spawn(t, orderIdle)
		j.child.awaitReady(t)
	}
	must(t, l.see(t.Context(), j))
	j.settleTo(t, openWork)
	j.child.order(t, orderIdle)
	if dead, err := j.count(t.Context(), deadRows); err != nil || dead != 0 {
		t.Errorf("%d rows were set aside, %v", dead, err)
	}
	l.check(t, j)
	return j.child
}

// openWork are the open rows, timers left out: some of them wait for a month.
const openWork = `SELECT COUNT(*) FROM work WHERE closed_at IS NULL AND lane NOT LIKE 'timer:%'`

// checkSignedUp: the number was registered once.
func checkSignedUp(t *testing.T, j *journey) {
	t.Helper()
	sent := slices.DeleteFunc(j.omarket.Outbox(), func(m omarket.SMS) bool { return m.To != j.player.phone() })
	if _, there := j.omarket.Account(j.player.phone()); len(sent) != 1 || !there {
		t.Errorf("%d SMS were sent, not one", len(sent))
	}
}

// checkPublished: there is one ad, and each photo of it once, in order.
func checkPublished(t *testing.T, j *journey) {
	t.Helper()
	checkSignedUp(t, j)
	j.holdsLot(t, 1, 2)
}

// checkEdited: the ad has its new photos, each once, in order.
func checkEdited(t *testing.T, j *journey) {
	t.Helper()
	j.holdsLot(t, 3, 2)
}

// lots are the seller's ads that are filled.
func (j *journey) lots() []omarket.Ad {
	return slices.DeleteFunc(j.omarket.Ads(j.player.phone()), func(a omarket.Ad) bool { return a.Status == omarket.Initial })
}

// holdsLot checks that O!Market holds the one ad with these photos.
func (j *journey) holdsLot(t *testing.T, photos ...uint8) {
	t.Helper()
	ads := j.lots()
	if len(ads) != 1 {
		t.Fatalf("O!Market holds %d ads, not one", len(ads))
	}
	ad := ads[0]
	if len(ad.Images) != len(photos) || ad.Title != lotTitle || ad.Status != omarket.Moderate {
		t.Fatalf("O!Market holds %+v", ad)
	}
	for i, path := range ad.Images {
		if !samePicture(j.omarket.Image(path), picture(photos[i])) {
			t.Errorf("photo %d of the ad is another", i+1)
		}
	}
}

// checkDeleted: nothing is left of the ad. (One that was opened and not filled,
// since a lost answer kept its number from us, nobody can list or see.)
func checkDeleted(t *testing.T, j *journey) {
	t.Helper()
	if ads := j.lots(); len(ads) != 0 {
		t.Errorf("O!Market holds %s", fmt.Sprint(ads))
	}
}
