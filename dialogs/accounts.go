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
		if m.Capabilities().APIKey {
			v.row(button(say("button.connect", "Market", marketName(m.ID())), opConnect, string(m.ID())))
		}
	}
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

// severalAt reports whether a market has more than one of the accounts.
func severalAt(accounts []market.Account, id market.ID) bool {
	n := 0
	for _, a := range accounts {
		if a.Market == id {
			n++
		}
	}
	return n > 1
}

func accountName(a market.Account) Text {
	key := "accounts.active"
	if a.State == market.AccountSignedOut {
		key = "accounts.signed_out"
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
		t.openConnect(market.ID(arg), "")
	case opPage:
		f.setArg("page", arg)
	case opBack:
		t.s.pop()
	}
	return nil
}

// accountCard shows one account: here it is named, made the default, and
// disconnected.
type accountCard struct{ quiet }

const (
	opAskOff  = "ao"
	opOff     = "of"
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
	v.say(say("accounts.card", "Name", accountName(*a), "Since", Moment{a.CreatedAt, a.Market}))
	if f.arg("off") != "" {
		v.say(say("accounts.ask_off"))
		v.row(button(say("button.disconnect"), opOff, ""))
		v.row(button(say("button.back"), opBack, ""))
		return v, nil
	}
	accounts, err := t.listAccounts()
	if err != nil {
		return v, err
	}
	if a.State == market.AccountSignedOut {
		v.row(button(say("button.new_key"), opConnect, ""))
	}
	v.row(button(say("button.rename"), opRename, ""))
	switch several := severalAt(accounts, a.Market); {
	case several && a.Default:
		v.say(say("accounts.is_default", "Market", marketName(a.Market)))
	case several:
		v.row(button(say("button.make_default"), opDefault, ""))
	}
	v.row(button(say("button.spending"), opSpent, ""))
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
		t.openConnect(a.Market, a.ID)
	case opRename:
		openRename(t, a.ID)
	case opDefault:
		t.note = say("accounts.now_default", "Name", accountName(*a))
		return t.makeDefault(*a)
	case opSpent:
		spent := &Frame{Name: frameSpending}
		spent.setArg("account", a.ID)
		t.s.push(spent)
	case opAskOff:
		f.setArg("off", "1")
	case opOff:
		t.note = say("accounts.gone", "Market", marketName(a.Market))
		t.s.pop()
		return t.disconnect(*a)
	case opBack:
		if f.arg("off") != "" {
			f.setArg("off", "")
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
	accounts, err := t.listAccounts()
	if err != nil || !a.Default {
		return err
	}
	var heir *market.Account
	for i, other := range accounts {
		if other.Market == a.Market && (heir == nil || other.CreatedAt.Before(heir.CreatedAt)) {
			heir = &accounts[i]
		}
	}
	if heir == nil {
		return nil
	}
	return t.makeDefault(*heir)
}
