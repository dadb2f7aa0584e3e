package dialogs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// decoded is the session as it is stored.
func (c *chat) decoded() *dialogs.Session {
	c.t.Helper()
	s, err := dialogs.DecodeSession(c.body)
	if err != nil {
		c.fatal("%v", err)
	}
	s.Screen = c.screen
	return s
}

func failed(ref string) dialogs.Event { return dialogs.Event{Kind: dialogs.Failed, Ref: ref} }

// everyEvent is an event of each kind that reads from the store.
func everyEvent() []dialogs.Event {
	return []dialogs.Event{
		{Kind: dialogs.Said, Text: "x"}, {Kind: dialogs.Command, Text: "new"}, {Kind: dialogs.Command, Text: "cancel"},
		{Kind: dialogs.Pressed, Button: "n:x:o"}, {Kind: dialogs.Pictured}, {Kind: dialogs.Edited}, {Kind: dialogs.Other},
		{Kind: dialogs.Reported}, failed("R"), {Kind: dialogs.Timed, Name: "quota", Arg: "draft/job"},
	}
}

// state is all that a press could change: where the person is, and what they
// have. The revision grows with every screen.
func (c *chat) state() string {
	c.t.Helper()
	s := c.decoded()
	s.Shown, s.Flow = dialogs.Shown{}, nil
	body, err := s.Encode()
	if err != nil {
		c.fatal("%v", err)
	}
	var b bytes.Buffer
	b.Write(body)
	for _, id := range slices.Sorted(maps.Keys(c.store.drafts)) {
		d := c.store.drafts[id]
		fmt.Fprintf(&b, "\n%s %s %s %s", d.ID, d.State, d.Account, d.Body)
	}
	fmt.Fprintf(&b, "\n%d accounts, %d jobs", len(c.store.accounts), len(c.jobs))
	return b.String()
}

// A press on a screen that is not the present one changes nothing, and shows
// the present one.
func TestStaleButtons(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	var old []string
	for _, step := range append(slices.Clone(steps), "> [Опубликовать]", "> [Главное меню]") {
		c.talk(step)
		before := c.state()
		for _, data := range old {
			c.pressData("stale "+data, data)
			c.talk("~ Эта кнопка устарела.")
		}
		if after := c.state(); after != before {
			c.fatal("old buttons have changed\n%s\ninto\n%s", before, after)
		}
		for _, b := range slices.Concat(c.view.Rows...) {
			old = append(old, b.Data)
		}
		old = old[max(0, len(old)-20):]
		c.talk("> /help\n> [Назад]") // what is shown now gets a newer revision
	}
}

// An old screen's message is not changed by a press on it: the present one
// comes below.
func TestStaleMessage(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk("> /new")
	screen := c.screen
	c.event(dialogs.Event{Kind: dialogs.Pressed, Message: screen - 1, Button: "aaaa:1:k:0"})
	if c.screen == screen {
		c.fatal("the old message was changed")
	}
	screen = c.screen
	c.event(dialogs.Event{Kind: dialogs.Pressed, Message: screen, Button: "aaaa:1:k:0"})
	if c.screen != screen {
		c.fatal("the screen was sent anew")
	}
}

// Two presses on one screen: the second finds a newer one.
func TestTwoPressesAtOnce(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk(small)
	b, _ := c.button(c.view, "Опубликовать")
	c.pressData("publish", b.Data)
	c.pressData("publish", b.Data)
	c.talk("~ Эта кнопка устарела.\n< Публикуем на 999.md")
	if len(c.jobs) != 1 {
		c.fatal("%d jobs", len(c.jobs))
	}
}

// Another's draft is not opened by its id, and what is forged does no harm.
func TestForgedButtons(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.store.drafts["theirs"] = market.Draft{
		ID: "theirs", Person: 7, Market: market.MD999, State: market.DraftOpen, Body: []byte(`{"title":"Чужое"}`),
	}
	c.talk(small)
	b, _ := c.button(c.view, "Опубликовать")
	parts := strings.Split(b.Data, ":")
	before := c.state()
	forged := []string{
		"", ":", ":::", "n", "n:", "n::o", "n:theirs:o", "n:nobody:o", strings.Repeat("x", 64), strings.Repeat(":", 64),
		strings.Repeat("n:theirs:o", 1000), "\x00\xff", "n:theirs:drop",
		parts[0] + ":" + parts[1] + ":" + parts[2] + ":99999999999999999999",
		parts[0] + ":" + parts[1] + ":" + parts[2] + ":-1",
		parts[0] + ":99999999999999999999:" + parts[2] + ":0",
		parts[0] + ":" + parts[1] + ":dr:" + parts[3], // another operation with this button's slot
		parts[0] + ":" + parts[1] + ":kd:" + parts[3],
		parts[0] + ":" + parts[1] + ":h:" + parts[3],
		parts[0] + ":" + parts[1] + "::" + parts[3],
		b.Data + ":0", " " + b.Data,
	}
	for _, data := range forged {
		c.pressData(fmt.Sprintf("forged %.70q", data), data)
		if c.has(c.view, "Чужое") {
			c.fatal("another's draft is shown")
		}
		if !strings.HasPrefix(data, "n:") {
			if after := c.state(); after != before {
				c.fatal("forged %q changed\n%s\ninto\n%s", data, before, after)
			}
			continue
		}
		c.talk("> /drafts\n> [iPhone]\n> [Продолжить]\n< Проверьте объявление\n< Заголовок: iPhone")
		before = c.state()
	}
	if d := c.store.drafts["theirs"]; d.Person != 7 || d.State != market.DraftOpen {
		c.fatal("another's draft is %+v", d)
	}
	c.pressData("publish", b.Data) // the real one, stale by now
	c.talk("~ Эта кнопка устарела.\n> [Опубликовать]\n< Публикуем")
}

