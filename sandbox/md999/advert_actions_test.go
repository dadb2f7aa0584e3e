package md999

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bazarbot/sandbox/stand/standtest"
)

func TestRepublish(t *testing.T) {
	t.Parallel()
	clock := standtest.ClockAt(noon)
	m := open(t, Options{Now: clock.Now})
	id := m.post(phone)
	tests := []struct {
		before, after State
		status        int
	}{
		{Public, Public, 200},
		{Hidden, Hidden, 200},
		{Expired, Public, 200},
		{BlockedCommercial, Public, 200},
		{NeedPay, Public, 200},
		{Blocked, Blocked, 400},
	}
	for _, test := range tests {
		_ = m.SetState(id, test.before)
		clock.Pass(time.Hour)
		got := m.send("POST", "/adverts/"+id+"/republish", "")
		a := m.mustAdvert(id)
		if got.status != test.status || a.State != test.after || a.Republished.Equal(clock.Now()) != (test.status == 200) {
			t.Errorf("%s: %d %s, now %s", test.before, got.status, got.body, a.State)
		}
	}
	account, _ := m.Account(key)
	if account.Balance != 100-1-5*2 {
		t.Errorf("balance %d", account.Balance)
	}
	m.SetBalance(key, 1)
	_ = m.SetState(id, Expired)
	got := m.send("POST", "/adverts/"+id+"/republish", "")
	if got.status != 402 || got.body != `{"error":{"code":402,"message":"Insufficient funds","reason":"payment_required"}}` {
		t.Errorf("without money: %d %s", got.status, got.body)
	}
	if m.mustAdvert(id).State != Expired {
		t.Error("republished without money")
	}
}

func TestColor(t *testing.T) {
	t.Parallel()
	m := open(t, Options{Prices: Prices{Color: 7}})
	id := m.post(phone)
	if got := m.send("POST", "/adverts/"+id+"/color", ""); got.status != 200 || got.body != `{"success":true}` {
		t.Errorf("%d %s", got.status, got.body)
	}
	if account, _ := m.Account(key); account.Balance != 92 {
		t.Errorf("balance %d", account.Balance)
	}
	if got := list(t, m.fetch("/adverts"), "adverts", "type"); got[0] != "colored" {
		t.Errorf("type %v", got)
	}
	m.SetBalance(key, 6)
	if got := m.send("POST", "/adverts/"+id+"/color", ""); got.status != 402 {
		t.Errorf("without money: %d %s", got.status, got.body)
	}
}

func TestAccessPolicy(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	id := m.post(phone)
	tests := []struct {
		before State
		body   string
		status int
		after  State
	}{
		{Public, `{"access_policy": "private"}`, 200, Hidden},
		{Hidden, `{"access_policy": "private"}`, 200, Hidden},
		{Hidden, `{"access_policy": "public"}`, 200, Public},
		{Public, `{"access_policy": "public"}`, 200, Public},
		{Expired, `{"access_policy": "public"}`, 200, Expired},
		{Blocked, `{"access_policy": "private"}`, 200, Blocked},
		{Public, `{"access_policy": "hidden"}`, 400, Public},
		{Public, `{"access_policy": true}`, 400, Public},
		{Public, `{}`, 400, Public},
		{Public, `{"access_policy": "private", "lang": "ru"}`, 400, Public},
		{Public, ``, 400, Public},
	}
	for _, test := range tests {
		_ = m.SetState(id, test.before)
		got := m.send("PUT", "/adverts/"+id+"/access_policy", test.body)
		if got.status != test.status || m.mustAdvert(id).State != test.after {
			t.Errorf("%s %s: %d %s, now %s", test.before, test.body, got.status, got.body, m.mustAdvert(id).State)
		}
	}
}

