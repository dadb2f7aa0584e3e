package omarket

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"bazarbot/market"
	"bazarbot/market/catalogue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	testAPIKey = market.Secret("3f9c1d6e-operator")
	testPhone  = "996700111000"
	testUUID   = "15f83777-df64-4819-8996-78eda3066a14"
)

// setup gives a client and the market it talks to: routes are added to mux.
func setup(t *testing.T) (*Client, *http.ServeMux) {
	t.Helper()
	mux := http.NewServeMux()
	return clientFor(t, mux, Config{}), mux
}

// clientFor makes a client of what is set in cfg, for the market that h is.
func clientFor(t *testing.T, h http.Handler, cfg Config) *Client {
	t.Helper()
	server := httptest.NewServer(h)
	connections := transport()
	if cfg.APIKey == "" {
		cfg.APIKey = testAPIKey
	}
	cache := catalogue.New(catalogue.Config{Log: cfg.Log, Now: cfg.Now})
	cfg.BaseURL, cfg.HTTP, cfg.Catalogue = server.URL, &http.Client{Transport: connections}, cache
	t.Cleanup(func() {
		cache.Close()
		connections.CloseIdleConnections()
		server.Close()
	})
	c := New(cfg)
	c.limits.pause, c.limits.look = time.Millisecond, time.Millisecond
	return c
}

// testKey is the secret of an account that has just signed in.
func testKey() market.Secret {
	return tokens{Account: "a1", Access: "access-of-a1", Refresh: "refresh-of-a1", At: time.Now()}.pack()
}

// fixture is an example of the description, mended where it is no JSON.
func fixture(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func serve(t *testing.T, mux *http.ServeMux, pattern, name string) *counter {
	t.Helper()
	return answering(mux, pattern, http.StatusOK, string(fixture(t, name)))
}

// counter counts the requests of a route and keeps the last one.
type counter struct {
	mu     sync.Mutex
	n      int
	query  string
	body   []byte
	header http.Header
}

func (c *counter) note(r *http.Request) int {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	c.query, c.body, c.header = r.URL.RawQuery, body, r.Header.Clone()
	return c.n
}

func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// exact makes a pattern match its path alone: the market's paths are literal.
func exact(pattern string) string {
	if strings.HasSuffix(pattern, "/") {
		return pattern + "{$}"
	}
	return pattern
}

func answering(mux *http.ServeMux, pattern string, status int, body string) *counter {
	c := &counter{}
	mux.HandleFunc(exact(pattern), func(w http.ResponseWriter, r *http.Request) {
		c.note(r)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
	return c
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func sameJSON(t *testing.T, got, want []byte) {
	t.Helper()
	decoded := func(data []byte) (v any) {
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		return v
	}
	equal(t, decoded(got), decoded(want))
}

func wantKind(t *testing.T, err error, want market.ErrorKind) *market.Error {
	t.Helper()
	var e *market.Error
	if !errors.As(err, &e) || e.Kind != want {
		t.Fatalf("got %v, want kind %s", err, want)
	}
	return e
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for base, ok := range map[string]bool{
		StagingURL:                  true,
		"https://example.com/api/":  true,
		"http://127.0.0.1:8080":     true,
		"http://[::1]:8080":         true,
		"http://localhost:8080":     true,
		"http://example.com":        false,
		"http://127.0.0.1.evil.org": false,
		"ftp://localhost":           false,
		"example.com":               false,
		"":                          false,
		"https://u:p@example.com":   false,
		"https://example.com?a=b":   false,
	} {
		if err := CheckURL(base); (err == nil) != ok {
			t.Errorf("%q: %v", base, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("New took no base URL")
		}
	}()
	New(Config{})
}

func TestCapabilities(t *testing.T) {
	t.Parallel()
	c := New(Config{BaseURL: StagingURL, Site: "https://example.com"})
	equal(t, c.ID(), market.OMarket)
	equal(t, c.Breaker(), market.BreakerClosed)
	equal(t, c.Capabilities(), market.Capabilities{
		SignUp: true, Search: true, Delete: true, Avatar: true, FAQ: true, Moderates: true, Opens: true,
		MaxPhotos: 10, Site: "https://example.com",
		States: []market.State{market.StateModerate, market.StateActive, market.StateCancelled, market.StateDisabled},
	})
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		cfg    Config
		header string
		token  string
	}{
		"by default":      {Config{}, "x-api-key", "access-of-a1"},
		"as the operator": {Config{APIKeyHeader: "API_KEY", AuthScheme: "Bearer"}, "API_KEY", "Bearer access-of-a1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mux := http.NewServeMux()
			c := clientFor(t, mux, tt.cfg)
			n := serve(t, mux, "POST /api/ads-board/v1/user/my-ads/", "my_ads")
			if _, err := c.Ads(t.Context(), testKey(), market.Russian, market.AdQuery{}); err != nil {
				t.Fatal(err)
			}
			equal(t, n.header.Get(tt.header), string(testAPIKey))
			equal(t, n.header.Get("Authorization"), tt.token)
			equal(t, n.header.Get("Content-Type"), "application/json")

			n = serve(t, mux, "GET /api/ads-board/v1/category/list", "categories")
			if _, err := c.categories(t.Context(), &session{}); err != nil {
				t.Fatal(err)
			}
			equal(t, n.header.Get(tt.header), string(testAPIKey))
			equal(t, n.header.Values("Authorization"), []string(nil))
		})
	}
}

func TestObserver(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]int{}
	mux := http.NewServeMux()
	c := clientFor(t, mux, Config{
		Log: slog.New(slog.DiscardHandler),
		Observer: func(call market.Call) {
			mu.Lock()
			defer mu.Unlock()
			seen[call.Route+" "+call.Outcome]++
		},
	})
	answering(mux, "POST /api/ads-board/v1/ads/initial/", http.StatusBadGateway, "")
	serve(t, mux, "GET /api/ads-board/faq/", "faq")
	if _, _, err := c.FAQ(t.Context(), "", market.Russian, 1); err != nil {
		t.Fatal(err)
	}
	for range 9 {
		_, _ = c.Open(t.Context(), testKey())
	}
	equal(t, seen, map[string]int{"get FAQ ok": 1, "open ad unknown": 8, "open ad spared": 1})
	equal(t, c.Breaker(), market.BreakerOpen)
}
