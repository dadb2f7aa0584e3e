package omarket

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"bazarbot/market"
	"bazarbot/market/markettest"
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
					if n.Note(r) < 3 {
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
				equal(t, n.Count(), 3)
			}
		})
	}
}

func TestRefusalsAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 404, 409} {
		c, mux := setup(t)
		n := answering(mux, "GET "+adRoute, status, `{"error":"no"}`)
		if _, err := c.FullAd(t.Context(), "", market.Russian, testUUID); err == nil {
			t.Error("no error")
		}
		equal(t, n.Count(), 1)
	}
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
				n.Note(r)
				tt.handle(w)
			})
			_, err := c.Open(t.Context(), testKey())
			wantKind(t, err, tt.want)
			equal(t, n.Count(), 1) // never sent twice
		})
	}
}

func TestWithoutASessionNothingIsSent(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := answering(mux, "/", http.StatusOK, "{}")
	for _, key := range []market.Secret{"", "no JSON", `{"account":"a1"}`, `{"phone":"996700111000","password":"x"}`} {
		_, err := c.Open(t.Context(), key)
		wantKind(t, err, market.NotSignedIn)
	}
	equal(t, n.Count(), 0)
}

// Whatever happens, no key, token, password, code, phone number or word of a
// person gets into an error or a log line.
func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	const password, code, words = "Tr0ub4dor", "4711", "private words"
	secrets := []string{string(testAPIKey), "access-of-a1", "refresh-of-a1", password, code, testPhone, "0700111000"}
	echo := `{"message":"` + strings.Join(secrets, " ") + ` is wrong","details":{"title":["` + strings.Join(secrets, " ") + `"]}}`
	for _, status := range []int{200, 301, 400, 401, 403, 404, 429, 500} {
		var logged markettest.Journal
		v := newVault()
		v.put("a1", testKey())
		c := clientFor(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, echo)
		}), Config{Log: logged.Logger(), Vault: v})
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
