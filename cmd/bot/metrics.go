package main

import (
	"net/http"
	"path"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"bazarbot/lanes"
	"bazarbot/market"
)

// metrics counts what happens, by kinds and outcomes only: never by person, and
// never by anything that came from outside.
type metrics struct {
	registry  *prometheus.Registry
	received  *prometheus.CounterVec
	rows      *prometheus.CounterVec
	waited    *prometheus.HistogramVec
	took      *prometheus.HistogramVec
	sent      *prometheus.HistogramVec
	asked     *prometheus.CounterVec
	askedFor  *prometheus.HistogramVec
	called    *prometheus.CounterVec
	calledFor *prometheus.HistogramVec
	hooked    *prometheus.CounterVec
	pending   prometheus.Gauge
	hookError prometheus.Gauge
}

// seconds are the histograms' buckets.
var seconds = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

func newMetrics() *metrics {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), buildInfo())
	return &metrics{
		registry:  r,
		received:  counter(r, "bazarbot_updates_total", "Telegram updates taken in, by what they hold.", "kind"),
		rows:      counter(r, "bazarbot_rows_total", "Work rows handled, by class, kind and outcome.", "class", "kind", "outcome"),
		waited:    histogram(r, "bazarbot_row_wait_seconds", "From a row's arrival to its start.", "class"),
		took:      histogram(r, "bazarbot_row_seconds", "How long a row was worked.", "class", "kind"),
		sent:      histogram(r, "bazarbot_send_seconds", "Replies sent to people, by kind of reply and outcome.", "kind", "outcome"),
		asked:     counter(r, "bazarbot_telegram_calls_total", "Calls of the Bot API, by method and outcome.", "method", "outcome"),
		askedFor:  histogram(r, "bazarbot_telegram_call_seconds", "How long calls of the Bot API took.", "method"),
		called:    counter(r, "bazarbot_market_calls_total", "Calls of the markets' APIs, by market, route and outcome.", "market", "route", "outcome"),
		calledFor: histogram(r, "bazarbot_market_call_seconds", "How long calls of the markets' APIs took.", "market", "route"),
		hooked:    counter(r, "bazarbot_webhook_requests_total", "Requests at the webhook, by the status of the answer.", "code"),
		pending:   gauge(r, "bazarbot_webhook_pending_updates", "Updates that Telegram has not brought yet, when it was last asked; 0 while polling."),
		hookError: gauge(r, "bazarbot_webhook_last_error_timestamp_seconds", "When Telegram last failed to bring an update, as it says; 0 for never."),
	}
}

func counter(r *prometheus.Registry, name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	r.MustRegister(c)
	return c
}

func histogram(r *prometheus.Registry, name, help string, labels ...string) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: seconds}, labels)
	r.MustRegister(h)
	return h
}

func gauge(r *prometheus.Registry, name, help string) prometheus.Gauge {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	r.MustRegister(g)
	return g
}

// version is set by the linker where an image is built (see Dockerfile).
var version = "unknown"

// buildInfo is always 1; its labels tell which program this is.
func buildInfo() prometheus.Collector {
	revision := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "bazarbot_build_info", Help: "Always 1: which program this is.",
		ConstLabels: prometheus.Labels{"version": version, "revision": revision, "goversion": runtime.Version()},
	}, func() float64 { return 1 })
}

// Received counts an update taken in.
func (m *metrics) Received(kind string) { m.received.WithLabelValues(kind).Inc() }

// Sent notes how a reply was taken.
func (m *metrics) Sent(kind, outcome string, took time.Duration) {
	m.sent.WithLabelValues(kind, outcome).Observe(took.Seconds())
}

// worked notes how the work of a row ended.
func (m *metrics) worked(e lanes.Event) {
	m.rows.WithLabelValues(e.Class, e.Kind, string(e.Outcome)).Inc()
	m.waited.WithLabelValues(e.Class).Observe(e.Waited.Seconds())
	m.took.WithLabelValues(e.Class, e.Kind).Observe(e.Took.Seconds())
}

// marketCall notes how a call of a market ended.
func (m *metrics) marketCall(c market.Call) {
	m.called.WithLabelValues(string(c.Market), c.Route, c.Outcome).Inc()
	if c.Outcome != market.CallSpared {
		m.calledFor.WithLabelValues(string(c.Market), c.Route).Observe(c.Took.Seconds())
	}
}

// webhook counts the requests of a handler.
func (m *metrics) webhook(next http.Handler) http.Handler {
	return promhttp.InstrumentHandlerCounter(m.hooked, next)
}

// telegram counts the calls of the Bot API that pass through next.
func (m *metrics) telegram(next http.RoundTripper) http.RoundTripper {
	return telegramCalls{next, m}
}

type telegramCalls struct {
	next http.RoundTripper
	m    *metrics
}

// RoundTrip makes the call.
func (t telegramCalls) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	res, err := t.next.RoundTrip(r)
	method := telegramMethod(r.URL.Path)
	t.m.asked.WithLabelValues(method, telegramOutcome(res, err)).Inc()
	t.m.askedFor.WithLabelValues(method).Observe(time.Since(began).Seconds())
	return res, err
}

// telegramMethod is the last part of a call's path, which is a word of our own
// code; what stands before it holds the token. Files have paths of Telegram's.
func telegramMethod(p string) string {
	if strings.Contains(p, "/file/bot") {
		return "file"
	}
	return path.Base(p)
}

// telegramOutcome reads no body: what a 400 means is told by bazarbot_send_seconds.
func telegramOutcome(res *http.Response, err error) string {
	switch {
	case err != nil, res.StatusCode >= http.StatusInternalServerError:
		return "failed"
	case res.StatusCode == http.StatusTooManyRequests:
		return "slow_down"
	case res.StatusCode == http.StatusForbidden:
		return "blocked"
	case res.StatusCode >= http.StatusBadRequest:
		return "refused"
	}
	return "ok"
}
