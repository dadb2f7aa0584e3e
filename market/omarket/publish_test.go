package omarket

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"testing"

	"bazarbot/market"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := serve(t, mux, openRoute, "opened")
	uuid, err := c.Open(t.Context(), testKey())
	if err != nil {
		t.Fatal(err)
	}
	equal(t, []any{uuid, len(n.Body)}, []any{testUUID, 0})
}

func TestPut(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := serve(t, mux, "PUT "+adRoute, "put")
	ad, err := c.Put(t.Context(), testKey(), testUUID, fixture(t, "put_request"))
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, n.Body, fixture(t, "put_request"))
	equal(t, []string{ad.ID, string(ad.State), ad.Price.Amount}, []string{testUUID, "moderate", "1010101"})
	sameTime(t, ad.Opens, bishkek(2022, 9, 16, 11, 0))
}

// A PUT that was taken is taken, however the answer looks.
func TestPutTaken(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", `{"resultCode":"SUCCESS","details":"Updated"}`, `{"result":[],"resultCode":"SUCCESS"}`, `{"result":"Updated"}`} {
		c, mux := setup(t)
		answering(mux, "PUT "+adRoute, http.StatusOK, body)
		ad, err := c.Put(t.Context(), testKey(), testUUID, json.RawMessage(`{}`))
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		equal(t, []string{ad.ID, string(ad.State)}, []string{testUUID, ""})
	}
}

func TestPutRefused(t *testing.T) {
	t.Parallel()
	type fields = map[string]string
	for name, tt := range map[string]struct {
		details string
		want    fields
	}{
		"fields":          {`{"title":["Нет."],"filters":{"11":["Нет."]}}`, fields{"title": "Нет.", "filter:11": "Нет."}},
		"by position":     {`{"filters":[{"value":["Нет."]}]}`, fields{"filter:11": "Нет."}},
		"by a label":      {`"Фильтр «Марка»: обязательное поле"`, fields{"filter:11": "Фильтр «Марка»: обязательное поле"}},
		"by a wire name":  {`"price: a number is required"`, fields{"price": "price: a number is required"}},
		"by nothing":      {`"Попробуйте иначе"`, nil},
		"with no details": {`""`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			answering(mux, "PUT "+adRoute, http.StatusOK, `{"result":null,"resultCode":"FAIL","details":`+tt.details+`,"errorCode":0}`)
			answering(mux, "GET /api/ads-board/v1/category/list", http.StatusOK, `[{"id":1,"name":"Транспорт","sub_categories":[{"id":2,"name":"Автомобили","filters":[11,6]}]}]`)
			_, err := c.Put(t.Context(), testKey(), testUUID, fixture(t, "put_request"))
			e := wantKind(t, err, market.Invalid)
			equal(t, e.Fields, tt.want)
		})
	}
}

