package md999

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"bazarbot/market"
	"bazarbot/market/catalogue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testKey = market.Secret("AxYcHhZsPqHTpthS2C_7xRmPoLK")

// setup gives a client and the market it talks to: routes are added to mux.
func setup(t *testing.T) (*Client, *http.ServeMux) {
	t.Helper()
	mux := http.NewServeMux()
	return clientFor(t, mux, slog.New(slog.DiscardHandler)), mux
}

func clientFor(t *testing.T, h http.Handler, log *slog.Logger) *Client {
	t.Helper()
	server := httptest.NewServer(h)
	connections := transport()
	cache := catalogue.New(catalogue.Config{Log: log})
	t.Cleanup(func() {
		cache.Close()
		connections.CloseIdleConnections()
		server.Close()
	})
	c := New(Config{BaseURL: server.URL, HTTP: &http.Client{Transport: connections}, Catalogue: cache, Log: log})
	c.limits.pause = time.Millisecond
	return c
}

// fixture is an example of the API reference, mended where it is no JSON.
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
	mu    sync.Mutex
	n     int
	query string
	body  []byte
}

func (c *counter) note(r *http.Request) int {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	c.query, c.body = r.URL.RawQuery, body
	return c.n
}

func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

func answering(mux *http.ServeMux, pattern string, status int, body string) *counter {
	c := &counter{}
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
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

// sameJSON compares as JSON, so that 100 is not "100".
func sameJSON(t *testing.T, got, want []byte) {
	t.Helper()
	if diff := diffJSON(t, got, want); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func diffJSON(t *testing.T, got, want []byte) string {
	t.Helper()
	decode := func(data []byte) (v any) {
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		return v
	}
	return cmp.Diff(decode(want), decode(got))
}

func wantKind(t *testing.T, err error, want market.ErrorKind) *market.Error {
	t.Helper()
	var e *market.Error
	if !errors.As(err, &e) || e.Kind != want {
		t.Fatalf("got %v, want kind %s", err, want)
	}
	return e
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
	for base, ok := range map[string]bool{
		DefaultURL:                   true,
		"https://example.com/api/":   true,
		"http://127.0.0.1:8080":      true,
		"http://[::1]:8080":          true,
		"http://localhost:8080":      true,
		"http://partners-api.999.md": false,
		"http://127.0.0.1.evil.test": false,
		"ftp://localhost":            false,
		"partners-api.999.md":        false,
		"":                           false,
		"https://u:p@example.com":    false,
		"https://example.com?a=b":    false,
	} {
		if err := CheckURL(base); (err == nil) != ok {
			t.Errorf("%q: %v", base, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("New took a base URL in clear")
		}
	}()
	New(Config{BaseURL: "http://partners-api.999.md"})
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
