package dialogs

import (
	"strconv"

	"bazarbot/market"
)

// myAds lists the seller's ads at a market, by state and by page, as the
// market has them now.
type myAds struct{ quiet }

const (
	opState  = "st"
	opSwitch = "sw"
)

// openAds shows the ads of an account, or of the default one.
func (t *Turn) openAds(account string) {
	f := t.s.top()
	if f.Name != frameAds {
		f = t.s.push(&Frame{Name: frameAds})
	}
	if account != "" {
		f.setArg("account", account)
	}
}

func (myAds) view(t *Turn, f *Frame) (View, error) {
	var v View
	account, m, err := adsAccount(t, f)
	if err != nil || t.s.top() != f {
		return v, err
	}
	if account == nil {
		v.say(say("ads.no_account"))
		v.row(button(say("button.accounts"), opAccounts, ""))
		v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
		return v, nil
	}
	page, err := readAds(t, f, account, m)
	if err != nil {
		return v, err
	}
	state := market.State(f.arg("state"))
	v.say(say("ads.heading", "Market", marketName(account.Market), "Account", account.Label))
	if len(page.Ads) == 0 {
		v.say(say("ads.none"))
	} else {
		v.say(say("ads.count", "Count", page.Subtotal))
	}
	for _, ad := range page.Ads {
		v.row(button(say("ads.line", "State", stateBadge(ad.State), "Title", clip(ad.Title, 45)), opOpen, ad.ID))
	}
	turnPages(&v, page.Page-1, (page.Subtotal+rowsPerPage-1)/rowsPerPage)
	stateTabs(&v, m.Capabilities().States, state)
	if err := switchButton(t, &v, account.ID); err != nil {
		return v, err
	}
	v.row(button(say("button.new_ad"), opNew, ""))
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

// readAds reads the asked page; a page that no longer exists is the last one.
func readAds(t *Turn, f *Frame, account *market.Account, m Market) (market.AdPage, error) {
	at, _ := strconv.Atoi(f.arg("page"))
	query := market.AdQuery{Page: at + 1, PageSize: rowsPerPage}
	if state := f.arg("state"); state != "" {
		query.States = []market.State{market.State(state)}
	}
	page, err := m.Ads(t, account.Secret, t.s.Lang, query)
	if err != nil {
		return page, err
	}
	if len(page.Ads) == 0 && page.Subtotal > 0 && query.Page > 1 {
		query.Page = (page.Subtotal + rowsPerPage - 1) / rowsPerPage
		f.setArg("page", strconv.Itoa(query.Page-1))
		return m.Ads(t, account.Secret, t.s.Lang, query)
	}
	return page, nil
}

// adsAccount is the account whose ads are shown: the chosen one, the default,
// or the first usable. One that was signed out is signed in first.
func adsAccount(t *Turn, f *Frame) (*market.Account, Market, error) {
	accounts, err := t.listAccounts()
	if err != nil {
		return nil, nil, err
	}
	var chosen *market.Account
	for i := range accounts {
		a := &accounts[i]
		if t.market(a.Market) == nil {
			continue
		}
		if chosen == nil || a.Default && !chosen.Default {
			chosen = a
		}
		if a.ID == f.arg("account") {
			chosen = a
			break
		}
	}
	if chosen == nil {
		return nil, nil, nil
	}
	f.setArg("account", chosen.ID)
	m := t.market(chosen.Market)
	if chosen.State == market.AccountSignedOut {
		t.openConnect(chosen.Market, chosen.ID)
	}
	return chosen, m, nil
}

// stateTabs adds the states as buttons, all of them first, the chosen one marked.
func stateTabs(v *View, states []market.State, chosen market.State) {
	const columns = 2
	var row []Button
	for _, s := range append([]market.State{""}, states...) {
		label := stateName(s)
		if s == chosen {
			label = say("ads.tab_chosen", "Name", label)
		}
		row = append(row, button(label, opState, string(s)))
		if len(row) == columns {
			v.row(row...)
			row = nil
		}
	}
	v.row(row...)
}

func stateName(s market.State) Text {
	switch s {
	case "":
		return say("state.all")
	case market.StatePublic, market.StateHidden, market.StateBlocked, market.StateBlockedCommercial,
		market.StateNeedPay, market.StateExpired:
		return say("state." + string(s))
	}
	return data(string(s))
}

func stateBadge(s market.State) Text {
	switch s {
	case market.StatePublic:
		return data("🟢")
	case market.StateHidden:
		return data("🙈")
	case market.StateBlocked, market.StateBlockedCommercial:
		return data("⛔")
	case market.StateNeedPay:
		return data("💰")
	case market.StateExpired:
		return data("⌛")
	}
	return data("▫️")
}

func (myAds) press(t *Turn, f *Frame, op, arg string) error {
	switch op {
	case opOpen:
		card := &Frame{Name: frameAd}
		card.setArg("account", f.arg("account"))
		card.setArg("ad", arg)
		t.s.push(card)
	case opSwitch:
		t.switchAds(f, arg)
	case opState:
		f.setArg("state", arg)
		f.setArg("page", "")
	case opPage:
		f.setArg("page", arg)
	case opNew:
		return t.startAd(false)
	case opAccounts:
		t.open(frameAccounts)
	case opBack:
		t.s.pop()
	}
	return nil
}
