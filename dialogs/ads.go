package dialogs

import (
	"strconv"

	"bazarbot/market"
)

// myAds lists the seller's ads: those of one account by state, or what was
// searched for among all. It is as its market had it within the last minute.
type myAds struct{}

const (
	opSwitch = "sw"
	opMany   = "mn" // choose several
)

// openAds shows the ads of an account, or of the default one, as they are now.
// There is one list at a time: from a card that was opened in it, Back does not
// lead through both.
func (t *Turn) openAds(account string) {
	f := t.s.top()
	if f.Name != frameAds {
		t.s.closeFrom(frameAds)
		f = t.s.push(&Frame{Name: frameAds})
	}
	if account != "" {
		f.setArg("account", account)
	}
	f.setArg("find", "")
	t.anew = true
}

func (myAds) view(t *Turn, f *Frame) (View, error) {
	var v View
	if f.arg("menu") == menuSort {
		return sortView(f), nil
	}
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
	ls, err := t.lines(f, *account)
	if err != nil {
		return v, err
	}
	v.say(listHeading(f, *account))
	shown, err := t.window(f, ls, *account, m)
	if err != nil {
		return v, err
	}
	shown.count(&v, f)
	if len(ls.found) > rowsPerPage {
		v.say(say("find.hint"))
	}
	ls.tell(&v, t.now)
	shown.rows(&v, func(l line) Button { return button(l.label(ls, f.arg("sort"), t.now), opOpen, l.key()) })
	stateTabs(&v, ls, market.State(f.arg("state")))
	if len(ls.found) > 1 {
		v.row(button(say("sort.button", "Order", sortName(f.arg("sort"))), opSorts, ""))
		v.row(button(say("bulk.choose"), opMany, ""))
	}
	if f.arg("find") != "" {
		v.row(button(say("find.clear"), opAll, ""))
	} else if err := switchButton(t, &v, account.ID); err != nil {
		return v, err
	}
	v.row(button(say("button.new_ad"), opNew, ""), button(say("button.refresh"), opRefresh, ""))
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

// listHeading says whose ads are listed, or what was searched for.
func listHeading(f *Frame, account market.Account) Text {
	if query := f.arg("find"); query != "" {
		return say("find.heading", "Query", query)
	}
	return say("ads.heading", "Market", marketName(account.Market), "Account", account.Label)
}

// window is the part of a list that fits a screen.
type window struct {
	lines     []line
	at, pages int
	total     int
}

// window cuts a frame's page out of a list. An account with more ads than are
// kept is listed by its market, page by page, as long as nothing is asked for
// that only the kept ones can answer.
func (t *Turn) window(f *Frame, ls lines, account market.Account, m Market) (window, error) {
	at, _ := strconv.Atoi(f.arg("page"))
	if len(ls.cut) == 0 || len(ls.away) > 0 || f.arg("find") != "" || f.arg("sort") != "" {
		p := paged(ls.shown, at)
		return window{p.items, p.at, p.pages, len(ls.shown)}, nil
	}
	page, err := readAds(t, f, account, m)
	w := window{at: page.Page - 1, pages: (page.Subtotal + rowsPerPage - 1) / rowsPerPage, total: page.Subtotal}
	for _, ad := range page.Ads {
		w.lines = append(w.lines, line{account, ad})
	}
	return w, err
}

func (w window) count(v *View, f *Frame) {
	switch {
	case w.total > 0:
		v.say(say("ads.count", "Count", w.total))
	case f.arg("find") != "":
		v.say(say("find.none"))
	default:
		v.say(say("ads.none"))
	}
}

// rows adds the ads as buttons, and the way to the other pages.
func (w window) rows(v *View, row func(line) Button) {
	for _, l := range w.lines {
		v.row(row(l))
	}
	turnPages(v, w.at, w.pages)
}

// readAds reads the asked page; a page that no longer exists is the last one.
func readAds(t *Turn, f *Frame, account market.Account, m Market) (market.AdPage, error) {
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
		if chosen == nil || a.Default && !chosen.Default || chosen.State == market.AccountPending {
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
	if chosen.State != market.AccountActive {
		return chosen, m, t.openAccount(chosen.Market, chosen.ID)
	}
	return chosen, m, nil
}

// stateTabs adds the states as buttons, all of them first, each with how many
// ads are in it. States without ads are left out, unless one was chosen. Of an
// account whose ads are not all known, only the names are told.
func stateTabs(v *View, ls lines, chosen market.State) {
	const columns = 2
	if chosen == "" && len(ls.cut) == 0 && ls.count("") == 0 {
		return
	}
	var row []Button
	for _, s := range append([]market.State{""}, ls.states...) {
		n := ls.count(s)
		if n == 0 && s != "" && s != chosen && len(ls.cut) == 0 {
			continue
		}
		label := stateName(s)
		if s != "" {
			label = join(" ", stateBadge(s), label)
		}
		if len(ls.cut) == 0 {
			label = join(" · ", label, data(strconv.Itoa(n)))
		}
		if s == chosen {
			label = say("ads.tab_chosen", "Name", label)
		}
		if row = append(row, button(label, opState, string(s))); len(row) == columns {
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
		market.StateNeedPay, market.StateExpired, market.StateInitial, market.StateModerate, market.StateActive,
		market.StateCancelled, market.StateDisabled:
		return say("state." + string(s))
	}
	return data(string(s))
}

func stateBadge(s market.State) Text {
	switch s {
	case market.StatePublic, market.StateActive:
		return data("🟢")
	case market.StateModerate:
		return data("🕓")
	case market.StateHidden:
		return data("🙈")
	case market.StateBlocked, market.StateBlockedCommercial, market.StateCancelled, market.StateDisabled:
		return data("⛔")
	case market.StateNeedPay:
		return data("💰")
	case market.StateExpired:
		return data("⌛")
	}
	return data("▫️")
}

func (myAds) hear(t *Turn, f *Frame, ev Event) (bool, error) { return hearSearch(t, f, ev) }

func (myAds) press(t *Turn, f *Frame, op, arg string) error {
	if pressList(t, f, op, arg) {
		return nil
	}
	switch op {
	case opOpen:
		account, ad := splitKey(arg)
		card := &Frame{Name: frameAd}
		card.setArg("account", account)
		card.setArg("ad", ad)
		t.s.push(card)
	case opMany:
		t.openMany(f)
	case opSwitch:
		t.switchAds(f, arg)
	case opNew:
		return t.startAd()
	case opAccounts:
		t.open(frameAccounts)
	case opBack:
		t.s.pop()
	}
	return nil
}
