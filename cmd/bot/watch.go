package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"

	"bazarbot/bot"
	"bazarbot/dialogs"
	"bazarbot/jobs"
	"bazarbot/lanes"
	"bazarbot/market"
)

// A disk is nearly full with less than this free.
const (
	diskLeast      = 512 << 20 // bytes
	diskLeastShare = 5         // per cent
)

// rounds are how often it is looked for what the staff must hear of.
type rounds struct {
	breakers, disk, webhook time.Duration
	// outage is how long a market must have been spared before the staff hears
	// of it: a breaker that opens for a moment is nobody's business.
	outage time.Duration
}

// rounds are those of the product, unless a test needs others.
func (a *app) rounds() rounds {
	if a.seams.rounds != (rounds{}) {
		return a.seams.rounds
	}
	return rounds{breakers: 5 * time.Second, disk: time.Minute, webhook: time.Minute, outage: time.Minute}
}

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
	every := a.rounds()
	w := watcher{app: a, outage: every.outage, open: map[market.ID]time.Time{}}
	breakers, disk, webhook := time.NewTicker(every.breakers), time.NewTicker(every.disk), time.NewTicker(every.webhook)
	defer breakers.Stop()
	defer disk.Stop()
	defer webhook.Stop()
	w.disk()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-breakers.C:
			w.markets(now)
		case <-disk.C:
			w.disk()
		case <-webhook.C:
			w.webhook(ctx)
		}
	}
}

// watcher tells of faults for as long as they last; the staff hears of each once.
type watcher struct {
	app    *app
	outage time.Duration
	open   map[market.ID]time.Time // since when a breaker is open, or when that was told of last
}

// markets looks at the markets' breakers.
func (w *watcher) markets(now time.Time) {
	for _, m := range w.app.breakers {
		since, open := w.open[m.ID()]
		switch {
		case m.Breaker() == market.BreakerClosed:
			delete(w.open, m.ID())
		case !open:
			w.open[m.ID()] = now
		case now.Sub(since) >= w.outage:
			w.app.alerts.NoteLasting(market.AlertOutage, string(m.ID()), m.ID().Name())
			w.open[m.ID()] = now
		}
	}
}

// diskProbe measures the disk that a folder is on: bytes that may be written,
// and all it has.
type diskProbe func(dir string) (free, all uint64, err error)

// statDisk asks the system.
func statDisk(dir string) (free, all uint64, err error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, 0, fmt.Errorf("statfs %s: %w", dir, err)
	}
	return fs.Bavail * uint64(fs.Bsize), fs.Blocks * uint64(fs.Bsize), nil
}

// disk looks at the disk of the embedded database.
func (w *watcher) disk() {
	if !w.app.cfg.embedded() {
		return
	}
	probe := w.app.seams.disk
	if probe == nil {
		probe = statDisk
	}
	free, all, err := probe(w.app.cfg.DataDir)
	if err != nil {
		w.app.log.Warn("disk not measured", "error", err)
		return
	}
	if nearlyFull(free, all) {
		w.app.alerts.NoteLasting(market.AlertDisk, "database", fmt.Sprintf("%d MB", free>>20))
	}
}

func nearlyFull(free, all uint64) bool { return free < diskLeast || free*100 < all*diskLeastShare }

// webhook asks Telegram how the webhook does, so that its errors are heard of
// also where nobody asks whether the bot is ready.
func (w *watcher) webhook(ctx context.Context) {
	hook := w.app.hook.Load()
	if hook == nil {
		return
	}
	if err := hook.ready(ctx); err != nil && ctx.Err() == nil {
		w.app.log.Warn("webhook not asked about", "error", err)
	}
}

// marketCalled hears of each call of a market.
func (a *app) marketCalled(c market.Call) {
	a.metrics.marketCall(c)
	if c.Outcome == string(market.OperatorKey) {
		a.alerts.NoteLasting(market.AlertKey, string(c.Market), c.Market.Name())
	}
}

// unlearnt tells the staff, once, of a category whose ads the market may refuse
// for what the bot does not know to ask, and which command may mend it.
func (a *app) unlearnt(id market.ID, category market.Option) {
	a.alerts.NoteOnce(market.AlertUnknown, fmt.Sprintf("%s %s", id, category.ID),
		fmt.Sprintf("%s, %s (%s): bot learn %s -category %[3]s", id.Name(), category.Title, category.ID, id))
}

// buried tells the staff of work that was set aside: the reference that leads to
// the log, what it was, and how to look at its person.
func (a *app) buried(e lanes.Event) {
	if e.Outcome != lanes.Buried || e.Class == bot.BulkClass {
		return
	}
	line := e.Ref + " · " + e.Class + " " + e.Kind
	if person := a.personOf(e.Lane); person > 0 {
		line += fmt.Sprintf(" · /user %d", person)
	}
	a.alerts.NoteEach(market.AlertDead, line)
}

// personOf is whose work stands in a lane; 0 when nobody can tell.
func (a *app) personOf(lane string) int64 {
	class, of, _ := strings.Cut(lane, ":")
	switch class {
	case bot.Class:
		id, _ := strconv.ParseInt(of, 10, 64) // updates that are nobody's have a lane too
		return id
	case jobs.Class:
		ctx, cancel := context.WithTimeout(context.Background(), measureWithin)
		defer cancel()
		account, err := a.db.Account(ctx, of)
		if err != nil {
			a.log.Warn("whose account it is was not found", "account", of, "error", err)
		}
		return account.Person
	}
	return 0
}

// limits are those of the product, unless a test needs others.
func (a *app) limits() dialogs.Limits {
	if a.seams.limits != nil {
		return *a.seams.limits
	}
	return dialogs.DefaultLimits
}
