package md999

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	key      = "AxYcHhZsPqHTpthS2C_7xRmPoLK"
	otherKey = "QrStUvWxYz0123456789abcdefg"
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
	request, err := http.NewRequest(method, m.base+path, strings.NewReader(body))
	if err != nil {
		m.t.Error(err)
		return answer{}
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	return m.do(request)
}

// do sends a request with the market's key, unless it has credentials.
func (m *market) do(request *http.Request) answer {
	m.t.Helper()
	if request.Header.Get("Authorization") == "" {
		request.SetBasicAuth(m.key, "")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		m.t.Error(err)
		return answer{}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		m.t.Error(err)
		return answer{}
	}
	return answer{response.StatusCode, response.Header, strings.TrimSpace(string(body))}
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

func decoded(t *testing.T, body string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(body), &o); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return o
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
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile(field, name)
	if err != nil {
		m.t.Fatal(err)
	}
	_, _ = part.Write(picture)
	_ = form.Close()
	request, err := http.NewRequest("POST", m.base+"/images", &body)
	if err != nil {
		m.t.Fatal(err)
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	return request
}

// picture draws a small PNG; each shade is another picture.
func picture(t *testing.T, shade uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	img.Set(3, 3, color.Gray{shade})
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
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

// clock is a clock that tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// noon is a summer day in Chișinău, three hours ahead of UTC.
var noon = time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
