package locales

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// countName is the argument that chooses a plural form.
const countName = "Count"

// gap stands where a value is missing, so that a person still reads a sentence.
const gap = "…"

// parser lets go-i18n use our templates, which are stricter than text/template:
// placeholders only, and one without a value is an error instead of "<no value>".
type parser struct{}

func (parser) Cacheable() bool { return true }

func (parser) Parse(src, _, _ string) (template.ParsedTemplate, error) { return parse(src) }

// parsed is a text cut at its placeholders: literal, name, literal, name, …,
// literal.
type parsed struct {
	parts []string
	size  int // of the literals, bytes
}

// parse cuts src at its placeholders, each of the form {{.Name}}.
func parse(src string) (*parsed, error) {
	p := &parsed{}
	rest := src
	for {
		literal, after, found := strings.Cut(rest, "{{")
		p.parts = append(p.parts, literal)
		p.size += len(literal)
		if strings.Contains(literal, "}}") {
			return nil, fmt.Errorf("unopened }} in %q", src)
		}
		if !found {
			return p, nil
		}
		inner, tail, closed := strings.Cut(after, "}}")
		name, dotted := strings.CutPrefix(inner, ".")
		if !closed || !dotted || !isName(name) {
			return nil, fmt.Errorf("placeholder in %q is not of the form {{.Name}}", src)
		}
		p.parts = append(p.parts, name)
		rest = tail
	}
}

// isName reports whether s is an ASCII identifier with a capital first, which
// keeps placeholders easy to tell from words.
func isName(s string) bool {
	for i, r := range s {
		capital := 'A' <= r && r <= 'Z'
		other := 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
		if !capital && (i == 0 || !other) {
			return false
		}
	}
	return s != ""
}

// names lists the placeholders in the order in which they stand.
func (p *parsed) names() []string {
	var names []string
	for i := 1; i < len(p.parts); i += 2 {
		names = append(names, p.parts[i])
	}
	return names
}

// Execute puts the values of data, a map[string]any, in the places of the
// placeholders. Missing ones leave a gap in the string and make an error.
func (p *parsed) Execute(data any) (string, error) {
	if len(p.parts) == 1 {
		return p.parts[0], nil
	}
	args, _ := data.(map[string]any)
	var out strings.Builder
	out.Grow(p.size + 16*len(p.parts))
	var missing []error
	for i, part := range p.parts {
		if i%2 == 0 {
			out.WriteString(part)
			continue
		}
		value, ok := args[part]
		if !ok || value == nil {
			missing = append(missing, fmt.Errorf("%w: %s", ErrNoValue, part))
			value = gap
		}
		out.WriteString(format(value))
	}
	return out.String(), errors.Join(missing...)
}

func format(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case float64:
		return formatFloat(v)
	default:
		return fmt.Sprint(v)
	}
}

// formatFloat never uses an exponent and shows no needless zeros.
func formatFloat(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
