package main

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bazarbot/market"
	"bazarbot/sandbox/md999"
	"bazarbot/sandbox/telegram"
)

// deals opens a market with n phones of a rich account, and brings the seller to
// the choice of several.
func (s *seller) deals(w *world, n int) {
	s.t.Helper()
	w.town.md999.SetBalance(demoKey, 1000)
	w.postPhones(n)
	s.connects()
	s.command("ads")
	s.reads(s.text("ads.heading"), "🟢 Phone "+strconv.Itoa(n))
	s.presses("bulk.choose")
	s.reads(s.words("bulk.chosen", "Count", "0"))
}

// doesAll chooses all that the list shows and does something to those it helps,
// up to the confirmation.
func (s *seller) doesAll(action market.Action, all, fit int) {
	s.t.Helper()
	s.presses("bulk.all")
	s.reads(s.words("bulk.chosen", "Count", strconv.Itoa(all)))
	s.pressesLabel(s.words("bulk.do."+string(action), "Count", strconv.Itoa(fit)))
}

// confirms presses the button that names how many.
func (s *seller) confirms(action market.Action, n int) {
	s.t.Helper()
	count := strconv.Itoa(n)
	s.reads(s.words("bulk.ask."+string(action), "Count", count))
	s.pressesLabel(s.words("bulk.sure."+string(action), "Count", count))
}

// standing is what a bulk's progress says.
func (s *seller) standing(action market.Action, done, total int) string {
	s.t.Helper()
	return s.words("bulk.progress."+string(action), "Done", strconv.Itoa(done), "Total", strconv.Itoa(total))
}

// charges counts what each ad was charged for.
func (w *world) charges(what string) map[string]int {
	account, _ := w.town.md999.Account(demoKey)
	count := map[string]int{}
	for _, charge := range account.Spent {
		if charge.For == what {
			count[charge.Advert]++
		}
	}
	return count
}

// unpaid are the titles of the ads that were not charged for, in the order in
// which they were posted; one that was charged for twice fails the test.
func (w *world) unpaid(what string) []string {
	w.t.Helper()
	paid := w.charges(what)
	var titles []string
	for _, ad := range w.town.md999.Adverts(demoKey) {
		switch n := paid[ad.ID]; {
		case n == 0:
			titles = append(titles, ad.Title)
		case n > 1:
			w.t.Errorf("%s was charged for %d times", ad.Title, n)
		}
	}
	return titles
}

// failThree makes three of the next republishings fail, each for a reason of its
// own, and loses the answer to a fourth.
func (w *world) failThree() {
	fail := func(route string, skip, status int, body string) {
		w.town.md999.AddFault(md999.Fault{Route: route, Kind: md999.FaultAnswer, Status: status, Body: body, Skip: skip, Times: 1})
	}
	fail(republishRoute, 10, http.StatusPaymentRequired, `{"error":{"code":402,"reason":"payment_required","message":"Insufficient funds"}}`)
	fail(republishRoute, 25, http.StatusBadRequest, `{"error":{"message":"`+refusedWords+`"}}`)
	fail("GET /adverts/{advert_id}", 40, http.StatusNotFound, `{"error":{"message":"no such advert"}}`)
	w.town.md999.AddFault(md999.Fault{Route: republishRoute, Kind: md999.FaultLostAfter, Skip: 50, Times: 1})
}

const refusedWords = "the advert is blocked and must be edited first"

