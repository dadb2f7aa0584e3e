package dialogs

import (
	"slices"
	"time"

	"bazarbot/market"
)

// adCard shows one ad as the market has it now, with what helps in its state.
type adCard struct{ quiet }

const (
	opAct     = "act" // its Arg is a market.Action
	opConfirm = "cf"  // a paid action is confirmed
)

func (adCard) view(t *Turn, f *Frame) (View, error) {
	var v View
	account, m, err := t.accountAndMarket(f)
	if err != nil {
		return v, err
	}
	if m == nil {
		t.s.pop()
		return v, nil
	}
	t.atWork(f)
	ad, err := m.FullAd(t, account.Secret, t.s.Lang, f.arg("ad"))
	if kindOf(err) == market.NotFound {
		t.s.pop()
		t.anew = true // the list below still has it
		t.note = say("ads.gone")
		return v, nil
	}
	if err != nil {
		return t.cardAway(account, f.arg("ad"), err)
	}
	f.setArg("title", clip(ad.Title, 80))
	album := v.showOwn(ad, t.now)
	if action := market.Action(f.arg("confirm")); action != "" && slices.Contains(actionsFor(ad, m.Capabilities()), action) {
		v.say(say("act.ask." + string(action)))
		v.row(button(say("act.sure."+string(action)), opConfirm, string(action)))
		v.row(button(say("button.back"), opBack, ""))
		return v, nil
	}
	if f.arg("confirm") != "" { // what was to be done no longer helps
		f.setArg("confirm", "")
		t.note = say("act.changed")
	}
	if f.arg("job") != "" {
		v.say(say("act.working"))
	}
	v.sayText(ad.Text, reasonsLen(ad))
	v.row(album)
	adButtons(&v, f, ad, m.Capabilities())
	return v, nil
}

// ownReasons is how much of a moderator's words fits below a photo.
const ownReasons = 400

// showOwn begins the card of one of the seller's own ads with its cover, and
// gives the button of all its photos. Words of a moderator that would not fit
// below a photo come without one: they are what the seller has to read.
func (v *View) showOwn(ad market.Ad, now time.Time) (album Button) {
	album = v.showCover(ad)
	if reasonsLen(ad) > ownReasons {
		v.Photo = ""
	}
	v.say(say("ad.heading", "Title", clip(titleOf(ad), cardTitle)))
	v.say(adFacts(ad, now))
	return album
}

// reasonsLen is how much of a message the reasons take for which an ad is blocked
// or refused.
func reasonsLen(ad market.Ad) (units int) {
	for _, reason := range ad.Reasons {
		units += escapedLen(reason)
	}
	return units
}

