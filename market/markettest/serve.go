// Package markettest is what the tests of the markets' clients share: a server
// that is the market for one test, what it was asked, and comparisons.
package markettest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Serve lets h be the market until the test ends, and gives its address and an
// HTTP client that leaves no connection behind.
func Serve(t testing.TB, h http.Handler) (address string, client *http.Client) {
	t.Helper()
	server := httptest.NewServer(h)
	connections := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(func() {
		connections.CloseIdleConnections()
		server.Close()
	})
	return server.URL, &http.Client{Transport: connections}
}

// Fixture reads testdata/<name>.json beside the test.
func Fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Answering lets a route of mux answer always the same, and counts.
func Answering(mux *http.ServeMux, pattern string, status int, body string) *Counter {
	c := &Counter{}
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		c.Note(r)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
	return c
}

// Counter counts the requests of a route and keeps what the last one held. Its
// members are read when no request is under way.
type Counter struct {
	Query  string
	Body   []byte
	Header http.Header

	mu sync.Mutex
	n  int
}

// Note takes a request, whose body it reads, and gives its number from 1.
func (c *Counter) Note(r *http.Request) int {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	c.Query, c.Body, c.Header = r.URL.RawQuery, body, r.Header.Clone()
	return c.n
}

// Count is how many requests there were.
func (c *Counter) Count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}
