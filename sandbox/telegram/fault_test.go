package telegram

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p := b.seller()
	chat := itoa(p.ID())
	send := func() (*http.Response, error) {
		return http.PostForm(b.url+"/bot"+b.srv.Token()+"/sendMessage", url.Values{"chat_id": {chat}, "text": {"x"}})
	}
	count := func() int { return len(p.Messages()) - 1 }

	b.srv.Inject(Fault{Kind: FaultTooMany, Method: "sendMessage", RetryAfter: 7, Times: 2})
	for range 2 {
		a := b.call("sendMessage", params{"chat_id": chat, "text": "x"})
		if a.Code != 429 || a.Parameters.RetryAfter != 7 || a.Description != "Too Many Requests: retry after 7" {
			t.Errorf("429: %+v", a)
		}
	}
	if !b.call("sendMessage", params{"chat_id": chat, "text": "x"}).OK || count() != 1 {
		t.Errorf("after the 429s: %d messages", count())
	}

	b.srv.Inject(Fault{Kind: FaultServer, Chat: p.ID()})
	resp := must(send())(t)
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || resp.StatusCode != 502 || !strings.HasPrefix(string(body), "<html>") || count() != 1 {
		t.Errorf("502: %d %s, %v, %d messages", resp.StatusCode, body, err, count())
	}

	b.srv.Inject(Fault{Kind: FaultLostBefore})
	if resp, err := send(); err == nil {
		resp.Body.Close()
		t.Error("lost before the effect, yet answered")
	}
	if count() != 1 {
		t.Errorf("lost before the effect: %d messages", count())
	}

	b.srv.Inject(Fault{Kind: FaultLostAfter, Method: "sendMessage", Skip: 1})
	must(send())(t).Body.Close() // passes
	if resp, err := send(); err == nil {
		resp.Body.Close()
		t.Error("lost after the effect, yet answered")
	}
	if count() != 3 {
		t.Errorf("lost after the effect: %d messages, want 3", count())
	}
	calls := b.srv.Calls("sendMessage")
	if last := calls[len(calls)-1]; !last.Lost || last.Code != 200 || last.Message == 0 {
		t.Errorf("recorded %+v", last)
	}

	b.srv.Inject(Fault{Kind: FaultDelay, Delay: 20 * time.Millisecond})
	begun := time.Now()
	must(send())(t).Body.Close()
	if took := time.Since(begun); took < 20*time.Millisecond {
		t.Errorf("delayed by %v only", took)
	}

	b.srv.Inject(Fault{Kind: FaultRefuse, Code: 403, Description: "Forbidden: user is deactivated", Times: -1})
	if a := b.call("sendMessage", params{"chat_id": chat, "text": "x"}); a.Code != 403 || len(b.srv.Faults()) != 1 {
		t.Errorf("refusal: %+v", a)
	}
	b.srv.ClearFaults()
	if a := b.call("getMe", nil); !a.OK {
		t.Errorf("faults cleared, yet %+v", a)
	}
}

func TestHooksStopACall(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan Call), make(chan struct{})
	after := make(chan Call, 1)
	b := start(t, Options{
		Before: func(c Call) {
			if c.Method == "sendMessage" {
				arrived <- c
				<-release
			}
		},
		After: func(c Call) {
			if c.Method == "sendMessage" {
				after <- c
			}
		},
	})
	p := b.seller()
	go func() {
		<-arrived
		if n := len(p.Messages()); n != 1 {
			t.Errorf("the call took effect before it was let go: %d messages", n)
		}
		close(release)
	}()
	id := b.say(p, "x", nil)
	if c := <-after; c.Message != id || c.Code != 200 || c.Params["text"] != "x" || c.Chat != p.ID() {
		t.Errorf("after: %+v", c)
	}
}

func TestCallLogIsBounded(t *testing.T) {
	t.Parallel()
	b := start(t, Options{Calls: 3})
	for range 5 {
		b.call("getMe", nil)
	}
	calls := b.srv.Calls()
	if len(calls) != 3 || calls[0].Seq != 3 || calls[2].Seq != 5 {
		t.Errorf("kept %+v", calls)
	}
}
