package omarket

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

func TestFAQ(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := serve(t, mux, "GET /api/ads-board/faq/", "faq")
	for range 2 { // the second one is from the cache
		page, err := c.FAQ(t.Context(), "", market.Kyrgyz, 1)
		if err != nil {
			t.Fatal(err)
		}
		entry := page.Entries[1]
		equal(t, []any{len(page.Entries), page.Next, page.AsOf.IsZero(), entry.Title}, []any{2, false, true, "Что может делать модератор"})
		equal(t, entry.Text, "Модератор платформы О!Маркет в праве: 1. Переносить объявления в другие категории Платформы")
	}
	equal(t, []any{n.Count(), n.Query}, []any{1, "page=1"})

	c, mux = setup(t)
	answering(mux, "GET /api/ads-board/faq/", http.StatusOK, `{"result":{"next":3,"results":[{"title":"a","content":"b"},{"title":""},null]},"resultCode":"SUCCESS"}`)
	page, err := c.FAQ(t.Context(), "", market.Russian, 2)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, page, market.FAQPage{Entries: []market.FAQEntry{{Title: "a", Text: "b"}}, Next: true})

	_, err = c.FAQ(t.Context(), "broken", market.Russian, 1)
	wantKind(t, err, market.NotSignedIn)
}

// What a market said before it stopped answering is told with its time.
func TestFAQStale(t *testing.T) {
	t.Parallel()
	now := newClock()
	w := newTown(t, sandbox.Options{}, func(c *Config) { c.Now = now.Now })
	w.c.remote.Limits.Tries = 1
	read := func() market.FAQPage {
		t.Helper()
		page, err := w.c.FAQ(t.Context(), "", market.Russian, 1)
		if err != nil || len(page.Entries) == 0 {
			t.Fatalf("%d entries, %v", len(page.Entries), err)
		}
		return page
	}
	then := now.Now()
	read()
	w.sandbox.SetDown(true)
	if page := read(); !page.AsOf.IsZero() {
		t.Errorf("what was read a moment ago is called old: %s", page.AsOf)
	}
	now.Pass(freshFAQ)
	if page := read(); !page.AsOf.Equal(then) {
		t.Errorf("as of %s, not %s", page.AsOf, then)
	}
	w.sandbox.SetDown(false)
	now.Pass(time.Minute)
	if page := read(); !page.AsOf.IsZero() {
		t.Errorf("what is as it should be is called old: %s", page.AsOf)
	}
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	for html, want := range map[string]string{
		"":                                     "",
		"plain\n  text &lt;b&gt;":              "plain\ntext <b>",
		"1 < 2 and 3 > 2":                      "1 < 2 and 3 > 2",
		"a<br>b<BR/>c<br />d":                  "a\nb\nc\nd",
		"<p>a</p><p>b</p>":                     "a\n\nb",
		"<p>a\n  b</p>\r\n\r\n<p>c</p>":        "a b\n\nc",
		"no opening tag</p>":                   "no opening tag",
		"<ul><li>a</li><li>b</li></ul>c":       "• a\n\n• b\n\nc",
		`<a href="https://x.kg">link</a>`:      "link",
		"<script>alert(1)</script>a<!-- b -->": "a",
		"<style>p{}</style><b>a</b>&nbsp;b":    "a b",
		"&laquo;О!Маркет&raquo; &amp; Co":      "«О!Маркет» & Co",
		"<div>a</div><div>b</div>":             "a\n\nb",
		"<b":                                   "<b",
		"<p>" + strings.Repeat("x", 5000):      strings.Repeat("x", 5000),
	} {
		equal(t, plainText(html), want)
	}
}