// cardAway shows an ad as its market told it last in the list, while it does not
// answer. What the list does not tell is not there, and nothing can be done.
func (t *Turn) cardAway(account *market.Account, id string, err error) (View, error) {
	var v View
	merr, ok := asMarketError(err)
	if !ok || merr.Kind != market.Unavailable {
		return v, err
	}
	kept, failed := t.keptStock(account.ID)
	if failed != nil {
		return v, failed
	}
	if kept == nil {
		return v, err
	}
	ad, ok := kept.ad(id)
	if !ok {
		return v, err
	}
	v.say(t.marketTrouble(merr))
	v.say(say("ad.heading", "Title", clip(titleOf(ad), cardTitle)))
	v.say(say("ad.away", "At", asOf(kept.at, t.now, account.Market)))
	v.say(adFacts(ad, t.now))
	v.row(button(say("button.again"), opAgain, ""))
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

// adButtons offers exactly what helps in the ad's state.
func adButtons(v *View, f *Frame, ad market.Ad, caps market.Capabilities) {
	if f.arg("job") == "" {
		v.row(changeButtons()...)
		for pair := range slices.Chunk(actionsFor(ad, caps), 2) {
			var row []Button
			for _, action := range pair {
				row = append(row, button(say("act.button."+string(action)), opAct, string(action)))
			}
			v.row(row...)
		}
		v.row(furtherButtons(ad, caps)...)
	}
	if ad.State == market.StateNeedPay || f.arg("topup") != "" {
		v.row(link(say("button.top_up"), caps.Site))
	}
	if ad.URL != "" {
		v.row(link(say("button.open_ad"), ad.URL))
	}
	v.row(button(say("button.refresh"), opAgain, ""))
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
}

// actionsFor lists what can be done to an ad in its state, as far as the market
// can do it.
func actionsFor(ad market.Ad, caps market.Capabilities) []market.Action {
	var actions []market.Action
	add := func(can bool, action market.Action) {
		if can && action.Helps(ad) {
			actions = append(actions, action)
		}
	}
	public, hidden := ad.State == market.StatePublic, ad.State == market.StateHidden
	add(caps.Republish, market.ActRepublish)
	add(caps.Colour, market.ActColour)
	add(caps.Hide && public, market.ActHide)
	add(caps.Hide && hidden, market.ActShow)
	add(caps.Autorepublisher && public, market.ActAuto)
	add(caps.Delete, market.ActDelete)
	return actions
}

// accountAndMarket is what a frame acts for; no market means that it can act
// no more.
func (t *Turn) accountAndMarket(f *Frame) (*market.Account, Market, error) {
	account, err := t.account(f.arg("account"))
	if err != nil || account == nil {
		return nil, nil, err
	}
	return account, t.market(account.Market), nil
}

// adFacts lists what the market tells of an ad; what it does not tell is left out.
func adFacts(ad market.Ad, now time.Time) Text {
	lines := []Text{join(" ", stateBadge(ad.State), stateName(ad.State))}
	for _, reason := range ad.Reasons {
		lines = append(lines, say("ad.reason", "Reason", reason))
	}
	if len(ad.Path) > 0 {
		lines = append(lines, data(clip(ad.Path[len(ad.Path)-1]+offerSuffix(ad.OfferType), cardLine)))
	}
	switch {
	case ad.Negotiable:
		lines = append(lines, say("ad.negotiable"))
	case !ad.Price.IsZero():
		lines = append(lines, say("ad.price", "Price", amount(ad.Price.Amount, ad.Price.Currency)))
	}
	if ad.Views > 0 {
		lines = append(lines, say("ad.views", "Count", ad.Views))
	}
	if !ad.Posted.IsZero() {
		lines = append(lines, say("ad.posted", "At", Moment{ad.Posted, ad.Market}))
	}
	if !ad.Republished.IsZero() {
		lines = append(lines, say("ad.republished", "At", Moment{ad.Republished, ad.Market}))
	}
	if ad.Opens.After(now) && ad.State != market.StateCancelled && ad.State != market.StateDisabled {
		lines = append(lines, say("ad.opens", "At", Moment{ad.Opens, ad.Market}))
	}
	if !ad.Expires.IsZero() && (ad.State != market.StateExpired || !ad.Expires.After(now)) { // its market ended it before its time
		lines = append(lines, join(" · ", say("ad.expires", "At", Moment{ad.Expires, ad.Market}), timeLeft(ad.Expires.Sub(now))))
	}
	return join("\n", lines...)
}

// timeLeft says how long an ad still runs: in days, in its last one in hours.
func timeLeft(left time.Duration) Text {
	const day = 24 * time.Hour
	switch {
	case left <= 0:
		return Text{}
	case left < day:
		return say("ad.left_hours", "Count", max(1, int(left.Round(time.Hour).Hours())))
	}
	return say("ad.left_days", "Count", int(left.Round(day)/day))
}

func offerSuffix(offer string) string {
	if offer == "" {
		return ""
	}
	return " · " + offer
}

// press begins an action: what costs money is confirmed first.
func (adCard) press(t *Turn, f *Frame, op, arg string) error {
	action := market.Action(arg)
	switch {
	case op == opAct && action == market.ActAuto:
		return t.openAuto(f)
	case op == opAct && (action.Paid() || action == market.ActDelete):
		f.setArg("confirm", arg)
	case op == opConfirm && action == market.ActDelete:
		return t.leave(f)
	case op == opAct, op == opConfirm:
		return t.act(f, market.AdJob{Action: action})
	case op == opBack && f.arg("confirm") != "":
		f.setArg("confirm", "")
	case op == opBack:
		t.s.pop()
	case op == opAlbum:
		return t.showOwnAlbum(f)
	default:
		return t.pressChange(f, op)
	}
	return nil
}

// showOwnAlbum shows all photos of the card's ad.
func (t *Turn) showOwnAlbum(f *Frame) error {
	account, m, err := t.accountAndMarket(f)
	if err != nil || m == nil {
		return err
	}
	ad, err := m.FullAd(t, account.Secret, t.s.Lang, f.arg("ad"))
	if err != nil {
		return err
	}
	t.showAlbum(ad)
	return nil
}

// act hands a write to an ad to its account's lane; the card waits for what
// becomes of it.
func (t *Turn) act(card *Frame, job market.AdJob) error {
	account, m, err := t.accountAndMarket(card)
	t.atWork(card)
	if err != nil || m == nil || card.arg("job") != "" {
		return err
	}
	job.ID, job.Person, job.Market, job.Account = newID(10), t.ev.Person.ID, account.Market, account.ID
	job.Lang, job.Ad, job.Title = t.s.Lang, card.arg("ad"), card.arg("title")
	t.Acts = append(t.Acts, job)
	t.begun(job)
	card.setArg("job", job.ID)
	card.setArg("confirm", "")
	card.setArg("topup", "")
	return nil
}

// acted works what a job tells of an ad: on its card when that is looked at,
// else as a message of its own.
func (t *Turn) acted(r market.Report) error {
	if r.Bulk != "" {
		return t.bulkReported(r)
	}
	switch r.Action {
	case market.ActAvatar, market.ActAvatarRemove:
		return t.avatarEnded(r)
	case market.ActDiscard: // an empty ad that stays is seen by no buyer
		t.silent = true
		return nil
	}
	card := t.s.find(func(f *Frame) bool { return f.Name == frameAd && f.arg("job") == r.Job })
	onTop := card != nil && card == t.s.top()
	if !r.Final() {
		t.silent = true
		return nil
	}
	t.doneWith(r.Job)
	if card != nil {
		if r.Kind == market.NoMoney {
			card.setArg("topup", "1")
		}
		if err := t.autoEnded(card, r); err != nil {
			return err
		}
	}
	if r.Kind == market.NotSignedIn {
		if err := t.signOut(r.Account); err != nil {
			return err
		}
	}
	if r.Action == market.ActEdit && t.editEnded(r, onTop) {
		return nil
	}
	ad := say("act.of", "Title", r.Title)
	if onTop { // the card names it
		ad = Text{}
	}
	outcome := t.outcome(r, ad)
	if card != nil && card.arg("sold") != "" && r.Stage == market.StageDone {
		outcome = join("\n", say("act.done.sold", "Market", marketName(r.Market)), ad)
	}
	if card != nil {
		card.setArg("sold", "")
	}
	if onTop {
		t.note = outcome
		return nil
	}
	t.silent = true
	var v View
	v.say(outcome)
	if m := t.market(r.Market); m != nil && r.Kind == market.NoMoney {
		v.row(link(say("button.top_up"), m.Capabilities().Site))
	}
	v.row(Button{Label: say("button.my_ads"), Op: opAds, Arg: r.Account, Notice: true})
	t.notice(v)
	return nil
}

// outcome says how an action ended, and of which ad.
func (t *Turn) outcome(r market.Report, ad Text) Text {
	switch r.Stage {
	case market.StageDone:
		if r.Action == market.ActAuto {
			return join("\n", t.autoDone(r), ad)
		}
		return join("\n", say("act.done."+string(r.Action)), ad)
	case market.StageUnknown:
		if !r.Action.Paid() {
			return join("\n", say("act.unknown_free", "Market", marketName(r.Market)), ad, refText(r.Ref))
		}
		return join("\n", say("act.unknown", "Market", marketName(r.Market)), ad, refText(r.Ref))
	}
	return join("\n", say("act.failed"), ad, failure(r))
}
