package telegram

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// hook is a bot's webhook: it notes what it gets and answers what status says.
type hook struct {
	*httptest.Server
	mu     sync.Mutex
	got    []int64            // message ids in order of arrival
	chats  map[int64][]string // texts by chat
	secret string
	status func(attempt int, chat int64, text string) int
	calls  int
	inside int
	most   int
}

func newHook(t *testing.T, status func(attempt int, chat int64, text string) int) *hook {
	t.Helper()
	h := &hook{chats: map[int64][]string{}, status: status}
	h.Server = httptest.NewServer(http.HandlerFunc(h.serve))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var u struct {
		Message struct {
			ID   int64 `json:"message_id"`
			Text string
			Chat struct{ ID int64 }
		}
	}
	if err != nil || json.Unmarshal(body, &u) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	h.calls++
	h.inside++
	h.most = max(h.most, h.inside)
	attempt := h.calls
	h.secret = r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
	h.mu.Unlock()
	status := h.status(attempt, u.Message.Chat.ID, u.Message.Text)
	h.mu.Lock()
	h.inside--
	if status == http.StatusOK {
		h.got = append(h.got, u.Message.ID)
		h.chats[u.Message.Chat.ID] = append(h.chats[u.Message.Chat.ID], u.Message.Text)
	}
	h.mu.Unlock()
	w.WriteHeader(status)
}

func fast(int) time.Duration { return time.Millisecond }

func TestWebhookRetriesInOrder(t *testing.T) {
	t.Parallel()
	b := start(t, Options{WebhookBackoff: fast})
	h := newHook(t, func(attempt int, _ int64, _ string) int {
		if attempt%3 != 0 {
			return http.StatusServiceUnavailable
		}
		return http.StatusOK
	})
	p := b.seller() // queued before there is a webhook
	a := b.call("setWebhook", params{"url": h.URL, "secret_token": "s3cret", "max_connections": "3"})
	if !a.OK || a.Description != "Webhook was set" {
		t.Fatalf("setWebhook: %+v", a)
	}
	for _, text := range []string{"one", "two", "three"} {
		p.Send(text)
	}
	if err := b.srv.WaitDelivered(b.ctx); err != nil {
		t.Fatal(err)
	}
	if want := []string{"/start", "one", "two", "three"}; !slices.Equal(h.chats[p.ID()], want) {
		t.Errorf("delivered %v, want %v", h.chats[p.ID()], want)
	}
	if h.secret != "s3cret" {
		t.Errorf("secret %q", h.secret)
	}
	var info webhookInfo
	if err := json.Unmarshal(b.call("getWebhookInfo", nil).Result, &info); err != nil {
		t.Fatal(err)
	}
	if info.Pending != 0 || info.LastError != "Wrong response from the webhook: 503 Service Unavailable" || info.MaxConnections != 3 {
		t.Errorf("info %+v", info)
	}
	if a := b.call("getUpdates", nil); a.Code != http.StatusConflict || a.Description != said(errHookActive) {
		t.Errorf("getUpdates beside a webhook: %q", a.Description)
	}
	if a := b.call("deleteWebhook", nil); a.Description != "Webhook was deleted" {
		t.Errorf("deleteWebhook: %q", a.Description)
	}
	p.Send("polled")
	if got := b.updates(); len(got) != 1 {
		t.Errorf("after the webhook: %v", got)
	}
}

func TestWebhookWorksChatsInParallel(t *testing.T) {
	t.Parallel()
	b := start(t, Options{WebhookBackoff: fast})
	const people, limit = 8, 4
	full := make(chan struct{})
	var once sync.Once
	var inside int
	var mu sync.Mutex
	h := newHook(t, func(int, int64, string) int {
		mu.Lock()
		inside++
		if inside == limit {
			once.Do(func() { close(full) })
		}
		mu.Unlock()
		select { // nobody leaves before as many are inside as may be
		case <-full:
		case <-b.ctx.Done():
		}
		return http.StatusOK
	})
	b.call("setWebhook", params{"url": h.URL, "max_connections": "4"})
	for id := range int64(people) {
		p := b.srv.Person(Profile{ID: 100 + id})
		p.Send("a")
		p.Send("b")
	}
	if err := b.srv.WaitDelivered(b.ctx); err != nil {
		t.Fatal(err)
	}
	if h.most > limit || len(h.got) != 2*people {
		t.Errorf("%d at once, %d delivered", h.most, len(h.got))
	}
	for chat, texts := range h.chats {
		if !slices.Equal(texts, []string{"a", "b"}) {
			t.Errorf("chat %d: %v", chat, texts)
		}
	}
}

