package bot

import (
	"context"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/sandbox/telegram"
)

// A broadcast that waits for one person holds up no other broadcast.
func TestBroadcastWaitsAlone(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.telegram.Inject(telegram.Fault{Kind: telegram.FaultServer, Chat: 7, Times: -1, Method: "sendMessage"})
	h.mails(market.BulkJob{ID: "j1"}, 7)
	h.commit(market.Changes{Broadcasts: []market.Broadcast{{
		ID: "b2", By: 1, State: market.BroadcastScheduled, Wanted: market.OrderRun,
		Body:     []byte(`{"order":["ru"],"versions":{"ru":{"parts":[{"kind":"text","text":"Новость"}]}}}`),
		Audience: market.Audience{Persons: []int64{8}},
	}}})
	h.telegram.Person(telegram.Profile{ID: 8}).Acquaint()
	h.commit(market.Changes{Session: &market.Session{Person: 8, Lang: market.Russian, Body: []byte("{}"), Seen: &market.Seen{}}})
	h.work()
	h.ended(kindBroadcast, lanes.Done)
	h.ended(kindBroadcast, lanes.Done) // the next try is four seconds away
	if _, err := h.db.Enqueue(h.ctx, bulkRow(market.BulkJob{ID: "j2", Broadcast: "b2"})); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(h.ctx, 2*time.Second)
	defer cancel()
	if _, err := h.telegram.Person(telegram.Profile{ID: 8}).Wait(ctx, func(shown []telegram.Message) bool { return len(shown) > 0 }); err != nil {
		t.Error("the second broadcast waits for the first:", err)
	}
}
