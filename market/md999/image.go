package md999

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/textproto"

	"bazarbot/market"
)

const imagesPath = "/images"

// Upload puts a picture at the account's disposal and gives its id for Compose.
// The market takes 300 a day and an account; market.Quota means that today's
// are used up. It is sent once; an upload whose answer is lost may be repeated,
// it costs nothing but one of the 300.
//
// API reference: POST /images.
func (c *Client) Upload(ctx context.Context, key market.Secret, name string, jpeg []byte) (imageID string, err error) {
	body, contentType, err := imageForm(name, jpeg)
	if err != nil {
		return "", err
	}
	call := call{
		op: "upload image", method: http.MethodPost, path: imagesPath,
		body: body, contentType: contentType, timeout: c.limits.upload,
	}
	data, err := c.do(ctx, key, call)
	if err != nil {
		return "", err
	}
	var uploaded struct {
		ID    ident           `json:"image_id"`
		Error json.RawMessage `json:"error"`
	}
	err = json.Unmarshal(data, &uploaded)
	switch {
	case err == nil && uploaded.ID != "":
		return string(uploaded.ID), nil
	case err == nil && len(uploaded.Error) > 0:
		return "", c.refusal(key, call, answer{status: http.StatusOK, body: data})
	default:
		return "", garbled(call, err)
	}
}

// imageForm writes the multipart form with the one field "file".
func imageForm(name string, jpeg []byte) (body []byte, contentType string, err error) {
	var b bytes.Buffer
	b.Grow(len(jpeg) + 512)
	form := multipart.NewWriter(&b)
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", multipart.FileContentDisposition("file", name))
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
