package md999

import (
	"bytes"
	"context"
	"encoding/base64"
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

var testPost = Post{Body: []byte(`{"category_id":"658"}`), Category: "658", Subcategory: "659", OfferType: "776"}

func TestReadsAreRepeated(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(w http.ResponseWriter){
		"5xx":     func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) },
		"429":     func(w http.ResponseWriter) { w.WriteHeader(http.StatusTooManyRequests) },
		"cut off": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"half": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"id":`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			var n counter
			mux.HandleFunc("GET /adverts/{id}", func(w http.ResponseWriter, r *http.Request) {
				if n.note(r) < 3 {
					fail(w)
					return
				}
				_, _ = w.Write(fixture(t, "advert"))
			})
			if _, err := c.Ad(t.Context(), testKey, market.Russian, "12345678"); err != nil {
				t.Fatal(err)
			}
			equal(t, n.count(), 3)
		})
	}
}

func TestReadsGiveUp(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := answering(mux, "GET /adverts/{id}", http.StatusServiceUnavailable, "down")
	_, err := c.Ad(t.Context(), testKey, market.Russian, "1")
	e := wantKind(t, err, market.Unavailable)
	equal(t, e.Status, http.StatusServiceUnavailable)
	equal(t, n.count(), 3)
}

func TestRefusalsAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 402, 403, 404} {
		c, mux := setup(t)
		n := answering(mux, "GET /adverts/{id}", status, "")
		if _, err := c.Ad(t.Context(), testKey, market.Russian, "1"); err == nil {
			t.Error("no error")
		}
		equal(t, n.count(), 1)
	}
}

func TestLongRetryAfterIsTheCallersMatter(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	var n counter
	mux.HandleFunc("GET /adverts/{id}", func(w http.ResponseWriter, r *http.Request) {
		n.note(r)
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	_, err := c.Ad(t.Context(), testKey, market.Russian, "1")
	e := wantKind(t, err, market.Quota)
	equal(t, e.RetryAfter, 2*time.Minute)
	equal(t, n.count(), 1)
}

func TestRetryAfterIsHeeded(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	var n counter
	mux.HandleFunc("GET /adverts/{id}", func(w http.ResponseWriter, r *http.Request) {
		if n.note(r) == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write(fixture(t, "advert"))
	})
	began := time.Now()
	if _, err := c.Ad(t.Context(), testKey, market.Russian, "1"); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < time.Second {
		t.Errorf("asked again after %s", took)
	}
}

func TestRetriesEndWithTheCaller(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	c.limits.pause = time.Hour
	c.limits.wait = time.Hour
	n := answering(mux, "GET /adverts/{id}", http.StatusBadGateway, "")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := c.Ad(ctx, testKey, market.Russian, "1")
	wantKind(t, err, market.Unavailable) // at once: the pause would outlast ctx
	equal(t, n.count(), 1)
}

// What is known of a paid post when its answer is not a plain one.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		handle func(w http.ResponseWriter)
		want   market.ErrorKind
	}{
		"cut off":             {func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, market.UnknownOutcome},
		"500":                 {func(w http.ResponseWriter) { w.WriteHeader(500) }, market.UnknownOutcome},
		"500 with an error":   {func(w http.ResponseWriter) { answer500(w, `{"error":{"message":"oops"}}`) }, market.UnknownOutcome},
		"500 without money":   {func(w http.ResponseWriter) { answer500(w, `"Insufficient Balance"`) }, market.NoMoney},
		"HTML 502":            {func(w http.ResponseWriter) { w.WriteHeader(502); _, _ = io.WriteString(w, "<html>") }, market.UnknownOutcome},
		"408":                 {func(w http.ResponseWriter) { w.WriteHeader(408) }, market.UnknownOutcome},
		"redirect":            {func(w http.ResponseWriter) { w.Header().Set("Location", "/elsewhere"); w.WriteHeader(307) }, market.UnknownOutcome},
		"half a JSON":         {func(w http.ResponseWriter) { w.WriteHeader(201); _, _ = io.WriteString(w, `{"advert":{"id"`) }, market.UnknownOutcome},
		"cut body":            {func(w http.ResponseWriter) { w.Header().Set("Content-Length", "99"); _, _ = io.WriteString(w, `{`) }, market.UnknownOutcome},
		"201 with nothing":    {func(w http.ResponseWriter) { w.WriteHeader(201) }, market.UnknownOutcome},
		"201 without an id":   {func(w http.ResponseWriter) { w.WriteHeader(201); _, _ = io.WriteString(w, `{"message":"ok"}`) }, market.UnknownOutcome},
		"200 with an error":   {func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"error":"bad feature"}`) }, market.Invalid},
		"200 without money":   {func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"error":"insufficient balance"}`) }, market.NoMoney},
		"429":                 {func(w http.ResponseWriter) { w.WriteHeader(429) }, market.Quota},
		"400":                 {func(w http.ResponseWriter) { w.WriteHeader(400) }, market.Invalid},
		"an answer too large": {func(w http.ResponseWriter) { _, _ = w.Write(make([]byte, 9<<20)) }, market.UnknownOutcome},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			var n counter
			mux.HandleFunc("POST /adverts", func(w http.ResponseWriter, r *http.Request) {
				n.note(r)
				tt.handle(w)
			})
			_, err := c.Create(t.Context(), testKey, testPost)
			wantKind(t, err, tt.want)
			equal(t, n.count(), 1) // never sent twice
		})
	}
}

func answer500(w http.ResponseWriter, body string) {
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(w, body)
}

func TestWriteThatTimesOutIsUnknown(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	c.limits.write = 50 * time.Millisecond
	mux.HandleFunc("POST /adverts", func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); <-r.Context().Done() })
	_, err := c.Create(t.Context(), testKey, testPost)
	e := wantKind(t, err, market.UnknownOutcome)
	if !errors.Is(e, context.DeadlineExceeded) {
		t.Errorf("cause %v", e.Err)
	}
}

func TestWriteCutOffByTheCallerIsUnknown(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	mux.HandleFunc("POST /adverts", func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	_, err := c.Create(ctx, testKey, testPost)
	wantKind(t, err, market.UnknownOutcome)
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
	_, err = c.Create(t.Context(), testKey, testPost)
	wantKind(t, err, market.Unavailable)

	c, _ = setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Create(ctx, testKey, testPost)
	wantKind(t, err, market.Unavailable)

	c, _ = setup(t)
	_, err = c.Create(t.Context(), "", testPost)
	wantKind(t, err, market.NotSignedIn)
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := answering(mux, "POST /adverts", http.StatusBadGateway, "")
	refused := answering(mux, "GET /adverts/{id}", http.StatusNotFound, "")
	for range 20 { // a refusal is no failure
		_, err := c.Ad(t.Context(), testKey, market.Russian, "1")
		wantKind(t, err, market.NotFound)
	}
	equal(t, refused.count(), 20)
	for range 8 {
		_, err := c.Create(t.Context(), testKey, testPost)
		wantKind(t, err, market.UnknownOutcome)
	}
	_, err := c.Create(t.Context(), testKey, testPost)
	e := wantKind(t, err, market.Unavailable) // surely not sent
	if e.RetryAfter == 0 {
		t.Error("nobody is told when to try again")
	}
	equal(t, n.count(), 8)
	_, err = c.Ad(t.Context(), testKey, market.Russian, "1")
	wantKind(t, err, market.Unavailable)
	equal(t, refused.count(), 20)
}

// Whatever happens, neither the key nor what people wrote gets into an error or
// a log line.
func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	basic := base64.StdEncoding.EncodeToString([]byte(string(testKey) + ":"))
	echo := fmt.Sprintf(`{"error":{"message":"key %s (Basic %s) is wrong, private words"}}`, string(testKey), basic)
	for _, status := range []int{200, 400, 401, 402, 404, 429, 500} {
		var logged lockedBuffer
		log := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
		c := clientFor(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, echo)
		}), log)
		var errs []error
		_, err := c.Check(t.Context(), testKey)
		errs = append(errs, err)
		_, err = c.Form(t.Context(), testKey, market.Russian, nil)
		errs = append(errs, err)
		_, err = c.Create(t.Context(), testKey, Post{Body: []byte(`{"x":"private words"}`)})
		errs = append(errs, err)
		_, err = c.Upload(t.Context(), testKey, "photo.jpg", []byte("private words"))
		errs = append(errs, err)
		_, err = c.Ads(t.Context(), testKey, market.Russian, market.AdQuery{})
		errs = append(errs, err)
		for _, err := range errs {
			var e *market.Error
			if !errors.As(err, &e) {
				t.Fatalf("HTTP %d: no market error: %v", status, err)
			}
			for _, text := range []string{err.Error(), fmt.Sprintf("%+v", err), e.Message} {
				if strings.Contains(text, string(testKey)) || strings.Contains(text, basic) {
					t.Errorf("HTTP %d: the key is in %q", status, text)
				}
			}
			if strings.Contains(err.Error(), "private words") {
				t.Errorf("HTTP %d: the market's echo is in the log's error %q", status, err)
			}
		}
		for _, secret := range []string{string(testKey), basic, "private words"} {
			if strings.Contains(logged.String(), secret) {
				t.Errorf("HTTP %d: %q is in the log:\n%s", status, secret, logged.String())
			}
		}
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	elsewhere := answering(mux, "/elsewhere", 200, "{}")
	mux.HandleFunc("GET /adverts/{id}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusMovedPermanently)
	})
	_, err := c.Ad(t.Context(), testKey, market.Russian, "1")
	wantKind(t, err, market.Unavailable)
	equal(t, elsewhere.count(), 0)
}

func TestUserAgentAndAccept(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	var header http.Header
	mux.HandleFunc("GET /adverts/{id}", func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		_, _ = w.Write(fixture(t, "advert"))
	})
	if _, err := c.Ad(t.Context(), testKey, market.Russian, "1"); err != nil {
		t.Fatal(err)
	}
	equal(t, []string{header.Get("User-Agent"), header.Get("Accept")}, []string{"bazarbot", "application/json"})
}
