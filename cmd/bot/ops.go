package main

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"bazarbot/bot"
	"bazarbot/market"
)

// ops is the operators' server: is it alive, is it ready, how is it doing.
type ops struct {
	app *app

	mu     sync.Mutex
	accept func(context.Context) error // nil: not ready
	seen   time.Time                   // when accept last said yes
}

func (a *app) startOps(ctx context.Context, wait *sync.WaitGroup, failed chan<- error) (*ops, error) {
	o := &ops{app: a}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /readyz", o.readyz)
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics.registry, promhttp.HandlerOpts{}))
	_, err := a.serveHTTP(ctx, served{
		address: a.cfg.OpsAddr, handler: atOnce(operatorAtOnce, mux), conns: operatorConns, write: writeWithin,
	}, wait, failed)
	if err != nil {
		return o, err
	}
	return o, a.startPprof(ctx, wait, failed)
}

func (o *ops) nowReady(accept func(context.Context) error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.accept = accept
}

func (o *ops) notReady() { o.nowReady(nil) }

// askTelegramEvery bounds how often readiness asks Telegram for the webhook.
const askTelegramEvery = time.Minute

// readyz: the database answers, its schema is up to date, and updates come in.
func (o *ops) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), closeWithin)
	defer cancel()
	if err := o.ready(ctx); err != nil {
		o.app.log.Warn("not ready", "error", err)
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (o *ops) ready(ctx context.Context) error {
	o.mu.Lock()
	accept, seen := o.accept, o.seen
	o.mu.Unlock()
	if accept == nil {
		return errors.New("starting or stopping")
	}
	if err := o.app.db.Ready(ctx); err != nil {
		return err
	}
	if time.Since(seen) < askTelegramEvery {
		return nil
	}
	if err := accept(ctx); err != nil {
		return err
	}
	o.mu.Lock()
	o.seen = time.Now()
	o.mu.Unlock()
	return nil
}

// hookWatch asks Telegram how the webhook does.
type hookWatch struct {
	app *app

	mu     sync.Mutex
	failed time.Time // the failure told of last
}

// ready is the webhook's part of readiness. What Telegram says besides goes to
// the metrics, and a failure of its own to the log, once.
func (h *hookWatch) ready(ctx context.Context) error {
	hook, err := h.app.edge.Registered(ctx, h.app.cfg.WebhookURL)
	if errors.Is(err, bot.ErrElsewhere) {
		h.app.alerts.NoteLasting(market.AlertElsewhere, "updates", "")
	}
	if err != nil {
		return err
	}
	h.app.metrics.hook(hook)
	h.mu.Lock()
	defer h.mu.Unlock()
	if hook.Failed.After(h.failed) {
		h.failed = hook.Failed
		if time.Since(hook.Failed) < time.Hour { // else it is history, met at a start
			h.app.alerts.NoteLasting(market.AlertWebhook, "updates", hook.Reason)
		}
		h.app.log.Warn("telegram could not bring an update", "at", hook.Failed, "reason", hook.Reason, "pending", hook.Pending)
	}
	return nil
}

// hook notes what Telegram tells of the webhook.
func (m *metrics) hook(h bot.Hook) {
	m.pending.Set(float64(h.Pending))
	if !h.Failed.IsZero() {
		m.hookError.Set(float64(h.Failed.Unix()))
	}
}
