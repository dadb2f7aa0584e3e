package omarket

import (
	"context"
	"net/http"

	"bazarbot/market"
)

// SetAvatar gives the account's profile a picture and returns its address.
// Doing it twice does no harm.
//
// Description: "Загрузить аватарку".
func (c *Client) SetAvatar(ctx context.Context, key market.Secret, jpeg []byte) (url string, err error) {
	call := write("set avatar", http.MethodPost, "/api/ads-board/v1/user/upload-avatar/")
	return c.upload(ctx, key, call, "avatar.jpg", jpeg)
}

// RemoveAvatar takes the picture off the account's profile. Having none is no
// error.
//
// Description: "Удалить аватарку".
func (c *Client) RemoveAvatar(ctx context.Context, key market.Secret) error {
	call := write("remove avatar", http.MethodDelete, "/api/ads-board/v1/user/remove-avatar/")
	return c.remove(ctx, key, call)
}
