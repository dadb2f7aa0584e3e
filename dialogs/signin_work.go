package dialogs

import (
	"slices"
	"strconv"
	"time"

	"bazarbot/market"
)

// What timers of signing in are set for; their Arg is the account.
const (
	timerLapse  = "lapse"  // something that was kept of it has had its time
	timerResend = "resend" // a code can be asked for again
)

// sign hands a step of a sign-in to the account's lane.
func (t *Turn) sign(e entering, step market.SignStep, code market.Secret) (job string) {
	job = newID(10)
	e.entry.Job, e.entry.Step, e.entry.Waits = job, step, false
	t.Signs = append(t.Signs, market.SignJob{
		ID: job, Person: t.ev.Person.ID, Market: e.account.Market, Account: e.account.ID, Step: step, Code: code,
	})
	return job
}

// settled ends a step: nothing of it is left to be tried again.
func (e entering) settled() {
	if e.entry != nil {
		e.entry.Job, e.entry.Step, e.entry.Waits = "", "", false
	}
}

func (e entering) workingView() View {
	var v View
	text := say("signin.signing_in", "Market", marketName(e.account.Market), "Phone", phoneText(e.entry.Phone))
	switch e.entry.Step {
	case market.SignUp:
		text = say("signin.registering", "Market", marketName(e.account.Market), "Phone", phoneText(e.entry.Phone))
	case market.SignCode:
		text = say("signin.confirming", "Market", marketName(e.account.Market))
	}
	v.say(text)
	if e.entry.Waits {
		v.say(say("publish.waiting"))
	}
	v.row(button(say("button.home"), opHome, ""))
	return v
}

func (e entering) stalledView() View {
	var v View
	v.say(say("signin.stalled", "Market", marketName(e.account.Market), "Phone", phoneText(e.entry.Phone)))
	v.row(button(say("button.again"), opRetry, ""))
	if e.awaitsCode() {
		v.row(button(say("button.have_code"), opCode, ""))
	}
	v.row(button(say("button.other_number"), opOther, ""))
	v.row(button(say("button.home"), opHome, ""), button(say("button.cancel"), opCancel, ""))
	return v
}

// signed works what a job tells of a sign-in: on its own screen when that is
// looked at, else as a message of its own. What the person has forgotten
// meanwhile is told to nobody.
func (t *Turn) signed(r market.Report) error {
	f := t.s.find(func(f *Frame) bool { return f.Name == frameSignIn && f.arg("account") == r.Account })
	if f == nil {
		f = &Frame{Name: frameSignIn, Args: map[string]string{"account": r.Account}}
	}
	e, err := t.entering(f)
	if err != nil || e.account == nil || e.entry.Job != r.Job {
		t.silent = true
		return err
	}
	onTop := f == t.s.top()
	if !r.Final() {
		t.silent, e.entry.Waits = !onTop, true
		return nil
	}
	t.fresh = e.entry.Waits // it took long: the person is called back
	first := e.entry.Sent.IsZero()
	said := t.signEnded(e, f, r)
	if r.Stage == market.StageDone {
		if err := t.goOn(f, r.Market, r.Account); err != nil {
			return err
		}
	}
	if onTop && first && r.Stage == market.StageCode {
		return nil // the question says it
	}
	if r.Stage == market.StageDone && !onTop {
		t.removeFrame(f)
	}
	if onTop {
		t.note = said
		return nil
	}
	t.silent = true
	var v View
	v.say(said)
	if r.Stage != market.StageDone && t.s.Entries[r.Account] != nil {
		v.row(Button{Label: say("button.go_on"), Op: opEnter, Arg: r.Account, Notice: true})
	}
	t.notice(v)
	return nil
}

// signEnded takes over how a step has ended, and says it.
func (t *Turn) signEnded(e entering, f *Frame, r market.Report) Text {
	switch r.Stage {
	case market.StageDone:
		t.letIn(e, r.Secret)
		return say("connect.done", "Market", marketName(r.Market))
	case market.StageCode:
		return t.codeSent(e, r)
	case market.StagePassword:
		t.asksPassword(e)
		return say("signin.password_again", "Phone", phoneText(e.entry.Phone))
	}
	if r.Sign == market.SignCode {
		return t.codeFailed(e, r)
	}
	return t.entryFailed(e, f, r)
}

