package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// knock sends one request to the webhook's server and gives the status.
func knock(t *testing.T, method, url, secret, body string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// TestE2EStrangers: what does not come from Telegram gets nothing, and leaves
// nothing behind, not even in the log.
func TestE2EStrangers(t *testing.T) {
	t.Parallel()
	opsAt := freeAddress(t)
	w := newWorld(t, townOptions{}, slices.Concat(byWebhook(t), []string{"DATABASE_URL=sqlite", "OPS_ADDR=" + opsAt, "LOG_LEVEL=debug"})...)
	w.start()
	cfg, err := loadSettings(w.settings)
	if err != nil {
		t.Fatal(err)
	}
	hook := cfg.WebhookURL
	elsewhere := "http://" + cfg.ListenAddr
	const words = "WORDS-OF-A-STRANGER"
	for _, c := range []struct {
		name, method, url, secret, body string
		want                            int
	}{
		{"another path", http.MethodPost, elsewhere + "/", hookSecret, words, http.StatusNotFound},
		{"below the path", http.MethodPost, hook + "/" + words, hookSecret, words, http.StatusNotFound},
		{"GET", http.MethodGet, hook, hookSecret, "", http.StatusMethodNotAllowed},
		{"no secret", http.MethodPost, hook, "", words, http.StatusUnauthorized},
		{"a wrong secret", http.MethodPost, hook, words, words, http.StatusUnauthorized},
		{"a wrong secret with much", http.MethodPost, hook, words, strings.Repeat(words, 10_000), http.StatusUnauthorized},
		{"too much", http.MethodPost, hook, hookSecret, strings.Repeat(words, 100_000), http.StatusRequestEntityTooLarge},
		{"no update", http.MethodPost, hook, hookSecret, words, http.StatusBadRequest},
		{"metrics at the webhook", http.MethodGet, elsewhere + "/metrics", "", "", http.StatusNotFound},
		{"profiles that nobody asked for", http.MethodGet, "http://" + opsAt + "/debug/pprof/", "", "", http.StatusNotFound},
		{"writing to the operators' side", http.MethodPost, "http://" + opsAt + "/readyz", "", words, http.StatusMethodNotAllowed},
	} {
		if got := knock(t, c.method, c.url, c.secret, c.body); got != c.want {
			t.Errorf("%s: %d, not %d", c.name, got, c.want)
		}
	}
	if strings.Contains(w.logs.String(), words) {
		t.Error("the log repeats what strangers say")
	}
	s := w.seller("ru") // and Telegram gets through
	s.command("start")
	s.sees("home.greeting")
}

// dial opens a connection and says something.
func dial(t *testing.T, address, first string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, first); err != nil {
		t.Fatal(err)
	}
	return conn
}

// TestE2ESlowClients: whoever does not say what they want is cut off, and a
// header without end is refused.
func TestE2ESlowClients(t *testing.T) {
	t.Parallel()
	w := newWorld(t, townOptions{}, slices.Concat(byWebhook(t), []string{"DATABASE_URL=sqlite"})...)
	w.start()
	cfg, err := loadSettings(w.settings)
	if err != nil {
		t.Fatal(err)
	}
	var slow sync.WaitGroup
	for _, first := range []string{"", "POST /updates HTTP/1.1\r\nHost: x\r\nX-A: "} {
		conn := dial(t, cfg.ListenAddr, first)
		slow.Go(func() {
			began := time.Now()
			_ = conn.SetReadDeadline(began.Add(readHeaderWithin + 10*time.Second))
			if _, err := io.Copy(io.Discard, conn); err != nil {
				t.Errorf("a client that says %q is not cut off: %v", first, err)
			}
		})
	}
	long := dial(t, cfg.ListenAddr, "POST /updates HTTP/1.1\r\nHost: x\r\nX-A: "+strings.Repeat("a", 2*maxHeader)+"\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(long), nil)
	if err != nil || res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header without end: %v, %v", res, err)
	}
	s := w.seller("ru") // nobody waits for them
	s.command("start")
	s.sees("home.greeting")
	slow.Wait()
}

