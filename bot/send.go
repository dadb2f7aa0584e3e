package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"math/rand/v2"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"bazarbot/dialogs"
	"bazarbot/lanes"
)

// sendTimeout bounds one call of the Bot API.
const sendTimeout = 15 * time.Second

// sent is how Telegram took something.
type sent string

const (
	sentOK       sent = "ok"
	sentSame     sent = "not_modified" // the message shows it, or is gone, already
	sentTooOld   sent = "too_old"      // the press needs no answer any more
	sentNoTarget sent = "no_target"    // the message to change or delete is not there
	sentBlocked  sent = "blocked"      // the person has left
	sentSlowDown sent = "slow_down"
	sentRefused  sent = "refused" // our mistake
	sentFailed   sent = "failed"  // Telegram's trouble, or the network's
)

// outcomeOf reads an error of the Bot API. The library gives 400s only by
// their text.
func outcomeOf(err error) sent {
	var slow *tg.TooManyRequestsError
	var moved *tg.MigrateError
	switch {
	case err == nil:
		return sentOK
	case errors.As(err, &slow):
		return sentSlowDown
	case errors.Is(err, tg.ErrorForbidden):
		return sentBlocked
	case errors.As(err, &moved): // a group that is another one now
		return sentRefused
	case strings.Contains(err.Error(), "error decode response result"):
		return sentOK // Telegram took it; the library cannot read what it says of it
	case !errors.Is(err, tg.ErrorBadRequest):
		return sentFailed
	}
	text := err.Error()
	for _, known := range []struct {
		part    string
		outcome sent
	}{
		{"message is not modified", sentSame},
		{"query is too old", sentTooOld},
		{"message to edit not found", sentNoTarget},
		{"MESSAGE_ID_INVALID", sentNoTarget}, // as some are told of one that is gone
		{"message can't be edited", sentNoTarget},
		{"message to delete not found", sentSame},
		{"message can't be deleted", sentNoTarget},
		{"there is no text in the message to edit", sentNoTarget},
		{"chat not found", sentBlocked},
		{"user is deactivated", sentBlocked},
	} {
		if strings.Contains(text, known.part) {
			return known.outcome
		}
	}
	return sentRefused
}

// send does one reply and returns the message it made or changed. The error is
// a *lanes.Later when Telegram is to be tried again.
func (b *Bot) send(ctx context.Context, r reply) (message int64, outcome sent, err error) {
	if wait := b.pace.replyWaits(ctx, r.Chat); wait > 0 {
		return 0, sentSlowDown, &lanes.Later{After: wait}
	}
	started := time.Now()
	message, outcome, err = b.try(ctx, r)
	for again := true; again; {
		if r, again = b.otherwise(r, outcome, err); again {
			message, outcome, err = b.try(ctx, r)
		}
	}
	b.Observer.Sent(r.Kind, string(outcome), time.Since(started))
	if r.isMessage() {
		b.pace.replied()
	}
	switch outcome {
	case sentSlowDown:
		wait := retryAfter(err)
		b.pace.slow(ctx, r.Chat, wait)
		return 0, outcome, &lanes.Later{After: wait, Cause: err}
	case sentFailed:
		return 0, outcome, &lanes.Later{After: time.Second + rand.N(2*time.Second), Cause: redact(err, b.Token)}
	case sentRefused:
		return 0, outcome, fmt.Errorf("send %s: %w", r.Kind, redact(err, b.Token))
	}
	return message, outcome, nil
}

// otherwise is what may be done instead of a reply that was not taken: without
// photos, or as a message of its own. Each of the two helps once.
func (b *Bot) otherwise(r reply, outcome sent, err error) (other reply, ok bool) {
	switch {
	case r.remote() && (outcome == sentRefused || errors.Is(err, context.DeadlineExceeded)):
		b.Log.Info("telegram does not fetch a photo", "outcome", outcome, "error", redact(err, b.Token))
		return r.withoutPhotos(), true
	case r.about() && (outcome == sentNoTarget || outcome == sentTooOld && r.Text != ""):
		return r.instead(), true
	}
	return r, false
}

// about reports whether the reply is about a message or a press that is there.
func (r reply) about() bool { return r.Message != 0 || r.Kind == string(dialogs.ReplyToast) }

// try makes one call, within its time.
func (b *Bot) try(ctx context.Context, r reply) (message int64, outcome sent, err error) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	message, err = b.call(ctx, r)
	return message, outcomeOf(err), err
}

// retryAfter is how long a 429 asks to wait.
func retryAfter(err error) time.Duration {
	var slow *tg.TooManyRequestsError
	if !errors.As(err, &slow) {
		return time.Second
	}
	return time.Duration(max(slow.RetryAfter, 1)) * time.Second
}

