package bot

import (
	"fmt"
	"html"
	"log/slog"
	"strings"
	"unicode/utf16"

	"bazarbot/dialogs"
	"bazarbot/locales"
	"bazarbot/market"
)

// Limits of Telegram's messages, in UTF-16 units after the markup is parsed.
// Counting the markup too leaves room to spare.
const (
	maxText    = 4096
	maxCaption = 1024
	maxLabel   = 64
	maxToast   = 200
)

// renderer turns what the dialogs say into one language.
type renderer struct {
	texts *locales.Bundle
	lang  string
	log   *slog.Logger
}

// html renders a text as Telegram's HTML: data is escaped.
func (r renderer) html(t dialogs.Text) string { return r.text(t, html.EscapeString) }

// plain renders a text without markup, as buttons and toasts show it.
func (r renderer) plain(t dialogs.Text) string {
	return r.text(t, func(s string) string { return s })
}

func (r renderer) text(t dialogs.Text, escape func(string) string) string {
	switch {
	case t.Key != "":
		args := make(map[string]any, len(t.Args))
		for name, arg := range t.Args {
			args[name] = r.arg(arg, escape)
		}
		s, err := r.texts.Text(r.lang, t.Key, args)
		if err != nil {
			r.log.Error("text", "key", t.Key, "lang", r.lang, "error", err)
		}
		return s
	case len(t.Parts) > 0:
		parts := make([]string, 0, len(t.Parts))
		for _, p := range t.Parts {
			parts = append(parts, r.text(p, escape))
		}
		return strings.Join(parts, t.Sep)
	}
	return escape(t.Data)
}

func (r renderer) arg(arg any, escape func(string) string) any {
	switch v := arg.(type) {
	case dialogs.Text:
		return r.text(v, escape)
	case string:
		return escape(v)
	case int:
		return v
	case dialogs.Moment:
		return escape(v.At.In(market.Zone(v.Market)).Format("02.01.2006 15:04"))
	}
	return escape(fmt.Sprint(arg))
}

// reply renders one reply of a turn.
func (r renderer) reply(d dialogs.Reply) reply {
	out := reply{
		Kind: string(d.Kind), Message: d.Message, Photo: d.View.Photo, File: d.View.File, Photos: d.View.Photos, Name: d.Name,
	}
	switch d.Kind {
	case dialogs.ReplyMenu:
		out.Role = d.Role
		return out
	case dialogs.ReplyFile:
		out.Name, out.Data = d.File.Name, d.File.Data
		return out
	case dialogs.ReplyChart:
		out.Name, out.Data = "chart.png", r.chart(*d.Chart)
		return out
	}
	if d.Kind == dialogs.ReplyToast {
		out.Text = cut(r.plain(d.Text), maxToast)
		return out
	}
	limit := maxText
	if out.Photo != "" {
		limit = maxCaption
	}
	paragraphs := make([]string, 0, len(d.View.Text)+1)
	for _, t := range append([]dialogs.Text{d.View.Note}, d.View.Text...) {
		if !t.IsZero() {
			paragraphs = append(paragraphs, r.html(t))
		}
	}
	if d.Kind == dialogs.ReplyKeyboard {
		out.Contact = cut(r.plain(d.View.Contact), maxLabel)
	}
	out.Text = fitLines(strings.Join(paragraphs, "\n\n"), limit)
	for _, row := range d.View.Rows {
		buttons := make([]key, 0, len(row))
		for _, b := range row {
			buttons = append(buttons, key{Text: cut(r.plain(b.Label), maxLabel), Data: b.Data, URL: b.URL})
		}
		out.Keys = append(out.Keys, buttons)
	}
	return out
}

// fitLines drops whole lines from the end until a text fits; each line's
// markup is closed within it.
func fitLines(s string, limit int) string {
	if utf16Len(s) <= limit {
		return s
	}
	const mark = "\n…"
	lines := strings.Split(s, "\n")
	for len(lines) > 1 {
		lines = lines[:len(lines)-1]
		if kept := strings.Join(lines, "\n") + mark; utf16Len(kept) <= limit {
			return kept
		}
	}
	return "…"
}

// cut shortens plain text to n UTF-16 units.
func cut(s string, n int) string {
	if utf16Len(s) <= n {
		return s
	}
	units := 0
	for i, r := range s {
		units += utf16.RuneLen(r)
		if units > n-1 {
			return s[:i] + "…"
		}
	}
	return s
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}
