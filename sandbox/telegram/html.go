package telegram

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tagEntity maps the tags of HTML mode to entity types; span is tg-spoiler only.
// Section: #html-style
var tagEntity = map[string]string{
	"b": "bold", "strong": "bold",
	"i": "italic", "em": "italic",
	"u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
	"a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
	"tg-spoiler": "spoiler", "span": "spoiler",
}

// htmlParser reads HTML mode byte by byte, as Telegram's own parser does, so
// that its complaints carry the same byte offsets.
type htmlParser struct {
	in       string
	pos      int
	out      strings.Builder
	units    int // UTF-16 units written
	open     []openTag
	entities []Entity
}

// openTag is a tag that waits for its end.
type openTag struct {
	name     string
	argument string // href, language or class
	offset   int    // UTF-16
	begin    int    // byte offset in the output
}

// parseHTML gives the text and its entities, or the refusal Telegram gives.
func parseHTML(in string) (formatted, error) {
	if !strings.ContainsAny(in, "<&") {
		return formatted{text: in}, nil
	}
	p := &htmlParser{in: in}
	p.out.Grow(len(in))
	for p.pos < len(p.in) {
		switch c := p.in[p.pos]; {
		case c == '&':
			p.reference()
		case c != '<':
			r, size := utf8.DecodeRuneInString(p.in[p.pos:])
			p.write(r)
			p.pos += size
		case strings.HasPrefix(p.in[p.pos:], "</"):
			if err := p.endTag(); err != nil {
				return formatted{}, err
			}
		default:
			if err := p.startTag(); err != nil {
				return formatted{}, err
			}
		}
	}
	if n := len(p.open); n > 0 {
		return formatted{}, cantParse("Can't find end tag corresponding to start tag \"%s\"", p.open[n-1].name)
	}
	f := formatted{text: p.out.String(), entities: p.entities}
	f.sort()
	return f, nil
}

func cantParse(format string, args ...any) error {
	return badRequest("can't parse entities: %s", fmt.Sprintf(format, args...))
}

func (p *htmlParser) write(r rune) {
	p.out.WriteRune(r)
	p.units++
	if r > 0xffff {
		p.units++
	}
}

// reference writes a character reference, or the ampersand when it is none.
func (p *htmlParser) reference() {
	if r, size := decodeReference(p.in[p.pos:]); size > 0 {
		p.write(r)
		p.pos += size
		return
	}
	p.write('&')
	p.pos++
}

// decodeReference knows the four names and the numbers; size is 0 for others.
func decodeReference(s string) (r rune, size int) {
	end := 1
	if strings.HasPrefix(s, "&#") {
		end = 2
	}
	for end < len(s) && isAlnum(s[end]) {
		end++
	}
	if end < len(s) && s[end] == ';' {
		size = end + 1
	} else {
		size = end
	}
	name := s[1:end]
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if hex, ok := strings.CutPrefix(digits, "x"); ok {
			digits, base = hex, 16
		}
		n, err := strconv.ParseInt(digits, base, 32)
		if err != nil || n <= 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
			return 0, 0
		}
		return rune(n), size
	}
	switch name {
	case "lt":
		return '<', size
	case "gt":
		return '>', size
	case "amp":
		return '&', size
	case "quot":
		return '"', size
	}
	return 0, 0
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0 || c == '\v'
}

// at is the byte at the position, 0 behind the end.
func (p *htmlParser) at() byte {
	if p.pos < len(p.in) {
		return p.in[p.pos]
	}
	return 0
}

func (p *htmlParser) skipSpace() {
	for p.pos < len(p.in) && isSpace(p.in[p.pos]) {
		p.pos++
	}
}

// word moves over everything up to a space or one of stops.
func (p *htmlParser) word(stops string) string {
	from := p.pos
	for p.pos < len(p.in) && !isSpace(p.in[p.pos]) && !strings.ContainsRune(stops, rune(p.in[p.pos])) {
		p.pos++
	}
	return p.in[from:p.pos]
}