// Blocked adverts become public when they are edited; a hidden one that was
// blocked stays hidden.
func TestEditingLiftsABlock(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	id := m.post(phone)
	_ = m.SetState(id, Blocked, Illegal)
	m.send("PUT", "/adverts/"+id+"/access_policy", `{"access_policy": "private"}`)
	m.patch(id, `{"id": "12", "value": "Pixel 8"}`)
	if a := m.mustAdvert(id); a.State != Hidden || len(a.Reasons) != 0 {
		t.Errorf("%s %v", a.State, a.Reasons)
	}
	_ = m.SetState(id, BlockedCommercial)
	m.patch(id, `{"id": "12", "value": "Pixel 9"}`)
	if a := m.mustAdvert(id); a.State != BlockedCommercial {
		t.Errorf("editing lifted a commercial block: %s", a.State)
	}
}

func TestAutorepublisher(t *testing.T) {
	t.Parallel()
	m := open(t, Options{Now: func() time.Time { return noon }}) // Wednesday, 12:00 in Chișinău
	id := m.post(phone)
	path := "/adverts/" + id + "/autorepublisher"
	put := `{"enabled": true, "from_hour": 8, "to_hour": 20, "interval": 480, "weekdays": [0, 1, 2, 3, 4]}`
	if got := m.send("PUT", path, put); got.status != 200 || got.body != `{"success":true}` {
		t.Fatalf("%d %s", got.status, got.body)
	}
	want := decoded(t, put)
	want["info"] = map[string]any{"daily_price": 2.0, "next_republish_date": "2026-07-02T08:00:00+03:00"}
	if diff := cmp.Diff(want, m.fetch(path)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	m.send("PUT", path, strings.Replace(put, "480", "60", 1))
	info := m.fetch(path)["info"].(map[string]any)
	if info["daily_price"] != 24.0 || info["next_republish_date"] != "2026-07-01T13:00:00+03:00" {
		t.Errorf("info %v", info)
	}
	m.SetQuirks(Quirks{ZeroInterval: true})
	if got := m.fetch(path)["interval"]; got != 0.0 {
		t.Errorf("interval %v", got)
	}
}

func TestRefusedAutorepublisher(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	id := m.post(phone)
	good := `{"enabled": true, "from_hour": 8, "to_hour": 20, "interval": 30, "weekdays": [0, 1, 2, 3, 4]}`
	tests := []struct{ old, new, message string }{
		{`"enabled": true, `, ``, "enabled is required"},
		{`true`, `1`, "enabled"},
		{`8`, `24`, "from_hour"},
		{`8`, `"8"`, "from_hour"},
		{`20`, `-1`, "to_hour"},
		{`20`, `20.5`, "to_hour"},
		{`30`, `0`, "interval"},
		{`30`, `45`, "interval"},
		{`[0, 1, 2, 3, 4]`, `[7]`, "weekdays"},
		{`[0, 1, 2, 3, 4]`, `[1, 1]`, "weekdays"},
		{`[0, 1, 2, 3, 4]`, `[null]`, "weekdays"},
		{`[0, 1, 2, 3, 4]`, `"daily"`, "weekdays"},
		{`{`, `{"info": {}, `, "unknown member: info"},
	}
	for _, test := range tests {
		got := m.send("PUT", "/adverts/"+id+"/autorepublisher", strings.Replace(good, test.old, test.new, 1))
		if got.status != http.StatusBadRequest || !strings.Contains(errorMessage(t, got), test.message) {
			t.Errorf("%s → %s: %d %s", test.old, test.new, got.status, got.body)
		}
	}
	if m.mustAdvert(id).Autorepublisher.Enabled {
		t.Error("refused settings were kept")
	}
}

func TestRemovedAdvertIsGone(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	gone, kept := m.post(phone), m.post(phone)
	m.Remove(gone)
	if got := m.send("GET", "/adverts/"+gone, ""); got.status != http.StatusNotFound {
		t.Errorf("%d %s", got.status, got.body)
	}
	if left := m.Adverts(key); len(left) != 1 || left[0].ID != kept {
		t.Errorf("the adverts are %+v", left)
	}
}
