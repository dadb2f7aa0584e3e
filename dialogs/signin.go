package dialogs

import (
	"unicode"
	"unicode/utf8"

	"bazarbot/market"
)

// signIn gets a person into an account that is opened with a phone number, a
// password and, the first time, the code of an SMS. What it asks is a form; in
// between, the account's lane works.
type signIn struct{ form }

// Operations of signing in.
const (
	opEnter  = "en" // go on with the sign-in of an account
	opOther  = "ot" // another number
	opResend = "rs" // no code came
	opCode   = "co" // there is a code
	opRetry  = "rt" // try again what did not come through
)

// openable reports whether the bot knows a way into a market's accounts.
func openable(m Market) bool {
	caps := m.Capabilities()
	return caps.APIKey || caps.SignUp
}

// opens reports whether a dialog is there to open an account.
func opens(f *Frame) bool { return f.Name == frameConnect || f.Name == frameSignIn }

// openAccount opens an account of a market, in the market's own way, above
// whatever needs it. account is the one to open; with "", one that was begun or
// signed out, else a new one.
func (t *Turn) openAccount(id market.ID, account string) error {
	m := t.market(id)
	switch {
	case m == nil:
	case m.Capabilities().APIKey:
		t.openConnect(id, account)
	case m.Capabilities().SignUp:
		if account == "" {
			var err error
			if account, err = t.unfinished(id); err != nil {
				return err
			}
		}
		t.openSignIn(id, account)
	}
	return nil
}

// openFor reports whether a draft's account can be used; if not, the way to open
// one stands above what needs it.
func (t *Turn) openFor(d *market.Draft) (bool, error) {
	a, err := t.account(d.Account)
	switch {
	case err != nil:
		return false, err
	case a == nil:
		return false, t.openAccount(d.Market, "")
	case a.State != market.AccountActive:
		return false, t.openAccount(d.Market, a.ID)
	}
	return true, nil
}

// openNewAccount opens one more account of a market.
func (t *Turn) openNewAccount(id market.ID) {
	if m := t.market(id); m != nil && m.Capabilities().SignUp {
		t.openSignIn(id, "")
		return
	}
	t.openConnect(id, "")
}

func (t *Turn) openSignIn(id market.ID, account string) {
	if open := t.s.find(func(f *Frame) bool { return f.Name == frameSignIn }); open != nil {
		t.removeFrame(open) // it comes to the top, above what needs it now
	}
	f := &Frame{Name: frameSignIn}
	f.setArg("market", string(id))
	f.setArg("account", account)
	t.s.push(f)
}

// enter goes on with the sign-in of one of the person's accounts, above what is
// being done.
func (t *Turn) enter(id string) error {
	a, err := t.account(id)
	if err != nil {
		return err
	}
	if a == nil || a.State == market.AccountActive {
		t.note = say("signin.over")
		return nil
	}
	return t.openAccount(a.Market, a.ID)
}

// leaveOpening closes a dialog that was to open an account, and with it what
// cannot go on without one.
func (t *Turn) leaveOpening(f *Frame) error {
	t.s.pop()
	m := t.market(market.ID(f.arg("market")))
	switch t.s.top().Name {
	case frameAds, frameMany, frameAd, frameEdit, frameProfile:
		return t.goHome()
	case frameNewAd:
		if m == nil || m.Capabilities().ReadsNeedAccount {
			return t.goHome()
		}
	}
	if f.arg("needed") != "" {
		return t.goHome()
	}
	return nil
}

// endedText says why an account is to be opened now: the market has ended its
// session, or does not answer anybody who is not signed in.
func endedText(m Market, known bool) Text {
	switch {
	case m.Capabilities().APIKey:
		return say("connect.refused_later", "Market", marketName(m.ID()))
	case known:
		return say("signin.ended", "Market", marketName(m.ID()))
	}
	return say("signin.needed", "Market", marketName(m.ID()))
}