// instead is what is done when the message or the press a reply is about is
// not there: a screen goes into a new message, a toast into one that stays, a
// secret that cannot be deleted is pointed at.
func (r reply) instead() reply {
	r.Message = 0
	switch r.Kind {
	case string(dialogs.ReplyToast):
		r.Kind, r.Text = string(dialogs.ReplyNotice), html.EscapeString(r.Text)
	case string(dialogs.ReplyErase):
		r.Kind = string(dialogs.ReplyNotice)
	}
	return r
}

// call makes the Bot API's call of a reply.
func (b *Bot) call(ctx context.Context, r reply) (int64, error) {
	switch {
	case r.Kind == string(dialogs.ReplyMenu):
		return 0, b.changeMenu(ctx, r)
	case r.Content != nil:
		return 0, b.deliver(ctx, r.Chat, *r.Content)
	case len(r.Data) > 0:
		return b.upload(ctx, r)
	case r.Kind == string(dialogs.ReplyToast):
		b.presses.answered(r.Query)
		_, err := b.api.AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{CallbackQueryID: r.Query, Text: r.Text})
		return 0, err
	case r.Kind == string(dialogs.ReplyErase):
		_, err := b.api.DeleteMessage(ctx, &tg.DeleteMessageParams{ChatID: r.Chat, MessageID: int(r.Message)})
		return 0, err
	case len(r.Photos) > 0:
		_, err := b.api.SendMediaGroup(ctx, &tg.SendMediaGroupParams{ChatID: r.Chat, Media: r.album()})
		return 0, err
	case r.Message != 0:
		return r.Message, b.edit(ctx, r)
	case r.File:
		return messageID(b.api.SendDocument(ctx, &tg.SendDocumentParams{
			ChatID: r.Chat, Document: &models.InputFileString{Data: r.Photo}, Caption: r.Text,
			ParseMode: models.ParseModeHTML, ReplyMarkup: r.keyboard(),
		}))
	case r.Photo != "":
		return messageID(b.api.SendPhoto(ctx, &tg.SendPhotoParams{
			ChatID: r.Chat, Photo: &models.InputFileString{Data: r.Photo}, Caption: r.Text,
			ParseMode: models.ParseModeHTML, ReplyMarkup: r.keyboard(),
		}))
	}
	return messageID(b.api.SendMessage(ctx, &tg.SendMessageParams{
		ChatID: r.Chat, Text: r.Text, ParseMode: models.ParseModeHTML, ReplyMarkup: r.keyboard(),
		LinkPreviewOptions: noPreview(),
	}))
}

// upload sends a file of our own: a picture is shown as one.
func (b *Bot) upload(ctx context.Context, r reply) (int64, error) {
	file := &models.InputFileUpload{Filename: r.Name, Data: bytes.NewReader(r.Data)}
	if r.Kind == string(dialogs.ReplyChart) {
		return messageID(b.api.SendPhoto(ctx, &tg.SendPhotoParams{ChatID: r.Chat, Photo: file}))
	}
	return messageID(b.api.SendDocument(ctx, &tg.SendDocumentParams{ChatID: r.Chat, Document: file}))
}

// changeMenu never fails for what Telegram has against it: a menu is a
// convenience, and the chat may not be there yet.
func (b *Bot) changeMenu(ctx context.Context, r reply) error {
	err := b.syncMenu(ctx, r.Chat, r.Role)
	if outcomeOf(err) == sentRefused {
		b.Log.Warn("commands not set", "person", r.Chat, "error", redact(err, b.Token))
		return nil
	}
	return err
}

func (b *Bot) edit(ctx context.Context, r reply) error {
	if r.Photo != "" {
		_, err := b.api.EditMessageMedia(ctx, &tg.EditMessageMediaParams{
			ChatID: r.Chat, MessageID: int(r.Message), ReplyMarkup: r.keyboard(),
			Media: r.media(),
		})
		return err
	}
	_, err := b.api.EditMessageText(ctx, &tg.EditMessageTextParams{
		ChatID: r.Chat, MessageID: int(r.Message), Text: r.Text, ParseMode: models.ParseModeHTML,
		ReplyMarkup: r.keyboard(), LinkPreviewOptions: noPreview(),
	})
	return err
}

// media is the reply's picture as an edit takes it.
func (r reply) media() models.InputMedia {
	if r.File {
		return &models.InputMediaDocument{Media: r.Photo, Caption: r.Text, ParseMode: models.ParseModeHTML}
	}
	return &models.InputMediaPhoto{Media: r.Photo, Caption: r.Text, ParseMode: models.ParseModeHTML}
}

func messageID(m *models.Message, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return int64(m.ID), nil
}

func noPreview() *models.LinkPreviewOptions {
	off := true
	return &models.LinkPreviewOptions{IsDisabled: &off}
}