// TestE2ESixtyAds republishes sixty ads at once. Three fail and one answer is
// lost: each is paid for once at most, the three are named with their reasons,
// and trying again is about just those.
func TestE2ESixtyAds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, townOptions{md999: md999.Options{Now: ticking()}}, append(onPostgres(t), byWebhook(t)...)...)
	w.start()
	s := w.seller("ru")
	s.deals(w, 60)
	w.failThree()
	s.doesAll(market.ActRepublish, 60, 60)
	s.confirms(market.ActRepublish, 60)
	s.reads(s.words("bulk.progress.republish", "Done", "0", "Total", "60"))
	s.command("start") // the person goes on meanwhile
	s.must(s.seeAnywhere(t.Context(), s.text("home.greeting")))

	s.must(s.seeAnywhere(t.Context(), s.text("bulk.again")))
	end := s.message(s.text("bulk.again"))
	left := w.unpaid("republish")
	if len(left) != 3 || w.spent("republish") != 57 {
		t.Fatalf("not republished: %q; %d charged", left, w.spent("republish"))
	}
	if n := w.town.md999.Count(republishRoute); n != 59 || !strings.Contains(w.logs.String(), "the answer to an act is lost") {
		t.Errorf("%d requests, not one for each ad that was there; or no answer was lost", n)
	}
	for _, part := range []string{
		s.standing(market.ActRepublish, 57, 60), s.words("bulk.failed", "Count", "3"), s.words("market.no_money", "Market", "999.md"),
		s.words("market.words", "Message", refusedWords), s.words("market.not_found", "Market", "999.md"), s.text("button.top_up"),
		s.words("bulk.ad", "Title", left[0]), s.words("bulk.ad", "Title", left[1]), s.words("bulk.ad", "Title", left[2]),
	} {
		if !strings.Contains(end, part) {
			t.Errorf("the end does not say %q:\n%s", part, end)
		}
	}
	if n := strings.Count(end, "• "); n != 3 {
		t.Errorf("%d ads are named", n)
	}

	s.presses("bulk.again")
	s.confirmsTwice(market.ActRepublish, 3)
	s.must(s.seeAnywhere(t.Context(), s.standing(market.ActRepublish, 3, 3)))
	if left := w.unpaid("republish"); len(left) != 0 || w.spent("republish") != 60 {
		t.Errorf("not republished: %q; %d charged", left, w.spent("republish"))
	}
}

// confirmsTwice presses the button of a confirmation twice at once.
func (s *seller) confirmsTwice(action market.Action, n int) {
	s.t.Helper()
	s.reads(s.words("bulk.ask."+string(action), "Count", strconv.Itoa(n)))
	ask := s.screen()
	sure, _ := ask.ButtonPrefix(s.words("bulk.sure."+string(action), "Count", strconv.Itoa(n)))
	s.sends("a double press", func() {
		s.must(s.person.PressStale(ask.ID, sure.Data))
		s.must(s.person.PressStale(ask.ID, sure.Data))
	})
}

// message is the bot's newest message that holds a text.
func (s *seller) message(part string) string {
	s.t.Helper()
	ms := s.person.Messages()
	for _, m := range slices.Backward(ms) {
		if m.FromBot() && says(m.String(), part) {
			return m.String()
		}
	}
	s.t.Fatalf("no message holds %q\n%s", part, telegram.Transcript(ms, 0))
	return ""
}

// TestE2EManyFree hides, shows and autorepublishes several ads, and finds them
// so at the market.
func TestE2EManyFree(t *testing.T) {
	for _, c := range []struct{ lang, twoHours string }{{"ru", "2 часа"}, {"ro", "2 ore"}, {"ky", "2 саат"}} {
		t.Run(c.lang, func(t *testing.T) {
			t.Parallel()
			w := startWorld(t)
			s := w.seller(c.lang)
			s.deals(w, 10)
			s.say("phone 03")
			s.reads(s.words("find.heading", "Query", "phone 03"), "⬜️ 🟢 Phone 03")
			s.doesAll(market.ActHide, 1, 1)
			s.confirms(market.ActHide, 1)
			s.reads(s.standing(market.ActHide, 1, 1), s.text("bulk.over"))
			w.holds(md999.Hidden, "Phone 03")

			s.choosesAnew("🙈 " + s.text("state.hidden") + " · 1")
			s.doesAll(market.ActHide, 10, 9)
			s.reads(s.words("bulk.fits", "Fit", "9", "Chosen", "10"))
			s.confirms(market.ActHide, 9)
			s.reads(s.standing(market.ActHide, 9, 9), s.text("bulk.over"))
			w.holds(md999.Hidden, w.titles()...)

			s.choosesAnew("🙈 " + s.text("state.hidden") + " · 10")
			s.doesAll(market.ActShow, 10, 10)
			s.confirms(market.ActShow, 10)
			s.reads(s.standing(market.ActShow, 10, 10), s.text("bulk.over"))
			w.holds(md999.Public, w.titles()...)

			s.choosesAnew("🟢 " + s.text("state.public") + " · 10")
			s.doesAll(market.ActAuto, 10, 10)
			s.answersSchedule(c.twoHours)
			s.confirms(market.ActAuto, 10)
			s.reads(s.standing(market.ActAuto, 10, 10), s.text("bulk.over"))
			want := md999.Autorepublisher{Enabled: true, FromHour: 10, ToHour: 20, Interval: 120, Weekdays: []int{0, 5}}
			for _, ad := range w.town.md999.Adverts(demoKey) {
				if diff := cmp.Diff(want, ad.Autorepublisher); diff != "" {
					t.Errorf("the autorepublisher of %s (-want +got):\n%s", ad.Title, diff)
				}
			}
		})
	}
}