// A session of another release, or a damaged one, leads home at worst.
func TestStrangeSessions(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"unknown dialog":         `{"stack":[{"id":"a","name":"home"},{"id":"b","name":"auction"}],"shown":{"frame":"b","rev":3}}`,
		"only an unknown dialog": `{"stack":[{"id":"b","name":"auction"}],"shown":{"rev":0}}`,
		"null on the stack":      `{"stack":[null],"shown":{"rev":0}}`,
		"unknown members":        `{"lang":"ro","later":{"x":1},"shown":{"rev":0}}`,
		"a draft that is gone":   `{"stack":[{"id":"a","name":"home"},{"id":"b","name":"new","draft":"gone"}],"shown":{"frame":"b","rev":3}}`,
		"publishing what is gone": `{"stack":[{"id":"a","name":"home"},{"id":"b","name":"publishing","draft":"gone"}],` +
			`"shown":{"frame":"b","rev":3}}`,
		"an account that is gone": `{"stack":[{"id":"a","name":"home"},{"id":"b","name":"ad","args":{"account":"gone","ad":"1"}},` +
			`{"id":"c","name":"account","args":{"account":"gone"}},{"id":"d","name":"draft","args":{"id":"gone"}}],"shown":{"frame":"d","rev":3}}`,
		"connecting a market that is gone": `{"stack":[{"id":"a","name":"home"},{"id":"b","name":"connect","args":{"market":"gone"}}],` +
			`"shown":{"frame":"b","rev":3}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, ev := range append(everyEvent(), dialogs.Event{Kind: dialogs.Pressed, Button: "b:3:k:0"}, dialogs.Event{Kind: dialogs.Pressed, Button: "d:3:b:0"}) {
				c := seat(t, bazaar())
				c.body = []byte(body)
				c.event(ev)
			}
		})
	}
}

// fuzzed is a conversation at one of its steps.
func fuzzed(t *testing.T, at int) *chat {
	c := seat(t, bazaar())
	for _, step := range steps[:at%(len(steps)+1)] {
		c.talk(step)
	}
	if at%(len(steps)+1) == 0 {
		c.talk("> /start")
	}
	return c
}

func FuzzButton(f *testing.F) {
	for at := range len(steps) + 1 {
		f.Add(uint8(at), "n:x:o")
		f.Add(uint8(at), "a:1:k:0")
		f.Add(uint8(at), "::::")
		f.Add(uint8(at), "")
	}
	f.Fuzz(func(t *testing.T, at uint8, data string) {
		c := fuzzed(t, int(at))
		real := slices.ContainsFunc(slices.Concat(c.view.Rows...), func(b dialogs.Button) bool { return b.Data == data })
		before := c.state()
		c.pressData("fuzzed", data)
		notice := strings.HasPrefix(data, "n:") && strings.Count(data, ":") == 2
		if after := c.state(); !real && !notice && after != before {
			c.fatal("%q changed\n%s\ninto\n%s", data, before, after)
		}
		if notice && len(c.store.drafts) > 1 && !strings.HasSuffix(data, ":new") && !strings.HasSuffix(data, ":same") {
			c.fatal("%q made a draft", data)
		}
	})
}

func FuzzText(f *testing.F) {
	for _, at := range []int{0, 1, 4, 6, 7, 9, 10, 12} { // one step of each kind
		for _, text := range []string{"", " ", "9 500 €", "\u0000", "\xff\xfe", "<b>", "{{.Name}}", "👩‍👩‍👧", strings.Repeat("ы", 5000), "-0.0", "١٢"} {
			f.Add(uint8(at), text)
		}
	}
	f.Fuzz(func(t *testing.T, at uint8, text string) {
		c := fuzzed(t, int(at))
		title := titleOf(c)
		c.message++
		c.event(dialogs.Event{Kind: dialogs.Said, Message: c.message, Text: text, Long: units(text) >= maxText})
		if now := titleOf(c); at%uint8(len(steps)+1) > 5 && now != title {
			c.fatal("the title was %q and is %q", title, now)
		}
	})
}

// titleOf is the title answered in the draft, if any.
func titleOf(c *chat) string {
	if len(c.store.drafts) == 0 {
		return ""
	}
	var st struct{ Answers market.Answers }
	if err := json.Unmarshal(c.draft().Body, &st); err != nil {
		c.fatal("the draft: %v", err)
	}
	return st.Answers["title"].Text
}
