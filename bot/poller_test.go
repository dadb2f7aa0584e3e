package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/sandbox/telegram"
)

// offsets are those the bot has asked Telegram from.
func (h *house) offsets() (asked []int64) {
	for _, c := range h.telegram.Calls("getUpdates") {
		n, err := strconv.ParseInt(c.Params["offset"], 10, 64)
		if err != nil {
			h.t.Fatalf("getUpdates: %+v", c.Params)
		}
		asked = append(asked, n)
	}
	return asked
}

// Whatever goes wrong between Telegram and the database, an update is asked
// for again until it is kept, and is answered once.
func TestPollTrouble(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*testing.T, *house){
		"nothing": func(*testing.T, *house) {},
		"the database is down": func(_ *testing.T, h *house) {
			var calls atomic.Int32
			h.store.onEnqueue(func() error {
				if calls.Add(1) == 1 {
					return errDown
				}
				return nil
			})
		},
		"429": func(_ *testing.T, h *house) {
			h.telegram.Inject(telegram.Fault{Kind: telegram.FaultTooMany, Method: "getUpdates", RetryAfter: 1})
		},
		"502": func(_ *testing.T, h *house) {
			h.telegram.Inject(telegram.Fault{Kind: telegram.FaultServer, Method: "getUpdates"})
		},
		"a lost question": func(_ *testing.T, h *house) {
			h.telegram.Inject(telegram.Fault{Kind: telegram.FaultLostBefore, Method: "getUpdates"})
		},
		"a lost answer": func(_ *testing.T, h *house) {
			h.telegram.Inject(telegram.Fault{Kind: telegram.FaultLostAfter, Method: "getUpdates"})
		},
		"a webhook": func(t *testing.T, h *house) {
			if err := h.bot.Register(h.ctx, "https://127.0.0.1:1/hook", secret); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			prepare(t, h)
			h.person.Send("/start")
			h.live()
			h.see("Ваши объявления")
			h.person.Send("/help")
			h.see("Что умеет бот")
			if err := h.telegram.WaitDelivered(h.ctx); err != nil {
				t.Error(err)
			}
			if n := len(h.telegram.Calls("sendMessage")); n != 2 {
				t.Errorf("%d answers to 2 messages", n)
			}
			for last, i := int64(0), 0; i < len(h.offsets()); i++ {
				if asked := h.offsets()[i]; asked < last {
					t.Errorf("the offset went back from %d to %d", last, asked)
				} else {
					last = asked
				}
			}
			if url := h.telegram.WebhookURL(); url != "" {
				t.Errorf("webhook %s is still there", url)
			}
		})
	}
}

// The offset that confirms updates is sent only when they are committed.
func TestPollConfirmsWhatIsKept(t *testing.T) {
	t.Parallel()
	h := open(t)
	refused := make(chan struct{}, 10)
	h.store.onEnqueue(func() error {
		refused <- struct{}{}
		return errDown
	})
	h.person.Send("/start")
	h.live()
	for range 2 {
		select {
		case <-refused:
		case <-h.ctx.Done():
			t.Fatal("not asked again")
		}
	}
	for _, asked := range h.offsets() {
		if asked != 0 {
			t.Errorf("confirmed up to %d, and nothing was kept", asked)
		}
	}
	if n := h.telegram.Pending(); n != 1 {
		t.Errorf("%d updates wait at Telegram", n)
	}
	h.store.onEnqueue(nil)
	h.see("Ваши объявления")
}

// After an idle week Telegram's ids begin anew, also below those known.
func TestPollIDsGoBack(t *testing.T) {
	t.Parallel()
	h := open(t)
	answers := []string{string(message(70, seller, "/start")), "", string(message(3, seller, "/help"))}
	var asked []int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Offset int64 }
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			t.Error(err)
		}
		_, _ = fmt.Fprintf(w, `{"ok":true,"result":[%s]}`, answers[len(asked)])
		asked = append(asked, q.Offset)
	}))
	defer server.Close()
	h.bot.APIURL = server.URL
	offset := int64(0)
	for range answers {
		var err error
		if offset, err = h.bot.pollOnce(h.ctx, offset); err != nil {
			t.Fatal(err)
		}
	}
	if want := []int64{0, 71, 0}; !slices.Equal(asked, want) || offset != 4 {
		t.Errorf("asked from %v and then %d, want %v and then 4", asked, offset, want)
	}
}

// Of many replicas one polls; when it stops, another goes on.
func TestPollersShareALease(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.work()
	first := h.run(func(ctx context.Context) { h.bot.Poll(ctx, "one", h.store) })
	other := h.newBot()
	h.person.Send("/start")
	h.see("Ваши объявления")
	h.run(func(ctx context.Context) { other.Poll(ctx, "two", h.store) })
	h.person.Send("/help")
	h.see("Что умеет бот")
	first()
	h.person.Send("/settings")
	h.see("Настройки")
	for _, c := range h.telegram.Calls("getUpdates") {
		if c.Code == http.StatusConflict {
			t.Error("two polled at once")
		}
	}
}

// leases is a lease that the test can take away.
type leases struct {
	*store
	lost atomic.Bool
	held chan struct{}
}

func (l *leases) Hold(ctx context.Context, owner, lane string, ttl time.Duration) (lanes.Lease, bool, error) {
	if l.lost.Load() {
		return lanes.Lease{}, false, nil
	}
	lease, ok, err := l.store.Hold(ctx, owner, lane, ttl)
	if ok {
		l.held <- struct{}{}
	}
	return lease, ok, err
}

func (l *leases) Renew(ctx context.Context, owner string, held []lanes.Lease, ttl time.Duration) ([]lanes.Lease, error) {
	if l.lost.Load() {
		return nil, nil
	}
	return l.store.Renew(ctx, owner, held, ttl)
}

// Who loses the lease stops polling at once, in the middle of a long poll.
func TestPollLeaseLost(t *testing.T) {
	t.Parallel()
	h := open(t)
	l := &leases{store: h.store, held: make(chan struct{}, 10)}
	h.run(func(ctx context.Context) { h.bot.Poll(ctx, "test", l) })
	h.await(l.held, "the lease")
	l.lost.Store(true)
	ended := func(calls []telegram.Call) bool { return len(calls) > 0 && calls[len(calls)-1].Code != 0 }
	if _, err := h.telegram.WaitCalls(h.ctx, ended, "getUpdates"); err != nil {
		t.Fatal("it polls on without a lease")
	}
}
