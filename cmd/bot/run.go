package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"bazarbot/bot"
	"bazarbot/dialogs"
	"bazarbot/jobs"
	"bazarbot/lanes"
	"bazarbot/locales"
	"bazarbot/market/catalogue"
	"bazarbot/storage"
)

// store is all that the parts ask of the database.
type store interface {
	lanes.Store
	bot.Store
	bot.Leases
	dialogs.Store
	jobs.Store
}

// seams let the end-to-end tests stand between the parts: to kill the process
// at an exact step, to shorten the waits. The zero value is the product.
type seams struct {
	store  func(store) store
	http   func(http.RoundTripper) http.RoundTripper
	looks  []time.Duration
	retry  time.Duration
	ready  func(address string) // called when updates are taken; address of the webhook server, if any
	lease  time.Duration
	tokens time.Duration    // how long O!Market's access tokens live; 0: as documented
	logs   io.Writer        // where the log goes; nil: standard error
	clock  func() time.Time // the catalogue's; nil: time.Now
	limits *dialogs.Limits  // nil: the product's
	pace   jobs.Pace        // how often ads are looked at; zero: the product's
	undo   time.Duration    // how long a deletion can be taken back; 0: the product's
	market func(*markets)   // adds a market of the test's own
	rounds rounds           // how often it is looked for trouble; zero: the product's
	disk   diskProbe        // nil: the disk itself
}

// Workers per class: people's lanes wait for nothing but the database and
// Telegram; accounts' lanes wait for markets; timers' lanes wait for their time,
// which takes no worker.
const (
	personWorkers  = 192
	accountWorkers = 32
	timerWorkers   = 4
	bulkWorkers    = 2 // one sends, one sees to what becomes due
	grace          = 20 * time.Second
	sweepEvery     = 10 * time.Minute
)

// app is the running bot.
type app struct {
	cfg      settings
	log      *slog.Logger
	db       *storage.DB
	store    store
	edge     *bot.Bot
	runner   *lanes.Runner
	work     *jobs.Jobs
	metrics  *metrics
	cache    *catalogue.Cache
	alerts   *bot.Alerts
	breakers []broken
	hook     atomic.Pointer[hookWatch] // nil: polling
	owner    string
	seams    seams
}

// run is the bot, from its settings to its end: it returns when ctx ends and
// everything it started has ended, or when it cannot start.
func run(ctx context.Context, cfg settings, s seams) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	a := &app{cfg: cfg, log: newLogger(cfg, s.logs), metrics: newMetrics(), owner: owner(), seams: s}
	address, ring, err := cfg.database()
	if err != nil {
		return err
	}
	a.db, err = storage.Open(ctx, storage.Config{URL: address, Ring: ring, Log: a.log, MaxConns: maxConns})
	if err != nil {
		return err
	}
	defer func() { _ = a.db.Shutdown() }()
	a.store = a.db
	if s.store != nil {
		a.store = s.store(a.db)
	}
	if err := a.wire(); err != nil {
		return err
	}
	defer a.cache.Close()
	return a.serve(ctx)
}

const (
	maxConns = 16
	// gcPercent: the bot keeps little in memory and makes much garbage, so
	// collecting half as often costs a few megabytes and gains a tenth of the
	// rate (make bench). GOGC overrides it.
	gcPercent = 200
)

// owner names this process's leases.
func owner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "host"
	}
	return fmt.Sprintf("%s:%d:%d", host, os.Getpid(), time.Now().UnixNano())
}

// client makes an HTTP client for one remote. Go's default of two idle
// connections a host would close most of them again.
func (a *app) client() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = personWorkers
	transport.MaxIdleConns = 2 * personWorkers
	var rt http.RoundTripper = transport
	if a.seams.http != nil {
		rt = a.seams.http(rt)
	}
	return &http.Client{Transport: rt}
}

// telegramClient makes the HTTP client for Telegram, whose calls are counted.
func (a *app) telegramClient() *http.Client {
	c := a.client()
	c.Transport = a.metrics.telegram(c.Transport)
	return c
}

// worked hears how the work of each row ended.
func (a *app) worked(e lanes.Event) {
	a.metrics.worked(e)
	a.buried(e)
	logWork(a.log, e)
}

