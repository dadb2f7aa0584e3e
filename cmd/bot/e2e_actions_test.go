package main

import (
	"sync/atomic"
	"testing"
	"time"

	"bazarbot/market"
	"bazarbot/sandbox/md999"
)

// tickingWorld has a market whose clock moves with every look at it: its dates
// have no more than seconds, and two republishings must not share one.
func tickingWorld(t *testing.T) *world {
	t.Helper()
	var seconds atomic.Int64
	start := time.Now()
	w := newWorld(t, townOptions{md999: md999.Options{Now: func() time.Time {
		return start.Add(time.Duration(seconds.Add(2)) * time.Second)
	}}})
	w.start()
	return w
}

const republishRoute = "POST /adverts/{advert_id}/republish"

// opensCard has one ad on the market and its card on the screen.
func (s *seller) opensCard(w *world, title string) md999.Advert {
	s.t.Helper()
	w.postPhones(1)
	s.connects()
	s.command("ads")
	s.reads(title)
	s.pressesLabel("🟢 " + title)
	s.sees("button.refresh")
	return w.town.md999.Adverts(demoKey)[0]
}

// ad is what the market holds of the one ad.
func (w *world) ad() md999.Advert {
	w.t.Helper()
	ads := w.town.md999.Adverts(demoKey)
	if len(ads) != 1 {
		w.t.Fatalf("the market holds %d ads", len(ads))
	}
	return ads[0]
}

// spent counts what the account was charged for.
func (w *world) spent(what string) (n int) {
	account, _ := w.town.md999.Account(demoKey)
	for _, charge := range account.Spent {
		if charge.For == what {
			n++
		}
	}
	return n
}

// does presses an action's button on the card, and confirms it when it is paid.
func (s *seller) does(action market.Action) {
	s.t.Helper()
	s.presses("act.button." + string(action))
	if action.Paid() {
		s.sees("act.ask." + string(action))
		s.presses("act.sure." + string(action))
	}
}

// TestE2EActions hides, shows, republishes and colours an ad from its card, and
// finds it so at the market.
func TestE2EActions(t *testing.T) {
	for _, lang := range []string{"ru", "ro", "ky"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := tickingWorld(t)
			s := w.seller(lang)
			before := s.opensCard(w, "Phone 01")

			s.does(market.ActHide)
			s.sees("act.done.hide", "act.button.show")
			if got := w.ad().State; got != md999.Hidden {
				t.Errorf("after hiding the ad is %s", got)
			}
			s.does(market.ActShow)
			s.sees("act.done.show", "act.button.hide")
			if got := w.ad().State; got != md999.Public {
				t.Errorf("after showing the ad is %s", got)
			}
			s.presses("act.button.republish")
			s.sees("act.ask.republish")
			s.presses("button.back") // thought better of it
			s.sees("act.button.republish")
			s.does(market.ActRepublish)
			s.sees("act.done.republish")
			if got := w.ad(); !got.Republished.After(before.Republished) || w.spent("republish") != 1 {
				t.Errorf("republished %v, before %v, charged %d times", got.Republished, before.Republished, w.spent("republish"))
			}
			s.does(market.ActColour)
			s.sees("act.done.colour")
			if w.spent("color") != 1 {
				t.Errorf("colouring was charged %d times", w.spent("color"))
			}
			if _, offered := s.screen().ButtonPrefix(s.text("act.button.colour")); offered {
				t.Error("a coloured ad can be coloured again")
			}
			s.command("accounts")
			s.sees("accounts.heading")
			s.pressesLabel("999.md")
			s.sees("button.spending")
			s.presses("button.spending")
			s.reads(s.text("spending.heading"), s.text("spending.republish")+" · ", s.text("spending.colour")+" · ", before.ID)
		})
	}
}

// TestE2EPaidOnce: a double press, a lost answer and a market without money
// never pay twice, and never without an effect.
func TestE2EPaidOnce(t *testing.T) {
	t.Parallel()
	w := tickingWorld(t)
	s := w.seller("ru")
	s.opensCard(w, "Phone 01")

	s.presses("act.button.republish")
	s.sees("act.ask.republish")
	card := s.screen()
	sure, _ := card.ButtonPrefix(s.text("act.sure.republish"))
	s.sends("a double press", func() {
		s.must(s.person.PressStale(card.ID, sure.Data))
		s.must(s.person.PressStale(card.ID, sure.Data))
	})
	s.sees("act.done.republish")
	if n := w.spent("republish"); n != 1 {
		t.Fatalf("a double press was charged %d times", n)
	}

	w.town.md999.AddFault(md999.Fault{Route: republishRoute, Kind: md999.FaultLostAfter, Times: 1})
	s.does(market.ActRepublish)
	s.sees("act.done.republish")
	if n := w.spent("republish"); n != 2 {
		t.Fatalf("with a lost answer %d were charged in all, not 2", n)
	}

	w.town.md999.AddFault(md999.Fault{Route: republishRoute, Kind: md999.FaultLostBefore, Times: 1})
	s.does(market.ActRepublish)
	s.reads(s.words("act.unknown", "Market", "999.md"))
	if n := w.spent("republish"); n != 2 || w.town.md999.Count(republishRoute) != 3 {
		t.Fatalf("%d charged, %d requests", n, w.town.md999.Count(republishRoute))
	}

	w.town.md999.SetBalance(demoKey, 0)
	s.does(market.ActRepublish)
	s.sees("act.failed", "button.top_up")
	s.reads(s.words("market.no_money", "Market", "999.md"))
	w.town.md999.SetBalance(demoKey, 100)
	s.does(market.ActRepublish)
	s.sees("act.done.republish")
	if n := w.spent("republish"); n != 3 {
		t.Fatalf("%d charged in all, not 3", n)
	}
}

// TestE2EActionOnChangedAd: what happened to an ad on the site meanwhile is
// said, and the card shows the ad as it is.
func TestE2EActionOnChangedAd(t *testing.T) {
	t.Parallel()
	w := tickingWorld(t)
	s := w.seller("ru")
	ad := s.opensCard(w, "Phone 01")
	put := func(state md999.State) {
		t.Helper()
		if err := w.town.md999.SetState(ad.ID, state, md999.Illegal); err != nil {
			t.Fatal(err)
		}
	}
	put(md999.Blocked)
	s.presses("act.button.republish")
	s.sees("act.changed", "state.blocked")

	put(md999.Public)
	s.presses("button.refresh")
	s.sees("act.button.republish")
	s.presses("act.button.republish")
	s.sees("act.ask.republish")
	put(md999.Blocked)
	s.presses("act.sure.republish")
	s.sees("act.failed", "state.blocked")
	if n := w.spent("republish"); n != 0 {
		t.Errorf("a refused republish was charged %d times", n)
	}
}
