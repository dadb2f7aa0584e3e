package dialogs

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"bazarbot/market"
)

// Office is what the dialogs of the staff read.
type Office interface {
	Register
	Mailings
	Stats(ctx context.Context, now time.Time) (market.Stats, error)
}

// Register knows the people of the bot.
type Register interface {
	// StaffRole is a person's role as of now.
	StaffRole(ctx context.Context, person int64) (market.StaffRole, error)
	Staff(ctx context.Context) ([]market.Staff, error)
	// Deeds lists a page of the audit log, and tells how long that is.
	Deeds(ctx context.Context, skip, most int) ([]market.Deed, int, error)
	// FindPerson tells whose username it is; 0 for nobody's.
	FindPerson(ctx context.Context, username string) (int64, error)
	PersonCard(ctx context.Context, id int64) (market.PersonCard, bool, error)
	Session(ctx context.Context, person int64) (market.Session, error)
}

// Mailings knows the broadcasts.
type Mailings interface {
	// Broadcast reads a broadcast; [market.ErrNone] when there is none of that id.
	Broadcast(ctx context.Context, id string) (market.Broadcast, error)
	Broadcasts(ctx context.Context, most int) ([]market.Broadcast, error)
	CountAudience(ctx context.Context, a market.Audience) (int, error)
	Failures(ctx context.Context, broadcast string) ([]market.Delivery, error)
}

// OfficeCommands are the commands of the staff, in the order of their menu, and
// the right that each needs. To everybody else they are commands like any that
// does not exist.
var OfficeCommands = []OfficeCommand{
	{"broadcast", market.MayBroadcast, (*Turn).openMailings},
	{"stats", market.MayCount, (*Turn).openStats},
	{"user", market.MayLook, (*Turn).openPerson},
	{"admins", market.MayAppoint, (*Turn).openStaff},
	{"audit", market.MayAppoint, (*Turn).openAudit},
}

// OfficeCommand is a command of the staff.
type OfficeCommand struct {
	Name  string
	Right market.Right
	open  func(t *Turn, arg string) error
}

// officeCommand works a command of the staff; false when it is none, or not this
// person's.
func (t *Turn) officeCommand(name, arg string) (bool, error) {
	for _, c := range OfficeCommands {
		if c.Name != name {
			continue
		}
		if ok, err := t.may(c.Right); !ok || err != nil {
			return false, err
		}
		return true, c.open(t, arg)
	}
	return false, nil
}

// role is the person's role, asked for at each turn: a dismissed admin's old
// buttons do nothing.
func (t *Turn) role() (market.StaffRole, error) {
	if t.d.Office == nil {
		return "", nil
	}
	if t.staff == nil {
		role, err := t.d.Office.StaffRole(t, t.ev.Person.ID)
		if err != nil {
			return "", err
		}
		t.staff = &role
	}
	return *t.staff, nil
}

// may reports whether the person has a right.
func (t *Turn) may(right market.Right) (bool, error) {
	role, err := t.role()
	return role.May(right), err
}

// guarded is a dialog of the staff. Whoever has no right to it finds neither it
// nor that there was one.
type guarded struct {
	dialog
	right market.Right
}

func (g guarded) view(t *Turn, f *Frame) (View, error) {
	if ok, err := t.may(g.right); !ok || err != nil {
		t.s.pop()
		return View{}, err
	}
	return g.dialog.view(t, f)
}

func (g guarded) press(t *Turn, f *Frame, op, arg string) error {
	if ok, err := t.may(g.right); !ok || err != nil {
		t.s.pop()
		t.toast = say("toast.old_button")
		return err
	}
	return g.dialog.press(t, f, op, arg)
}

func (g guarded) hear(t *Turn, f *Frame, ev Event) (bool, error) {
	if ok, err := t.may(g.right); !ok || err != nil {
		t.s.pop()
		return false, err
	}
	return g.dialog.hear(t, f, ev)
}

func (g guarded) takes(t *Turn, f *Frame, ev Event) (bool, error) {
	to, takes := g.dialog.(taker)
	if !takes {
		return false, nil
	}
	if ok, err := t.may(g.right); !ok || err != nil {
		t.s.pop()
		return false, err
	}
	return to.takes(t, f, ev)
}

