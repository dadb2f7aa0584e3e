package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	tg "github.com/go-telegram/bot"

	"bazarbot/market"
)

// Download fetches a picture from Telegram. One that is too heavy for bots, or
// that Telegram does not know, is a *market.PhotoError.
//
// https://core.telegram.org/bots/api#getfile
func (b *Bot) Download(ctx context.Context, photo market.Photo) ([]byte, error) {
	file, err := b.api.GetFile(ctx, &tg.GetFileParams{FileID: photo.FileID})
	if err != nil {
		if errors.Is(err, tg.ErrorBadRequest) {
			fault := market.PhotoUnreadable
			if strings.Contains(err.Error(), "file is too big") {
				fault = market.PhotoTooHeavy
			}
			return nil, &market.PhotoError{Fault: fault, Err: redact(err, b.Token)}
		}
		return nil, fmt.Errorf("telegram getFile: %w", redact(err, b.Token))
	}
	// The link holds the token: it goes into no error.
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.api.FileDownloadLink(file), nil)
	if err != nil {
		return nil, fmt.Errorf("telegram file: %w", redact(err, b.Token))
	}
	res, err := b.HTTP.Do(req)
	if err != nil {
		return nil, fmt.Errorf("telegram file: %w", redact(err, b.Token))
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("telegram file: HTTP %d", res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxDownload+1))
	if err != nil {
		return nil, fmt.Errorf("telegram file: %w", redact(err, b.Token))
	}
	if len(body) > maxDownload {
		return nil, &market.PhotoError{Fault: market.PhotoTooHeavy}
	}
	return body, nil
}
