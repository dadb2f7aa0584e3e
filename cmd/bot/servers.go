package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/url"
	"sync"
	"time"
)

// Bounds of the HTTP side: slow or silent clients are cut off, and a flood
// takes neither memory nor the database from those who were there before it.
// There is no limit per address: behind a proxy all come from one, and Telegram
// comes from few.
const (
	readHeaderWithin = 5 * time.Second
	readWithin       = 20 * time.Second
	writeWithin      = 30 * time.Second
	profileWithin    = 2 * time.Minute
	idleWithin       = 90 * time.Second
	closeWithin      = 5 * time.Second
	maxHeader        = 16 << 10

	webhookConns   = 512 // connections, also those that have not said anything yet
	webhookAtOnce  = 256 // requests; Telegram is told to bring a hundred at once
	operatorConns  = 32
	operatorAtOnce = 16
)

// served is one of the bot's HTTP servers.
type served struct {
	address string
	handler http.Handler
	conns   int           // connections at once
	write   time.Duration // how long an answer may take
}

// serveHTTP serves until ctx ends, and returns where.
func (a *app) serveHTTP(ctx context.Context, s served, wait *sync.WaitGroup, failed chan<- error) (string, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", s.address)
	if err != nil {
		return "", fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: readHeaderWithin, ReadTimeout: readWithin,
		WriteTimeout: s.write, IdleTimeout: idleWithin, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	wait.Go(func() {
		if err := server.Serve(limitConns(listener, s.conns)); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("serve %s: %w", s.address, err)
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

// startWebhook takes updates at the path of WEBHOOK_URL, and nothing elsewhere.
func (a *app) startWebhook(ctx context.Context, wait *sync.WaitGroup, failed chan<- error) (string, error) {
	u, err := url.Parse(a.cfg.WebhookURL)
	if err != nil {
		return "", errors.New("WEBHOOK_URL is no address")
	}
	handler := onlyAt(u.Path, atOnce(webhookAtOnce, a.edge.Webhook(a.cfg.WebhookSecret)))
	return a.serveHTTP(ctx, served{
		address: a.cfg.ListenAddr, handler: a.metrics.webhook(handler), conns: webhookConns, write: writeWithin,
	}, wait, failed)
}

// onlyAt serves one path. (A mux would take it for a pattern.)
func onlyAt(path string, next http.Handler) http.Handler {
	if path == "" {
		path = "/"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// startPprof serves Go's profiles where PPROF_ADDR says, which is this machine.
func (a *app) startPprof(ctx context.Context, wait *sync.WaitGroup, failed chan<- error) error {
	if a.cfg.PprofAddr == "" {
		return nil
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	at, err := a.serveHTTP(ctx, served{
		address: a.cfg.PprofAddr, handler: atOnce(operatorAtOnce, mux), conns: operatorConns, write: profileWithin,
	}, wait, failed)
	if err == nil {
		a.log.Info("profiles are served", "address", at)
	}
	return err
}