// taker is a dialog that takes messages of any kind, as they are.
type taker interface {
	takes(t *Turn, f *Frame, ev Event) (bool, error)
}

// taken gives a message to a dialog that takes it as it is.
func (t *Turn) taken() (bool, error) {
	switch to := t.further(); {
	case to.Mailing != "":
		return true, t.addToMailing(to.Mailing)
	case to.Asks:
		return true, t.askFurther(to)
	case to.Answers != 0:
		return true, t.answerFurther(to)
	}
	f := t.s.current()
	to, ok := t.d.dialogs[f.Name].(taker)
	if !ok {
		return false, nil
	}
	took, err := to.takes(t, f, t.ev)
	if took {
		t.closeAsides()
	}
	return took, err
}

// deed notes what somebody of the staff did.
func (t *Turn) deed(what string, whom int64, details string) {
	t.Changes.Deeds = append(t.Changes.Deeds, market.Deed{
		ID: newID(10), At: t.now, By: t.ev.Person.ID, What: what, Whom: whom, Details: details,
	})
}

// letter has another person told something.
func (t *Turn) letter(l market.Letter) {
	if l.ID == "" {
		l.ID = newID(10)
	}
	t.Letters = append(t.Letters, l)
}

// menu has the person's list of commands follow their role.
func (t *Turn) menu(role market.StaffRole) {
	t.reply(Reply{Kind: ReplyMenu, Role: role})
}

// welcomeStaff gives the staff their commands when they say /start: before that
// Telegram knows no chat to give them to.
func (t *Turn) welcomeStaff() error {
	role, err := t.role()
	if role != "" {
		t.menu(role)
	}
	return err
}

var username = regexp.MustCompile(`^@?[A-Za-z][A-Za-z0-9_]{3,31}$`)

// whose finds out who is meant: by an id, by a @name the bot has met, or by a
// message of theirs that was forwarded. Why tells what is wrong.
func (t *Turn) whose(ev Event) (id int64, why Text, err error) {
	text := strings.TrimSpace(ev.Text)
	switch {
	case ev.Origin != 0:
		return ev.Origin, Text{}, nil
	case username.MatchString(text):
		id, err := t.d.Office.FindPerson(t, strings.TrimPrefix(text, "@"))
		if err == nil && id == 0 {
			why = say("refuse.nobody", "Name", clip(text, 40))
		}
		return id, why, err
	}
	id, bad := strconv.ParseInt(text, 10, 64)
	if bad != nil || id <= 0 {
		return 0, say("refuse.person"), nil
	}
	return id, Text{}, nil
}

// showID tells a person their own id.
func (t *Turn) showID() {
	t.note = say("id.yours", "ID", strconv.FormatInt(t.ev.Person.ID, 10))
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }

// when is a moment as the staff reads it.
func when(at time.Time) Moment { return Moment{At: at, Market: market.MD999} }

// The names of the dialogs of the staff, and of writing to them.
const (
	frameSupport     = "support"
	frameAnswer      = "answer"
	frameStaff       = "staff"
	frameStaffer     = "staffer"
	frameAppoint     = "appoint"
	frameAudit       = "audit"
	frameStats       = "stats"
	framePerson      = "person"
	frameMailings    = "mailings"
	frameMailing     = "mailing"
	frameMailingCard = "mailingcard"
)

// officeDialogs are the dialogs of the staff, each behind its right.
func officeDialogs() map[string]dialog {
	return map[string]dialog{
		frameSupport:     support{},
		frameAnswer:      guarded{answer{}, market.MayAnswer},
		frameStaff:       guarded{staffList{}, market.MayAppoint},
		frameStaffer:     guarded{staffer{}, market.MayAppoint},
		frameAppoint:     guarded{appointing{form{appointment{}}}, market.MayAppoint},
		frameAudit:       guarded{audit{}, market.MayAppoint},
		frameStats:       guarded{stats{}, market.MayCount},
		framePerson:      guarded{person{}, market.MayLook},
		frameMailings:    guarded{mailingList{}, market.MayBroadcast},
		frameMailing:     guarded{composing{form{mailing{}}}, market.MayBroadcast},
		frameMailingCard: guarded{mailingCard{}, market.MayBroadcast},
	}
}
