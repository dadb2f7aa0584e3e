package dialogs

import (
	"slices"
	"strconv"

	"bazarbot/market"
)

// manyAds chooses several ads of a list, across its pages, states and searches,
// and does one thing to all of them.
type manyAds struct{}

// manyActions are what can be done to several ads at once.
var manyActions = []market.Action{market.ActRepublish, market.ActHide, market.ActShow, market.ActAuto}

// Operations of the choice.
const (
	opChooseAll = "ca" // all that the list shows, on every page
	opChooseNo  = "cn"
)

// The arguments of a choice beside those of its list.
const (
	argChosen  = "chosen"  // a selection
	argConfirm = "confirm" // the action that waits to be confirmed
	argFit     = "fit"     // the selection that it names
	argAuto    = "auto"    // the schedule, when it is ActAuto
	argOf      = "of"      // the bulk whose failures it repeats
)

// openMany opens the choice above a list, with what the list shows.
func (t *Turn) openMany(list *Frame) {
	f := &Frame{Name: frameMany}
	for _, name := range []string{"account", "state", "find", "sort", "page"} {
		f.setArg(name, list.arg(name))
	}
	t.s.push(f)
}

func (manyAds) view(t *Turn, f *Frame) (View, error) {
	if f.arg("menu") == menuSort {
		return sortView(f), nil
	}
	account, _, err := adsAccount(t, f)
	if err != nil || t.s.top() != f {
		return View{}, err
	}
	if account == nil { // disconnected meanwhile
		t.s.pop()
		return View{}, nil
	}
	chosen, err := t.chosen(f)
	if err != nil || t.s.top() != f {
		return View{}, err
	}
	if v, ok := t.askMany(f, chosen); ok {
		return v, nil
	}
	ls, err := t.lines(f, *account)
	if err != nil {
		return View{}, err
	}
	return t.choiceView(f, ls, *account, chosen), nil
}

// choiceView shows the list with its marks, and what can be done with what is
// marked.
func (t *Turn) choiceView(f *Frame, ls lines, account market.Account, chosen []line) View {
	var v View
	at, _ := strconv.Atoi(f.arg("page"))
	p := paged(ls.shown, at)
	w := window{p.items, p.at, p.pages, len(ls.shown)}
	v.say(listHeading(f, account))
	w.count(&v, f)
	v.say(join("\n", say("bulk.chosen", "Count", len(chosen)), say("bulk.help")))
	ls.tell(&v, t.now)
	sel := decodeSelection(f.arg(argChosen))
	w.rows(&v, func(l line) Button {
		label := l.label(ls, f.arg("sort"), t.now)
		if sel.has(l) {
			return button(say("details.box_on", "Name", label), opToggle, l.key())
		}
		return button(say("details.box_off", "Name", label), opToggle, l.key())
	})
	stateTabs(&v, ls, market.State(f.arg("state")))
	v.row(chooseButtons(ls, sel, len(chosen))...)
	for _, action := range manyActions {
		if n := len(t.fitting(chosen, action)); n > 0 {
			v.row(button(say("bulk.do."+string(action), "Count", n), opAct, string(action)))
		}
	}
	v.row(button(say("sort.button", "Order", sortName(f.arg("sort"))), opSorts, ""))
	if f.arg("find") != "" {
		v.row(button(say("find.clear"), opAll, ""))
	}
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v
}

// chooseButtons mark all that the list shows, or take all marks away.
func chooseButtons(ls lines, sel selection, chosen int) []Button {
	var buttons []Button
	if slices.ContainsFunc(ls.shown, func(l line) bool { return !sel.has(l) }) {
		buttons = append(buttons, button(say("bulk.all", "Count", len(ls.shown)), opChooseAll, ""))
	}
	if chosen > 0 {
		buttons = append(buttons, button(say("bulk.clear"), opChooseNo, ""))
	}
	return buttons
}

// chosen are the marked ads that their accounts still have.
func (t *Turn) chosen(f *Frame) ([]line, error) {
	sel := decodeSelection(f.arg(argChosen))
	var chosen []line
	for _, id := range sel.accounts() {
		a, err := t.account(id)
		if err != nil {
			return nil, err
		}
		if a == nil || t.market(a.Market) == nil {
			continue
		}
		if a.State != market.AccountActive {
			return nil, t.openAccount(a.Market, a.ID)
		}
		s, err := t.stock(*a, t.market(a.Market))
		if kindOf(err) == market.NotSignedIn {
			return nil, t.signInAgain(*a)
		}
		if err != nil {
			return nil, err
		}
		for _, ad := range s.Ads {
			if l := (line{*a, ad}); sel.has(l) {
				chosen = append(chosen, l)
			}
		}
	}
	return chosen, nil
}

// signInAgain opens the way to sign in to an account whose market no longer lets
// the bot in. It need not be the one whose ads are listed.
func (t *Turn) signInAgain(a market.Account) error {
	if err := t.signOut(a.ID); err != nil {
		return err
	}
	t.note = endedText(t.market(a.Market), true)
	return t.openAccount(a.Market, a.ID)
}

// fitting are those of the ads for which an action helps, and what costs money is
// not done while something else is.
func (t *Turn) fitting(chosen []line, action market.Action) []line {
	var fit []line
	for _, l := range chosen {
		if action.Paid() && t.doing(l.account.ID, l.ad.ID) != "" {
			continue
		}
		if slices.Contains(actionsFor(l.ad, t.market(l.account.Market).Capabilities()), action) {
			fit = append(fit, l)
		}
	}
	return fit
}

// hear searches; what is marked stays so.
func (manyAds) hear(t *Turn, f *Frame, ev Event) (bool, error) {
	if f.arg(argConfirm) != "" {
		return false, nil
	}
	return hearSearch(t, f, ev)
}

func (manyAds) press(t *Turn, f *Frame, op, arg string) error {
	if f.arg(argConfirm) != "" {
		return t.pressConfirm(f, op)
	}
	if pressList(t, f, op, arg) {
		return nil
	}
	sel := decodeSelection(f.arg(argChosen))
	switch op {
	case opToggle:
		sel.toggle(splitKey(arg))
		f.setArg(argChosen, sel.encode())
	case opChooseAll:
		return t.chooseAll(f, sel)
	case opChooseNo:
		f.setArg(argChosen, "")
	case opAct:
		return t.beginMany(f, market.Action(arg))
	case opBack:
		t.s.pop()
	}
	return nil
}

// chooseAll marks all that the list shows, on every page.
func (t *Turn) chooseAll(f *Frame, sel selection) error {
	account, _, err := adsAccount(t, f)
	if err != nil || account == nil {
		return err
	}
	ls, err := t.lines(f, *account)
	if err != nil {
		return err
	}
	for _, l := range ls.shown {
		if !sel.has(l) {
			sel.toggle(l.account.ID, l.ad.ID)
		}
	}
	f.setArg(argChosen, sel.encode())
	return nil
}
