package md999

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
	image := m.upload(picture(t, 1))
	features := carFeatures(image)
	features["2553"] = `"<script>alert(1)</script>"`
	m.post(carBody(features))
	base, client := standtest.Browse(t, m.Panel())
	response, err := client.Get(base)
	status, page := standtest.Read(t, response, err)
	for _, want := range []string{
		"BMW 3 Series", "Легковые автомобили", "9500 eur", "Кишинёв мун.", "37378000000, 37361234567",
		"&lt;script&gt;", key, "balance", "image?id=" + imageName(image), "POST /adverts",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if status != http.StatusOK || strings.Contains(page, "<script") {
		t.Errorf("status %d, or a script", status)
	}
	response, err = client.Get(base + "image?id=" + imageName(image))
	if status, bytes := standtest.Read(t, response, err); status != 200 || bytes != string(picture(t, 1)) {
		t.Errorf("image: %d", status)
	}
	response, err = client.Get(base + "image?id=none.jpg")
	if status, _ := standtest.Read(t, response, err); status != http.StatusNotFound {
		t.Errorf("unknown image: %d", status)
	}
}

func TestPanelButtons(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	id := m.post(phone)
	base, client := standtest.Browse(t, m.Panel())
	press := func(path string, form url.Values) int {
		response, err := client.PostForm(base+path, form)
		status, _ := standtest.Read(t, response, err)
		return status
	}
	tests := []struct {
		path   string
		form   url.Values
		status int // after the way back
	}{
		{"state", url.Values{"advert": {id}, "state": {"blocked"}}, 200},
		{"state", url.Values{"advert": {id}, "state": {"sold"}}, 400},
		{"state", url.Values{"advert": {"1"}, "state": {"public"}}, 400},
		{"balance", url.Values{"key": {key}, "balance": {"55"}}, 200},
		{"balance", url.Values{"key": {key}, "balance": {"much"}}, 400},
		{"balance", url.Values{"key": {key}, "balance": {"-1"}}, 400},
		{"access", url.Values{"key": {key}, "revoked": {"true"}}, 200},
	}
	for _, test := range tests {
		if got := press(test.path, test.form); got != test.status {
			t.Errorf("%s %v: %d", test.path, test.form, got)
		}
	}
	account, _ := m.Account(key)
	if a := m.mustAdvert(id); a.State != Blocked || len(a.Reasons) != 1 || account.Balance != 55 || !account.Revoked {
		t.Errorf("advert %s, account %+v", a.State, account)
	}
	press("access", url.Values{"key": {key}, "revoked": {"false"}})
	m.fetch("/phone_numbers")
}

// A page elsewhere cannot press the buttons.
func TestPanelRefusesOtherSites(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	standtest.RefusesOtherSites(t, m.Panel(), "balance", "balance=0&key="+key)
}
