package telegram

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

func (b *bench) get(path string) (*http.Response, string) {
	b.t.Helper()
	resp := must(http.Get(b.url + path))(b.t)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp, string(body)
}

func TestPageServesItself(t *testing.T) {
	t.Parallel()
	panel := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "panel "+r.URL.Path) })
	b := start(t, Options{People: DemoPeople(), Panels: []Panel{{Title: "999.md", Handler: panel}}})
	for path, want := range map[string]string{
		"/":                      `<script src="app.js"`,
		"/app.js":                "EventSource",
		"/style.css":             "prefers-color-scheme",
		"/panels/0/ads/1":        "panel /ads/1",
		"/api/about":             `"language":"ky"`,
		"/api/people/1002/state": `"started":false`,
	} {
		resp, body := b.get(path)
		if resp.StatusCode != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d, without %q", path, resp.StatusCode, want)
		}
	}
	resp, _ := b.get("/")
	if policy := resp.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'self'") {
		t.Errorf("policy %q", policy)
	}
	if resp, _ := b.get("/api/people/5/state"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a person that is not: %d", resp.StatusCode)
	}
}

func TestPageRefusesOtherSites(t *testing.T) {
	t.Parallel()
	b := start(t, Options{People: DemoPeople()})
	req := must(http.NewRequest(http.MethodPost, b.url+"/api/people/1001/send", strings.NewReader("text=x")))(t)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	resp := must(http.DefaultClient.Do(req))(t)
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden || len(b.srv.person(1001).Messages()) != 0 {
		t.Errorf("another site wrote here: %d", resp.StatusCode)
	}
}

func TestPageStreamsTheChat(t *testing.T) {
	t.Parallel()
	b := start(t, Options{People: DemoPeople()})
	p := b.srv.person(1001)
	resp := must(http.Get(b.url + "/api/people/1001/events"))(t)
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	next := func(done func(pageState) bool) pageState {
		t.Helper()
		for lines.Scan() {
			raw, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var s pageState
			if err := json.Unmarshal([]byte(raw), &s); err != nil {
				t.Fatal(err)
			}
			if done(s) {
				return s
			}
		}
		t.Fatal("the stream ended:", lines.Err())
		return pageState{}
	}
	next(func(s pageState) bool { return !s.Started })
	p.Send("<script>")
	s := next(func(s pageState) bool { return s.Started })
	if len(s.Messages) != 1 || s.Messages[0].HTML != "&lt;script&gt;" {
		t.Errorf("streamed %+v", s.Messages)
	}
	p.Block()
	next(func(s pageState) bool { return s.Blocked })
}

func TestPageFiles(t *testing.T) {
	t.Parallel()
	b := start(t, Options{People: DemoPeople()})
	p := b.srv.person(1001)
	p.Document("evil.html", "text/html", []byte("<script>"))
	id := p.Messages()[0].Document.FileID
	resp, _ := b.get("/api/people/1001/files/" + id)
	if !strings.HasPrefix(resp.Header.Get("Content-Disposition"), "attachment") || resp.Header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("a document is shown as a page: %v", resp.Header)
	}
	if resp, _ := b.get("/api/people/1002/files/" + id); resp.StatusCode != http.StatusNotFound {
		t.Errorf("somebody else's file: %d", resp.StatusCode)
	}
}

func TestFaultsFromThePage(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	set := func(body string) int {
		t.Helper()
		resp := must(http.Post(b.url+"/api/faults", "application/json", bytes.NewReader([]byte(body))))(t)
		defer resp.Body.Close()
		return resp.StatusCode
	}
	if code := set(`{"kind":"too_many","method":"getMe","retry_after":3}`); code != http.StatusNoContent {
		t.Fatalf("set: %d", code)
	}
	if a := b.call("getMe", nil); a.Parameters.RetryAfter != 3 {
		t.Errorf("then %+v", a)
	}
	for _, bad := range []string{`{"kind":"earthquake"}`, `{"kind":"delay","dealy":1}`, `x`} {
		if code := set(bad); code != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, code)
		}
	}
}
