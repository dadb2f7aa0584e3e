package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	for _, order := range []string{
		"/broadcast", "/stats", "/user", "/user 502", "/user @the_deputy", "/admins", "/audit",
	} {
		them.orders(order)
		them.sees("note.unknown_command")
		if got := them.screen().String(); got != unknown {
			t.Errorf("%s is answered with\n%s", order, got)
		}
	}
	for _, order := range []string{"/admins", "/audit"} {
		deputy.orders(order)
		deputy.sees("note.unknown_command")
	}
	for _, order := range []string{"/broadcast", "/stats", "/admins", "/audit"} {
		helper.orders(order)
		helper.sees("note.unknown_command")
	}
	for _, data := range w.staffButtons(boss) {
		them.pressesCopied(data)
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
		if strings.Contains(s.screen().String(), s.text(key)) {
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
	cfg, err := loadSettings(w.settings)
	if err != nil {
		w.t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(cfg.DataDir, "bazarbot.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	ctx, cancel := context.WithTimeout(w.t.Context(), 10*time.Second)
	defer cancel()
	var state string
	err = db.QueryRowContext(ctx, `SELECT
		(SELECT group_concat(person || role) FROM staff) || ' ' ||
		(SELECT COUNT(*) FROM broadcasts) || ' ' ||
		(SELECT COUNT(*) FROM recipients) || ' ' ||
		(SELECT COUNT(*) FROM persons WHERE blocked_at > 0) || ' ' ||
		(SELECT COUNT(*) FROM persons WHERE news_off > 0) || ' ' ||
		(SELECT COUNT(*) FROM audit WHERE actor NOT IN (501))`).Scan(&state)
	if err != nil {
		w.t.Fatal(err)
	}
	return state
}

// dismisses takes somebody's role, who has a screen of the staff open: its old
// buttons do nothing from then on.
func (s *seller) dismisses(who *seller) {
	s.t.Helper()
	who.orders("/stats")
	who.sees("stats.langs")
	old, _ := who.screen().ButtonPrefix(who.text("button.again"))
	s.orders("/admins")
	s.sees("staff.heading")
	s.pressesLabel(s.text("staff.role.admin") + " · ")
	s.sees("staff.dismiss")
	s.presses("staff.dismiss")
	s.reads(fmt.Sprint(who.person.ID()))
	who.pressesCopied(old.Data)
	who.sees("home.greeting")
}
