package locales

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// pluralForms are the CLDR forms a language's counted texts need. For whole
// numbers Russian never uses "other", but 2.5 does.
var pluralForms = map[string][]string{
	"ru": {"few", "many", "one", "other"},
	"ro": {"few", "one", "other"},
	"ky": {"one", "other"},
}

// message is one text of one language: whole, or in plural forms.
type message struct {
	key   string
	whole *parsed            // nil when there are forms
	forms map[string]*parsed // always has "other"
}

var errNoOther = errors.New(`the text is empty, or its plural form "other" is missing`)

func newMessage(m *i18n.Message) (*message, error) {
	sources := map[string]string{
		"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other,
	}
	text := &message{key: m.ID, forms: map[string]*parsed{}}
	var faults []error
	for form, src := range sources {
		if src == "" {
			continue
		}
		p, err := parse(src)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		text.forms[form] = p
	}
	if m.Other == "" {
		faults = append(faults, errNoOther)
	}
	if len(text.forms) == 1 {
		text.whole = text.forms["other"]
	}
	return text, errors.Join(faults...)
}

// placeholders names what a text needs, without the count, which any form may
// leave out ("one ad"). Every form must need the same.
func (m *message) placeholders() (string, error) {
	var first string
	for i, form := range slices.Sorted(maps.Keys(m.forms)) {
		names := slices.DeleteFunc(m.forms[form].names(), func(name string) bool {
			return m.whole == nil && name == countName
		})
		slices.Sort(names)
		list := strings.Join(slices.Compact(names), ", ")
		if i > 0 && list != first {
			return "", fmt.Errorf("plural forms differ in placeholders: %q and %q", first, list)
		}
		first = list
	}
	return first, nil
}

// check compares every language with the source.
func (b *Bundle) check() []error {
	var faults []error
	for _, lang := range langs {
		for _, key := range slices.Sorted(maps.Keys(b.texts[lang])) {
			text := b.texts[lang][key]
			if err := text.checkForms(lang); err != nil {
				faults = append(faults, fmt.Errorf("%s.toml: %s: %w", lang, key, err))
				continue
			}
			source := b.texts[Source][key]
			if source == nil {
				faults = append(faults, fmt.Errorf("%s.toml: %s: %s.toml does not have it", lang, key, Source))
				continue
			}
			if err := text.checkAgainst(source); err != nil {
				faults = append(faults, fmt.Errorf("%s.toml: %s: %w", lang, key, err))
			}
		}
		for _, key := range b.Keys() {
			if b.texts[lang][key] == nil {
				faults = append(faults, fmt.Errorf("%s.toml: %s: missing", lang, key))
			}
		}
	}
	return faults
}

func (m *message) checkForms(lang string) error {
	if m.whole == nil {
		have := slices.Sorted(maps.Keys(m.forms))
		if want := pluralForms[lang]; !slices.Equal(have, want) {
			return fmt.Errorf("has the plural forms %v, needs %v", have, want)
		}
	}
	_, err := m.placeholders()
	return err
}

func (m *message) checkAgainst(source *message) error {
	if (m.whole == nil) != (source.whole == nil) {
		return fmt.Errorf("has plural forms in one language and none in %s", Source)
	}
	mine, err := m.placeholders()
	if err != nil {
		return err
	}
	theirs, err := source.placeholders()
	if err != nil {
		return nil // told once, where the source itself is checked
	}
	if mine != theirs {
		return fmt.Errorf("has the placeholders %q, %s has %q", mine, Source, theirs)
	}
	return nil
}
