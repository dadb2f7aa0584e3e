package bot

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-telegram/bot/models"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// event translates an update of a private chat into the dialogs' words; false
// when there is nothing to answer.
func event(u *models.Update) (dialogs.Event, bool) {
	switch {
	case u.CallbackQuery != nil:
		return pressEvent(u.CallbackQuery), true
	case u.EditedMessage != nil && u.EditedMessage.From != nil:
		ev := messageEvent(u.EditedMessage)
		ev.Kind = dialogs.Edited
		return ev, true
	case u.Message != nil && u.Message.From != nil:
		return messageEvent(u.Message), true
	}
	return dialogs.Event{}, false
}

func person(u *models.User) dialogs.Person {
	return dialogs.Person{ID: u.ID, Name: u.FirstName, LangCode: u.LanguageCode}
}

func pressEvent(q *models.CallbackQuery) dialogs.Event {
	ev := dialogs.Event{Kind: dialogs.Pressed, Person: person(&q.From), Button: q.Data}
	switch {
	case q.Message.Message != nil:
		ev.Message = int64(q.Message.Message.ID)
	case q.Message.InaccessibleMessage != nil:
		ev.Message = int64(q.Message.InaccessibleMessage.MessageID)
	}
	return ev
}

// maxDownload is what Telegram lets a bot fetch.
//
// https://core.telegram.org/bots/api#getfile
const maxDownload = 20 << 20

func messageEvent(m *models.Message) dialogs.Event {
	ev := dialogs.Event{
		Kind: dialogs.Other, Person: person(m.From), Message: int64(m.ID),
		Date: time.Unix(int64(m.Date), 0), Album: m.MediaGroupID, Part: partOf(m), Origin: originOf(m),
	}
	switch {
	case strings.HasPrefix(m.Text, "/"):
		ev.Kind, ev.Text, ev.Arg = dialogs.Command, commandName(m.Text), commandArg(m.Text)
	case m.Text != "":
		ev.Kind, ev.Text = dialogs.Said, m.Text
		ev.Long, ev.Ample = utf16Len(m.Text) >= maxText, utf16Len(m.Text) >= maxText/2
	case len(m.Photo) > 0:
		largest := largest(m.Photo)
		ev.Kind, ev.Text = dialogs.Pictured, m.Caption
		ev.Photo = market.Photo{FileID: largest.FileID, UniqueID: largest.FileUniqueID}
	case m.Contact != nil:
		ev.Kind, ev.Phone = dialogs.Contact, m.Contact.PhoneNumber
		ev.Own = m.Contact.UserID != 0 && m.Contact.UserID == m.From.ID
	case m.Document != nil:
		ev.Kind, ev.Text = dialogs.Pictured, m.Caption
		ev.Photo = market.Photo{FileID: m.Document.FileID, UniqueID: m.Document.FileUniqueID, Document: true}
		switch {
		case !isPicture(m.Document):
			ev.Fault = market.PhotoFormat
		case m.Document.FileSize > maxDownload:
			ev.Fault = market.PhotoTooHeavy
		}
	}
	return ev
}

// commandName reads "/new@bot rest" as "new".
func commandName(text string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(text, "/"), " ")
	name, _, _ = strings.Cut(name, "\n")
	name, _, _ = strings.Cut(name, "@")
	return strings.ToLower(name)
}

// commandArg reads "/user@bot 42" as "42".
func commandArg(text string) string {
	_, arg, _ := strings.Cut(text, " ")
	return strings.TrimSpace(arg)
}

func largest(sizes []models.PhotoSize) models.PhotoSize {
	return slices.MaxFunc(sizes, func(a, b models.PhotoSize) int { return a.Width*a.Height - b.Width*b.Height })
}

func isPicture(d *models.Document) bool {
	if strings.HasPrefix(d.MimeType, "image/") {
		return true
	}
	switch strings.ToLower(path.Ext(d.FileName)) {
	case ".jpg", ".jpeg", ".png", ".webp":
		return true
	}
	return false
}

// rowEvent reads the payload of a row that is no update.
func rowEvent(kind string, payload []byte, from int64) (dialogs.Event, error) {
	ev := dialogs.Event{Person: dialogs.Person{ID: from}}
	switch kind {
	case KindReport:
		ev.Kind = dialogs.Reported
		if err := json.Unmarshal(payload, &ev.Report); err != nil {
			return ev, fmt.Errorf("decode report: %w", err)
		}
	case KindTimed:
		var timer market.Timer
		if err := json.Unmarshal(payload, &timer); err != nil {
			return ev, fmt.Errorf("decode timer: %w", err)
		}
		ev.Kind, ev.Name, ev.Arg = dialogs.Timed, timer.Name, timer.Arg
	case KindWatched:
		ev.Kind = dialogs.Watched
		if err := json.Unmarshal(payload, &ev.Watched); err != nil {
			return ev, fmt.Errorf("decode what was found: %w", err)
		}
	case KindLetter:
		letter, err := letterOf(payload)
		if err != nil {
			return ev, err
		}
		ev.Kind, ev.Letter = dialogs.Lettered, letter
	case kindSent:
		var sent sentMessage
		if err := json.Unmarshal(payload, &sent); err != nil {
			return ev, fmt.Errorf("decode sent message: %w", err)
		}
		ev.Kind, ev.Name, ev.Message = dialogs.Sent, sent.Name, sent.Message
	case kindFailed:
		ev.Kind, ev.Ref = dialogs.Failed, string(payload)
	default:
		return ev, fmt.Errorf("unknown kind of row %q", kind)
	}
	return ev, nil
}
