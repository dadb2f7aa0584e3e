package remote

import (
	"bytes"
	"mime/multipart"
	"net/textproto"
)

// ImageForm writes a multipart form with one picture in the named field.
func ImageForm(field, name string, jpeg []byte) (body []byte, contentType string, err error) {
	var b bytes.Buffer
	b.Grow(len(jpeg) + 512)
	form := multipart.NewWriter(&b)
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", multipart.FileContentDisposition(field, name))
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
