package omarket

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"time"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// tokenPair is what a sign-in answers; a refresh answers the access token at
// least.
type tokenPair struct {
	Access  ident `json:"access_token"`
	Refresh ident `json:"refresh_token"`
}

func (p tokenPair) tokens(account string, at time.Time) tokens {
	return tokens{Account: account, Access: market.Secret(p.Access), Refresh: market.Secret(p.Refresh), At: at}
}

// Words of refusals that the market gives no code for.
var (
	existsWords   = regexp.MustCompile(`(?i)уже (существует|зарегистр)|already (exists?|registered|in use|taken)`)
	attemptsWords = regexp.MustCompile(`(?i)attempts|too many|попыт|слишком (много|часто)|превыш`)
)

// Register begins a sign-up: the market sends a code by SMS to the phone. A
// number that has an account already, confirmed or not, is market.Exists; a
// refused number or password is market.Invalid with Fields. After
// market.UnknownOutcome, registering again tells by market.Exists that it was
// done.
//
// Description: "Регистрация".
func (c *Client) Register(ctx context.Context, phone string, password market.Secret) error {
	call, err := signUpCall("register", "/api/market-auth/register/", remote.Writes, phone, map[string]string{
		"password": string(password), "password2": string(password),
	})
	if err != nil {
		return err
	}
	call.secrets = append(call.secrets, password)
	_, err = c.anonymous(ctx, call)
	refusal := asRefusal(err, market.Invalid)
	if refusal != nil && existsWords.MatchString(refusal.Message) {
		refusal.Kind = market.Exists
	}
	return err
}

// Confirm ends a sign-up with the code of the SMS. The secret is that of the
// new session, for the account with our id; it is "" when the market gives none
// here, and SignIn gets it. A wrong code is market.BadCredentials, one that was
// tried too often market.Quota. After market.UnknownOutcome, SignIn tells
// whether it was taken.
//
// Description: "Запрос ОТП".
func (c *Client) Confirm(ctx context.Context, account, phone string, code market.Secret) (market.Secret, error) {
	call, err := signUpCall("check code", "/api/market-auth/check-otp/", remote.Writes, phone, map[string]string{"otp": string(code)})
	if err != nil {
		return "", err
	}
	call.secrets = append(call.secrets, code)
	body, err := c.anonymous(ctx, call)
	if err != nil {
		return "", triedTooOften(asRefusal(err, market.BadCredentials), err)
	}
	var got tokenPair
	if decode(body, &got) == nil && got.Access != "" {
		return got.tokens(account, c.now()).pack(), nil
	}
	return "", nil
}

// SignIn opens a session for the account with our id. A wrong phone or password,
// and a number that is not confirmed yet, is market.BadCredentials. Nothing of
// it lasts at the market, so without an answer it is market.Unavailable.
//
// Description: "Логин".
func (c *Client) SignIn(ctx context.Context, account, phone string, password market.Secret) (market.Secret, error) {
	call, err := signUpCall("sign in", "/api/market-auth/auth/msisdn-password/", remote.Signs, phone, map[string]string{
		"password": string(password),
	})
	if err != nil {
		return "", err
	}
	call.secrets = append(call.secrets, password)
	body, err := c.anonymous(ctx, call)
	if err != nil {
		return "", triedTooOften(asRefusal(err, market.BadCredentials), err)
	}
	var got tokenPair
	if err := decode(body, &got); err != nil || got.Access == "" {
		return "", garbled(call, remote.ErrGarbled)
	}
	return got.tokens(account, c.now()).pack(), nil
}

// signUpCall is a call that belongs to no session. The phone is taken in any
// form that Phone reads.
func signUpCall(op, path string, does remote.Effect, phone string, content map[string]string) (call, error) {
	msisdn, ok := Phone(phone)
	if !ok {
		e := refused(op, market.Invalid, errors.New("no Kyrgyz phone number"))
		e.Fields = map[string]string{market.SignUpPhone: ""}
		return call{}, e
	}
	content["msisdn"] = msisdn
	call := call{Call: remote.Call{Op: op, Effect: does, Method: http.MethodPost, Path: path}}.with(content)
	for _, form := range []string{msisdn, "0" + msisdn[3:], msisdn[3:]} {
		call.secrets = append(call.secrets, market.Secret(form))
	}
	return call, nil
}

// triedTooOften gives err, as market.Quota when the refusal says so.
func triedTooOften(refusal *market.Error, err error) error {
	if refusal != nil && attemptsWords.MatchString(refusal.Message) {
		refusal.Kind = market.Quota
	}
	return err
}

// asRefusal gives the error when the market refused what was typed, with the
// kind that means here.
func asRefusal(err error, kind market.ErrorKind) *market.Error {
	var refusal *market.Error
	if !errors.As(err, &refusal) {
		return nil
	}
	switch refusal.Kind {
	case market.Invalid, market.NotFound, market.NotSignedIn, market.BadCredentials:
		if refusal.Status == http.StatusMethodNotAllowed {
			return nil
		}
		refusal.Kind = kind
		return refusal
	default:
		return nil
	}
}
