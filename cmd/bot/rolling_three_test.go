package main

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"bazarbot/sandbox/omarket"
	"bazarbot/sandbox/telegram"
)

// TestOneOfThree has sellers served by three processes on one Postgres, one of
// which is killed (kill -9) while it publishes, then one while it refreshes
// sessions, then one while it deletes. Everybody has one ad, and then none; a
// session is refreshed once each time, and once more only where the process died
// that had been given the tokens; nobody is signed out; everybody is told each
// thing once.
func TestOneOfThree(t *testing.T) {
	t.Parallel()
	f := newFleet(t, townOptions{omarket: omarket.Options{Quirks: shortLived}}, func(env []string) *process {
		return startProcess(t, t, env, orderIdle)
	}, "MARKETS=omarket")
	f.learns()
	f.sail()
	s := newStreet(f, streetSellers)
	s.publishes()
	signedIn := f.omarket.Count(lotSignIn)
	s.refreshes()
	s.deletes()
	if n := f.omarket.Count(lotSignIn); n != signedIn {
		t.Errorf("people signed in %d times more", n-signedIn)
	}
	f.stops()
}

// learns has one process learn what the market asks of a phone, before there are
// others: what they know of it is the same from the start.
func (f *fleet) learns() {
	f.t.Helper()
	p, err := newPlayer(f.town, "ru", io.Discard)
	must(f.t, err)
	first := f.launch()
	first.awaitUpdates(f.t)
	for _, part := range []func(context.Context) error{p.beginLot, p.answerLot, p.seeLot} {
		must(f.t, part(f.t.Context()))
	}
	first.stop(f.t)
	f.front.remove(first.backend)
}

// shortLived are access tokens that end while one publishes.
var shortLived = omarket.Quirks{AccessLife: 2 * time.Second}

// street is sellers who do the same at the same time.
type street struct {
	*fleet
	sellers []*player
}

const streetSellers = 9

func newStreet(f *fleet, sellers int) *street {
	f.t.Helper()
	s := &street{fleet: f}
	for range sellers {
		p, err := newPlayer(f.town, "ru", io.Discard)
		must(f.t, err)
		s.sellers = append(s.sellers, p)
	}
	return s
}

// step is what a seller does.
type step func(context.Context, *player) error

// all has all sellers do something, and tells how it went.
func (s *street) all(do step) <-chan error {
	each := make(chan error, len(s.sellers))
	for _, p := range s.sellers {
		go func() { each <- do(s.t.Context(), p) }()
	}
	ended := make(chan error, 1)
	go func() {
		var failed []error
		for range s.sellers {
			failed = append(failed, <-each)
		}
		ended <- errors.Join(failed...)
	}()
	return ended
}

// killing has all sellers do something. The market holds back its answers to a
// route from one request on, each after it has taken effect; at a later one a
// process that holds a lane of the class is killed, and another one takes its
// place. It gives the people whose lanes were the dead process's.
func (s *street) killing(route string, from, at int, class string, do step) map[int64]bool {
	s.t.Helper()
	reached, killed := make(chan struct{}), make(chan struct{})
	before := s.omarket.Count(route)
	s.omarket.SetHooks(omarket.Hooks{After: func(ctx context.Context, c omarket.Call) {
		if c.Route != route || c.Number < before+from {
			return
		}
		if c.Number == before+at {
			close(reached)
		}
		select {
		case <-killed:
		case <-ctx.Done():
		}
	}})
	defer s.omarket.SetHooks(omarket.Hooks{})
	ended := s.all(do)
	select {
	case <-reached:
	case err := <-ended:
		s.t.Fatalf("nobody was killed; %v", err)
	}
	place := s.holder(class)
	held := s.killed(place)
	close(killed)
	must(s.t, <-ended)
	s.replace(place)
	s.settle()
	s.t.Logf("the process that died at %s held the lanes of %d of %d people", route, len(held), len(s.sellers))
	return held
}

// publishes has everybody sign up and publish.
func (s *street) publishes() {
	s.t.Helper()
	held := s.killing(lotUpload, 5, 5, "account", func(ctx context.Context, p *player) error {
		for _, part := range []func(context.Context) error{p.beginLot, p.answerLot, p.sendLot} {
			if err := part(ctx); err != nil {
				return err
			}
		}
		if err := p.signUp(ctx, s.omarket); err != nil {
			return err
		}
		return p.seeAnywhere(ctx, p.text("publish.moderated"))
	})
	for _, p := range s.sellers {
		checkPublished(s.t, &journey{place: &place{town: s.town}, player: p})
	}
	s.toldOnce("publish.moderated", held)
}

