package md999

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/gif"
	"image/jpeg"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"bazarbot/sandbox/stand/standtest"
)

// tinyWebP is a picture of one pixel: the encoder is not in the library.
const tinyWebP = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"

func TestUploadedImages(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	var jpg, gf bytes.Buffer
	if err := jpeg.Encode(&jpg, img, nil); err != nil {
		t.Fatal(err)
	}
	if err := gif.Encode(&gf, img, nil); err != nil {
		t.Fatal(err)
	}
	webp, err := base64.StdEncoding.DecodeString(tinyWebP)
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^[0-9a-f]{32}\.jpg\?metadata=%7B%22image_type%22%3A\+%22regular%22%2C\+%22width%22%3A\+\d+%2C\+%22signature%22%3A\+%22[0-9a-f]{40}%22%2C\+%22metadata_version%22%3A\+1%2C\+%22height%22%3A\+\d+%7D$`)
	for name, data := range map[string][]byte{"jpeg": jpg.Bytes(), "gif": gf.Bytes(), "png": picture(t, 1), "webp": webp} {
		id := m.upload(data)
		if !form.MatchString(id) {
			t.Errorf("%s: id %s", name, id)
		}
		_, query, _ := strings.Cut(id, "metadata=")
		metadata, err := url.QueryUnescape(query)
		if err != nil || !strings.Contains(metadata, `"image_type": "regular"`) {
			t.Errorf("%s: metadata %s", name, metadata)
		}
		if !bytes.Equal(m.Image(id), data) || !bytes.Equal(m.Image(imageName(id)), data) {
			t.Errorf("%s: the bytes are not kept", name)
		}
	}
	if first := m.upload(picture(t, 1)); m.upload(picture(t, 1)) != first {
		t.Error("the same picture has two ids")
	}
	if n := m.Uploads(key); n != 6 {
		t.Errorf("%d uploads", n)
	}
	if m.Image("nothing.jpg") != nil || m.Uploads("nobody") != 0 {
		t.Error("images of nobody")
	}
}

func TestRefusedImages(t *testing.T) {
	t.Parallel()
	m := open(t, Options{MaxImageBytes: 20_000})
	good := picture(t, 1)
	tests := []struct {
		name, field, file string
		data              []byte
		status            int
	}{
		{"wrong field", "image", "a.png", good, 400},
		{"no file name", "file", "", good, 400},
		{"text", "file", "a.jpg", []byte("not a picture"), 400},
		{"nothing", "file", "a.jpg", nil, 400},
		{"cut off", "file", "a.png", good[:len(good)-20], 400},
		{"too large", "file", "a.png", append(good[:len(good):len(good)], make([]byte, 20_000)...), 413},
		{"much too large", "file", "a.png", make([]byte, 200_000), 413},
	}
	for _, test := range tests {
		if got := m.do(m.uploadRequest(test.field, test.file, test.data)); got.status != test.status {
			t.Errorf("%s: %d %s", test.name, got.status, got.body)
		}
	}
	for _, kind := range []string{"", "image/png", "multipart/form-data", "multipart/form-data; boundary=other"} {
		request := m.uploadRequest("file", "a.png", good)
		request.Header.Set("Content-Type", kind)
		if got := m.do(request); got.status != 400 {
			t.Errorf("Content-Type %q: %d %s", kind, got.status, got.body)
		}
	}
	if m.Uploads(key) != 0 {
		t.Error("a refused picture counts")
	}
}

func TestImagesADay(t *testing.T) {
	t.Parallel()
	clock := standtest.ClockAt(time.Date(2026, 7, 1, 20, 59, 0, 0, time.UTC)) // 23:59 in Chișinău
	m := open(t, Options{Now: clock.Now, DailyImages: 2})
	m.upload(picture(t, 1))
	m.upload(picture(t, 2))
	got := m.do(m.uploadRequest("file", "a.png", picture(t, 3)))
	if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") != "61" {
		t.Errorf("%d %s, Retry-After %s", got.status, got.body, got.header.Get("Retry-After"))
	}
	m.key = otherKey
	m.upload(picture(t, 3)) // another key has its own count
	m.key = key
	clock.Pass(time.Minute)
	m.upload(picture(t, 3))
}
