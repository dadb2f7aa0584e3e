package bot

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"bazarbot/market"
	"bazarbot/sandbox/telegram"
)

// unbounded notes requests that nothing would end.
type unbounded struct{ found []string }

func (u *unbounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, ok := r.Context().Deadline(); !ok {
		u.found = append(u.found, r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:])
	}
	body := `{"ok":true,"result":true}`
	if strings.HasSuffix(r.URL.Path, "/getFile") {
		body = `{"ok":true,"result":{"file_id":"f","file_unique_id":"u","file_path":"photos/1.jpg"}}`
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// No call of Telegram waits without end, also where the caller's own time has
// none: a picture on a connection that hangs must not hold up its person for ever.
func TestCallsEnd(t *testing.T) {
	t.Parallel()
	u := &unbounded{}
	b, err := New(Config{Token: "1:token", APIURL: "http://127.0.0.1", HTTP: &http.Client{Transport: u}})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.WithoutCancel(t.Context())
	if _, err := b.Download(ctx, market.Photo{FileID: "f"}); err != nil {
		t.Error(err)
	}
	if err := b.Unregister(ctx); err != nil {
		t.Error(err)
	}
	if len(u.found) > 0 {
		t.Errorf("without an end: %v", u.found)
	}
}

// A screen whose message is gone comes anew, without the photo that Telegram
// cannot fetch.
func TestGoneAndBroken(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start")
	for _, gone := range []string{"Bad Request: message to edit not found", "Bad Request: MESSAGE_ID_INVALID"} {
		h.telegram.Inject(telegram.Fault{Kind: telegram.FaultRefuse, Method: "editMessageMedia", Code: 400, Description: gone})
		_, outcome, err := h.bot.send(h.ctx, reply{Kind: "screen", Chat: seller, Text: "Новое", Photo: absent, Message: 2})
		if err != nil || outcome != sentOK {
			t.Errorf("%s: %s, %v", gone, outcome, err)
		}
		if last, _ := h.person.Last(); last.Text != "Новое" || last.Photo != nil {
			t.Errorf("%s: the chat shows %s", gone, last)
		}
	}
}

// A group that must wait holds up nobody's own chat.
func TestGroupThatWaits(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start")
	h.live()
	h.see("Ваши объявления")
	group := h.telegram.Group("Барахолка", h.person)
	h.telegram.Inject(telegram.Fault{Kind: telegram.FaultTooMany, Chat: group.ID(), Times: -1, RetryAfter: 60})
	h.person.InGroup(group, "/new")
	h.person.InGroup(group, "/new")
	h.person.Send("/help")
	h.see("Что умеет бот")
}

// What Telegram says of the webhook is cut between letters.
func TestHookReason(t *testing.T) {
	t.Parallel()
	const url = "https://bot.example.com/telegram"
	info := `{"ok":true,"result":{"url":"` + url + `","allowed_updates":["message","edited_message","callback_query","my_chat_member"],` +
		`"last_error_date":1,"last_error_message":"x` + strings.Repeat("ж", 300) + `"}}`
	b, err := New(Config{Token: "1:token", APIURL: "http://127.0.0.1", HTTP: &http.Client{Transport: says(info)}})
	if err != nil {
		t.Fatal(err)
	}
	if hook, err := b.Registered(t.Context(), url); err != nil || !utf8.ValidString(hook.Reason) || len(hook.Reason) < maxReason {
		t.Errorf("%q, %v", hook.Reason, err)
	}
}

// A page that a proxy gives in Telegram's place is no part of an error, and so of
// the log, as a whole.
func TestPageInAnError(t *testing.T) {
	t.Parallel()
	page := "<html>" + strings.Repeat("ж", 5000)
	b, err := New(Config{Token: "1:token", APIURL: "http://127.0.0.1", HTTP: &http.Client{Transport: says(page)}})
	if err != nil {
		t.Fatal(err)
	}
	_, registered := b.Registered(t.Context(), "https://bot.example.com/telegram")
	_, downloaded := b.Download(t.Context(), market.Photo{FileID: "f"})
	for _, err := range []error{b.Unregister(t.Context()), registered, downloaded} {
		var syntax *json.SyntaxError
		if !errors.As(err, &syntax) || len(err.Error()) > 1000 || !utf8.ValidString(err.Error()) {
			t.Errorf("%d bytes: %.300s", len(err.Error()), err)
		}
	}
}

// says answers everything with one body.
type says string

func (s says) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(s))), Request: r}, nil
}
