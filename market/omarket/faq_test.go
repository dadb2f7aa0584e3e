package omarket

import (
	"net/http"
	"strings"
	"testing"

	"bazarbot/market"
)

func TestFAQ(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := serve(t, mux, "GET /api/ads-board/faq/", "faq")
	for range 2 { // the second one is from the cache
		entries, next, err := c.FAQ(t.Context(), "", market.Kyrgyz, 1)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, []any{len(entries), next, entries[1].Title}, []any{2, false, "Что может делать модератор"})
		equal(t, entries[1].Text, "Модератор платформы О!Маркет в праве: 1. Переносить объявления в другие категории Платформы")
	}
	equal(t, []any{n.Count(), n.Query}, []any{1, "page=1"})

	c, mux = setup(t)
	answering(mux, "GET /api/ads-board/faq/", http.StatusOK, `{"result":{"next":3,"results":[{"title":"a","content":"b"},{"title":""},null]},"resultCode":"SUCCESS"}`)
	entries, next, err := c.FAQ(t.Context(), "", market.Russian, 2)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, entries, []market.FAQEntry{{Title: "a", Text: "b"}})
	equal(t, next, true)

	_, _, err = c.FAQ(t.Context(), "broken", market.Russian, 1)
	wantKind(t, err, market.NotSignedIn)
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
