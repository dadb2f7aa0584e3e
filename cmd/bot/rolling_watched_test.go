package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"bazarbot/sandbox/md999"
	"bazarbot/sandbox/omarket"
	"bazarbot/sandbox/telegram"
)

// TestWatchedByThree has three processes on one Postgres look at what becomes of
// many sellers' ads, and kills one (kill -9) that has read of a change and told
// nobody: everybody hears of it once.
func TestWatchedByThree(t *testing.T) {
	t.Parallel()
	f := newFleet(t, townOptions{}, func(env []string) *process {
		return startProcess(t, t, append(env, childWatch+"=20ms", childAgain+"=1h"), orderIdle)
	}, "MARKETS=999md")
	w := &world{t: t, town: f.town}
	w.postPhones(1)
	f.sail()
	// A process looks at eight sellers' ads at once, so each of the three has some.
	const sellers, atOnce = 20, 8
	s := newStreet(f, sellers)
	must(t, <-s.all(func(ctx context.Context, p *player) error { return p.connect(ctx) }))
	s.allLooked(w)
	s.killLooking(w)
	w.until("the news of those who live", func() bool { return s.heard("watched.blocked") >= sellers-atOnce })
	if s.heard("watched.blocked") == sellers {
		t.Error("nobody had to wait for the dead process's looks")
	}
	s.dueNow() // the time is over for which it had them
	w.until("the news of the dead", func() bool { return s.heard("watched.blocked") == sellers })
	s.allLooked(w)
	s.dueNow()
	s.allLooked(w)
	s.settle()
	s.toldOnce("watched.blocked", nil)
	s.replace(0)
	f.stops()
}

// dueNow has everybody's ads looked at now.
func (s *street) dueNow() {
	s.t.Helper()
	if _, err := s.db.ExecContext(s.t.Context(), `UPDATE watches SET due_at = 0`); err != nil {
		s.t.Fatal(err)
	}
}

// allLooked waits until everybody's ads were looked at: they are due again in an
// hour.
func (s *street) allLooked(w *world) {
	s.t.Helper()
	w.until("a look at everybody's ads", func() bool {
		soon := time.Now().Add(30 * time.Minute).UnixMicro()
		return s.counts(s.t.Context(), `SELECT COUNT(*) FROM watches WHERE due_at > $1`, soon) == len(s.sellers)
	})
}

// killLooking has an ad blocked while everybody's ads are being looked at, and
// kills a process when it has read of that and saved nothing.
func (s *street) killLooking(w *world) {
	s.t.Helper()
	reading, blocked := make(chan struct{}, len(s.sellers)), make(chan struct{})
	s.md999.SetHooks(md999.Hooks{Before: func(ctx context.Context, c md999.Call) {
		if c.Route != listAdverts {
			return
		}
		select {
		case reading <- struct{}{}:
		default:
		}
		select {
		case <-blocked:
		case <-ctx.Done():
		}
	}})
	s.dueNow()
	dying := s.ships[0]
	for range s.sellers {
		dying.await(s.t, reading, "look at the ads")
	}
	w.put(md999.Blocked, 1)
	at := point{Step: listAdverts, N: 1, When: momentAfter}
	dying.order(s.t, orderOf(&at))
	close(blocked)
	dying.awaitKilled(s.t)
	s.md999.SetHooks(md999.Hooks{})
}

// heard is how many sellers were told something.
func (s *street) heard(key string) (n int) {
	for _, p := range s.sellers {
		if slices.ContainsFunc(p.person.Messages(), func(m telegram.Message) bool {
			return m.FromBot() && says(m.String(), p.text(key))
		}) {
			n++
		}
	}
	return n
}

// TestRefreshedByThree has three processes look at sellers' ads all the time,
// and the sellers look at them too, when every access token has just ended: each
// session is refreshed once, whoever comes first. It stays so when one of the
// processes is killed (kill -9).
func TestRefreshedByThree(t *testing.T) {
	t.Parallel()
	f := newFleet(t, townOptions{}, func(env []string) *process {
		return startProcess(t, t, append(env, childWatch+"=20ms", childAgain+"=20ms"), orderIdle)
	}, "MARKETS=omarket")
	f.sail()
	s := newStreet(f, streetSellers)
	must(t, <-s.all(s.connects))
	const rounds = 4
	for round := range rounds {
		if round == rounds/2 {
			f.killed(0)
		}
		s.refreshed(func() map[int64]bool {
			must(t, <-s.all(looksAtAds))
			return nil
		})
	}
	f.replace(0)
	f.stops()
}

// connects opens the account that a seller has at O!Market.
func (s *street) connects(ctx context.Context, p *player) error {
	s.omarket.AddAccount(omarket.Account{MSISDN: p.phone(), Password: password})
	p.command("accounts")
	if err := p.seeText(ctx, "accounts.none"); err != nil {
		return err
	}
	if err := p.press("button.connect"); err != nil {
		return err
	}
	if err := p.givePassword(ctx, password); err != nil {
		return err
	}
	return p.seeText(ctx, "connect.done")
}
