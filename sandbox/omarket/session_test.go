package omarket

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func (m *market) renew(refresh string) answer {
	m.t.Helper()
	return m.send("POST", "/api/market-auth/refresh-token/", `{"refresh_token": "`+refresh+`"}`)
}

const myAds = "/api/ads-board/v1/user/my-ads/"

// status tells how the market meets the token.
func (m *market) status() int {
	m.t.Helper()
	return m.send("POST", myAds, `{"statuses": ["active"]}`).status
}

func TestAccessTokenLives30Minutes(t *testing.T) {
	t.Parallel()
	c := morning()
	m := open(t, Options{Now: c.Now})
	got := m.enter(seller)
	m.token = got.access
	c.Pass(30*time.Minute - time.Second)
	if m.status() != http.StatusOK {
		t.Error("it ended early")
	}
	c.Pass(time.Second)
	expired := m.send("POST", myAds, `{"statuses": ["active"]}`)
	if expired.status != http.StatusUnauthorized || expired.body != `{"message":"Access token has expired"}` {
		t.Errorf("%d %s", expired.status, expired.body)
	}
	if got := m.send("GET", "/api/ads-board/faq/", ""); got.status != http.StatusUnauthorized {
		t.Errorf("a reader with an expired token: %d", got.status)
	}
	renewed := m.renew(got.refresh) // with the expired token in its header
	o := decoded(t, renewed.body)
	m.token, _ = o["access_token"].(string)
	if renewed.status != http.StatusOK || len(o) != 1 || m.status() != http.StatusOK {
		t.Errorf("refreshed: %d %s", renewed.status, renewed.body)
	}
	if again := m.renew(got.refresh); again.status != http.StatusOK {
		t.Errorf("the refresh token ended: %d", again.status)
	}
	if a, _ := m.Account(seller); a.Refreshes != 2 {
		t.Errorf("%d refreshes", a.Refreshes)
	}
}

func TestShortTokens(t *testing.T) {
	t.Parallel()
	c := morning()
	m := open(t, Options{Now: c.Now, Quirks: Quirks{AccessLife: time.Second, TokenStatus: 403}})
	m.token = m.enter(seller).access
	if m.status() != http.StatusOK {
		t.Error("no life at all")
	}
	c.Pass(time.Second)
	if m.status() != http.StatusForbidden {
		t.Error("it lives on")
	}
}

// Of many who refresh at once with one token, one is served where tokens
// rotate.
func TestRotatedRefreshTokens(t *testing.T) {
	t.Parallel()
	m := open(t, Options{Quirks: Quirks{RotateRefresh: true}})
	first := m.enter(seller)
	answers := make(chan answer)
	for range 8 {
		go func() { answers <- m.renew(first.refresh) }()
	}
	var next string
	served := 0
	for range 8 {
		got := <-answers
		switch o := decoded(t, got.body); {
		case got.status == http.StatusOK:
			served++
			next, _ = o["refresh_token"].(string)
		case got.status != http.StatusBadRequest || o["message"] != "no such "+first.refresh+" refresh token found":
			t.Errorf("%d %s", got.status, got.body)
		}
	}
	if served != 1 || next == "" || next == first.refresh {
		t.Errorf("%d were served", served)
	}
	if got := m.renew(next); got.status != http.StatusOK {
		t.Errorf("the new refresh token: %d %s", got.status, got.body)
	}
	if a, _ := m.Account(seller); a.Refreshes != 2 {
		t.Errorf("%d refreshes", a.Refreshes)
	}
}

func TestEndedSessions(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	got, other := m.enter(seller), m.as(neighbour)
	m.ExpireAccess(seller)
	if m.status() != http.StatusUnauthorized || other.status() != http.StatusOK {
		t.Error("the wrong access tokens ended")
	}
	m.token = decoded(t, m.renew(got.refresh).body)["access_token"].(string)
	m.EndSessions(seller)
	if got := m.send("POST", myAds, `{"statuses": ["active"]}`); got.status != http.StatusUnauthorized || got.body != `{"message":"Invalid access token"}` {
		t.Errorf("access: %d %s", got.status, got.body)
	}
	if got := m.renew(got.refresh); got.status != http.StatusBadRequest || !strings.HasPrefix(got.body, `{"message":"no such `) {
		t.Errorf("refresh: %d %s", got.status, got.body)
	}
	if a, _ := m.Account(seller); a.Sessions != 0 || other.status() != http.StatusOK {
		t.Error("the wrong sessions ended")
	}
}

func TestBearerTokens(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	raw := m.token
	m.token = "Bearer " + raw
	if m.status() != http.StatusUnauthorized {
		t.Error("a scheme nobody asked for is taken")
	}
	m.SetQuirks(Quirks{Bearer: true})
	if m.status() != http.StatusOK {
		t.Error("the scheme is not taken")
	}
	m.token = raw
	if m.status() != http.StatusUnauthorized {
		t.Error("a token without the scheme is taken")
	}
}

func TestWrongPasswordAs401(t *testing.T) {
	t.Parallel()
	m := open(t, Options{Quirks: Quirks{PasswordStatus: 401}})
	if got := m.tryIn(seller, "Passw0rd1"); got.status != http.StatusUnauthorized {
		t.Errorf("%d %s", got.status, got.body)
	}
}
