package omarket

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"bazarbot/market"
)

func TestEndedSessionIsRefreshed(t *testing.T) {
	t.Parallel()
	picture := []byte("a picture")
	for name, use := range map[string]func(ctx context.Context, c *Client, key market.Secret) error{
		"list": func(ctx context.Context, c *Client, key market.Secret) error {
			_, err := c.Ads(ctx, key, market.Russian, market.AdQuery{})
			return err
		},
		"open":   func(ctx context.Context, c *Client, key market.Secret) error { _, err := c.Open(ctx, key); return err },
		"delete": func(ctx context.Context, c *Client, key market.Secret) error { return c.Delete(ctx, key, testUUID) },
		"put": func(ctx context.Context, c *Client, key market.Secret) error {
			_, err := c.Put(ctx, key, testUUID, json.RawMessage(`{"title":"x"}`))
			return err
		},
		"upload": func(ctx context.Context, c *Client, key market.Secret) error {
			_, err := c.UploadTo(ctx, key, testUUID, "a.jpg", picture)
			return err
		},
		"categories": func(ctx context.Context, c *Client, key market.Secret) error {
			s, _ := open("", key)
			_, err := c.categories(ctx, s)
			return err
		},
	} {
		for _, rotates := range []bool{false, true} {
			t.Run(name+strconv.FormatBool(rotates), func(t *testing.T) {
				t.Parallel()
				c, d, v, key := stale(t, time.Minute)
				d.rotates = rotates
				for range 3 { // the caller's secret stays the old one
					if err := use(t.Context(), c, key); err != nil {
						t.Fatal(err)
					}
				}
				equal(t, d.count(), 1)
				kept := v.tokens("a1")
				equal(t, []string{string(kept.Access), string(kept.Refresh)}, []string{d.access, d.refresh})
				equal(t, []any{kept.Account, v.claimed("a1"), time.Since(kept.At) < time.Minute}, []any{"a1", false, true})
			})
		}
	}
}

func TestSessionIsRefreshedBeforeItEnds(t *testing.T) {
	t.Parallel()
	for age, want := range map[time.Duration]int{24 * time.Minute: 0, 25 * time.Minute: 1, time.Hour: 1} {
		c, d, _, key := stale(t, age)
		d.access = "access-of-a1" // still taken
		if _, err := c.Open(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		equal(t, d.count(), want)
	}
}

func TestShortLives(t *testing.T) {
	t.Parallel()
	c, d, _, key := stale(t, 50*time.Millisecond)
	c.tokenLife = 50 * time.Millisecond
	if _, err := c.Open(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	equal(t, d.count(), 1)
}

// A refresh that fails while the token still lives holds nobody up.
func TestEarlyRefreshMayFail(t *testing.T) {
	t.Parallel()
	c, d, v, key := stale(t, 26*time.Minute)
	d.access = "access-of-a1"
	d.fate = func(_ int, w http.ResponseWriter) fate {
		w.WriteHeader(http.StatusBadGateway)
		return answered
	}
	if _, err := c.Open(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	equal(t, v.claimed("a1"), false)

	won, err := v.ClaimRefresh(t.Context(), "a1", 1, time.Now().Add(time.Hour)) // somebody else is at it
	if !won || err != nil {
		t.Fatal(won, err)
	}
	before := d.count()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // less than it would wait for the other one
	defer cancel()
	if _, err := c.Open(ctx, key); err != nil {
		t.Fatal(err)
	}
	equal(t, d.count(), before)
}

func TestNewerStoredTokenComesFirst(t *testing.T) {
	t.Parallel()
	c, d, v, key := stale(t, time.Minute)
	d.access = "access-of-another-replica"
	v.put("a1", tokens{Account: "a1", Access: "access-of-another-replica", Refresh: "r2", At: time.Now()}.pack())
	if _, err := c.Open(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	equal(t, d.count(), 0)

	d.access = "neither" // the stored one has ended too
	d.refresh = "r2"
	if _, err := c.Open(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	equal(t, d.count(), 1)
}

func TestVaultFails(t *testing.T) {
	t.Parallel()
	c, d, v, key := stale(t, time.Hour)
	v.fail = errors.New("database is down")
	_, err := c.Open(t.Context(), key)
	wantKind(t, err, market.Unavailable)
	equal(t, d.count(), 0)

	c, d, v, key = stale(t, time.Minute)
	d.taken = func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.fail = errors.New("database is down")
	}
	if _, err := c.Open(t.Context(), key); err != nil { // not stored, but good for this call
		t.Fatal(err)
	}

	c, _, v, key = stale(t, time.Minute)
	v.put("a1", "") // signed out meanwhile
	_, err = c.Open(t.Context(), key)
	wantKind(t, err, market.NotSignedIn)
}

func TestNoVault(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	d := &door{access: "none"}
	d.routes(t, mux)
	c := clientFor(t, mux, Config{})
	_, err := c.Open(t.Context(), tokens{Account: "a1", Access: "a", At: time.Now().Add(-time.Hour)}.pack())
	wantKind(t, err, market.NotSignedIn)
	equal(t, d.count(), 0)
}

// A 401 or 403 for tokens that were given a moment ago is not the session's.
func TestRefusedWithFreshTokens(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]market.ErrorKind{
		`{"message":"Authorization must begin with Bearer"}`:              market.OperatorKey,
		`{"detail":"You do not have permission to perform this action."}`: market.Invalid,
		`{"error":"Ваш аккаунт заблокирован"}`:                            market.Invalid,
	} {
		mux, v := http.NewServeMux(), newVault()
		c := clientFor(t, mux, Config{Vault: v})
		v.put("a1", testKey())
		d := &door{refresh: "refresh-of-a1"}
		mux.HandleFunc(refreshRoute, d.serveRefresh)
		n := answering(mux, openRoute, http.StatusForbidden, body)
		_, err := c.Open(t.Context(), testKey())
		e := wantKind(t, err, want)
		equal(t, []int{n.Count(), d.count()}, []int{2, 1})
		equal(t, e.Message != "", true)
	}
}

// Without an account a 401 or 403 is the operator's only when the market does
// not take the key elsewhere either.
func TestRefusedWithoutAccount(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body   string
		probe  int
		said   string
		want   market.ErrorKind
		probes int
	}{
		"wants an account":    {`{"message":"Authorization header is required"}`, 400, `{"message":"no such x refresh token found"}`, market.NotSignedIn, 1},
		"the key, it says":    {`{"message":"Invalid API key"}`, 400, `{}`, market.OperatorKey, 0},
		"the key, it is mute": {`{"message":"Forbidden"}`, 403, `{"message":"Forbidden"}`, market.OperatorKey, 1},
		"cannot be found out": {`{"message":"Forbidden"}`, 502, `<html>`, market.Unavailable, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			answering(mux, "GET /api/ads-board/faq/", http.StatusForbidden, tt.body)
			probe := answering(mux, refreshRoute, tt.probe, tt.said)
			for range 3 {
				_, err := c.FAQ(t.Context(), "", market.Russian, 1)
				wantKind(t, err, tt.want)
			}
			if tt.want == market.NotSignedIn {
				equal(t, probe.Count(), 1) // remembered
			} else {
				equal(t, probe.Count(), 3*tt.probes)
			}
		})
	}
}