// answersSchedule answers what is asked once for all ads.
func (s *seller) answersSchedule(pause string) {
	s.t.Helper()
	s.sees("field.auto_every", "ask.pause")
	s.pressesLabel(pause)
	s.sees("field.auto_from")
	s.say("10")
	s.sees("field.auto_to")
	s.say("20")
	s.sees("ask.days")
	s.say(s.weekdays("mon", "sat"))
}

// choosesAnew opens the list, which shows a tab, and the choice of several.
func (s *seller) choosesAnew(tab string) {
	s.t.Helper()
	s.command("ads")
	s.reads(tab)
	s.presses("bulk.choose")
	s.reads(s.words("bulk.chosen", "Count", "0"))
}

// titles are those of all ads.
func (w *world) titles() []string {
	var titles []string
	for _, ad := range w.town.md999.Adverts(demoKey) {
		titles = append(titles, ad.Title)
	}
	return titles
}

// holds checks that just these ads are in a state.
func (w *world) holds(state md999.State, titles ...string) {
	w.t.Helper()
	var got []string
	for _, ad := range w.town.md999.Adverts(demoKey) {
		if ad.State == state {
			got = append(got, ad.Title)
		}
	}
	if !slices.Equal(got, titles) {
		w.t.Errorf("%s are %q, not %q", state, got, titles)
	}
}

// TestE2EFindAndSort finds ads of two accounts by words, price and number, and
// puts a list in order.
func TestE2EFindAndSort(t *testing.T) {
	t.Parallel()
	w := newWorld(t, townOptions{md999: md999.Options{Now: ticking()}})
	w.start()
	w.addOtherKey()
	w.postPhones(12)
	s := w.seller("ro")
	s.connects()
	s.command("accounts")
	s.sees("accounts.heading")
	s.pressesLabel(s.words("button.connect", "Market", "999.md"))
	s.sees("field.api_key")
	s.say(otherKey)
	s.sees("connect.done")

	s.command("ads")
	s.reads("🟢 Phone 12", "1/2")
	number := w.town.md999.Adverts(demoKey)[6].ID
	for _, typed := range []string{number, "№ " + number, "PHONE 07"} {
		s.say(typed)
		s.reads(s.words("find.heading", "Query", typed), "🟢 Phone 07 · +37378888888")
	}
	s.say("fon")
	s.sees("find.none")
	s.presses("find.clear")
	s.reads(s.text("ads.heading"), "1/2")
	s.pressesLabel(s.text("sort.button"))
	s.sees("sort.ask")
	s.presses("sort.expiry")
	s.reads(s.words("sort.button", "Order", s.text("sort.expiry")), "🟢 Phone 01", "1/2")
}

// TestE2EListWithoutMarket: while the market does not answer, the list is as it
// was, and so is what is known of an ad.
func TestE2EListWithoutMarket(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	w.postPhones(12)
	s := w.seller("ky")
	s.connects()
	s.command("ads")
	s.reads("🟢 Phone 12", "1/2")
	w.town.md999.SetDown(true)
	away, _, _ := strings.Cut(s.words("ads.away", "Market", "999.md", "At", "…"), "…")
	s.presses("button.refresh")
	s.reads(away, "🟢 Phone 12", s.text("state.all")+" · 12")
	s.say("phone 02")
	s.reads(away, s.words("find.heading", "Query", "phone 02"), "🟢 Phone 02")
	s.pressesLabel("🟢 Phone 02")
	s.reads("Phone 02", s.words("market.unavailable", "Market", "999.md"), s.text("state.public"), s.text("button.again"))
	w.town.md999.SetDown(false)
	s.presses("button.again")
	s.reads("Phone 02", "101\u00a0€", s.text("act.button.hide"))
	s.presses("button.back")
	s.sees("find.heading")
	s.presses("button.refresh")
	s.reads(s.words("find.heading", "Query", "phone 02"), "🟢 Phone 02")
	if strings.Contains(s.screen().String(), away) {
		t.Error("the market answers, and the list says that it does not")
	}
}
