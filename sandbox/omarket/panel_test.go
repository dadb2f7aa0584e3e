package omarket

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bazarbot/sandbox/stand/standtest"
)

func TestPanelShowsTheMarket(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	m.register(newcomer, password, password)
	m.upload("/api/ads-board/v1/user/upload-avatar/", picture(t, 3))
	uuid := m.begin()
	image := strings.TrimPrefix(m.upload(adPath(uuid)+"upload-image/", picture(t, 1)), m.base)
	m.result("PUT", adPath(uuid), changed(t, map[string]string{
		"description": `"<script>alert(1)</script>"`, "images": `["` + m.base + image + `"]`, "delivery": `true`,
	}))
	m.post(`{"title": "Грузчики", "category": 42, "location": 150, "contract_price": true}`)
	m.post(`{"title": "Без цены", "category": 42, "location": 150}`)
	m.begin()
	base, browser := standtest.Browse(t, m.Panel())
	response, err := browser.Get(base)
	status, page := standtest.Read(t, response, err)
	for _, want := range []string{
		"SMS to " + newcomer + ": code</span> <b>" + m.Code(newcomer) + "</b>", "waits for its code", "UBUNTU CAR AD [BIG SALE]",
		"Транспорт › Автомобили", "Toyota", "1010101 som", "договорная", "&lt;script&gt;", "moderate", "Доставка",
		"image?path=" + strings.ToLower(url.QueryEscape(image[:11])) + image[11:], "ads of the first sellers", "POST /api/market-auth/register/", "1 open sessions",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if status != http.StatusOK || strings.Contains(page, "<script") || strings.Contains(page, m.token) {
		t.Errorf("status %d, or a script, or a token", status)
	}
	response, err = browser.Get(base + "image?path=" + image)
	if status, bytes := standtest.Read(t, response, err); status != 200 || bytes != string(picture(t, 1)) {
		t.Errorf("image: %d", status)
	}
	response, err = browser.Get(base + "image?path=none.jpg")
	if status, _ := standtest.Read(t, response, err); status != http.StatusNotFound {
		t.Errorf("unknown image: %d", status)
	}
}

func TestPanelButtons(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	uuid, draft := m.post(carExample), m.begin()
	base, browser := standtest.Browse(t, m.Panel())
	press := func(path string, form url.Values) int {
		response, err := browser.PostForm(base+path, form)
		status, _ := standtest.Read(t, response, err)
		return status
	}
	tests := []struct {
		path   string
		form   url.Values
		status int // after the way back
	}{
		{"decide", url.Values{"ad": {uuid}, "status": {"cancelled"}, "commentary": {"Чужие фото"}}, 200},
		{"decide", url.Values{"ad": {uuid}, "status": {"sold"}}, 400},
		{"decide", url.Values{"ad": {"1"}, "status": {"active"}}, 400},
		{"decide", url.Values{"ad": {draft}, "status": {"active"}}, 400},
		{"end", url.Values{"account": {seller}}, 200},
		{"down", url.Values{"down": {"true"}}, 200},
	}
	for _, test := range tests {
		if got := press(test.path, test.form); got != test.status {
			t.Errorf("%s %v: %d", test.path, test.form, got)
		}
	}
	if a := m.mustAd(uuid); a.Status != Cancelled || a.Commentary != "Чужие фото" {
		t.Errorf("%+v", a)
	}
	if m.status() != http.StatusServiceUnavailable {
		t.Error("the market is up")
	}
	press("down", url.Values{"down": {"false"}})
	if m.status() != http.StatusUnauthorized {
		t.Error("the sessions go on")
	}
}

// A page elsewhere cannot press the buttons.
func TestPanelRefusesOtherSites(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	standtest.RefusesOtherSites(t, m.Panel(), "down", "down=true")
}
