package telegram

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

func field(t *testing.T, u map[string]any, path ...string) any {
	t.Helper()
	var v any = u
	for _, p := range path {
		m, ok := v.(map[string]any)
		if !ok {
			t.Fatalf("no %q in %v", p, u)
		}
		v = m[p]
	}
	return v
}

func TestLongTextIsSplit(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p := b.srv.Person(Profile{ID: 1})
	text := strings.TrimSpace(strings.Repeat("слово ", 1500)) // 8,999 characters
	p.Send(text)
	var parts []string
	for _, u := range b.updates() {
		part := field(t, u, "message", "text").(string)
		if n := utf16Len(part); n > 4096 {
			t.Errorf("a part of %d units", n)
		}
		parts = append(parts, part)
	}
	if len(parts) != 3 || strings.Join(parts, " ") != text {
		t.Errorf("%d parts that join to %d characters", len(parts), len(strings.Join(parts, " ")))
	}
	solid := strings.Repeat("😀", 3000)
	p.Send(solid)
	parts = nil
	for _, u := range b.updates() {
		parts = append(parts, field(t, u, "message", "text").(string))
	}
	if len(parts) != 2 || strings.Join(parts, "") != solid {
		t.Errorf("without white space: %d parts", len(parts))
	}
}

func TestEntitiesOfPeople(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]Entity{
		"/start":                 {{Type: "bot_command", Length: 6}},
		"/start@some_bot go":     {{Type: "bot_command", Length: 15}},
		"😀 /new":                 {{Type: "bot_command", Offset: 3, Length: 4}},
		"see https://999.md/1.":  {{Type: "url", Offset: 4, Length: 16}},
		"a/b and 1/2":            nil,
		"@seller_1 me@mail.md":   {{Type: "mention", Length: 9}, {Type: "email", Offset: 10, Length: 10}},
		"#auto http://a.md/#tag": {{Type: "hashtag", Length: 5}, {Type: "url", Offset: 6, Length: 16}},
	} {
		got := splitText(text)
		if len(got) != 1 || !slices.Equal(got[0].entities, want) {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestAlbumAndFiles(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p := b.srv.Person(Profile{ID: 1})
	if _, err := p.Album([][]byte{jpegOf(t, 40, 30, red)}, ""); err == nil {
		t.Error("an album of one")
	}
	if _, err := p.Photo([]byte("no picture"), ""); err == nil {
		t.Error("a photo that is none")
	}
	sent := must(p.Album([][]byte{jpegOf(t, 400, 300, red), pngOf(t, 400, 300, blue)}, "cover"))(t)
	list := b.updates()
	if len(sent) != 2 || len(list) != 2 {
		t.Fatalf("%d messages, %d updates", len(sent), len(list))
	}
	group := field(t, list[0], "message", "media_group_id")
	if group == nil || group != field(t, list[1], "message", "media_group_id") {
		t.Errorf("media groups %v", group)
	}
	if field(t, list[0], "message", "caption") != "cover" || field(t, list[1], "message", "caption") != nil {
		t.Error("the caption is not the first one's alone")
	}
	again := must(p.Photo(jpegOf(t, 400, 300, red), ""))(t)
	shown := p.Messages()
	first, last := shown[0].Photo.Largest(), shown[len(shown)-1].Photo.Largest()
	if again == 0 || first.UniqueID != last.UniqueID || first.FileID != last.FileID {
		t.Errorf("the same picture has ids %+v and %+v", first, last)
	}
	if other := shown[1].Photo.Largest(); other.UniqueID == first.UniqueID {
		t.Error("different pictures share an id")
	}
	p.Document("photo.png", "", pngOf(t, 10, 10, red))
	update := b.updates()[1]
	if field(t, update, "message", "document", "mime_type") != "image/png" {
		t.Errorf("document %v", update)
	}
	data, ok := b.srv.File(field(t, update, "message", "document", "file_id").(string))
	if !ok || len(data) != len(pngOf(t, 10, 10, red)) {
		t.Error("a document does not keep its bytes")
	}
}

func TestAttachments(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p := b.srv.Person(Profile{ID: 1, FirstName: "Seller", Phone: "+37369123456"})
	p.Contact(true)
	p.Contact(false)
	p.Sticker()
	p.Voice()
	p.Location(42.8746, 74.5698)
	list := b.updates()
	if field(t, list[0], "message", "contact", "user_id") != float64(1) || field(t, list[0], "message", "contact", "phone_number") != "+37369123456" {
		t.Errorf("own contact %v", list[0])
	}
	if field(t, list[1], "message", "contact", "user_id") == float64(1) {
		t.Errorf("another's contact %v", list[1])
	}
	for i, kind := range []string{"sticker", "voice", "location"} {
		if field(t, list[i+2], "message", kind) == nil {
			t.Errorf("no %s in %v", kind, list[i+2])
		}
	}
}

func TestPresses(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p := b.seller()
	b.updates()
	old := b.say(p, "old", params{"reply_markup": inline(`{"text":"Go","callback_data":"old"}`)})
	b.say(p, "new", params{"reply_markup": inline(`{"text":"Go · 1 leu","callback_data":"new"},{"text":"Site","url":"https://999.md/"}`)})
	if err := p.PressText("Nowhere"); err == nil {
		t.Error("pressed a button that is not there")
	}
	if err := p.PressText("Site"); err == nil {
		t.Error("pressed a link")
	}
	if err := p.Press(old, "new"); err == nil {
		t.Error("pressed another message's button")
	}
	for _, press := range []error{p.PressPrefix("Go ·"), p.PressText("Go"), p.Press(old, "old"), p.PressStale(old, "gone")} {
		if press != nil {
			t.Error(press)
		}
	}
	var data []any
	var queries []string
	for _, u := range b.updates() {
		data = append(data, field(t, u, "callback_query", "data"))
		queries = append(queries, field(t, u, "callback_query", "id").(string))
	}
	if want := []any{"new", "old", "old", "gone"}; !slices.Equal(data, want) {
		t.Errorf("pressed %v, want %v", data, want)
	}
	if a := b.call("answerCallbackQuery", params{"callback_query_id": queries[0], "text": "Saved", "show_alert": "true"}); !a.OK {
		t.Error(a.Description)
	}
	if a := b.call("answerCallbackQuery", params{"callback_query_id": queries[0]}); a.OK {
		t.Error("answered twice")
	}
	if got := p.Toasts(); len(got) != 1 || got[0].Text != "Saved" || !got[0].Alert || p.Unanswered() != 3 {
		t.Errorf("toasts %+v, %d unanswered", got, p.Unanswered())
	}
}

func TestBlocked(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p := b.seller()
	b.updates()
	p.Block()
	for _, method := range []string{"sendMessage", "sendChatAction"} {
		all := params{"chat_id": itoa(p.ID()), "text": "x"}
		if method == "sendChatAction" {
			all = params{"chat_id": itoa(p.ID()), "action": "typing"}
		}
		if a := b.call(method, all); a.Code != 403 || a.Description != "Forbidden: bot was blocked by the user" {
			t.Errorf("%s: %d %q", method, a.Code, a.Description)
		}
	}
	p.Send("/start") // the app unblocks first
	list := b.updates()
	if got := kinds(list); !slices.Equal(got, []string{"my_chat_member", "my_chat_member", "message"}) {
		t.Fatalf("updates %v", got)
	}
	if s := field(t, list[0], "my_chat_member", "new_chat_member", "status"); s != "kicked" {
		t.Errorf("blocked: %v", s)
	}
	b.say(p, "welcome back", nil)
}

func TestGroups(t *testing.T) {
	t.Parallel()
	b := start(t, Options{Username: "bazar_bot"})
	p := b.srv.Person(Profile{ID: 1})
	g := b.srv.Group("Family", p)
	for _, text := range []string{"hello", "/start", "/start@bazar_bot now", "/start@other_bot", "what does @bazar_bot say?"} {
		p.InGroup(g, text)
	}
	list := b.updates()
	if got := kinds(list); !slices.Equal(got, []string{"my_chat_member", "message", "message", "message"}) {
		t.Fatalf("heard %v", list)
	}
	if field(t, list[1], "message", "chat", "type") != "group" {
		t.Errorf("update %v", list[1])
	}
	a := b.call("sendMessage", params{"chat_id": itoa(g.ID()), "text": "In private, please", "reply_markup": inline(`{"text":"Ok","callback_data":"ok"}`)})
	if !a.OK || len(g.Messages()) != 6 {
		t.Errorf("%q, %d messages", a.Description, len(g.Messages()))
	}
	if a := b.call("deleteMessage", params{"chat_id": itoa(g.ID()), "message_id": "1"}); a.OK {
		t.Error("deleted a member's message")
	}
	if err := p.PressInGroup(g, "Ok"); err != nil {
		t.Error(err)
	}
	query := field(t, b.updates()[0], "callback_query", "id").(string)
	if a := b.call("answerCallbackQuery", params{"callback_query_id": query, "text": "hi"}); !a.OK || len(p.Toasts()) != 1 {
		t.Errorf("%q, toasts %v", a.Description, p.Toasts())
	}
}

func TestWaitTellsWhatItSaw(t *testing.T) {
	t.Parallel()
	b := start(t, Options{Keep: 5})
	p := b.seller()
	b.say(p, "Привет", params{"reply_markup": inline(`{"text":"Go","callback_data":"go"}`)})
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Millisecond)
	defer cancel()
	_, err := p.Wait(ctx, func([]Message) bool { return false })
	if err == nil || !strings.Contains(err.Error(), "Привет\n[Go]") {
		t.Errorf("error %v", err)
	}
	for range 20 {
		p.Send("x")
	}
	if n := len(p.Messages()); n != 5 {
		t.Errorf("%d messages kept, want 5", n)
	}
}

func TestHTMLBothWays(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"<b>a <i>b</i></b> &lt;c&gt;":                                 "<b>a <i>b</i></b> &lt;c&gt;",
		"<strong>x</strong><del>y</del>":                              "<b>x</b><s>y</s>",
		`<a href="https://999.md/?a=1&amp;b=2">ad</a>`:                `<a href="https://999.md/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">ad</a>`,
		`<a href="javascript:alert(1)">x</a>`:                         "x",
		`<span class="tg-spoiler">s</span><tg-spoiler>t</tg-spoiler>`: `<span class="tg-spoiler">s</span><span class="tg-spoiler">t</span>`,
		`<pre><code class="language-go">x < y</code></pre>`:           "",
		`<pre><code class="language-go">x &lt; y</code></pre>`:        "<pre>x &lt; y</pre>",
		"<blockquote>q</blockquote>":                                  "<blockquote>q</blockquote>",
		"<b><b>x</b></b>":                                             "<b>x</b>",
		"&#1071;&#x42F; &copy; AT&T":                                  "ЯЯ &amp;copy; AT&amp;T",
		" <b> x</b> ":                                                 "<b>x</b>",
		"press /new":                                                  `press <a href="#" data-command="/new">/new</a>`,
		"<b>a</b>\n<code>/not_a_command</code>":                       "<b>a</b>\n<code>/not_a_command</code>",
		"😀<i>я</i>":                                                   "😀<i>я</i>",
	} {
		f, err := formatText(in, "HTML", "")
		if want == "" {
			if err == nil {
				t.Errorf("%q is taken", in)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", in, err)
		} else if got := renderHTML(f); got != want {
			t.Errorf("%q shows as %q, want %q", in, got, want)
		}
	}
	overlap := formatted{text: "abcdef", entities: []Entity{{Type: "bold", Length: 4}, {Type: "italic", Offset: 2, Length: 4}}}
	if got, want := renderHTML(overlap), "<b>ab<i>cd</i></b><i>ef</i>"; got != want {
		t.Errorf("overlapping: %q, want %q", got, want)
	}
	raw, err := json.Marshal(Entity{Type: "bold", Length: 1})
	if err != nil || string(raw) != `{"type":"bold","offset":0,"length":1}` {
		t.Errorf("wire %s, %v", raw, err)
	}
}
