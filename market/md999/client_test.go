package md999

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bazarbot/market"
	"bazarbot/market/catalogue"
	"bazarbot/market/markettest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testKey = market.Secret("AxYcHhZsPqHTpthS2C_7xRmPoLK")

// What all clients' tests say.
var (
	fixture   = markettest.Fixture
	answering = markettest.Answering
	equal     = markettest.Equal
	sameJSON  = markettest.SameJSON
	wantKind  = markettest.WantKind
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
	cfg.BaseURL, cfg.HTTP = markettest.Serve(t, h)
	cfg.Catalogue = catalogue.New(catalogue.Config{Log: cfg.Log})
	t.Cleanup(cfg.Catalogue.Close)
	c := New(cfg)
	c.remote.Limits.Pause = time.Millisecond
	return c
}

// serve lets a route answer an example of the API reference, mended where it is
// no JSON.
func serve(t *testing.T, mux *http.ServeMux, pattern, name string) *counter {
	t.Helper()
	return answering(mux, pattern, http.StatusOK, string(fixture(t, name)))
}

func TestCheck(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	var user, password string
	mux.HandleFunc("GET /phone_numbers", func(w http.ResponseWriter, r *http.Request) {
		user, password, _ = r.BasicAuth()
		_, _ = w.Write(fixture(t, "phone_numbers"))
	})
	phones, err := c.Check(t.Context(), testKey)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, phones, []string{"37378888888"})
	equal(t, []string{user, password}, []string{string(testKey), ""})
}

func TestCheckRefused(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		c, mux := setup(t)
		answering(mux, "GET /phone_numbers", status, `{"error":{"message":"Unauthorized"}}`)
		_, err := c.Check(t.Context(), testKey)
		wantKind(t, err, market.BadCredentials)
	}
	c, _ := setup(t)
	_, err := c.Check(t.Context(), "")
	wantKind(t, err, market.BadCredentials)
}

func TestCheckDoesNotBlameTheKeyForAnOutage(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	answering(mux, "GET /phone_numbers", http.StatusBadGateway, "<html>502</html>")
	_, err := c.Check(t.Context(), testKey)
	wantKind(t, err, market.Unavailable)
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	const inClear = "http://partners-api.999.md"
	equal(t, CheckURL(DefaultURL), nil)
	if err := CheckURL(inClear); err == nil || !strings.HasPrefix(err.Error(), "md999: ") {
		t.Errorf("%s: %v", inClear, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("New took a base URL in clear")
		}
	}()
	New(Config{BaseURL: inClear})
}

func TestCapabilities(t *testing.T) {
	t.Parallel()
	c := New(Config{})
	equal(t, c.ID(), market.MD999)
	can := c.Capabilities()
	equal(t, can.PostPrice, market.Money{Amount: "1", Currency: "mdl"})
	if can.SignUp || can.Search || can.Delete || !can.APIKey || !can.ReadsNeedAccount || !can.Hide || !can.Republish {
		t.Errorf("got %+v", can)
	}
}

func TestCallersGiveUpAlone(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	asked, release := make(chan struct{}), make(chan struct{})
	mux.HandleFunc("GET /categories", func(w http.ResponseWriter, _ *http.Request) {
		close(asked)
		<-release
		_, _ = w.Write(fixture(t, "categories"))
	})
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := c.Form(ctx, testKey, market.Russian, nil)
		gone <- err
	}()
	<-asked
	cancel()
	wantKind(t, <-gone, market.Unavailable)
	close(release)
	form, err := c.Form(t.Context(), testKey, market.Russian, nil) // joins the call, or finds its result
	if err != nil || len(form.Fields) != 3 {
		t.Errorf("got %+v, %v", form, err)
	}
}
