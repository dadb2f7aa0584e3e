package remote

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"bazarbot/market"
	"bazarbot/market/markettest"
)

func TestRequest(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := answering(mux, "GET /ads/5", http.StatusOK, "whole")
	call := look
	call.Query = url.Values{"lang": {"ro"}}
	body, err := do(t, c, call)
	equal(t, []any{string(body), err, n.Query}, []any{"whole", nil, "lang=ro"})
	for name, want := range map[string]string{
		"User-Agent": "bazarbot", "Accept": "application/json", "Content-Type": "", "Authorization": credentials,
	} {
		equal(t, n.Header.Get(name), want)
	}

	n = answering(mux, "POST /ads", http.StatusCreated, "{}")
	if _, err := do(t, c, post); err != nil {
		t.Fatal(err)
	}
	equal(t, []string{string(n.Body), n.Header.Get("Content-Type")}, []string{string(post.Body), "application/json"})
}

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
			mux.HandleFunc("GET /ads/5", func(w http.ResponseWriter, r *http.Request) {
				if n.Note(r) < 3 {
					fail(w)
				}
			})
			if _, err := do(t, c, look); err != nil {
				t.Fatal(err)
			}
			equal(t, n.Count(), 3)
		})
	}
}

func TestReadsGiveUp(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := answering(mux, "GET /ads/5", http.StatusServiceUnavailable, "down")
	_, err := do(t, c, look)
	equal(t, wantKind(t, err, market.Unavailable).Status, http.StatusServiceUnavailable)
	equal(t, n.Count(), 3)
}

func TestNotRepeated(t *testing.T) {
	t.Parallel()
	once := look
	once.Once = true
	for name, tt := range map[string]struct {
		call   Call
		status int
		want   market.ErrorKind
	}{
		"a refusal":                    {look, http.StatusBadRequest, market.Invalid},
		"what is not there":            {look, http.StatusNotFound, market.NotFound},
		"a route that is not there":    {look, http.StatusTeapot, market.Unavailable},
		"a read that is asked once":    {once, http.StatusBadGateway, market.Unavailable},
		"a write":                      {post, http.StatusBadGateway, market.UnknownOutcome},
		"a write that shall slow down": {post, http.StatusTooManyRequests, market.Quota},
		"a sign-in":                    {sign, http.StatusBadGateway, market.Unavailable},
		"a redirect of a write":        {post, http.StatusPermanentRedirect, market.UnknownOutcome},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			elsewhere := answering(mux, "/elsewhere", http.StatusOK, "{}")
			var n counter
			mux.HandleFunc(tt.call.Path, func(w http.ResponseWriter, r *http.Request) {
				n.Note(r)
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(tt.status)
			})
			_, err := do(t, c, tt.call)
			wantKind(t, err, tt.want)
			equal(t, []int{n.Count(), elsewhere.Count()}, []int{1, 0})
		})
	}
}

// One that is asked once is asked again when nothing answered.
func TestOnceIsForAnswers(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	var n counter
	mux.HandleFunc("GET /ads/5", func(_ http.ResponseWriter, r *http.Request) {
		if n.Note(r) == 1 {
			panic(http.ErrAbortHandler)
		}
	})
	call := look
	call.Once = true
	_, err := do(t, c, call)
	equal(t, []any{n.Count(), err}, []any{2, nil})
}

func TestLongRetryAfterIsTheCallersMatter(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	var n counter
	mux.HandleFunc("GET /ads/5", func(w http.ResponseWriter, r *http.Request) {
		n.Note(r)
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	_, err := do(t, c, look)
	equal(t, wantKind(t, err, market.Quota).RetryAfter, 2*time.Minute)
	equal(t, n.Count(), 1)
}

func TestRetryAfterIsHeeded(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	var n counter
	mux.HandleFunc("GET /ads/5", func(w http.ResponseWriter, r *http.Request) {
		if n.Note(r) == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	began := time.Now()
	if _, err := do(t, c, look); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < time.Second {
		t.Errorf("asked again after %s", took)
	}
}

func TestRetriesEndWithTheCaller(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	c.Limits.Pause, c.Limits.Wait = time.Hour, time.Hour
	n := answering(mux, "GET /ads/5", http.StatusBadGateway, "")
	_, err := do(t, c, look)
	wantKind(t, err, market.Unavailable) // at once: the pause would outlast the read
	equal(t, n.Count(), 1)

	c.Limits.Read = 2 * time.Hour
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, failure := c.Do(ctx, look, terms(look)); failure == nil || failure.Kind != market.Unavailable {
		t.Errorf("got %v", failure) // at once: the pause would outlast ctx
	}
	equal(t, n.Count(), 2)
}

// Every try is told of, by the route's name and nothing of what was asked for.
func TestObserver(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var told []market.Call
	mux := http.NewServeMux()
	c := callerFor(t, mux, Config{Observer: func(call market.Call) {
		mu.Lock()
		defer mu.Unlock()
		call.Took = 0
		told = append(told, call)
	}})
	answering(mux, "GET /ads/5", http.StatusBadGateway, "")
	answering(mux, "POST /ads", http.StatusOK, "")
	if _, err := do(t, c, look); err == nil {
		t.Error("no error")
	}
	if _, err := do(t, c, post); err != nil {
		t.Error(err)
	}
	down := market.Call{Market: market.MD999, Route: "get ad", Outcome: string(market.Unavailable)}
	equal(t, told, []market.Call{down, down, down, {Market: market.MD999, Route: "post ad", Outcome: market.CallOK}})
}

// Neither errors nor the log tell of a call what could be anybody's.
func TestCallsStayPrivate(t *testing.T) {
	t.Parallel()
	for name, handle := range map[string]http.HandlerFunc{
		"fine":    func(http.ResponseWriter, *http.Request) {},
		"refused": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "private words", http.StatusBadRequest) },
		"down":    func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "private words", http.StatusBadGateway) },
		"cut off": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		var logged markettest.Journal
		c := callerFor(t, handle, Config{Log: logged.Logger()})
		for _, call := range []Call{look, post} {
			call.Query = url.Values{"q": {"private words"}}
			_, err := do(t, c, call)
			text := fmt.Sprintf("%v %+v %s", err, err, logged.String())
			if !strings.Contains(text, call.Op) {
				t.Errorf("%s: the call is not told of in %s", name, text)
			}
			for _, private := range []string{"private", credentials, c.base} {
				if strings.Contains(text, private) {
					t.Errorf("%s: %q is told in %s", name, private, text)
				}
			}
		}
	}
}
