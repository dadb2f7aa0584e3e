package main

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"bazarbot/sandbox/omarket"
	"bazarbot/sandbox/telegram"
)

// TestE2ELotShortTokens plays the whole path with access tokens that live for a
// second, and refresh tokens that are good for one refresh: nobody notices.
func TestE2ELotShortTokens(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := newLotWorld(t, townOptions{omarket: omarket.Options{Quirks: omarket.Quirks{
			AccessLife: time.Second, RotateRefresh: true,
		}}})
		w.seams.tokens = time.Second
		w.start()
		s := w.seller(lang)
		s.reviewsLot()
		w.town.omarket.AddFault(omarket.Fault{Route: lotUpload, Delay: 700 * time.Millisecond}) // the photos outlast a token
		s.sendsLot(w)
		w.holdsLot(s)
		w.town.omarket.ExpireAccess(s.phone())
		s.opensLot("🕓")
		w.town.omarket.ExpireAccess(s.phone())
		s.presses("edit.price")
		s.sees("ask.price")
		w.town.omarket.ExpireAccess(s.phone())
		s.say("34 000 сом")
		s.sees("act.done.edit")
		account, _ := w.town.omarket.Account(s.phone())
		if account.Refreshes < 3 || account.Sessions != 1 {
			t.Errorf("%d refreshes, %d sessions", account.Refreshes, account.Sessions)
		}
		if n := w.town.omarket.Count(lotSignIn); n != 1 {
			t.Errorf("signed in %d times", n)
		}
	})
}

// onUpload does something once, when the market has taken the nth photo.
func (w *world) onUpload(n int, do func()) {
	var once sync.Once
	w.town.omarket.SetHooks(omarket.Hooks{After: func(_ context.Context, c omarket.Call) {
		if c.Route == lotUpload && c.Number == n {
			once.Do(do)
		}
	}})
}

// TestE2ELotRefusedWhilePublishing: when the session ends for good between two
// photos, the seller is asked for the password, and the publishing goes on by
// itself, with the photos that are there.
func TestE2ELotRefusedWhilePublishing(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := lotWorld(t)
		s := w.seller(lang)
		s.readiesLot(w)
		w.onUpload(1, func() { w.town.omarket.EndSessions(s.phone()) })
		s.presses("button.publish")
		s.reads(s.words("market.not_signed_in", "Market", "O!Market"), s.text("error.kept"), s.text("field.password"))
		s.say(password)
		s.sees("publish.moderated")
		w.holdsLot(s)
		if n := w.town.omarket.Count(lotOpen); n != 1 {
			t.Errorf("%d ads were opened", n)
		}
	})
}

// TestE2ELotRefusedElsewhere: the same while the seller is elsewhere; signing in
// there lets it go on, too.
func TestE2ELotRefusedElsewhere(t *testing.T) {
	t.Parallel()
	w := lotWorld(t)
	s := w.seller("ky")
	s.readiesLot(w)
	gone, ended := make(chan struct{}), make(chan struct{})
	w.onUpload(1, func() {
		select {
		case <-gone:
		case <-t.Context().Done():
		}
		w.town.omarket.EndSessions(s.phone())
		close(ended)
	})
	s.presses("button.publish")
	s.sees("publish.working")
	s.command("accounts")
	s.sees("accounts.heading")
	close(gone)
	<-ended
	s.readsAnywhere(s.words("market.not_signed_in", "Market", "O!Market"))
	s.command("accounts")
	s.reads("⚠️ O!Market")
	s.pressesLabel("⚠️ O!Market")
	s.sees("button.sign_in")
	s.presses("button.sign_in")
	s.sees("field.password")
	s.say(password)
	s.readsAnywhere(s.text("publish.moderated"))
	w.holdsLot(s)
}

// TestE2ELotRefreshLost: a refresh whose answer is lost signs out only where the
// market has changed the refresh token by it.
func TestE2ELotRefreshLost(t *testing.T) {
	t.Parallel()
	for _, rotates := range []bool{false, true} {
		w := newLotWorld(t, townOptions{omarket: omarket.Options{Quirks: omarket.Quirks{RotateRefresh: rotates}}})
		w.start()
		s := w.seller("ro")
		s.readiesLot(w)
		w.town.omarket.ExpireAccess(s.phone())
		w.breaks(lotRefresh, omarket.FaultLostAfter, 1)
		s.presses("button.publish")
		if rotates {
			s.sees("field.password")
			s.say(password)
		}
		s.sees("publish.moderated")
		w.holdsLot(s)
	}
}