// TestAtOnce: beyond the bound requests are sent away at once, and let in again
// when there is room.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	inside, leave := make(chan struct{}, 3), make(chan struct{})
	server := httptest.NewServer(atOnce(2, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		inside <- struct{}{}
		<-leave
	})))
	defer server.Close()
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() {
			if got := knock(t, http.MethodPost, server.URL, "", ""); got != http.StatusOK {
				t.Errorf("within the bound: %d", got)
			}
		})
		<-inside
	}
	if got := knock(t, http.MethodPost, server.URL, "", strings.Repeat("x", 1<<20)); got != http.StatusServiceUnavailable {
		t.Errorf("beyond the bound: %d", got)
	}
	close(leave)
	wait.Wait()
	if got := knock(t, http.MethodPost, server.URL, "", ""); got != http.StatusOK {
		t.Errorf("with room again: %d", got)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

// TestLimitConns: a connection beyond the bound waits until another one ends.
func TestLimitConns(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	limited := limitConns(l, 1)
	accepted, ended := make(chan net.Conn), make(chan error, 1)
	go func() {
		for {
			conn, err := limited.Accept()
			if err != nil {
				ended <- err
				return
			}
			accepted <- conn
		}
	}()
	dial(t, l.Addr().String(), "")
	first := <-accepted
	dial(t, l.Addr().String(), "")
	select {
	case <-accepted:
		t.Error("a second connection was taken beside the first")
	case <-time.After(50 * time.Millisecond):
	}
	for range 2 { // closing twice frees one place
		_ = first.Close()
	}
	second := <-accepted
	defer func() { _ = second.Close() }()
	if err := limited.Close(); err != nil { // the next Accept is waiting for a place
		t.Error(err)
	}
	if err := <-ended; err == nil {
		t.Error("Accept does not end")
	}
}

// TestE2EPprof: profiles are where they were asked for.
func TestE2EPprof(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	w := newWorld(t, townOptions{}, "PPROF_ADDR="+address)
	w.start()
	for _, path := range []string{"/debug/pprof/", "/debug/pprof/goroutine?debug=1", "/debug/pprof/cmdline"} {
		if got := statusOf(t.Context(), "http://"+address+path); got != http.StatusOK {
			t.Errorf("%s answers %d", path, got)
		}
	}
	for _, elsewhere := range []string{"0.0.0.0:6060", ":6060", "192.0.2.1:6060", "example.com:6060", "6060"} {
		if _, err := loadSettings(append(w.settings, "PPROF_ADDR="+elsewhere)); err == nil {
			t.Errorf("profiles would be served at %s", elsewhere)
		}
	}
}

// TestE2EWebhookAndBack: between polling and a webhook, either way, nothing
// that people sent meanwhile is dropped.
func TestE2EWebhookAndBack(t *testing.T) {
	t.Parallel()
	opsAt := freeAddress(t)
	w := newWorld(t, townOptions{}, "DATABASE_URL=sqlite", "OPS_ADDR="+opsAt)
	polling := w.settings
	s := w.seller("ru")
	for i, settings := range [][]string{polling, append(slices.Clone(polling), byWebhook(t)...), polling} {
		s.command("start") // nobody is there to hear it
		w.settings = settings
		w.start()
		if err := healthcheck(t.Context(), w.settings); err != nil {
			t.Errorf("start %d: %v", i+1, err)
		}
		s.sees("home.greeting")
		w.stop()
	}
	calls := w.town.telegram.Calls("setWebhook", "deleteWebhook")
	if len(calls) < 3 {
		t.Fatalf("%d calls about the webhook", len(calls))
	}
	for _, call := range calls {
		if dropped := call.Params["drop_pending_updates"]; dropped != "" && dropped != "false" {
			t.Errorf("%s with drop_pending_updates=%s", call.Method, dropped)
		}
		if call.Method != "setWebhook" {
			continue
		}
		for _, kind := range []string{"message", "edited_message", "callback_query", "my_chat_member"} {
			if !strings.Contains(call.Params["allowed_updates"], kind) {
				t.Errorf("updates are asked for as %s", call.Params["allowed_updates"])
			}
		}
		if call.Params["secret_token"] != hookSecret || call.Params["max_connections"] != "100" {
			t.Error("no secret, or not as many connections as meant")
		}
	}
}

// TestE2EWebhookTaken: when somebody else registers another webhook the bot is
// not ready, and says so.
func TestE2EWebhookTaken(t *testing.T) {
	t.Parallel()
	opsAt := freeAddress(t)
	w := newWorld(t, townOptions{}, slices.Concat(byWebhook(t), []string{"DATABASE_URL=sqlite", "OPS_ADDR=" + opsAt})...)
	w.start()
	taken := fmt.Sprintf("%s/bot%s/setWebhook?url=%s", w.town.telegram.URL(), w.town.telegram.Token(), url.QueryEscape("http://127.0.0.1:1/other"))
	if got := statusOf(t.Context(), taken); got != http.StatusOK {
		t.Fatalf("the webhook was not taken: %d", got)
	}
	if err := healthcheck(t.Context(), w.settings); err == nil {
		t.Error("ready, though updates go elsewhere")
	}
	if !strings.Contains(w.logs.String(), "another webhook") {
		t.Error("the log does not say why")
	}
}
