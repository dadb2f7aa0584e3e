package omarket

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// fetched gets a picture without any key.
func fetched(t *testing.T, url string) (int, []byte) {
	t.Helper()
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, body
}

func photo(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestPicturesOfAnAd(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	uuid := m.begin()
	path := adPath(uuid) + "upload-image/"
	first, second := m.upload(path, picture(t, 1)), m.upload(path, photo(t))
	if !strings.HasPrefix(first, m.base+"/media/ads/") || !strings.HasSuffix(first, ".PNG") || !strings.HasSuffix(second, ".JPEG") {
		t.Errorf("addresses %s, %s", first, second)
	}
	if status, data := fetched(t, second); status != 200 || !bytes.Equal(data, photo(t)) || !bytes.Equal(m.Image(second), data) {
		t.Errorf("the picture: %d", status)
	}
	images := func() []any {
		o := m.result("GET", adPath(uuid), "").(map[string]any)
		if fmt.Sprint(o["images"]) != fmt.Sprint(o["minify_images"]) || o["has_image"] != (len(o["images"].([]any)) > 0) {
			t.Errorf("%v", o)
		}
		return o["images"].([]any)
	}
	if got := images(); !slices.Equal(got, []any{first, second}) {
		t.Errorf("uploaded %v", got)
	}
	m.result("PUT", adPath(uuid), changed(t, map[string]string{"images": `["` + second + `","` + first + `"]`}))
	if got := images(); !slices.Equal(got, []any{second, first}) {
		t.Errorf("ordered %v", got)
	}
	m.result("PUT", adPath(uuid), `{"images": ["`+first+`"]}`)
	m.result("PUT", adPath(uuid), `{"images": ["`+first+`","`+second+`"]}`)
	m.result("PUT", adPath(uuid), `{"title": "Without a word about pictures"}`)
	if got := images(); !slices.Equal(got, []any{first, second}) {
		t.Errorf("brought back %v", got)
	}
	for images, want := range map[string]string{
		`"` + first + `","` + first + `"`:                                      "Указано дважды.",
		`"` + m.upload(adPath(m.begin())+"upload-image/", picture(t, 2)) + `"`: "Изображение не найдено",
	} {
		if got := m.send("PUT", adPath(uuid), `{"images": [`+images+`]}`); !strings.Contains(got.body, want) {
			t.Errorf("%s: %s", images, got.body)
		}
	}
	if a := m.mustAd(uuid); a.Uploads != 2 {
		t.Errorf("%d uploads", a.Uploads)
	}
}

func TestRemovedPictures(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	uuid := m.begin()
	url := m.upload(adPath(uuid)+"upload-image/", picture(t, 1))
	remove := func(url string) answer {
		return m.send("DELETE", adPath(uuid)+"remove-image/", `{"url": "`+url+`"}`)
	}
	if got := remove(url); got.status != 200 || got.body != `{"details":"","errorCode":0,"result":"Successfully deleted","resultCode":"SUCCESS"}` {
		t.Errorf("%d %s", got.status, got.body)
	}
	for _, url := range []string{url, "http://example.com/a.JPEG", ""} {
		if got := remove(url); got.status != 200 || got.body != `{"details":"","errorCode":0,"result":"Image not found","resultCode":"FAIL"}` {
			t.Errorf("%q: %d %s", url, got.status, got.body)
		}
	}
	m.SetQuirks(Quirks{FailStatus: 400})
	if got := remove(url); got.status != 400 {
		t.Errorf("%d", got.status)
	}
	if got := m.send("DELETE", adPath(uuid)+"remove-image/", `{}`); got.status != 400 || !strings.Contains(got.body, `"url":`) {
		t.Errorf("no address: %d %s", got.status, got.body)
	}
	if status, _ := fetched(t, url); status != 404 || len(m.mustAd(uuid).Images) != 0 || m.Image(url) != nil {
		t.Errorf("the picture is still there: %d", status)
	}
}

func TestRefusedPictures(t *testing.T) {
	t.Parallel()
	m := open(t, Options{MaxImageBytes: 100_000})
	uuid := m.begin()
	path := adPath(uuid) + "upload-image/"
	var moving bytes.Buffer
	if err := gif.Encode(&moving, image.NewGray(image.Rect(0, 0, 4, 4)), nil); err != nil {
		t.Fatal(err)
	}
	whole := picture(t, 1)
	tests := []struct {
		name, field, file string
		data              []byte
		status            int
	}{
		{"text", "image", "a.png", []byte("not a picture"), 400},
		{"nothing", "image", "a.png", nil, 400},
		{"GIF", "image", "a.gif", moving.Bytes(), 400},
		{"half a picture", "image", "a.png", whole[:len(whole)-20], 400},
		{"another field", "file", "a.png", whole, 400},
		{"no file name", "image", "", whole, 400},
		{"too large", "image", "a.png", make([]byte, 100_001), 413},
		{"far too large", "image", "a.png", make([]byte, 300_000), 413},
	}
	for _, test := range tests {
		got := m.do(m.uploadRequest(path, test.field, test.file, test.data))
		if got.status != test.status || test.status == 400 && !strings.Contains(got.body, `"details":{"image":["`) {
			t.Errorf("%s: %d %s", test.name, got.status, got.body)
		}
	}
	for _, body := range []string{"", "--b--\r\n", "--b\r\nnonsense", "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\nhalf"} {
		request, _ := http.NewRequest("POST", m.base+path, strings.NewReader(body))
		request.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		if got := m.do(request); got.status != 400 {
			t.Errorf("%q: %d %s", body, got.status, got.body)
		}
	}
	if a := m.mustAd(uuid); a.Uploads != 0 || len(a.Images) != 0 {
		t.Errorf("%+v", a)
	}
}

func TestTenPicturesAtMost(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	uuid := m.begin()
	path := adPath(uuid) + "upload-image/"
	var last string
	for i := range maxImages {
		last = m.upload(path, picture(t, uint8(i)))
	}
	got := m.do(m.uploadRequest(path, "image", "a.png", picture(t, 99)))
	if got.status != 400 || !strings.Contains(got.body, "Не более 10 изображений.") {
		t.Errorf("the eleventh: %d %s", got.status, got.body)
	}
	m.result("DELETE", adPath(uuid)+"remove-image/", `{"url": "`+last+`"}`)
	m.upload(path, picture(t, 99))
}

// The first sellers' pictures can be fetched as others can.
func TestPicturesOfFirstSellers(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	results, _, _, _ := m.page("GET", documentedSearch, `{"main_filters": {"category_id": 31}}`)
	url := results[0]["minify_images"].([]any)[0].(string)
	status, data := fetched(t, url)
	if _, format, err := image.Decode(bytes.NewReader(data)); status != 200 || err != nil || format != "jpeg" {
		t.Errorf("%s: %d %v", url, status, err)
	}
	if _, again := fetched(t, url); !bytes.Equal(data, again) {
		t.Error("it changes")
	}
	if status, _ := fetched(t, m.base+"/media/ads/none.JPEG"); status != 404 {
		t.Errorf("a picture of nothing: %d", status)
	}
}

func TestAvatar(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	const upload, remove = "/api/ads-board/v1/user/upload-avatar/", "/api/ads-board/v1/user/remove-avatar/"
	avatar := func() any {
		return m.result("GET", adPath(m.begin()), "").(map[string]any)["author"].(map[string]any)["avatar"]
	}
	first := m.upload(upload, picture(t, 1))
	second := m.upload(upload, picture(t, 2))
	if avatar() != second || !strings.Contains(second, "/media/ads-avatar/") {
		t.Errorf("avatar %v", avatar())
	}
	if status, _ := fetched(t, first); status != 404 {
		t.Errorf("the former one is kept: %d", status)
	}
	if got := m.do(m.uploadRequest(upload, "image", "a.png", []byte("x"))); got.status != 400 {
		t.Errorf("no picture: %d", got.status)
	}
	if got := m.send("DELETE", remove, ""); got.status != 200 || got.body != `{"details":"","errorCode":0,"result":"Successfully deleted","resultCode":"SUCCESS"}` {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := m.send("DELETE", remove, ""); !strings.Contains(got.body, `"Image not found"`) {
		t.Errorf("again: %s", got.body)
	}
	if a, _ := m.Account(seller); avatar() != "" || a.Avatar != "" {
		t.Errorf("avatar %v", avatar())
	}
}