func TestPutRefusedWithoutCatalogue(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	answering(mux, "PUT "+adRoute, http.StatusOK, `{"resultCode":"FAIL","details":"Марка?"}`)
	answering(mux, "GET /api/ads-board/v1/category/list", http.StatusNotFound, `{}`)
	for _, body := range []string{`{"category":2}`, `{"category":`, `[]`} {
		_, err := c.Put(t.Context(), testKey(), testUUID, json.RawMessage(body))
		e := wantKind(t, err, market.Invalid)
		equal(t, e.Message, "Марка?")
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	for body, status := range map[string]int{
		string(fixture(t, "deleted")): 200,
		"":                            204,
		`{"result":null,"resultCode":"FAIL","details":"Объявление не найдено."}`:  404,
		`{"result":null,"resultCode":"FAIL","details":"Объявление не найдено.."}`: 200,
	} {
		c, mux := setup(t)
		n := answering(mux, "DELETE "+adRoute, status, body)
		if err := c.Delete(t.Context(), testKey(), testUUID); err != nil {
			t.Errorf("%d %s: %v", status, body, err)
		}
		equal(t, n.Count(), 1)
	}
	for status, want := range map[int]market.ErrorKind{200: market.UnknownOutcome, 404: market.Unavailable, 502: market.UnknownOutcome} {
		c, mux := setup(t)
		answering(mux, "DELETE "+adRoute, status, "<html>")
		wantKind(t, c.Delete(t.Context(), testKey(), testUUID), want)
	}
}

// upload answers an upload and reads the form that was sent.
func upload(t *testing.T, mux *http.ServeMux, pattern, name string) (form func() (field, file, kind string, data []byte)) {
	t.Helper()
	n := serve(t, mux, pattern, name)
	return func() (string, string, string, []byte) {
		_, params, err := mime.ParseMediaType(n.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		reader := multipart.NewReader(bytes.NewReader(n.Body), params["boundary"])
		part, err := reader.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(part)
		if _, err := reader.NextPart(); err == nil {
			t.Error("a second part")
		}
		return part.FormName(), part.FileName(), part.Header.Get("Content-Type"), data
	}
}

func TestUploadTo(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	form := upload(t, mux, "POST "+adRoute+"upload-image/", "uploaded")
	url, err := c.UploadTo(t.Context(), testKey(), testUUID, `фото "1".jpg`, []byte("a picture"))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, url, "https://devminio.o.kg/ads/p0Csv7aKyBoY2MN7hanxSEJiiS2Yls7l4ZnNXUtEJNx8R0bgE0.JPEG")
	field, file, kind, data := form()
	equal(t, []string{field, file, kind, string(data)}, []string{"image", `фото "1".jpg`, "image/jpeg", "a picture"})
}

func TestUploadRefused(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct {
		status int
		kind   market.ErrorKind
	}{
		`{"result":null,"resultCode":"FAIL","details":{"image":["Загрузите JPEG."]}}`: {400, market.Invalid},
		`{"resultCode":"FAIL","details":"Не более 10 изображений."}`:                  {200, market.Invalid},
		`<html>413</html>`: {413, market.Invalid},
		`{"result":{"url":null},"resultCode":"SUCCESS"}`: {200, market.UnknownOutcome},
		`{"result":{"url":"x"},"resultCode":"SUCCESS"}`:  {200, market.UnknownOutcome},
		`{"result":{"url":"https://x.kg/1.jpg"},"result`: {200, market.UnknownOutcome},
		`{"detail":"Not found."}`:                        {404, market.NotFound},
	} {
		c, mux := setup(t)
		answering(mux, "POST "+adRoute+"upload-image/", want.status, body)
		_, err := c.UploadTo(t.Context(), testKey(), testUUID, "a.jpg", []byte("x"))
		wantKind(t, err, want.kind)
	}
}

func TestRemoveImage(t *testing.T) {
	t.Parallel()
	const url = "https://devminio.o.kg/ads/r2hazJBaAjqr2i5sRuWIWL7yu0pHZSSWbIGIpIB2YItjfDIKUF.JPEG"
	for _, name := range []string{"removed", "image_missing"} {
		c, mux := setup(t)
		n := serve(t, mux, "DELETE "+adRoute+"remove-image/", name)
		if err := c.RemoveImage(t.Context(), testKey(), testUUID, url); err != nil {
			t.Fatal(err)
		}
		sameJSON(t, n.Body, fixture(t, "remove_image_request"))
		equal(t, n.Header.Get("Content-Type"), "application/json")
	}
}

func TestAvatar(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	form := upload(t, mux, "POST /api/ads-board/v1/user/upload-avatar/", "avatar")
	url, err := c.SetAvatar(t.Context(), testKey(), []byte("a face"))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, url, "https://devminio.o.kg/ads-avatar/V5iD63PFKuOwGDzxldpbwG6vxnC91dUjvuMMsXeG5WdvxsMv4j.jpeg")
	field, _, _, data := form()
	equal(t, []string{field, string(data)}, []string{"image", "a face"})

	serve(t, mux, "DELETE /api/ads-board/v1/user/remove-avatar/", "removed")
	if err := c.RemoveAvatar(t.Context(), testKey()); err != nil {
		t.Fatal(err)
	}
	_, err = c.SetAvatar(t.Context(), "", nil)
	wantKind(t, err, market.NotSignedIn)
	wantKind(t, c.RemoveAvatar(t.Context(), ""), market.NotSignedIn)
}
