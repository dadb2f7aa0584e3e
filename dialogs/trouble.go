package dialogs

import (
	"errors"

	"bazarbot/market"
)

// apology stands for the dialog whose event could not be worked: that dialog's
// own view may be what failed, so it is not shown before the person asks for it.
func (t *Turn) apology() View {
	var v View
	v.say(say("error.internal", "Ref", t.ev.Ref))
	v.row(button(say("button.go_on"), opAgain, ""))
	v.row(button(say("button.home"), opHome, ""))
	return v
}

// trouble is shown instead of a dialog that a market keeps from being shown.
func (t *Turn) trouble(f *Frame, err error) (View, error) {
	var merr *market.Error
	if !errors.As(err, &merr) {
		return View{}, err
	}
	if merr.Kind == market.NotSignedIn && t.reconnect(f, merr.Market) {
		return View{}, nil
	}
	var v View
	v.say(t.marketTrouble(merr))
	if f.Form != nil || f.Draft != "" {
		if st, err := t.state(f); err == nil && st != nil && worthKeeping(st) {
			v.say(say("error.kept"))
		}
	}
	v.row(button(say("button.again"), opAgain, ""))
	v.row(button(say("button.home"), opHome, ""))
	return v, nil
}

// marketTrouble says what went wrong with a market, and leaves its cause in
// the log under a reference.
func (t *Turn) marketTrouble(err *market.Error) Text {
	ref := market.NewRef()
	t.d.Log.Warn("market refused or failed", "ref", ref, "person", t.ev.Person.ID, "error", err)
	t.noteRef(ref, string(err.Kind))
	return refusal(err.Market, err.Kind, err.Message, ref)
}

// refusal is what a person reads of a market's refusal or failure. What is their
// own to mend needs nobody who looks into the log.
func refusal(id market.ID, kind market.ErrorKind, message, ref string) Text {
	switch kind {
	case market.BadCredentials, market.NotSignedIn, market.NoMoney:
		return refused(id, kind, message)
	}
	return join("\n", refused(id, kind, message), refText(ref))
}

// refText is the reference that leads to the log, where there is one.
func refText(ref string) Text {
	if ref == "" {
		return Text{}
	}
	return say("error.ref", "Ref", ref)
}

// refused is a refusal without the reference that leads to the log.
func refused(id market.ID, kind market.ErrorKind, message string) Text {
	key := "market.unavailable"
	switch kind {
	case market.NotSignedIn:
		key = "market.not_signed_in"
	case market.BadCredentials:
		key = "market.bad_credentials"
	case market.Invalid:
		key = "market.invalid"
	case market.NoMoney:
		key = "market.no_money"
	case market.Quota:
		key = "market.quota"
	case market.NotFound:
		key = "market.not_found"
	case market.Changed:
		key = "market.changed"
	case market.OperatorKey:
		key = "market.operator_key"
	}
	text := say(key, "Market", marketName(id))
	if message != "" && kind == market.Invalid {
		text = join("\n", text, say("market.words", "Message", clip(message, 500)))
	}
	return text
}
