package md999

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"bazarbot/market"
	"bazarbot/market/remote"
)

const imagesPath = "/images"

// fullImages begins the address of a picture in full size.
//
// API reference: Images.
const fullImages = "https://i.simpalsmedia.com/999.md/BoardImages/900x900/"

// imageName is what a picture's id looks like without its metadata. An advert
// does not tell the types of its features, so its pictures are known by this.
var imageName = regexp.MustCompile(`^[0-9A-Fa-f]{16,64}\.(?:jpe?g|png|gif|webp)$`)

// photos are the addresses of an advert's pictures, the cover first.
func (a advert) photos() []string {
	for _, f := range a.Features {
		var photos []string
		for _, id := range values(f.Value) {
			if name, _, _ := strings.Cut(id, "?"); imageName.MatchString(name) {
				photos = append(photos, fullImages+name)
			}
		}
		if len(photos) > 0 {
			return photos
		}
	}
	return nil
}

// Upload puts a picture at the account's disposal and gives its id for Compose.
// The market takes 300 a day and an account; market.Quota means that today's
// are used up. It is sent once; an upload whose answer is lost may be repeated,
// it costs nothing but one of the 300.
//
// API reference: POST /images.
func (c *Client) Upload(ctx context.Context, key market.Secret, name string, jpeg []byte) (imageID string, err error) {
	call := remote.Write("upload image", http.MethodPost, imagesPath)
	call.Timeout = c.remote.Limits.Upload
	if call.Body, call.ContentType, err = remote.ImageForm("file", name, jpeg); err != nil {
		return "", err
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
	case err == nil && says(uploaded.Error):
		return "", refusal(key, call, remote.Answer{Status: http.StatusOK, Body: data})
	default:
		return "", garbled(call, err)
	}
}
