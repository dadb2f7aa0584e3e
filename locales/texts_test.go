package locales

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// TestTexts reads the real texts as a proof-reader would. Load has already
// compared keys, placeholders and plural forms.
func TestTexts(t *testing.T) {
	t.Parallel()
	b, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range langs {
		for key, m := range b.texts[lang] {
			for form, p := range m.forms {
				for _, fault := range proofread(lang, key, p) {
					t.Errorf("%s.toml: %s (%s): %s", lang, key, form, fault)
				}
			}
		}
	}
	for key, source := range b.texts[Source] {
		for _, lang := range langs[1:] {
			text := words(b.texts[lang][key].forms["other"])
			if len(text) > 2 && strings.Join(text, " ") == strings.Join(words(source.forms["other"]), " ") {
				t.Errorf("%s.toml: %s: not translated: %q", lang, key, text)
			}
		}
	}
}

// TestProofreading proves that each check bites.
func TestProofreading(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ lang, text, want string }{
		{"ru", "<b>Готово</b> &amp; <a href=\"https://999.md\">сайт</a>, API-ключ", ""},
		{"ru", "<b>Готово", "<b> is not closed"},
		{"ru", "<b><i>Готово</b></i>", "</b> closes <i>"},
		{"ru", "Готово</b>", "</b> closes nothing"},
		{"ru", "Готово<br>", "<br> is no tag of Telegram's"},
		{"ru", "<b class=\"x\">Готово</b>", "<b class=\"x\"> is no tag of Telegram's"},
		{"ru", "1 < 2", "bare <"},
		{"ru", "Q&A", "bare &"},
		{"ru", "цeна", "mixes alphabets: цeна"}, // a Latin e
		{"ru", "Цена: {{.Price}}", ""},
		{"ru", "Готово ", "space at an edge, or two in a row"},
		{"ro", "Anunţ", "cedilla in Anunţ"},
		{"ro", "Anunț", ""},
		{"ro", "Это anunț", "Cyrillic: Это"},
		{"ky", "Жарыя", ""},
		{"ky", "Cat", ""},
	} {
		p, err := parse(tc.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(proofread(tc.lang, "key", p), "; "); got != tc.want {
			t.Errorf("%s %q: %q, want %q", tc.lang, tc.text, got, tc.want)
		}
	}
}

func proofread(lang, key string, p *parsed) []string {
	text := literals(p)
	faults := htmlFaults(text)
	if trimmed := strings.TrimSpace(text); trimmed != text || strings.Contains(text, "  ") {
		faults = append(faults, "space at an edge, or two in a row")
	}
	for _, word := range words(p) {
		cyrillic := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
		latin := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
		switch {
		case cyrillic && latin:
			faults = append(faults, "mixes alphabets: "+word)
		case cyrillic && lang == "ro" && !strings.HasPrefix(key, "lang."): // languages are named in themselves
			faults = append(faults, "Cyrillic: "+word)
		case strings.ContainsAny(word, "şţŞŢ"):
			faults = append(faults, "cedilla in "+word)
		}
	}
	return faults
}

// literals is the text with a digit in the place of each placeholder.
func literals(p *parsed) string {
	var out strings.Builder
	for i, part := range p.parts {
		if i%2 == 1 {
			part = "0"
		}
		out.WriteString(part)
	}
	return out.String()
}

var tag = regexp.MustCompile(`<(/?)([a-z0-9-]+)([^<>]*)>`)

// words lists the words of letters, without markup.
func words(p *parsed) []string {
	return strings.FieldsFunc(tag.ReplaceAllString(literals(p), " "), func(r rune) bool { return !unicode.IsLetter(r) })
}

// attributes are the tags of Telegram's HTML (Bot API, "HTML style") with what
// may stand in them.
var attributes = map[string]*regexp.Regexp{
	"b": none, "strong": none, "i": none, "em": none, "u": none, "ins": none, "s": none, "strike": none,
	"del": none, "code": none, "pre": none, "tg-spoiler": none,
	"a":          regexp.MustCompile(`^ href="[^"]+"$`),
	"span":       regexp.MustCompile(`^ class="tg-spoiler"$`),
	"blockquote": regexp.MustCompile(`^( expandable)?$`),
}

var (
	none   = regexp.MustCompile(`^$`)
	entity = regexp.MustCompile(`&(lt|gt|amp|quot|#[0-9]+|#x[0-9a-fA-F]+);`)
)

func htmlFaults(text string) []string {
	var faults, open []string
	for _, m := range tag.FindAllStringSubmatch(text, -1) {
		whole, closing, name, attrs := m[0], m[1] == "/", m[2], m[3]
		allowed := attributes[name]
		switch {
		case allowed == nil || closing && attrs != "":
			faults = append(faults, whole+" is no tag of Telegram's")
		case !closing:
			if !allowed.MatchString(attrs) {
				faults = append(faults, whole+" is no tag of Telegram's")
			}
			open = append(open, name)
		case len(open) == 0:
			faults = append(faults, whole+" closes nothing")
		case open[len(open)-1] != name:
			return append(faults, fmt.Sprintf("%s closes <%s>", whole, open[len(open)-1]))
		default:
			open = open[:len(open)-1]
		}
	}
	for _, name := range open {
		faults = append(faults, "<"+name+"> is not closed")
	}
	rest := tag.ReplaceAllString(entity.ReplaceAllString(text, ""), "")
	for _, bare := range []string{"<", ">", "&"} {
		if strings.Contains(rest, bare) {
			faults = append(faults, "bare "+bare)
		}
	}
	return faults
}
