package main

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bazarbot/market"
	"bazarbot/sandbox/md999"
)

const imagesRoute = "POST /images"

// watch is a clock that the test moves and stops.
type watch struct {
	ahead   atomic.Int64 // of the real time
	stopped atomic.Pointer[time.Time]
}

func (c *watch) now() time.Time {
	if at := c.stopped.Load(); at != nil {
		return *at
	}
	return time.Now().Add(time.Duration(c.ahead.Load()))
}

// stopBeforeMidnight stops the clock at a moment before the market's next day.
func (c *watch) stopBeforeMidnight(left time.Duration) {
	_, next := market.Day(market.MD999, c.now())
	at := next.Add(-left)
	c.stopped.Store(&at)
}

// tomorrow moves the clock by a day, and lets it run.
func (c *watch) tomorrow() {
	c.ahead.Add(int64(24 * time.Hour))
	c.stopped.Store(nil)
}

// TestE2EQuotaWait: the market takes one picture a day. The draft waits with what
// was brought so far; when the day is over the bot asks, and posts what it is
// told to post.
func TestE2EQuotaWait(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		lang     string
		settings func(*testing.T) []string
		restart  bool
	}{
		{"ru", func(*testing.T) []string { return nil }, false},
		{"ro", onPostgres, true},
		{"ky", func(*testing.T) []string { return nil }, true},
	} {
		t.Run(tt.lang, func(t *testing.T) {
			t.Parallel()
			clock := &watch{}
			w := newWorld(t, townOptions{md999: md999.Options{DailyImages: 1, Now: clock.now}}, tt.settings(t)...)
			w.start()
			s := w.seller(tt.lang)
			s.reviewsAd()
			clock.stopBeforeMidnight(2 * time.Second)
			s.presses("button.publish_for")
			s.reads(s.words("quota.not_published", "Title", adTitle), s.text("quota.over"),
				s.words("quota.brought", "Done", "1", "Total", "2"), s.text("error.kept"), s.text("quota.will_ask"), s.text("review.heading"))
			clock.tomorrow()
			if tt.restart {
				w.stop()
				w.start()
			}
			s.must(s.seeAnywhere(t.Context(), s.words("quota.ask", "Title", adTitle)))
			if n := len(w.town.md999.Adverts(demoKey)); n != 0 {
				t.Fatalf("%d ads were posted without being asked for", n)
			}
			s.presses("quota.review")
			s.seesReview()
			s.publishes()
			w.holdsSmallAd(demoKey)
			if n := w.town.md999.Uploads(demoKey); n != 2 {
				t.Errorf("%d pictures were uploaded, not 2", n)
			}
			if n := strings.Count(s.chat(), s.words("quota.free", "Market", "999.md")); n != 1 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

// chat is all that the bot has said.
func (s *seller) chat() string {
	var b strings.Builder
	for _, m := range s.person.Messages() {
		if m.FromBot() {
			b.WriteString(m.String() + "\n")
		}
	}
	return b.String()
}

// TestE2EQuotaCounted: the bot counts by itself. From four fifths on it says how
// much is used; when all is, it sends nothing, and asks when the day is over.
func TestE2EQuotaCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, townOptions{})
	w.start()
	s := w.seller("ro")
	s.connects()
	w.whileStopped(func(db *sql.DB) { w.uploadsOfToday(db, 251) })
	used := s.words("quota.used", "Used", "251", "Limit", "300")
	s.command("accounts")
	s.reads("+37378888888")
	s.pressesLabel("999.md")
	s.reads(used)

	s.command("new")
	ad := s.ad()
	s.picks(ad.category, ad.subcategory, ad.offer)
	s.sees("ask.title")
	s.answersTexts()
	s.picks(ad.region, ad.city, ad.sector)
	s.reads(s.text("ask.photos"), used)
	s.must(s.album(picture(1), picture(2)))
	s.seesReview()
	s.reads(used)

	w.whileStopped(func(db *sql.DB) { w.uploadsOfToday(db, 300) })
	s.presses("button.publish_for")
	s.reads(s.words("quota.not_published", "Title", adTitle), s.text("quota.over"), s.text("quota.used_up"))
	if n := w.town.md999.Count(imagesRoute); n != 0 {
		t.Errorf("%d pictures were sent over the quota", n)
	}
	s.command("drafts")
	s.reads("⏳ " + adTitle)
	s.pressesLabel("⏳ " + adTitle)
	s.sees("quota.waiting")

	w.whileStopped(w.dayPasses)
	s.must(s.seeAnywhere(t.Context(), s.words("quota.ask", "Title", adTitle)))
	s.presses("quota.review")
	s.seesReview()
	s.publishes()
	w.holdsSmallAd(demoKey)
}

// whileStopped looks into the embedded database while no bot has it.
func (w *world) whileStopped(do func(*sql.DB)) {
	w.t.Helper()
	w.stop()
	cfg, err := loadSettings(w.settings)
	if err != nil {
		w.t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(cfg.DataDir, "bazarbot.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	do(db)
	if err := db.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.start()
}

func (w *world) exec(db *sql.DB, query string, args ...any) {
	w.t.Helper()
	if _, err := db.ExecContext(w.t.Context(), query, args...); err != nil {
		w.t.Fatal(fmt.Errorf("%s: %w", query, err))
	}
}

// uploadsOfToday lets the only account have sent so many pictures today.
func (w *world) uploadsOfToday(db *sql.DB, n int) {
	w.t.Helper()
	w.exec(db, `DELETE FROM uploads`)
	w.exec(db, `
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO uploads (account, hash, remote, uploaded_at) SELECT (SELECT id FROM accounts), 'hash ' || i, 'x', ? FROM n`,
		n, time.Now().UnixMicro())
}

// dayPasses lets what was sent be yesterday's, and what waits be due.
func (w *world) dayPasses(db *sql.DB) {
	w.t.Helper()
	day := (25 * time.Hour).Microseconds()
	w.exec(db, `UPDATE uploads SET uploaded_at = uploaded_at - ?`, day)
	w.exec(db, `UPDATE work SET due_at = due_at - ? WHERE kind = ?`, day, market.JobTimer)
	w.exec(db, `UPDATE lanes SET due_at = due_at - ? WHERE class = 'timer'`, day)
}

// TestE2EQuotaDropped: a draft that was dropped or published while it waited is
// not asked about.
func TestE2EQuotaDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, townOptions{md999: md999.Options{DailyImages: 1}})
	w.start()
	s := w.seller("ru")
	s.reviewsAd()
	s.presses("button.publish_for")
	s.sees("quota.not_published")
	s.presses("button.cancel")
	s.sees("cancel.ask_draft")
	s.presses("button.drop_draft")
	s.sees("note.cancelled")
	w.whileStopped(w.dayPasses)
	w.timersOver()
	s.command("start")
	s.sees("home.greeting")
	if says(s.chat(), s.text("quota.free")) {
		t.Error("asked about a draft that is gone")
	}
}

// timersOver waits until no timer is left in the embedded database.
func (w *world) timersOver() {
	w.t.Helper()
	deadline := time.NewTimer(seeWithin)
	defer deadline.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for strings.Contains(w.openWork(), "timer:") {
		select {
		case <-look.C:
		case <-deadline.C:
			w.t.Fatal("a timer stays:\n" + w.openWork())
		}
	}
}

// TestE2EQuotaEdit: a change that adds a picture over the quota is told and kept,
// and goes through on another day.
func TestE2EQuotaEdit(t *testing.T) {
	t.Parallel()
	for _, lang := range langs {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			clock := &watch{}
			w := newWorld(t, townOptions{md999: md999.Options{DailyImages: 2, Now: clock.now}})
			w.start()
			s := w.seller(lang)
			s.opensOwnCard()
			s.presses("button.edit")
			s.sees("edit.choose")
			s.must(s.album(picture(3)))
			s.reads(s.words("note.photo_added", "Count", "3"), s.text("edit.save"))
			s.presses("edit.save")
			s.reads(s.text("act.failed"), s.text("quota.over"), s.text("error.kept"), s.text("edit.save"))
			if n := photosOf(w.ad()); n != 2 {
				t.Fatalf("the ad has %d pictures", n)
			}
			clock.tomorrow()
			s.presses("edit.save")
			s.sees("act.done.edit")
			if n := photosOf(w.ad()); n != 3 {
				t.Errorf("the ad has %d pictures, not 3", n)
			}
			if n := w.town.md999.Uploads(demoKey); n != 3 {
				t.Errorf("%d pictures were uploaded, not 3", n)
			}
		})
	}
}
