package md999

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bazarbot/sandbox/stand/standtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	key      = "AxYcHhZsPqHTpthS2C_7xRmPoLK"
	otherKey = "QrStUvWxYz0123456789abcdefg"
)

var (
	decoded = standtest.Decoded
	picture = standtest.Picture
)

// market is a server with two accounts and a client that speaks for one.
type market struct {
	*Server
	t    *testing.T
	base string
	key  string
}

// open starts a market whose clock stands still until it is told to move.
func open(t *testing.T, o Options) *market {
	t.Helper()
	s := New(o)
	s.AddAccount(Account{Key: key, Label: "Seller", Phones: []string{"37378000000", "37361234567"}, Balance: 100})
	s.AddAccount(Account{Key: otherKey, Phones: []string{"37379999999"}, Balance: 100})
	server := httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		server.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return &market{Server: s, t: t, base: server.URL, key: key}
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

// do sends a request with the market's key, unless it has credentials.
func (m *market) do(request *http.Request) answer {
	m.t.Helper()
	if request.Header.Get("Authorization") == "" {
		request.SetBasicAuth(m.key, "")
	}
	status, header, body := standtest.Do(m.t, http.DefaultClient, request)
	return answer{status, header, body}
}

// fetch makes a GET and decodes its JSON.
func (m *market) fetch(path string) map[string]any {
	m.t.Helper()
	got := m.send("GET", path, "")
	if got.status != http.StatusOK {
		m.t.Fatalf("GET %s: %d %s", path, got.status, got.body)
	}
	return decoded(m.t, got.body)
}

// upload sends a picture and gives its image id.
func (m *market) upload(picture []byte) string {
	m.t.Helper()
	got := m.do(m.uploadRequest("file", "image.png", picture))
	if got.status != http.StatusOK {
		m.t.Fatalf("upload: %d %s", got.status, got.body)
	}
	return decoded(m.t, got.body)["image_id"].(string)
}

func (m *market) uploadRequest(field, name string, picture []byte) *http.Request {
	m.t.Helper()
	return standtest.Upload(m.t, m.base+"/images", field, name, picture)
}

// phone is the small advert: all that a mobile phone needs.
const phone = `{"category_id": "600", "subcategory_id": "601", "offer_type": "776", "features": [
	{"id": "12", "value": "iPhone 13"},
	{"id": "13", "value": "Почти новый.\nТорг."},
	{"id": "2", "value": 350, "unit": "eur"},
	{"id": "7", "value": "12900"},
	{"id": "8", "value": "13859"},
	{"id": "9", "value": "15664"},
	{"id": "16", "value": ["37378000000"]}
]}`

// post posts an advert and gives its id.
func (m *market) post(body string) string {
	m.t.Helper()
	got := m.send("POST", "/adverts", body)
	if got.status != http.StatusCreated {
		m.t.Fatalf("post: %d %s", got.status, got.body)
	}
	return decoded(m.t, got.body)["advert"].(map[string]any)["id"].(string)
}

// noon is a summer day in Chișinău, three hours ahead of UTC.
var noon = time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
