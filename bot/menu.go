package bot

import (
	"context"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"bazarbot/dialogs"
	"bazarbot/locales"
	"bazarbot/market"
)

// commands are a menu in one language.
func (b *Bot) commands(lang string, names []string) ([]models.BotCommand, error) {
	list := make([]models.BotCommand, 0, len(names))
	for _, name := range names {
		text, err := b.Locales.Text(lang, "command."+name, nil)
		if err != nil {
			return nil, err
		}
		list = append(list, models.BotCommand{Command: name, Description: text})
	}
	return list, nil
}

// languageCode is how Telegram is told a language: the source language serves
// everybody whose own is not there.
func languageCode(lang string) string {
	if lang == locales.Source {
		return ""
	}
	return lang
}

// SyncMenu gives one of the staff the commands of their role. It is tried at each
// start and at each /start of theirs, so a failure is only worth a word.
func (b *Bot) SyncMenu(ctx context.Context, person int64, role market.StaffRole) {
	if err := b.syncMenu(ctx, person, role); err != nil {
		b.Log.Debug("commands not set", "person", person, "error", redact(err, b.Token))
	}
}

// syncMenu gives a person the list of commands of their role, or takes it away:
// nobody else sees that there are others.
func (b *Bot) syncMenu(ctx context.Context, chat int64, role market.StaffRole) error {
	scope := &models.BotCommandScopeChat{ChatID: chat}
	var names []string
	for _, c := range dialogs.OfficeCommands {
		if role.May(c.Right) {
			names = append(names, c.Name)
		}
	}
	for _, lang := range b.Locales.Langs() {
		if role == "" {
			if _, err := b.api.DeleteMyCommands(ctx, &tg.DeleteMyCommandsParams{Scope: scope, LanguageCode: languageCode(lang)}); err != nil {
				return err
			}
			continue
		}
		commands, err := b.commands(lang, append(names[:len(names):len(names)], b.Dialogs.Commands()...))
		if err != nil {
			return err
		}
		if _, err := b.api.SetMyCommands(ctx, &tg.SetMyCommandsParams{Commands: commands, Scope: scope, LanguageCode: languageCode(lang)}); err != nil {
			return err
		}
	}
	return nil
}
