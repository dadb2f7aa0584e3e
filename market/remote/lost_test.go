package remote

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"bazarbot/market"
)

// What is known of a call whose answer did not come, or not whole.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for name, handle := range map[string]func(w http.ResponseWriter){
		"cut off": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"cut body": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "99")
			_, _ = io.WriteString(w, `{`)
		},
		"too large": func(w http.ResponseWriter) { _, _ = w.Write(make([]byte, 9<<20)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for call, want := range map[*Call]market.ErrorKind{&post: market.UnknownOutcome, &sign: market.Unavailable} {
				c, mux := setup(t)
				var n counter
				mux.HandleFunc(call.Path, func(w http.ResponseWriter, r *http.Request) {
					n.Note(r)
					handle(w)
				})
				_, err := do(t, c, *call)
				wantKind(t, err, want)
				equal(t, n.Count(), 1) // never sent twice
			}
		})
	}
}

// A refusal that came only in part is a refusal still.
func TestCutRefusal(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	mux.HandleFunc("POST /ads", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "99")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error`)
	})
	_, err := do(t, c, post)
	wantKind(t, err, market.Invalid)
}

func TestWriteThatTimesOutIsUnknown(t *testing.T) {
	t.Parallel()
	hang := func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}
	c, mux := setup(t)
	mux.HandleFunc("POST /ads", hang)
	own := post
	own.Timeout = 50 * time.Millisecond
	_, err := do(t, c, own)
	if e := wantKind(t, err, market.UnknownOutcome); !errors.Is(e, context.DeadlineExceeded) {
		t.Errorf("cause %v", e.Err)
	}
	c.Limits.Write = 50 * time.Millisecond
	_, err = do(t, c, post)
	wantKind(t, err, market.UnknownOutcome)
}

func TestWriteCutOffByTheCallerIsUnknown(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	mux.HandleFunc("POST /ads", func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	if _, failure := c.Do(ctx, post, terms(post)); failure == nil || failure.Kind != market.UnknownOutcome {
		t.Errorf("got %v", failure)
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
	_, err = do(t, New(Config{BaseURL: base}), post)
	wantKind(t, err, market.Unavailable)

	c, mux := setup(t)
	n := answering(mux, "/", http.StatusOK, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, failure := c.Do(ctx, post, terms(post)); failure == nil || failure.Kind != market.Unavailable {
		t.Errorf("got %v", failure)
	}
	equal(t, n.Count(), 0)
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := answering(mux, "POST /ads", http.StatusBadGateway, "")
	refused := answering(mux, "GET /ads/5", http.StatusNotFound, "")
	for range 20 { // a refusal is no failure
		_, err := do(t, c, look)
		wantKind(t, err, market.NotFound)
	}
	equal(t, c.Breaker(), market.BreakerClosed)
	for range 8 {
		_, err := do(t, c, post)
		wantKind(t, err, market.UnknownOutcome)
	}
	equal(t, c.Breaker(), market.BreakerOpen)
	_, err := do(t, c, post)
	e := wantKind(t, err, market.Unavailable) // surely not sent
	if e.RetryAfter == 0 || !errors.Is(e, ErrBreakerOpen) {
		t.Errorf("nobody is told when to try again: %v", e)
	}
	_, err = do(t, c, look)
	wantKind(t, err, market.Unavailable)
	equal(t, []int{n.Count(), refused.Count()}, []int{8, 20})
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                              0,
		"7":                             7 * time.Second,
		"-7":                            0,
		"soon":                          0,
		"999999999":                     24 * time.Hour,
		"Sat, 21 Nov 2026 12:01:00 GMT": time.Minute,
		"Sat, 21 Nov 2026 11:00:00 GMT": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}
