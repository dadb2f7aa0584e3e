package telegram

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Entity marks a part of a text. Offsets and lengths are in UTF-16 units.
// Section: #messageentity
type Entity struct {
	Type     string `json:"type"`
	Offset   int    `json:"offset"`
	Length   int    `json:"length"`
	URL      string `json:"url,omitempty"`
	Language string `json:"language,omitempty"`
}

func (e Entity) end() int { return e.Offset + e.Length }

// formatted is a text with its entities.
type formatted struct {
	text     string
	entities []Entity
}

func (f formatted) equal(g formatted) bool {
	return f.text == g.text && slices.Equal(f.entities, g.entities)
}

// utf16Len counts the UTF-16 units of s, which is how Telegram measures texts.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// formattedText reads a text with its parse mode or its explicit entities.
// Section: #formatting-options
func (q *request) formattedText(text, entities string) (formatted, error) {
	return formatText(q.values[text], q.values["parse_mode"], q.values[entities])
}

// formatText gives what Telegram would store: parsed, trimmed, with the entities
// it finds by itself.
func formatText(text, parseMode, entities string) (formatted, error) {
	f := formatted{text: text}
	switch strings.ToLower(parseMode) {
	case "":
		if entities != "" {
			if err := json.Unmarshal([]byte(entities), &f.entities); err != nil {
				return f, badRequest("can't parse entities JSON object")
			}
		}
	case "html":
		var err error
		if f, err = parseHTML(text); err != nil {
			return f, err
		}
	case "markdown", "markdownv2":
		return f, badRequest("unsupported parse_mode: this server knows HTML only")
	default:
		return f, badRequest("unsupported parse_mode")
	}
	f = f.trim()
	f.entities = append(f.entities, f.detect()...)
	f.sort()
	return f, nil
}

// trim cuts white space off both ends, as Telegram does before it stores a text.
func (f formatted) trim() formatted {
	short := strings.TrimLeftFunc(f.text, unicode.IsSpace)
	cut := utf16Len(f.text[:len(f.text)-len(short)])
	short = strings.TrimRightFunc(short, unicode.IsSpace)
	if len(short) == len(f.text) && len(f.entities) == 0 {
		return f
	}
	end := utf16Len(short)
	kept := f.entities[:0:0]
	for _, e := range f.entities {
		from, to := max(e.Offset-cut, 0), min(e.end()-cut, end)
		if from < to {
			e.Offset, e.Length = from, to-from
			kept = append(kept, e)
		}
	}
	return formatted{text: short, entities: kept}
}

// sort brings outer entities before inner ones.
func (f formatted) sort() {
	slices.SortStableFunc(f.entities, func(a, b Entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return b.Length - a.Length
	})
}

// What Telegram marks by itself, as far as a bot meets it.
var found = []struct {
	kind    string
	needs   string // a quick look before the pattern is tried
	pattern *regexp.Regexp
}{
	{"url", "://", regexp.MustCompile(`https?://[^\s<>"]*[^\s<>".,:;!?)\]]`)},
	{"email", "@", regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)},
	{"bot_command", "/", regexp.MustCompile(`/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?`)},
	{"mention", "@", regexp.MustCompile(`@[A-Za-z][A-Za-z0-9_]{3,31}`)},
	{"hashtag", "#", regexp.MustCompile(`#[\p{L}_][\p{L}\p{N}_]*`)},
}

// detect finds commands, addresses, mentions and tags outside of links and code.
func (f formatted) detect() []Entity {
	if !strings.ContainsAny(f.text, "/@#") {
		return nil
	}
	var out []Entity
	for _, find := range found {
		if !strings.Contains(f.text, find.needs) {
			continue
		}
		for _, at := range find.pattern.FindAllStringIndex(f.text, -1) {
			if !startsWord(f.text, at[0]) || !endsWord(f.text, at[1]) {
				continue
			}
			e := Entity{Type: find.kind, Offset: utf16Len(f.text[:at[0]]), Length: utf16Len(f.text[at[0]:at[1]])}
			if !overlaps(f.entities, e, true) && !overlaps(out, e, false) {
				out = append(out, e)
			}
		}
	}
	return out
}

func startsWord(s string, at int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:at])
	return at == 0 || !(unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_/<>&.:", r))
}

func endsWord(s string, at int) bool {
	r, _ := utf8.DecodeRuneInString(s[at:])
	return at == len(s) || !(unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '/')
}

// overlaps reports whether e meets one of list; with formatOnly, bold and the
// like do not count, because they may lie around a link.
func overlaps(list []Entity, e Entity, formatOnly bool) bool {
	for _, o := range list {
		if e.Offset >= o.end() || o.Offset >= e.end() {
			continue
		}
		inside := o.Offset <= e.Offset && e.end() <= o.end()
		switch o.Type {
		case "code", "pre", "text_link":
			return true
		}
		if !formatOnly || !inside {
			return true
		}
	}
	return false
}
