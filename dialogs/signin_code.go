package dialogs

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bazarbot/market"
)

// passwordKind is a password as people choose it: spaces are letters of it.
type passwordKind struct {
	secretKind
	refused bool // the market knows the number, and not this password
}

func (passwordKind) parse(_ Field, _ *FormState, text string) (market.Value, bool, Text) {
	const longest = 128
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n == 0 || n > longest || strings.Contains(text, "\n") {
		return market.Value{}, false, say("refuse.password", "Max", strconv.Itoa(longest))
	}
	return market.TextValue(text), true, Text{}
}

func (k passwordKind) buttons(v *View, _ Field, _ *FormState) {
	if k.refused {
		v.row(button(say("button.have_code"), opCode, ""))
	}
	v.row(button(say("button.other_number"), opOther, ""))
}

// codeKind is the code of an SMS.
type codeKind struct {
	secretKind
	resend Text // the way to a new one; none outside of signing in
}

func (k codeKind) buttons(v *View, _ Field, _ *FormState) {
	v.row(button(k.resend, opResend, ""))
	if !k.resend.IsZero() {
		v.row(button(say("button.other_number"), opOther, ""))
	}
}

// Where a code may be in a text: digits in one, or with a space or a dash within.
var (
	digitRuns   = regexp.MustCompile(`\d+`)
	digitGroups = regexp.MustCompile(`\d(?:[ \x{a0}–—-]?\d)*`)
)

// parse finds the one group of four to six digits, so that the whole SMS can be
// pasted.
func (codeKind) parse(_ Field, _ *FormState, text string) (market.Value, bool, Text) {
	for _, groups := range []*regexp.Regexp{digitRuns, digitGroups} {
		var found []string
		for _, group := range groups.FindAllString(text, -1) {
			if digits := digitsOf(group); len(digits) >= 4 && len(digits) <= 6 {
				found = append(found, digits)
			}
		}
		switch len(found) {
		case 0:
			continue
		case 1:
			return market.TextValue(found[0]), true, Text{}
		}
		return market.Value{}, false, say("refuse.codes")
	}
	if digitsOf(text) == "" {
		return market.Value{}, false, say("refuse.code_letters")
	}
	return market.Value{}, false, say("refuse.code")
}

func codeField(f *Frame, m Market, e entering, now time.Time) Field {
	resend := say("button.no_code")
	if e.untilResend(now) <= 0 {
		resend = say("button.resend_code")
	}
	field := Field{
		Field: market.Field{Key: market.SignUpCode, Kind: market.KindCode, Required: true},
		Name:  say("field.code"),
		Help:  codeHelp(m, e),
		Kept:  true,
		own:   codeKind{resend: resend},
	}
	field.Check = func(t *Turn, v market.Value) (Text, error) { return t.takeCode(f, market.Secret(v.Text)) }
	return field
}

// codeHelp is honest about what the market cannot do.
func codeHelp(m Market, e entering) Text {
	name := marketName(m.ID())
	help := say("signin.code_help", "Market", name, "Phone", phoneText(e.entry.Phone))
	if e.entry.Wrong >= mostWrong {
		help = say("signin.no_tries")
	}
	where := say("signin.no_resend", "Market", name)
	if site := m.Capabilities().Site; site != "" {
		where = say("signin.no_resend_site", "Market", name, "Site", site)
	}
	return join("\n\n", help, where)
}

// untilResend is how long the code is waited for before one can ask again.
func (e entering) untilResend(now time.Time) time.Duration {
	return e.entry.Sent.Add(resendAfter).Sub(now)
}

// takeCode has the account's lane bring the code to the market.
func (t *Turn) takeCode(f *Frame, code market.Secret) (Text, error) {
	e, err := t.entering(f)
	switch {
	case err != nil || e.phase() != coded:
		return Text{}, err
	case e.entry.Wrong >= mostWrong:
		return say("signin.tries_over"), nil
	}
	if !t.spend(spentSignIn) {
		return say("limit.sign_in"), nil
	}
	t.sign(e, market.SignCode, code)
	return Text{}, nil
}

// resend asks for a code once more, which only registering again can do.
func (t *Turn) resend(e entering, st *FormState) error {
	if e.phase() != coded {
		return nil
	}
	if left := e.untilResend(t.now); left > 0 {
		seconds := int((left + time.Second - 1) / time.Second)
		t.toast = say("toast.resend_later", "Seconds", strconv.Itoa(seconds))
		return nil
	}
	if !t.spend(spentCode) {
		t.note = say("limit.codes")
		return nil
	}
	return t.again(e, st, market.SignUp)
}

// retry does again what did not come through.
func (t *Turn) retry(e entering, st *FormState) error {
	if e.phase() != stalled {
		return nil
	}
	return t.again(e, st, e.entry.Step)
}

// again repeats a step, with the password that is kept or asking for it.
func (t *Turn) again(e entering, st *FormState, step market.SignStep) error {
	if e.pending.Password != "" {
		t.sign(e, step, "")
		return nil
	}
	e.settled()
	st.leave()
	st.At = market.SignUpPassword
	t.note = say("signin.password_forgotten")
	return nil
}

// haveCode asks for a code that the person says they have: of a number that was
// registered before, or whose registration may have come through. From now on it
// is waited for, as long as for any.
func (t *Turn) haveCode(e entering, st *FormState) error {
	if e.account == nil {
		return nil
	}
	e.settled()
	st.leave()
	if e.pending.Phone == "" {
		e.pending = market.Pending{Phone: e.entry.Phone}
	}
	if e.pending.Password == "" { // which has an hour of its own
		e.pending.At = t.now
		t.timer("pending:"+newID(10), t.now.Add(keepPending), timerLapse, e.account.ID)
	}
	e.pending.Registered = true
	e.account.State = market.AccountPending
	t.savePending(*e.account, e.pending)
	return nil
}
