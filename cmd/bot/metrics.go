package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"bazarbot/lanes"
)

// metrics counts what happens, by kinds and outcomes only: never by person.
type metrics struct {
	registry *prometheus.Registry
	received *prometheus.CounterVec
	rows     *prometheus.CounterVec
	waited   *prometheus.HistogramVec
	took     *prometheus.HistogramVec
	sent     *prometheus.HistogramVec
}

func newMetrics() *metrics {
	seconds := []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	m := &metrics{
		registry: prometheus.NewRegistry(),
		received: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bazarbot_updates_total", Help: "Telegram updates taken in, by kind of row.",
		}, []string{"kind"}),
		rows: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bazarbot_rows_total", Help: "Work rows handled, by class, kind and outcome.",
		}, []string{"class", "kind", "outcome"}),
		waited: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "bazarbot_row_wait_seconds", Help: "From a row's arrival to its start.", Buckets: seconds,
		}, []string{"class"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "bazarbot_row_seconds", Help: "How long a row was worked.", Buckets: seconds,
		}, []string{"class", "kind"}),
		sent: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "bazarbot_send_seconds", Help: "Calls of the Bot API, by kind of reply and outcome.", Buckets: seconds,
		}, []string{"kind", "outcome"}),
	}
	m.registry.MustRegister(m.received, m.rows, m.waited, m.took, m.sent,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Received counts an update taken in.
func (m *metrics) Received(kind string) { m.received.WithLabelValues(kind).Inc() }

// Sent notes how a call of the Bot API went.
func (m *metrics) Sent(kind, outcome string, took time.Duration) {
	m.sent.WithLabelValues(kind, outcome).Observe(took.Seconds())
}

// worked notes how the work of a row ended.
func (m *metrics) worked(e lanes.Event) {
	m.rows.WithLabelValues(e.Class, e.Kind, string(e.Outcome)).Inc()
	m.waited.WithLabelValues(e.Class).Observe(e.Waited.Seconds())
	m.took.WithLabelValues(e.Class, e.Kind).Observe(e.Took.Seconds())
}
