package main

import (
	"fmt"
	"strings"
	"testing"

	"bazarbot/sandbox/telegram"
)

// TestE2ESupport: a question with its photo reaches the staff in their languages,
// the answer comes back, the others are told, and a blocked person is answered
// once and never again.
func TestE2ESupport(t *testing.T) {
	t.Parallel()
	_, boss, deputy, helper, them := staffed(t)
	them.orders("/support")
	them.sees("support.ask")
	them.sends("photo", func() {
		if _, err := them.person.Photo(picture(1), "Where is <my> ad?"); err != nil {
			t.Fatal(err)
		}
	})
	them.sees("support.sent")
	for _, s := range []*seller{boss, deputy, helper} {
		s.must(s.seeAnywhere(t.Context(), "Where is <my> ad?"))
	}
	if !strings.Contains(telegram.Transcript(helper.person.Messages(), 0), fmt.Sprint(sellerID)) {
		t.Error("the question does not tell whose it is")
	}
	helper.presses("support.answer")
	helper.sees("support.answer_ask")
	helper.say("It is being checked.")
	helper.sees("support.answered")
	them.must(them.seeAnywhere(t.Context(), "It is being checked."))
	for _, s := range []*seller{boss, deputy} {
		s.must(s.seeAnywhere(t.Context(), s.words("support.colleague", "ID", fmt.Sprint(sellerID))))
	}
	boss.orders("/audit")
	boss.reads(boss.text("audit.heading"), fmt.Sprintf("%d · %s → %d", helperID, boss.text("deed.answer"), sellerID))

	deputy.orders("/user @the_seller")
	deputy.reads(fmt.Sprint(sellerID))
	deputy.presses("person.block")
	deputy.sees("person.kept_out")
	them.orders("/start")
	them.sees("block.text")
	said := len(them.person.Messages())
	them.orders("/help")
	them.orders("/new")
	deputy.presses("person.unblock")
	deputy.sees("person.let_in")
	them.must(them.quietUntil(said))
}

// TestE2EForwarded: whose message the owner forwards, that one they mean; what a
// seller forwards is kept for an ad, and its words are not silently dropped.
func TestE2EForwarded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, townOptions{}, ownedBy(ownerID))
	w.start()
	boss, helper := w.known(ownerID, "ru", ""), w.known(helperID, "ky", "")
	for _, p := range []*seller{boss, helper} {
		p.meets()
	}
	id, err := helper.person.Photo(picture(1), "Велосипед, 9 000 сом")
	helper.must(err)
	helper.reads(helper.text("note.caption_untaken"))
	boss.orders("/admins")
	boss.sees("staff.heading")
	boss.presses("staff.appoint")
	boss.sees("ask.person")
	boss.sends("forwards", func() {
		_, err = boss.person.Forward(helper.person, id)
		boss.must(err)
	})
	boss.reads(boss.text("staff.role.admin"), boss.text("staff.role.support"))
	boss.pressesLabel(boss.text("staff.role.support"))
	boss.reads("✅", fmt.Sprint(helperID))
	helper.sends("forwards", func() {
		_, err = helper.person.Forward(helper.person, id)
		helper.must(err)
	})
	helper.reads(helper.text("note.caption_untaken"))
}

// quietUntil says /start until the bot answers again, and sees that what was said
// while it did not is not answered.
func (s *seller) quietUntil(said int) error {
	for range 20 {
		s.orders("/start")
		if err := s.seeText(s.t.Context(), "home.greeting"); err == nil {
			break
		}
	}
	for _, m := range s.person.Messages()[said:] {
		if m.FromBot() && says(m.String(), s.text("help.text")) {
			return fmt.Errorf("who was blocked is answered: %s", m)
		}
	}
	return nil
}

// TestE2EStats: the figures come with a picture, in each language of the staff.
func TestE2EStats(t *testing.T) {
	t.Parallel()
	_, boss, deputy, _, _ := staffed(t)
	for _, s := range []*seller{boss, deputy} {
		s.orders("/stats")
		s.reads("4", s.text("stats.langs"), "999.md")
		pictures := 0
		for _, m := range s.person.Messages() {
			if m.FromBot() && m.Photo != nil {
				pictures++
			}
		}
		if pictures != 1 {
			t.Errorf("%d pictures", pictures)
		}
	}
}
