package omarket

import (
	"context"
	"strings"
	"testing"
	"time"

	"bazarbot/sandbox/stand/standtest"
)

// cut makes a request whose answer must be lost.
func (m *market) cut(method, path, body string) {
	m.t.Helper()
	request := standtest.Request(m.t, method, m.base+path, body)
	request.Header.Set("x-api-key", m.key)
	request.Header.Set("Authorization", m.token)
	standtest.Lost(m.t, client, request)
}

const initialRoute = "POST /api/ads-board/v1/ads/initial/"

func TestFaults(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	tests := []struct {
		name   string
		fault  Fault
		status int // 0: no answer
		body   string
		ads    int // that exist afterwards
	}{
		{"set answer", Fault{Kind: FaultAnswer, Status: 503, Body: `{"error": "maintenance"}`}, 503, `{"error": "maintenance"}`, 0},
		{"set answer without a status", Fault{Kind: FaultAnswer}, 500, "", 0},
		{"page of a proxy", Fault{Kind: FaultHTML}, 502, "<html>", 0},
		{"half an answer", Fault{Kind: FaultHalfJSON}, 200, `{"details":"","errorC`, 1},
		{"lost before", Fault{Kind: FaultLostBefore}, 0, "", 0},
		{"lost after", Fault{Kind: FaultLostAfter}, 0, "", 1},
		{"slow", Fault{Delay: time.Millisecond}, 200, `{"details"`, 1},
	}
	for _, test := range tests {
		before := len(m.Ads(seller))
		test.fault.Route, test.fault.Times = initialRoute, 1
		m.AddFault(test.fault)
		if test.status == 0 {
			m.cut("POST", "/api/ads-board/v1/ads/initial/", "")
		} else if got := m.send("POST", "/api/ads-board/v1/ads/initial/", ""); got.status != test.status || !strings.HasPrefix(got.body, test.body) {
			t.Errorf("%s: %d %s", test.name, got.status, got.body)
		}
		if made := len(m.Ads(seller)) - before; made != test.ads {
			t.Errorf("%s made %d ads", test.name, made)
		}
		m.begin() // the fault is over
	}
}

// A lost answer takes effect wherever there is an effect.
func TestLostAnswersTakeEffect(t *testing.T) {
	t.Parallel()
	m := open(t, Options{Quirks: Quirks{RotateRefresh: true}})
	uuid := m.begin()
	refresh := m.enter(seller).refresh
	m.AddFault(Fault{Kind: FaultLostAfter})
	m.cut("POST", "/api/market-auth/register/", `{"msisdn":"`+newcomer+`","password":"Passw0rd","password2":"Passw0rd"}`)
	m.cut("POST", "/api/market-auth/check-otp/", `{"msisdn":"`+newcomer+`","otp":"`+m.Code(newcomer)+`"}`)
	m.cut("POST", "/api/market-auth/refresh-token/", `{"refresh_token":"`+refresh+`"}`)
	m.cut("PUT", adPath(uuid), carExample)
	m.ClearFaults()
	m.enter(newcomer)
	if got := m.renew(refresh); got.status != 400 {
		t.Errorf("the refresh was lost: %d", got.status)
	}
	if a := m.mustAd(uuid); a.Status != Moderate {
		t.Errorf("the change was lost: %s", a.Status)
	}
	m.AddFault(Fault{Route: "DELETE /api/ads-board/v1/ads/<uuid>/", Kind: FaultLostAfter})
	m.cut("DELETE", adPath(uuid), "")
	if _, there := m.Ad(uuid); there {
		t.Error("the deletion was lost")
	}
}

func TestHooksSeeTheEffect(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	uuid := m.begin()
	m.result("PUT", adPath(uuid), carExample)
	type sight struct {
		Call
		title string
	}
	var before, after sight
	m.SetHooks(Hooks{
		Before: func(_ context.Context, c Call) { before = sight{c, m.mustAd(uuid).Title} },
		After:  func(_ context.Context, c Call) { after = sight{c, m.mustAd(uuid).Title} },
	})
	m.result("PUT", adPath(uuid), `{"title": "Second"}`)
	if before.title == "Second" || after.title != "Second" || after.Status != 200 {
		t.Errorf("before %+v, after %+v", before, after)
	}
	if before.Route != "PUT /api/ads-board/v1/ads/<uuid>/" || before.Number != 2 || string(before.Body) != `{"title": "Second"}` {
		t.Errorf("call %+v", before.Call)
	}
	if before.Token != mask(m.token) || strings.Contains(m.token, before.Token) {
		t.Errorf("the token is not masked: %s", before.Token)
	}
}

func TestRequestsAreRemembered(t *testing.T) {
	t.Parallel()
	c := morning()
	m := open(t, Options{Now: c.Now, APIKey: "short"})
	m.token = ""
	m.send("GET", "/api/ads-board/faq/?page=2", "")
	m.send("POST", myAds, `{"statuses": []}`)
	m.send("GET", "/nowhere", "")
	want := []Request{
		{Method: "GET", Path: "/api/ads-board/faq/", Query: "page=2", Route: "GET /api/ads-board/faq/", Status: 200, Key: mask("short"), At: c.Now()},
		{Method: "POST", Path: myAds, Route: "POST " + myAds, Status: 401, Key: mask("short"), Body: `{"statuses": []}`, At: c.Now()},
		{Method: "GET", Path: "/nowhere", Status: 404, Key: mask("short"), At: c.Now()},
	}
	got := m.Requests()[1:] // after signing in
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v", got[i])
		}
	}
	if m.Count("GET /api/ads-board/faq/") != 1 || m.Count(initialRoute) != 0 {
		t.Error("counts")
	}
}
