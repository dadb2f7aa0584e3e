package dialogs

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"slices"
	"strings"
	"time"

	"bazarbot/market"
)

// Turn is the answer to one event while it is being worked. What it gathered
// is committed with the session in one transaction; then the replies are sent.
type Turn struct {
	context.Context
	d   *Dialogs
	s   *Session
	ev  Event
	now time.Time

	Changes market.Changes
	Jobs    []market.PublishJob
	Acts    []market.AdJob
	Signs   []market.SignJob
	Timers  []market.Timer
	Letters []market.Letter
	Bulks   []market.BulkJob
	Replies []Reply

	note   Text          // said on top of the screen
	toast  Text          // answers the press
	fresh  bool          // the screen goes into a new message
	silent bool          // nothing is shown
	failed *market.Error // what kept the event from taking effect

	drafts   []market.Draft // as of this turn; nil until read
	accounts []market.Account
	states   map[string]*FormState // decoded bodies of drafts
	uploads  map[string]int        // photos sent today, by account
	stocks   map[string]*stock     // accounts' ads, as this turn shows them
	staff    *market.StaffRole     // the person's role; nil until read
	figures  *market.Stats         // nil until read
	anew     bool                  // ads are read from their market, however lately that was done
	ended    map[string]Text       // how publishing ended, by draft
}

// Lang is the language this turn is answered in.
func (t *Turn) Lang() market.Lang { return t.s.Lang }

// screen turns a view into the reply that shows it, with buttons that belong
// to this revision of this frame.
func (t *Turn) screen(f *Frame, v View) {
	if !t.note.IsZero() {
		v.Note = join("\n", t.note, v.Note)
	}
	if !t.toast.IsZero() || t.ev.Kind == Pressed {
		t.reply(Reply{Kind: ReplyToast, Text: t.toast})
	}
	t.keyboard(v)
	message := t.s.Screen
	if t.fresh || (v.Photo != "") != t.s.Shown.Photo {
		message = 0
		t.leaveStanding()
	}
	t.bind(f, &v)
	t.Replies = append(t.Replies, Reply{Kind: ReplyScreen, View: v, Message: message})
}

// keyboard brings the button under the input field that a view offers, and takes
// it away with the first view that does not. Telegram gives and takes it only
// with a message of its own; the screen follows below that.
func (t *Turn) keyboard(v View) {
	wanted := !v.Contact.IsZero()
	if wanted == t.s.Shown.Keyboard {
		return
	}
	about := View{Contact: v.Contact}
	if wanted {
		about.say(say("contact.offered"))
	} else {
		about.say(say("contact.taken_away"))
	}
	t.reply(Reply{Kind: ReplyKeyboard, View: about})
	t.fresh = true
}

// reply adds a reply that comes before the screen.
func (t *Turn) reply(r Reply) { t.Replies = append(t.Replies, r) }

// notice adds a message that stays in the chat; its buttons stay valid.
func (t *Turn) notice(v View) {
	for _, row := range v.Rows {
		for i := range row {
			if row[i].URL == "" {
				row[i].Data = noticeData(row[i].Op, row[i].Arg)
			}
		}
	}
	t.reply(Reply{Kind: ReplyNotice, View: v})
}

// erase deletes the person's message from the chat; if Telegram refuses, the
// person is asked to do it.
func (t *Turn) erase() {
	v := View{}
	v.say(say("secret.delete_yourself"))
	t.reply(Reply{Kind: ReplyErase, Message: t.ev.Message, View: v})
}

// market finds a market by its id; nil when it is not, or no longer, switched on.
func (t *Turn) market(id market.ID) Market {
	for _, m := range t.d.Markets {
		if m.ID() == id {
			return m
		}
	}
	return nil
}

// listDrafts reads the person's drafts, this turn's changes included, the one
// changed last first.
func (t *Turn) listDrafts() ([]market.Draft, error) {
	if t.drafts == nil {
		ds, err := t.d.Store.Drafts(t, t.ev.Person.ID)
		if err != nil {
			return nil, err
		}
		t.drafts = append([]market.Draft{}, ds...)
	}
	slices.SortStableFunc(t.drafts, func(a, b market.Draft) int { return b.UpdatedAt.Compare(a.UpdatedAt) })
	return t.drafts, nil
}

// draft finds one of the person's drafts; nil when it is gone. It is a copy:
// saving any draft moves the others about.
func (t *Turn) draft(id string) (*market.Draft, error) {
	if _, err := t.listDrafts(); err != nil {
		return nil, err
	}
	for _, d := range t.drafts {
		if d.ID == id {
			return &d, nil
		}
	}
	return nil, nil
}

