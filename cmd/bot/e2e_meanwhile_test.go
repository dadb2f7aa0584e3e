package main

import (
	"net/http"
	"testing"

	"bazarbot/market"
	"bazarbot/sandbox/md999"
)

// doing is what a seller does with an ad from its card while something happens
// to the ad on the site: between the last question and its answer.
type doing struct {
	action market.Action
	lang   string
	state  md999.State // of the ad before
	lead   func(*seller)
	last   func(*seller)  // the answer
	done   string         // the key of what is read when nothing happened
	holds  map[string]any // the features that are changed by it
	form   bool           // it is a form of the market's questions
	keeps  bool           // a blocked ad is left alone
}

var doings = []doing{
	{action: market.ActRepublish, lang: "ru", lead: asks("republish"), last: pressing("act.sure.republish"), done: "act.done.republish", keeps: true},
	{action: market.ActColour, lang: "ro", lead: asks("colour"), last: pressing("act.sure.colour"), done: "act.done.colour", keeps: true},
	{action: market.ActHide, lang: "ky", last: pressing("act.button.hide"), done: "act.done.hide"},
	{action: market.ActShow, lang: "ru", state: md999.Hidden, last: pressing("act.button.show"), done: "act.done.show", keeps: true},
	{action: market.ActAuto, lang: "ro", lead: func(s *seller) { s.opensAuto(s.weekdays("mon")) }, last: pressing("button.auto_on"), done: "auto.done_on"},
	{
		action: market.ActEdit, lang: "ky", lead: func(s *seller) {
			s.presses("button.edit")
			s.sees("edit.choose")
			s.picks(s.label("title") + ": Phone")
			s.sees("ask.title")
			s.say("Telephone")
			s.sees("edit.save")
		},
		last: pressing("edit.save"), done: "act.done.edit", holds: map[string]any{"12": "Telephone"}, form: true,
	},
	{
		action: "price", lang: "ru", lead: func(s *seller) {
			s.presses("edit.price")
			s.sees("ask.price")
		},
		last: func(s *seller) { s.say("90 €") }, done: "act.done.edit", holds: map[string]any{"2": int64(90)}, form: true,
	},
}

// asks presses a paid action's button and waits for the question.
func asks(action string) func(*seller) {
	return func(s *seller) {
		s.presses("act.button." + action)
		s.sees("act.ask." + action)
	}
}

func pressing(key string) func(*seller) { return func(s *seller) { s.presses(key) } }

// TestE2EMeanwhile: whatever is done with an ad, it may have gone from the site,
// been blocked or been changed there meanwhile. The card says so, nobody pays
// for nothing, and what was changed on the site stays.
func TestE2EMeanwhile(t *testing.T) {
	t.Parallel()
	for _, d := range doings {
		t.Run(string(d.action), func(t *testing.T) {
			t.Parallel()
			w := tickingWorld(t)
			s := w.seller(d.lang)
			s.connects()
			for what, check := range map[string]func(*world, *seller, md999.Advert){
				"gone": d.seesGone, "blocked": d.seesBlocked, "changed": d.seesChanged,
			} {
				ad := d.begins(w, s)
				account, _ := w.town.md999.Account(demoKey)
				check(w, s, ad)
				if now, _ := w.town.md999.Account(demoKey); what != "changed" && len(now.Spent) != len(account.Spent) {
					t.Errorf("money was taken for an ad that is %s", what)
				}
			}
		})
	}
}

// begins opens the card of a fresh ad and goes on to the last question.
func (d doing) begins(w *world, s *seller) md999.Advert {
	w.t.Helper()
	for _, old := range w.town.md999.Adverts(demoKey) {
		w.town.md999.Remove(old.ID)
	}
	w.postAd(phone("Phone", 100))
	badge := "🟢"
	if d.state == md999.Hidden {
		w.put(md999.Hidden, 1)
		badge = "🙈"
	}
	s.command("ads")
	s.reads(badge + " Phone")
	s.pressesLabel(badge + " Phone")
	s.sees("button.refresh")
	if d.lead != nil {
		d.lead(s)
	}
	return w.ad()
}

// seesGone takes the ad off the site.
func (d doing) seesGone(w *world, s *seller, ad md999.Advert) {
	w.t.Helper()
	w.town.md999.Remove(ad.ID)
	d.last(s)
	s.must(s.seeAnywhere(w.t.Context(), s.text("ads.gone")))
	if !d.form { // which is read anew before anything is handed over
		s.reads(s.text("act.failed"), s.words("market.not_found", "Market", "999.md"))
	}
}

// seesBlocked has the ad blocked.
func (d doing) seesBlocked(w *world, s *seller, ad md999.Advert) {
	w.t.Helper()
	s.must(w.town.md999.SetState(ad.ID, md999.Blocked, md999.Illegal))
	sent := w.town.md999.Count(routesOf[d.action])
	d.last(s)
	state := md999.Blocked
	switch {
	case d.keeps:
		s.reads(s.text("act.failed"), s.words("market.changed", "Market", "999.md"), s.text("state.blocked"))
		if n := w.town.md999.Count(routesOf[d.action]) - sent; n > 0 {
			w.t.Errorf("%d requests were made of what does not help", n)
		}
	case d.form: // to change the ad is what helps
		s.sees(d.done, "state.public")
		state = md999.Public
	default:
		s.sees(d.done, "state.blocked")
	}
	if now, _ := w.town.md999.Advert(ad.ID); now.State != state {
		w.t.Errorf("the ad is %s", now.State)
	}
}

// seesChanged has the ad's text changed on the site, where it stays so.
func (d doing) seesChanged(w *world, s *seller, ad md999.Advert) {
	w.t.Helper()
	_, err := w.town.onSite(w.t.Context(), http.MethodPatch, "/adverts/"+ad.ID, `{"features":[{"id":"13","value":"Mended."}]}`)
	s.must(err)
	d.last(s)
	s.reads(s.text(d.done), "Mended.")
	is, _ := w.town.md999.Advert(ad.ID)
	featuresOf(is).are(w.t, featuresOf(ad).with(d.holds).with(map[string]any{"13": "Mended."}))
}

var routesOf = map[market.Action]string{
	market.ActRepublish: republishRoute, market.ActColour: colourRoute, market.ActShow: accessRoute,
}
