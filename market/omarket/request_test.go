package omarket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"bazarbot/market"
)

const (
	adRoute   = "/api/ads-board/v1/ads/{uuid}/"
	openRoute = "POST /api/ads-board/v1/ads/initial/"
)

func TestReadsAreRepeated(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(w http.ResponseWriter){
		"5xx":     func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) },
		"429":     func(w http.ResponseWriter) { w.WriteHeader(http.StatusTooManyRequests) },
		"HTML":    func(w http.ResponseWriter) { _, _ = io.WriteString(w, "<html>") },
		"half":    func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"result":{"uuid":`) },
		"cut off": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"cut body": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"result":`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			for _, pattern := range []string{"GET " + adRoute, "POST /api/ads-board/v1/user/my-ads/"} {
				var n counter
				mux.HandleFunc(exact(pattern), func(w http.ResponseWriter, r *http.Request) {
					if n.note(r) < 3 {
						fail(w)
						return
					}
					if r.Method == http.MethodGet {
						_, _ = w.Write(fixture(t, "details"))
					} else {
						_, _ = w.Write(fixture(t, "my_ads"))
					}
				})
				var err error
				if strings.HasPrefix(pattern, "GET") {
					_, err = c.FullAd(t.Context(), "", market.Russian, testUUID)
				} else {
					_, err = c.Ads(t.Context(), testKey(), market.Russian, market.AdQuery{})
				}
				if err != nil {
					t.Fatal(err)
				}
				equal(t, n.count(), 3)
			}
		})
	}
}

func TestReadsGiveUp(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := answering(mux, "GET "+adRoute, http.StatusServiceUnavailable, "down")
	_, err := c.FullAd(t.Context(), "", market.Russian, testUUID)
	e := wantKind(t, err, market.Unavailable)
	equal(t, e.Status, http.StatusServiceUnavailable)
	equal(t, n.count(), 3)
}

func TestRefusalsAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 404, 409} {
		c, mux := setup(t)
		n := answering(mux, "GET "+adRoute, status, `{"error":"no"}`)
		if _, err := c.FullAd(t.Context(), "", market.Russian, testUUID); err == nil {
			t.Error("no error")
		}
		equal(t, n.count(), 1)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	c := &Client{now: func() time.Time { return now }}
	for value, want := range map[string]time.Duration{
		"":                              0,
		"7":                             7 * time.Second,
		"-7":                            0,
		"999999999":                     24 * time.Hour,
		"Sat, 21 Nov 2026 12:01:00 GMT": time.Minute,
		"Sat, 21 Nov 2026 11:00:00 GMT": 0,
	} {
		if got := c.retryAfter(http.Header{"Retry-After": {value}}); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

func TestLongRetryAfterIsTheCallersMatter(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	var n counter
	mux.HandleFunc(exact("GET "+adRoute), func(w http.ResponseWriter, r *http.Request) {
		n.note(r)
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	_, err := c.FullAd(t.Context(), "", market.Russian, testUUID)
	e := wantKind(t, err, market.Quota)
	equal(t, e.RetryAfter, 2*time.Minute)
	equal(t, n.count(), 1)
}

func TestRetriesEndWithTheCaller(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	c.limits.pause, c.limits.wait = time.Hour, time.Hour
	n := answering(mux, "GET "+adRoute, http.StatusBadGateway, "")
	_, err := c.FullAd(t.Context(), "", market.Russian, testUUID)
	wantKind(t, err, market.Unavailable) // at once: the pause would outlast the read
	equal(t, n.count(), 1)
}

// What is known of a write when its answer is not a plain one.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	answer := func(status int, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	redirect := func(w http.ResponseWriter) {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusPermanentRedirect)
	}
	for name, tt := range map[string]struct {
		handle func(w http.ResponseWriter)
		want   market.ErrorKind
	}{
		"cut off":             {func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, market.UnknownOutcome},
		"500":                 {answer(500, ""), market.UnknownOutcome},
		"500 with an error":   {answer(500, `{"resultCode":"FAIL","details":"oops"}`), market.UnknownOutcome},
		"HTML 502":            {answer(502, "<html>"), market.UnknownOutcome},
		"408":                 {answer(408, ""), market.UnknownOutcome},
		"redirect":            {redirect, market.UnknownOutcome},
		"half a JSON":         {answer(200, `{"result":"15f8`), market.UnknownOutcome},
		"200 with a page":     {answer(200, `<html>`), market.UnknownOutcome},
		"200 with nothing":    {answer(200, ``), market.UnknownOutcome},
		"200 without an id":   {answer(200, `{"result":null,"resultCode":"SUCCESS"}`), market.UnknownOutcome},
		"200 with no id":      {answer(200, `{"result":"../../x","resultCode":"SUCCESS"}`), market.UnknownOutcome},
		"200 that fails":      {answer(200, `{"result":null,"resultCode":"FAIL","details":"no","errorCode":0}`), market.Invalid},
		"200 with an error":   {answer(200, `{"error":"no"}`), market.Invalid},
		"200 without success": {answer(200, `{"success":false}`), market.Invalid},
		"429":                 {answer(429, ""), market.Quota},
		"400":                 {answer(400, ""), market.Invalid},
		"404":                 {answer(404, `{"detail":"Not found."}`), market.NotFound},
		"no such path":        {answer(404, `<html>`), market.Unavailable},
		"an answer too large": {func(w http.ResponseWriter) { _, _ = w.Write(make([]byte, 9<<20)) }, market.UnknownOutcome},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			var n counter
			mux.HandleFunc("POST /api/ads-board/v1/ads/initial/", func(w http.ResponseWriter, r *http.Request) {
				n.note(r)
				tt.handle(w)
			})
			_, err := c.Open(t.Context(), testKey())
			wantKind(t, err, tt.want)
			equal(t, n.count(), 1) // never sent twice
		})
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	elsewhere := answering(mux, "/elsewhere", http.StatusOK, `{"result":"`+testUUID+`"}`)
	for _, status := range []int{301, 302, 307, 308} {
		path := fmt.Sprintf("/api/ads-board/v1/ads/x%d/", status)
		mux.Handle(path, http.RedirectHandler("/elsewhere", status))
		wantKind(t, c.Delete(t.Context(), testKey(), fmt.Sprintf("x%d", status)), market.UnknownOutcome)
	}
	equal(t, elsewhere.count(), 0)
}

func TestWriteThatTimesOutIsUnknown(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	c.limits.write = 50 * time.Millisecond
	mux.HandleFunc(openRoute, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); <-r.Context().Done() })
	_, err := c.Open(t.Context(), testKey())
	e := wantKind(t, err, market.UnknownOutcome)
	if !errors.Is(e, context.DeadlineExceeded) {
		t.Errorf("cause %v", e.Err)
	}
}

