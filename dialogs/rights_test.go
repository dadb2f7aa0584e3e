package dialogs_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bazarbot/dialogs"
	"bazarbot/locales"
	"bazarbot/market"
)

// deed is something the staff does: the way to it, and the last step, which is a
// press or words.
type deed struct {
	name  string // as the audit log calls it
	right market.Right
	set   func(o *office) // what is there before
	lead  string
	press string
	say   string
}

const composed = "> /broadcast\n> [Русский]\n> [Готово]\n(Привет)\n> [Сейчас]"

// deeds are all there are: a test compares them with the words of the audit log,
// in which every deed stands.
var deeds = []deed{
	{name: "audit", right: market.MayAppoint, say: "/audit"},
	{name: "staff", right: market.MayAppoint, say: "/admins"},
	{name: "stats", right: market.MayCount, say: "/stats"},
	{name: "look", right: market.MayLook, say: "/user 42"},
	{name: "appoint", right: market.MayAppoint, lead: "> /admins\n> [Назначить]\n> 42", press: "админ"},
	{name: "dismiss", right: market.MayAppoint, lead: "> /admins\n> [поддержка · 3]", press: "Снять с роли"},
	{name: "preview", right: market.MayBroadcast, lead: composed, press: "Показать мне"},
	{name: "broadcast", right: market.MayBroadcast, lead: composed + "\n> [Отправить · 3]", press: "Да, отправить"},
	{name: "pause", right: market.MayBroadcast, set: sending(market.OrderRun), lead: "> /broadcast\n> [идёт]", press: "Пауза"},
	{name: "resume", right: market.MayBroadcast, set: sending(market.OrderPause), lead: "> /broadcast\n> [на паузе]", press: "Продолжить"},
	{name: "cancel", right: market.MayBroadcast, set: sending(market.OrderRun), lead: "> /broadcast\n> [идёт]\n> [Остановить]", press: "Да, остановить"},
	{name: "failures", right: market.MayBroadcast, set: sent, lead: "> /broadcast\n> [завершена]", press: "Кому не дошло"},
	{name: "block", right: market.MayBlock, lead: "> /user 42", press: "Заблокировать"},
	{name: "unblock", right: market.MayBlock, set: keptOut, lead: "> /user 42", press: "Разблокировать"},
	{name: "answer", right: market.MayAnswer, lead: "> /user 42\n> [Написать]", say: "Уже там"},
}

// sending is an office with a broadcast that is on its way.
func sending(order market.BroadcastOrder) func(*office) {
	return func(o *office) {
		o.broadcasts["b1"] = market.Broadcast{ID: "b1", By: owner, State: market.BroadcastRunning, Wanted: order, Total: 3}
		o.failures = []market.Delivery{{Person: 77, State: market.RecipientBlocked}}
	}
}

// sent is an office with a broadcast that did not reach somebody, and another one
// on its way.
func sent(o *office) {
	sending(market.OrderRun)(o)
	o.broadcasts["b2"] = market.Broadcast{ID: "b2", By: owner, State: market.BroadcastDone, Total: 3, Tally: market.Tally{Delivered: 2, Blocked: 1}}
}

func keptOut(o *office) { o.blocked[seller] = o.since }

// officeFor is an office in which a deed can be done, and somebody of a role.
func (d deed) officeFor(t *testing.T, role market.StaffRole) (*office, *chat) {
	o := openOffice()
	o.cards[seller] = market.PersonCard{}
	o.staff[actor] = role
	c := o.enters(t, actor)
	o.since = c.now
	if d.set != nil {
		d.set(o)
	}
	c.says("/start")
	return o, c
}

// actor is whose deeds are tried.
const actor = 9

// leads brings the person to the last step, and gives the data of its button.
func (d deed) leads(c *chat) (data string) {
	for line := range strings.Lines(d.lead) {
		if words, ok := strings.CutPrefix(strings.TrimSpace(line), "("); ok {
			c.sendsPart(dialogs.Said, "", market.Part{Kind: market.PartText, Text: strings.TrimSuffix(words, ")")})
			continue
		}
		c.talk(line)
	}
	if d.press == "" {
		return ""
	}
	b, ok := c.button(c.view, d.press)
	if !ok {
		c.fatal("%s: there is no button %q", d.name, d.press)
	}
	return b.Data
}

// does takes the last step.
func (d deed) does(c *chat, data string) {
	if d.press != "" {
		c.pressData(d.press, data)
		return
	}
	c.says(d.say)
}

// Each deed is done by those who may; to all others, also to those who might a
// moment ago and have the last step before their eyes, nothing happens and
// nothing is shown.
func TestDeeds(t *testing.T) {
	t.Parallel()
	for _, d := range deeds {
		for _, role := range append([]market.StaffRole{""}, market.StaffRoles...) {
			t.Run(d.name+" by "+string(role), func(t *testing.T) {
				t.Parallel()
				o, c := d.officeFor(t, market.StaffOwner)
				data := d.leads(c)
				o.staff[actor] = role // from now on
				before, done := o.state(t), len(o.deeds)
				d.does(c, data)
				switch {
				case role.May(d.right):
					if len(o.deeds) != done+1 || o.deeds[done].What != d.name || o.deeds[done].By != actor {
						c.fatal("it is not done, or not noted: %+v", o.deeds[done:])
					}
				case role == "":
					c.quiet("", before)
				case o.state(t) != before:
					c.fatal("changed\n%s\ninto\n%s", before, o.state(t))
				}
			})
		}
	}
}

