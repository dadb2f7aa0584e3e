package main

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"

	"bazarbot/sandbox/md999"
	"bazarbot/sandbox/telegram"
)

// broke are the ways in which the market was seen to want money first.
var broke = map[string]func(*world){
	"402": func(w *world) { w.town.md999.SetBalance(demoKey, 0) },
	"a bare string": func(w *world) {
		w.town.md999.AddFault(md999.Fault{
			Route: postRoute, Kind: md999.FaultAnswer, Status: http.StatusBadRequest, Body: `"insufficient balance"`, Times: 1,
		})
	},
}

// TestE2ETopUp: without money the person is led to the site; once the balance is
// topped up, one press sends the same answers, and no photo a second time.
func TestE2ETopUp(t *testing.T) {
	t.Parallel()
	for name, refuse := range broke {
		for _, lang := range langs {
			t.Run(name+" "+lang, func(t *testing.T) {
				t.Parallel()
				w := startWorld(t)
				refuse(w)
				s := w.seller(lang)
				s.reviewsAd()
				s.presses("button.publish_for")
				s.reads(s.words("topup.text", "Title", adTitle, "Market", "999.md"), s.text("error.kept"),
					s.text("button.top_up"), s.text("button.try_again_for"))
				if url := s.linkOf("button.top_up"); url != "https://999.md/" {
					t.Errorf("the way to top up is %q", url)
				}
				w.publishesUnpaid(s, 2)
			})
		}
	}
}

// linkOf is where a button of the bot's last message leads.
func (s *seller) linkOf(key string) string {
	row := slices.Concat(s.screen().Buttons...)
	i := slices.IndexFunc(row, func(b telegram.Button) bool { return b.Text == s.text(key) })
	if i < 0 {
		return ""
	}
	return row[i].URL
}

// publishesUnpaid tops the balance up and presses once: the ad is posted, and
// what the market has is not sent again.
func (w *world) publishesUnpaid(s *seller, posts int) {
	w.t.Helper()
	if n := len(w.town.md999.Adverts(demoKey)); n != 0 {
		w.t.Fatalf("%d ads without money", n)
	}
	w.town.md999.SetBalance(demoKey, 3)
	s.presses("button.try_again_for")
	s.sees("publish.done")
	w.holdsSmallAd(demoKey)
	if n := w.town.md999.Count("POST /images"); n != 2 {
		w.t.Errorf("%d pictures were sent, not 2", n)
	}
	if n := w.town.md999.Count(postRoute); n != posts {
		w.t.Errorf("the ad was sent %d times, not %d", n, posts)
	}
}

// TestE2ETopUpElsewhere: who does something else by then gets a message. Its
// button spends nothing before it is confirmed.
func TestE2ETopUpElsewhere(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	w.town.md999.SetBalance(demoKey, 0)
	s := w.seller("ro")
	s.reviewsAd()
	let := w.holdsBack(postRoute)
	s.presses("button.publish_for")
	s.sees("publish.posting")
	s.command("help")
	s.sees("help.text")
	let()
	s.must(s.seeAnywhere(t.Context(), s.words("topup.text", "Title", adTitle, "Market", "999.md")))
	s.presses("button.try_again_for")
	s.sees("topup.text", "button.try_again_for")
	w.publishesUnpaid(s, 2)
}

// holdsBack has the market wait with requests to a route until let is called.
func (w *world) holdsBack(route string) (let func()) {
	gate := make(chan struct{})
	w.town.md999.SetHooks(md999.Hooks{Before: func(ctx context.Context, c md999.Call) {
		if c.Route != route {
			return
		}
		select {
		case <-gate:
		case <-ctx.Done():
		}
	}})
	return sync.OnceFunc(func() { close(gate) })
}
