package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
)

// AlertStore is what alerts ask of the database.
type AlertStore interface {
	AddAlert(ctx context.Context, a market.Alert) error
	TellAlerts(ctx context.Context, every time.Duration, tell func([]market.Alert) []lanes.NewRow) error
	Staff(ctx context.Context) ([]market.Staff, error)
}

const (
	// alertEvery is how often the staff is told of one kind of trouble at most;
	// what comes between is counted.
	alertEvery = 10 * time.Minute
	alertLook  = time.Second      // how often what happened is handed on
	alertDue   = 30 * time.Second // how often it is looked whether something is to be told
	// lastingQuiet is how long nothing must have been heard of a fault for it to
	// be over: one that is met again later is another.
	lastingQuiet = 30 * time.Minute
	// fewLines is of how many things that were counted the details are told.
	fewLines = 5
)

// Alerts tells the staff what they must hear of. The zero value tells nobody.
type Alerts struct {
	store AlertStore
	log   *slog.Logger

	mu      sync.Mutex
	pending map[subject]market.Alert
}

// subject is what alerts are counted by.
type subject struct {
	kind market.AlertKind
	once string
}

func subjectOf(a market.Alert) subject { return subject{a.Kind, a.Once} }

// NewAlerts makes the alerts of one process; Run hands them on.
func NewAlerts(store AlertStore, log *slog.Logger) *Alerts {
	return &Alerts{store: store, log: log, pending: map[subject]market.Alert{}}
}

// Note counts that something happened. It never waits.
func (a *Alerts) Note(kind market.AlertKind, detail string) {
	a.note(market.Alert{Kind: kind, Detail: detail})
}

// NoteOnce tells of something that is told once, whichever process finds it and
// however often; once names it within its kind. It never waits.
func (a *Alerts) NoteOnce(kind market.AlertKind, once, detail string) {
	a.note(market.Alert{Kind: kind, Once: once, Detail: detail})
}

// NoteEach counts that something happened, and has the details of the first few
// told. It never waits.
func (a *Alerts) NoteEach(kind market.AlertKind, detail string) {
	a.note(market.Alert{Kind: kind, Each: true, Detail: detail})
}

// NoteLasting tells of a fault as long as it lasts: who looks notes it again and
// again, and the staff hears of it once, whichever processes meet it. What names
// it within its kind. It never waits.
func (a *Alerts) NoteLasting(kind market.AlertKind, what, detail string) {
	a.note(market.Alert{Kind: kind, Once: what, Quiet: lastingQuiet, Detail: detail})
}

func (a *Alerts) note(one market.Alert) {
	if a == nil || a.store == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	one.Count, one.Detail = 1, storable(one.Detail)
	a.pending[subjectOf(one)] = joined(a.pending[subjectOf(one)], one)
}

// joined is what happened before, if anything did, and later.
func joined(before, later market.Alert) market.Alert {
	later.Count += before.Count
	if later.Each {
		later.Detail = withLines(before.Detail, later.Detail)
	}
	return later
}

// withLines adds lines, until there are enough.
func withLines(lines, more string) string {
	if lines == "" {
		return more
	}
	all := strings.Split(lines+"\n"+more, "\n")
	return strings.Join(all[:min(len(all), fewLines)], "\n")
}

// Run hands on what happened, until ctx ends.
func (a *Alerts) Run(ctx context.Context) {
	look := time.NewTicker(alertLook)
	defer look.Stop()
	var asked time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		added, err := a.hand(ctx)
		if err == nil && (added || time.Since(asked) >= alertDue) {
			asked = time.Now()
			err = a.tell(ctx)
		}
		if err != nil && ctx.Err() == nil {
			a.log.Error("alerts not handed on", "error", err)
			asked = time.Now()
		}
	}
}

// Flush hands on what happened last, when nothing happens any more: who tells it
// is another process, or the next.
func (a *Alerts) Flush(ctx context.Context) {
	if a == nil || a.store == nil {
		return
	}
	if _, err := a.hand(ctx); err != nil {
		a.log.Error("alerts not handed on", "error", err)
	}
}

// hand brings what happened in this process to the others.
func (a *Alerts) hand(ctx context.Context) (added bool, err error) {
	a.mu.Lock()
	pending := a.pending
	a.pending = map[subject]market.Alert{}
	a.mu.Unlock()
	for _, one := range pending {
		if err == nil {
			err = a.store.AddAlert(ctx, one)
		}
		if err != nil {
			a.back(one)
			continue
		}
		added = true
	}
	return added, err
}

// back keeps for later what could not be handed on.
func (a *Alerts) back(one market.Alert) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if later, ok := a.pending[subjectOf(one)]; ok {
		one = joined(one, later)
	}
	a.pending[subjectOf(one)] = one
}

// tell writes to those who are to know, whatever is due.
func (a *Alerts) tell(ctx context.Context) error {
	staff, err := a.store.Staff(ctx)
	if err != nil {
		return fmt.Errorf("alerts: %w", err)
	}
	now := time.Now().UnixNano()
	return a.store.TellAlerts(ctx, alertEvery, func(alerts []market.Alert) (rows []lanes.NewRow) {
		for _, one := range alerts {
			for _, s := range staff {
				if s.Role.May(market.MayBroadcast) {
					rows = append(rows, letterRow(market.Letter{
						ID: fmt.Sprintf("alert:%s:%d", one.Kind, now), To: s.Person, Kind: market.LetterAlert,
						Alert: one.Kind, Count: one.Count, Detail: one.Detail,
					}))
				}
			}
		}
		return rows
	})
}

// letterOf reads the payload of a letter's row.
func letterOf(payload []byte) (l market.Letter, err error) {
	if err := json.Unmarshal(payload, &l); err != nil {
		return l, fmt.Errorf("decode letter: %w", err)
	}
	return l, nil
}
