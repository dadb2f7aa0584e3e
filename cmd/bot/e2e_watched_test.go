package main

import (
	"strings"
	"testing"
	"time"

	"bazarbot/jobs"
	"bazarbot/sandbox/md999"
	"bazarbot/sandbox/omarket"
)

// watchful looks at ads all the time.
var watchful = jobs.Pace{Tick: 10 * time.Millisecond, Checked: 20 * time.Millisecond, Usual: 20 * time.Millisecond, Idle: time.Hour}

const listAdverts = "GET /adverts"

// looked waits until the ads were looked at a few times more.
func (w *world) looked(count func(route string) int, route string) {
	w.t.Helper()
	const more = 3
	before := count(route)
	w.until("further looks at the ads", func() bool { return count(route) >= before+more })
}

// toldOnce checks that one of the bot's messages says the text.
func (s *seller) toldOnce(text string) {
	s.t.Helper()
	n := 0
	for _, m := range s.person.Messages() {
		if m.FromBot() && strings.Contains(m.String(), text) {
			n++
		}
	}
	if n != 1 {
		s.t.Errorf("%q was said %d times", text, n)
	}
}

// TestE2EWatchedLot: a seller hears what a moderator decided, and why, once; from
// the message they come to the ad.
func TestE2EWatchedLot(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := newLotWorld(t, townOptions{})
		w.seams.pace = watchful
		w.start()
		s := w.seller(lang)
		s.reviewsLot()
		s.sendsLot(w)
		w.looked(w.town.omarket.Count, lotOwn)
		ad := w.lot(s).UUID
		if err := w.town.omarket.Decide(ad, omarket.Cancelled, "<p>Чужие фото</p>"); err != nil {
			t.Fatal(err)
		}
		refused := s.words("watched.cancelled", "Title", lotTitle, "Market", "O!Market")
		s.reads(refused, s.words("ad.reason", "Reason", "Чужие фото"))
		s.presses("watched.open")
		s.reads(s.text("state.cancelled"), lotTitle)
		if err := w.town.omarket.Decide(ad, omarket.Active, ""); err != nil {
			t.Fatal(err)
		}
		passed := s.words("watched.passed", "Title", lotTitle, "Market", "O!Market") // it opens tomorrow
		s.readsAnywhere(passed)
		w.looked(w.town.omarket.Count, lotOwn)
		s.toldOnce(refused)
		s.toldOnce(passed)
	})
}

// TestE2EWatchedAds: what happens while the bot is down is told after its start;
// many changes are one message; what the seller does is no news to them.
func TestE2EWatchedAds(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := newWorld(t, townOptions{})
		w.seams.pace = watchful
		w.start()
		w.postPhones(14)
		s := w.seller(lang)
		s.connects()
		w.looked(w.town.md999.Count, listAdverts)
		w.stop()
		w.put(md999.Blocked, 1)
		w.start()
		title := w.town.md999.Adverts(demoKey)[0].Title
		blocked := s.words("watched.blocked", "Title", title, "Market", "999.md")
		reason := map[string]string{"ru": "Нарушение закона", "ro": "Încălcarea legii", "ky": "Нарушение закона"}[lang]
		s.reads(blocked, reason)

		w.put(md999.Expired, 13)
		s.reads(s.words("watched.many", "Count", "13", "Market", "999.md", "Account", "+37378888888"),
			s.words("watched.more", "Count", "3"))
		before := len(s.person.Messages())
		w.put(md999.Hidden, 14) // as their seller would on the site
		w.looked(w.town.md999.Count, listAdverts)
		if n := len(s.person.Messages()); n != before {
			t.Errorf("the seller was told what they did: %s", s.screen())
		}
		s.toldOnce(blocked)
	})
}

// TestE2EWatchedRefused: a key that is revoked is told of once, and the seller
// connects the account again from there.
func TestE2EWatchedRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, townOptions{})
	w.seams.pace = watchful
	w.start()
	s := w.seller("ro")
	s.connects()
	w.looked(w.town.md999.Count, listAdverts)
	w.town.md999.RevokeKey(demoKey)
	refused := s.words("watched.refused", "Market", "999.md", "Account", "+37378888888")
	s.reads(refused)
	asked := w.town.md999.Count(listAdverts)
	s.presses("button.new_key")
	s.sees("field.api_key")
	s.toldOnce(refused)
	if n := w.town.md999.Count(listAdverts); n != asked {
		t.Errorf("the market was asked %d times more", n-asked)
	}
}
