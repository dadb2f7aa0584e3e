package main

import (
	"fmt"
	"testing"
	"time"
)

// TestE2EBroadcastLater: a broadcast for a time to come says by which clock, takes
// no time that is over, survives the process that took it, and goes out once.
func TestE2EBroadcastLater(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 12)
	first := c.process()
	c.settle()
	c.schedules()
	if state := c.stands(); state != "scheduled" {
		t.Fatalf("the broadcast is %s before its time", state)
	}
	first.kill()
	first.awaitKilled(t)
	c.process()
	if n := c.reached(); n > 0 {
		t.Fatalf("%d people got it before its time", n)
	}
	c.comesDue(time.Second)
	if n, want := c.ends(time.Minute), (counts{13, 13, 0, 0}); n != want {
		t.Errorf("counted %+v, want %+v", n, want)
	}
	for id, got := range c.got {
		if got != 1 {
			t.Errorf("%d got it %d times", id, got)
		}
	}
	if n := c.reached(); n != 12 {
		t.Errorf("%d people got it", n)
	}
}

// TestE2EBroadcastLaterCancelled: what is stopped before its time is over at once,
// and its time brings nothing.
func TestE2EBroadcastLaterCancelled(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 3)
	c.process()
	c.settle()
	c.schedules()
	a := c.author
	a.presses("mailing.stop")
	a.sees("mailing.sure_stop")
	a.presses("mailing.stop_sure")
	until(c.t, "the broadcast is over", func() bool { return c.stands() == "cancelled" })
	c.comesDue(0)
	until(c.t, "its time is worked", func() bool { return c.waiting() == 0 })
	if n := c.reached(); n > 0 {
		t.Errorf("%d people got what was cancelled", n)
	}
}

// schedules lets the owner write to everybody, for tomorrow by the clock of
// Bishkek.
func (c *crowd) schedules() {
	c.t.Helper()
	a := c.author
	c.writesNews()
	bishkek := a.text("mailing.bishkek")
	a.pressesLabel(a.words("mailing.later", "City", bishkek))
	a.reads(a.words("mailing.ask_at", "City", bishkek))
	a.say("сегодня 00:00") // is always over
	a.reads(a.words("refuse.moment_past"), "25.12 18:30")
	a.say("завтра 10:00")
	total := fmt.Sprint(c.people + c.others)
	a.reads("10:00 ("+bishkek+")", a.words("mailing.go_on", "N", total))
	a.pressesLabel(a.words("mailing.go_on", "N", total))
	a.reads("10:00 ("+bishkek+")", a.words("mailing.send", "N", total))
	a.pressesLabel(a.words("mailing.send", "N", total))
	a.must(a.seeAnywhere(c.t.Context(), a.text("mailing.begun")))
	a.must(a.seeAnywhere(c.t.Context(), "10:00 ("+bishkek+")"))
	a.must(a.seeAnywhere(c.t.Context(), "("+a.text("mailing.chisinau")+")"))
}

// stands is the state of the broadcast in the database.
func (c *crowd) stands() (state string) {
	c.t.Helper()
	if err := c.db.QueryRowContext(c.t.Context(), `SELECT state FROM broadcasts`).Scan(&state); err != nil {
		c.t.Fatal(err)
	}
	return state
}

// waiting counts the open work of broadcasts.
func (c *crowd) waiting() (n int) {
	c.t.Helper()
	err := c.db.QueryRowContext(c.t.Context(), `SELECT COUNT(*) FROM work WHERE lane LIKE 'bulk:%' AND closed_at IS NULL`).Scan(&n)
	if err != nil {
		c.t.Fatal(err)
	}
	return n
}

// comesDue brings the time of the broadcast near.
func (c *crowd) comesDue(after time.Duration) {
	c.t.Helper()
	due := time.Now().Add(after).UnixMicro()
	for _, update := range []string{
		`UPDATE broadcasts SET due_at = $1`,
		`UPDATE work SET due_at = $1 WHERE lane LIKE 'bulk:%' AND closed_at IS NULL`,
		`UPDATE lanes SET due_at = $1 WHERE class = 'bulk' AND due_at IS NOT NULL`,
	} {
		if _, err := c.db.ExecContext(c.t.Context(), update, due); err != nil {
			c.t.Fatal(err)
		}
	}
}
