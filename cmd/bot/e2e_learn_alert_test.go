package main

import (
	"database/sql"
	"testing"

	"bazarbot/sandbox/omarket"
)

// beginsIn begins an ad in a category of which the bot does not know what the
// market requires, and is told so before the first question.
func (s *seller) beginsIn(path ...string) {
	s.t.Helper()
	s.must(s.beginLot(s.t.Context()))
	s.picks(path...)
	s.sees("newad.unsure", "ask.title")
}

// toldOf counts the bot's messages to somebody that hold a text.
func (s *seller) toldOf(text string) (n int) {
	for _, m := range s.person.Messages() {
		if m.FromBot() && says(m.String(), text) {
			n++
		}
	}
	return n
}

// TestE2ELearnAlert: the admins hear once of a category whose required filters
// are not known, with what to do about it, whoever begins an ad there and
// whichever process finds it.
func TestE2ELearnAlert(t *testing.T) {
	t.Parallel()
	for _, lang := range langs {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := newLotWorld(t, townOptions{omarket: omarket.Options{Bare: true}}, ownedBy(ownerID))
			w.start()
			boss, first, second := w.known(ownerID, lang, ""), w.seller("ru"), w.seller("ky")
			boss.meets()
			const bikes = "O!Market, Транспорт › Мотоциклы (3): bot learn omarket -category 3"
			first.beginsIn("Транспорт", "Мотоциклы")
			boss.must(boss.seeAnywhere(t.Context(), bikes))
			boss.must(boss.seeAnywhere(t.Context(), boss.text("alert.unknown")))
			w.whileStopped(func(db *sql.DB) { w.exec(db, `UPDATE alerts SET told_at = 0`) }) // as ten minutes later
			second.beginsIn("Транспорт", "Мотоциклы")
			second.beginsIn(lotPath...)
			boss.must(boss.seeAnywhere(t.Context(), "Электроника › Телефоны (31): bot learn omarket -category 31"))
			if n := boss.toldOf(bikes); n != 1 {
				t.Errorf("told %d times of one category", n)
			}
			if first.toldOf("bot learn")+second.toldOf("bot learn") > 0 {
				t.Error("sellers are told what is the admins' business")
			}
		})
	}
}
