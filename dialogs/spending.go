package dialogs

import "bazarbot/market"

// spending lists what an account paid for through the bot: when, what, which ad.
type spending struct{ quiet }

// spendingLines is how many of the last charges are shown.
const spendingLines = 20

func (spending) view(t *Turn, f *Frame) (View, error) {
	var v View
	a, err := t.account(f.arg("account"))
	if err != nil {
		return v, err
	}
	if a == nil {
		t.s.pop()
		return v, nil
	}
	charges, err := t.d.Ledger.Spending(t, a.ID, spendingLines)
	if err != nil {
		return v, err
	}
	v.say(say("spending.heading", "Name", accountName(*a)))
	if len(charges) == 0 {
		v.say(say("spending.none"))
	}
	lines := make([]Text, len(charges))
	for i, c := range charges {
		lines[i] = say("spending.line", "At", Moment{c.At, a.Market}, "What", chargeName(c.What), "Ad", c.Ad)
	}
	v.say(join("\n", lines...))
	if len(charges) == spendingLines {
		v.say(say("spending.last"))
	}
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

func chargeName(what market.Action) Text {
	switch what {
	case market.ActRepublish:
		return say("spending.republish")
	case market.ActColour:
		return say("spending.colour")
	}
	return say("spending.post")
}

func (spending) press(t *Turn, _ *Frame, op, _ string) error {
	if op == opBack {
		t.s.pop()
	}
	return nil
}