func TestWebhookDropsPending(t *testing.T) {
	t.Parallel()
	b := start(t, Options{WebhookBackoff: func(int) time.Duration { return time.Hour }})
	p := b.seller()
	h := newHook(t, func(int, int64, string) int { return http.StatusOK })
	b.call("setWebhook", params{"url": h.URL, "drop_pending_updates": "true"})
	p.Send("kept")
	if err := b.srv.WaitDelivered(b.ctx); err != nil {
		t.Fatal(err)
	}
	if got := h.chats[p.ID()]; !slices.Equal(got, []string{"kept"}) {
		t.Errorf("delivered %v", got)
	}
	h.Close() // nobody there: the update waits, and Close does not wait for it
	p.Send("lost for now")
	b.until("the failure is told", func() bool {
		var info webhookInfo
		if err := json.Unmarshal(b.call("getWebhookInfo", nil).Result, &info); err != nil {
			t.Fatal(err)
		}
		return strings.HasPrefix(info.LastError, "Connection") && info.Pending == 1
	})
}

func TestRedelivery(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	h := newHook(t, func(int, int64, string) int { return http.StatusOK })
	b.call("setWebhook", params{"url": h.URL})
	if a := b.call("setWebhook", params{"url": h.URL}); a.Description != "Webhook is already set" {
		t.Errorf("the same webhook again: %q", a.Description)
	}
	body := []byte(`{"update_id":7,"message":{"message_id":5,"text":"again","chat":{"id":9}}}`)
	for range 2 {
		if err := b.srv.Redeliver(body, 9); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.srv.WaitDelivered(b.ctx); err != nil {
		t.Fatal(err)
	}
	if got := h.chats[9]; !slices.Equal(got, []string{"again", "again"}) {
		t.Errorf("delivered %v", got)
	}
	if err := b.srv.Redeliver([]byte("x"), 9); err == nil {
		t.Error("queued what is no update")
	}
}

// BenchmarkWebhook is one update to a bot that answers it with one message,
// from 2,000 people.
func BenchmarkWebhook(bm *testing.B) {
	srv := New(Options{Keep: 4, Calls: -1})
	defer srv.Close()
	address, err := srv.Start()
	if err != nil {
		bm.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 100}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var u struct {
			Message struct{ Chat struct{ ID int64 } }
		}
		if json.NewDecoder(r.Body).Decode(&u) != nil {
			return
		}
		resp, err := client.PostForm(address+"/bot"+srv.Token()+"/sendMessage", url.Values{
			"chat_id": {itoa(u.Message.Chat.ID)}, "text": {"<b>Hello</b>"}, "parse_mode": {"HTML"}, "reply_markup": {buttons(3, 2)},
		})
		if err == nil {
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
	}))
	defer bot.Close()
	if _, err := srv.setWebhook(nil, &request{values: params{"url": bot.URL, "max_connections": "40"}}); err != nil {
		bm.Fatal(err)
	}
	people := make([]*Person, 2000)
	for i := range people {
		people[i] = srv.Person(Profile{ID: int64(i + 1)})
	}
	bm.ReportAllocs()
	for i := 0; bm.Loop(); i++ {
		people[i%len(people)].Send("hello")
		if i%len(people) == len(people)-1 {
			if err := srv.WaitDelivered(bm.Context()); err != nil {
				bm.Fatal(err)
			}
		}
	}
	if err := srv.WaitDelivered(bm.Context()); err != nil {
		bm.Fatal(err)
	}
}
