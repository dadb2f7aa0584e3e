package bot

import (
	"encoding/json"
	"fmt"

	"github.com/go-telegram/bot/models"

	"bazarbot/dialogs"
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
	Query   string  `json:"query,omitempty"` // toast: which press it answers
}

// key is an inline button.
type key struct {
	Text string `json:"text"`
	Data string `json:"data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// keyboard is the reply's buttons as Telegram takes them; nil without any.
func (r reply) keyboard() models.ReplyMarkup {
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

// isScreen reports whether the reply's message becomes the person's screen.
func (r reply) isScreen() bool { return r.Kind == string(dialogs.ReplyScreen) }

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