// wire makes the parts and ties them together.
func (a *app) wire() error {
	texts, err := locales.Load()
	if err != nil {
		return err
	}
	a.alerts = bot.NewAlerts(a.db, a.log)
	a.cache = catalogue.New(catalogue.Config{Store: a.db, Log: a.log, Now: a.seams.clock})
	on := a.markets()
	a.breakers = on.breakers
	a.metrics.registry.MustRegister(&gauges{db: a.db, markets: on.breakers, log: a.log})
	pics := &pictures{}
	a.edge, err = bot.New(bot.Config{
		Token: a.cfg.TelegramToken, APIURL: a.cfg.TelegramAPIURL, HTTP: a.telegramClient(), Store: a.store,
		Dialogs: dialogs.New(dialogs.Config{
			Store: a.store, Ledger: a.db, Listings: a.db, Markets: on.dialogs, Pictures: pics, Office: a.db, Limits: a.limits(), Log: a.log, Undo: a.seams.undo,
		}),
		Locales: texts, Log: a.log, Observer: a.metrics,
		Bulk: a.db, Pauses: a.db, Owner: a.owner, BulkRate: a.cfg.bulkRate, Alerts: a.alerts,
	})
	if err != nil {
		return err
	}
	pics.edge = a.edge
	a.work = jobs.New(jobs.Config{
		Store: a.store, Markets: on.jobs, Photos: pics, Log: a.log, Reports: reportRow, Timed: timedRow,
		Looks: a.seams.looks, Retry: a.seams.retry,
		Watched: watchedRow, Watches: a.db, Pace: a.seams.pace,
	})
	a.runner = lanes.New(a.store, lanes.Options{
		Owner: a.owner, Grace: grace, Log: a.log, Observe: a.worked, TTL: a.seams.lease,
		Pools: []lanes.Pool{
			{Class: bot.Class, Handler: a.edge, Workers: personWorkers},
			{Class: jobs.Class, Handler: a.work, Workers: accountWorkers},
			{Class: jobs.TimerClass, Handler: a.work.Timers(), Workers: timerWorkers},
			{Class: bot.BulkClass, Handler: a.edge.Mailer(), Workers: bulkWorkers},
		},
	})
	a.db.Feed(a.runner)
	return nil
}

// reportRow brings a job's report to its person.
func reportRow(person int64, key string, payload []byte) lanes.NewRow {
	return lanes.NewRow{Lane: bot.Lane(person), Key: key, Kind: bot.KindReport, Payload: payload}
}

// timedRow brings a timer that is due to its person.
func timedRow(person int64, key string, payload []byte) lanes.NewRow {
	return lanes.NewRow{Lane: bot.Lane(person), Key: key, Kind: bot.KindTimed, Payload: payload}
}

// watchedRow tells a person what became of their ads.
func watchedRow(person int64, key string, payload []byte) lanes.NewRow {
	return lanes.NewRow{Lane: bot.Lane(person), Key: key, Kind: bot.KindWatched, Payload: payload}
}

// serve runs everything until ctx ends. The order of the end matters: first
// nothing new is claimed or polled and running rows come to their end, while
// webhooks are still accepted into rows; then the servers stop.
func (a *app) serve(ctx context.Context) error {
	outer, cancelOuter := context.WithCancel(context.WithoutCancel(ctx))
	defer cancelOuter()
	working, stopWorking := context.WithCancel(ctx)
	defer stopWorking()
	var servers, workers sync.WaitGroup
	failed := make(chan error, 3)

	ops, err := a.startOps(outer, &servers, failed)
	if err != nil {
		return err
	}
	servers.Go(func() { a.edge.Run(outer) })
	servers.Go(func() {
		if err := a.db.Listen(outer, func(class string) { a.runner.Wake(class) }); err != nil {
			a.log.Error("no notifications: work of other processes is found by polling", "error", err)
		}
	})
	workers.Go(func() { _ = a.runner.Run(working) })
	workers.Go(func() { a.sweep(working) })
	workers.Go(func() { a.watch(working) })
	workers.Go(func() { a.work.Watch(working) })
	workers.Go(func() { a.alerts.Run(working) })
	err = a.takeUpdates(ctx, working, outer, &workers, &servers, failed, ops)
	if err == nil {
		select {
		case <-ctx.Done():
			a.log.Info("stopping")
		case err = <-failed:
		}
	}
	ops.notReady()
	stopWorking()
	workers.Wait()
	a.flushAlerts(ctx)
	cancelOuter()
	servers.Wait()
	return err
}

// flushAlerts hands on what the last work led to: it ended after what usually does.
func (a *app) flushAlerts(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWithin)
	defer cancel()
	a.alerts.Flush(ctx)
}

// takeUpdates registers the webhook, or removes it and polls.
func (a *app) takeUpdates(ctx, working, outer context.Context, workers, servers *sync.WaitGroup, failed chan<- error, ops *ops) error {
	if err := a.edge.Start(ctx); err != nil {
		return err
	}
	if err := a.openOffice(ctx); err != nil {
		return err
	}
	if a.cfg.WebhookURL == "" {
		if err := a.edge.Unregister(ctx); err != nil {
			return err
		}
		workers.Go(func() { a.edge.Poll(working, a.owner, a.store) })
		ops.nowReady(func(context.Context) error { return nil })
		a.started("", "polling")
		return nil
	}
	address, err := a.startWebhook(outer, servers, failed)
	if err != nil {
		return err
	}
	if err := a.edge.Register(ctx, a.cfg.WebhookURL, a.cfg.WebhookSecret); err != nil {
		return err
	}
	watch := &hookWatch{app: a}
	a.hook.Store(watch)
	ops.nowReady(watch.ready)
	a.started(address, "webhook")
	return nil
}

func (a *app) started(address, updates string) {
	database := "postgres"
	if a.cfg.embedded() {
		database = "embedded"
	}
	a.log.Info("started", "bot", a.edge.Username(), "updates", updates, "database", database, "markets", a.cfg.markets)
	if a.seams.ready != nil {
		a.seams.ready(address)
	}
}

// sweep forgets, now and then, what no longer serves.
func (a *app) sweep(ctx context.Context) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		if _, err := a.db.Sweep(ctx, time.Now()); err != nil && !errors.Is(err, context.Canceled) {
			a.log.Error("sweep", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
