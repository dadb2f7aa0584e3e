package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	tg "github.com/go-telegram/bot"
)

// maxConnections is how many updates Telegram may bring at once.
const maxConnections = 100

// Register tells Telegram where to bring updates. Pending ones are kept.
//
// https://core.telegram.org/bots/api#setwebhook
func (b *Bot) Register(ctx context.Context, url, secret string) error {
	var ok bool
	err := patiently(ctx, func() (err error) {
		ok, err = b.api.SetWebhook(ctx, &tg.SetWebhookParams{
			URL: url, SecretToken: secret, MaxConnections: maxConnections, AllowedUpdates: AllowedUpdates,
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("telegram setWebhook: %w", redact(err, b.Token))
	}
	if !ok {
		return errors.New("telegram setWebhook: not accepted")
	}
	return nil
}

// Hook is what Telegram tells of the webhook.
type Hook struct {
	Pending int       // updates that it has not brought yet
	Failed  time.Time // when it last could not bring one; zero: never
	Reason  string    // why, in its words; short
}

// maxReason bounds what is kept of Telegram's words.
const maxReason = 200

// ErrElsewhere is that Telegram does not bring its updates here: somebody else
// uses the token.
var ErrElsewhere = errors.New("telegram brings updates elsewhere")

// Registered asks Telegram whether it brings updates to url, and all kinds of
// them. Another address, or other kinds, are ErrElsewhere.
//
// https://core.telegram.org/bots/api#getwebhookinfo
func (b *Bot) Registered(ctx context.Context, url string) (Hook, error) {
	info, err := b.api.GetWebhookInfo(ctx)
	if err != nil {
		return Hook{}, fmt.Errorf("telegram getWebhookInfo: %w", redact(err, b.Token))
	}
	if info.URL != url {
		return Hook{}, fmt.Errorf("%w: another webhook is registered", ErrElsewhere)
	}
	for _, kind := range AllowedUpdates {
		if !slices.Contains(info.AllowedUpdates, kind) {
			return Hook{}, fmt.Errorf("%w: it was told to bring no %s", ErrElsewhere, kind)
		}
	}
	hook := Hook{Pending: info.PendingUpdateCount, Reason: cut(info.LastErrorMessage, maxReason)}
	if info.LastErrorDate != 0 {
		hook.Failed = time.Unix(int64(info.LastErrorDate), 0)
	}
	return hook, nil
}

// Unregister removes a webhook, so that polling may begin. Pending updates
// are kept.
func (b *Bot) Unregister(ctx context.Context) error {
	err := patiently(ctx, func() error {
		_, err := b.api.DeleteWebhook(ctx, &tg.DeleteWebhookParams{})
		return err
	})
	if err != nil {
		return fmt.Errorf("telegram deleteWebhook: %w", redact(err, b.Token))
	}
	return nil
}
