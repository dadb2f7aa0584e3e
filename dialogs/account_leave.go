package dialogs

import "bazarbot/market"

// signsUp reports whether a market's accounts are opened with a phone number and
// a password, and not with a key.
func (t *Turn) signsUp(id market.ID) bool {
	m := t.market(id)
	return m != nil && m.Capabilities().SignUp
}

// signInButton is the way back into an account that was signed out.
func (t *Turn) signInButton(a market.Account) Button {
	switch {
	case a.State != market.AccountSignedOut:
		return Button{}
	case t.signsUp(a.Market):
		return button(say("button.sign_in"), opConnect, "")
	}
	return button(say("button.new_key"), opConnect, "")
}

// askLeave asks before a secret is erased: by signing out, or with the account.
func (t *Turn) askLeave(v *View, f *Frame, a market.Account) bool {
	switch f.arg("leave") {
	case "":
		return false
	case opAskOut:
		v.say(say("accounts.ask_out", "Market", marketName(a.Market)))
		v.row(button(say("button.sign_out"), opOut, ""))
	default:
		ask, leave := say("accounts.ask_off"), say("button.disconnect")
		if t.signsUp(a.Market) {
			ask, leave = say("accounts.ask_forget"), say("button.forget")
		}
		v.say(ask)
		v.row(button(leave, opOff, ""))
	}
	v.row(button(say("button.back"), opBack, ""))
	return true
}

// goneText says what became of a disconnected account.
func (t *Turn) goneText(a market.Account) Text {
	switch {
	case a.State == market.AccountPending:
		return say("accounts.number_forgotten")
	case t.signsUp(a.Market):
		return say("accounts.forgotten", "Market", marketName(a.Market))
	}
	return say("accounts.gone", "Market", marketName(a.Market))
}

// signOutOf erases what opens an account. Its number stays, so that only the
// password is asked the next time.
func (t *Turn) signOutOf(a market.Account) {
	e := t.entryOf(a)
	a.State, a.Secret, a.Renewed = market.AccountSignedOut, "", true
	if e.Phone != "" {
		a.Secret = market.Pending{Phone: e.Phone, At: t.now}.Pack()
	}
	t.saveAccount(a)
	t.note = say("accounts.signed_out_now", "Market", marketName(a.Market))
}

// pendingCard shows a sign-up that is not finished, and the ways on.
func (t *Turn) pendingCard(f *Frame, a market.Account) View {
	var v View
	p, _ := market.ParsePending(a.Secret)
	v.say(say("accounts.pending_card", "Name", accountName(a), "Until", Moment{p.At.Add(keepPending), a.Market}))
	if f.arg("leave") != "" {
		v.say(say("accounts.ask_forget_number"))
		v.row(button(say("button.forget"), opOff, ""))
		v.row(button(say("button.back"), opBack, ""))
		return v
	}
	if t.entryOf(a).Job != "" {
		v.row(button(say("button.go_on"), opConnect, ""))
	} else {
		if p.Registered {
			v.row(button(say("button.have_code"), opCode, ""))
		}
		v.row(button(say("button.restart"), opRestart, ""))
	}
	v.row(button(say("button.forget_ask"), opAskOff, ""))
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v
}

// pressPending goes on with a sign-up: at its code, or from the password on.
func (t *Turn) pressPending(a market.Account, op string) error {
	if a.State != market.AccountPending {
		return nil
	}
	e := t.entryOf(a)
	if e.Job == "" {
		e.Step = ""
	}
	if err := t.openAccount(a.Market, a.ID); err != nil || op == opCode {
		return err
	}
	t.s.top().Form = &FormState{At: market.SignUpPassword}
	return nil
}
