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

// Avatar gives the address of the picture on the account's profile, "" for none.
// No route tells it of the account itself; it is what the market shows beside one
// of its ads, and not known without an ad.
//
// Description: "Получение своих объявлений", "Детали обьявления".
func (c *Client) Avatar(ctx context.Context, key market.Secret) (url string, known bool, err error) {
	own, err := c.Ads(ctx, key, market.Russian, market.AdQuery{Page: 1})
	if err != nil || len(own.Ads) == 0 {
		return "", false, err
	}
	s, err := signed("get avatar", key)
	if err != nil {
		return "", false, err
	}
	ad, err := c.details(ctx, s, own.Ads[0].ID)
	if err != nil || ad.Author.Avatar == nil {
		return "", false, err
	}
	return string(*ad.Author.Avatar), true, nil
}