// TestE2ELotRefreshAway: while nobody can refresh, nobody is signed out.
func TestE2ELotRefreshAway(t *testing.T) {
	t.Parallel()
	w := lotWorld(t)
	s := w.seller("ru")
	s.readiesLot(w)
	w.town.omarket.ExpireAccess(s.phone())
	w.breaks(lotRefresh, omarket.FaultHTML, 0)
	s.presses("button.publish")
	s.sees("publish.waiting")
	w.town.omarket.ClearFaults()
	s.sees("publish.moderated")
	w.holdsLot(s)
}

// TestE2ELotTwoPresses: of two presses or two answers at once, the first counts.
func TestE2ELotTwoPresses(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := lotWorld(t)
		s := w.seller(lang)
		s.reviewsLot()
		s.presses("button.publish")
		s.sees("field.phone")
		s.say(typed(s.phone()))
		s.sees("field.password")
		s.sends("the password twice", func() {
			s.person.Send(password)
			s.person.Send(password)
		})
		s.sees("field.code")
		code := w.town.omarket.Code(s.phone())
		s.sends("the code twice", func() {
			s.person.Send(code)
			s.person.Send(code)
		})
		s.readsAnywhere(s.text("publish.moderated"))
		w.holdsLot(s)
		w.oneAccount()
		s.holdsNoMessage(password)
		s.holdsNoMessage(code)

		s.command("new") // the next ad, published with two presses at once
		s.pressesSame()
		s.say(lotTitle)
		s.sees("ask.price")
		s.say(lotPrice)
		s.picks(lotPlace)
		s.picks(lotFilters...)
		s.must(s.sendPhotos(t.Context()))
		s.must(s.seeLot(t.Context()))
		message, publish := s.lastButton(s.text("button.publish"))
		s.sends("two presses", func() {
			s.must(s.person.PressStale(message, publish))
			s.must(s.person.PressStale(message, publish))
		})
		s.hears("toast.old_button")
		w.until("the second ad", func() bool { return len(w.lots(s)) == 2 })
		if n := w.town.omarket.Count(lotOpen); n != 2 {
			t.Errorf("%d ads were opened", n)
		}
	})
}

// pressesSame answers the category as the time before.
func (s *seller) pressesSame() {
	s.t.Helper()
	s.sees("button.same_as_last")
	s.presses("button.same_as_last")
	s.sees("ask.title")
}

// lastButton is the newest message that shows the button, and its data.
func (s *seller) lastButton(label string) (message int64, data string) {
	s.t.Helper()
	var found telegram.Message
	for _, m := range s.person.Messages() {
		if _, ok := buttonOf(m, label); ok {
			found = m
		}
	}
	b, ok := buttonOf(found, label)
	if !ok {
		s.t.Fatalf("no message shows the button %q", label)
	}
	return found.ID, b.Data
}

// TestE2ELotOperatorKey: when the operator's key is refused, the seller is told
// so, the log tells the operator, and nobody is signed out.
func TestE2ELotOperatorKey(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := lotWorld(t)
		s := w.seller(lang)
		s.signsIn(w)
		w.town.omarket.SetAPIKey("another")
		s.command("start")
		s.sees("home.greeting")
		s.presses("button.new_ad")
		s.reads(s.words("market.operator_key", "Market", "O!Market"), s.text("button.again"))
		w.town.omarket.SetAPIKey(omarket.DefaultAPIKey)
		s.presses("button.again")
		s.must(s.answerLot(t.Context()))
		s.must(s.seeLot(t.Context()))
		w.town.omarket.SetAPIKey("another")
		s.presses("button.publish")
		s.reads(s.words("market.operator_key", "Market", "O!Market"), s.text("error.kept"), lotTitle)
		if log := w.logs.String(); !strings.Contains(log, "operator_key") {
			t.Errorf("the log does not tell: %s", log)
		}
		w.town.omarket.SetAPIKey(omarket.DefaultAPIKey)
		s.presses("button.publish")
		s.sees("publish.moderated")
		w.holdsLot(s)
		if n := w.town.omarket.Count(lotSignIn); n != 1 {
			t.Errorf("signed in %d times", n)
		}
	})
}
