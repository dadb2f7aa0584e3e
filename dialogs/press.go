package dialogs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bazarbot/market"
)

// Operations every dialog understands; those of one dialog stand in its file.
// They travel in buttons, so they are short.
const (
	opHome   = "h"
	opBack   = "b"
	opAgain  = "r" // show the same once more
	opNew    = "new"
	opSame   = "same" // a new ad like the last one
	opAds    = "ads"
	opDrafts = "drf"
	opHelp   = "help"
	opOpen   = "o"
	opPage   = "p"
)

// noticeMark begins the data of a notice's button: n:<notice>:<op>.
const noticeMark = "n"

// bind gives the buttons of a view their data. What a button stands for stays
// in the session; Telegram carries only <frame>:<revision>:<op>:<slot>.
func (t *Turn) bind(f *Frame, v *View) {
	shown := Shown{
		Frame: f.ID, Revision: t.s.Shown.Revision + 1, Photo: v.Photo != "", Keyboard: !v.Contact.IsZero(),
		Publishing: v.Publishing,
	}
	for _, row := range v.Rows {
		for i := range row {
			b := &row[i]
			if b.URL != "" {
				continue
			}
			b.Data = fmt.Sprintf("%s:%d:%s:%d", f.ID, shown.Revision, b.Op, len(shown.Slots))
			shown.Slots = append(shown.Slots, b.Op+":"+b.Arg)
		}
	}
	t.s.Shown = shown
}

// NewsOffData is in the button that each broadcast carries: it turns them off.
// It stays valid for ever.
var NewsOffData = noticeData(opNewsOff, "news")

func noticeData(op, arg string) string { return noticeMark + ":" + arg + ":" + op }

// pressed works a press on a button, whoever's screen it was on.
func (t *Turn) pressed() error {
	parts := strings.Split(t.ev.Button, ":")
	if len(parts) == 3 && parts[0] == noticeMark {
		t.fresh = true
		return t.pressedNotice(parts[2], parts[1])
	}
	f := t.s.top()
	arg, ok := t.pressedArg(parts)
	if !ok {
		t.toast = say("toast.old_button")
		t.fresh = t.ev.Message != t.s.Screen && !t.pressedTwice(parts)
		return nil
	}
	op := parts[2]
	switch op {
	case opHome:
		return t.goHome()
	case opAgain:
		return nil
	}
	return t.d.dialogs[f.Name].press(t, f, op, arg)
}

// pressedArg is what the pressed button stands for; false when the button is
// not of the screen shown last.
func (t *Turn) pressedArg(parts []string) (string, bool) {
	if len(parts) != 4 {
		return "", false
	}
	revision, err := strconv.Atoi(parts[1])
	if err != nil || parts[0] != t.s.top().ID || parts[0] != t.s.Shown.Frame || revision != t.s.Shown.Revision {
		return "", false
	}
	slot, err := strconv.Atoi(parts[3])
	if err != nil || slot < 0 || slot >= len(t.s.Shown.Slots) {
		return "", false
	}
	return strings.CutPrefix(t.s.Shown.Slots[slot], parts[2]+":")
}

// pressedTwice reports whether a button is of the screen just before the present
// one, which then stands right below: it need not be sent once more.
func (t *Turn) pressedTwice(parts []string) bool {
	return len(parts) == 4 && parts[1] == strconv.Itoa(t.s.Shown.Revision-1)
}

// pressedNotice works the button of a message that stayed in the chat. Its
// argument came from outside: whose it is, is checked by what it opens.
func (t *Turn) pressedNotice(op, arg string) error {
	switch op {
	case opNew:
		return t.startAd()
	case opSame:
		return t.startLike(market.ID(arg))
	case opAds:
		t.openAds(arg)
		return nil
	case opDrafts:
		t.openDrafts()
		return nil
	case opCard:
		t.openCard(arg)
		return nil
	case opOpen:
		return t.resumeDraft(arg)
	case opPay:
		return t.resumeUnpaid(arg)
	case opReview:
		return t.reviewDraft(arg)
	case opEditAgain:
		t.resumeEdit(arg)
		return nil
	case opUndo:
		t.undo(arg)
		return nil
	case opEnter:
		return t.enter(arg)
	case opManyAgain:
		t.againMany(arg)
		return nil
	case opNewsOff:
		t.news(true)
		return nil
	case opSupport:
		t.open(frameSupport)
		return nil
	case opAnswer:
		return t.answerQuestion(arg)
	case opPause, opResume, opStop, opFailures:
		return t.pressedMailing(op, arg)
	}
	return t.goHome()
}

// Commands lists the commands in the order of their menu. What no market can do
// is not among them.
func (d *Dialogs) Commands() []string {
	names := []string{"new", "ads", "search", "drafts", "accounts", "settings", "lang", "faq", "help", "support", "id", "cancel", "start"}
	return slices.DeleteFunc(names, func(name string) bool {
		return name == "search" && len(d.searched()) == 0 || name == "faq" && len(d.explained()) == 0
	})
}

// command works a /command.
func (t *Turn) command(name string) error {
	switch name {
	case "start":
		if err := t.welcomeStaff(); err != nil {
			return err
		}
		return t.goHome()
	case "id":
		t.showID()
	case "support":
		t.open(frameSupport)
	case "new":
		return t.startAd()
	case "ads":
		t.openAds("")
	case "drafts":
		t.openDrafts()
	case "accounts":
		t.open(frameAccounts)
	case "search":
		t.openSearch()
	case "faq":
		t.openFAQ("")
	case "settings":
		t.open(frameSettings)
	case "lang":
		t.open(frameLang)
	case "help":
		t.open(frameHelp)
	case "cancel":
		return t.cancel()
	default:
		if known, err := t.officeCommand(name, t.ev.Arg); known || err != nil {
			return err
		}
		if opens(t.s.current()) { // it may be a secret that begins with a slash
			t.erase()
		}
		t.note = say("note.unknown_command")
	}
	return nil
}

// open puts a screen above the present one, so that Back leads to what was
// being done. The same screen is not stacked twice: one that is open already
// comes to the top as it was.
func (t *Turn) open(name string) {
	f := t.s.find(func(f *Frame) bool { return f.Name == name })
	switch {
	case f == nil:
		f = &Frame{Name: name}
	case f == t.s.top():
		return
	default:
		t.removeFrame(f)
	}
	t.s.push(f)
}

// goHome closes everything. A form that is a draft is kept as one.
func (t *Turn) goHome() error {
	t.dropEmptyDrafts()
	if kept := t.s.find(func(f *Frame) bool { return f.Draft != "" && (f.Name == frameNewAd || f.Name == frameTopUp) }); kept != nil && t.note.IsZero() {
		if d, err := t.draft(kept.Draft); err != nil {
			return err
		} else if d != nil {
			t.note = say("note.draft_kept")
		}
	}
	if t.s.home() && t.note.IsZero() {
		t.note = say("edit.parked")
	}
	return nil
}

// cancel asks what becomes of a form, or goes home.
func (t *Turn) cancel() error {
	f := t.s.find(func(f *Frame) bool { return f.Draft != "" || f.Form != nil })
	if f == nil {
		t.note = say("note.nothing_to_cancel")
		return t.goHome()
	}
	for t.s.top() != f {
		t.s.pop()
	}
	if f.Name == framePublishing {
		return nil
	}
	return t.d.dialogs[f.Name].press(t, f, opCancel, "")
}
