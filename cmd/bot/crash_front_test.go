package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// frontedBy makes of one process's webhook settings those of two, and puts in
// front of them what passes updates to one after the other. One that does not
// answer is an error to Telegram, which tries again.
func frontedBy(t *testing.T, env []string) (one, other []string) {
	t.Helper()
	var addresses []string
	for range 2 {
		addresses = append(addresses, freeAddress(t))
	}
	var turn atomic.Int64
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: addresses[turn.Add(1)%2]})
	}, ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
		w.WriteHeader(http.StatusBadGateway)
	}}
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	with := func(address string) []string {
		kept := []string{"LISTEN_ADDR=" + address, "WEBHOOK_URL=" + front.URL + "/telegram"}
		for _, setting := range env {
			if !strings.HasPrefix(setting, "LISTEN_ADDR=") && !strings.HasPrefix(setting, "WEBHOOK_URL=") {
				kept = append(kept, setting)
			}
		}
		return kept
	}
	return with(addresses[0]), with(addresses[1])
}
