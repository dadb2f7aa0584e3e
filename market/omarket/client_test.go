package omarket

import (
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bazarbot/market"
	"bazarbot/market/catalogue"
	"bazarbot/market/markettest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	testAPIKey = market.Secret("3f9c1d6e-operator")
	testPhone  = "996700111000"
	testUUID   = "15f83777-df64-4819-8996-78eda3066a14"
)

// What all clients' tests say.
var (
	fixture  = markettest.Fixture
	equal    = markettest.Equal
	sameJSON = markettest.SameJSON
	wantKind = markettest.WantKind
)

type counter = markettest.Counter

// setup gives a client and the market it talks to: routes are added to mux.
func setup(t *testing.T) (*Client, *http.ServeMux) {
	t.Helper()
	mux := http.NewServeMux()
	return clientFor(t, mux, Config{}), mux
}

// clientFor makes a client of what is set in cfg, for the market that h is.
func clientFor(t *testing.T, h http.Handler, cfg Config) *Client {
	t.Helper()
	if cfg.APIKey == "" {
		cfg.APIKey = testAPIKey
	}
	cfg.BaseURL, cfg.HTTP = markettest.Serve(t, h)
	cfg.Catalogue = catalogue.New(catalogue.Config{Log: cfg.Log, Now: cfg.Now})
	t.Cleanup(cfg.Catalogue.Close)
	c := New(cfg)
	c.remote.Limits.Pause, c.limits.look = time.Millisecond, time.Millisecond
	return c
}

// testKey is the secret of an account that has just signed in.
func testKey() market.Secret {
	return tokens{Account: "a1", Access: "access-of-a1", Refresh: "refresh-of-a1", At: time.Now()}.pack()
}

// serve lets a route answer an example of the description, mended where it is
// no JSON.
func serve(t *testing.T, mux *http.ServeMux, pattern, name string) *counter {
	t.Helper()
	return answering(mux, pattern, http.StatusOK, string(fixture(t, name)))
}

func answering(mux *http.ServeMux, pattern string, status int, body string) *counter {
	return markettest.Answering(mux, exact(pattern), status, body)
}

// exact makes a pattern match its path alone: the market's paths are literal.
func exact(pattern string) string {
	if strings.HasSuffix(pattern, "/") {
		return pattern + "{$}"
	}
	return pattern
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	equal(t, CheckURL(StagingURL), nil)
	if err := CheckURL("http://example.com"); err == nil || !strings.HasPrefix(err.Error(), "omarket: ") {
		t.Errorf("in clear: %v", err)
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
			equal(t, n.Header.Get(tt.header), string(testAPIKey))
			equal(t, n.Header.Get("Authorization"), tt.token)
			equal(t, n.Header.Get("Content-Type"), "application/json")

			n = serve(t, mux, "GET /api/ads-board/v1/category/list", "categories")
			if _, err := c.categories(t.Context(), &session{}); err != nil {
				t.Fatal(err)
			}
			equal(t, n.Header.Get(tt.header), string(testAPIKey))
			equal(t, n.Header.Values("Authorization"), []string(nil))
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
	if _, err := c.FAQ(t.Context(), "", market.Russian, 1); err != nil {
		t.Fatal(err)
	}
	for range 9 {
		_, _ = c.Open(t.Context(), testKey())
	}
	equal(t, seen, map[string]int{"get FAQ ok": 1, "open ad unknown": 8, "open ad spared": 1})
	equal(t, c.Breaker(), market.BreakerOpen)
}
