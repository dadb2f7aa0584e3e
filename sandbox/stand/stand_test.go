package stand

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bazarbot/sandbox/stand/standtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	readRoute = "GET /ads"
	postRoute = "POST /ads"
)

var noon = time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)

// bench is a market that only counts what is posted, and is running.
type bench struct {
	*Stand
	t      *testing.T
	posted atomic.Int64
}

func start(t *testing.T, hooks Hooks) *bench {
	t.Helper()
	b := &bench{t: t}
	b.Stand = New(Options{
		Name: "bench", Now: func() time.Time { return noon }, Routes: []string{readRoute, postRoute},
		Hooks: hooks, Handler: http.HandlerFunc(b.serve),
	})
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = b.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return b
}

func (b *bench) serve(w http.ResponseWriter, r *http.Request) {
	visit := Visit{Route: r.Method + " " + r.URL.Path, Key: "k…", Limit: 100, Keep: r.Method == http.MethodPost}
	if r.URL.Path != "/ads" {
		visit.Route = ""
	}
	b.Receive(w, r, visit, func(_ []byte, tooLong bool) Reply {
		switch {
		case tooLong:
			return Page(http.StatusRequestEntityTooLarge)
		case visit.Route == "":
			return Reply{Status: http.StatusFound, Header: map[string]string{"Location": "/ads"}}
		case r.Method == http.MethodPost:
			b.posted.Add(1)
		}
		return Reply{Status: http.StatusOK, Body: map[string]any{"posted": b.posted.Load()}}
	})
}

func (b *bench) ask(method, path, body string) (int, string) {
	b.t.Helper()
	status, _, got := standtest.Do(b.t, http.DefaultClient, standtest.Request(b.t, method, b.URL()+path, body))
	return status, got
}

func TestFaults(t *testing.T) {
	t.Parallel()
	b := start(t, Hooks{})
	for name, tt := range map[string]struct {
		fault  Fault
		status int // 0: no answer
		body   string
		posted int64
	}{
		"set answer":                  {Fault{Kind: FaultAnswer, Status: 503, Body: `{"a": 1}`}, 503, `{"a": 1}`, 0},
		"set answer without a status": {Fault{Kind: FaultAnswer}, 500, "", 0},
		"page of a proxy":             {Fault{Kind: FaultHTML}, 502, "<html>", 0},
		"half an answer":              {Fault{Kind: FaultHalfJSON}, 200, `{"post`, 1},
		"lost before":                 {Fault{Kind: FaultLostBefore}, 0, "", 0},
		"lost after":                  {Fault{Kind: FaultLostAfter}, 0, "", 1},
		"slow":                        {Fault{Delay: time.Millisecond}, 200, `{"posted"`, 1},
	} {
		before := b.posted.Load()
		tt.fault.Route, tt.fault.Times = postRoute, 1
		b.AddFault(tt.fault)
		b.ask("GET", "/ads", "") // another route
		if tt.status == 0 {
			standtest.Lost(t, http.DefaultClient, standtest.Request(t, "POST", b.URL()+"/ads", ""))
		} else if status, body := b.ask("POST", "/ads", ""); status != tt.status || !strings.HasPrefix(body, tt.body) || tt.fault.Kind == FaultHalfJSON && json.Valid([]byte(body)) {
			t.Errorf("%s: %d %s", name, status, body)
		}
		if b.posted.Load()-before != tt.posted {
			t.Errorf("%s: %d posted", name, b.posted.Load()-before)
		}
		if status, _ := b.ask("POST", "/ads", ""); status != 200 {
			t.Errorf("%s goes on: %d", name, status)
		}
	}
}

func TestFaultsSkipAndCount(t *testing.T) {
	t.Parallel()
	b := start(t, Hooks{})
	b.AddFault(Fault{Route: readRoute, Kind: FaultAnswer, Status: 429, Skip: 1, Times: 2})
	b.AddFault(Fault{Kind: FaultAnswer, Status: 500, Skip: 5})
	var statuses []int
	for _, method := range []string{"GET", "GET", "GET", "GET", "GET", "POST", "POST", "POST", "DELETE"} {
		status, _ := b.ask(method, "/ads", "")
		statuses = append(statuses, status)
	}
	b.ClearFaults()
	status, _ := b.ask("POST", "/ads", "")
	if statuses = append(statuses, status); !slices.Equal(statuses, []int{200, 429, 429, 200, 200, 200, 200, 500, 500, 200}) {
		t.Errorf("statuses %v", statuses)
	}
}

