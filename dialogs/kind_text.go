package dialogs

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"bazarbot/market"
)

// textKind is one line of text, or several.
type textKind struct {
	buttonless
	long bool
}

func (k textKind) prompt(f Field, _ *FormState) Text {
	key := "ask.text"
	switch {
	case f.Role == market.RoleTitle:
		key = "ask.title"
	case f.Role == market.RoleWords:
		key = "ask.words"
	case f.Role == market.RoleText:
		key = "ask.description"
	case k.long:
		key = "ask.long_text"
	}
	return say(key)
}

func (k textKind) parse(f Field, _ *FormState, text string) (market.Value, bool, Text) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if !k.long {
		text = strings.Join(strings.Fields(text), " ")
	}
	if text == "" {
		return market.Value{}, false, say("refuse.empty")
	}
	if n := utf8.RuneCountInString(text); f.MaxLen > 0 && n > f.MaxLen {
		return market.Value{}, false, say("refuse.too_long", "Max", strconv.Itoa(f.MaxLen), "Length", strconv.Itoa(n))
	}
	if (f.Role == market.RoleTitle || f.Role == market.RoleText) && !strings.ContainsFunc(text, unicode.IsLetter) {
		return market.Value{}, false, say("refuse.only_number") // a price, typed too early
	}
	return market.TextValue(text), true, Text{}
}

func (k textKind) show(_ Field, v market.Value) Text { return data(clip(v.Text, 600)) }

// secretKind is a password, a key or a code. It is never shown again.
type secretKind struct{ buttonless }

func (secretKind) prompt(Field, *FormState) Text { return Text{} }

func (secretKind) parse(_ Field, _ *FormState, text string) (market.Value, bool, Text) {
	text = strings.TrimSpace(text)
	const longest = 512
	if text == "" || len(text) > longest || strings.ContainsAny(text, " \t\n") {
		return market.Value{}, false, say("refuse.secret")
	}
	return market.TextValue(text), true, Text{}
}

func (secretKind) show(Field, market.Value) Text { return data("••••••") }

// videosKind is a list of addresses of videos.
type videosKind struct{ buttonless }

func (videosKind) prompt(Field, *FormState) Text { return say("ask.videos") }

func (videosKind) parse(f Field, _ *FormState, text string) (market.Value, bool, Text) {
	var v market.Value
	for _, link := range strings.Fields(text) {
		if !isVideoLink(link) {
			return market.Value{}, false, say("refuse.video", "Link", clip(link, 60))
		}
		v.Links = append(v.Links, link)
	}
	if len(v.Links) == 0 {
		return market.Value{}, false, say("refuse.empty")
	}
	if f.MaxCount > 0 && len(v.Links) > f.MaxCount {
		return market.Value{}, false, say("refuse.too_many", "Max", strconv.Itoa(f.MaxCount))
	}
	return v, true, Text{}
}

func (videosKind) show(_ Field, v market.Value) Text { return data(strings.Join(v.Links, ", ")) }
