package omarket

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/textproto"

	"bazarbot/market"
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
	if call.body, call.contentType, err = imageForm(name, jpeg); err != nil {
		return "", err
	}
	call.timeout = c.limits.upload
	body, err := c.inSession(ctx, key, call)
	if err != nil {
		return "", err
	}
	var image wireImage
	if err := decode(body, &image); err != nil || image == "" {
		return "", garbled(call, errGarbled)
	}
	return string(image), nil
}

// imageForm writes the multipart form with the one field "image".
func imageForm(name string, jpeg []byte) (body []byte, contentType string, err error) {
	var b bytes.Buffer
	b.Grow(len(jpeg) + 512)
	form := multipart.NewWriter(&b)
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", multipart.FileContentDisposition("image", name))
	header.Set("Content-Type", "image/jpeg")
	part, err := form.CreatePart(header)
	if err == nil {
		_, err = part.Write(jpeg)
	}
	if err == nil {
		err = form.Close()
	}
	return b.Bytes(), form.FormDataContentType(), err
}
