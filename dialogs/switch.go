package dialogs

import (
	"slices"
	"strconv"

	"bazarbot/market"
)

// defaultFirst puts the default account before the others.
func defaultFirst(accounts []market.Account) []market.Account {
	sorted := slices.Clone(accounts)
	slices.SortStableFunc(sorted, func(a, b market.Account) int {
		switch {
		case a.Default == b.Default:
			return 0
		case a.Default:
			return -1
		}
		return 1
	})
	return sorted
}

// switchable lists the accounts of markets that are switched on, except one and
// those that are not open yet.
func (t *Turn) switchable(except string) ([]market.Account, error) {
	accounts, err := t.listAccounts()
	if err != nil {
		return nil, err
	}
	var others []market.Account
	for _, a := range defaultFirst(accounts) {
		if a.ID != except && a.State != market.AccountPending && t.market(a.Market) != nil {
			others = append(others, a)
		}
	}
	return others, nil
}

// switchButton leads from one account's ads to another's: at once when there is
// one other, else by way of a choice.
func switchButton(t *Turn, v *View, account string) error {
	others, err := t.switchable(account)
	switch {
	case err != nil || len(others) == 0:
	case len(others) == 1:
		v.row(button(say("ads.switch_to", "Account", accountName(others[0])), opSwitch, others[0].ID))
	default:
		v.row(button(say("ads.switch"), opSwitch, ""))
	}
	return err
}

// accountChoice asks whose ads to show.
type accountChoice struct{ quiet }

func (accountChoice) view(t *Turn, f *Frame) (View, error) {
	var v View
	others, err := t.switchable(f.arg("account"))
	if err != nil {
		return v, err
	}
	v.say(say("ads.switch_ask"))
	at, _ := strconv.Atoi(f.arg("page"))
	page := paged(others, at)
	for _, a := range page.items {
		v.row(button(accountName(a), opSwitch, a.ID))
	}
	page.turn(&v)
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

func (accountChoice) press(t *Turn, f *Frame, op, arg string) error {
	switch op {
	case opSwitch:
		t.s.pop()
		t.switchAds(t.s.top(), arg)
	case opPage:
		f.setArg("page", arg)
	case opBack:
		t.s.pop()
	}
	return nil
}

// switchAds shows another account's ads from the beginning; without one it asks
// whose.
func (t *Turn) switchAds(f *Frame, account string) {
	if account == "" {
		choice := &Frame{Name: frameSwitch}
		choice.setArg("account", f.arg("account"))
		t.s.push(choice)
		return
	}
	f.setArg("account", account)
	f.setArg("state", "")
	f.setArg("page", "")
}
