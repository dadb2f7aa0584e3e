package dialogs

import (
	"slices"
	"strings"
	"time"

	"bazarbot/market"
)

// Entry is what is remembered of getting into one account. Nothing secret is in
// it: number and password of somebody who is not in yet are in the account's
// secret.
type Entry struct {
	Phone  string          `json:"phone"`            // digits, with the country's code
	Job    string          `json:"job,omitempty"`    // the job under way
	Step   market.SignStep `json:"step,omitempty"`   // what it does; without a job: what did not come through
	Waits  bool            `json:"waits,omitempty"`  // the market does not answer it
	Sent   time.Time       `json:"sent,omitzero"`    // when the market was last told to send a code
	Wrong  int             `json:"wrong,omitempty"`  // the codes since then that did not match
	Opened bool            `json:"opened,omitempty"` // the account was signed in once
}

const (
	// keepPassword is how long a password waits for the code it belongs to.
	keepPassword = time.Hour
	// keepPending is how long a number waits for its code.
	keepPending = 30 * 24 * time.Hour
	// resendAfter is how long one waits before a code is asked for again.
	resendAfter = time.Minute
	// mostWrong is how many codes are tried before a new one must be asked for.
	mostWrong = 5
)

// entering is a sign-in as it stands. All of it follows from the account's row
// and what the session remembers of it, so that it goes on wherever it is opened.
type entering struct {
	account *market.Account // nil: none has the number yet
	entry   *Entry          // nil with account
	pending market.Pending
}

// phase is what a sign-in waits for.
type phase int

const (
	asks    phase = iota // the number, then the password
	works                // the market
	stalled              // to be tried again: the market did not do it
	coded                // the code of the SMS
	opened               // nothing
)

// entering reads the sign-in a frame is for.
func (t *Turn) entering(f *Frame) (entering, error) {
	a, err := t.account(f.arg("account"))
	if err != nil || a == nil {
		f.setArg("account", "")
		return entering{}, err
	}
	e := entering{account: a, entry: t.entryOf(*a)}
	if a.State != market.AccountActive {
		e.pending, _ = market.ParsePending(a.Secret) // what is no pending sign-in waits for nothing
	}
	return e, nil
}

func (e entering) phase() phase {
	switch {
	case e.account == nil:
		return asks
	case e.account.State == market.AccountActive:
		return opened
	case e.entry.Job != "":
		return works
	case e.entry.Step != "":
		return stalled
	case e.awaitsCode():
		return coded
	}
	return asks
}

// awaitsCode reports whether the market may have sent a code that opens it.
func (e entering) awaitsCode() bool {
	return e.account != nil && e.account.State == market.AccountPending && e.pending.Registered
}

// untouched reports whether nothing is lost with the account's row: nobody was
// signed in, and no code is on its way.
func (e entering) untouched() bool {
	return e.account != nil && !e.entry.Opened && e.entry.Job == "" && !e.awaitsCode()
}

// entryOf is what is remembered of getting into an account. One that was opened
// before there was such a memory has its number in its label.
func (t *Turn) entryOf(a market.Account) *Entry {
	if e := t.s.Entries[a.ID]; e != nil {
		return e
	}
	e := &Entry{Opened: a.State != market.AccountPending}
	if label := withoutNumber(a.Label); marketLabel.MatchString(label) && strings.HasPrefix(label, "+") {
		e.Phone = digitsOf(label)
	}
	if p, err := market.ParsePending(a.Secret); err == nil && a.State != market.AccountActive {
		e.Phone = p.Phone
	}
	t.remembered(a.ID, e)
	return e
}

func (t *Turn) remembered(account string, e *Entry) {
	if t.s.Entries == nil {
		t.s.Entries = map[string]*Entry{}
	}
	t.s.Entries[account] = e
}

// accountOfPhone finds the account at a market that has a number, so that one
// number is one account; nil when none has it.
func (t *Turn) accountOfPhone(id market.ID, phone string) (*market.Account, error) {
	accounts, err := t.listAccounts()
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		if a.Market == id && t.entryOf(a).Phone == phone {
			return &a, nil
		}
	}
	return nil, nil
}

// unfinished is the account at a market that is signed in first when any will
// do: one that waits for its code, the newest first, or one that was signed out.
func (t *Turn) unfinished(id market.ID) (string, error) {
	accounts, err := t.listAccounts()
	if err != nil {
		return "", err
	}
	found := ""
	for _, a := range slices.Backward(defaultFirst(accounts)) {
		switch {
		case a.Market != id:
		case a.State == market.AccountPending:
			return a.ID, nil
		case a.State == market.AccountSignedOut:
			found = a.ID
		}
	}
	return found, nil
}

// lapse lets go of what was kept of sign-ins for its time: a password for an
// hour, a number without its code for a month.
func (t *Turn) lapse() {
	for _, a := range slices.Clone(t.accounts) {
		p, err := market.ParsePending(a.Secret)
		if err != nil || a.State == market.AccountActive {
			continue
		}
		switch age := t.now.Sub(p.At); {
		case a.State == market.AccountPending && age >= keepPending:
			t.dropAccount(a.ID)
		case p.Password != "" && age >= keepPassword:
			p.Password = ""
			t.savePending(a, p)
		}
	}
}

// savePending stores what is kept of somebody who is not signed in.
func (t *Turn) savePending(a market.Account, p market.Pending) {
	a.Secret, a.Renewed = p.Pack(), true
	t.saveAccount(a)
}
