package omarket

import (
	"testing"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

func TestSandboxSignUp(t *testing.T) {
	t.Parallel()
	for _, tokensAtOnce := range []bool{false, true} {
		c, s, _ := withSandbox(t, sandbox.Options{Quirks: sandbox.Quirks{CodeTokens: tokensAtOnce}})
		const phone = "0555 12-34-56"
		err := c.Register(t.Context(), phone, "weak")
		e := wantKind(t, err, market.Invalid)
		if e.Fields[market.SignUpPassword] == "" {
			t.Errorf("fields %v", e.Fields)
		}
		if err := c.Register(t.Context(), phone, password); err != nil {
			t.Fatal(err)
		}
		wantKind(t, c.Register(t.Context(), phone, password), market.Exists)
		_, err = c.SignIn(t.Context(), "a2", phone, password)
		wantKind(t, err, market.BadCredentials) // not confirmed yet

		code := s.Code("996555123456")
		_, err = c.Confirm(t.Context(), "a2", phone, market.Secret(other(code)))
		wantKind(t, err, market.BadCredentials)
		_, err = c.Confirm(t.Context(), "a2", phone, "abcd")
		wantKind(t, err, market.BadCredentials)
		secret, err := c.Confirm(t.Context(), "a2", phone, market.Secret(code))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, secret != "", tokensAtOnce)
		if secret == "" {
			if secret, err = c.SignIn(t.Context(), "a2", phone, password); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.Ads(t.Context(), secret, market.Russian, market.AdQuery{}); err != nil {
			t.Fatal(err)
		}
		_, err = c.SignIn(t.Context(), "a2", phone, "Another0ne")
		wantKind(t, err, market.BadCredentials)
	}
}

// other is a code that is not this one.
func other(code string) string {
	if code == "0000" {
		return "1111"
	}
	return "0000"
}

func TestSandboxCodeTriedTooOften(t *testing.T) {
	t.Parallel()
	c, s, _ := withSandbox(t, sandbox.Options{CodeAttempts: 2})
	const phone = "996555123456"
	if err := c.Register(t.Context(), phone, password); err != nil {
		t.Fatal(err)
	}
	for _, want := range []market.ErrorKind{market.BadCredentials, market.BadCredentials, market.Quota} {
		_, err := c.Confirm(t.Context(), "a2", phone, market.Secret(other(s.Code(phone))))
		wantKind(t, err, want)
	}
}

// Answers of the sign-up that are lost after they took effect tell so when it is
// tried again.
func TestSandboxLostSignUp(t *testing.T) {
	t.Parallel()
	c, s, _ := withSandbox(t, sandbox.Options{})
	const phone = "996555123456"
	s.AddFault(sandbox.Fault{Route: registerRoute, Kind: sandbox.FaultLostAfter, Times: 1})
	wantKind(t, c.Register(t.Context(), phone, password), market.UnknownOutcome)
	wantKind(t, c.Register(t.Context(), phone, password), market.Exists)

	s.AddFault(sandbox.Fault{Route: codeRoute, Kind: sandbox.FaultLostAfter, Times: 1})
	_, err := c.Confirm(t.Context(), "a2", phone, market.Secret(s.Code(phone)))
	wantKind(t, err, market.UnknownOutcome)
	if _, err := c.SignIn(t.Context(), "a2", phone, password); err != nil {
		t.Fatal(err)
	}
}
