package dialogs

import (
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
		v.row(button(accountName(a), opOpen, a.ID))
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

// accountCard shows one account, and disconnects it.
type accountCard struct{ quiet }

const (
	opAskOff = "ao"
	opOff    = "of"
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
	if a.State == market.AccountSignedOut {
		v.row(button(say("button.new_key"), opConnect, ""))
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
		t.openConnect(a.Market, a.ID)
	case opAskOff:
		f.setArg("off", "1")
	case opOff:
		t.dropAccount(a.ID)
		t.note = say("accounts.gone", "Market", marketName(a.Market))
		t.s.pop()
	case opBack:
		if f.arg("off") != "" {
			f.setArg("off", "")
			return nil
		}
		t.s.pop()
	}
	return nil
}
