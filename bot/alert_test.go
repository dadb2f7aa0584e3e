package bot

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
)

// ledger is a store of alerts that is away at first.
type ledger struct {
	away  bool
	count map[subject]int
}

func (l *ledger) AddAlert(_ context.Context, a market.Alert) error {
	if l.away {
		return errors.New("away")
	}
	l.count[subjectOf(a)] += a.Count
	return nil
}

func (l *ledger) TellAlerts(context.Context, time.Duration, func([]market.Alert) []lanes.NewRow) error {
	return nil
}

func (l *ledger) Staff(context.Context) ([]market.Staff, error) { return nil, nil }

// What the database does not take now it is given later, all of it.
func TestAlertsAreKept(t *testing.T) {
	t.Parallel()
	l := &ledger{away: true, count: map[subject]int{}}
	a := NewAlerts(l, slog.New(slog.DiscardHandler))
	a.Note(market.AlertKey, "omarket")
	a.Note(market.AlertDead, "user")
	a.NoteOnce(market.AlertUnknown, "dogs", "the dogs")
	if _, err := a.hand(t.Context()); err == nil {
		t.Fatal("nobody tells that it failed")
	}
	a.Note(market.AlertKey, "omarket")
	a.NoteOnce(market.AlertUnknown, "cars", "the cars")
	l.away = false
	if added, err := a.hand(t.Context()); err != nil || !added {
		t.Fatalf("added %v, %v", added, err)
	}
	want := map[subject]int{
		{kind: market.AlertKey}: 2, {kind: market.AlertDead}: 1,
		{market.AlertUnknown, "dogs"}: 1, {market.AlertUnknown, "cars"}: 1,
	}
	for s, n := range want {
		if l.count[s] != n {
			t.Errorf("%v: %d, not %d", s, l.count[s], n)
		}
	}
}

// noted is an alert as the database is given it.
type noted struct {
	ledger
	details []string
}

func (n *noted) AddAlert(ctx context.Context, a market.Alert) error {
	err := n.ledger.AddAlert(ctx, a)
	if err == nil {
		n.details = append(n.details, a.Detail)
	}
	return err
}

// Of what is told each by each, nothing is dropped while the database is away,
// up to the first few; and what happens last, while the process ends, is handed
// on too.
func TestAlertsOfTheLastMoment(t *testing.T) {
	t.Parallel()
	n := &noted{ledger: ledger{away: true, count: map[subject]int{}}}
	a := NewAlerts(n, slog.New(slog.DiscardHandler))
	a.NoteEach(market.AlertDead, "first")
	if _, err := a.hand(t.Context()); err == nil {
		t.Fatal("nobody tells that it failed")
	}
	a.NoteEach(market.AlertDead, "second")
	if _, err := a.hand(t.Context()); err == nil {
		t.Fatal("nobody tells that it failed")
	}
	ended, end := context.WithCancel(t.Context())
	end()
	a.Run(ended)
	a.NoteEach(market.AlertDead, "third")
	n.away = false
	a.Flush(t.Context())
	if want := "first\nsecond\nthird"; n.count[subject{kind: market.AlertDead}] != 3 || len(n.details) != 1 || n.details[0] != want {
		t.Errorf("handed on: %v, %q", n.count, n.details)
	}
	var none *Alerts
	none.Flush(t.Context())
}
