package omarket

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"bazarbot/market"
)

func TestOneRefreshForAllReplicas(t *testing.T) {
	t.Parallel()
	mux, v := http.NewServeMux(), newVault()
	d := &door{access: "none", refresh: "refresh-of-a1", rotates: true}
	d.routes(t, mux)
	key := testKey()
	v.put("a1", key)
	replicas := []*Client{clientFor(t, mux, Config{Vault: v}), clientFor(t, mux, Config{Vault: v}), clientFor(t, mux, Config{Vault: v})}
	var all sync.WaitGroup
	for n := range 30 {
		all.Go(func() {
			if _, err := replicas[n%3].Open(t.Context(), key); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	equal(t, []int{d.count(), v.claims}, []int{1, 1})
}

func TestWaitingForSomebodyElsesRefresh(t *testing.T) {
	t.Parallel()
	c, d, v, key := stale(t, time.Minute)
	if won, err := v.ClaimRefresh(t.Context(), "a1", 1, time.Now().Add(time.Hour)); !won || err != nil {
		t.Fatal(won, err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := c.Open(t.Context(), key)
		done <- err
	}()
	<-v.waited
	d.mu.Lock()
	d.access = "access-2"
	d.mu.Unlock()
	saved, err := v.SaveRefreshed(t.Context(), "a1", 1, tokens{Account: "a1", Access: "access-2", Refresh: "r2", At: time.Now()}.pack())
	if !saved || err != nil {
		t.Fatal(saved, err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	equal(t, d.count(), 0)
}

// Whoever claimed and died is replaced when the claim ends; who waits longer
// than that is told to come later.
func TestWaitingHasAnEnd(t *testing.T) {
	t.Parallel()
	c, d, v, key := stale(t, time.Minute)
	if won, err := v.ClaimRefresh(t.Context(), "a1", 1, time.Now().Add(50*time.Millisecond)); !won || err != nil {
		t.Fatal(won, err)
	}
	if _, err := c.Open(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	equal(t, d.count(), 1)

	c, d, v, key = stale(t, time.Minute)
	c.remote.Limits.Read = 20 * time.Millisecond
	if won, err := v.ClaimRefresh(t.Context(), "a1", 1, time.Now().Add(time.Hour)); !won || err != nil {
		t.Fatal(won, err)
	}
	_, err := c.Open(t.Context(), key)
	wantKind(t, err, market.Unavailable)
	equal(t, d.count(), 0)
}

func TestRefusedRefreshSignsOut(t *testing.T) {
	t.Parallel()
	page := func(status int, body string) func(int, http.ResponseWriter) fate {
		return func(_ int, w http.ResponseWriter) fate {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
			return answered
		}
	}
	always := func(f fate) func(int, http.ResponseWriter) fate {
		return func(int, http.ResponseWriter) fate { return f }
	}
	for name, tt := range map[string]struct {
		fate      func(int, http.ResponseWriter) fate
		want      market.ErrorKind
		refreshes int
	}{
		"as documented":         {page(400, `{"message":"no such 53e6 refresh token found"}`), market.NotSignedIn, 1},
		"with 401":              {page(401, `{"detail":"Refresh token has expired"}`), market.NotSignedIn, 1},
		"with 404":              {page(404, `{"detail":"Not found."}`), market.NotSignedIn, 1},
		"with 200":              {page(200, `{"resultCode":"FAIL","details":"invalid token"}`), market.NotSignedIn, 1},
		"the key, 403":          {page(403, `{"message":"Invalid API key"}`), market.OperatorKey, 1},
		"the key, a bare 403":   {page(403, `{"message":"Forbidden"}`), market.OperatorKey, 1},
		"the key, HTML":         {page(403, `<html>`), market.OperatorKey, 1},
		"a proxy's 400":         {page(400, `<html>`), market.Unavailable, 1},
		"a proxy's 404":         {page(404, `<html>`), market.Unavailable, 1},
		"no such method":        {page(405, `{"detail":"no"}`), market.Unavailable, 1},
		"slow down":             {page(429, ``), market.Quota, 1},
		"down":                  {page(503, `<html>`), market.Unavailable, 2},
		"half a JSON":           {page(200, `{"access_tok`), market.Unavailable, 2},
		"no token":              {page(200, `{"access_token":null}`), market.Unavailable, 2},
		"cut off, never taken":  {always(lostBefore), market.Unavailable, 2},
		"lost, taken, rotating": {always(lostAfter), market.NotSignedIn, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, d, v, key := stale(t, time.Hour)
			d.fate, d.rotates = tt.fate, true
			_, err := c.Put(t.Context(), key, testUUID, json.RawMessage(`{}`))
			wantKind(t, err, tt.want)
			equal(t, d.count(), tt.refreshes)
			equal(t, v.claimed("a1"), false) // the next one may try at once
			equal(t, v.tokens("a1").Refresh, market.Secret("refresh-of-a1"))
		})
	}
}

// A lost answer of a refresh is mended by asking once more with the same token.
func TestLostRefresh(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		first   fate
		rotates bool
	}{{lostBefore, true}, {lostBefore, false}, {lostAfter, false}} {
		c, d, v, key := stale(t, time.Minute)
		d.rotates = tt.rotates
		d.fate = func(n int, _ http.ResponseWriter) fate {
			if n == 1 {
				return tt.first
			}
			return goesOn
		}
		if _, err := c.Open(t.Context(), key); err != nil {
			t.Fatalf("%+v: %v", tt, err)
		}
		equal(t, d.count(), 2)
		equal(t, string(v.tokens("a1").Access), d.access)
	}
}

// A caller that gives up does not throw away what the market has already given.
func TestRefreshOutlivesItsCaller(t *testing.T) {
	t.Parallel()
	c, d, v, key := stale(t, time.Minute)
	ctx, cancel := context.WithCancel(t.Context())
	d.rotates = true
	d.taken = cancel
	_, err := c.Open(ctx, key)
	wantKind(t, err, market.Unavailable) // given up before it was sent
	equal(t, []string{string(v.tokens("a1").Access), string(v.tokens("a1").Refresh)}, []string{"access-1", "refresh-1"})
}

func TestSignedInAnewWhileRefreshing(t *testing.T) {
	t.Parallel()
	c, d, v, key := stale(t, time.Minute)
	anew := tokens{Account: "a1", Access: "access-anew", Refresh: "refresh-anew", At: time.Now()}
	d.taken = func() {
		v.put("a1", anew.pack())
		d.access = "access-anew"
	}
	if _, err := c.Open(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	equal(t, v.tokens("a1").Refresh, anew.Refresh)

	c, d, v, key = stale(t, time.Minute)
	d.taken = func() { v.put("a1", "") }                // signed out
	if _, err := c.Open(t.Context(), key); err != nil { // the tokens serve this call
		t.Fatal(err)
	}
	equal(t, v.tokens("a1"), tokens{})
}

func TestAnotherVersionOfTheSameSession(t *testing.T) {
	t.Parallel()
	c, d, v, key := stale(t, time.Minute)
	d.taken = func() { v.put("a1", key) } // stored again as it was
	if _, err := c.Open(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	equal(t, string(v.tokens("a1").Access), d.access)
}
