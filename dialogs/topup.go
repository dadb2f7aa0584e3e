package dialogs

import "bazarbot/market"

// topUp is shown when a draft was not published for want of money: the way to
// the market's site, and the same once more when the balance is topped up.
type topUp struct{ quiet }

// opPay sends a draft again that was not paid for. On a message that stays it
// leads to the button that does.
const opPay = "pay"

// unpaid ends a job whose market wants money first.
func (t *Turn) unpaid(f *Frame, st *FormState, d market.Draft, r market.Report, onTop bool) error {
	st.Stuck = &Stuck{Kind: market.NoMoney, Account: d.Account}
	if err := t.keep(f, st); err != nil {
		return err
	}
	f.Name = frameTopUp
	if onTop {
		return nil
	}
	again := payButton(t.market(d.Market))
	again.Arg, again.Notice = d.ID, true
	text := join("\n\n", say("topup.text", "Title", draftTitle(st), "Market", marketName(d.Market)), say("error.kept"))
	t.draftNotice(d.ID, text, t.topUpLink(d.Market), again)
	return nil
}

// topUpLink leads to where the balance is topped up.
func (t *Turn) topUpLink(id market.ID) Button {
	m := t.market(id)
	if m == nil {
		return Button{}
	}
	return link(say("button.top_up"), m.Capabilities().Site)
}

// payButton publishes once more, and says what that costs.
func payButton(m Market) Button {
	if m != nil {
		if price := m.Capabilities().PostPrice; !price.IsZero() {
			return button(say("button.try_again_for", "Cost", amountExact(price)), opPay, "")
		}
	}
	return button(say("button.try_again"), opPay, "")
}

func (topUp) view(t *Turn, f *Frame) (View, error) {
	var v View
	d, err := t.draft(f.Draft)
	if err != nil {
		return v, err
	}
	st, err := t.state(f)
	switch {
	case err != nil:
		return v, err
	case d == nil:
		t.s.pop()
		return v, nil
	case d.State != market.DraftOpen, st.Stuck == nil: // sent again from elsewhere
		f.Name = framePublishing
		return v, nil
	}
	v.say(say("topup.text", "Title", draftTitle(st), "Market", marketName(d.Market)))
	v.say(say("error.kept"))
	v.row(t.topUpLink(d.Market))
	v.row(payButton(t.market(d.Market)))
	v.row(button(say("button.open_draft"), opOpen, ""))
	v.row(button(say("button.home"), opHome, ""))
	return v, nil
}

// press sends the same answers again, or opens the form with them.
func (topUp) press(t *Turn, f *Frame, op, arg string) error {
	switch op {
	case opPay:
		f.Name = frameNewAd
		return form{newAd{}}.press(t, f, opCommit, "")
	case opOpen:
		f.Name = frameNewAd
	case opCancel:
		f.Name = frameNewAd
		return form{newAd{}}.press(t, f, op, arg)
	}
	return nil
}

// resumeUnpaid opens what a message offered to pay for: a press there spends
// nothing yet, as it may be an old one. What is no longer unpaid is opened as it
// stands.
func (t *Turn) resumeUnpaid(id string) error {
	if err := t.resumeDraft(id); err != nil {
		return err
	}
	f := t.s.top()
	if f.Name != frameNewAd || f.Draft != id {
		return nil
	}
	st, err := t.state(f)
	if err != nil || st == nil {
		return err
	}
	if st.Stuck != nil && st.Stuck.Kind == market.NoMoney {
		f.Name = frameTopUp
	}
	return nil
}
