package main

import (
	"net/http"
	"slices"
	"testing"

	"bazarbot/market"
	client "bazarbot/market/omarket"
	"bazarbot/sandbox/omarket"
)

// The routes of O!Market, as its description calls them.
const (
	lotRegister   = "POST /api/market-auth/register/"
	lotCode       = "POST /api/market-auth/check-otp/"
	lotSignIn     = "POST /api/market-auth/auth/msisdn-password/"
	lotRefresh    = "POST /api/market-auth/refresh-token/"
	lotCategories = "GET /api/ads-board/v1/category/list"
	lotOpen       = "POST /api/ads-board/v1/ads/initial/"
	lotUpload     = "POST /api/ads-board/v1/ads/<uuid>/upload-image/"
	lotPut        = "PUT /api/ads-board/v1/ads/<uuid>/"
	lotDelete     = "DELETE /api/ads-board/v1/ads/<uuid>/"
	lotGet        = "GET /api/ads-board/v1/ads/<uuid>/"
	lotOwn        = "POST /api/ads-board/v1/user/my-ads/"
)

// newLotWorld opens a town whose bot has O!Market alone.
func newLotWorld(t *testing.T, opts townOptions, settings ...string) *world {
	t.Helper()
	return newWorld(t, opts, append([]string{"MARKETS=omarket"}, settings...)...)
}

// lotWorld is one whose bot runs.
func lotWorld(t *testing.T) *world {
	t.Helper()
	w := newLotWorld(t, townOptions{})
	w.start()
	return w
}

// lots are the seller's ads at O!Market that are filled.
func (w *world) lots(s *seller) []omarket.Ad {
	return slices.DeleteFunc(w.town.omarket.Ads(s.phone()), func(a omarket.Ad) bool { return a.Status == omarket.Initial })
}

// lot is the one ad.
func (w *world) lot(s *seller) omarket.Ad {
	w.t.Helper()
	ads := w.lots(s)
	if len(ads) != 1 {
		w.t.Fatalf("O!Market holds %d ads, not one: %+v", len(ads), ads)
	}
	return ads[0]
}

// holdsLot checks that the market holds the ad once, as it was answered, each
// photo uploaded and shown once.
func (w *world) holdsLot(s *seller) {
	w.t.Helper()
	if err := checkLot(w.lot(s)); err != nil {
		w.t.Error(err)
	}
}

// oneAccount checks that one account was made, with one SMS.
func (w *world) oneAccount() {
	w.t.Helper()
	if n := len(w.town.omarket.Outbox()); n != 1 {
		w.t.Errorf("%d SMS were sent, not one", n)
	}
	if n := len(w.town.omarket.Accounts()); n != 1 {
		w.t.Errorf("O!Market has %d accounts, not one", n)
	}
}

// reviewsLot brings the seller from /start to the review.
func (s *seller) reviewsLot() {
	s.t.Helper()
	s.must(s.beginLot(s.t.Context()))
	s.must(s.answerLot(s.t.Context()))
	s.must(s.seeLot(s.t.Context()))
}

// signsUp gives number, password and code.
func (s *seller) signsUp(w *world) {
	s.t.Helper()
	s.must(s.signUp(s.t.Context(), w.town.omarket))
}

// sendsLot publishes from the review on, signing up on the way.
func (s *seller) sendsLot(w *world) {
	s.t.Helper()
	s.presses("button.publish")
	s.signsUp(w)
	s.sees("publish.moderated")
}

// hasAccount gives the seller an account at the market, made on its site.
func (w *world) hasAccount(s *seller) {
	w.town.omarket.AddAccount(omarket.Account{MSISDN: s.phone(), Password: password})
}

// signsIn opens the account that the seller has, from the accounts.
func (s *seller) signsIn(w *world) {
	s.t.Helper()
	w.hasAccount(s)
	s.command("accounts")
	s.sees("accounts.none")
	s.presses("button.connect")
	s.must(s.givePassword(s.t.Context(), password))
	s.sees("connect.done")
}

// readiesLot signs the seller in, and goes on to the review.
func (s *seller) readiesLot(w *world) {
	s.t.Helper()
	s.signsIn(w)
	s.reviewsLot()
}

// opensLot opens the card of the one ad, which stands with this mark.
func (s *seller) opensLot(mark string) {
	s.t.Helper()
	s.command("ads")
	s.reads(s.text("ads.heading"), mark+" "+lotTitle)
	s.pressesLabel(mark + " " + lotTitle)
	s.sees("edit.price", "button.refresh")
}

// deleteOnSite deletes the one ad as its seller would on the market's site.
func (w *world) deleteOnSite(s *seller) {
	w.t.Helper()
	w.onSite(s, func(site *client.Client, secret market.Secret) error {
		return site.Delete(w.t.Context(), secret, w.lot(s).UUID)
	})
}

// onSite does something as the seller would on the market's site.
func (w *world) onSite(s *seller, do func(site *client.Client, secret market.Secret) error) {
	w.t.Helper()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	site := client.New(client.Config{
		BaseURL: w.town.omarket.URL(), APIKey: omarket.DefaultAPIKey, HTTP: &http.Client{Transport: transport},
	})
	secret, err := site.SignIn(w.t.Context(), "site", s.phone(), password)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := do(site, secret); err != nil {
		w.t.Fatal(err)
	}
}

// breaks makes requests to a route go wrong in some way: all of them (0) or the
// next ones.
func (w *world) breaks(route string, kind omarket.FaultKind, times int) {
	w.town.omarket.AddFault(omarket.Fault{Route: route, Kind: kind, Times: times})
}
