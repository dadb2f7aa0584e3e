package md999

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // the formats the market takes
	_ "image/jpeg" // the formats the market takes
	_ "image/png"  // the formats the market takes
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	_ "golang.org/x/image/webp" // the formats the market takes
)

// maxPixels keeps a small file from unfolding into gigabytes.
const maxPixels = 100_000_000

func (s *Server) uploadImage(c *call) reply {
	data, err := formFile(c)
	if err != nil {
		return badRequest(err)
	}
	if int64(len(data)) > s.maxImage {
		return refuse(http.StatusRequestEntityTooLarge, "file is larger than %d bytes", s.maxImage)
	}
	id, err := imageID(data)
	if err != nil {
		return badRequest(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[c.key]
	now := s.now().In(chisinau)
	if day := now.Format(time.DateOnly); day != a.today {
		a.today, a.dayCount = day, 0
	}
	if a.dayCount >= s.dailyImages {
		out := refuse(http.StatusTooManyRequests, "You can upload up to %d images per day", s.dailyImages)
		out.retryAfter = time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, chisinau).Sub(now)
		return out
	}
	a.dayCount++
	a.uploads[id]++
	s.images[imageName(id)] = data
	return ok(object{"image_id": id})
}

// formFile reads the only part of the form, which must be named "file".
func formFile(c *call) ([]byte, error) {
	kind, params, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return nil, errors.New("Content-Type must be multipart/form-data")
	}
	form := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	var data []byte
	found := false
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.New("malformed multipart form")
		}
		if part.FormName() != "file" || found {
			return nil, fmt.Errorf("unexpected form field: %s", part.FormName())
		}
		if part.FileName() == "" {
			return nil, errors.New("form field file must have a file name")
		}
		if data, err = io.ReadAll(part); err != nil {
			return nil, errors.New("malformed multipart form")
		}
		found = true
	}
	if !found {
		return nil, errors.New("form field file is required")
	}
	return data, nil
}

// imageID decodes an image and names it as the market does: the hash of its
// bytes and a query-escaped JSON text about it.
func imageID(data []byte) (string, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return "", errors.New("file is not a JPEG, PNG, GIF or WebP image")
	}
	if config.Width*config.Height > maxPixels {
		return "", errors.New("file has too many pixels")
	}
	if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
		return "", errors.New("file is a damaged image")
	}
	metadata := fmt.Sprintf(
		`{"image_type": "regular", "width": %d, "signature": "%x", "metadata_version": 1, "height": %d}`,
		config.Width, sha1.Sum(append([]byte("999.md sandbox:"), data...)), config.Height)
	return fmt.Sprintf("%x.jpg?metadata=%s", md5.Sum(data), url.QueryEscape(metadata)), nil
}

// imageName is an image id without its metadata.
func imageName(id string) string {
	name, _, _ := strings.Cut(id, "?")
	return name
}

// boardImages is where the market shows its pictures in full size.
const boardImages = "https://i.simpalsmedia.com/999.md/BoardImages/900x900/"

// Image gives the bytes that were uploaded under an image id, with or without
// its metadata, or that stand at a picture's address, or nil.
func (s *Server) Image(id string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.images[imageName(strings.TrimPrefix(id, boardImages))])
}

// Uploads counts how many images a key has uploaded, repeated ones too.
func (s *Server) Uploads(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	if a := s.accounts[key]; a != nil {
		for _, times := range a.uploads {
			n += times
		}
	}
	return n
}
