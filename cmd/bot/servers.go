package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Bounds of the HTTP side: slow or silent clients are cut off.
const (
	readHeaderWithin = 5 * time.Second
	readWithin       = 20 * time.Second
	writeWithin      = 30 * time.Second
	idleWithin       = 90 * time.Second
	closeWithin      = 5 * time.Second
	maxHeader        = 16 << 10
)

// serveHTTP serves handler at address until ctx ends, and returns where.
func serveHTTP(ctx context.Context, address string, handler http.Handler, wait *sync.WaitGroup, failed chan<- error) (string, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return "", fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderWithin, ReadTimeout: readWithin,
		WriteTimeout: writeWithin, IdleTimeout: idleWithin, MaxHeaderBytes: maxHeader,
	}
	wait.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("serve %s: %w", address, err)
		}
	})
	wait.Go(func() {
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWithin)
		defer cancel()
		if err := server.Shutdown(end); err != nil {
			_ = server.Close()
		}
	})
	return listener.Addr().String(), nil
}

// startWebhook takes updates at the path of WEBHOOK_URL.
func (a *app) startWebhook(ctx context.Context, wait *sync.WaitGroup, failed chan<- error) (string, error) {
	u, err := url.Parse(a.cfg.WebhookURL)
	if err != nil {
		return "", errors.New("WEBHOOK_URL is no address")
	}
	path := u.Path
	if path == "" {
		path = "/"
	}
	mux := http.NewServeMux()
	mux.Handle(path, a.edge.Webhook(a.cfg.WebhookSecret))
	return serveHTTP(ctx, a.cfg.ListenAddr, mux, wait, failed)
}

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
	_, err := serveHTTP(ctx, a.cfg.OpsAddr, mux, wait, failed)
	return o, err
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
