package dialogs_test

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"bazarbot/dialogs"
	"bazarbot/locales"
	"bazarbot/market"
)

var texts = func() *locales.Bundle {
	bundle, err := locales.Load()
	if err != nil {
		panic(err)
	}
	return bundle
}()

// speaker says texts in one language. Faults of the texts fail the test.
type speaker struct {
	t    testing.TB
	lang market.Lang
}

// html is a text as it goes to Telegram.
func (s speaker) html(t dialogs.Text) string { return s.render(t, html.EscapeString) }

// plain is a text without markup.
func (s speaker) plain(t dialogs.Text) string { return unmarked(s.html(t)) }

func (s speaker) render(t dialogs.Text, escape func(string) string) string {
	switch {
	case t.Key != "":
		args := map[string]any{}
		for name, arg := range t.Args {
			switch v := arg.(type) {
			case dialogs.Text:
				args[name] = s.render(v, escape)
			case string:
				args[name] = escape(v)
			case int:
				args[name] = v
			case dialogs.Moment:
				args[name] = v.At.UTC().Format("02.01.2006 15:04")
			default:
				s.t.Errorf("text %s: argument %s is a %T", t.Key, name, arg)
			}
		}
		said, err := texts.Text(string(s.lang), t.Key, args)
		if err != nil {
			s.t.Errorf("text %s in %s: %v", t.Key, s.lang, err)
		}
		return said
	case len(t.Parts) > 0:
		parts := make([]string, len(t.Parts))
		for i, p := range t.Parts {
			parts[i] = s.render(p, escape)
		}
		return strings.Join(parts, t.Sep)
	}
	return escape(t.Data)
}

// body is the text of a view as one message.
func (s speaker) body(v dialogs.View) string {
	var paragraphs []string
	for _, t := range append([]dialogs.Text{v.Note}, v.Text...) {
		if !t.IsZero() {
			paragraphs = append(paragraphs, s.html(t))
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// screen is a view as a person sees it.
func (s speaker) screen(v dialogs.View) string {
	var b strings.Builder
	if v.Photo != "" {
		fmt.Fprintf(&b, "(picture %s)\n", v.Photo)
	}
	b.WriteString(unmarked(s.body(v)))
	for _, row := range v.Rows {
		b.WriteString("\n ")
		for _, button := range row {
			b.WriteString(" [" + s.plain(button.Label) + "]")
		}
	}
	return b.String()
}

var markup = regexp.MustCompile(`</?[bi]>`)

// unmarked is the text as it is read; no-break spaces are spaces.
func unmarked(s string) string {
	return strings.ReplaceAll(html.UnescapeString(markup.ReplaceAllString(s, "")), "\u00a0", " ")
}

// Telegram's limits, in UTF-16 units and, for data, bytes.
const (
	maxText    = 4096
	maxCaption = 1024
	maxToast   = 200
	maxData    = 64
	maxKeys    = 100
)

// fits checks a view against what Telegram takes, in every language.
func fits(t testing.TB, v dialogs.View) {
	t.Helper()
	limit := maxText
	if v.Photo != "" {
		limit = maxCaption
	}
	for _, lang := range market.Langs {
		s := speaker{t, lang}
		body := s.body(v)
		if n := units(unmarked(body)); n == 0 || n > limit {
			t.Errorf("a message of %d units in %s:\n%s", n, lang, body)
		}
		for line := range strings.Lines(body) { // a message that is too long is cut between lines
			for _, tag := range []string{"b", "i"} {
				if strings.Count(line, "<"+tag+">") != strings.Count(line, "</"+tag+">") {
					t.Errorf("markup goes over the end of a line in %s: %q", lang, line)
				}
			}
		}
		for _, row := range v.Rows {
			for _, b := range row {
				if strings.TrimSpace(s.plain(b.Label)) == "" {
					t.Errorf("a button without a label in %s: %+v", lang, b)
				}
			}
		}
	}
	fitsKeys(t, v)
}

func fitsKeys(t testing.TB, v dialogs.View) {
	t.Helper()
	n, seen := 0, map[string]bool{}
	for _, row := range v.Rows {
		n += len(row)
		if len(row) > 8 {
			t.Errorf("a row of %d buttons", len(row))
		}
		for _, b := range row {
			if (b.URL == "") == (b.Data == "") || len(b.Data) > maxData || seen[b.Data] && b.URL == "" {
				t.Errorf("a button with data %q (%d bytes), url %q", b.Data, len(b.Data), b.URL)
			}
			seen[b.Data] = true
		}
	}
	if n > maxKeys {
		t.Errorf("%d buttons", n)
	}
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }
