package dialogs

import (
	"slices"

	"bazarbot/market"
)

// opMarket answers which market a frame is for.
const opMarket = "mk"

// marketFor settles for which of some markets a frame is: the one that was
// chosen, or the only one. Without a market the view asks; when there is none to
// choose, the frame is closed.
func (t *Turn) marketFor(f *Frame, all []Market, ask Text) (Market, View) {
	var v View
	if len(all) == 1 {
		f.setArg("market", string(all[0].ID()))
	}
	for _, m := range all {
		if string(m.ID()) == f.arg("market") {
			return m, v
		}
	}
	f.setArg("market", "")
	if len(all) == 0 {
		t.removeFrame(f)
		return nil, v
	}
	v.say(ask)
	for _, m := range all {
		v.row(button(data(marketName(m.ID())), opMarket, string(m.ID())))
	}
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return nil, v
}

// asReader reads what a market shows to everybody: without an account or, where
// it answers nobody it does not know, as one of the person's, which the frame
// notes. With none of them the error is market.NotSignedIn.
func (t *Turn) asReader(f *Frame, m Market, read func(key market.Secret) error) error {
	refused := error(&market.Error{Kind: market.NotSignedIn, Market: m.ID(), Op: "read"})
	accounts, err := t.accountsAt(m.ID())
	if err != nil {
		return err
	}
	accounts = defaultFirst(accounts)
	mine := slices.IndexFunc(accounts, func(a market.Account) bool { return a.ID == f.arg("account") })
	if mine < 0 {
		f.setArg("account", "")
		if !m.Capabilities().ReadsNeedAccount {
			if refused = read(""); market.KindOf(refused) != market.NotSignedIn {
				return refused
			}
		}
		mine = 0
	}
	if len(accounts) == 0 {
		return refused
	}
	f.setArg("account", accounts[mine].ID)
	return read(accounts[mine].Secret)
}
