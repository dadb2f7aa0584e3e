package dialogs

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"bazarbot/market"
)

// Store is what conversations read. They write nothing themselves: what a turn
// changes is in its Changes.
type Store interface {
	Drafts(ctx context.Context, person int64) ([]market.Draft, error)
	Accounts(ctx context.Context, person int64) ([]market.Account, error)
}

// Ledger tells what an account has done so far.
type Ledger interface {
	// Spending lists what it paid for, the last first.
	Spending(ctx context.Context, account string, most int) ([]market.Charge, error)
	// CountUploads tells how many photos it may have sent since a moment.
	CountUploads(ctx context.Context, account string, since time.Time) (int, error)
}

// Listings tells what accounts' ads were when their markets were asked last.
type Listings interface {
	Listing(ctx context.Context, account string) (l market.Listing, ok bool, err error)
}

// Market is what conversations ask of every market. What only some can do, as
// their Capabilities say, is an interface of its own.
type Market interface {
	ID() market.ID
	Capabilities() market.Capabilities
	// Form gives the questions of a new ad, computed from the answers so far.
	Form(ctx context.Context, key market.Secret, lang market.Lang, answers market.Answers) (market.Form, error)
	Shelf
}

// KeyTaker is a market whose accounts are connected with an API key.
type KeyTaker interface {
	// Check tries an API key and gives the account's phone numbers.
	Check(ctx context.Context, key market.Secret) ([]string, error)
}

// Autorepublisher is a market that republishes ads by itself.
type Autorepublisher interface {
	Autorepublisher(ctx context.Context, key market.Secret, id string) (market.Autorepublish, error)
}

// Shelf is what conversations read of a seller's own ads.
type Shelf interface {
	Ads(ctx context.Context, key market.Secret, lang market.Lang, query market.AdQuery) (market.AdPage, error)
	// FullAd gives all that the market tells of an ad.
	FullAd(ctx context.Context, key market.Secret, lang market.Lang, id string) (market.Ad, error)
	// EditForm gives the questions of an existing ad and what it holds now; with
	// answers, the questions are computed from these.
	EditForm(ctx context.Context, key market.Secret, lang market.Lang, id string, answers market.Answers) (market.Form, market.Answers, error)
}

// Pictures looks at a picture that Telegram did not re-encode. A picture that
// cannot be used is a *market.PhotoError.
type Pictures interface {
	Check(ctx context.Context, photo market.Photo) error
}

// Config is what the conversations need.
type Config struct {
	Store    Store
	Ledger   Ledger
	Listings Listings
	Markets  []Market // in the order in which they are offered
	Pictures Pictures
	Office   Office // nil: nobody is of the staff
	Limits   Limits // zero: DefaultLimits
	Log      *slog.Logger
	Now      func() time.Time
	Undo     time.Duration // how long a deletion can be taken back; 0: half a minute
}

// Dialogs holds all conversations. It keeps nothing between two turns.
type Dialogs struct {
	Config
	dialogs map[string]dialog
}

// dialog is one screen or form.
type dialog interface {
	// view shows the dialog as it stands. It may close itself or open another;
	// then the top of the stack is shown instead.
	view(t *Turn, f *Frame) (View, error)
	// press works a button of its view.
	press(t *Turn, f *Frame, op, arg string) error
	// hear works what the person typed or sent; false means that nothing here
	// was asked for.
	hear(t *Turn, f *Frame, ev Event) (bool, error)
}

// The names of the dialogs, as frames carry them.
const (
	frameHome       = "home"
	frameNewAd      = "new"
	frameConnect    = "connect"
	frameSignIn     = "signin"
	framePublishing = "publishing"
	framePublished  = "published"
	frameTopUp      = "topup"
	frameAds        = "ads"
	frameAd         = "ad"
	frameEdit       = "edit"
	frameDrafts     = "drafts"
	frameDraft      = "draft"
	frameAccounts   = "accounts"
	frameAccount    = "account"
	frameSpending   = "spending"
	frameSettings   = "settings"
	frameLang       = "lang"
	frameHelp       = "help"
	frameAuto       = "auto"
	frameRename     = "rename"
	frameSwitch     = "switch"
	frameMany       = "many"
	frameManyAuto   = "manyauto"
	frameSearch     = "search"
	frameFound      = "found"
	frameFAQ        = "faq"
	frameProfile    = "profile"
)

