package md999

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"bazarbot/sandbox/stand/standtest"
)

// cut makes a request whose answer must be lost.
func (m *market) cut(method, path, body string) {
	m.t.Helper()
	request := standtest.Request(m.t, method, m.base+path, body)
	request.SetBasicAuth(m.key, "")
	standtest.Lost(m.t, http.DefaultClient, request)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	const route = "POST /adverts"
	tests := []struct {
		name    string
		fault   Fault
		status  int // 0: no answer
		body    string
		adverts int // that exist afterwards
	}{
		{"set answer", Fault{Kind: FaultAnswer, Status: 503, Body: `{"error": "maintenance"}`}, 503, `{"error": "maintenance"}`, 0},
		{"set answer without a status", Fault{Kind: FaultAnswer}, 500, "", 0},
		{"page of a proxy", Fault{Kind: FaultHTML}, 502, "<html>", 0},
		{"half an answer", Fault{Kind: FaultHalfJSON}, 201, `{"advert":{"i`, 1},
		{"lost before", Fault{Kind: FaultLostBefore}, 0, "", 0},
		{"lost after", Fault{Kind: FaultLostAfter}, 0, "", 1},
		{"slow", Fault{Delay: time.Millisecond}, 201, `{"advert"`, 1},
	}
	for _, test := range tests {
		before := len(m.Adverts(key))
		test.fault.Route, test.fault.Times = route, 1
		m.AddFault(test.fault)
		if test.status == 0 {
			m.cut("POST", "/adverts", phone)
		} else if got := m.send("POST", "/adverts", phone); got.status != test.status || !strings.HasPrefix(got.body, test.body) {
			t.Errorf("%s: %d %s", test.name, got.status, got.body)
		}
		if made := len(m.Adverts(key)) - before; made != test.adverts {
			t.Errorf("%s made %d adverts", test.name, made)
		}
		m.post(phone) // the fault is over
	}
	var lost int
	for _, r := range m.Requests() {
		if r.Status == 0 {
			lost++
		}
	}
	if lost != 2 {
		t.Errorf("%d answers were lost", lost)
	}
}

func TestHooksSeeTheEffect(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	type sight struct {
		Call
		adverts int
	}
	var before, after sight
	m.SetHooks(Hooks{
		Before: func(_ context.Context, c Call) { before = sight{c, len(m.Adverts(key))} },
		After:  func(_ context.Context, c Call) { after = sight{c, len(m.Adverts(key))} },
	})
	m.post(phone)
	m.post(phone)
	if before.adverts != 1 || after.adverts != 2 || after.Status != 201 {
		t.Errorf("before %+v, after %+v", before, after)
	}
	if before.Route != "POST /adverts" || before.Number != 2 || string(before.Body) != phone {
		t.Errorf("call %+v", before.Call)
	}
	if strings.Contains(before.Key, key[4:]) {
		t.Errorf("the key is not masked: %s", before.Key)
	}
}

func TestRequestsAreRemembered(t *testing.T) {
	t.Parallel()
	m := open(t, Options{Now: func() time.Time { return noon }})
	m.fetch("/categories?lang=ro")
	m.send("GET", "/adverts/1", "")
	want := []Request{
		{Method: "GET", Path: "/categories", Query: "lang=ro", Route: "GET /categories", Status: 200, Key: "AxY…", At: noon},
		{Method: "GET", Path: "/adverts/1", Route: "GET /adverts/{advert_id}", Status: 404, Key: "AxY…", At: noon},
	}
	got := m.Requests()
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("%+v", got)
	}
	if m.Count("GET /categories") != 1 || m.Count("POST /adverts") != 0 {
		t.Error("counts")
	}
}

func TestOddErrorShapes(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	tests := map[ErrorShape]string{
		ErrorObject: `{"error":{"message":"no such advert: 1"}}`,
		ErrorCoded:  `{"error":{"code":404,"message":"no such advert: 1","reason":"not_found"}}`,
		ErrorString: `{"error":"no such advert: 1"}`,
		ErrorBare:   `"no such advert: 1"`,
	}
	for shape, want := range tests {
		m.SetQuirks(Quirks{Errors: shape})
		if got := m.send("GET", "/adverts/1", ""); got.body != want {
			t.Errorf("%q: %s", shape, got.body)
		}
	}
}
