package main

import (
	"context"
	"fmt"
	"testing"

	"bazarbot/dialogs"
	"bazarbot/sandbox/telegram"
)

// TestE2EBroadcastLanguages: each person gets the version of their language, or
// the first one, exactly as its author saw it; the card pauses and goes on; who
// turns news off gets no more of them.
func TestE2EBroadcastLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, townOptions{}, ownedBy(ownerID), "BULK_RATE=2")
	w.start()
	boss := w.known(ownerID, "ro", "")
	boss.meets()
	var people []*seller
	for i := range 9 {
		p := w.known(int64(600+i), []string{"ru", "ro", "ky"}[i%3], "")
		p.meets()
		people = append(people, p)
	}
	boss.composes()
	boss.presses("mailing.preview")
	boss.must(boss.waitNews(2))
	seen := boss.newsSeen()
	boss.sendsNews(10)
	boss.must(boss.seeAnywhere(t.Context(), boss.text("mailing.pause")))
	boss.pressesLabel("⏸")
	boss.must(boss.seeAnywhere(t.Context(), boss.text("mailing.state.paused")))
	boss.must(boss.person.PressPrefix("▶️"))
	for i, p := range people {
		want := []string{"Новости", "Noutăți", "Noutăți"}[i%3]
		p.must(p.seeAnywhere(t.Context(), want))
		p.must(p.seeAnywhere(t.Context(), p.text("news.turn_off")))
	}
	boss.must(boss.seeAnywhere(t.Context(), boss.text("mailing.state.done")))
	for _, p := range append(people, boss) {
		got := p.newsSeen()
		if p == boss {
			got -= seen
		}
		if got != 1 {
			t.Errorf("%d got it %d times:\n%s", p.person.ID(), got, telegram.Transcript(p.person.Messages(), 6))
		}
	}
	quiet := people[2]
	quiet.presses("news.turn_off")
	quiet.sees("news.off")
	boss.composes()
	boss.sendsNews(9)
	people[0].must(people[0].waitNews(2))
	boss.orders("/broadcast") // what is still running can be stopped from the list
	boss.must(boss.seeAnywhere(t.Context(), boss.text("mailing.list")))
	if got := quiet.newsSeen(); got != 1 {
		t.Errorf("who has turned news off got %d", got)
	}
}

// composes makes a broadcast in two languages, up to its review.
func (s *seller) composes() {
	s.t.Helper()
	s.orders("/broadcast")
	s.sees("mailing.langs")
	for _, lang := range []string{"ro", "ru"} {
		s.picks("⬜️ " + s.text("lang."+lang))
	}
	s.sees("button.done")
	s.presses("button.done")
	s.reads(s.text("lang.ro"), s.text("mailing.ask_message"))
	s.say("Noutăți")
	s.reads(s.text("lang.ru"), s.text("mailing.ask_message"))
	s.say("Новости")
	s.sees("mailing.now")
	s.presses("mailing.now")
	s.sees("mailing.preview")
}

// sendsNews sends it, to so many.
func (s *seller) sendsNews(n int) {
	s.t.Helper()
	s.must(s.choose(s.t.Context(), s.words("mailing.go_on", "N", fmt.Sprint(n))))
	s.must(s.choose(s.t.Context(), s.words("mailing.send", "N", fmt.Sprint(n))))
}

// newsSeen counts the broadcasts a person has got.
func (s *seller) newsSeen() (n int) {
	for _, m := range s.person.Messages() {
		if m.FromBot() && (m.Text == "Noutăți" || m.Text == "Новости") {
			n++
		}
	}
	return n
}

// waitNews waits until the person has got so many.
func (s *seller) waitNews(n int) error {
	ctx, cancel := context.WithTimeout(s.t.Context(), seeWithin)
	defer cancel()
	_, err := s.person.Wait(ctx, func([]telegram.Message) bool { return s.newsSeen() >= n })
	return err
}

// TestE2ELimits: who floods the bot is told once, and answered again afterwards.
func TestE2ELimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, townOptions{})
	limits := dialogs.DefaultLimits
	limits.Updates = 5
	w.seams.limits = &limits
	w.start()
	p := w.known(sellerID, "ro", "")
	for range 12 {
		p.person.Send("/help")
	}
	p.must(p.seeAnywhere(t.Context(), p.text("limit.updates")))
	told := 0
	for _, m := range p.person.Messages() {
		if m.FromBot() && begins(m.Text, p.text("limit.updates")) {
			told++
		}
	}
	if told > 1 {
		t.Errorf("told %d times", told)
	}
}
