package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math"
	"os/exec"
	"path/filepath"
	"strconv"
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
	added map[market.AlertKind]market.Alert
	heard chan struct{}
}

func (b *book) AddAlert(_ context.Context, a market.Alert) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.added[a.Kind] = a
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

// What the staff must hear of is noted: an outage that lasts, again and again as
// long as it does; each refusal of the operator's key; and each work that is set
// aside, with the references of a few.
func TestWatch(t *testing.T) {
	t.Parallel()
	b := &book{added: map[market.AlertKind]market.Alert{}, heard: make(chan struct{}, 10)}
	f := &fuse{state: market.BreakerClosed}
	log := slog.New(slog.DiscardHandler)
	a := &app{log: log, metrics: newMetrics(), alerts: bot.NewAlerts(b, log), breakers: []broken{f}}
	w := watcher{app: a, outage: time.Minute, open: map[market.ID]time.Time{}}
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
	a.worked(lanes.Event{Class: "user", Lane: "user:42", Kind: "update", Outcome: lanes.Buried, Ref: "ABCD2345"})
	for range 8 {
		a.worked(lanes.Event{Class: "timer", Lane: "timer:x", Kind: "timer", Outcome: lanes.Buried, Ref: "ABCD2346"})
	}
	a.worked(lanes.Event{Class: "user", Kind: "update", Outcome: lanes.Failed})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); a.alerts.Run(ctx) }()
	for range 3 {
		<-b.heard
	}
	cancel()
	<-done
	const quiet = 30 * time.Minute
	for _, want := range []market.Alert{
		{Kind: market.AlertOutage, Count: 2, Detail: "O!Market", Once: "omarket", Quiet: quiet},
		{Kind: market.AlertKey, Count: 1, Detail: "O!Market", Once: "omarket", Quiet: quiet},
		{
			Kind: market.AlertDead, Count: 9, Each: true,
			Detail: "ABCD2345 · user update · /user 42" + strings.Repeat("\nABCD2346 · timer timer", 4),
		},
	} {
		if got := b.added[want.Kind]; got != want {
			t.Errorf("%s: noted %+v, want %+v", want.Kind, got, want)
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

// What the product measures of a disk is what the system's own program tells.
func TestStatDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	free, all, err := statDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "df", "-Pk", dir).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	columns := strings.Fields(lines[len(lines)-1]) // file system, size, used, free, …
	for i, got := range map[int]uint64{1: all, 3: free} {
		want, err := strconv.ParseUint(columns[i], 10, 64)
		if err != nil {
			t.Fatalf("%v in %q", err, lines)
		}
		const near = 0.05 // others write to the disk meanwhile
		if d := float64(got)/1024 - float64(want); math.Abs(d) > near*float64(all)/1024 {
			t.Errorf("%d bytes, but df tells %d KB: %q", got, want, lines)
		}
	}
	if _, _, err := statDisk(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
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
