package jobs_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/sandbox/omarket"
)

// pends makes the account one that is about to be signed in to.
func (s *stall) pends(p market.Pending) {
	s.t.Helper()
	p.Phone, p.At = phone, s.clock.now()
	s.connects(market.Account{
		ID: account, Person: seller, Market: market.OMarket, State: market.AccountPending, Secret: p.Pack(), Renewed: true,
	})
}

// signs puts a step into the lane.
func (s *stall) signs(step market.SignStep, code string) {
	s.t.Helper()
	id := s.nextID()
	s.put(market.JobSign, id, market.SignJob{
		ID: id, Person: seller, Market: market.OMarket, Account: account, Step: step, Code: market.Secret(code),
	})
}

// registers opens a stall where the number is registered and its code awaited.
func registers(t *testing.T) *stall {
	t.Helper()
	s := openStall(t, omarket.Options{})
	s.pends(market.Pending{Password: password})
	s.signs(market.SignUp, "")
	s.done(market.StageCode)
	s.pends(market.Pending{Password: password, Registered: true})
	return s
}

// oneAccount checks that the number was registered once, with one SMS.
func (s *stall) oneAccount() {
	s.t.Helper()
	if n := len(s.market.Outbox()); n != 1 {
		s.t.Errorf("%d SMS were sent, not one", n)
	}
	if n := len(s.market.Accounts()); n != 1 {
		s.t.Errorf("there are %d accounts, not one", n)
	}
}

// opened checks that a report's secret opens the account.
func (s *stall) opened(r market.Report) {
	s.t.Helper()
	if _, err := s.client.Ads(s.t.Context(), r.Secret, market.Russian, market.AdQuery{Page: 1}); err != nil {
		s.t.Errorf("the secret opens nothing: %v", err)
	}
}

func TestSignUp(t *testing.T) {
	t.Parallel()
	for _, codeTokens := range []bool{false, true} {
		s := openStall(t, omarket.Options{Quirks: omarket.Quirks{CodeTokens: codeTokens}})
		s.pends(market.Pending{Password: password})
		s.signs(market.SignUp, "")
		if end := s.done(market.StageCode); end.Sign != market.SignUp || end.Secret != "" {
			t.Errorf("told %+v", end)
		}
		s.pends(market.Pending{Password: password, Registered: true})
		s.signs(market.SignCode, s.market.Code(phone))
		s.opened(s.done(market.StageDone))
		s.oneAccount()
		want := 1
		if codeTokens { // signing in once more would be a session nobody needs
			want = 0
		}
		s.sent(routeSignIn, want)
	}
}

// A number that has an account is signed in, when the password is its own.
func TestSignUpExists(t *testing.T) {
	t.Parallel()
	for _, known := range []market.Secret{password, "An0therOne"} {
		s := openStall(t, omarket.Options{})
		s.market.AddAccount(omarket.Account{MSISDN: phone, Password: string(known)})
		s.pends(market.Pending{Password: password})
		s.signs(market.SignUp, "")
		if known == password {
			s.opened(s.done(market.StageDone))
			continue
		}
		if end := s.done(market.StageFailed); end.Kind != market.BadCredentials || end.Ref == "" {
			t.Errorf("told %+v", end)
		}
	}
}

// Our own registration that waits for its code is told by its being there.
func TestSignUpAgain(t *testing.T) {
	t.Parallel()
	s := registers(t)
	s.signs(market.SignUp, "")
	s.done(market.StageCode)
	s.oneAccount()
}

// A step whose answer is lost is found out about, and done once.
func TestSignLost(t *testing.T) {
	t.Parallel()
	kinds := []omarket.FaultKind{omarket.FaultLostBefore, omarket.FaultLostAfter, omarket.FaultHalfJSON, omarket.FaultHTML}
	for _, kind := range kinds {
		t.Run("register "+string(kind), func(t *testing.T) {
			t.Parallel()
			s := openStall(t, omarket.Options{})
			s.pends(market.Pending{Password: password})
			s.fault(routeRegister, kind)
			s.signs(market.SignUp, "")
			s.later()
			s.done(market.StageCode)
			s.oneAccount()
		})
		t.Run("code "+string(kind), func(t *testing.T) {
			t.Parallel()
			s := registers(t)
			s.fault(routeCode, kind)
			s.signs(market.SignCode, s.market.Code(phone))
			s.later()
			s.opened(s.done(market.StageDone))
			s.oneAccount()
		})
		t.Run("sign in "+string(kind), func(t *testing.T) {
			t.Parallel()
			s := openStall(t, omarket.Options{})
			s.market.AddAccount(omarket.Account{MSISDN: phone, Password: string(password)})
			s.pends(market.Pending{Password: password})
			s.fault(routeSignIn, kind)
			s.signs(market.SignIn, "")
			s.later()
			s.opened(s.done(market.StageDone))
		})
		t.Run("sign in after the code "+string(kind), func(t *testing.T) {
			t.Parallel()
			s := registers(t)
			s.fault(routeSignIn, kind)
			s.signs(market.SignCode, s.market.Code(phone))
			s.later()
			s.opened(s.done(market.StageDone))
		})
	}
}

