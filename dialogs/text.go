// Package dialogs holds the conversations: the form engine, the screens, and
// one file per dialog. It answers with text keys and arguments; Telegram, SQL
// and HTTP are other packages' business.
package dialogs

import (
	"time"

	"bazarbot/market"
)

// Text is something to be said, before it has a language. Exactly one of Key,
// Data and Parts is set; the zero Text says nothing.
type Text struct {
	Key   string // a text of the locales
	Args  Args   // for Key
	Data  string // shown as it stands: what a person or a market wrote
	Parts []Text // shown one after another, joined by Sep
	Sep   string
}

// Args fill the placeholders of a text. Strings are data; a Text is rendered
// first; Count chooses the plural form.
type Args map[string]any

// Moment is a time to be shown in a market's local time.
type Moment struct {
	At     time.Time
	Market market.ID
}

// say is the text of a key; pairs are argument names and values.
func say(key string, pairs ...any) Text {
	t := Text{Key: key}
	if len(pairs) > 0 {
		t.Args = make(Args, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			t.Args[pairs[i].(string)] = pairs[i+1]
		}
	}
	return t
}

// data is text that is shown as it stands.
func data(s string) Text { return Text{Data: s} }

// join puts texts one after another, leaving out those that say nothing.
func join(sep string, texts ...Text) Text {
	var parts []Text
	for _, t := range texts {
		if !t.IsZero() {
			parts = append(parts, t)
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return Text{Parts: parts, Sep: sep}
}

// IsZero reports whether the text says nothing.
func (t Text) IsZero() bool { return t.Key == "" && t.Data == "" && len(t.Parts) == 0 }

// clip shortens data to n characters, ending in an ellipsis.
func clip(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return string(runes[:n-1]) + "…"
}

// marketName is a market's own name; it is the same in every language.
func marketName(id market.ID) string { return id.Name() }
