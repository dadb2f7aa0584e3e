package bot

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"bazarbot/lanes"
)

const secret = "webhook-secret"

// bring brings a body to the webhook and gives the status.
func (h *house) bring(method, token string, body []byte) *http.Response {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.ctx, method, "/hook", bytes.NewReader(body))
	if token != "" {
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", token)
	}
	w := httptest.NewRecorder()
	h.bot.Webhook(secret).ServeHTTP(w, r)
	return w.Result()
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	h := open(t)
	good := message(1, seller, "/start")
	for _, tt := range []struct {
		name          string
		method, token string
		body          string
		want          int
	}{
		{"an update", http.MethodPost, secret, string(good), http.StatusOK},
		{"the same again", http.MethodPost, secret, string(good), http.StatusOK},
		{"a kind that is not asked for", http.MethodPost, secret, `{"update_id":2,"poll":{"id":"1"}}`, http.StatusOK},
		{"parts that do not decode", http.MethodPost, secret, `{"update_id":3,"message":"odd"}`, http.StatusOK},
		{"GET", http.MethodGet, secret, "", http.StatusMethodNotAllowed},
		{"PUT", http.MethodPut, secret, string(good), http.StatusMethodNotAllowed},
		{"no secret", http.MethodPost, "", string(good), http.StatusUnauthorized},
		{"a wrong secret", http.MethodPost, "webhook-secreT", string(good), http.StatusUnauthorized},
		{"a longer secret", http.MethodPost, secret + "x", string(good), http.StatusUnauthorized},
		{"a shorter secret", http.MethodPost, secret[1:], string(good), http.StatusUnauthorized},
		{"a wrong secret with nonsense", http.MethodPost, "x", "{", http.StatusUnauthorized},
		{"not JSON", http.MethodPost, secret, "hello", http.StatusBadRequest},
		{"nothing", http.MethodPost, secret, "", http.StatusBadRequest},
		{"half an update", http.MethodPost, secret, string(good[:len(good)/2]), http.StatusBadRequest},
		{"an update and more", http.MethodPost, secret, string(good) + "{}", http.StatusBadRequest},
		{"a list", http.MethodPost, secret, "[]", http.StatusBadRequest},
		{"null", http.MethodPost, secret, "null", http.StatusBadRequest},
		{"no update_id", http.MethodPost, secret, `{"message":{"from":{"id":42}}}`, http.StatusBadRequest},
		{"an update_id that is none", http.MethodPost, secret, `{"update_id":"7"}`, http.StatusBadRequest},
		{"too large", http.MethodPost, secret, `{"update_id":9,"x":"` + strings.Repeat("x", maxUpdate) + `"}`, http.StatusRequestEntityTooLarge},
	} {
		res := h.bring(tt.method, tt.token, []byte(tt.body))
		if res.StatusCode != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, res.StatusCode, tt.want)
		}
		if (res.Header.Get("Allow") != "") != (tt.want == http.StatusMethodNotAllowed) {
			t.Errorf("%s: Allow is %q", tt.name, res.Header.Get("Allow"))
		}
	}
	added, err := h.db.Enqueue(h.ctx, lanes.NewRow{Lane: Lane(seller), Key: "tg:1", Kind: kindUpdate})
	if err != nil || added != 0 {
		t.Errorf("the update was not kept: %d, %v", added, err)
	}
}

// 200 is said only of what is committed.
func TestWebhookDatabaseDown(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.store.onEnqueue(func() error { return errDown })
	if res := h.bring(http.MethodPost, secret, message(1, seller, "/start")); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%d while the database is down", res.StatusCode)
	}
	if !strings.Contains(h.log.String(), errDown.Error()) {
		t.Error("the cause is not in the log")
	}
	h.store.onEnqueue(nil)
	if err := h.db.Shutdown(); err != nil {
		t.Fatal(err)
	}
	if res := h.bring(http.MethodPost, secret, message(1, seller, "/start")); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%d when the database is closed", res.StatusCode)
	}
}

// What cannot be read is kept, set aside, and keeps nobody waiting.
func TestUnreadableUpdates(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start") // else the bot may not write to them
	h.work()
	for _, body := range []string{`{"update_id":1,"message":"odd"}`, `{"update_id":2,"message":{"from":{"id":"x"}}}`} {
		if res := h.bring(http.MethodPost, secret, []byte(body)); res.StatusCode != http.StatusOK {
			t.Errorf("%d for %s", res.StatusCode, body)
		}
		h.ended(kindOdd, lanes.Buried)
	}
	// One that tells whose it is gets an apology.
	odd := `{"update_id":3,"message":{"message_id":3,"from":{"id":42},"chat":{"id":42,"type":"private"},"text":{"no":"text"}}}`
	if res := h.bring(http.MethodPost, secret, []byte(odd)); res.StatusCode != http.StatusOK {
		t.Errorf("%d", res.StatusCode)
	}
	h.ended(kindUpdate, lanes.Buried)
	h.see("Ошибка на нашей стороне")
	h.bring(http.MethodPost, secret, message(4, seller, "/help"))
	h.see("Что умеет бот")
}

// Updates that arrive twice are worked once.
func TestWebhookTwice(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start") // else the bot may not write to them
	h.work()
	for range 3 {
		h.bring(http.MethodPost, secret, message(7, seller, "/start"))
	}
	h.see("Ваши объявления")
	h.bring(http.MethodPost, secret, message(8, seller, "/help"))
	h.see("Что умеет бот")
	if n := len(h.telegram.Calls("sendMessage")); n != 2 {
		t.Errorf("%d messages", n)
	}
}
