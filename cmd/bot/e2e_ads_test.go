package main

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"

	"bazarbot/sandbox/md999"
)

// postPhones puts n small ads on the market, as its site would.
func (w *world) postPhones(n int) {
	w.t.Helper()
	for i := range n {
		body := fmt.Sprintf(`{"category_id":"600","subcategory_id":"601","offer_type":"776","features":[
			{"id":"12","value":"Phone %02d"},{"id":"13","value":"Works."},{"id":"2","value":%d,"unit":"eur"},
			{"id":"7","value":"12900"},{"id":"8","value":"13859"},{"id":"9","value":"15664"},
			{"id":"16","value":["37378888888"]}]}`, i+1, 100+i)
		req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.town.md999.URL()+"/adverts", bytes.NewBufferString(body))
		if err != nil {
			w.t.Fatal(err)
		}
		req.SetBasicAuth(demoKey, "")
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			w.t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusCreated && res.StatusCode != http.StatusOK {
			w.t.Fatalf("999.md answers %d to an ad", res.StatusCode)
		}
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

// TestE2EMyAds reads the list by page and by state, as the market has it at
// that moment.
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
	s.pressesLabel(s.text("state.public"))
	s.reads("• "+s.text("state.public")+" •", s.words("ads.count", "Count", "14"), "1/2")
	s.pressesLabel("‹")
	s.reads("2/2")
	w.put(md999.Expired, 15)
	s.pressesLabel("2/2") // a page that no longer exists
	s.reads(s.words("ads.count", "Count", "8"), "🟢 Phone 16")
	s.pressesLabel(s.text("state.need_pay"))
	s.sees("ads.none")

	s.pressesLabel(s.text("state.expired"))
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
