package dialogs

import (
	"slices"
	"strconv"

	"bazarbot/market"
)

// accountList lists the person's accounts and connects new ones.
type accountList struct{ quiet }

const opConnect = "con"

func (accountList) view(t *Turn, f *Frame) (View, error) {
	var v View
	accounts, err := t.listAccounts()
	if err != nil {
		return v, err
	}
	key := "accounts.heading"
	if len(accounts) == 0 {
		key = "accounts.none"
	}
	v.say(say(key))
	at, _ := strconv.Atoi(f.arg("page"))
	page := paged(accounts, at)
	for _, a := range page.items {
		name := accountName(a)
		if a.Default && severalAt(accounts, a.Market) {
			name = say("accounts.default", "Name", name)
		}
		v.row(button(name, opOpen, a.ID))
	}
	page.turn(&v)
	for _, m := range t.d.Markets {
		if openable(m) {
			v.row(button(say("button.connect", "Market", marketName(m.ID())), opConnect, string(m.ID())))
		}
	}
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

// severalAt reports whether a market has more than one of the accounts. One that
// waits for its code is none yet.
func severalAt(accounts []market.Account, id market.ID) bool {
	n := 0
	for _, a := range accounts {
		if a.Market == id && a.State != market.AccountPending {
			n++
		}
	}
	return n > 1
}

func accountName(a market.Account) Text {
	key := "accounts.active"
	switch p, _ := market.ParsePending(a.Secret); {
	case a.State == market.AccountSignedOut:
		key = "accounts.signed_out"
	case a.State == market.AccountPending && p.Registered:
		key = "accounts.awaits_code"
	case a.State == market.AccountPending:
		key = "accounts.unfinished"
	}
	return say(key, "Market", marketName(a.Market), "Label", a.Label)
}

func (accountList) press(t *Turn, f *Frame, op, arg string) error {
	switch op {
	case opOpen:
		card := &Frame{Name: frameAccount}
		card.setArg("account", arg)
		t.s.push(card)
	case opConnect:
		t.openNewAccount(market.ID(arg))
	case opPage:
		f.setArg("page", arg)
	case opBack:
		t.s.pop()
	}
	return nil
}

// accountCard shows one account: here it is named, made the default, signed in
// and out, and disconnected.
type accountCard struct{ quiet }

const (
	opAskOff  = "ao"
	opOff     = "of"
	opAskOut  = "aq"
	opOut     = "oq"
	opRestart = "ra"
	opRename  = "rn"
	opDefault = "df"
	opSpent   = "sp"
)

func (accountCard) view(t *Turn, f *Frame) (View, error) {
	var v View
	a, err := t.account(f.arg("account"))
	if err != nil {
		return v, err
	}
	if a == nil {
		t.s.pop()
		return v, nil
	}
	if a.State == market.AccountPending {
		return t.pendingCard(f, *a), nil
	}
	v.say(say("accounts.card", "Name", accountName(*a), "Since", Moment{a.CreatedAt, a.Market}))
	if t.askLeave(&v, f, *a) {
		return v, nil
	}
	used, err := t.usageText(a.ID)
	if err != nil {
		return v, err
	}
	v.say(used)
	accounts, err := t.listAccounts()
	if err != nil {
		return v, err
	}
	v.row(t.signInButton(*a))
	v.row(button(say("button.rename"), opRename, ""))
	switch several := severalAt(accounts, a.Market); {
	case several && a.Default:
		v.say(say("accounts.is_default", "Market", marketName(a.Market)))
	case several:
		v.row(button(say("button.make_default"), opDefault, ""))
	}
	v.row(t.profileButton(*a))
	v.row(button(say("button.spending"), opSpent, ""))
	if a.State == market.AccountActive && t.signsUp(a.Market) {
		v.row(button(say("button.sign_out_ask"), opAskOut, ""))
	}
	v.row(button(say("button.disconnect_ask"), opAskOff, ""))
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

func (accountCard) press(t *Turn, f *Frame, op, _ string) error {
	a, err := t.account(f.arg("account"))
	if err != nil || a == nil {
		return err
	}
	switch op {
	case opConnect:
		return t.openAccount(a.Market, a.ID)
	case opCode, opRestart:
		return t.pressPending(*a, op)
	case opRename:
		openRename(t, a.ID)
	case opDefault:
		t.note = say("accounts.now_default", "Name", accountName(*a))
		return t.makeDefault(*a)
	case opProfile:
		t.openProfile(a.ID)
	case opSpent:
		spent := &Frame{Name: frameSpending}
		spent.setArg("account", a.ID)
		t.s.push(spent)
	case opAskOff, opAskOut:
		f.setArg("leave", op)
	case opOut:
		f.setArg("leave", "")
		t.signOutOf(*a)
	case opOff:
		t.note = t.goneText(*a)
		t.s.pop()
		return t.disconnect(*a)
	case opBack:
		if f.arg("leave") != "" {
			f.setArg("leave", "")
			return nil
		}
		t.s.pop()
	}
	return nil
}

// makeDefault makes an account the one its market's screens begin with.
func (t *Turn) makeDefault(a market.Account) error {
	accounts, err := t.listAccounts()
	if err != nil {
		return err
	}
	for _, other := range slices.Clone(accounts) {
		if chosen := other.ID == a.ID; other.Market == a.Market && other.Default != chosen {
			other.Default = chosen
			t.saveAccount(other)
		}
	}
	return nil
}

// disconnect forgets an account with its key. When it was the default, the one
// connected first takes its place.
func (t *Turn) disconnect(a market.Account) error {
	t.dropAccount(a.ID)
	if f := t.s.find(func(f *Frame) bool { return f.Name == frameSignIn && f.arg("account") == a.ID }); f != nil {
		t.removeFrame(f) // it knows the number
	}
	accounts, err := t.listAccounts()
	if err != nil || !a.Default {
		return err
	}
	var heir *market.Account
	for i, other := range accounts {
		if other.Market == a.Market && other.State != market.AccountPending && (heir == nil || other.CreatedAt.Before(heir.CreatedAt)) {
			heir = &accounts[i]
		}
	}
	if heir == nil {
		return nil
	}
	return t.makeDefault(*heir)
}
