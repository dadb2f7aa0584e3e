package omarket

import (
	"cmp"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bazarbot/sandbox/stand/standtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	seller    = "996555123456"
	neighbour = "996777654321"
	password  = "Passw0rd"
)

var (
	decoded = standtest.Decoded
	picture = standtest.Picture
)

// client follows no redirects, so that tests see them.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// market is a server with two accounts and a client that speaks for one.
type market struct {
	*Server
	t     *testing.T
	base  string
	key   string
	token string // "": not signed in
}

// open starts a market and signs the seller in.
func open(t *testing.T, o Options) *market {
	t.Helper()
	s := New(o)
	s.AddAccount(Account{MSISDN: seller, Password: password, Username: "seller"})
	s.AddAccount(Account{MSISDN: neighbour, Password: password})
	server := httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		server.Close()
		client.CloseIdleConnections()
	})
	m := &market{Server: s, t: t, base: server.URL, key: cmp.Or(o.APIKey, DefaultAPIKey)}
	m.token = m.enter(seller).access
	return m
}

// as speaks for somebody else; "" for nobody.
func (m *market) as(msisdn string) *market {
	m.t.Helper()
	other := *m
	other.token = ""
	if msisdn != "" {
		other.token = m.enter(msisdn).access
	}
	return &other
}

type tokens struct{ access, refresh string }

func (m *market) enter(msisdn string) tokens {
	m.t.Helper()
	got := m.send("POST", "/api/market-auth/auth/msisdn-password/", `{"msisdn": "`+msisdn+`", "password": "`+password+`"}`)
	if got.status != http.StatusOK {
		m.t.Fatalf("sign in: %d %s", got.status, got.body)
	}
	o := decoded(m.t, got.body)
	return tokens{o["access_token"].(string), o["refresh_token"].(string)}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// send makes a request; body "" sends none.
func (m *market) send(method, path, body string) answer {
	m.t.Helper()
	return m.do(standtest.Request(m.t, method, m.base+path, body))
}

// do sends a request with the operator's key and the token, where it has none
// of its own.
func (m *market) do(request *http.Request) answer {
	m.t.Helper()
	if request.Header["X-Api-Key"] == nil && m.key != "" {
		request.Header.Set("x-api-key", m.key)
	}
	if request.Header["Authorization"] == nil && m.token != "" {
		request.Header.Set("Authorization", m.token)
	}
	status, header, body := standtest.Do(m.t, client, request)
	return answer{status, header, body}
}

// result makes a request that must succeed and gives its result.
func (m *market) result(method, path, body string) any {
	m.t.Helper()
	got := m.send(method, path, body)
	if got.status != http.StatusOK {
		m.t.Fatalf("%s %s: %d %s", method, path, got.status, got.body)
	}
	o := decoded(m.t, got.body)
	if o["resultCode"] != "SUCCESS" || o["errorCode"] != 0.0 {
		m.t.Fatalf("%s %s: %s", method, path, got.body)
	}
	return o["result"]
}

func adPath(uuid string) string { return "/api/ads-board/v1/ads/" + uuid + "/" }

// begin opens a draft and gives its uuid.
func (m *market) begin() string {
	m.t.Helper()
	return m.result("POST", "/api/ads-board/v1/ads/initial/", "").(string)
}

// carExample is the description's own example of a change.
const carExample = `{
"title":"UBUNTU CAR AD [BIG SALE]",
"price":1010101,
"currency":"som",
"category":2,
"filters":[{"filter_id":11,"value":"4304"}],
"location":1
}`

// post puts an ad before a moderator and gives its uuid.
func (m *market) post(body string) string {
	m.t.Helper()
	uuid := m.begin()
	m.result("PUT", adPath(uuid), body)
	return uuid
}

// publish posts an ad and lets it pass.
func (m *market) publish(body string) string {
	m.t.Helper()
	uuid := m.post(body)
	if err := m.Decide(uuid, Active, ""); err != nil {
		m.t.Fatal(err)
	}
	return uuid
}

func (m *market) mustAd(uuid string) Ad {
	m.t.Helper()
	a, there := m.Ad(uuid)
	if !there {
		m.t.Fatalf("no ad %s", uuid)
	}
	return a
}

// upload sends a picture to an address and gives its own.
func (m *market) upload(path string, picture []byte) string {
	m.t.Helper()
	got := m.do(m.uploadRequest(path, "image", "photo.png", picture))
	if got.status != http.StatusOK {
		m.t.Fatalf("upload: %d %s", got.status, got.body)
	}
	return decoded(m.t, got.body)["result"].(map[string]any)["url"].(string)
}

func (m *market) uploadRequest(path, field, name string, picture []byte) *http.Request {
	m.t.Helper()
	return standtest.Upload(m.t, m.base+path, field, name, picture)
}

// morning is 10:23:54 in Bishkek.
func morning() *standtest.Clock {
	return standtest.ClockAt(time.Date(2026, 9, 15, 4, 23, 54, 269509000, time.UTC))
}
