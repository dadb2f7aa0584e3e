// Package locales holds every text a person reads, in Russian, Romanian and
// Kyrgyz, and gives them out by key. Russian is the source; the other two have
// the same keys, the same placeholders and the plural forms their grammar needs,
// or Load fails.
//
// A text is written as it is sent: Telegram's HTML, with placeholders such as
// {{.Title}}. Nothing is escaped here, because only the caller knows which
// values are data and which are markup of its own.
package locales

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed *.toml
var files embed.FS

// Source is the language all texts are first written in, and the one that
// stands in for what another language lacks.
const Source = "ru"

// langs lists the languages, the source first. Their texts are in <lang>.toml.
var langs = []string{Source, "ro", "ky"}

// Errors of Text. The string that comes with them can still be shown.
var (
	ErrNoText  = errors.New("locales: no such text")
	ErrNoValue = errors.New("locales: a placeholder has no value")
)

// Bundle gives out texts. It is safe for use by many goroutines.
type Bundle struct {
	texts      map[string]map[string]*message // language → key → text
	localizers map[string]*i18n.Localizer     // they choose the plural form
	matcher    language.Matcher
}

// Load reads and checks the embedded texts. Its error names every fault found,
// not only the first.
func Load() (*Bundle, error) { return load(files) }

func load(fsys fs.FS) (*Bundle, error) {
	b := &Bundle{
		texts:      map[string]map[string]*message{},
		localizers: map[string]*i18n.Localizer{},
	}
	plurals := i18n.NewBundle(language.Make(Source))
	tags := make([]language.Tag, 0, len(langs))
	var faults []error
	for _, lang := range langs {
		texts, err := loadFile(plurals, fsys, lang)
		faults = append(faults, err)
		b.texts[lang] = texts
		b.localizers[lang] = i18n.NewLocalizer(plurals, lang)
		tags = append(tags, language.Make(lang))
	}
	b.matcher = language.NewMatcher(tags)
	err := errors.Join(faults...)
	if err == nil {
		err = errors.Join(b.check()...)
	}
	if err != nil {
		return nil, fmt.Errorf("locales: %w", err)
	}
	return b, nil
}

func loadFile(bundle *i18n.Bundle, fsys fs.FS, lang string) (map[string]*message, error) {
	file, err := fs.ReadFile(fsys, lang+".toml")
	if err != nil {
		return nil, err
	}
	messages, err := read(file)
	if err != nil {
		return nil, fmt.Errorf("%s.toml: %w", lang, err)
	}
	texts := make(map[string]*message, len(messages))
	var counted []*i18n.Message // the library chooses among plural forms; there is nothing to choose elsewhere
	var faults []error
	for _, m := range messages {
		text, err := newMessage(m)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s.toml: %s: %w", lang, m.ID, err))
		}
		texts[m.ID] = text
		if text != nil && text.whole == nil {
			counted = append(counted, m)
		}
	}
	faults = append(faults, bundle.AddMessages(language.Make(lang), counted...))
	return texts, errors.Join(faults...)
}

// Text gives the text of key in lang, with args in the places of its
// placeholders. Where the text has plural forms, args["Count"] chooses among
// them: an integer, or a string such as "2.5".
//
// What can be shown is returned together with the error, which is a fault of the
// program and belongs into its log: the source's text when lang has none, "…" in
// the place of a missing value, the key itself when there is no text at all.
func (b *Bundle) Text(lang, key string, args map[string]any) (string, error) {
	if m := b.texts[lang][key]; m != nil {
		return b.render(lang, m, args)
	}
	err := fmt.Errorf("%w: %s in %s", ErrNoText, key, lang)
	m := b.texts[Source][key]
	if m == nil {
		return key, err
	}
	s, renderErr := b.render(Source, m, args)
	return s, errors.Join(err, renderErr)
}

func (b *Bundle) render(lang string, m *message, args map[string]any) (string, error) {
	s, err := b.execute(lang, m, args)
	if err != nil {
		return s, fmt.Errorf("%s in %s: %w", m.key, lang, err)
	}
	return s, nil
}

func (b *Bundle) execute(lang string, m *message, args map[string]any) (string, error) {
	if m.whole != nil {
		return m.whole.Execute(args)
	}
	count := args[countName]
	if f, ok := count.(float64); ok { // a number that was JSON in between
		count = formatFloat(f)
	}
	s, err := b.localizers[lang].Localize(&i18n.LocalizeConfig{
		MessageID:      m.key,
		TemplateData:   args,
		PluralCount:    count,
		TemplateParser: parser{},
	})
	if count == nil {
		err = fmt.Errorf("%w: %s", ErrNoValue, countName)
	}
	if s == "" {
		s, _ = m.forms["other"].Execute(args)
	}
	return s, err
}

// Has reports whether there is a text of that key.
func (b *Bundle) Has(key string) bool { return b.texts[Source][key] != nil }

// Keys lists the keys of all texts, in order.
func (b *Bundle) Keys() []string { return slices.Sorted(maps.Keys(b.texts[Source])) }

// Langs lists the languages, the source first.
func (b *Bundle) Langs() []string { return slices.Clone(langs) }

// Match chooses the language for a person by the IETF tag their app reports
// (Telegram's language_code, such as "ro-MD"), which may be empty. Whoever
// speaks none of ours gets the source.
func (b *Bundle) Match(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return Source
	}
	_, i, confidence := b.matcher.Match(parsed)
	if confidence == language.No {
		return Source
	}
	return langs[i]
}
