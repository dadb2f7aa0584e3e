package telegram

import (
	"encoding/json"
	"testing"
	"time"
)

func kinds(list []map[string]any) []string {
	var out []string
	for _, u := range list {
		for k := range u {
			if k != "update_id" {
				out = append(out, k)
			}
		}
	}
	return out
}

func ids(t *testing.T, a answer) []int64 {
	t.Helper()
	var list []struct {
		ID int64 `json:"update_id"`
	}
	if err := json.Unmarshal(a.Result, &list); err != nil {
		t.Fatalf("%s: %v", a.Description, err)
	}
	out := make([]int64, 0, len(list))
	for _, u := range list {
		out = append(out, u.ID)
	}
	return out
}

func TestOffsetsConfirm(t *testing.T) {
	t.Parallel()
	b := start(t, Options{FirstUpdateID: 10})
	p := b.seller() // 10
	for range 4 {
		p.Send("x") // 11–14
	}
	for _, c := range []struct {
		params params
		want   []int64
	}{
		{params{"limit": "2"}, []int64{10, 11}},
		{params{}, []int64{10, 11, 12, 13, 14}},
		{params{"offset": "11"}, []int64{11, 12, 13, 14}},
		{params{"offset": "5"}, []int64{11, 12, 13, 14}},
		{params{"offset": "-2"}, []int64{13, 14}},
		{params{"offset": "15"}, []int64{}},
		{params{}, []int64{}},
	} {
		got := ids(t, b.call("getUpdates", c.params))
		if len(got) != len(c.want) || (len(got) > 0 && got[0] != c.want[0]) {
			t.Errorf("%v: %v, want %v", c.params, got, c.want)
		}
	}
	b.srv.SetNextUpdateID(7)
	p.Send("after an idle week")
	if got := ids(t, b.call("getUpdates", nil)); len(got) != 1 || got[0] != 7 {
		t.Errorf("a new start: %v", got)
	}
}

func TestLongPoll(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p := b.seller()
	b.updates()
	waiting := func() bool {
		b.srv.queue.mu.Lock()
		defer b.srv.queue.mu.Unlock()
		return b.srv.queue.poll != nil
	}
	poll := func() <-chan answer {
		got := make(chan answer, 1)
		go func() { got <- b.call("getUpdates", params{"timeout": "30"}) }()
		return got
	}
	first := poll()
	b.until("the first poll waits", waiting)
	second := poll()
	if a := <-first; a.Code != 409 || a.Description != "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running" {
		t.Errorf("the older poll: %d %q", a.Code, a.Description)
	}
	p.Send("news")
	if a := <-second; len(ids(t, a)) != 1 {
		t.Errorf("the younger poll: %s", a.Result)
	}
	begun := time.Now()
	b.updates()
	if a := b.call("getUpdates", params{"timeout": "1"}); len(ids(t, a)) != 0 || time.Since(begun) < 900*time.Millisecond {
		t.Errorf("an empty poll of a second: %s after %v", a.Result, time.Since(begun))
	}
}

func TestAllowedUpdates(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p := b.seller()
	b.updates()
	b.call("getUpdates", params{"allowed_updates": `["message","callback_query"]`})
	id := p.Send("one")
	if err := p.Edit(id, "two"); err != nil {
		t.Fatal(err)
	}
	p.Block()
	p.Unblock()
	if got := kinds(b.updates()); len(got) != 1 || got[0] != "message" {
		t.Errorf("got %v", got)
	}
	b.call("getUpdates", params{"allowed_updates": `[]`})
	p.Block()
	if got := kinds(b.updates()); len(got) != 1 || got[0] != "my_chat_member" {
		t.Errorf("all allowed again: %v", got)
	}
}

func TestUndeliveredPressExpires(t *testing.T) {
	t.Parallel()
	b := start(t, Options{CallbackTTL: time.Millisecond, AnswerWithin: time.Millisecond})
	p := b.seller()
	b.updates()
	b.say(p, "?", params{"reply_markup": inline(`{"text":"Go","callback_data":"go"}`)})
	if err := p.PressText("Go"); err != nil {
		t.Fatal(err)
	}
	var query string
	for id := range p.chat.queries {
		query = id
	}
	b.until("the press expires", func() bool { return b.srv.Pending() == 0 })
	if a := b.call("answerCallbackQuery", params{"callback_query_id": query}); a.Description != said(errQueryTooOld) {
		t.Errorf("answered too late: %q", a.Description)
	}
}
