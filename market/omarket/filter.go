package omarket

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"bazarbot/market"
)

// What of a filter is believed at most. The market has no such bounds; ours
// keep one odd answer from filling the database.
const (
	maxFilterOptions = 5000
	maxLabel         = 200 // characters
)

// filterOfKey is the filter whose field has this key.
func filterOfKey(key string) (ident, bool) {
	id, ok := strings.CutPrefix(key, filterPrefix)
	return ident(id), ok && digits.MatchString(id)
}

// filterFacts is what is known of a filter. No route defines filters: this is
// put together from ads, the shipped file and the operator's. It is never
// changed, only replaced, so it can be shared.
type filterFacts struct {
	ID       ident           `json:"id"`
	Label    string          `json:"label,omitempty"`
	Type     string          `json:"type,omitempty"`      // the market's create_filter_type
	ListType string          `json:"list_type,omitempty"` // the market's list_filter_type
	Required *bool           `json:"required,omitempty"`  // nil: not known
	Format   []string        `json:"format,omitempty"`    // the market's own words, mostly units
	Shape    shape           `json:"shape,omitempty"`
	Options  []market.Option `json:"options,omitempty"` // by id; those seen, not all there are
}

// known reports whether it is known what kind of answer the filter takes.
func (f filterFacts) known() bool { return f.Type != "" }

func (f filterFacts) required() bool { return f.Required != nil && *f.Required }

// with adds what was seen: newer words replace older ones, options are united.
// Nothing is ever forgotten, so it does not matter in which order replicas
// learn. It reports whether there was anything new.
func (f filterFacts) with(seen filterFacts) (filterFacts, bool) {
	old := f
	f.ID = cmp.Or(f.ID, seen.ID)
	f.Label = cmp.Or(clip(seen.Label, maxLabel), f.Label)
	f.Type = cmp.Or(clip(seen.Type, maxLabel), f.Type)
	f.ListType = cmp.Or(clip(seen.ListType, maxLabel), f.ListType)
	f.Shape = cmp.Or(seen.Shape, f.Shape)
	if seen.Required != nil {
		f.Required = seen.Required
	}
	if len(seen.Format) > 0 {
		f.Format = seen.Format
	}
	f.Options = unite(f.Options, seen.Options)
	news := f.ID != old.ID || f.Label != old.Label || f.Type != old.Type || f.ListType != old.ListType ||
		f.Shape != old.Shape || (f.Required == nil) != (old.Required == nil) || f.required() != old.required() ||
		!slices.Equal(f.Format, old.Format) || !slices.Equal(f.Options, old.Options)
	return f, news
}

// unite gives all options of both lists, by id, with the newer titles. An
// option without id or title is of no use.
func unite(old, seen []market.Option) []market.Option {
	titles := make(map[string]string, len(old)+len(seen))
	for _, o := range old {
		titles[o.ID] = o.Title
	}
	changed := false
	for _, o := range seen {
		o.Title = clip(o.Title, maxLabel)
		if o.ID == "" || o.Title == "" || len(o.ID) > maxLabel || titles[o.ID] == o.Title {
			continue
		}
		if _, known := titles[o.ID]; !known && len(titles) >= maxFilterOptions {
			continue
		}
		titles[o.ID], changed = o.Title, true
	}
	if !changed {
		return old
	}
	options := make([]market.Option, 0, len(titles))
	for _, id := range slices.Sorted(maps.Keys(titles)) {
		options = append(options, market.Option{ID: id, Title: titles[id]})
	}
	return options
}

// kind tells which kind of answer the filter takes, by the words its type is
// made of. The description shows select_single and select_multiple only; the
// other words are what such types are usually called.
func (f filterFacts) kind() market.Kind {
	words := typeWords(f.Type)
	has := func(any ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(any, w) })
	}
	switch {
	case has("multiple", "multi", "multiselect", "checkboxes"):
		return market.KindChoices
	case has("select", "single", "choice", "radio", "dropdown", "list"):
		return market.KindChoice
	case has("number", "numeric", "int", "integer", "float", "decimal", "double", "digit", "digits", "range", "year"):
		return market.KindNumber
	case has("bool", "boolean", "checkbox", "check", "switch", "toggle", "flag"):
		return market.KindYesNo
	case has("textarea"):
		return market.KindLongText
	case has("text", "string", "str", "char", "input"):
		return market.KindText
	}
	return market.KindUnknown
}

// decimals is how many digits after the point a number filter takes; the market
// does not say, so only what is called whole is whole.
func (f filterFacts) decimals() int {
	for _, w := range typeWords(f.Type) {
		if w == "int" || w == "integer" || w == "year" || w == "digit" || w == "digits" {
			return 0
		}
	}
	return 2
}

func typeWords(kind string) []string {
	return strings.FieldsFunc(strings.ToLower(kind), func(r rune) bool { return !unicode.IsLetter(r) })
}

// selects reports whether an answer is one of a list.
func selects(k market.Kind) bool { return k == market.KindChoice || k == market.KindChoices }

// answerable reports whether the filter can be asked: its kind is one of ours,
// and of a list at least one option was seen.
func (f filterFacts) answerable() bool {
	k := f.kind()
	return k != market.KindUnknown && (!selects(k) || len(f.Options) > 0)
}

// field asks the filter.
func (f filterFacts) field(say words) market.Field {
	field := market.Field{
		Key: filterKey(string(f.ID)), Kind: f.kind(), Label: f.label(say), Required: f.required(),
		Hint: strings.Join(f.Format, ", "),
	}
	switch {
	case selects(field.Kind):
		field.Options, field.Open = byTitle(f.Options), true
		field.Hint = say(wordOpenList)
	case field.Kind == market.KindNumber:
		field.Decimals = f.decimals()
	case field.Kind == market.KindText:
		field.MaxLen = maxTitle
	case field.Kind == market.KindLongText:
		field.MaxLen = maxText
	}
	return field
}

// label names the filter; one that nobody knows by its id.
func (f filterFacts) label(say words) string {
	if f.Label == "" {
		return say(wordFilter) + " " + string(f.ID)
	}
	return f.Label
}

// byTitle sorts options as people look for them: by the numbers they begin with,
// and by letters.
func byTitle(options []market.Option) []market.Option {
	sorted := slices.Clone(options)
	slices.SortStableFunc(sorted, func(a, b market.Option) int {
		m, isM := leading(a.Title)
		n, isN := leading(b.Title)
		if isM && isN && m != n {
			return cmp.Compare(m, n)
		}
		return cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title))
	})
	return sorted
}

var leadingNumber = regexp.MustCompile(`^\d+(?:[.,]\d+)?`)

// leading is the number a title begins with: "64 ГБ", "1,6 л", "2015".
func leading(title string) (float64, bool) {
	n, err := strconv.ParseFloat(strings.Replace(leadingNumber.FindString(title), ",", ".", 1), 64)
	return n, err == nil
}

// clip bounds a text by characters.
func clip(s string, most int) string {
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most])
}