// refreshes ends everybody's access token, again and again, and has everybody
// look at their ads, whereupon their sessions are refreshed; the last time a
// process dies to which the market has given new tokens.
func (s *street) refreshes() {
	s.t.Helper()
	s.omarket.SetQuirks(omarket.Quirks{})
	const quiet = 2
	for range quiet {
		s.refreshed(func() map[int64]bool {
			must(s.t, <-s.all(looksAtAds))
			return nil
		})
	}
	s.refreshed(func() map[int64]bool {
		return s.killing(lotRefresh, 1, streetSellers, "user", looksAtAds)
	})
}

// refreshed ends all access tokens before something is done, and counts the
// refreshes: one of each session, and one more where do says that the process
// died that had the answer.
func (s *street) refreshed(do func() map[int64]bool) {
	s.t.Helper()
	s.settle() // what a dead process left half done answers before, not instead
	before := map[*player]int{}
	for _, p := range s.sellers {
		before[p] = s.refreshesOf(p)
		s.omarket.ExpireAccess(p.phone())
	}
	died := do()
	for _, p := range s.sellers {
		want := 1
		if died[p.person.ID()] {
			want = 2
		}
		if n := s.refreshesOf(p) - before[p]; n != want {
			s.t.Errorf("a session was refreshed %d times, not %d", n, want)
		}
	}
}

func (s *street) refreshesOf(p *player) int {
	a, _ := s.omarket.Account(p.phone())
	return a.Refreshes
}

// claimedFor is how long a refresh keeps others out whose process has died, with
// the lease of the lane and a crowded machine besides.
const claimedFor = time.Minute

// looksAtAds asks for the list of one's ads, which is read from the market.
func looksAtAds(ctx context.Context, p *player) error {
	ctx, cancel := context.WithTimeout(ctx, claimedFor)
	defer cancel()
	asked := p.person.Send("/ads")
	_, err := p.person.Wait(ctx, func(ms []telegram.Message) bool {
		m, ok := lastOfBot(ms)
		return ok && m.ID > asked && says(m.String(), p.text("ads.heading"))
	})
	return err
}

// deletes has everybody delete their ad from its card, which the market is told
// when a timer says that it is too late to take it back.
func (s *street) deletes() {
	s.t.Helper()
	held := s.killing(lotDelete, 3, 3, "account", func(ctx context.Context, p *player) error {
		if err := p.pressLabel("🕓 " + lotTitle); err != nil {
			return err
		}
		for _, part := range []struct{ see, press string }{
			{"act.button.delete", "act.button.delete"}, {"act.ask.delete", "act.sure.delete"},
		} {
			if err := p.seeText(ctx, part.see); err != nil {
				return err
			}
			if err := p.press(part.press); err != nil {
				return err
			}
		}
		return p.seeAnywhere(ctx, p.text("act.done.delete"))
	})
	for _, p := range s.sellers {
		checkDeleted(s.t, &journey{place: &place{town: s.town}, player: p})
	}
	s.toldOnce("act.done.delete", held)
}

// toldOnce checks that everybody has been told something once; twice only whose
// lane the dead process held.
func (s *street) toldOnce(key string, held map[int64]bool) {
	s.t.Helper()
	for _, p := range s.sellers {
		told := 0
		for _, m := range p.person.Messages() {
			if m.FromBot() && says(m.String(), p.text(key)) {
				told++
			}
		}
		if told != 1 && (told != 2 || !held[p.person.ID()]) {
			s.t.Errorf("%s was told %d times", key, told)
		}
	}
}

// holder is which place of the fleet has a lane of the class now.
func (f *fleet) holder(class string) int {
	f.t.Helper()
	for n, s := range f.ships {
		const held = `SELECT COUNT(*) FROM lanes WHERE class = $1 AND owner LIKE $2`
		if f.counts(f.t.Context(), held, class, s.owned()) > 0 {
			return n
		}
	}
	f.t.Fatalf("nobody has a lane of the class %s", class)
	return -1
}
