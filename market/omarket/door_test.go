package omarket

import (
	"encoding/json"
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