func TestWriteThatWasNeverSentIsUnavailable(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + l.Addr().String()
	_ = l.Close() // nobody listens there now
	c := New(Config{BaseURL: base})
	_, err = c.Open(t.Context(), testKey())
	wantKind(t, err, market.Unavailable)

	c, _ = setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Open(ctx, testKey())
	wantKind(t, err, market.Unavailable)

	for _, key := range []market.Secret{"", "no JSON", `{"account":"a1"}`, `{"phone":"996700111000","password":"x"}`} {
		_, err = c.Open(t.Context(), key)
		wantKind(t, err, market.NotSignedIn)
	}
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := answering(mux, openRoute, http.StatusBadGateway, "")
	refused := answering(mux, "GET "+adRoute, http.StatusNotFound, "{}")
	for range 20 { // a refusal is no failure
		_, err := c.FullAd(t.Context(), "", market.Russian, testUUID)
		wantKind(t, err, market.NotFound)
	}
	for range 8 {
		_, err := c.Open(t.Context(), testKey())
		wantKind(t, err, market.UnknownOutcome)
	}
	_, err := c.Open(t.Context(), testKey())
	e := wantKind(t, err, market.Unavailable) // surely not sent
	if e.RetryAfter == 0 {
		t.Error("nobody is told when to try again")
	}
	equal(t, n.count(), 8)
	_, err = c.FullAd(t.Context(), "", market.Russian, testUUID)
	wantKind(t, err, market.Unavailable)
	equal(t, refused.count(), 20)
}

// Whatever happens, no key, token, password, code, phone number or word of a
// person gets into an error or a log line.
func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	const password, code, words = "Tr0ub4dor", "4711", "private words"
	secrets := []string{string(testAPIKey), "access-of-a1", "refresh-of-a1", password, code, testPhone, "0700111000"}
	echo := `{"message":"` + strings.Join(secrets, " ") + ` is wrong","details":{"title":["` + strings.Join(secrets, " ") + `"]}}`
	for _, status := range []int{200, 301, 400, 401, 403, 404, 429, 500} {
		var logged lockedBuffer
		log := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
		v := newVault()
		v.put("a1", testKey())
		c := clientFor(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, echo)
		}), Config{Log: log, Vault: v})
		ctx, key := t.Context(), testKey()
		const access, refresh = "access-of-a1", "refresh-of-a1"
		check := func(err error, own ...string) {
			t.Helper()
			text := fmt.Sprintf("%v %+v %#v", err, err, err)
			var e *market.Error
			if errors.As(err, &e) {
				text += fmt.Sprint(e.Message, e.Fields)
			}
			for _, secret := range append(own, string(testAPIKey), testPhone, words) {
				if strings.Contains(text, secret) {
					t.Errorf("HTTP %d: %q is in %s", status, secret, text)
				}
			}
		}
		check(c.Register(ctx, testPhone, password), password, "0700111000")
		_, err := c.Confirm(ctx, "a1", testPhone, code)
		check(err, code)
		_, err = c.SignIn(ctx, "a1", testPhone, password)
		check(err, password)
		check(c.Delete(ctx, key, testUUID), access)
		_, err = c.Put(ctx, key, testUUID, []byte(`{"title":"`+words+`"}`))
		check(err, access)
		_, err = c.UploadTo(ctx, key, testUUID, words, []byte(words))
		check(err, access)
		_, err = c.Search(ctx, key, market.Russian, market.SearchQuery{Words: words})
		check(err, access)
		s, _ := open("", key)
		_, _, err = c.renew(ctx, s, s.tokens(), true)
		check(err, refresh)
		for _, secret := range append(secrets, words) {
			if strings.Contains(logged.String(), secret) {
				t.Errorf("HTTP %d: %q is in the log", status, secret)
			}
		}
	}
}

// lockedBuffer is a log that many goroutines write.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
