package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"bazarbot/dialogs"
	"bazarbot/market"

	"bazarbot/sandbox/telegram"
)

// TestE2EAdminRights: for each thing that the staff does, an ordinary person's try
// changes nothing and reveals nothing: commands are answered as one that does not
// exist, copied buttons of the staff's screens and messages as any old button.
func TestE2EAdminRights(t *testing.T) {
	t.Parallel()
	w, boss, deputy, helper, them := staffed(t)
	for who, want := range map[*seller]string{
		boss: "broadcast stats user admins audit new", deputy: "broadcast stats user new", helper: "user new", them: "new",
	} {
		if got := who.menu(); !strings.HasPrefix(got, want+" ") {
			t.Errorf("%d is offered %s", who.person.ID(), got)
		}
	}
	them.command("nosuchcommand")
	them.sees("note.unknown_command")
	unknown := them.screen().String()
	before := w.officeState()
	for _, c := range dialogs.OfficeCommands {
		for _, behind := range []string{"", " 502", " @the_deputy"} {
			order := "/" + c.Name + behind
			them.orders(order)
			them.sees("note.unknown_command")
			if got := them.screen().String(); got != unknown {
				t.Errorf("%s is answered with\n%s", order, got)
			}
		}
		for role, who := range map[market.StaffRole]*seller{market.StaffAdmin: deputy, market.StaffSupport: helper} {
			if !role.May(c.Right) {
				who.orders("/" + c.Name)
				who.sees("note.unknown_command")
			}
		}
	}
	for _, data := range w.staffButtons(boss) {
		them.pressesCopied(data)
		if !strings.HasSuffix(data, ":ans") { // who helps may answer
			helper.pressesCopied(data)
		}
	}
	if after := w.officeState(); after != before {
		t.Errorf("changed from\n%s\nto\n%s", before, after)
	}
	boss.dismisses(deputy)
	deputy.orders("/stats")
	deputy.sees("note.unknown_command")
	if got := deputy.menu(); strings.Contains(got, "stats") {
		t.Errorf("who was dismissed is still offered %s", got)
	}
}

// pressesCopied presses a button that the person was never shown, under the bot's
// last message, and sees nothing but home.
func (s *seller) pressesCopied(data string) {
	s.t.Helper()
	s.act("[" + data + "]")
	toasts := len(s.person.Toasts())
	s.must(s.person.PressStale(s.screen().ID, data))
	ctx, cancel := context.WithTimeout(s.t.Context(), seeWithin)
	defer cancel()
	if _, err := s.person.WaitToast(ctx, func(telegram.Toast) bool { return len(s.person.Toasts()) > toasts }); err != nil {
		s.t.Fatalf("%s is not answered: %v", data, err)
	}
	for _, key := range []string{"mailing.heading", "staff.heading", "audit.heading", "support.answer_ask", "ask.person"} {
		if says(s.screen().String(), s.text(key)) {
			s.t.Errorf("%s shows %s", data, s.screen())
		}
	}
}

// staffButtons are the data of all buttons the owner sees on the staff's screens,
// and those of the staff's messages.
func (w *world) staffButtons(boss *seller) []string {
	w.t.Helper()
	data := []string{"n:x:bps", "n:x:brs", "n:x:bst", "n:x:bss", "n:x:bcs", "n:502-q:ans"}
	for order, key := range map[string]string{
		"/broadcast": "mailing.heading", "/stats": "stats.langs", "/admins": "staff.heading", "/audit": "audit.heading",
		fmt.Sprintf("/user %d", sellerID): "person.block",
	} {
		boss.orders(order)
		boss.sees(key)
		for _, row := range boss.screen().Buttons {
			for _, b := range row {
				data = append(data, b.Data)
			}
		}
	}
	return data
}

// officeState is what the staff has decided, as the database holds it, without
// the audit log's own growth by the owner's looking around.
func (w *world) officeState() string {
	w.t.Helper()
	return w.asked(`SELECT
		(SELECT group_concat(person || role) FROM staff) || ' ' ||
		(SELECT COUNT(*) FROM broadcasts) || ' ' ||
		(SELECT COUNT(*) FROM recipients) || ' ' ||
		(SELECT COUNT(*) FROM persons WHERE blocked_at > 0) || ' ' ||
		(SELECT COUNT(*) FROM persons WHERE news_off > 0) || ' ' ||
		(SELECT COUNT(*) FROM audit WHERE actor NOT IN (501))`)
}

// dismisses takes somebody's role, who has a screen of the staff open: its old
// buttons do nothing from then on.
func (s *seller) dismisses(who *seller) {
	s.t.Helper()
	who.orders("/stats")
	who.sees("stats.langs")
	old, _ := who.screen().ButtonPrefix(who.text("button.again"))
	s.takesRole(who)
	who.pressesCopied(old.Data)
	who.sees("home.greeting")
}

// takesRole takes an admin's role.
func (s *seller) takesRole(who *seller) {
	s.t.Helper()
	s.orders("/admins")
	s.sees("staff.heading")
	s.pressesLabel(s.text("staff.role.admin") + " · ")
	s.sees("staff.dismiss")
	s.presses("staff.dismiss")
	s.reads(fmt.Sprint(who.person.ID()))
}

// TestE2EAdminRemovedMeanwhile: who is dismissed with the last question of a
// broadcast before their eyes sends nothing by saying yes.
func TestE2EAdminRemovedMeanwhile(t *testing.T) {
	t.Parallel()
	w, boss, deputy, _, them := staffed(t)
	deputy.composes()
	deputy.must(deputy.choose(t.Context(), deputy.words("mailing.go_on", "N", "4")))
	sure := deputy.words("mailing.send", "N", "4")
	deputy.reads(sure)
	before := w.officeState()
	boss.takesRole(deputy)
	deputy.pressesLabel(sure)
	deputy.sees("home.greeting")
	if w.officeState() == before {
		t.Fatal("the role was not taken")
	}
	if n := w.asked(`SELECT COUNT(*) FROM broadcasts`); n != "0" {
		t.Errorf("%s broadcasts are sent", n)
	}
	if n := them.newsSeen(); n != 0 {
		t.Errorf("%d news came", n)
	}
}

// TestE2EAdminInGroup: in a group the staff is nobody: each of its commands is
// answered with the way to the private chat, and with nothing else.
func TestE2EAdminInGroup(t *testing.T) {
	t.Parallel()
	w, boss, _, _, _ := staffed(t)
	group := w.town.telegram.Group("Colleagues", boss.person)
	before, said := w.officeState(), len(boss.person.Messages())
	for i, c := range dialogs.OfficeCommands {
		boss.person.InGroup(group, "/"+c.Name+" 504")
		w.until("the group is answered", func() bool { return len(fromBot(group.Messages())) > i })
	}
	for _, m := range fromBot(group.Messages()) {
		if !strings.Contains(m.Text, boss.text("bot.in_group")) {
			t.Errorf("in a group is said %s", m)
		}
	}
	if now := boss.person.Messages(); len(now) != said {
		t.Errorf("the private chat is told %v", now[said:])
	}
	if after := w.officeState(); after != before || w.asked(`SELECT COUNT(*) FROM audit WHERE what = 'look'`) != "0" {
		t.Errorf("changed from\n%s\nto\n%s", before, after)
	}
}

// fromBot are the bot's messages among them.
func fromBot(ms []telegram.Message) (of []telegram.Message) {
	for _, m := range ms {
		if m.FromBot() {
			of = append(of, m)
		}
	}
	return of
}