func (s signIn) view(t *Turn, f *Frame) (View, error) {
	e, err := t.entering(f)
	if err != nil {
		return View{}, err
	}
	switch e.phase() {
	case works:
		return e.workingView(), nil
	case stalled:
		return e.stalledView(), nil
	}
	return s.form.view(t, f)
}

func (s signIn) press(t *Turn, f *Frame, op, arg string) error {
	e, err := t.entering(f)
	if err != nil {
		return err
	}
	if e.phase() == works {
		if op == opCancel {
			return t.leaveOpening(f) // what was begun goes on by itself
		}
		return nil
	}
	st, err := t.state(f)
	if err != nil {
		return err
	}
	switch op {
	case opOther:
		e.settled()
		st.leave()
		st.At = market.SignUpPhone
		return nil
	case opCode:
		return t.haveCode(e, st)
	case opResend:
		return t.resend(e, st)
	case opRetry:
		return t.retry(e, st)
	}
	return s.form.press(t, f, op, arg)
}

// hear: while the market works, whatever is typed may be a secret sent twice.
func (s signIn) hear(t *Turn, f *Frame, ev Event) (bool, error) {
	e, err := t.entering(f)
	if err != nil {
		return false, err
	}
	switch e.phase() {
	case works:
		t.erase()
		t.note = say("signin.wait", "Market", marketName(e.account.Market))
		return true, nil
	case stalled:
		t.erase()
		return false, nil
	}
	return s.form.hear(t, f, ev)
}

// signInForm is what signing in asks.
type signInForm struct{}

func (signInForm) questions(t *Turn, f *Frame, st *FormState) (questions, error) {
	m := t.market(market.ID(f.arg("market")))
	if m == nil { // switched off meanwhile
		t.removeFrame(f)
		return questions{}, nil
	}
	e, err := t.entering(f)
	if err != nil {
		return questions{}, err
	}
	st.follow(e)
	q := questions{fields: []Field{phoneField(f, st, m), passwordField(f, st, m, e)}}
	if e.phase() == coded {
		q.fields = append(q.fields, codeField(f, m, e, t.now))
	}
	return q, nil
}

// follow brings a form's answers up to where the sign-in stands: what its job
// has found out since is asked, or asked no more.
func (st *FormState) follow(e entering) {
	delete(st.Answers, market.SignUpCode)
	delete(st.Answers, market.SignUpPassword)
	if e.account != nil && e.entry.Phone != "" {
		st.Answers[market.SignUpPhone] = market.TextValue(e.entry.Phone)
	}
	if e.phase() != asks {
		st.Answers[market.SignUpPassword] = market.YesValue(true)
	}
}

func phoneField(f *Frame, st *FormState, m Market) Field {
	numbers, _ := m.(numbering)
	field := Field{
		Field:   market.Field{Key: market.SignUpPhone, Kind: market.KindPhone, Required: true},
		Name:    say("field.phone"),
		Help:    say("signin.phone_help", "Market", marketName(m.ID())),
		Private: true,
		own:     phoneKind{numbers: numbers, market: m.ID(), contact: true},
	}
	field.Check = func(t *Turn, v market.Value) (Text, error) { return t.takePhone(f, st, m.ID(), v.Text) }
	return field
}

// takePhone goes on with the account that has the number, or with none.
func (t *Turn) takePhone(f *Frame, st *FormState, id market.ID, phone string) (Text, error) {
	known, err := t.accountOfPhone(id, phone)
	if err != nil {
		return Text{}, err
	}
	if known != nil && known.State == market.AccountActive {
		return say("signin.already", "Market", marketName(id), "Phone", phoneText(phone)), nil
	}
	account := ""
	if known != nil {
		account = known.ID
	}
	if account != f.arg("account") {
		if err := t.dropUntouched(f); err != nil {
			return Text{}, err
		}
		delete(st.Answers, market.SignUpPassword)
	}
	f.setArg("account", account)
	return Text{}, nil
}

