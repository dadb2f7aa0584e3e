package main

import (
	"context"
	"fmt"
	"syscall"
	"time"

	"bazarbot/bot"
	"bazarbot/dialogs"
	"bazarbot/lanes"
	"bazarbot/market"
)

const (
	watchEvery = 5 * time.Second
	// outageAfter is how long a market must have been spared before the staff
	// hears of it: a breaker that opens for a moment is nobody's business.
	outageAfter = time.Minute
	diskEvery   = time.Minute
	// A disk is nearly full with less than this free.
	diskLeast      = 512 << 20 // bytes
	diskLeastShare = 5         // per cent
	hookEvery      = time.Minute
)

// openOffice makes the owners owners, and gives the staff their commands.
func (a *app) openOffice(ctx context.Context) error {
	if err := a.db.SetOwners(ctx, a.cfg.owners); err != nil {
		return err
	}
	staff, err := a.db.Staff(ctx)
	if err != nil {
		return err
	}
	for _, s := range staff {
		a.edge.SyncMenu(ctx, s.Person, s.Role)
	}
	return nil
}

// watch looks for what the staff must hear of, until ctx ends.
func (a *app) watch(ctx context.Context) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	w := watcher{app: a, open: map[market.ID]time.Time{}}
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			w.markets(now)
			w.disk(now)
			w.webhook(ctx, now)
		}
	}
}

// watcher remembers what it has seen.
type watcher struct {
	app      *app
	open     map[market.ID]time.Time // since when a breaker is open; told of: zero
	lastDisk time.Time
	lastHook time.Time
}

// markets tells of each outage once.
func (w *watcher) markets(now time.Time) {
	for _, m := range w.app.breakers {
		since, open := w.open[m.ID()]
		switch {
		case m.Breaker() == market.BreakerClosed:
			delete(w.open, m.ID())
		case !open:
			w.open[m.ID()] = now
		case !since.IsZero() && now.Sub(since) >= outageAfter:
			w.app.alerts.Note(market.AlertOutage, string(m.ID()))
			w.open[m.ID()] = time.Time{}
		}
	}
}

// disk looks at the disk of the embedded database.
func (w *watcher) disk(now time.Time) {
	if !w.app.cfg.embedded() || now.Sub(w.lastDisk) < diskEvery {
		return
	}
	w.lastDisk = now
	var fs syscall.Statfs_t
	if err := syscall.Statfs(w.app.cfg.DataDir, &fs); err != nil {
		w.app.log.Warn("disk not measured", "error", err)
		return
	}
	free, all := fs.Bavail*uint64(fs.Bsize), fs.Blocks*uint64(fs.Bsize)
	if nearlyFull(free, all) {
		w.app.alerts.Note(market.AlertDisk, fmt.Sprintf("%d MB", free>>20))
	}
}

func nearlyFull(free, all uint64) bool { return free < diskLeast || free*100 < all*diskLeastShare }

// webhook asks Telegram how the webhook does, so that its errors are heard of
// also where nobody asks whether the bot is ready.
func (w *watcher) webhook(ctx context.Context, now time.Time) {
	hook := w.app.hook.Load()
	if hook == nil || now.Sub(w.lastHook) < hookEvery {
		return
	}
	w.lastHook = now
	if err := hook.ready(ctx); err != nil && ctx.Err() == nil {
		w.app.log.Warn("webhook not asked about", "error", err)
	}
}

// marketCalled hears of each call of a market.
func (a *app) marketCalled(c market.Call) {
	a.metrics.marketCall(c)
	if c.Outcome == string(market.OperatorKey) {
		a.alerts.Note(market.AlertKey, string(c.Market))
	}
}

// buried tells the staff of work that was set aside.
func (a *app) buried(e lanes.Event) {
	if e.Outcome == lanes.Buried && e.Class != bot.BulkClass {
		a.alerts.Note(market.AlertDead, e.Class+" "+e.Kind)
	}
}

// limits are those of the product, unless a test needs others.
func (a *app) limits() dialogs.Limits {
	if a.seams.limits != nil {
		return *a.seams.limits
	}
	return dialogs.DefaultLimits
}
