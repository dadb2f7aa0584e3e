package bot

import (
	"io"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/locales"
	"bazarbot/market"
)

func russian(t *testing.T) renderer { return in(t, "ru") }

func in(t *testing.T, lang string) renderer {
	t.Helper()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	return renderer{texts: texts, lang: lang, log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

func key1(name string, pairs ...any) dialogs.Text {
	t := dialogs.Text{Key: name, Args: dialogs.Args{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		t.Args[pairs[i].(string)] = pairs[i+1]
	}
	return t
}

func TestRenderTexts(t *testing.T) {
	t.Parallel()
	evil := `<b>&"Имя"</b>`
	at := dialogs.Moment{At: time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC), Market: market.MD999}
	for _, tt := range []struct {
		lang        string
		text        dialogs.Text
		html, plain string
	}{
		{"ru", dialogs.Text{Data: evil}, "&lt;b&gt;&amp;&#34;Имя&#34;&lt;/b&gt;", evil},
		{"ru", key1("form.field", "Name", evil), "<b>&lt;b&gt;&amp;&#34;Имя&#34;&lt;/b&gt;</b>", "<b>" + evil + "</b>"},
		{"ru", key1("form.field", "Name", dialogs.Text{Data: "a<b"}), "<b>a&lt;b</b>", "<b>a<b</b>"},
		{"ru", dialogs.Text{Sep: " · ", Parts: []dialogs.Text{{Data: "1"}, {Data: "<"}}}, "1 · &lt;", "1 · <"},
		{"ru", key1("ads.count", "Count", 1), "1 объявление", "1 объявление"},
		{"ru", key1("ads.count", "Count", 3), "3 объявления", "3 объявления"},
		{"ru", key1("ads.count", "Count", 5), "5 объявлений", "5 объявлений"},
		{"ru", key1("ads.count", "Count", 21), "21 объявление", "21 объявление"},
		{"ro", key1("ads.count", "Count", 1), "1 anunț", "1 anunț"},
		{"ro", key1("ads.count", "Count", 20), "20 de anunțuri", "20 de anunțuri"},
		{"ru", key1("ad.expires", "At", at), "Активно до: 01.07.2026 15:00", "Активно до: 01.07.2026 15:00"},
		{"ru", key1("ad.expires", "At", dialogs.Moment{At: at.At, Market: market.OMarket}), "Активно до: 01.07.2026 18:00", "Активно до: 01.07.2026 18:00"},
	} {
		r := in(t, tt.lang)
		if got := r.html(tt.text); got != tt.html {
			t.Errorf("html: %q, want %q", got, tt.html)
		}
		if got := r.plain(tt.text); got != tt.plain {
			t.Errorf("plain: %q, want %q", got, tt.plain)
		}
	}
}

// Whatever stands in a view, Telegram takes the message.
func TestRenderLimits(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start")
	photo, err := h.person.Photo(pixel(t), "")
	if err != nil {
		t.Fatal(err)
	}
	fileID := ""
	for _, m := range h.person.Messages() {
		if m.ID == photo {
			fileID = m.Photo.Largest().FileID
		}
	}
	paragraph := func(s string, n int) (texts []dialogs.Text) {
		for range n {
			texts = append(texts, dialogs.Text{Data: s})
		}
		return texts
	}
	wide := strings.Repeat("👩‍👩‍👧", 100)
	for name, v := range map[string]dialogs.View{
		"many lines":      {Text: paragraph(strings.Repeat("ы", 300), 40)},
		"one long line":   {Text: paragraph(strings.Repeat("ы", 5000), 1)},
		"escapes":         {Text: paragraph(strings.Repeat("<&>", 300), 10)},
		"emoji":           {Text: paragraph(wide, 30)},
		"just fits":       {Text: paragraph(strings.Repeat("x", 4096), 1)},
		"one too many":    {Text: paragraph(strings.Repeat("x", 4097), 1)},
		"markup":          {Text: []dialogs.Text{key1("form.field", "Name", strings.Repeat("ы", 4090)), {Data: "end"}}},
		"caption":         {Photo: fileID, Text: paragraph(strings.Repeat("ы", 300), 40)},
		"caption, short":  {Photo: fileID, Text: paragraph("ы", 1)},
		"the longest key": {Text: paragraph("x", 1), Rows: [][]dialogs.Button{{{Label: dialogs.Text{Data: wide}, Data: strings.Repeat("d", 64)}}}},
		"a full keyboard": {Text: paragraph("x", 1), Rows: keyboard(40)},
	} {
		t.Run(name, func(t *testing.T) {
			r := russian(t).reply(dialogs.Reply{Kind: dialogs.ReplyScreen, View: v})
			r.Chat = seller
			for _, row := range r.Keys {
				for _, k := range row {
					if n := utf16Len(k.Text); n > maxLabel {
						t.Errorf("a label of %d units", n)
					}
				}
			}
			if message, outcome, err := h.bot.send(h.ctx, r); err != nil || message == 0 {
				t.Errorf("%s: %v\n%.200s", outcome, err, r.Text)
			}
		})
	}
	toast := russian(t).reply(dialogs.Reply{Kind: dialogs.ReplyToast, Text: dialogs.Text{Data: wide}})
	if n := utf16Len(toast.Text); n > maxToast || n < maxToast-20 {
		t.Errorf("a toast of %d units", n)
	}
}

// keyboard has n rows of two buttons.
func keyboard(n int) [][]dialogs.Button {
	rows := make([][]dialogs.Button, n)
	for i := range rows {
		for j := range 2 {
			label := strconv.Itoa(2*i + j)
			rows[i] = append(rows[i], dialogs.Button{Label: dialogs.Text{Data: label}, Data: "d" + label})
		}
	}
	return rows
}

func TestFitLines(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text  string
		limit int
		want  string
	}{
		{"abc", 3, "abc"},
		{"abc\ndef", 7, "abc\ndef"},
		{"abc\ndef", 6, "abc\n…"},
		{"abc\ndef\nghi", 9, "abc\ndef\n…"},
		{"abcdef", 5, "…"},
		{"👍👍\nx", 5, "…"},
		{"👍👍\nx", 6, "👍👍\nx"},
	} {
		if got := fitLines(tt.text, tt.limit); got != tt.want {
			t.Errorf("fitLines(%q, %d) = %q, want %q", tt.text, tt.limit, got, tt.want)
		}
	}
	for _, tt := range []struct {
		text string
		n    int
		want string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"👍👍", 3, "👍…"}, {"👍👍", 4, "👍👍"}, {"a👍b", 3, "a…"}, {"", 0, ""},
	} {
		if got := cut(tt.text, tt.n); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.text, tt.n, got, tt.want)
		}
	}
}