// A button that another person copied does nothing, whoever presses it; words
// do only what their speaker may.
func TestDeedsCopied(t *testing.T) {
	t.Parallel()
	for _, d := range deeds {
		for _, role := range append([]market.StaffRole{""}, market.StaffRoles...) {
			if d.press == "" && role.May(d.right) {
				continue
			}
			t.Run(d.name+" by "+string(role), func(t *testing.T) {
				t.Parallel()
				o, thief := d.officeFor(t, role)
				boss := o.enters(t, owner)
				boss.says("/start")
				data := d.leads(boss)
				before := o.state(t)
				d.does(thief, data)
				thief.quiet("", before)
			})
		}
	}
}

// A message of the staff that somebody forwards does for them what any other
// forwarded message does.
func TestForwarded(t *testing.T) {
	t.Parallel()
	forward := func(from int64, text string) string {
		o, c := deed{set: sending(market.OrderRun)}.officeFor(t, "")
		before := o.state(t)
		c.event(dialogs.Event{Kind: dialogs.Said, Text: text, Origin: from, Part: &market.Part{Kind: market.PartText, Text: text}})
		c.quiet("", before)
		return c.shows()
	}
	for _, words := range []string{"/broadcast", "Рассылка b1", "42"} {
		if got, want := forward(owner, words), forward(77, words); got != want {
			t.Errorf("%q of the owner is answered with\n%s\nand of anybody with\n%s", words, got, want)
		}
	}
}

// The table of deeds is whole: each word of the audit log has a row.
func TestDeedsAreAll(t *testing.T) {
	t.Parallel()
	bundle, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	var noted, listed []string
	for _, key := range bundle.Keys() {
		if name, ok := strings.CutPrefix(key, "deed."); ok {
			noted = append(noted, name)
		}
	}
	for _, d := range deeds {
		listed = append(listed, d.name)
	}
	slices.Sort(noted)
	slices.Sort(listed)
	if !slices.Equal(noted, listed) {
		t.Errorf("the audit log knows the deeds\n%v\nand the table has\n%v", noted, listed)
	}
}

// noticeRights are the buttons of messages that stay in the chat which only the
// staff may press.
var noticeRights = map[string]market.Right{
	"bps": market.MayBroadcast, "brs": market.MayBroadcast, "bst": market.MayBroadcast, "bcs": market.MayBroadcast,
	"ans": market.MayAnswer,
}

// Whatever operation of the product is forged into the data of a notice's button,
// it does to somebody without its right what it does to an ordinary person, and
// to them nothing that depends on the office.
func TestForgedNotices(t *testing.T) {
	t.Parallel()
	operations := constants(t, "*.go", "op")
	if len(operations) < 80 {
		t.Fatalf("only %d operations are found", len(operations))
	}
	for _, op := range operations {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			staffOnly := false
			for _, arg := range []string{"b1", "42", "42-q1", "omarket", "999md", ""} {
				data := fmt.Sprintf("n:%s:%s", arg, op)
				nobody := forges(t, data, "", sending(market.OrderRun))
				if empty := forges(t, data, "", func(*office) {}); empty != nobody {
					t.Errorf("%s shows an ordinary person something of the office:\n%s\nand not\n%s", data, nobody, empty)
				}
				right := noticeRights[op]
				for _, role := range market.StaffRoles {
					if right == market.MayBroadcast && role.May(right) && arg != "b1" {
						continue // there is no other broadcast
					}
					differs := forges(t, data, role, sending(market.OrderRun)) != nobody
					staffOnly = staffOnly || differs
					if differs && !role.May(right) {
						t.Errorf("%s does for %s what is not theirs; its right is %q", data, role, right)
					}
				}
			}
			if _, listed := noticeRights[op]; listed && !staffOnly {
				t.Errorf("%s is listed as the staff's and does nothing for them", op)
			}
		})
	}
}

// forges has somebody of a role press a forged button, and tells what came of it.
func forges(t *testing.T, data string, role market.StaffRole, set func(*office)) string {
	o, c := deed{set: set}.officeFor(t, role)
	before := o.state(t)
	c.pressData(data, data)
	o.newsOff = map[int64]bool{} // is everybody's own
	kinds := make([]string, len(c.turn.Replies))
	for i, r := range c.turn.Replies {
		kinds[i] = string(r.Kind)
	}
	return fmt.Sprintln(c.shows(), c.toast(), kinds, o.state(t) != before)
}

// The table of the staff's dialogs is whole: whoever adds one adds a row, and it
// is tried in the hands of who was dismissed.
func TestOfficeFramesAreAll(t *testing.T) {
	t.Parallel()
	found := slices.DeleteFunc(constants(t, "admin.go", "frame"), func(name string) bool {
		return name == "support" // everybody's
	})
	listed := slices.Sorted(slices.Values(officeFrames))
	if !slices.Equal(found, listed) {
		t.Errorf("the staff has the dialogs\n%v\nand the table\n%v", found, listed)
	}
}

// constants are the values of the product's text constants whose names begin so.
func constants(t *testing.T, files, prefix string) []string {
	t.Helper()
	names, err := filepath.Glob(files)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 && strings.HasPrefix(spec.Names[0].Name, prefix) {
				if value, ok := text(spec.Values[0]); ok {
					found = append(found, value)
				}
			}
			return true
		})
	}
	slices.Sort(found)
	return slices.Compact(found)
}
