package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
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
)

// Alerts tells the staff what they must hear of. The zero value tells nobody.
type Alerts struct {
	store AlertStore
	log   *slog.Logger

	mu      sync.Mutex
	pending map[market.AlertKind]market.Alert
}

// NewAlerts makes the alerts of one process; Run hands them on.
func NewAlerts(store AlertStore, log *slog.Logger) *Alerts {
	return &Alerts{store: store, log: log, pending: map[market.AlertKind]market.Alert{}}
}

// Note counts that something happened. It never waits.
func (a *Alerts) Note(kind market.AlertKind, detail string) {
	if a == nil || a.store == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	one := a.pending[kind]
	a.pending[kind] = market.Alert{Kind: kind, Count: one.Count + 1, Detail: detail}
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

// hand brings what happened in this process to the others.
func (a *Alerts) hand(ctx context.Context) (added bool, err error) {
	a.mu.Lock()
	pending := a.pending
	a.pending = map[market.AlertKind]market.Alert{}
	a.mu.Unlock()
	for _, one := range pending {
		if err := a.store.AddAlert(ctx, one); err != nil {
			a.back(one)
			return added, err
		}
		added = true
	}
	return added, nil
}

// back keeps for later what could not be handed on.
func (a *Alerts) back(one market.Alert) {
	a.mu.Lock()
	defer a.mu.Unlock()
	one.Count += a.pending[one.Kind].Count
	a.pending[one.Kind] = one
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
