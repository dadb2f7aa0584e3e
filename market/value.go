package market

import (
	"slices"
	"strings"
)

// Answers are the values of a form by field key.
type Answers map[string]Value

// Value is an answer to a field. Which members are used follows from the
// field's kind; the others stay empty.
type Value struct {
	Text    string   `json:"text,omitempty"`    // Text, LongText, Phone, Code, Secret
	Number  string   `json:"number,omitempty"`  // Number, Quantity: canonical decimal, "9500" or "3.5"
	Unit    string   `json:"unit,omitempty"`    // Quantity
	From    string   `json:"from,omitempty"`    // Range: canonical decimal; "" is open
	To      string   `json:"to,omitempty"`      // Range: likewise
	Yes     *bool    `json:"yes,omitempty"`     // YesNo
	Options []string `json:"options,omitempty"` // Choice, Choices, Contacts, Location: option ids
	Links   []string `json:"links,omitempty"`   // Videos
	Photos  []Photo  `json:"photos,omitempty"`  // Photos, the cover first
	// Without answers a field with Open options: the person's own is not among
	// them, and the ad goes without an answer.
	Without bool `json:"without,omitempty"`
}

// TextValue answers a text field.
func TextValue(s string) Value { return Value{Text: s} }

// NumberValue answers a number field; unit is empty for a bare number.
func NumberValue(number, unit string) Value { return Value{Number: number, Unit: unit} }

// RangeValue answers a range; an end that is "" is open.
func RangeValue(from, to string) Value { return Value{From: from, To: to} }

// YesValue answers a yes-or-no field.
func YesValue(yes bool) Value { return Value{Yes: &yes} }

// OptionValue answers a choice with the ids of its options.
func OptionValue(ids ...string) Value { return Value{Options: ids} }

// PhotosValue answers a photos field.
func PhotosValue(photos ...Photo) Value { return Value{Photos: photos} }

// Option is the single chosen option's id, or "".
func (v Value) Option() string {
	if len(v.Options) == 0 {
		return ""
	}
	return v.Options[0]
}

// IsZero reports whether the value answers nothing. "No" is an answer.
func (v Value) IsZero() bool {
	return v.Text == "" && v.Number == "" && v.Unit == "" && v.From == "" && v.To == "" && v.Yes == nil &&
		len(v.Options) == 0 && len(v.Links) == 0 && len(v.Photos) == 0 && !v.Without
}

// Equal reports whether two values answer the same.
func (v Value) Equal(w Value) bool {
	return v.Text == w.Text && v.Number == w.Number && v.Unit == w.Unit && v.From == w.From && v.To == w.To &&
		(v.Yes == nil) == (w.Yes == nil) && (v.Yes == nil || *v.Yes == *w.Yes) &&
		slices.Equal(v.Options, w.Options) && slices.Equal(v.Links, w.Links) &&
		slices.Equal(v.Photos, w.Photos) && v.Without == w.Without
}

// Photo is one picture of an ad. Its bytes stay with Telegram until they go to
// the market.
type Photo struct {
	FileID   string `json:"file_id"`             // Telegram's handle for downloading
	UniqueID string `json:"unique_id,omitempty"` // the same picture keeps it
	Document bool   `json:"document,omitempty"`  // sent as a file: Telegram did not re-encode it
	Remote   string `json:"remote,omitempty"`    // the market's id, when it already has the picture
}

// Secret is a password, a key or a token. It prints as a mark wherever a value
// is formatted or logged; only its explicit conversion to string opens it.
type Secret string

const mark = "[secret]"

// String hides the secret from fmt and from logs.
func (s Secret) String() string { return mark }

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return mark }

// Redact replaces every occurrence of the secret in text.
func (s Secret) Redact(text string) string {
	if s == "" {
		return text
	}
	return strings.ReplaceAll(text, string(s), mark)
}
