package omarket

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"bazarbot/market"
)

// Vault keeps the sessions of accounts for all replicas.
type Vault interface {
	// Credentials gives the newest stored secret of an account and its version.
	// What is no session, as of somebody who has yet to sign in, means that the
	// account is signed out.
	Credentials(ctx context.Context, account string) (secret market.Secret, version int64, err error)
	// ClaimRefresh is won by one caller until the claim ends or the version has
	// grown. It is lost when the version is not this one any more.
	ClaimRefresh(ctx context.Context, account string, version int64, until time.Time) (won bool, err error)
	// SaveRefreshed stores the new secret if the version is still this one; it
	// ends the claim.
	SaveRefreshed(ctx context.Context, account string, version int64, secret market.Secret) (saved bool, err error)
	// DropClaim ends a claim without a new secret.
	DropClaim(ctx context.Context, account string, version int64) error
}

// tokens are what a market.Secret of this market holds, as JSON.
type tokens struct {
	Account string        `json:"account"` // our id
	Access  market.Secret `json:"access"`
	Refresh market.Secret `json:"refresh"`
	At      time.Time     `json:"at"` // when Access was got
}

func (t tokens) pack() market.Secret {
	data, _ := json.Marshal(t) // strings and a time always have a form
	return market.Secret(data)
}

func unpack(secret market.Secret) (tokens, bool) {
	var t tokens
	err := json.Unmarshal([]byte(secret), &t)
	return t, err == nil && t.Account != "" && t.Access != ""
}

// session is an account's session as one caller uses it, for one call or for
// many: what one of them learns of newer tokens serves the next. It is safe for
// concurrent use.
type session struct {
	account string // "": nobody's; only the API key goes with its calls

	mu  sync.Mutex
	now tokens
}

// open makes a session of a secret. "" is nobody's session.
func open(op string, key market.Secret) (*session, error) {
	if key == "" {
		return &session{}, nil
	}
	t, ok := unpack(key)
	if !ok {
		return nil, refused(op, market.NotSignedIn, errors.New("the stored session cannot be read"))
	}
	return &session{account: t.Account, now: t}, nil
}

// signed is open for what no market does for nobody.
func signed(op string, key market.Secret) (*session, error) {
	if key == "" {
		return nil, refused(op, market.NotSignedIn, nil)
	}
	return open(op, key)
}

func (s *session) tokens() tokens {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *session) use(t tokens) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = t
}

// maxSessions bounds how many tokens a call is tried with: those it came with,
// those that somebody else has stored, those it refreshed itself.
const maxSessions = 3

// do makes the call within a session and gives the body of a success. Every
// error is a *market.Error.
//
// A 401 or 403 can mean three things, which the market does not tell apart by
// itself: the access token has ended, the operator's key is refused, or the
// account may not do this. The first is mended by newer tokens, once.
func (c *Client) do(ctx context.Context, s *session, call call) ([]byte, error) {
	if s.account == "" {
		return c.anonymous(ctx, call)
	}
	now, refreshed, err := c.ready(ctx, s)
	if err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		body, failure := c.send(ctx, now.Access, call)
		switch {
		case failure == nil:
			return body, nil
		case failure.Kind != market.NotSignedIn:
			return nil, failure
		case refreshed || n == maxSessions:
			return nil, afterRefresh(failure)
		case c.vault == nil:
			return nil, failure
		}
		if now, refreshed, err = c.renew(ctx, s, now, true); err != nil {
			return nil, err
		}
	}
}

// ready gives tokens that will do for a call: they are refreshed when five
// sixths of their life are over. While they live, a refresh that fails or that
// somebody else is at holds nobody up.
func (c *Client) ready(ctx context.Context, s *session) (now tokens, refreshed bool, err error) {
	now = s.tokens()
	age := c.now().Sub(now.At)
	if age < c.tokenLife*5/6 || c.vault == nil {
		return now, false, nil
	}
	alive := age < c.tokenLife
	newer, refreshed, err := c.renew(ctx, s, now, !alive)
	if alive && market.KindOf(err) == market.Unavailable {
		return now, false, nil
	}
	return newer, refreshed, err
}

// anonymous makes a call with the API key alone. A 401 or 403 is either the
// key's, or the route wants an account.
func (c *Client) anonymous(ctx context.Context, call call) ([]byte, error) {
	body, failure := c.send(ctx, "", call)
	if failure == nil {
		return body, nil
	}
	if failure.Kind == market.NotSignedIn {
		if err := c.probeKey(ctx); err != nil {
			return nil, err
		}
	}
	return nil, failure
}