// dropUntouched forgets the account of a sign-in that came to nothing.
func (t *Turn) dropUntouched(f *Frame) error {
	e, err := t.entering(f)
	if err == nil && e.untouched() {
		t.dropAccount(e.account.ID)
	}
	return err
}

func passwordField(f *Frame, st *FormState, m Market, e entering) Field {
	phone := phoneText(st.Answers[market.SignUpPhone].Text)
	help := say("signin.password_new", "Market", marketName(m.ID()), "Phone", phone)
	if e.account != nil && e.account.State == market.AccountSignedOut {
		help = say("signin.password_known", "Market", marketName(m.ID()), "Phone", phone)
	}
	field := Field{
		Field: market.Field{Key: market.SignUpPassword, Kind: market.KindSecret, Required: true},
		Name:  say("field.password"),
		Help:  help,
		Kept:  true,
		own:   passwordKind{refused: e.account != nil && e.account.State == market.AccountSignedOut && !e.entry.Opened},
	}
	field.Check = func(t *Turn, v market.Value) (Text, error) {
		if !t.spend(spentSignIn) {
			return say("limit.sign_in"), nil
		}
		return Text{}, t.takePassword(f, m, st.Answers[market.SignUpPhone].Text, market.Secret(v.Text))
	}
	return field
}

// takePassword has the account's lane sign the person in. A number that has no
// account yet is registered with the password.
func (t *Turn) takePassword(f *Frame, m Market, phone string, password market.Secret) error {
	e, err := t.entering(f)
	if err != nil {
		return err
	}
	if e.account == nil {
		e.account = &market.Account{
			ID: newID(10), Market: m.ID(), Label: phoneText(phone), State: market.AccountPending, CreatedAt: t.now,
		}
		e.entry = &Entry{Phone: phone}
		t.remembered(e.account.ID, e.entry)
		f.setArg("account", e.account.ID)
	}
	e.pending = market.Pending{Phone: phone, Password: password, Registered: e.pending.Registered, At: t.now}
	t.savePending(*e.account, e.pending)
	step := market.SignIn
	if e.account.State == market.AccountPending {
		step = market.SignUp
		if weak(string(password)) {
			t.note = say("signin.weak", "Market", marketName(m.ID()))
		}
	}
	job := t.sign(e, step, "")
	t.timer("password:"+job, t.now.Add(keepPassword), timerLapse, e.account.ID)
	t.timer("pending:"+job, t.now.Add(keepPending), timerLapse, e.account.ID)
	return nil
}

// weak reports whether a password is one that the market may refuse. What it
// really wants, no description says: a hint, and the market decides.
func weak(password string) bool {
	const shortest = 8
	var digit, upper, lower bool
	for _, r := range password {
		digit = digit || unicode.IsDigit(r)
		upper = upper || unicode.IsUpper(r)
		lower = lower || unicode.IsLower(r)
	}
	return utf8.RuneCountInString(password) < shortest || !digit || !upper || !lower
}

func (signInForm) heading(*Turn, *FormState, questions) Text { return say("signin.heading") }

func (signInForm) review(*Turn, *Frame, *FormState, questions) (View, bool) { return View{}, false }

// commit: the account is open; what needed it goes on.
func (signInForm) commit(t *Turn, f *Frame, _ *FormState, _ questions) error {
	if t.note.IsZero() {
		t.note = say("connect.done", "Market", marketName(market.ID(f.arg("market"))))
	}
	t.s.pop()
	return nil
}

func (signInForm) last(*Turn, *Frame) market.Answers { return nil }

func (signInForm) drop(t *Turn, f *Frame) {
	if err := t.dropUntouched(f); err != nil { // it stays, and can be forgotten from its card
		t.d.Log.Error("sign-in", "person", t.ev.Person.ID, "error", err)
	}
}
