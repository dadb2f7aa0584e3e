package md999

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"bazarbot/market"
	"bazarbot/market/markettest"
)

// actions are the writes on an existing ad, with what each sends.
func actions(t *testing.T) map[string]struct {
	route string
	body  string
	do    func(context.Context, *Client, string) error
} {
	t.Helper()
	auto := market.Autorepublish{
		Enabled: true, FromHour: 8, ToHour: 20, Every: 30 * time.Minute,
		Weekdays: []time.Weekday{time.Friday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Monday},
	}
	return map[string]struct {
		route string
		body  string
		do    func(context.Context, *Client, string) error
	}{
		"republish": {"POST /adverts/{id}/republish", "", func(ctx context.Context, c *Client, id string) error { return c.Republish(ctx, testKey, id) }},
		"colour":    {"POST /adverts/{id}/color", "", func(ctx context.Context, c *Client, id string) error { return c.Colour(ctx, testKey, id) }},
		"hide": {"PUT /adverts/{id}/access_policy", string(fixture(t, "access_policy")), func(ctx context.Context, c *Client, id string) error {
			return c.SetAccess(ctx, testKey, id, true)
		}},
		"show": {"PUT /adverts/{id}/access_policy", `{"access_policy":"public"}`, func(ctx context.Context, c *Client, id string) error {
			return c.SetAccess(ctx, testKey, id, false)
		}},
		"autorepublish": {"PUT /adverts/{id}/autorepublisher", string(fixture(t, "autorepublisher_set")), func(ctx context.Context, c *Client, id string) error {
			return c.SetAutorepublisher(ctx, testKey, id, auto)
		}},
		"update": {"PATCH /adverts/{id}", string(fixture(t, "update")), func(ctx context.Context, c *Client, id string) error {
			return c.Update(ctx, testKey, id, Change{Body: fixture(t, "update"), Fields: []string{"2"}})
		}},
	}
}

func TestActionsAsDocumented(t *testing.T) {
	t.Parallel()
	for name, act := range actions(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			var sent counter
			var path, kind string
			mux.HandleFunc(act.route, func(w http.ResponseWriter, r *http.Request) {
				sent.Note(r)
				path, kind = r.URL.Path, r.Header.Get("Content-Type")
				_, _ = w.Write(fixture(t, "success"))
			})
			if err := act.do(t.Context(), c, "123456789"); err != nil {
				t.Fatal(err)
			}
			_, pattern, _ := strings.Cut(act.route, " ")
			equal(t, path, strings.Replace(pattern, "{id}", "123456789", 1))
			if act.body == "" {
				equal(t, []any{len(sent.Body), kind}, []any{0, ""})
				return
			}
			sameJSON(t, sent.Body, []byte(act.body))
			equal(t, kind, "application/json")
		})
	}
}

// What is known of a write whose answer is not a plain one; none is sent twice.
func TestActionsThatGoWrong(t *testing.T) {
	t.Parallel()
	plain := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); _, _ = io.WriteString(w, body) }
	}
	for name, tt := range map[string]struct {
		handle http.HandlerFunc
		want   market.ErrorKind // "": success
	}{
		"no content":           {plain(204, ""), ""},
		"a bare OK":            {plain(200, "OK"), ""},
		"some other JSON":      {plain(200, `[]`), ""},
		"an error of nothing":  {plain(200, `{"success":true,"error":""}`), ""},
		"documented, no money": {plain(402, string(fixture(t, "error_payment"))), market.NoMoney},
		"no money, a string":   {plain(400, `"insufficient balance"`), market.NoMoney},
		"no money, 200":        {plain(200, `"insufficient balance"`), market.NoMoney},
		"no money, 200, error": {plain(200, `{"error":"Insufficient funds"}`), market.NoMoney},
		"documented, refused":  {plain(400, string(fixture(t, "error_empty"))), market.Invalid},
		"refused with a 200":   {plain(200, `{"error":{"message":"blocked"}}`), market.Invalid},
		"no success":           {plain(200, `{"success":false}`), market.Invalid},
		"key refused":          {plain(401, ""), market.NotSignedIn},
		"gone":                 {plain(404, ""), market.NotFound},
		"too many":             {plain(429, ""), market.Quota},
		"500":                  {plain(500, ""), market.UnknownOutcome},
		"502 in HTML":          {plain(502, "<html>"), market.UnknownOutcome},
		"somebody's page":      {plain(200, "<html>please wait</html>"), market.UnknownOutcome},
		"half a JSON":          {plain(200, `{"succ`), market.UnknownOutcome},
		"redirect":             {plain(307, ""), market.UnknownOutcome},
		"cut off":              {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, market.UnknownOutcome},
		"cut in the middle of it": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99")
			_, _ = io.WriteString(w, `{`)
		}, market.UnknownOutcome},
	} {
		for action, act := range actions(t) {
			t.Run(name+"/"+action, func(t *testing.T) {
				t.Parallel()
				c, mux := setup(t)
				var n counter
				mux.HandleFunc(act.route, func(w http.ResponseWriter, r *http.Request) { n.Note(r); tt.handle(w, r) })
				err := act.do(t.Context(), c, "5")
				if tt.want == "" && err != nil {
					t.Error(err)
				}
				if tt.want != "" {
					wantKind(t, err, tt.want)
				}
				equal(t, n.Count(), 1)
			})
		}
	}
}

func TestActionsThatWereNeverSent(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, act := range actions(t) {
		wantKind(t, act.do(ctx, c, "5"), market.Unavailable)
	}
	wantKind(t, c.Republish(t.Context(), "", "5"), market.NotSignedIn)
}

func TestSecretsOfActionsStaySecret(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400, 500} {
		for _, act := range actions(t) {
			var logged markettest.Journal
			c := clientFor(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				_, _ = fmt.Fprintf(w, `{"error":{"message":"%s: private words"}}`, string(testKey))
			}), Config{Log: logged.Logger()})
			err := act.do(t.Context(), c, "5")
			var e *market.Error
			if !errors.As(err, &e) || strings.Contains(e.Message+err.Error()+logged.String(), string(testKey)) ||
				strings.Contains(err.Error()+logged.String(), "private words") {
				t.Errorf("HTTP %d: %v, message %q, log %s", status, err, e.Message, logged.String())
			}
		}
	}
}
