package dialogs_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

const seller = 42

// chat is one person's conversation with the bot. Between two events the
// session is only what was stored of it.
type chat struct {
	t        testing.TB
	dialogs  *dialogs.Dialogs
	store    *memory
	market   *table
	person   dialogs.Person
	body     []byte // the session as it is stored
	screen   int64  // message id of the screen
	message  int64  // the newest message's id
	now      time.Time
	step     time.Duration // between two events
	view     dialogs.View  // the screen
	turn     *dialogs.Turn // the newest
	notices  []dialogs.View
	albums   []dialogs.View // all so far
	amended  map[int64]dialogs.View
	acts     []market.AdJob
	progress progress
	jobs     []market.PublishJob
	timers   []market.Timer
	signs    []market.SignJob
	keyboard string       // the label of the button under the input field
	hidden   []string     // what must be neither in the session, nor in a draft, nor in the log
	journal  bytes.Buffer // the product's log
	pictures func(market.Photo) error
	office   *office         // nil: nobody is of the staff
	log      strings.Builder // what was said, to be read when something fails
}

// Check lets the test decide which pictures can be used.
func (c *chat) Check(_ context.Context, photo market.Photo) error {
	if c.pictures == nil {
		return nil
	}
	return c.pictures(photo)
}

// meet begins a conversation on a market, with no account connected.
func meet(t testing.TB, m *table, more ...dialogs.Market) *chat {
	c := &chat{
		t: t, store: newMemory(), market: m, step: time.Second,
		person: dialogs.Person{ID: seller, Name: "Seller", LangCode: "ru"},
		now:    time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC),
	}
	c.dialogs = dialogs.New(dialogs.Config{
		Store: c.store, Listings: c.store, Ledger: c.store, Markets: append([]dialogs.Market{m}, more...), Pictures: c,
		Log: slog.New(slog.NewTextHandler(&c.journal, nil)), Now: func() time.Time { return c.now },
	})
	return c
}

// seat begins a conversation with an account connected.
func seat(t testing.TB, m *table) *chat {
	c := meet(t, m)
	c.account("acc1", "good-key")
	return c
}

func (c *chat) account(id string, key market.Secret) {
	c.store.accounts[id] = market.Account{
		ID: id, Person: seller, Market: c.market.id, Label: "+" + id, State: market.AccountActive,
		Default: len(c.store.accounts) == 0, Secret: key, CreatedAt: c.now,
	}
}

// event lets something happen, and checks what must hold after whatever happens.
func (c *chat) event(ev dialogs.Event) {
	c.t.Helper()
	c.now = c.now.Add(c.step)
	ev.Person = c.person
	ev.Date = c.now
	s, err := dialogs.DecodeSession(c.body)
	if err != nil {
		c.fatal("the stored session: %v", err)
	}
	s.Screen = c.screen
	c.office.stands(ev.Person.ID, s)
	turn, err := c.dialogs.Handle(c.t.Context(), s, ev)
	if err != nil {
		c.fatal("an event was not answered: %v", err)
	}
	c.keep(s, turn)
	c.notices = nil
	for _, r := range turn.Replies {
		c.reply(r)
	}
	c.tellSent(turn)
}

// keep commits a turn, and checks that the session survives being stored.
func (c *chat) keep(s *dialogs.Session, turn *dialogs.Turn) {
	c.t.Helper()
	body, err := s.Encode()
	if err != nil {
		c.fatal("encode the session: %v", err)
	}
	again, err := dialogs.DecodeSession(body)
	if err != nil {
		c.fatal("decode the session: %v", err)
	}
	if twice, err := again.Encode(); err != nil || !bytes.Equal(twice, body) {
		c.fatal("the session does not survive being stored:\n%s\n%s", body, twice)
	}
	c.body, c.turn = body, turn
	c.store.commit(turn.Changes)
	c.office.commit(turn)
	c.jobs = append(c.jobs, turn.Jobs...)
	c.acts = append(c.acts, turn.Acts...)
	c.timers = append(c.timers, turn.Timers...)
	c.signs = append(c.signs, turn.Signs...)
	c.hides()
}

// hides checks that what must be hidden is.
func (c *chat) hides() {
	c.t.Helper()
	for _, secret := range c.hidden {
		places := map[string]string{"session": string(c.body), "log": c.journal.String()}
		for id, d := range c.store.drafts {
			places["draft "+id] = string(d.Body)
		}
		for place, text := range places {
			if strings.Contains(text, secret) {
				c.fatal("%q is in the %s:\n%s", secret, place, text)
			}
		}
	}
}

// reply shows a reply in the chat.
func (c *chat) reply(r dialogs.Reply) {
	c.t.Helper()
	s := c.speaker()
	switch r.Kind {
	case dialogs.ReplyToast:
		for _, lang := range market.Langs {
			if n := units(speaker{c.t, lang}.plain(r.Text)); n > maxToast {
				c.t.Errorf("a toast of %d units in %s", n, lang)
			}
		}
		if !r.Text.IsZero() {
			c.note("~ " + s.plain(r.Text))
		}
	case dialogs.ReplyErase:
		c.note("(your message was deleted)")
	case dialogs.ReplyNotice:
		if r.Message != 0 {
			c.amends(r)
			return
		}
		c.message++
		c.notices = append(c.notices, r.View)
		c.note("(stays) " + s.screen(r.View))
		fits(c.t, r.View)
	case dialogs.ReplyKeyboard:
		c.message++
		c.keyboard = s.plain(r.View.Contact)
		c.note("(keyboard) [" + c.keyboard + "] " + s.screen(r.View))
		fits(c.t, r.View)
	case dialogs.ReplyAlbum:
		c.message++
		c.note("(album) " + strings.Join(r.View.Photos, " "))
		c.albums = append(c.albums, r.View)
		fits(c.t, r.View)
	case dialogs.ReplyProgress:
		c.shown(r)
	case dialogs.ReplyContent, dialogs.ReplyFile, dialogs.ReplyChart, dialogs.ReplyMenu:
		c.note(fmt.Sprintf("(%s)", r.Kind))
	case dialogs.ReplyScreen:
		if r.Message != 0 && r.Message != c.screen {
			c.fatal("the screen is message %d, and %d was changed", c.screen, r.Message)
		}
		if r.Message == 0 {
			c.message++
			c.screen = c.message
		}
		c.view = r.View
		c.note(s.screen(r.View))
		fits(c.t, r.View)
		if len(r.View.Rows) == 0 {
			c.t.Error("a dead end: the screen has no button")
		}
	}
	if c.t.Failed() {
		c.fatal("see above")
	}
}

