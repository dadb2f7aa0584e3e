package main

import (
	"net/http"
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
	w := newWorld(t, townOptions{md999: md999.Options{Now: ticking()}})
	w.start()
	return w
}

// ticking is a clock that is seconds further at every look.
func ticking() func() time.Time {
	var seconds atomic.Int64
	start := time.Now()
	return func() time.Time { return start.Add(time.Duration(seconds.Add(2)) * time.Second) }
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

// opensOnSite checks where the button leads that opens the ad's page: 999.md has
// one in Russian and one in Romanian.
func (s *seller) opensOnSite(ad string) {
	s.t.Helper()
	page := "ru"
	if s.lang == "ro" {
		page = s.lang
	}
	open, _ := s.screen().ButtonPrefix(s.text("button.open_ad"))
	if want := "https://999.md/" + page + "/" + ad; open.URL != want {
		s.t.Errorf("the ad is opened at %q, not %q", open.URL, want)
	}
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
			s.opensOnSite(before.ID)

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

// TestE2EActionWithoutMoney: without money nothing is done, and the same button
// goes on once there is some.
func TestE2EActionWithoutMoney(t *testing.T) {
	t.Parallel()
	w := tickingWorld(t)
	s := w.seller("ru")
	s.opensCard(w, "Phone 01")
	w.town.md999.SetBalance(demoKey, 0)
	s.does(market.ActRepublish)
	s.sees("act.failed", "button.top_up")
	s.reads(s.words("market.no_money", "Market", "999.md"))
	w.town.md999.SetBalance(demoKey, 100)
	s.does(market.ActRepublish)
	s.sees("act.done.republish")
	if n := w.spent("republish"); n != 1 {
		t.Fatalf("%d charged in all, not one", n)
	}
}

// TestE2EPaidActionOnChangedAd: what no longer helps an ad when it is asked for
// is not asked about, and what no longer does when that is confirmed is not paid.
func TestE2EPaidActionOnChangedAd(t *testing.T) {
	t.Parallel()
	w := tickingWorld(t)
	s := w.seller("ru")
	ad := s.opensCard(w, "Phone 01")
	for _, action := range []string{"republish", "colour"} {
		s.must(w.town.md999.SetState(ad.ID, md999.Blocked, md999.Illegal))
		s.presses("act.button." + action)
		s.sees("act.changed", "state.blocked")
		s.must(w.town.md999.SetState(ad.ID, md999.Public))
		s.presses("button.refresh")
		s.sees("act.button." + action)
	}

	s.presses("act.button.colour")
	s.sees("act.ask.colour")
	_, err := w.town.onSite(t.Context(), http.MethodPost, "/adverts/"+ad.ID+"/color", "")
	s.must(err)
	s.presses("act.sure.colour")
	s.reads(s.words("market.changed", "Market", "999.md"))
	if n := w.spent("color"); n != 1 {
		t.Errorf("a coloured ad was paid for %d times", n)
	}

	s.presses("act.button.republish")
	s.sees("act.ask.republish")
	s.presses("button.back")
	s.sees("act.button.republish")
	w.town.md999.Remove(ad.ID)
	s.presses("act.button.republish")
	s.sees("ads.gone", "ads.heading")
	if n := w.spent("republish"); n != 0 {
		t.Errorf("a refused republish was charged %d times", n)
	}
}