// saveDraft records a draft for the commit.
func (t *Turn) saveDraft(d market.Draft) {
	d.Person = t.ev.Person.ID
	d.UpdatedAt = t.now
	same := func(o market.Draft) bool { return o.ID == d.ID }
	t.drafts = append(slices.DeleteFunc(t.drafts, same), d)
	t.Changes.Drafts = append(slices.DeleteFunc(t.Changes.Drafts, same), d)
}

// dropDraft deletes a draft with the commit.
func (t *Turn) dropDraft(id string) {
	same := func(o market.Draft) bool { return o.ID == id }
	t.drafts = slices.DeleteFunc(t.drafts, same)
	t.Changes.Drafts = slices.DeleteFunc(t.Changes.Drafts, same)
	t.Changes.DropDrafts = append(t.Changes.DropDrafts, id)
}

// listAccounts reads the person's accounts, this turn's changes included.
func (t *Turn) listAccounts() ([]market.Account, error) {
	if t.accounts == nil {
		as, err := t.d.Store.Accounts(t, t.ev.Person.ID)
		if err != nil {
			return nil, err
		}
		t.accounts = append([]market.Account{}, as...)
		t.lapse()
	}
	return t.accounts, nil
}

// accountsAt lists the person's usable accounts at a market.
func (t *Turn) accountsAt(id market.ID) ([]market.Account, error) {
	all, err := t.listAccounts()
	if err != nil {
		return nil, err
	}
	var at []market.Account
	for _, a := range all {
		if a.Market == id && a.State == market.AccountActive {
			at = append(at, a)
		}
	}
	return at, nil
}

// account finds one of the person's accounts, as a copy; nil when it is gone.
func (t *Turn) account(id string) (*market.Account, error) {
	if _, err := t.listAccounts(); err != nil {
		return nil, err
	}
	for _, a := range t.accounts {
		if a.ID == id {
			return &a, nil
		}
	}
	return nil, nil
}

// saveAccount records an account for the commit.
func (t *Turn) saveAccount(a market.Account) {
	a.Person = t.ev.Person.ID
	same := func(o market.Account) bool { return o.ID == a.ID }
	t.accounts = append(slices.DeleteFunc(t.accounts, same), a)
	t.Changes.Accounts = append(slices.DeleteFunc(t.Changes.Accounts, same), a)
}

// dropAccount deletes an account and its secret with the commit.
func (t *Turn) dropAccount(id string) {
	same := func(o market.Account) bool { return o.ID == id }
	t.accounts = slices.DeleteFunc(t.accounts, same)
	t.Changes.Accounts = slices.DeleteFunc(t.Changes.Accounts, same)
	t.Changes.DropAccounts = append(t.Changes.DropAccounts, id)
	delete(t.s.Entries, id)
	delete(t.s.Avatars, id)
}

// reconnect signs a person in again whose market no longer lets the bot in: the
// account is marked, and the way to open it stands above the dialog that needed
// it. False means that this is not the way to help.
func (t *Turn) reconnect(f *Frame, id market.ID) bool {
	m := t.market(id)
	if m == nil || !openable(m) || opens(f) {
		return false
	}
	accounts, err := t.accountsAt(id)
	if err != nil {
		return false
	}
	account, err := t.accountOf(f)
	if err != nil {
		return false
	}
	for _, a := range accounts {
		if account == "" || a.ID == account {
			a.State = market.AccountSignedOut
			t.saveAccount(a)
		}
	}
	if err := t.openAccount(id, account); err != nil {
		return false
	}
	t.s.top().setArg("needed", "1")
	t.note = endedText(m, len(accounts) > 0 || account != "")
	return true
}

// accountOf is the account a frame acts for, or "".
func (t *Turn) accountOf(f *Frame) (string, error) {
	if f.Draft == "" {
		return f.arg("account"), nil
	}
	d, err := t.draft(f.Draft)
	if err != nil || d == nil {
		return "", err
	}
	return d.Account, nil
}

// newID is a random name of n bytes of entropy.
func newID(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
}

// kindOf is the market's error kind, or "" for any other error.
func kindOf(err error) market.ErrorKind { return market.KindOf(err) }

// asMarketError finds a market's error.
func asMarketError(err error) (*market.Error, bool) {
	var merr *market.Error
	return merr, errors.As(err, &merr)
}

// asPhotoError finds why a picture cannot be used.
func asPhotoError(err error) (*market.PhotoError, bool) {
	var perr *market.PhotoError
	return perr, errors.As(err, &perr)
}
