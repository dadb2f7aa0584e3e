package locales

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// forms are the names of CLDR's plural forms, which no key may have at its end.
var forms = []string{"zero", "one", "two", "few", "many", "other"}

// read finds the texts of a file. go-i18n has a reader too, but that one takes
// ordinary words such as "description" for its own and does not say where a
// fault is.
func read(file []byte) ([]*i18n.Message, error) {
	var tree map[string]any
	if err := toml.Unmarshal(file, &tree); err != nil {
		return nil, err
	}
	return collect("", tree)
}

// collect walks a table: a string is a text, a table with the name of a plural
// form in it is a counted text, any other table holds more texts.
func collect(path string, table map[string]any) ([]*i18n.Message, error) {
	if slices.ContainsFunc(forms, func(form string) bool { return isText(table[form]) }) {
		m, err := countedMessage(path, table)
		return []*i18n.Message{m}, err
	}
	var messages []*i18n.Message
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(table)) {
		key := name
		if path != "" {
			key = path + "." + name
		}
		switch v := table[name].(type) {
		case string:
			messages = append(messages, &i18n.Message{ID: key, Other: v})
		case map[string]any:
			below, err := collect(key, v)
			messages = append(messages, below...)
			faults = append(faults, err)
		default:
			faults = append(faults, fmt.Errorf("%s: is a %T, not a text", key, v))
		}
	}
	return messages, errors.Join(faults...)
}

func countedMessage(key string, table map[string]any) (*i18n.Message, error) {
	for name, v := range table {
		if !slices.Contains(forms, name) || !isText(v) {
			return nil, fmt.Errorf("%s: %q stands beside plural forms; zero, one, two, few, many and other are no keys", key, name)
		}
	}
	text := func(form string) string { s, _ := table[form].(string); return s }
	return &i18n.Message{
		ID: key, Zero: text("zero"), One: text("one"), Two: text("two"),
		Few: text("few"), Many: text("many"), Other: text("other"),
	}, nil
}

func isText(v any) bool {
	_, ok := v.(string)
	return ok
}
