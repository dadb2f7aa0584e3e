package telegram

import (
	"html"
	"slices"
	"strings"
	"unicode/utf16"
)

// renderHTML shows a text with its entities as HTML that is safe to put into a
// page: everything a person or the bot wrote is escaped, links are http, https,
// tg or mailto only.
func renderHTML(f formatted) string {
	if len(f.entities) == 0 {
		return html.EscapeString(f.text)
	}
	units := utf16.Encode([]rune(f.text))
	cuts := []int{0, len(units)}
	for _, e := range f.entities {
		cuts = append(cuts, clamp(e.Offset, len(units)), clamp(e.end(), len(units)))
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)

	var out strings.Builder
	var open []Entity
	for i, at := range cuts {
		open = closeTags(&out, open, at)
		for _, e := range f.entities {
			if e.Offset == at && e.Length > 0 && at < len(units) {
				out.WriteString(startTagOf(e, units))
				open = append(open, e)
			}
		}
		if i+1 < len(cuts) {
			out.WriteString(html.EscapeString(string(utf16.Decode(units[at:cuts[i+1]]))))
		}
	}
	closeTags(&out, open, len(units))
	return out.String()
}

func clamp(n, limit int) int { return max(0, min(n, limit)) }

// closeTags ends what ends at the offset. What began inside of it and goes on is
// ended too and started again, so that tags always nest.
func closeTags(out *strings.Builder, open []Entity, at int) []Entity {
	first := slices.IndexFunc(open, func(e Entity) bool { return e.end() <= at })
	if first < 0 {
		return open
	}
	for _, e := range slices.Backward(open[first:]) {
		out.WriteString(endTagOf(e))
	}
	kept := open[:first:first]
	for _, e := range open[first:] {
		if e.end() > at {
			out.WriteString(startTagOf(e, nil))
			kept = append(kept, e)
		}
	}
	return kept
}

var plainTags = map[string]string{
	"bold": "b", "italic": "i", "underline": "u", "strikethrough": "s",
	"code": "code", "pre": "pre", "blockquote": "blockquote", "expandable_blockquote": "blockquote",
}

// startTagOf needs the text's units for entities whose link is their text.
func startTagOf(e Entity, units []uint16) string {
	text := ""
	if units != nil {
		text = string(utf16.Decode(units[clamp(e.Offset, len(units)):clamp(e.end(), len(units))]))
	}
	link := func(href string) string {
		return `<a href="` + html.EscapeString(href) + `" target="_blank" rel="noopener noreferrer">`
	}
	switch e.Type {
	case "text_link":
		return link(e.URL)
	case "url":
		return link(text)
	case "email":
		return link("mailto:" + text)
	case "bot_command":
		return `<a href="#" data-command="` + html.EscapeString(text) + `">`
	case "spoiler":
		return `<span class="tg-spoiler">`
	case "mention", "hashtag":
		return `<span class="tg-` + e.Type + `">`
	}
	if tag, ok := plainTags[e.Type]; ok {
		return "<" + tag + ">"
	}
	return "<span>"
}

func endTagOf(e Entity) string {
	switch e.Type {
	case "text_link", "url", "email", "bot_command":
		return "</a>"
	}
	if tag, ok := plainTags[e.Type]; ok {
		return "</" + tag + ">"
	}
	return "</span>"
}
