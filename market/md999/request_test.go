package md999

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"bazarbot/market"
	"bazarbot/market/markettest"
)

var testPost = Post{Body: []byte(`{"category_id":"658"}`), Category: "658", Subcategory: "659", OfferType: "776"}

func TestReadsAreRepeated(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusBadGateway, http.StatusTooManyRequests} {
		c, mux := setup(t)
		n := answering(mux, "GET /adverts/{id}", status, "")
		if _, err := c.Ad(t.Context(), testKey, market.Russian, "1"); err == nil {
			t.Error("no error")
		}
		equal(t, n.Count(), 3)
	}
}

func TestRefusalsAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 402, 403, 404} {
		c, mux := setup(t)
		n := answering(mux, "GET /adverts/{id}", status, "")
		if _, err := c.Ad(t.Context(), testKey, market.Russian, "1"); err == nil {
			t.Error("no error")
		}
		equal(t, n.Count(), 1)
	}
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
				n.Note(r)
				tt.handle(w)
			})
			_, err := c.Create(t.Context(), testKey, testPost)
			wantKind(t, err, tt.want)
			equal(t, n.Count(), 1) // never sent twice
		})
	}
}

func answer500(w http.ResponseWriter, body string) {
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(w, body)
}

func TestWithoutAKeyNothingIsSent(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := answering(mux, "/", http.StatusOK, "{}")
	_, err := c.Create(t.Context(), "", testPost)
	wantKind(t, err, market.NotSignedIn)
	equal(t, n.Count(), 0)
}

// Whatever happens, neither the key nor what people wrote gets into an error or
// a log line.
func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	basic := base64.StdEncoding.EncodeToString([]byte(string(testKey) + ":"))
	echo := fmt.Sprintf(`{"error":{"message":"key %s (Basic %s) is wrong, private words"}}`, string(testKey), basic)
	for _, status := range []int{200, 400, 401, 402, 404, 429, 500} {
		var logged markettest.Journal
		c := clientFor(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, echo)
		}), Config{Log: logged.Logger()})
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
