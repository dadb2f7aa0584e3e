package dialogs

import (
	"time"

	"bazarbot/market"
)

const (
	opWatchOn  = "won"
	opWatchOff = "woff"
	opCard     = "card" // of a notice: an ad's card; its Arg is the key of a line
)

// namedChanges is of how many ads one message tells.
const namedChanges = 10

// watched tells what became of the seller's ads, in a message of its own that
// takes them away from nothing.
func (t *Turn) watched(w market.Watched) error {
	t.silent = true
	account, err := t.account(w.Account)
	if err != nil || account == nil || account.State != market.AccountActive {
		return err
	}
	if w.Refused {
		return t.signedOutMeanwhile(*account)
	}
	t.markStock(account.ID, StockMark{Acted: t.now})
	if t.s.Unwatched || len(w.Changes) == 0 {
		return nil
	}
	var v View
	if len(w.Changes) == 1 {
		one := w.Changes[0]
		v.say(told(*account, one, t.now))
		v.row(Button{Label: say("watched.open"), Op: opCard, Arg: line{*account, one.Ad}.key(), Notice: true})
	} else {
		v.say(say("watched.many", "Market", marketName(account.Market), "Account", account.Label, "Count", len(w.Changes)))
		for _, one := range w.Changes[:min(len(w.Changes), namedChanges)] {
			v.say(told(*account, one, t.now))
		}
		if more := len(w.Changes) - namedChanges; more > 0 {
			v.say(say("watched.more", "Count", more))
		}
	}
	v.row(Button{Label: say("button.my_ads"), Op: opAds, Arg: account.ID, Notice: true})
	t.notice(v)
	return nil
}

// watchOff has the person told no more what becomes of their ads, or told again.
func (t *Turn) watchOff(off bool) {
	t.s.Unwatched = off
	t.note = say("watched.on")
	if off {
		t.note = say("watched.off")
	}
}

// told says what became of one ad, and why where its market tells.
func told(account market.Account, change market.AdChange, now time.Time) Text {
	ad := change.Ad
	key := "watched." + string(ad.State)
	var about []Text
	switch {
	case change.Was == ad.State:
		key = "watched.ends"
	case ad.State == market.StatePublic || ad.State == market.StateActive:
		key = "watched.visible"
		if ad.Opens.After(now) {
			key = "watched.passed"
			about = append(about, say("ad.opens", "At", Moment{ad.Opens, account.Market}))
		}
	default:
		for _, reason := range ad.Reasons[:min(len(ad.Reasons), namedWhy)] {
			about = append(about, say("ad.reason", "Reason", clip(reason, shortWhy)))
		}
	}
	what := say(key, "Market", marketName(account.Market), "Title", clip(ad.Title, 80), "At", Moment{ad.Expires, account.Market})
	return join("\n", append([]Text{what}, about...)...)
}

// Of a market's reasons a message gives a part: the card has them whole.
const (
	namedWhy = 3
	shortWhy = 100
)

// signedOutMeanwhile tells that a market no longer takes an account's secret,
// found while nobody was there.
func (t *Turn) signedOutMeanwhile(account market.Account) error {
	if err := t.signOut(account.ID); err != nil {
		return err
	}
	var v View
	v.say(say("watched.refused", "Market", marketName(account.Market), "Account", account.Label))
	account.State = market.AccountSignedOut
	v.row(Button{Label: t.signInButton(account).Label, Op: opEnter, Arg: account.ID, Notice: true})
	t.notice(v)
	return nil
}

// openCard opens an ad's card from a notice. Whose account it is, is looked at
// when the card is shown.
func (t *Turn) openCard(key string) {
	account, ad := splitKey(key)
	if f := t.s.top(); f.Name == frameAd && f.arg("account") == account && f.arg("ad") == ad {
		return
	}
	t.s.closeFrom(frameAd)
	card := t.s.push(&Frame{Name: frameAd})
	card.setArg("account", account)
	card.setArg("ad", ad)
}
