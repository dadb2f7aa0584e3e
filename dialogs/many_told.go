package dialogs

import (
	"slices"

	"bazarbot/market"
)

// Bounds of what is told of a bulk's end, which is one message.
const (
	namedAds     = 20
	namedReasons = 6
)

// opManyAgain is the button of a bulk's end; its Arg is the bulk.
const opManyAgain = "mag"

// progress shows how far a bulk is, in the message that shows it already if
// there is one.
func (t *Turn) progress(b *Bulk) {
	b.Told = t.now
	var v View
	if b.over() && b.Done < b.Total {
		v.say(say("bulk.told")) // bulkOver has the numbers
	} else {
		v.say(join("\n", b.standing(), b.waiting()))
	}
	t.reply(Reply{Kind: ReplyProgress, View: v, Message: b.Message, Name: b.ID})
}

// standing says how many ads it was done to, and of how many it is not known or
// did not work.
func (b *Bulk) standing() Text {
	lines := []Text{say("bulk.progress."+string(b.Action), "Done", b.Done, "Total", b.Total)}
	if n := number(b.Failed); n > 0 {
		lines = append(lines, say("bulk.failed", "Count", n))
	}
	if n := number(b.Unknown); n > 0 {
		lines = append(lines, say("bulk.unknown", "Count", n))
	}
	return join("\n", lines...)
}

// waiting says what keeps a bulk from its end.
func (b *Bulk) waiting() Text {
	switch {
	case b.over():
		return say("bulk.over")
	case b.Stage == market.StageWaiting:
		return say("publish.waiting")
	case b.Stage == market.StageLooking:
		return say("bulk.looking")
	}
	return Text{}
}

// bulkOver names each ad that something went wrong with, in a message that calls
// the person back. When nothing did, the progress message has said so.
func (t *Turn) bulkOver(b *Bulk) {
	if len(b.Failed)+len(b.Unknown) == 0 {
		return
	}
	left := namedAds
	var v View
	v.say(b.standing())
	t.nameUnlucky(&v, b.Failed, &left)
	if len(b.Unknown) > 0 {
		key := "bulk.unknown_free"
		if b.Action.Paid() {
			key = "bulk.unknown_paid"
		}
		v.say(say(key))
		t.nameUnlucky(&v, b.Unknown, &left)
	}
	if n := number(b.again()); n > 0 {
		v.row(Button{Label: say("bulk.again", "Count", n), Op: opManyAgain, Arg: b.ID, Notice: true})
	}
	for _, u := range b.Failed {
		if m := t.market(u.Market); u.Kind == market.NoMoney && m != nil {
			v.row(link(say("button.top_up"), m.Capabilities().Site))
			break
		}
	}
	v.row(Button{Label: say("button.my_ads"), Op: opAds, Notice: true})
	t.notice(v)
}

// nameUnlucky names ads under their reasons, as many as there are left to be
// named; the rest is counted.
func (t *Turn) nameUnlucky(v *View, all []Unlucky, left *int) {
	named := 0
	for _, u := range all[:min(len(all), namedReasons)] {
		n := min(*left, len(u.Ads))
		if n == 0 {
			break
		}
		lines := []Text{t.reason(u)}
		for _, ad := range u.Ads[:n] {
			lines = append(lines, say("bulk.ad", "Title", adName(ad)))
		}
		v.say(join("\n", lines...))
		*left -= n
		named += n
	}
	if rest := number(all) - named; rest > 0 {
		v.say(say("bulk.rest", "Count", rest))
	}
}

// reason says why, and of which account when there are several.
func (t *Turn) reason(u Unlucky) Text {
	var why, whose Text
	if u.Kind != "" {
		why = refused(u.Market, u.Kind, clip(u.Message, 150))
	}
	accounts, err := t.listAccounts()
	if i := slices.IndexFunc(accounts, func(a market.Account) bool { return a.ID == u.Account }); err == nil && i >= 0 && len(accounts) > 1 {
		whose = accountName(accounts[i])
	}
	return join("\n", whose, why)
}

func adName(ad UnluckyAd) string {
	if ad.Title == "" {
		return "№ " + ad.ID
	}
	return ad.Title
}
