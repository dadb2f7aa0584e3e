package main

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"bazarbot/bot"
	"bazarbot/lanes"
	"bazarbot/market"
)

// book takes alerts down.
type book struct {
	mu    sync.Mutex
	count map[market.AlertKind]int
	heard chan struct{}
}

func (b *book) AddAlert(_ context.Context, a market.Alert) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count[a.Kind] += a.Count
	b.heard <- struct{}{}
	return nil
}

func (b *book) TellAlerts(context.Context, time.Duration, func([]market.Alert) []lanes.NewRow) error {
	return nil
}

func (b *book) Staff(context.Context) ([]market.Staff, error) { return nil, nil }

// fuse is a market with a breaker.
type fuse struct{ state market.BreakerState }

func (f *fuse) ID() market.ID { return market.OMarket }

func (f *fuse) Breaker() market.BreakerState { return f.state }

// What the staff must hear of is noted: an outage that lasts, once; each refusal
// of the operator's key; work that is set aside.
func TestWatch(t *testing.T) {
	t.Parallel()
	b := &book{count: map[market.AlertKind]int{}, heard: make(chan struct{}, 10)}
	f := &fuse{state: market.BreakerClosed}
	log := slog.New(slog.DiscardHandler)
	a := &app{log: log, metrics: newMetrics(), alerts: bot.NewAlerts(b, log), breakers: []broken{f}}
	w := watcher{app: a, open: map[market.ID]time.Time{}}
	now := time.Now()
	for _, at := range []struct {
		after time.Duration
		state market.BreakerState
	}{
		{0, market.BreakerOpen}, {30 * time.Second, market.BreakerClosed}, // too short to be told
		{40 * time.Second, market.BreakerOpen}, {70 * time.Second, market.BreakerHalfOpen},
		{101 * time.Second, market.BreakerOpen}, {110 * time.Second, market.BreakerOpen}, {300 * time.Second, market.BreakerOpen},
	} {
		f.state = at.state
		w.markets(now.Add(at.after))
	}
	a.marketCalled(market.Call{Market: market.OMarket, Route: "get ads", Outcome: string(market.OperatorKey)})
	a.marketCalled(market.Call{Market: market.OMarket, Route: "get ads", Outcome: market.CallOK})
	a.worked(lanes.Event{Class: "user", Kind: "update", Outcome: lanes.Buried})
	a.worked(lanes.Event{Class: "user", Kind: "update", Outcome: lanes.Failed})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); a.alerts.Run(ctx) }()
	for range 3 {
		<-b.heard
	}
	cancel()
	<-done
	for _, kind := range []market.AlertKind{market.AlertOutage, market.AlertKey, market.AlertDead} {
		if b.count[kind] != 1 {
			t.Errorf("%s was noted %d times", kind, b.count[kind])
		}
	}
}

func TestNearlyFull(t *testing.T) {
	t.Parallel()
	const gb = 1 << 30
	for _, tt := range []struct {
		free, all uint64
		want      bool
	}{{gb, 10 * gb, false}, {gb / 4, 10 * gb, true}, {4 * gb, 100 * gb, true}, {6 * gb, 100 * gb, false}, {0, gb, true}} {
		if got := nearlyFull(tt.free, tt.all); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

// Faults of the staff's settings are named all at once.
func TestOfficeSettings(t *testing.T) {
	t.Parallel()
	_, err := loadSettings([]string{"TELEGRAM_TOKEN=123456:ABCDEFGHIJK", "ADMIN_IDS=12, x, -3", "BULK_RATE=1001"})
	for _, want := range []string{`ADMIN_IDS holds "x"`, `ADMIN_IDS holds "-3"`, "BULK_RATE must be"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not named: %v", want, err)
		}
	}
	s, err := loadSettings([]string{"TELEGRAM_TOKEN=123456:ABCDEFGHIJK", "ADMIN_IDS=12,34"})
	if err != nil || len(s.owners) != 2 || s.bulkRate != bot.DefaultBulkRate {
		t.Errorf("%v, %d, %v", s.owners, s.bulkRate, err)
	}
}
