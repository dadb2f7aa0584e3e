package bot

import (
	"strings"

	"github.com/go-telegram/bot/models"

	"bazarbot/dialogs"
)

// groupOf is the chat of an update when it is not a private one.
func groupOf(u *models.Update) *models.Chat {
	var chat *models.Chat
	switch {
	case u.Message != nil:
		chat = &u.Message.Chat
	case u.EditedMessage != nil:
		chat = &u.EditedMessage.Chat
	case u.CallbackQuery != nil && u.CallbackQuery.Message.Message != nil:
		chat = &u.CallbackQuery.Message.Message.Chat
	}
	if chat == nil || chat.Type == models.ChatTypePrivate {
		return nil
	}
	return chat
}

// inGroup answers a command or a mention in a group with the way to the
// private chat. Nothing is ever asked there.
func (c *conversation) inGroup(u *models.Update, chat *models.Chat) []reply {
	m := u.Message
	if m == nil || !c.bot.isMeant(m) {
		return nil
	}
	lang := c.bot.Locales.Match(m.From.LanguageCode)
	say := func(key string) string {
		s, err := c.bot.Locales.Text(lang, key, nil)
		if err != nil {
			c.bot.Log.Error("text", "key", key, "error", err)
		}
		return s
	}
	return []reply{{
		Kind: string(dialogs.ReplyNotice), Chat: chat.ID, Text: say("bot.in_group"),
		Keys: [][]key{{{Text: say("bot.open_private"), URL: "https://t.me/" + c.bot.username}}},
	}}
}

// nameLetters are what a username is made of: "@bazarbot2" is somebody else.
const nameLetters = "abcdefghijklmnopqrstuvwxyz0123456789_"

// isMeant reports whether a message in a group speaks to the bot: by its name,
// or by a command of its own.
func (b *Bot) isMeant(m *models.Message) bool {
	if b.username == "" || m.From == nil {
		return false
	}
	text := strings.ToLower(m.Text)
	if _, after, ok := strings.Cut(text, "@"+strings.ToLower(b.username)); ok && !strings.ContainsAny(after[:min(1, len(after))], nameLetters) {
		return true
	}
	command, _, _ := strings.Cut(text, " ")
	return strings.HasPrefix(command, "/") && !strings.Contains(command, "@")
}
