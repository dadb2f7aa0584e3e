package bot

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/sandbox/telegram"
)

// mails makes a broadcast for people who are known to the bot, and its row.
func (h *house) mails(job market.BulkJob, people ...int64) {
	h.t.Helper()
	body, err := json.Marshal(market.Mailing{
		Order: []market.Lang{market.Russian}, Versions: map[market.Lang]market.Content{
			market.Russian: {Parts: []market.Part{{Kind: market.PartText, Text: "Новость"}}},
		},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	ch := market.Changes{Broadcasts: []market.Broadcast{{
		ID: "b1", By: 1, State: market.BroadcastScheduled, Wanted: market.OrderRun, Body: body,
		Audience: market.Audience{Persons: people},
	}}}
	for _, id := range people {
		h.telegram.Person(telegram.Profile{ID: id}).Acquaint()
		h.commit(market.Changes{Session: &market.Session{Person: id, Lang: market.Russian, Body: []byte("{}"), Seen: &market.Seen{}}})
	}
	h.commit(ch)
	job.Broadcast = "b1"
	if _, err := h.db.Enqueue(h.ctx, bulkRow(job)); err != nil {
		h.t.Fatal(err)
	}
}

// commit writes changes behind the lanes' backs.
func (h *house) commit(ch market.Changes) {
	h.t.Helper()
	lease, ok, err := h.db.Hold(h.ctx, "seed", "seed", time.Second)
	if err != nil || !ok {
		h.t.Fatal(ok, err)
	}
	if err := h.db.Commit(h.ctx, lease, 0, ch, lanes.Outcome{}); err != nil {
		h.t.Fatal(err)
	}
	if err := h.db.Release(h.ctx, lease); err != nil {
		h.t.Fatal(err)
	}
}

// stands waits until the broadcast has come to a state.
func (h *house) stands(want market.BroadcastState) market.Broadcast {
	h.t.Helper()
	for {
		b, err := h.db.Broadcast(h.ctx, "b1")
		if err != nil {
			h.t.Fatal(err)
		}
		if b.State == want {
			return b
		}
		select {
		case <-h.ctx.Done():
			h.t.Fatalf("the broadcast is %s, not %s: %+v\n%s", b.State, want, b.Tally, h.log.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// news counts what a person got.
func (h *house) news(id int64) (n int) {
	for _, m := range h.telegram.Person(telegram.Profile{ID: id}).Messages() {
		if strings.Contains(m.Text, "Новость") {
			n++
		}
	}
	return n
}

// What is due later waits in a lane of its own, and holds nobody up.
func TestBroadcastDue(t *testing.T) {
	t.Parallel()
	h := open(t)
	due := time.Now().Add(700 * time.Millisecond)
	h.mails(market.BulkJob{ID: "j1", Due: due}, 7, 8)
	h.work()
	b := h.stands(market.BroadcastDone)
	if b.Started.Before(due) || b.Delivered != 2 || h.news(7) != 1 || h.news(8) != 1 {
		t.Errorf("started %s before it was due: %+v", due.Sub(b.Started), b)
	}
}

// What fails for a while is tried again; what Telegram refuses for good, or who
// has left, is not, and a reason is kept.
func TestBroadcastOutcomes(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.mails(market.BulkJob{ID: "j1"}, 7, 8, 9, 10, 11)
	h.telegram.Person(telegram.Profile{ID: 8}).BlockUnheard()
	h.telegram.Inject(telegram.Fault{Kind: telegram.FaultServer, Chat: 7, Method: "sendMessage"})
	h.telegram.Inject(telegram.Fault{Kind: telegram.FaultRefuse, Chat: 9, Times: -1, Code: 400, Description: "Bad Request: something odd"})
	h.telegram.Inject(telegram.Fault{Kind: telegram.FaultTooMany, Chat: 10, RetryAfter: 1})
	h.work()
	b := h.stands(market.BroadcastDone)
	if b.Tally != (market.Tally{Delivered: 3, Blocked: 1, Failed: 1}) {
		t.Errorf("counted %+v", b.Tally)
	}
	for id, want := range map[int64]int{7: 1, 8: 0, 9: 0, 10: 1, 11: 1} {
		if got := h.news(id); got != want {
			t.Errorf("%d got %d", id, got)
		}
	}
	failures, err := h.db.Failures(h.ctx, "b1")
	if err != nil || len(failures) != 2 || !strings.Contains(failures[0].Reason, "something odd") || failures[1].Person != 8 {
		t.Errorf("failures: %+v, %v", failures, err)
	}
	h.isGone(8, true)
}

// An order is obeyed within a step: who waits is sent nothing, and everything
// after it goes on.
func TestBroadcastObeys(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.mails(market.BulkJob{ID: "j1"}, 7, 8)
	steer := func(order market.BroadcastOrder) {
		h.commit(market.Changes{Steers: []market.Steer{{Broadcast: "b1", Wanted: order}}})
	}
	steer(market.OrderPause)
	h.work()
	h.stands(market.BroadcastPaused)
	steer(market.OrderRun)
	if _, err := h.db.Enqueue(h.ctx, bulkRow(market.BulkJob{ID: "j2", Broadcast: "b1"})); err != nil {
		t.Fatal(err)
	}
	if b := h.stands(market.BroadcastDone); b.Delivered != 2 {
		t.Errorf("after the pause: %+v", b.Tally)
	}
}

func TestBroadcastCancelled(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.mails(market.BulkJob{ID: "j1"}, 7)
	h.commit(market.Changes{Steers: []market.Steer{{Broadcast: "b1", Wanted: market.OrderCancel}}})
	h.work()
	h.stands(market.BroadcastCancelled)
	if n := h.news(7); n != 0 {
		t.Errorf("%d were sent", n)
	}
}

// Alerts reach owners and admins, and nobody else, once.
func TestAlertsAreTold(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.commit(market.Changes{Staff: []market.Staff{{Person: 2, Role: market.StaffAdmin}, {Person: 3, Role: market.StaffSupport}}})
	if err := h.db.SetOwners(h.ctx, []int64{1}); err != nil {
		t.Fatal(err)
	}
	alerts := NewAlerts(h.db, h.bot.Log)
	alerts.Note(market.AlertKey, "omarket")
	alerts.Note(market.AlertKey, "omarket")
	h.run(alerts.Run)
	var to []string
	for len(to) < 2 {
		claimed, err := h.db.Claim(h.ctx, "test", Class, 10, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range claimed {
			letter, err := letterOf(c.Rows[0].Payload)
			if err != nil || letter.Alert != market.AlertKey || letter.Count != 2 || letter.Detail != "omarket" {
				t.Errorf("%+v, %v", letter, err)
			}
			to = append(to, c.Lease.Lane)
		}
		if h.ctx.Err() != nil {
			t.Fatal("nobody is told")
		}
	}
	if got := strings.Join(to, " "); !strings.Contains(got, "user:1") || !strings.Contains(got, "user:2") || len(to) != 2 {
		t.Errorf("told: %s", got)
	}
}

// Postgres takes no text that is none: a page of a proxy's must not keep what
// came of everybody else in a step from being noted.
func TestReasonIsText(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"error decode response body for method sendMessage, <h1>\xce\xf8\xe8\xe1\xea\xe0</h1>": "error decode response body for method sendMessage, <h1>\uFFFD</h1>",
		"a\x00b": "ab",
	} {
		if got := reasonOf(errors.New(given)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := reasonOf(errors.New(strings.Repeat("ж", 500))); len([]rune(got)) != 120 {
		t.Errorf("%d letters", len([]rune(got)))
	}
}
