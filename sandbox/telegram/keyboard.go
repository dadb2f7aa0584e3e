package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"unicode/utf8"
)

// Limits of keyboards. Section: #inlinekeyboardmarkup; the number of buttons and
// the row widths are what the server takes without cutting.
const (
	maxInlineButtons = 100
	maxInlineRow     = 8
	maxReplyButtons  = 300
	maxReplyRow      = 12
	maxCallbackData  = 64 // bytes
	maxCopyText      = 256
	maxPlaceholder   = 64
)

// The refusals of keyboards.
var (
	errMarkupTooLong  = badRequest("reply markup is too long")
	errTextButton     = badRequest("can't parse InlineKeyboardButton: Text buttons are not allowed in the inline keyboard")
	errButtonNoText   = badRequest("inline keyboard button text must be non-empty")
	errButtonNotUTF8  = badRequest("inline keyboard button text must be encoded in UTF-8")
	errInlineExpected = badRequest("inline keyboard expected")
)

// Button is a button of an inline keyboard or of a reply keyboard.
// Sections: #inlinekeyboardbutton, #keyboardbutton
type Button struct {
	Text            string    `json:"text"`
	Style           string    `json:"style,omitempty"`
	URL             string    `json:"url,omitempty"`
	Data            string    `json:"callback_data,omitempty"`
	CopyText        *CopyText `json:"copy_text,omitempty"`
	RequestContact  bool      `json:"request_contact,omitempty"`
	RequestLocation bool      `json:"request_location,omitempty"`
}

// CopyText is what a button puts on the clipboard.
type CopyText struct {
	Text string `json:"text"`
}

func (b Button) equal(c Button) bool {
	if (b.CopyText == nil) != (c.CopyText == nil) || (b.CopyText != nil && *b.CopyText != *c.CopyText) {
		return false
	}
	b.CopyText, c.CopyText = nil, nil
	return b == c
}

// UnmarshalJSON takes a bare string too, which a reply keyboard may hold.
func (b *Button) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '"' {
		return json.Unmarshal(raw, &b.Text)
	}
	type plain Button
	return json.Unmarshal(raw, (*plain)(b))
}

// Keyboard is a reply keyboard. Section: #replykeyboardmarkup
type Keyboard struct {
	Rows        [][]Button `json:"keyboard"`
	Resize      bool       `json:"resize_keyboard,omitempty"`
	OneTime     bool       `json:"one_time_keyboard,omitempty"`
	Persistent  bool       `json:"is_persistent,omitempty"`
	Placeholder string     `json:"input_field_placeholder,omitempty"`
}

// markup is a reply_markup parameter; at most one member is set.
type markup struct {
	inline   [][]Button
	keyboard *Keyboard
	remove   bool
	force    bool
}

// replyMarkup reads and checks the reply_markup parameter.
func (q *request) replyMarkup() (markup, error) {
	raw := bytes.TrimSpace([]byte(q.values["reply_markup"]))
	if len(raw) == 0 {
		return markup{}, nil
	}
	if !json.Valid(raw) {
		return markup{}, badRequest("can't parse reply keyboard markup JSON object")
	}
	if raw[0] != '{' {
		return markup{}, badRequest("object expected as reply markup")
	}
	var wire struct {
		Inline [][]Button `json:"inline_keyboard"`
		Keyboard
		Remove bool `json:"remove_keyboard"`
		Force  bool `json:"force_reply"`
	}
	if err := json.Unmarshal(raw, &wire); err != nil {
		return markup{}, keyboardShape(err)
	}
	m := markup{inline: wire.Inline, remove: wire.Remove, force: wire.Force}
	if wire.Rows != nil {
		m.keyboard = &wire.Keyboard
	}
	return m.checked()
}

// keyboardShape is the refusal of JSON that is no keyboard.
func keyboardShape(err error) error {
	var shape *json.UnmarshalTypeError
	if errors.As(err, &shape) && shape.Field != "" {
		return badRequest("field %q of the reply markup is of a wrong type", shape.Field)
	}
	return badRequest("can't parse reply keyboard markup JSON object")
}

// inlineMarkup is the reply_markup of methods that take an inline keyboard only.
func (q *request) inlineMarkup() ([][]Button, error) {
	m, err := q.replyMarkup()
	if err != nil {
		return nil, err
	}
	if m.keyboard != nil || m.remove || m.force {
		return nil, errInlineExpected
	}
	return m.inline, nil
}

// checked checks the buttons and drops what shows nothing (empty rows).
func (m markup) checked() (markup, error) {
	hollow := func(row []Button) bool { return len(row) == 0 }
	if m.inline != nil {
		m.inline = slices.DeleteFunc(m.inline, hollow)
		if len(m.inline) == 0 {
			m.inline = nil
		}
		return m, checkInline(m.inline)
	}
	if m.keyboard != nil {
		m.keyboard.Rows = slices.DeleteFunc(m.keyboard.Rows, hollow)
		return m, checkReply(m.keyboard)
	}
	return m, nil
}

func checkInline(rows [][]Button) error {
	total := 0
	for _, row := range rows {
		total += len(row)
		if len(row) > maxInlineRow {
			return errMarkupTooLong
		}
		for i := range row {
			if err := checkInlineButton(&row[i]); err != nil {
				return err
			}
		}
	}
	if total > maxInlineButtons {
		return errMarkupTooLong
	}
	return nil
}

// checkInlineButton wants a text and exactly one thing to do. Telegram drops a
// button without a text silently; here it is a refusal.
func checkInlineButton(b *Button) error {
	if !utf8.ValidString(b.Text) {
		return errButtonNotUTF8
	}
	if b.Text == "" {
		return errButtonNoText
	}
	if b.URL == "" && b.Data == "" && b.CopyText == nil {
		return errTextButton
	}
	if len(b.Data) > maxCallbackData {
		return badRequest("BUTTON_DATA_INVALID")
	}
	if b.CopyText != nil && (b.CopyText.Text == "" || utf16Len(b.CopyText.Text) > maxCopyText) {
		return badRequest("BUTTON_COPY_TEXT_INVALID")
	}
	if b.URL != "" {
		link, err := checkLink(b.URL)
		if err != nil {
			return badRequest("inline keyboard button URL '%s' is invalid: %v", b.URL, err)
		}
		b.URL = link
	}
	return checkStyle(b)
}

func checkReply(k *Keyboard) error {
	total := 0
	for _, row := range k.Rows {
		total += len(row)
		if len(row) > maxReplyRow {
			return errMarkupTooLong
		}
		for i := range row {
			b := &row[i]
			if b.Text == "" {
				return badRequest("keyboard button text must be non-empty")
			}
			if b.URL != "" || b.Data != "" || b.CopyText != nil {
				return badRequest("can't parse KeyboardButton: it has a field of an inline button")
			}
			if err := checkStyle(b); err != nil {
				return err
			}
		}
	}
	if total == 0 {
		return badRequest("can't parse reply keyboard markup: the keyboard has no buttons")
	}
	if total > maxReplyButtons {
		return errMarkupTooLong
	}
	if utf8.RuneCountInString(k.Placeholder) > maxPlaceholder {
		return badRequest("reply markup input field placeholder is too long")
	}
	return nil
}

func checkStyle(b *Button) error {
	switch b.Style {
	case "", "danger", "success", "primary":
		return nil
	}
	return badRequest("invalid button style specified")
}

// sameButtons compares inline keyboards.
func sameButtons(a, b [][]Button) bool {
	return slices.EqualFunc(a, b, func(x, y []Button) bool {
		return slices.EqualFunc(x, y, Button.equal)
	})
}
