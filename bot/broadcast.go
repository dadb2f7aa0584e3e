package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
)

// BulkClass is the class of the lanes in which broadcasts are sent.
const BulkClass = "bulk"

// bulkLane is where all of them are sent: its one owner is the only process that
// sends to many. What is not due yet waits in a lane of its own.
const bulkLane = BulkClass + ":all"

// kindBroadcast is a row that sends a second's worth of a broadcast; its payload
// is a market.BulkJob as JSON.
const kindBroadcast = "broadcast"

// Bulk is what sending to many asks of the database. What takes a lease is
// refused when the lane has another owner.
type Bulk interface {
	Broadcast(ctx context.Context, id string) (market.Broadcast, error)
	BeginBroadcast(ctx context.Context, lease lanes.Lease, b market.Broadcast, now time.Time) (int, error)
	TakeRecipients(ctx context.Context, lease lanes.Lease, broadcast string, n int) ([]market.Recipient, error)
	RecordDeliveries(ctx context.Context, lease lanes.Lease, row int64, broadcast string, all []market.Delivery, took time.Duration, told time.Time, follow ...lanes.NewRow) error
	SettleBroadcast(ctx context.Context, lease lanes.Lease, row int64, broadcast string, state market.BroadcastState, follow ...lanes.NewRow) error
}

const (
	tellEvery   = 3 * time.Second  // how often the progress of a broadcast is told
	mostTries   = 5                // that fail, before a recipient is given up
	outageWait  = 10 * time.Second // while nobody can be reached
	longestWait = 5 * time.Second  // before the orders are looked at again
)

// Mailer works the lanes of broadcasts.
func (b *Bot) Mailer() lanes.Handler { return mailer{b} }

type mailer struct{ bot *Bot }

// Open makes the work of one tenure.
func (m mailer) Open(lane string) lanes.Work { return &mailing{mailer: m, lane: lane} }

// mailing works the rows of one lane.
type mailing struct {
	mailer
	lane string
}

// Do sends a second's worth of a broadcast, and puts the rest behind what else
// waits in the lane: so several broadcasts go side by side, an order is seen
// within a second (with the next try, where only those are left whom it failed
// with), and a process that is told to stop is done at once.
func (m *mailing) Do(ctx context.Context, held *lanes.Held, row lanes.Row) error {
	var job market.BulkJob
	if err := json.Unmarshal(row.Payload, &job); err != nil {
		return &lanes.Hopeless{Cause: fmt.Errorf("decode a broadcast's row: %w", err)}
	}
	if m.lane != bulkLane { // it is due by now
		next := bulkRow(job)
		next.Key += ":due"
		return m.bot.Store.Commit(ctx, held.Lease(), row.ID, market.Changes{}, lanes.Outcome{Rows: []lanes.NewRow{next}, Close: true})
	}
	b, err := m.bot.Bulk.Broadcast(ctx, job.Broadcast)
	if err != nil {
		return fmt.Errorf("broadcast: %w", err)
	}
	s := step{mailing: m, held: held, row: row, job: job, broadcast: b}
	switch {
	case b.State.Over():
		return m.bot.Store.Close(ctx, held.Lease(), row.ID, market.Screen{})
	case b.Wanted == market.OrderCancel:
		return s.settle(ctx, market.BroadcastCancelled)
	case b.Wanted == market.OrderPause:
		return s.settle(ctx, market.BroadcastPaused)
	}
	if wait := m.bot.pace.bulkWaits(ctx); wait > 0 {
		return &lanes.Later{After: min(wait, longestWait)}
	}
	if b.State != market.BroadcastRunning {
		if _, err := m.bot.Bulk.BeginBroadcast(ctx, held.Lease(), b, time.Now()); err != nil {
			return fmt.Errorf("begin a broadcast: %w", err)
		}
	}
	return s.run(ctx)
}

// Apology has the staff told that a broadcast stands still. Nobody is lost: it
// can be paused and resumed.
func (m *mailing) Apology(lanes.Row, string) []lanes.NewRow {
	m.bot.Alerts.Note(market.AlertBulk, bulkLane)
	return nil
}

// bulkRow puts a broadcast's job where it belongs.
func bulkRow(job market.BulkJob) lanes.NewRow {
	payload, _ := json.Marshal(job) // texts always encode
	row := lanes.NewRow{Lane: bulkLane, Key: "bulk:" + job.ID, Kind: kindBroadcast, Payload: payload, Due: job.Due}
	if !job.Due.IsZero() {
		row.Lane = BulkClass + ":" + job.ID
	}
	return row
}

// step is the sending of one second's worth.
type step struct {
	*mailing
	held      *lanes.Held
	row       lanes.Row
	job       market.BulkJob
	broadcast market.Broadcast
}

// run takes recipients, sends to them and records what came of it. Those whom it
// took and did not record, because the process died, are sent to once more.
func (s step) run(ctx context.Context) error {
	var say market.Mailing
	if err := json.Unmarshal(s.broadcast.Body, &say); err != nil {
		return &lanes.Hopeless{Cause: fmt.Errorf("decode a broadcast: %w", err)}
	}
	messages := make(map[market.Lang]bulletin)
	heaviest := 1
	for _, lang := range append([]market.Lang{""}, market.Langs...) {
		messages[lang] = s.bot.messageFor(say.For(lang), lang)
		heaviest = max(heaviest, messages[lang].weight())
	}
	began := time.Now()
	n := max(1, s.bot.pace.rate(ctx)/heaviest)
	taken, err := s.bot.Bulk.TakeRecipients(ctx, s.held.Lease(), s.broadcast.ID, n)
	if err != nil {
		return fmt.Errorf("take recipients: %w", err)
	}
	if len(taken) == 0 {
		return s.settle(ctx, market.BroadcastDone)
	}
	all := s.send(ctx, taken, messages)
	if ctx.Err() != nil {
		return fmt.Errorf("a broadcast was cut off: %w", context.Cause(ctx))
	}
	return s.record(ctx, taken, all, began)
}