func (p *htmlParser) startTag() error {
	begin := p.pos
	p.pos++
	name := strings.ToLower(p.word(">"))
	if p.pos >= len(p.in) {
		return cantParse("Unclosed start tag at byte offset %d", begin)
	}
	if _, ok := tagEntity[name]; !ok {
		return cantParse("Unsupported start tag \"%s\" at byte offset %d", name, begin)
	}
	tag := openTag{name: name, offset: p.units, begin: p.out.Len()}
	for {
		p.skipSpace()
		if p.pos >= len(p.in) {
			return cantParse("Unclosed start tag at byte offset %d", begin)
		}
		if p.at() == '>' {
			p.pos++
			break
		}
		if err := p.attribute(&tag, begin); err != nil {
			return err
		}
	}
	if name == "span" && tag.argument != "spoiler" {
		return cantParse("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
	}
	p.open = append(p.open, tag)
	return nil
}

// attribute reads one attribute into the tag. Those without a meaning are read
// and dropped, as Telegram does.
func (p *htmlParser) attribute(tag *openTag, begin int) error {
	name := strings.ToLower(p.word("=>"))
	if name == "" {
		return cantParse("Empty attribute name in the tag \"%s\" at byte offset %d", tag.name, begin)
	}
	p.skipSpace()
	if p.at() != '=' {
		if tag.name == "blockquote" && name == "expandable" {
			tag.argument = name
			return nil
		}
		return cantParse("Expected equal sign in declaration of an attribute of the tag \"%s\" at byte offset %d", tag.name, begin)
	}
	p.pos++
	p.skipSpace()
	value, err := p.attributeValue(begin)
	if err != nil {
		return err
	}
	switch {
	case tag.name == "a" && name == "href":
		tag.argument = value
	case tag.name == "code" && name == "class" && strings.HasPrefix(value, "language-"):
		tag.argument = strings.TrimPrefix(value, "language-")
	case tag.name == "span" && name == "class" && strings.HasPrefix(value, "tg-"):
		tag.argument = strings.TrimPrefix(value, "tg-")
	}
	return nil
}

func (p *htmlParser) attributeValue(begin int) (string, error) {
	quote := p.at()
	if quote != '\'' && quote != '"' {
		from := p.pos
		for isAlnum(p.at()) || p.at() == '.' || p.at() == '-' {
			p.pos++
		}
		if p.pos < len(p.in) && !isSpace(p.at()) && p.at() != '>' {
			return "", cantParse("Unexpected end of name token at byte offset %d", from)
		}
		return strings.ToLower(p.in[from:p.pos]), nil
	}
	p.pos++
	var value strings.Builder
	for p.pos < len(p.in) && p.in[p.pos] != quote {
		if r, size := decodeReference(p.in[p.pos:]); p.in[p.pos] == '&' && size > 0 {
			value.WriteRune(r)
			p.pos += size
			continue
		}
		value.WriteByte(p.in[p.pos])
		p.pos++
	}
	if p.pos >= len(p.in) {
		return "", cantParse("Unclosed start tag at byte offset %d", begin)
	}
	p.pos++
	return value.String(), nil
}

func (p *htmlParser) endTag() error {
	begin := p.pos
	if len(p.open) == 0 {
		return cantParse("Unexpected end tag at byte offset %d", begin)
	}
	p.pos += 2
	name := strings.ToLower(p.word(">"))
	p.skipSpace()
	if p.at() != '>' {
		return cantParse("Unclosed end tag at byte offset %d", begin)
	}
	p.pos++
	tag := p.open[len(p.open)-1]
	if name != "" && name != tag.name {
		return cantParse("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, tag.name, name)
	}
	p.open = p.open[:len(p.open)-1]
	if p.units > tag.offset {
		p.close(tag)
	}
	return nil
}

// close turns a finished tag into its entity.
func (p *htmlParser) close(tag openTag) {
	e := Entity{Type: tagEntity[tag.name], Offset: tag.offset, Length: p.units - tag.offset}
	switch e.Type {
	case "text_link":
		href := tag.argument
		if href == "" {
			href = p.out.String()[tag.begin:]
		}
		link, err := checkLink(href)
		if err != nil {
			return // a link that leads nowhere stays plain text
		}
		e.URL = link
	case "blockquote":
		if tag.argument != "" {
			e.Type = "expandable_blockquote"
		}
	case "pre", "code":
		// Nothing else can be inside of code; <pre><code class="language-x">
		// is a block with a language.
		kept := p.entities[:0]
		for _, inner := range p.entities {
			if inner.Offset < e.Offset {
				kept = append(kept, inner)
			} else if e.Type == "pre" && inner.Type == "code" && inner.Offset == e.Offset && inner.Length == e.Length {
				e.Language = inner.Language
			}
		}
		p.entities = kept
		if tag.name == "code" {
			e.Language = tag.argument
		}
	}
	for _, outer := range p.open {
		if tagEntity[outer.name] == e.Type {
			return // the same style twice is once
		}
	}
	p.entities = append(p.entities, e)
}
