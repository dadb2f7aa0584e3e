package omarket

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"
)

// What the market says about members of a body.
const (
	unknownMember  = "Неизвестное поле."
	required       = "Обязательное поле."
	notNull        = "Это поле не может быть пустым."
	notText        = "Не является корректной строкой."
	notInteger     = "Введите правильное целое число."
	notNumber      = "Требуется численное значение."
	notBoolean     = "Должно быть истиной или ложью."
	notList        = "Ожидался список элементов."
	notObject      = "Ожидался JSON-объект."
	givenTwice     = "Указано дважды."
	notAllowedHere = "Недопустимое значение."
)

// complaints are what is wrong with a request, by member and by filter. The
// zero value has none.
type complaints struct {
	members map[string][]string
	filters map[int][]string
}

// add complains about a member; of several complaints the first counts.
func (c *complaints) add(member, format string, args ...any) {
	if c.members == nil {
		c.members = map[string][]string{}
	}
	if c.members[member] == nil {
		c.members[member] = []string{fmt.Sprintf(format, args...)}
	}
}

// addFilter complains about a filter of an ad.
func (c *complaints) addFilter(id int, text string) {
	if c.filters == nil {
		c.filters = map[int][]string{}
	}
	if c.filters[id] == nil {
		c.filters[id] = []string{text}
	}
}

func (c *complaints) none() bool { return len(c.members) == 0 && len(c.filters) == 0 }

// details spells the complaints about members as the market does.
func (c *complaints) details() object {
	all := object{}
	for name, texts := range c.members {
		all[name] = texts
	}
	return all
}

// body is a JSON object that was sent. Its methods complain about a member
// that is there and is not what they read, and then give the zero value; a
// member that is missing is the zero value without a complaint.
type body struct {
	members map[string]json.RawMessage
	wrong   complaints
}

// readBody takes a JSON object apart, complaining about members that are not
// allowed (letter case counts) and missing ones that are needed.
func readBody(raw []byte, needed, allowed []string) *body {
	b := &body{}
	if err := json.Unmarshal(raw, &b.members); err != nil || b.members == nil {
		b.wrong.add("non_field_errors", notObject)
		return b
	}
	for name := range b.members {
		if !slices.Contains(needed, name) && !slices.Contains(allowed, name) {
			b.wrong.add(name, unknownMember)
		}
	}
	for _, name := range needed {
		if !b.has(name) {
			b.wrong.add(name, required)
		}
	}
	return b
}

func (b *body) has(name string) bool {
	_, there := b.members[name]
	return there
}

// null reports a member that is there and null.
func (b *body) null(name string) bool {
	return string(bytes.TrimSpace(b.members[name])) == "null"
}

func read[T any](b *body, name, otherwise string) T {
	var v T
	switch {
	case !b.has(name):
	case b.null(name):
		b.wrong.add(name, notNull)
	case json.Unmarshal(b.members[name], &v) != nil:
		b.wrong.add(name, "%s", otherwise)
		var zero T
		return zero
	}
	return v
}

// text reads a text of at most limit characters.
func (b *body) text(name string, limit int) string {
	s := read[string](b, name, notText)
	if utf8.RuneCountInString(s) > limit {
		b.wrong.add(name, "Убедитесь, что это значение содержит не более %d символов.", limit)
	}
	return s
}

func (b *body) integer(name string) int { return read[int](b, name, notInteger) }

func (b *body) boolean(name string) bool { return read[bool](b, name, notBoolean) }

func (b *body) list(name string) []json.RawMessage {
	return read[[]json.RawMessage](b, name, notList)
}

// texts reads a list of texts. A null among them is none.
func (b *body) texts(name string) []string {
	all := []string{}
	for _, s := range read[[]*string](b, name, notList) {
		if s == nil {
			b.wrong.add(name, notText)
			return nil
		}
		all = append(all, *s)
	}
	return all
}

// digits gives what a number looks like, whether it was sent as a number or as
// a text.
func digits(raw json.RawMessage) (string, bool) {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		s = string(bytes.TrimSpace(raw))
	}
	return s, digitsForm.MatchString(s)
}

var digitsForm = regexp.MustCompile(`^-?[0-9]{1,9}(\.[0-9]{1,15})?$`)
