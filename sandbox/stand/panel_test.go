package stand

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPanel(t *testing.T) {
	t.Parallel()
	panel := ParsePanel(`<style>:root { --brand: #123; }{{template "style"}}</style>{{template "requests" .}}`)
	for name, tt := range map[string]struct {
		view   any
		status int
		want   []string
	}{
		"requests": {
			[]Request{{Method: "GET", Path: "/<ads>", Query: "a=b", Key: "k…", Status: 404}, {Method: "GET", Path: "/lost", Key: "k…", Token: "t…"}},
			200,
			[]string{"--brand: #123", "var(--brand)", "GET /&lt;ads&gt;?a=b</td><td>k…", `class="bad">404`, "GET /lost</td><td>t…", "no answer"},
		},
		"none":                 {[]Request{}, 200, []string{"None yet."}},
		"what cannot be drawn": {5, 500, []string{"cannot be drawn"}},
	} {
		w := httptest.NewRecorder()
		ShowPanel(w, panel, tt.view)
		for _, want := range tt.want {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: %q is not in %s", name, want, w.Body)
			}
		}
		policy := w.Header().Get("Content-Security-Policy")
		if w.Code != tt.status || tt.status == 200 && !strings.HasPrefix(policy, "default-src 'none';") {
			t.Errorf("%s: %d, policy %q", name, w.Code, policy)
		}
	}
}

func TestPanelImage(t *testing.T) {
	t.Parallel()
	for picture, want := range map[string]int{"": http.StatusNotFound, "GIF89a": http.StatusOK} {
		w := httptest.NewRecorder()
		var data []byte
		if picture != "" {
			data = []byte(picture)
		}
		ShowImage(w, httptest.NewRequest(http.MethodGet, "/image", nil), data)
		if w.Code != want || want == http.StatusOK && w.Header().Get("Content-Type") != "image/gif" {
			t.Errorf("%q: %d %v", picture, w.Code, w.Header())
		}
	}
}

func TestBackToPanel(t *testing.T) {
	t.Parallel()
	for anchor, want := range map[string]string{"": "./", "ad-5": "./#ad-5"} {
		w := httptest.NewRecorder()
		BackToPanel(w, anchor)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
			t.Errorf("%q: %d to %s", anchor, w.Code, w.Header().Get("Location"))
		}
	}
}
