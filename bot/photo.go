package bot

import (
	"strings"

	"github.com/go-telegram/bot/models"

	"bazarbot/dialogs"
)

// remote reports whether Telegram has to fetch a photo of the reply from the
// web, which may fail for reasons of neither side.
//
// https://core.telegram.org/bots/api#sending-files
func (r reply) remote() bool {
	return len(r.Photos) > 0 || strings.HasPrefix(r.Photo, "https://") || strings.HasPrefix(r.Photo, "http://")
}

// withoutPhotos says the same without the photos that Telegram cannot fetch.
func (r reply) withoutPhotos() reply {
	r.Photo, r.Photos = "", nil
	if r.Kind == string(dialogs.ReplyAlbum) {
		r.Kind = string(dialogs.ReplyNotice)
	}
	return r
}

// album is the reply's photos as Telegram takes them.
//
// https://core.telegram.org/bots/api#sendmediagroup
func (r reply) album() []models.InputMedia {
	media := make([]models.InputMedia, len(r.Photos))
	for i, photo := range r.Photos {
		media[i] = &models.InputMediaPhoto{Media: photo}
	}
	return media
}
