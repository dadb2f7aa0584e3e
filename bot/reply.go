package bot

import (
	"encoding/json"
	"fmt"

	"github.com/go-telegram/bot/models"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// reply is one thing to do in a chat, as it is saved in its row: rendered, so
// that sending it again after a crash needs nothing but the row.
type reply struct {
	Kind    string  `json:"kind"` // a dialogs.ReplyKind
	Chat    int64   `json:"chat,omitempty"`
	Text    string  `json:"text,omitempty"`
	Photo   string  `json:"photo,omitempty"`
	File    bool    `json:"file,omitempty"` // Photo is a document: Telegram keeps the two apart
	Keys    [][]key `json:"keys,omitempty"`
	Message int64   `json:"message,omitempty"`
	Query   string  `json:"query,omitempty"`   // toast: which press it answers
	Contact string  `json:"contact,omitempty"` // keyboard: the label of its button; none takes it away
	Name    string  `json:"name,omitempty"`    // progress: what it tells of
	// Photos are the web addresses of an album; Text stands for them when
	// Telegram cannot fetch them.
	Photos []string `json:"photos,omitempty"`

	Content *bulletin        `json:"content,omitempty"`
	Data    []byte           `json:"data,omitempty"` // file, chart: its bytes; Name is its name
	Role    market.StaffRole `json:"role,omitempty"` // menu: whose commands
}

// key is an inline button.
type key struct {
	Text string `json:"text"`
	Data string `json:"data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// keyboard is the reply's buttons as Telegram takes them; nil without any.
func (r reply) keyboard() models.ReplyMarkup {
	if r.Kind == string(dialogs.ReplyKeyboard) {
		return r.contactKeyboard()
	}
	if len(r.Keys) == 0 {
		return nil
	}
	rows := make([][]models.InlineKeyboardButton, 0, len(r.Keys))
	for _, keys := range r.Keys {
		row := make([]models.InlineKeyboardButton, 0, len(keys))
		for _, k := range keys {
			row = append(row, models.InlineKeyboardButton{Text: k.Text, CallbackData: k.Data, URL: k.URL})
		}
		rows = append(rows, row)
	}
	return &models.InlineKeyboardMarkup{InlineKeyboard: rows}
}

// contactKeyboard brings the button that sends the person's own number, or takes
// it away.
//
// https://core.telegram.org/bots/api#keyboardbutton
func (r reply) contactKeyboard() models.ReplyMarkup {
	if r.Contact == "" {
		return &models.ReplyKeyboardRemove{RemoveKeyboard: true}
	}
	return &models.ReplyKeyboardMarkup{
		Keyboard:       [][]models.KeyboardButton{{{Text: r.Contact, RequestContact: true}}},
		ResizeKeyboard: true, OneTimeKeyboard: true,
	}
}

// isMessage reports whether the reply puts something into the chat, which is what
// Telegram counts.
func (r reply) isMessage() bool {
	switch r.Kind {
	case string(dialogs.ReplyToast), string(dialogs.ReplyErase), string(dialogs.ReplyMenu):
		return false
	}
	return true
}

// isScreen reports whether the reply's message becomes the person's screen.
func (r reply) isScreen() bool { return r.Kind == string(dialogs.ReplyScreen) }

// sentMessage is a progress message that went into the chat, as its row tells it.
type sentMessage struct {
	Name    string `json:"name"`
	Message int64  `json:"message"`
}

func decodeReplies(saved []byte) ([]reply, error) {
	var replies []reply
	if len(saved) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(saved, &replies); err != nil {
		return nil, fmt.Errorf("decode replies: %w", err)
	}
	return replies, nil
}
