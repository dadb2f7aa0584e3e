package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// partOf is a message as it can be sent to others; nil when it cannot.
func partOf(m *models.Message) *market.Part {
	switch {
	case m.Text != "":
		return newPart(market.PartText, "", m.Text, m.Entities)
	case len(m.Photo) > 0:
		return newPart(market.PartPhoto, largest(m.Photo).FileID, m.Caption, m.CaptionEntities)
	case m.Video != nil:
		return newPart(market.PartVideo, m.Video.FileID, m.Caption, m.CaptionEntities)
	case m.Document != nil && m.Animation == nil:
		return newPart(market.PartDocument, m.Document.FileID, m.Caption, m.CaptionEntities)
	}
	return nil
}

func newPart(kind market.PartKind, file, text string, entities []models.MessageEntity) *market.Part {
	p := &market.Part{Kind: kind, File: file, Text: text}
	if len(entities) > 0 {
		p.Entities, _ = json.Marshal(entities) // what was decoded encodes
	}
	return p
}

// originOf is who wrote a forwarded message, as far as they let it be known.
func originOf(m *models.Message) int64 {
	if m.ForwardOrigin == nil || m.ForwardOrigin.MessageOriginUser == nil {
		return 0
	}
	return m.ForwardOrigin.MessageOriginUser.SenderUser.ID
}

// bulletin is a broadcast as one person gets it.
type bulletin struct {
	Content market.Content `json:"content"`
	Off     string         `json:"off"`   // the label of the button that turns news off
	Below   string         `json:"below"` // stands over the buttons of an album, which can have none
}

// messageFor renders what a broadcast adds to its content.
func (b *Bot) messageFor(c market.Content, lang market.Lang) bulletin {
	r := renderer{texts: b.Locales, lang: string(lang), log: b.Log}
	if lang == "" {
		r.lang = string(market.Russian)
	}
	return bulletin{
		Content: c,
		Off:     r.plain(dialogs.Text{Key: "news.turn_off"}),
		Below:   r.html(dialogs.Text{Key: "news.below"}),
	}
}

// weight is how many messages it makes in the chat.
func (m bulletin) weight() int {
	if n := len(m.Content.Parts); n > 1 {
		return n + 1
	}
	return 1
}

// keyboard is its links, and below them the way out.
func (m bulletin) keyboard() models.ReplyMarkup {
	var keys [][]key
	for _, l := range m.Content.Links {
		keys = append(keys, []key{{Text: cut(l.Text, maxLabel), URL: l.URL}})
	}
	keys = append(keys, []key{{Text: cut(m.Off, maxLabel), Data: dialogs.NewsOffData}})
	return reply{Keys: keys}.keyboard()
}

// deliver sends the message into a chat. It is the one way in which a broadcast
// goes out, to its author for a look as to everybody else.
func (b *Bot) deliver(ctx context.Context, chat int64, m bulletin) error {
	switch len(m.Content.Parts) {
	case 0:
		return errors.New("a broadcast without content")
	case 1:
		return b.deliverPart(ctx, chat, m.Content.Parts[0], m.keyboard())
	}
	if err := b.deliverAlbum(ctx, chat, m.Content.Parts); err != nil {
		return err
	}
	// The album is there: whatever becomes of its buttons, it must not come twice.
	for range 2 {
		_, err := b.api.SendMessage(ctx, &tg.SendMessageParams{
			ChatID: chat, Text: m.Below, ParseMode: models.ParseModeHTML, ReplyMarkup: m.keyboard(),
		})
		var slow *tg.TooManyRequestsError
		if !errors.As(err, &slow) {
			if err != nil {
				b.Log.Warn("an album went without its buttons", "person", chat, "error", redact(err, b.Token))
			}
			return nil
		}
		pause(ctx, time.Duration(max(slow.RetryAfter, 1))*time.Second)
	}
	return nil
}

func (b *Bot) deliverPart(ctx context.Context, chat int64, p market.Part, keys models.ReplyMarkup) error {
	entities, err := entitiesOf(p)
	if err != nil {
		return err
	}
	file := &models.InputFileString{Data: p.File}
	switch p.Kind {
	case market.PartText:
		_, err = b.api.SendMessage(ctx, &tg.SendMessageParams{ChatID: chat, Text: p.Text, Entities: entities, ReplyMarkup: keys})
	case market.PartPhoto:
		_, err = b.api.SendPhoto(ctx, &tg.SendPhotoParams{ChatID: chat, Photo: file, Caption: p.Text, CaptionEntities: entities, ReplyMarkup: keys})
	case market.PartVideo:
		_, err = b.api.SendVideo(ctx, &tg.SendVideoParams{ChatID: chat, Video: file, Caption: p.Text, CaptionEntities: entities, ReplyMarkup: keys})
	case market.PartDocument:
		_, err = b.api.SendDocument(ctx, &tg.SendDocumentParams{ChatID: chat, Document: file, Caption: p.Text, CaptionEntities: entities, ReplyMarkup: keys})
	default:
		err = fmt.Errorf("a part of kind %q", p.Kind)
	}
	return err
}

func (b *Bot) deliverAlbum(ctx context.Context, chat int64, parts []market.Part) error {
	media := make([]models.InputMedia, len(parts))
	for i, p := range parts {
		entities, err := entitiesOf(p)
		if err != nil {
			return err
		}
		switch p.Kind {
		case market.PartPhoto:
			media[i] = &models.InputMediaPhoto{Media: p.File, Caption: p.Text, CaptionEntities: entities}
		case market.PartVideo:
			media[i] = &models.InputMediaVideo{Media: p.File, Caption: p.Text, CaptionEntities: entities}
		default:
			media[i] = &models.InputMediaDocument{Media: p.File, Caption: p.Text, CaptionEntities: entities}
		}
	}
	_, err := b.api.SendMediaGroup(ctx, &tg.SendMediaGroupParams{ChatID: chat, Media: media})
	return err
}

func entitiesOf(p market.Part) (entities []models.MessageEntity, err error) {
	if len(p.Entities) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(p.Entities, &entities); err != nil {
		return nil, fmt.Errorf("decode entities: %w", err)
	}
	return entities, nil
}
