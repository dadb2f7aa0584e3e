package jobs_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
)

// wind sets a timer of the seller's and takes its lane when it is due.
func (y *yard) wind(payload []byte) (lanes.Lease, lanes.Row) {
	y.t.Helper()
	row := lanes.NewRow{Lane: "timer:t1", Key: "timer:t1", Kind: market.JobTimer, Payload: payload}
	if _, err := y.db.Enqueue(y.t.Context(), row); err != nil {
		y.t.Fatal(err)
	}
	claimed, err := y.db.Claim(y.t.Context(), "test", "timer", 1, time.Minute)
	if err != nil || len(claimed) != 1 || len(claimed[0].Rows) != 1 {
		y.t.Fatalf("claimed %+v, %v", claimed, err)
	}
	return claimed[0].Lease, claimed[0].Rows[0]
}

// timed lists the payloads of the timers that came to the seller.
func (y *yard) timed() (payloads []string) {
	y.t.Helper()
	lease, ok, err := y.db.Hold(y.t.Context(), "reader", "user:42", time.Minute)
	if err != nil || !ok {
		y.t.Fatal("cannot read the person's lane", err)
	}
	rows, err := y.db.Rows(y.t.Context(), lease, 100)
	if err != nil {
		y.t.Fatal(err)
	}
	for _, row := range rows {
		if row.Kind == "timed" && row.Key == "timed:t1" {
			payloads = append(payloads, string(row.Payload))
		}
	}
	if err := y.db.Release(y.t.Context(), lease); err != nil {
		y.t.Fatal(err)
	}
	return payloads
}

// A timer comes to its person once, by whoever holds its lane.
func TestTimer(t *testing.T) {
	t.Parallel()
	y := open(t)
	payload, err := json.Marshal(market.Timer{ID: "t1", Person: seller, Name: "n", Arg: "a"})
	if err != nil {
		t.Fatal(err)
	}
	lease, row := y.wind(payload)
	work := y.jobs.Timers().Open(lease.Lane)
	stale := lease
	stale.Fence--
	if err := work.Do(t.Context(), lanes.NewHeld(stale, time.Second), row); !errors.Is(err, lanes.ErrStale) {
		t.Errorf("a stale owner: %v", err)
	}
	if got := y.timed(); len(got) != 0 {
		t.Fatalf("a stale owner told %q", got)
	}
	if err := work.Do(t.Context(), lanes.NewHeld(lease, time.Second), row); err != nil {
		t.Fatal(err)
	}
	if got := y.timed(); len(got) != 1 || got[0] != string(payload) {
		t.Fatalf("told %q", got)
	}
	if err := work.Do(t.Context(), lanes.NewHeld(lease, time.Second), row); err == nil {
		t.Error("a closed timer was worked again")
	}
	if got := y.timed(); len(got) != 1 {
		t.Errorf("told %q", got)
	}
}

// A timer that cannot be read is set aside, and nobody hears of it.
func TestTimerUnreadable(t *testing.T) {
	t.Parallel()
	y := open(t)
	lease, row := y.wind([]byte("{"))
	work := y.jobs.Timers().Open(lease.Lane)
	var hopeless *lanes.Hopeless
	if err := work.Do(t.Context(), lanes.NewHeld(lease, time.Second), row); !errors.As(err, &hopeless) {
		t.Errorf("%v", err)
	}
	if rows := work.Apology(row, "REF"); len(rows) != 0 {
		t.Errorf("apologised: %+v", rows)
	}
}
