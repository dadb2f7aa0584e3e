package main

import (
	"fmt"
	"net/http"
	"testing"

	"bazarbot/sandbox/md999"
)

// postPhones puts n small ads on the market, as its site would.
func (w *world) postPhones(n int) {
	w.t.Helper()
	for i := range n {
		w.postAd(phone(fmt.Sprintf("Phone %02d", i+1), 100+i))
	}
}

// put brings the first n ads into a state.
func (w *world) put(state md999.State, n int) {
	w.t.Helper()
	for _, ad := range w.town.md999.Adverts(demoKey)[:n] {
		if err := w.town.md999.SetState(ad.ID, state, md999.Illegal); err != nil {
			w.t.Fatal(err)
		}
	}
}

// TestE2EMyAds reads the list by page and by state, anew when it is asked for.
func TestE2EMyAds(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	w.postPhones(23)
	s := w.seller("ru")
	s.connects()
	s.command("ads")
	s.reads(s.text("ads.heading"), s.words("ads.count", "Count", "23"), "🟢 Phone 23", "🟢 Phone 16", "1/3")
	s.pressesLabel("›")
	s.reads("🟢 Phone 15", "2/3")
	s.pressesLabel("›")
	s.reads("🟢 Phone 07", "🟢 Phone 01", "3/3")

	w.put(md999.Hidden, 9)
	s.presses("button.refresh")
	public := "🟢 " + s.text("state.public") + " · "
	s.reads(s.text("state.all")+" · 23", public+"14", "🙈 "+s.text("state.hidden")+" · 9")
	s.pressesLabel(public)
	s.reads("• "+public+"14 •", s.words("ads.count", "Count", "14"), "1/2")
	s.pressesLabel("‹")
	s.reads("2/2")
	w.put(md999.Expired, 15)
	s.presses("button.refresh") // a page that no longer exists
	s.reads(s.words("ads.count", "Count", "8"), "🟢 Phone 16")

	s.pressesLabel("⌛ " + s.text("state.expired"))
	s.reads(s.words("ads.count", "Count", "15"), "⌛ Phone 15")
	s.pressesLabel("⌛ Phone 15")
	s.reads("Phone 15", s.text("state.expired"), "114\u00a0€", s.text("button.open_ad"))

	w.put(md999.Blocked, 15)
	s.presses("button.refresh")
	s.reads("Phone 15", s.text("state.blocked"))

	w.town.md999.AddFault(md999.Fault{
		Route: "GET /adverts/{advert_id}", Kind: md999.FaultAnswer, Status: http.StatusNotFound, Times: 1,
		Body: `{"error":{"message":"no such advert"}}`,
	})
	s.presses("button.refresh")
	s.sees("ads.gone", "ads.heading")
	s.presses("button.home")
	s.sees("home.greeting")
}

// TestE2EAdsOfRevokedKey: the list asks for a new key and shows itself then;
// who gives none is led home, not round in a circle.
func TestE2EAdsOfRevokedKey(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	w.addOtherKey()
	w.postPhones(1)
	s := w.seller("ru")
	s.connects()
	s.command("start")
	s.sees("home.greeting")
	w.town.md999.RevokeKey(demoKey)
	s.presses("button.my_ads")
	s.reads(s.words("connect.refused_later", "Market", "999.md"), s.text("field.api_key"))
	s.presses("button.cancel")
	s.sees("home.greeting")
	s.presses("button.my_ads")
	s.sees("field.api_key")
	s.say(otherKey)
	s.sees("connect.done", "ads.none")

	s.command("accounts")
	s.reads(s.text("accounts.heading"), "999.md · +37378888888")
	s.pressesLabel("999.md · +37378888888")
	s.sees("button.disconnect_ask")
	s.presses("button.disconnect_ask")
	s.sees("accounts.ask_off")
	s.presses("button.disconnect")
	s.reads(s.words("accounts.gone", "Market", "999.md"), s.text("accounts.none"))
}
