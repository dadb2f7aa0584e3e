package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bazarbot/bot"
	"bazarbot/jobs"
	"bazarbot/market"
	"bazarbot/storage"
)

// A scrape looks into the database at most every measureEvery, and never waits
// for it beyond measureWithin, so nobody can hurt the bot by scraping.
const (
	measureEvery  = 5 * time.Second
	measureWithin = 2 * time.Second
)

// measured is what the gauges ask of the database.
type measured interface {
	Measure(ctx context.Context) (storage.Measures, error)
	Pool() storage.Pool
}

// broken is what the gauges ask of a market's client.
type broken interface {
	ID() market.ID
	Breaker() market.BreakerState
}

// gauges are read when somebody asks for the metrics.
type gauges struct {
	db      measured
	markets []broken
	log     *slog.Logger

	mu   sync.Mutex
	at   time.Time // of the last look
	last storage.Measures
	err  error
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

var (
	measuredDesc = desc("bazarbot_measured", "1 when the database could be asked for the gauges of lanes, dead rows and broadcasts.")
	lanesDesc    = desc("bazarbot_lanes", "Lanes with open rows: their first row is due, or waits for its time (later).", "class", "state")
	rowsDesc     = desc("bazarbot_lane_rows", "Open rows in the lanes of a class.", "class")
	ageDesc      = desc("bazarbot_lane_age_seconds", "For how long the first row has been due that waits longest.", "class")
	deadDesc     = desc("bazarbot_dead_rows", "Rows set aside within the last seven days.")
	connsDesc    = desc("bazarbot_db_connections", "Connections to the database: the most there may be, open ones, and those in use.", "state")
	waitsDesc    = desc("bazarbot_db_waits_total", "How often a connection to the database had to be waited for.")
	waitedDesc   = desc("bazarbot_db_wait_seconds_total", "How long connections to the database were waited for.")
	mailsDesc    = desc("bazarbot_broadcasts", "Broadcasts that are not over.", "state")
	reachedDesc  = desc("bazarbot_broadcast_recipients", "Recipients of the broadcasts that have begun and are not over, by what became of them.", "state")
	watchDesc    = desc("bazarbot_watch_age_seconds", "For how long the look at a seller's ads has been due that waits longest.")
	breakerDesc  = desc("bazarbot_market_breaker", "1 for the state the market's breaker is in.", "market", "state")
)

// Describe names the gauges.
func (g *gauges) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		measuredDesc, lanesDesc, rowsDesc, ageDesc, deadDesc, mailsDesc, reachedDesc, watchDesc, connsDesc, waitsDesc, waitedDesc, breakerDesc,
	} {
		to <- d
	}
}

// Collect reads the gauges.
func (g *gauges) Collect(to chan<- prometheus.Metric) {
	put := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	count := func(d *prometheus.Desc, v float64) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v)
	}
	pool := g.db.Pool()
	put(connsDesc, float64(pool.Max), "max")
	put(connsDesc, float64(pool.Open), "open")
	put(connsDesc, float64(pool.InUse), "in_use")
	count(waitsDesc, float64(pool.Waits))
	count(waitedDesc, pool.Waited.Seconds())
	for _, m := range g.markets {
		now := m.Breaker()
		for _, state := range []market.BreakerState{market.BreakerClosed, market.BreakerHalfOpen, market.BreakerOpen} {
			put(breakerDesc, truth(state == now), string(m.ID()), string(state))
		}
	}
	found, err := g.measure()
	put(measuredDesc, truth(err == nil))
	if err != nil {
		return // no figure is better than one of yesterday
	}
	put(deadDesc, float64(found.Dead))
	put(watchDesc, found.Watch.Seconds())
	for _, state := range []market.BroadcastState{market.BroadcastScheduled, market.BroadcastRunning, market.BroadcastPaused} {
		put(mailsDesc, float64(found.Mail.Broadcasts[state]), string(state))
	}
	for state, n := range map[market.RecipientState]int{
		market.RecipientWaiting: found.Mail.Waiting, market.RecipientDelivered: found.Mail.Delivered,
		market.RecipientBlocked: found.Mail.Blocked, market.RecipientFailed: found.Mail.Failed,
	} {
		put(reachedDesc, float64(n), string(state))
	}
	for class, load := range byClass(found.Loads) {
		put(lanesDesc, float64(load.Due), class, "due")
		put(lanesDesc, float64(load.Later), class, "later")
		put(rowsDesc, float64(load.Rows), class)
		put(ageDesc, load.Age.Seconds(), class)
	}
}

// byClass has the classes that this program works always, also without work: a
// figure that comes and goes makes a poor alert. Others may be of a newer one.
func byClass(loads []storage.Load) map[string]storage.Load {
	all := map[string]storage.Load{bot.Class: {}, jobs.Class: {}, jobs.TimerClass: {}, bot.BulkClass: {}}
	for _, l := range loads {
		all[l.Class] = l
	}
	return all
}

// measure looks into the database, unless somebody just did.
func (g *gauges) measure() (storage.Measures, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Since(g.at) < measureEvery {
		return g.last, g.err
	}
	ctx, cancel := context.WithTimeout(context.Background(), measureWithin)
	defer cancel()
	g.last, g.err = g.db.Measure(ctx)
	g.at = time.Now()
	if g.err != nil {
		g.log.Warn("the work in the database could not be measured", "error", g.err)
	}
	return g.last, g.err
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
