package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bench is a running server with a plain HTTP client on its bot side.
type bench struct {
	t   *testing.T
	srv *Server
	url string
	ctx context.Context
}

// patience is how long a whole test may take. Reading the 50 MB of the largest
// document under the race detector takes seconds, and many of them on a crowded
// machine.
const patience = time.Minute

func start(t *testing.T, opts Options) *bench {
	t.Helper()
	srv := New(opts)
	address, err := srv.Start()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(func() {
		cancel()
		srv.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return &bench{t: t, srv: srv, url: address, ctx: ctx}
}

// seller is a person who has started the bot, with the start update confirmed.
func (b *bench) seller() *Person {
	b.t.Helper()
	p := b.srv.Person(Profile{ID: 42, FirstName: "Seller", Username: "seller", LanguageCode: "ru"})
	p.Send("/start")
	return p
}

// answer is what the Bot API says.
type answer struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
	} `json:"parameters"`
}

func (a answer) message(t *testing.T) (m struct {
	MessageID int64 `json:"message_id"`
	Text      string
	Caption   string
	Entities  []Entity
	Photo     []PhotoSize
	Document  *Document
},
) {
	t.Helper()
	if !a.OK {
		t.Fatalf("refused: %d %s", a.Code, a.Description)
	}
	if err := json.Unmarshal(a.Result, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// said is the description of a refusal.
func said(err error) string {
	_, description := outcome(err)
	return description
}

type params map[string]string

// call sends a urlencoded call.
func (b *bench) call(method string, p params) answer {
	b.t.Helper()
	form := url.Values{}
	for k, v := range p {
		form.Set(k, v)
	}
	return b.do(method, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// upload sends a multipart call with one file.
func (b *bench) upload(method string, p params, part, name string, data []byte) answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range p {
		if err := w.WriteField(k, v); err != nil {
			b.t.Fatal(err)
		}
	}
	f, err := w.CreateFormFile(part, name)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := f.Write(data); err != nil {
		b.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	return b.do(method, w.FormDataContentType(), &body)
}

func (b *bench) do(method, contentType string, body io.Reader) answer {
	b.t.Helper()
	resp := b.post(method, contentType, body)
	defer resp.Body.Close()
	var a answer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	if !a.OK && a.Code != resp.StatusCode {
		b.t.Errorf("%s: error_code %d but status %d", method, a.Code, resp.StatusCode)
	}
	return a
}

func (b *bench) post(method, contentType string, body io.Reader) *http.Response {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.ctx, http.MethodPost, b.url+"/bot"+b.srv.Token()+"/"+method, body)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp
}

// say sends a text of the bot to the person and gives the message's id.
func (b *bench) say(p *Person, text string, extra params) int64 {
	b.t.Helper()
	all := params{"chat_id": itoa(p.ID()), "text": text}
	for k, v := range extra {
		all[k] = v
	}
	return b.call("sendMessage", all).message(b.t).MessageID
}

// until waits for what nothing signals.
func (b *bench) until(what string, done func() bool) {
	b.t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-b.ctx.Done():
			b.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// updates takes and confirms what is queued now.
func (b *bench) updates() []map[string]any {
	b.t.Helper()
	var list []map[string]any
	if err := json.Unmarshal(b.call("getUpdates", nil).Result, &list); err != nil {
		b.t.Fatal(err)
	}
	if n := len(list); n > 0 {
		last := int64(list[n-1]["update_id"].(float64))
		b.call("getUpdates", params{"offset": itoa(last + 1), "limit": "1"})
	}
	return list
}

func picture(width, height int, c color.Color) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.Set(x, y, c)
		}
	}
	return img
}

func jpegOf(t *testing.T, width, height int, c color.Color) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture(width, height, c), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func pngOf(t *testing.T, width, height int, c color.Color) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, picture(width, height, c)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// blankPNG is a picture of one colour, quickly made in any size.
func blankPNG(t *testing.T, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{red, blue})); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var (
	red  = color.RGBA{R: 200, A: 255}
	blue = color.RGBA{B: 200, A: 255}
)
