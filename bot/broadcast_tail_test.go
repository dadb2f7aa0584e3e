package bot

import (
	"context"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/sandbox/telegram"
)

// clerk is the database, and tells what is recorded.
type clerk struct {
	Bulk
	recorded chan []market.Delivery
}

func (c *clerk) RecordDeliveries(ctx context.Context, lease lanes.Lease, row int64, broadcast string, all []market.Delivery, took time.Duration, told time.Time, follow ...lanes.NewRow) error {
	err := c.Bulk.RecordDeliveries(ctx, lease, row, broadcast, all, took, told, follow...)
	if err == nil {
		c.recorded <- all
	}
	return err
}

// Those who are left at the end are those with whom it fails: that is no outage,
// which would be waited for without end.
func TestBroadcastEndsWithTheHopeless(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := &clerk{Bulk: h.db, recorded: make(chan []market.Delivery, 100)}
	h.bot.Bulk = c
	h.mails(market.BulkJob{ID: "j1"}, 7, 8, 9)
	for _, id := range []int64{7, 8} {
		h.telegram.Inject(telegram.Fault{Kind: telegram.FaultServer, Chat: id, Method: "sendMessage", Times: -1})
	}
	h.work()
	for _, want := range []int{1, 2} { // tries
		var all []market.Delivery
		select {
		case all = <-c.recorded:
		case <-h.ctx.Done():
			t.Fatal("nothing is recorded")
		}
		for _, d := range all {
			if d.Person != 9 && d.Tries != want {
				t.Errorf("%d failed tries of %d are counted, want %d", d.Tries, d.Person, want)
			}
		}
	}
}
