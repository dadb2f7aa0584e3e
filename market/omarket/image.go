package omarket

import (
	"context"
	"net/http"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// UploadTo adds a picture to the ad and gives its address, for the ordered list
// of images that Put sends. An upload whose answer is lost may be repeated: a
// picture that is not in that list is not shown.
//
// Description: "Добавление изображение в объявление".
func (c *Client) UploadTo(ctx context.Context, key market.Secret, uuid, name string, jpeg []byte) (url string, err error) {
	call, err := adCall("upload image", http.MethodPost, uuid, "upload-image/")
	if err != nil {
		return "", err
	}
	return c.upload(ctx, key, call, name, jpeg)
}

// RemoveImage takes a picture off the ad. One that is not there any more is no
// error.
//
// Description: "Удаление изображения из объявления".
func (c *Client) RemoveImage(ctx context.Context, key market.Secret, uuid, url string) error {
	call, err := adCall("remove image", http.MethodDelete, uuid, "remove-image/")
	if err != nil {
		return err
	}
	return c.remove(ctx, key, call.with(map[string]string{"url": url}))
}

// upload sends a picture and gives its address.
func (c *Client) upload(ctx context.Context, key market.Secret, call call, name string, jpeg []byte) (url string, err error) {
	if call.Body, call.ContentType, err = remote.ImageForm("image", name, jpeg); err != nil {
		return "", err
	}
	call.Timeout = c.remote.Limits.Upload
	body, err := c.inSession(ctx, key, call)
	if err != nil {
		return "", err
	}
	var image wireImage
	if err := decode(body, &image); err != nil || image == "" {
		return "", garbled(call, remote.ErrGarbled)
	}
	return string(image), nil
}