// New wires the conversations.
func New(cfg Config) *Dialogs {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Undo == 0 {
		cfg.Undo = undoFor
	}
	if cfg.Limits == (Limits{}) {
		cfg.Limits = DefaultLimits
	}
	d := &Dialogs{Config: cfg}
	d.dialogs = map[string]dialog{
		frameHome:       home{},
		frameNewAd:      form{newAd{}},
		frameConnect:    form{connect{}},
		frameSignIn:     signIn{form{signInForm{}}},
		framePublishing: publishing{},
		framePublished:  published{},
		frameTopUp:      topUp{},
		frameAds:        myAds{},
		frameAd:         adCard{},
		frameEdit:       form{editAd{}},
		frameDrafts:     draftList{},
		frameDraft:      draftCard{},
		frameAccounts:   accountList{},
		frameAccount:    accountCard{},
		frameSpending:   spending{},
		frameSettings:   settings{},
		frameLang:       language{},
		frameHelp:       help{},
		frameAuto:       auto{form{autoForm{}}},
		frameRename:     form{rename{}},
		frameSwitch:     accountChoice{},
		frameMany:       manyAds{},
		frameManyAuto:   form{manyAuto{}},
		frameSearch:     browse{form{browseForm{}}},
		frameFound:      found{},
		frameFAQ:        faq{},
		frameProfile:    profile{},
	}
	maps.Copy(d.dialogs, officeDialogs())
	return d
}

// Handle works one event of one person: it changes the session in place and
// returns what else is to change and what is to be shown. The error is for
// failures of our own; whatever a person or a market does wrong is answered.
func (d *Dialogs) Handle(ctx context.Context, s *Session, ev Event) (*Turn, error) {
	t := &Turn{Context: ctx, d: d, s: s, ev: ev, now: d.Now()}
	if s.Lang == "" {
		s.Lang = langOf(ev.Person.LangCode)
	}
	d.forgetUnknown(s)
	if t.keptOut() || t.flooded() {
		return t, nil
	}
	if err := t.work(); err != nil {
		merr, ok := asMarketError(err)
		if !ok {
			return nil, err
		}
		t.failed = merr
	}
	if t.silent {
		return t, nil
	}
	if err := t.show(); err != nil {
		return nil, err
	}
	return t, nil
}

// forgetUnknown takes dialogs off the stack that only another release knows.
func (d *Dialogs) forgetUnknown(s *Session) {
	s.Stack = slices.DeleteFunc(s.Stack, func(f *Frame) bool { return f == nil || d.dialogs[f.Name] == nil })
	if s.top() == nil {
		s.home()
	}
}

// work lets the event take effect.
func (t *Turn) work() error {
	switch t.ev.Kind {
	case Said, Pictured, Other:
		if took, err := t.taken(); took || err != nil {
			return err
		}
	}
	switch t.ev.Kind {
	case Command:
		t.fresh = true
		return t.command(t.ev.Text)
	case Pressed:
		return t.pressed()
	case Reported:
		t.noteRef(t.ev.Report.Ref, string(t.ev.Report.Kind))
		t.stockActed(t.ev.Report)
		return t.reported(t.ev.Report)
	case Sent:
		if shown, err := t.cardSent(); shown || err != nil {
			return err
		}
		return t.progressSent(t.ev.Name, t.ev.Message)
	case Lettered:
		return t.lettered(t.ev.Letter)
	case Timed:
		return t.timed()
	case Watched:
		return t.watched(t.ev.Watched)
	case Failed:
		t.fresh = true
		return nil
	case Edited:
		t.fresh = true
		t.note = say("note.edited")
		return nil
	case Pictured:
		t.fresh = true
		return t.pictured()
	default:
		t.fresh = true
		return t.heard()
	}
}

func (t *Turn) heard() error {
	if ok, err := t.splitRest(); ok || err != nil {
		t.fresh = t.ev.Message > t.s.Screen // the answer to its beginning may stand below all of it
		return err
	}
	t.closeAsides()
	return t.heardBy(t.s.top(), t.ev)
}

// heardBy gives a dialog what the person typed or sent.
func (t *Turn) heardBy(f *Frame, ev Event) error {
	ok, err := t.d.dialogs[f.Name].hear(t, f, ev)
	if err != nil || ok {
		return err
	}
	if t.note.IsZero() {
		t.note = say("note.use_buttons")
	}
	return nil
}

// closeAsides ends what was only looked at on the way: who types there answers
// the question below it, which may be for a secret that must not stay in the
// chat.
func (t *Turn) closeAsides() {
	for len(t.s.Stack) > 1 && aside(t.s.top()) {
		t.s.pop()
	}
}

// aside reports whether a dialog is only looked at on the way.
func aside(f *Frame) bool {
	return f.Name == frameHelp || f.Name == frameLang || f.Name == frameSettings
}

// show renders the top of the stack. Showing may itself move the stack (an
// account is missing, say), so it goes on until the top stays where it is.
func (t *Turn) show() error {
	if t.ev.Kind == Failed {
		t.screen(t.s.top(), t.apology())
		return nil
	}
	const tries = 10
	for range tries {
		f := t.s.top()
		v, err := t.d.dialogs[f.Name].view(t, f)
		if err != nil {
			t.failed = nil // the view tells the same trouble
			if v, err = t.trouble(f, err); err != nil {
				return err
			}
		}
		if t.s.top() != f {
			continue
		}
		if t.failed != nil && t.note.IsZero() {
			t.note = t.marketTrouble(t.failed)
		}
		t.screen(f, v)
		return nil
	}
	return fmt.Errorf("dialogs: the stack does not come to rest at %q", t.s.top().Name)
}
