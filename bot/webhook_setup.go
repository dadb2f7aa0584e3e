package bot

import (
	"context"
	"fmt"

	tg "github.com/go-telegram/bot"
)

// maxConnections is how many updates Telegram may bring at once.
const maxConnections = 100

// Register tells Telegram where to bring updates. Pending ones are kept.
//
// https://core.telegram.org/bots/api#setwebhook
func (b *Bot) Register(ctx context.Context, url, secret string) error {
	ok, err := b.api.SetWebhook(ctx, &tg.SetWebhookParams{
		URL: url, SecretToken: secret, MaxConnections: maxConnections, AllowedUpdates: AllowedUpdates,
	})
	if err != nil {
		return fmt.Errorf("telegram setWebhook: %w", redact(err, b.Token))
	}
	if !ok {
		return fmt.Errorf("telegram setWebhook: not accepted")
	}
	return nil
}

// Registered reports whether Telegram brings updates to url.
func (b *Bot) Registered(ctx context.Context, url string) error {
	info, err := b.api.GetWebhookInfo(ctx)
	if err != nil {
		return fmt.Errorf("telegram getWebhookInfo: %w", redact(err, b.Token))
	}
	if info.URL != url {
		return fmt.Errorf("telegram has another webhook registered")
	}
	return nil
}

// Unregister removes a webhook, so that polling may begin. Pending updates
// are kept.
func (b *Bot) Unregister(ctx context.Context) error {
	if _, err := b.api.DeleteWebhook(ctx, &tg.DeleteWebhookParams{}); err != nil {
		return fmt.Errorf("telegram deleteWebhook: %w", redact(err, b.Token))
	}
	return nil
}