// codeSent has the code asked from now on. Whether a market that was asked once
// more has sent another one, it does not tell.
func (t *Turn) codeSent(e entering, r market.Report) Text {
	said := "signin.code_sent"
	if !e.entry.Sent.IsZero() {
		said = "signin.code_asked"
	}
	e.settled()
	e.entry.Sent, e.entry.Wrong = t.now, 0
	t.timer("resend:"+r.Job, t.now.Add(resendAfter), timerResend, r.Account)
	a := *e.account
	e.pending.Registered, a.State = true, market.AccountPending
	t.savePending(a, e.pending)
	return say(said, "Market", marketName(r.Market), "Phone", phoneText(e.entry.Phone))
}

// letIn keeps what opens the account.
func (t *Turn) letIn(e entering, secret market.Secret) {
	e.settled()
	e.entry.Sent, e.entry.Wrong, e.entry.Opened = time.Time{}, 0, true
	a := *e.account
	a.Secret, a.Renewed, a.State = secret, true, market.AccountActive
	hasDefault := func(old market.Account) bool { return old.Market == a.Market && old.Default }
	if !slices.ContainsFunc(t.accounts, hasDefault) {
		a.Default = true
	}
	t.saveAccount(a)
}

// asksPassword: the number has an account, so nothing but its password is asked.
func (t *Turn) asksPassword(e entering) {
	e.settled()
	a := *e.account
	a.State = market.AccountSignedOut
	t.savePending(a, market.Pending{Phone: e.entry.Phone, At: e.pending.At})
}

// codeFailed: the code stays to be asked. What the market did not like of it
// counts as a try.
func (t *Turn) codeFailed(e entering, r market.Report) Text {
	e.settled()
	switch r.Kind {
	case market.BadCredentials, market.Invalid:
		why := Text{} // that a code does not match, we say ourselves
		if r.Kind == market.Invalid {
			why = words(r)
		}
		e.entry.Wrong++
		if left := mostWrong - e.entry.Wrong; left > 0 {
			return join("\n", say("signin.wrong_code", "Left", strconv.Itoa(left)), why)
		}
		return join("\n", say("signin.tries_over"), why)
	case market.Quota: // the market has counted for itself
		e.entry.Wrong = mostWrong
		return say("signin.tries_over")
	}
	return join("\n", signRefusal(r), say("signin.code_kept"))
}

// entryFailed: number and password stay as far as the market has nothing
// against them.
func (t *Turn) entryFailed(e entering, f *Frame, r market.Report) Text {
	a := *e.account
	switch r.Kind {
	case market.BadCredentials:
		t.asksPassword(e)
		return t.wrongPassword(r, phoneText(e.entry.Phone))
	case market.Invalid:
		e.settled()
		if _, phone := r.Fields[market.SignUpPhone]; phone && e.untouched() {
			t.dropAccount(a.ID)
			f.setArg("account", "")
			f.Form = nil
			return join("\n", say("signin.phone_refused", "Market", marketName(r.Market)), words(r))
		}
		e.pending.Password = ""
		t.savePending(a, e.pending)
		return join("\n", say("signin.password_refused", "Market", marketName(r.Market)), words(r))
	case market.Unavailable, market.UnknownOutcome, "":
		if r.Sign == market.SignUp { // it may have come through
			e.pending.Registered = true
			t.savePending(a, e.pending)
		}
	}
	e.entry.Job, e.entry.Waits = "", false
	return signRefusal(r)
}

// wrongPassword tells where a password can be made anew: not here.
func (t *Turn) wrongPassword(r market.Report, phone string) Text {
	said := say("signin.wrong_password", "Market", marketName(r.Market), "Phone", phone)
	if r.Sign == market.SignUp {
		said = say("signin.number_taken", "Market", marketName(r.Market), "Phone", phone)
	}
	if m := t.market(r.Market); m != nil && m.Capabilities().Site != "" {
		return join("\n", said, say("signin.reset_site", "Site", m.Capabilities().Site))
	}
	return join("\n", said, say("signin.reset"))
}

// words are the market's own, about what it refused.
func words(r market.Report) Text {
	text := r.Message
	for _, key := range []string{market.SignUpCode, market.SignUpPassword, market.SignUpPhone} {
		if reason := r.Fields[key]; reason != "" {
			text = reason
		}
	}
	if text == "" {
		return Text{}
	}
	return say("market.words", "Message", clip(text, 300))
}

// signRefusal says why a market did not do it, for no fault of the person's.
func signRefusal(r market.Report) Text {
	if r.Kind == "" {
		return say("error.internal", "Ref", r.Ref)
	}
	return refusal(r.Market, r.Kind, r.Message, r.Ref)
}

// resendDue shows the way to a new code, where the code is being asked for.
func (t *Turn) resendDue(account string) {
	f := t.s.top()
	if f.Name == frameSignIn && f.arg("account") == account {
		t.silent = false
	}
}
