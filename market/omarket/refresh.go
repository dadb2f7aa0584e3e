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

const refreshPath = "/api/market-auth/refresh-token/"

// renew gives newer tokens than old: those that somebody else has stored by
// now, or those of a refresh. One caller on all replicas refreshes; the others
// wait for the version it stores, or return with old when they are not patient.
func (c *Client) renew(ctx context.Context, s *session, old tokens, patient bool) (newer tokens, refreshed bool, err error) {
	waiting, cancel := context.WithTimeout(ctx, c.remote.Limits.Read)
	defer cancel()
	for pause := c.limits.look; ; pause = min(2*pause, time.Second) {
		secret, version, err := c.vault.Credentials(ctx, s.account)
		if err != nil {
			return old, false, refused(refreshOp, market.Unavailable, err)
		}
		stored, ok := unpack(secret)
		if !ok {
			return old, false, refused(refreshOp, market.NotSignedIn, errors.New("no session is stored for the account"))
		}
		if stored.Access != old.Access && c.now().Sub(stored.At) < c.tokenLife*5/6 {
			s.use(stored)
			return stored, false, nil
		}
		won, err := c.vault.ClaimRefresh(ctx, s.account, version, c.now().Add(c.limits.claim))
		switch {
		case err != nil:
			return old, false, refused(refreshOp, market.Unavailable, err)
		case won:
			newer, err = c.refresh(ctx, stored, version)
			if err != nil {
				return old, false, err
			}
			s.use(newer)
			return newer, true, nil
		case !patient:
			return old, false, nil
		case !remote.Rest(waiting, pause):
			return old, false, refused(refreshOp, market.Unavailable, errors.New("somebody else's refresh does not end"))
		}
	}
}

// refresh gets new tokens and stores them, with the claim held. A caller that
// gives up does not cut it off: the old refresh token may be worth nothing by
// then.
func (c *Client) refresh(ctx context.Context, old tokens, version int64) (tokens, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.limits.claim)
	defer cancel()
	newer, err := c.askRefresh(ctx, old)
	if market.KindOf(err) == market.UnknownOutcome {
		newer, err = c.askRefresh(ctx, old) // the market may still know the old one
	}
	if err != nil {
		if dropped := c.vault.DropClaim(ctx, old.Account, version); dropped != nil {
			c.log.Warn("refresh: drop claim", "account", old.Account, "err", dropped)
		}
		var failure *market.Error
		if errors.As(err, &failure) && failure.Kind == market.UnknownOutcome {
			failure.Kind = market.Unavailable // what it was needed for was not sent
		}
		return tokens{}, err
	}
	return c.keep(ctx, old, newer, version), nil
}

// keep stores refreshed tokens. The version may have grown meanwhile because
// something else of the account was changed; when it was the session itself,
// what is stored is the newer one. Tokens that cannot be stored still serve
// their caller.
func (c *Client) keep(ctx context.Context, old, newer tokens, version int64) tokens {
	var failure error
	pause := c.limits.look
	for range 5 {
		saved, err := c.vault.SaveRefreshed(ctx, old.Account, version, newer.pack())
		if err == nil && saved {
			return newer
		}
		secret, present, unread := c.vault.Credentials(ctx, old.Account)
		if failure = errors.Join(err, unread); failure == nil {
			stored, ok := unpack(secret)
			switch {
			case !ok:
				return newer // signed out meanwhile: nothing to keep
			case stored.Access != old.Access:
				return stored
			}
			version = present
		} else if !remote.Rest(ctx, pause) {
			break
		}
		pause *= 2
	}
	c.log.Error("a refreshed session is not stored", "account", old.Account, "err", failure)
	return newer
}

const refreshOp = "refresh session"

func (c *Client) refreshCall(old tokens) call {
	call := write(refreshOp, http.MethodPost, refreshPath)
	call.Timeout, call.secrets = c.limits.refresh, []market.Secret{old.Refresh, old.Access}
	return call.with(map[string]string{"refresh_token": string(old.Refresh)})
}

// askRefresh asks for a new access token.
//
// Description: "Refresh Token".
func (c *Client) askRefresh(ctx context.Context, old tokens) (tokens, error) {
	call := c.refreshCall(old)
	body, failure := c.send(ctx, "", call)
	if failure != nil {
		failure.Kind = refreshKind(failure)
		return tokens{}, failure
	}
	var got tokenPair
	if err := decode(body, &got); err != nil || got.Access == "" {
		return tokens{}, garbled(call, remote.ErrGarbled)
	}
	newer := got.tokens(old.Account, c.now())
	if newer.Refresh == "" {
		newer.Refresh = old.Refresh
	}
	return newer, nil
}

// refreshWords are of a refusal that is about the session, not about the key.
var refreshWords = regexp.MustCompile(`(?i)refresh|token|session|токен|сесси`)

// refreshKind tells what a refused refresh means. Only the market's own word on
// the token signs out: not a page of somebody on the way, not a slip in how the
// route is called.
func refreshKind(failure *market.Error) market.ErrorKind {
	switch failure.Kind {
	case market.NotSignedIn:
		if refreshWords.MatchString(failure.Message) {
			return market.NotSignedIn
		}
		return market.OperatorKey // the route takes no session that could have ended
	case market.Invalid, market.NotFound:
		if failure.Message == "" || failure.Status == http.StatusMethodNotAllowed || failure.Status > http.StatusNotFound {
			return market.Unavailable
		}
		return market.NotSignedIn
	default:
		return failure.Kind
	}
}

// mayNot are words for what an account may not do, whatever its session.
var mayNot = regexp.MustCompile(`(?i)permission|not allowed|blocked|banned|недостаточно прав|нет прав|запрещ|заблокир`)

// afterRefresh reads a 401 or 403 that came for tokens the market itself has
// just given: it is not the session's. What remains is the account's rights, or
// how the operator has set up the client's headers.
func afterRefresh(failure *market.Error) *market.Error {
	failure.Kind = market.OperatorKey
	if mayNot.MatchString(failure.Message) {
		failure.Kind = market.Invalid
	}
	return failure
}

// probeFresh is how long an API key that was accepted counts as good.
const probeFresh = time.Minute

// probeKey finds out whether the market takes the API key, by refreshing a
// session that does not exist: that route needs the key and nothing else.
func (c *Client) probeKey(ctx context.Context) error {
	seen := time.Unix(0, c.keySeen.Load())
	if age := c.now().Sub(seen); age >= 0 && age < probeFresh {
		return nil
	}
	call := c.refreshCall(tokens{Refresh: "bazarbot-checks-its-api-key"})
	call.Op, call.Effect = "check API key", remote.Signs
	_, failure := c.send(ctx, "", call)
	if failure != nil {
		switch kind := refreshKind(failure); kind {
		case market.OperatorKey, market.Unavailable, market.Quota:
			failure.Kind = kind
			return failure
		}
	}
	c.keySeen.Store(c.now().UnixNano())
	return nil
}