func TestFaultOfNoRoute(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a fault that never acts was taken")
		}
	}()
	New(Options{Routes: []string{readRoute}}).AddFault(Fault{Route: postRoute})
}

func TestDelayEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	b := start(t, Hooks{Before: func(context.Context, Call) { cancel() }})
	b.AddFault(Fault{Route: postRoute, Delay: time.Hour})
	standtest.Lost(t, http.DefaultClient, standtest.Request(t, "POST", b.URL()+"/ads", "").WithContext(ctx))
	if err := b.Close(); err != nil || b.posted.Load() != 0 {
		t.Errorf("it took effect, or %v", err)
	}
}

func TestDown(t *testing.T) {
	t.Parallel()
	b := start(t, Hooks{})
	b.SetDown(true)
	if status, body := b.ask("GET", "/ads", ""); status != 503 || json.Valid([]byte(body)) || !b.Down() {
		t.Errorf("%d %s", status, body)
	}
	b.SetDown(false)
	if status, _ := b.ask("GET", "/ads", ""); status != 200 || b.Down() {
		t.Errorf("still down: %d", status)
	}
}

func TestHooksSeeTheEffect(t *testing.T) {
	t.Parallel()
	b := start(t, Hooks{})
	var before, after Call
	var effects []int64
	b.SetHooks(Hooks{
		Before: func(_ context.Context, c Call) { before = c; effects = append(effects, b.posted.Load()) },
		After:  func(_ context.Context, c Call) { after = c; effects = append(effects, b.posted.Load()) },
	})
	b.ask("POST", "/ads", "{}")
	b.ask("POST", "/ads", `{"a":1}`)
	if !slices.Equal(effects, []int64{0, 1, 1, 2}) || before.Status != 0 || after.Status != 200 {
		t.Errorf("effects %v, before %+v, after %+v", effects, before, after)
	}
	if before.Route != postRoute || before.Number != 2 || string(before.Body) != `{"a":1}` || before.Key != "k…" {
		t.Errorf("%+v", before)
	}
}

func TestRequestsAreRemembered(t *testing.T) {
	t.Parallel()
	b := start(t, Hooks{})
	b.ask("GET", "/ads?page=2", "")
	b.ask("POST", "/ads", "{}")
	b.Handler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/ads", strings.NewReader(strings.Repeat("x", 101))))
	b.AddFault(Fault{Kind: FaultLostAfter, Times: 1})
	standtest.Lost(t, http.DefaultClient, standtest.Request(t, "POST", b.URL()+"/ads", ""))
	want := []Request{
		{Method: "GET", Path: "/ads", Query: "page=2", Route: readRoute, Status: 200, Key: "k…", At: noon},
		{Method: "POST", Path: "/ads", Route: postRoute, Status: 200, Key: "k…", Body: "{}", At: noon},
		{Method: "POST", Path: "/ads", Route: postRoute, Status: 413, Key: "k…", Body: strings.Repeat("x", 100), At: noon},
		{Method: "POST", Path: "/ads", Route: postRoute, Key: "k…", At: noon},
	}
	if got := b.Requests(); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	if b.Count(postRoute) != 3 || b.Count("GET /nowhere") != 0 {
		t.Error("counts")
	}
	for range shownRequests {
		b.ask("GET", "/ads", "")
	}
	zone := time.FixedZone("", 3*60*60)
	last := b.Last(zone)
	if len(last) != shownRequests || last[0].Method != "GET" || last[0].At != noon.In(zone) {
		t.Errorf("%d requests are shown, %+v first", len(last), last[0])
	}
}

// A host that was closed refuses connections, and comes back at the same
// address.
func TestStartAndClose(t *testing.T) {
	t.Parallel()
	if url := NewHost("bench", "", nil).URL(); url != "" {
		t.Errorf("an address before the start: %s", url)
	}
	b := start(t, Hooks{})
	if err := b.Start(); err == nil || !strings.Contains(err.Error(), "bench") {
		t.Errorf("started twice: %v", err)
	}
	base := b.URL()
	b.ask("POST", "/ads", "")
	other := NewHost("bench", strings.TrimPrefix(base, "http://"), nil)
	if err := other.Start(); err == nil {
		t.Error("two at one address")
	}
	if err := errors.Join(b.Close(), b.Close()); err != nil {
		t.Fatal(err)
	}
	standtest.Lost(t, http.DefaultClient, standtest.Request(t, "GET", base+"/ads", ""))
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	if _, body := b.ask("GET", "/ads", ""); b.URL() != base || body != `{"posted":1}` {
		t.Errorf("%s at %s", body, b.URL())
	}
}