// A number whose lost registration met an account of its own is signed in to.
func TestSignUpLostThenExists(t *testing.T) {
	t.Parallel()
	s := openStall(t, omarket.Options{})
	s.market.AddAccount(omarket.Account{MSISDN: phone, Password: string(password)})
	s.pends(market.Pending{Password: password})
	s.fault(routeRegister, omarket.FaultLostBefore)
	s.signs(market.SignUp, "")
	s.later()
	s.fault(routeSignIn, omarket.FaultLostBefore)
	s.later()
	s.opened(s.done(market.StageDone))
}

// A code that an earlier lost answer has used up opens the account all the same.
func TestCodeUsed(t *testing.T) {
	t.Parallel()
	s := registers(t)
	code := s.market.Code(phone)
	s.fault(routeCode, omarket.FaultLostAfter)
	s.signs(market.SignCode, code)
	s.later()
	s.clock.move(31 * time.Minute)
	if end := s.done(market.StageFailed); end.Kind != market.Unavailable {
		t.Errorf("told %+v", end)
	}
	s.clock.move(-31 * time.Minute)
	s.signs(market.SignCode, code)
	s.opened(s.done(market.StageDone))
	s.oneAccount()
}

func TestCodeWrong(t *testing.T) {
	t.Parallel()
	s := registers(t)
	code := s.market.Code(phone)
	wrong := "0000"
	if code == wrong {
		wrong = "1111"
	}
	for range 5 {
		s.signs(market.SignCode, wrong)
		if end := s.done(market.StageFailed); end.Kind != market.BadCredentials || end.Sign != market.SignCode {
			t.Errorf("told %+v", end)
		}
	}
	s.signs(market.SignCode, code)
	if end := s.done(market.StageFailed); end.Kind != market.Quota {
		t.Errorf("told %+v after the last try", end)
	}
}

// A password that was forgotten meanwhile, or is not the account's, is asked.
func TestCodeWithoutPassword(t *testing.T) {
	t.Parallel()
	for _, p := range []market.Secret{"", "An0therOne"} {
		s := registers(t)
		s.pends(market.Pending{Password: p, Registered: true})
		s.signs(market.SignCode, s.market.Code(phone))
		s.done(market.StagePassword)
	}
	s := registers(t)
	s.pends(market.Pending{Registered: true})
	s.signs(market.SignCode, "0")
	if end := s.done(market.StageFailed); end.Kind != market.BadCredentials {
		t.Errorf("told %+v", end)
	}
	s.signs(market.SignIn, "")
	s.done(market.StagePassword)
}

// A market that is away is waited for, and then it is told.
func TestSignUnavailable(t *testing.T) {
	t.Parallel()
	for _, step := range []market.SignStep{market.SignUp, market.SignCode, market.SignIn} {
		t.Run(string(step), func(t *testing.T) {
			t.Parallel()
			s := registers(t)
			s.market.SetDown(true)
			s.signs(step, s.market.Code(phone))
			s.later()
			if told := s.told(); told[len(told)-1].Stage != market.StageWaiting {
				t.Errorf("told %+v", told)
			}
			s.clock.move(29*time.Minute + 50*time.Second)
			if end := s.done(market.StageFailed); end.Kind != market.Unavailable || end.Sign != step {
				t.Errorf("told %+v", end)
			}
		})
	}
}

// What is refused is told with the market's words, at what was refused.
func TestSignRefused(t *testing.T) {
	t.Parallel()
	s := openStall(t, omarket.Options{})
	s.pends(market.Pending{Password: "short"})
	s.signs(market.SignUp, "")
	if end := s.done(market.StageFailed); end.Kind != market.Invalid || end.Fields[market.SignUpPassword] == "" {
		t.Errorf("told %+v", end)
	}
	s.pends(market.Pending{Password: password})
	s.market.SetAPIKey("another")
	s.signs(market.SignUp, "")
	if end := s.done(market.StageFailed); end.Kind != market.OperatorKey {
		t.Errorf("told %+v", end)
	}
	s.market.SetAPIKey(omarket.DefaultAPIKey)
	s.answers(routeRegister, http.StatusTooManyRequests, `{"message":"Слишком много попыток"}`)
	s.signs(market.SignUp, "")
	if end := s.done(market.StageFailed); end.Kind != market.Quota {
		t.Errorf("told %+v", end)
	}
}

// Whoever was signed in or forgotten meanwhile is told nothing.
func TestSignOver(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{})
	s.signs(market.SignIn, "")
	if err := s.do(); err != nil {
		t.Fatal(err)
	}
	if told := s.told(); len(told) != 0 {
		t.Errorf("told %+v", told)
	}
	s.sent(routeSignIn, 1)
}

// An owner that has lost its lane signs nobody up.
func TestSignStale(t *testing.T) {
	t.Parallel()
	s := openStall(t, omarket.Options{})
	s.pends(market.Pending{Password: password})
	s.signs(market.SignUp, "")
	live := s.lease
	s.lease.Until = time.Now()
	if err := s.do(); !errors.Is(err, lanes.ErrStale) {
		t.Errorf("%v", err)
	}
	s.sent(routeRegister, 0)
	s.lease = live
	s.done(market.StageCode) // begun and never sent: the market takes it
	s.oneAccount()
}
