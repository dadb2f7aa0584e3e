package jobs

import (
	"context"
	"encoding/json"
	"fmt"

	"bazarbot/lanes"
	"bazarbot/market"
)

// TimerClass is the class of the lanes in which timers wait, each in one of its
// own: a row that is not due holds back those behind it.
const TimerClass = "timer"

// Timers works the lanes of timers. What is due goes as one row into its
// person's lane, in the commit that closes the timer, so that it comes once.
func (j *Jobs) Timers() lanes.Handler { return timers{j} }

type timers struct{ *Jobs }

// Open makes the work of one tenure of a timer's lane.
func (t timers) Open(string) lanes.Work { return t }

// Do brings a timer that is due to its person.
func (t timers) Do(ctx context.Context, held *lanes.Held, row lanes.Row) error {
	var timer market.Timer
	if err := json.Unmarshal(row.Payload, &timer); err != nil {
		return &lanes.Hopeless{Cause: fmt.Errorf("decode timer %s: %w", row.Key, err)}
	}
	event := t.Timed(timer.Person, "timed:"+timer.ID, row.Payload)
	if err := t.Store.Commit(ctx, held.Lease(), row.ID, market.Changes{}, lanes.Outcome{Rows: []lanes.NewRow{event}, Close: true}); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Apology says nothing: nobody waits for a timer in words.
func (timers) Apology(lanes.Row, string) []lanes.NewRow { return nil }