// send sends to all that were taken, as fast as the pacer lets it.
func (s step) send(ctx context.Context, taken []market.Recipient, messages map[market.Lang]bulletin) []tried {
	all := make([]tried, len(taken))
	slowed, slow := context.WithCancel(ctx)
	defer slow()
	var sending sync.WaitGroup
	for i, r := range taken {
		m, ok := messages[r.Lang]
		if !ok {
			m = messages[""]
		}
		all[i] = tried{Delivery: market.Delivery{Person: r.Person, State: market.RecipientWaiting, Tries: r.Tries}}
		if !s.next(slowed, m.weight()) {
			continue // they wait for the next step
		}
		sending.Go(func() {
			if s.try(ctx, &all[i], m) == sentSlowDown {
				slow()
			}
		})
	}
	sending.Wait()
	return all
}

// next waits for the turn of a message; false when there is none in this step.
func (s step) next(ctx context.Context, weight int) bool {
	for range weight {
		if !s.bot.pace.turn(ctx) {
			return false
		}
	}
	return ctx.Err() == nil && s.held.Live()
}

// tried is what came of a recipient.
type tried struct {
	market.Delivery
	outcome sent
}

// try sends to one person.
func (s step) try(ctx context.Context, d *tried, m bulletin) sent {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	err := s.bot.deliver(ctx, d.Person, m)
	d.outcome, d.At = outcomeOf(err), time.Now()
	s.bot.Observer.Sent(kindBroadcast, string(d.outcome), time.Since(began))
	switch d.outcome {
	case sentOK:
		d.State = market.RecipientDelivered
	case sentBlocked:
		d.State = market.RecipientBlocked
		if err := s.bot.Store.SetGone(ctx, d.Person, true); err != nil {
			s.bot.Log.Warn("a person who left is not noted", "person", d.Person, "error", err)
		}
	case sentSlowDown:
		s.bot.pace.slow(ctx, d.Person, retryAfter(err))
	case sentFailed:
		d.Tries++
		if d.Tries >= mostTries {
			d.State = market.RecipientFailed
		}
	default:
		d.State = market.RecipientFailed
	}
	if d.State == market.RecipientFailed {
		d.Reason = reasonOf(redact(err, s.bot.Token))
	}
	if d.State == market.RecipientWaiting {
		d.At = time.Time{}
	}
	return d.outcome
}

// reasonOf is Telegram's reason, as far as one reads it in a list.
func reasonOf(err error) string {
	const most = 120
	if err == nil {
		return ""
	}
	return cut(storable(err.Error()), most)
}

// storable is a text from outside as a database takes it: Postgres refuses one
// that is not UTF-8, or holds a zero, with all that is written along with it.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// record notes the outcomes and puts the rest of the broadcast back into the
// lane, now or when it makes sense to go on.
func (s step) record(ctx context.Context, taken []market.Recipient, all []tried, began time.Time) error {
	deliveries := make([]market.Delivery, len(all))
	failed := 0
	for i, d := range all {
		deliveries[i] = d.Delivery
		if d.outcome == sentFailed {
			failed++
		}
	}
	next := market.BulkJob{ID: s.broadcast.ID + ":" + strconv.FormatInt(s.row.ID, 10), Broadcast: s.broadcast.ID}
	switch {
	case len(all) > 1 && failed == len(all) && leastTries(taken) == 0: // Telegram is away: that is nobody's failure
		for i := range deliveries {
			deliveries[i] = market.Delivery{Person: taken[i].Person, State: market.RecipientWaiting, Tries: taken[i].Tries}
		}
		next.Due = time.Now().Add(outageWait)
	case leastTries(taken) > 0: // only those are left whom it failed with
		next.Due = time.Now().Add(2 * time.Second << min(leastTries(taken), mostTries))
	}
	follow := []lanes.NewRow{bulkRow(next)}
	now := time.Now()
	told := time.Time{}
	if now.Sub(s.broadcast.Told) >= tellEvery {
		told = now
		follow = append(follow, s.letter())
	}
	err := s.bot.Bulk.RecordDeliveries(ctx, s.held.Lease(), s.row.ID, s.broadcast.ID, deliveries, time.Since(began), told, follow...)
	if err != nil {
		return fmt.Errorf("record deliveries: %w", err)
	}
	return nil
}

func leastTries(taken []market.Recipient) int {
	least := mostTries
	for _, r := range taken {
		least = min(least, r.Tries)
	}
	return least
}

// settle brings the broadcast to rest, and tells its author.
func (s step) settle(ctx context.Context, state market.BroadcastState) error {
	if err := s.bot.Bulk.SettleBroadcast(ctx, s.held.Lease(), s.row.ID, s.broadcast.ID, state, s.letter()); err != nil {
		return fmt.Errorf("settle a broadcast: %w", err)
	}
	return nil
}

// letter tells the author to look how far it is.
func (s step) letter() lanes.NewRow {
	return letterRow(market.Letter{
		ID: s.broadcast.ID + ":" + strconv.FormatInt(s.row.ID, 10), To: s.broadcast.By,
		Kind: market.LetterMailing, Broadcast: s.broadcast.ID,
	})
}

// letterRow brings a letter into the lane of who it is for.
func letterRow(l market.Letter) lanes.NewRow {
	payload, _ := json.Marshal(l) // texts and numbers always encode
	return lanes.NewRow{
		Lane: Lane(l.To), Key: "letter:" + l.ID + ":" + strconv.FormatInt(l.To, 10), Kind: KindLetter, Payload: payload,
	}
}