func (c *chat) speaker() speaker {
	lang := market.Russian
	if c.turn != nil && c.turn.Lang() != "" {
		lang = c.turn.Lang()
	}
	return speaker{c.t, lang}
}

func (c *chat) note(s string) { fmt.Fprintf(&c.log, "    %s\n", strings.ReplaceAll(s, "\n", "\n    ")) }

// fatal ends the test with the whole conversation.
func (c *chat) fatal(format string, args ...any) {
	c.t.Helper()
	c.t.Fatalf("%s\n\n  %s", c.log.String(), fmt.Sprintf(format, args...))
}

// says lets the person send a text, or a /command.
func (c *chat) says(text string) {
	c.t.Helper()
	fmt.Fprintf(&c.log, "\n> %s\n", clipped(text))
	c.message++
	ev := dialogs.Event{Kind: dialogs.Said, Message: c.message, Text: text, Part: &market.Part{Kind: market.PartText, Text: text}, Long: units(text) >= maxText, Ample: units(text) >= maxText/2}
	if name, ok := strings.CutPrefix(text, "/"); ok {
		ev.Kind = dialogs.Command
		ev.Text, ev.Arg, _ = strings.Cut(name, " ")
	}
	c.event(ev)
}

func clipped(s string) string {
	if r := []rune(s); len(r) > 80 {
		return fmt.Sprintf("%s… (%d)", string(r[:80]), len(r))
	}
	return s
}

// sends lets the person send what is no text.
func (c *chat) sends(kind dialogs.EventKind) {
	c.t.Helper()
	fmt.Fprintf(&c.log, "\n> (%s)\n", kind)
	c.message++
	c.event(dialogs.Event{Kind: kind, Message: c.message})
}

// photo lets the person send a picture.
func (c *chat) photo(ev dialogs.Event) {
	c.t.Helper()
	fmt.Fprintf(&c.log, "\n> (photo %s %s)\n", ev.Photo.FileID, ev.Album)
	c.message++
	ev.Kind, ev.Message = dialogs.Pictured, c.message
	ev.Photo.UniqueID = "u-" + ev.Photo.FileID
	ev.Part = &market.Part{Kind: market.PartPhoto, File: ev.Photo.FileID, Text: ev.Text}
	c.event(ev)
}

// presses lets the person press the first button that is labelled so, or
// whose label holds the text.
func (c *chat) presses(label string) {
	c.t.Helper()
	b, ok := c.button(c.view, label)
	if !ok {
		c.fatal("there is no button %q", label)
	}
	c.pressData(label, b.Data)
}

func (c *chat) pressData(label, data string) {
	c.t.Helper()
	fmt.Fprintf(&c.log, "\n> [%s]\n", label)
	c.event(dialogs.Event{Kind: dialogs.Pressed, Message: c.screen, Button: data})
}

func (c *chat) button(v dialogs.View, label string) (dialogs.Button, bool) {
	s := c.speaker()
	all := slices.Concat(v.Rows...)
	for _, fit := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.Contains} {
		for _, b := range all {
			if fit(s.plain(b.Label), label) {
				return b, true
			}
		}
	}
	return dialogs.Button{}, false
}

// contact lets the person send a phone number from Telegram.
func (c *chat) contact(phone string, own bool) {
	c.t.Helper()
	fmt.Fprintf(&c.log, "\n> (contact %s)\n", phone)
	c.message++
	c.event(dialogs.Event{Kind: dialogs.Contact, Message: c.message, Phone: phone, Own: own})
}

// reports lets a job tell how far it is.
func (c *chat) reports(r market.Report) {
	c.t.Helper()
	fmt.Fprintf(&c.log, "\n* %s %s\n", r.Stage, r.Kind)
	c.event(dialogs.Event{Kind: dialogs.Reported, Report: r})
}

// rings lets the newest timer come due.
func (c *chat) rings() {
	c.t.Helper()
	timer := c.timers[len(c.timers)-1]
	if timer.Due.After(c.now) {
		c.now = timer.Due
	}
	fmt.Fprintf(&c.log, "\n* %s %s\n", timer.Name, timer.Arg)
	c.event(dialogs.Event{Kind: dialogs.Timed, Name: timer.Name, Arg: timer.Arg})
}

// shows is the screen as the person sees it.
func (c *chat) shows() string { return c.speaker().screen(c.view) }

// toast is what the newest press was answered with.
func (c *chat) toast() string {
	for _, r := range c.turn.Replies {
		if r.Kind == dialogs.ReplyToast {
			return c.speaker().plain(r.Text)
		}
	}
	return ""
}

// draft is the state of the person's only draft, or of the one changed last.
func (c *chat) draft() market.Draft {
	c.t.Helper()
	drafts, _ := c.store.Drafts(c.t.Context(), seller)
	if len(drafts) == 0 {
		c.fatal("there is no draft")
	}
	return drafts[0]
}
