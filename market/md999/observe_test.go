package md999

import (
	"net/http"
	"sync"
	"testing"

	"bazarbot/market"
)

// Every try is told of, by the route's name and nothing of what was asked for.
func TestObserver(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var told []market.Call
	mux := http.NewServeMux()
	c := clientFor(t, mux, Config{Observer: func(call market.Call) {
		mu.Lock()
		defer mu.Unlock()
		call.Took = 0
		told = append(told, call)
	}})
	answering(mux, "GET /adverts/{id}", http.StatusNotFound, "")
	answering(mux, "POST /adverts", http.StatusBadGateway, "")
	if got := c.Breaker(); got != market.BreakerClosed {
		t.Errorf("the breaker is %s at first", got)
	}
	_, err := c.Ad(t.Context(), testKey, market.Russian, "12345678")
	wantKind(t, err, market.NotFound)
	for range 9 {
		if _, err := c.Create(t.Context(), testKey, testPost); err == nil {
			t.Fatal("no error")
		}
	}
	call := func(route, outcome string) market.Call {
		return market.Call{Market: market.MD999, Route: route, Outcome: outcome}
	}
	want := []market.Call{call("get ad", string(market.NotFound))}
	for range 8 {
		want = append(want, call("create ad", string(market.UnknownOutcome)))
	}
	equal(t, told, append(want, call("create ad", market.CallSpared)))
	if got := c.Breaker(); got != market.BreakerOpen {
		t.Errorf("after eight failures the breaker is %s", got)
	}
}
