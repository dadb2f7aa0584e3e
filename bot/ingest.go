package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"bazarbot/lanes"
)

// errNoUpdate says that something is no Telegram update at all.
var errNoUpdate = errors.New("no update: not a JSON object with an update_id")

// AllowedUpdates are the kinds of updates the bot asks Telegram for.
var AllowedUpdates = []string{"message", "edited_message", "callback_query", "my_chat_member"}

// head is as much of an update as decides where it goes.
type head struct {
	ID            *int64  `json:"update_id"`
	Message       *sender `json:"message"`
	EditedMessage *sender `json:"edited_message"`
	Press         *press  `json:"callback_query"`
	MyChatMember  *sender `json:"my_chat_member"`
}

type sender struct {
	From struct {
		ID int64 `json:"id"`
	} `json:"from"`
}

type press struct {
	sender
	ID string `json:"id"`
}

// row makes the work row of an update: its lane is its person's. An update
// whose parts do not decode is kept all the same, to be set aside and looked at.
func (b *Bot) row(raw []byte) (lanes.NewRow, *head, error) {
	var h head
	kind := kindUpdate
	if err := json.Unmarshal(raw, &h); err != nil {
		var id struct {
			ID *int64 `json:"update_id"`
		}
		if err := json.Unmarshal(raw, &id); err != nil || id.ID == nil {
			return lanes.NewRow{}, nil, errNoUpdate
		}
		h, kind = head{ID: id.ID}, kindOdd
	}
	if h.ID == nil {
		return lanes.NewRow{}, nil, errNoUpdate
	}
	return lanes.NewRow{
		Lane:    Lane(h.person()),
		Key:     "tg:" + strconv.FormatInt(*h.ID, 10),
		Kind:    kind,
		Payload: raw,
	}, &h, nil
}

// kind is what the update holds, in Telegram's word, for metrics.
func (h *head) kind(row string) string {
	switch {
	case row == kindOdd:
		return "unreadable"
	case h.Message != nil:
		return "message"
	case h.Press != nil:
		return "callback_query"
	case h.EditedMessage != nil:
		return "edited_message"
	case h.MyChatMember != nil:
		return "my_chat_member"
	}
	return "other"
}

func (h *head) person() int64 {
	switch {
	case h.Message != nil:
		return h.Message.From.ID
	case h.Press != nil:
		return h.Press.From.ID
	case h.EditedMessage != nil:
		return h.EditedMessage.From.ID
	case h.MyChatMember != nil:
		return h.MyChatMember.From.ID
	}
	return 0
}

// ingest commits updates as work rows. When it returns nil, nothing of them
// can be lost any more, and Telegram may be told so.
func (b *Bot) ingest(ctx context.Context, raws ...[]byte) error {
	rows := make([]lanes.NewRow, 0, len(raws))
	var pressed []string
	for _, raw := range raws {
		row, h, err := b.row(raw)
		if err != nil {
			return err
		}
		if h.Press != nil {
			pressed = append(pressed, h.Press.ID)
		}
		b.Observer.Received(h.kind(row.Kind))
		rows = append(rows, row)
	}
	for _, id := range pressed {
		b.presses.arrived(id)
	}
	if _, err := b.Store.Enqueue(ctx, rows...); err != nil {
		return fmt.Errorf("keep %d updates: %w", len(rows), err)
	}
	return nil
}
