package omarket

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"bazarbot/market"
)

const refreshRoute = "POST " + refreshPath

// door is a market that lets in whoever has the newest access token, and gives
// new ones for the newest refresh token.
type door struct {
	mu        sync.Mutex
	n         int // sessions given
	access    string
	refresh   string
	rotates   bool
	refreshes int                                     // asked for
	fate      func(n int, w http.ResponseWriter) fate // of the n-th refresh; nil: goesOn
	taken     func()                                  // called when a refresh has taken effect
}

// fate is what becomes of a refresh.
type fate int

const (
	goesOn     fate = iota
	answered        // already
	lostBefore      // the connection is cut, nothing took effect
	lostAfter       // it takes effect, then the connection is cut
)

// routes adds the refresh and one route of each kind to mux.
func (d *door) routes(t *testing.T, mux *http.ServeMux) {
	t.Helper()
	mux.HandleFunc(refreshRoute, d.serveRefresh)
	for pattern, name := range map[string]string{
		"POST /api/ads-board/v1/user/my-ads/":               "my_ads",
		"POST /api/ads-board/v1/ads/initial/":               "opened",
		"PUT /api/ads-board/v1/ads/{uuid}/":                 "put",
		"DELETE /api/ads-board/v1/ads/{uuid}/":              "deleted",
		"POST /api/ads-board/v1/ads/{uuid}/upload-image/":   "uploaded",
		"GET /api/ads-board/v1/category/list":               "categories",
		"DELETE /api/ads-board/v1/ads/{uuid}/remove-image/": "removed",
		"POST /api/ads-board/trusted/ads-filter-old/":       "search",
		"DELETE /api/ads-board/v1/user/remove-avatar/":      "removed",
		"GET /api/ads-board/v1/ads/{uuid}/":                 "details",
		"POST /api/ads-board/v1/user/upload-avatar/":        "avatar",
	} {
		body := fixture(t, name)
		mux.HandleFunc(exact(pattern), func(w http.ResponseWriter, r *http.Request) {
			sent, _ := io.ReadAll(r.Body)
			if r.Method == http.MethodPut && len(sent) == 0 {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			if !d.opens(r.Header.Get("Authorization")) {
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = io.WriteString(w, `{"message":"Access token has expired"}`)
				return
			}
			_, _ = w.Write(body)
		})
	}
}

func (d *door) opens(token string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return token == d.access
}

func (d *door) serveRefresh(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Token string `json:"refresh_token"`
	}
	_ = json.NewDecoder(r.Body).Decode(&asked)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refreshes++
	fate := goesOn
	if d.fate != nil {
		fate = d.fate(d.refreshes, w)
	}
	switch {
	case fate == answered:
		return
	case fate == lostBefore:
		panic(http.ErrAbortHandler)
	case asked.Token != d.refresh:
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"message":"no such `+asked.Token+` refresh token found"}`)
		return
	}
	d.n++
	d.access = "access-" + strconv.Itoa(d.n)
	out := map[string]string{"access_token": d.access}
	if d.rotates {
		d.refresh = "refresh-" + strconv.Itoa(d.n)
		out["refresh_token"] = d.refresh
	}
	if d.taken != nil {
		d.taken()
	}
	if fate == lostAfter {
		panic(http.ErrAbortHandler)
	}
	_ = json.NewEncoder(w).Encode(out)
}

func (d *door) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.refreshes
}

// stale gives a client, the market, the vault and the secret of an account
// whose access token, of the given age, the market no longer takes.
func stale(t *testing.T, age time.Duration) (*Client, *door, *vault, market.Secret) {
	t.Helper()
	mux, v := http.NewServeMux(), newVault()
	d := &door{access: "none", refresh: "refresh-of-a1"}
	d.routes(t, mux)
	key := tokens{Account: "a1", Access: "access-of-a1", Refresh: "refresh-of-a1", At: time.Now().Add(-age)}.pack()
	v.put("a1", key)
	return clientFor(t, mux, Config{Vault: v}), d, v, key
}

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
				_, _, err := c.FAQ(t.Context(), "", market.Russian, 1)
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
