package md999

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"testing"
	"time"

	"bazarbot/market"
)

func TestAds(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	asked := serve(t, mux, "GET /adverts", "adverts")
	page, err := c.Ads(t.Context(), testKey, market.Romanian, market.AdQuery{
		States: []market.State{market.StatePublic, market.StateHidden}, Page: 2, PageSize: 5,
	})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, asked.Query, "lang=ro&page=2&page_size=5&states=public%2Chidden")
	at := time.Date(2016, 8, 1, 12, 46, 19, 0, time.UTC)
	if len(page.Ads) != 1 {
		t.Fatalf("got %+v", page)
	}
	ad := &page.Ads[0]
	for _, when := range []*time.Time{&ad.Posted, &ad.Republished, &ad.Expires} {
		*when = when.UTC()
	}
	equal(t, page, market.AdPage{Page: 2, PageSize: 5, Subtotal: 15, Total: 25, Ads: []market.Ad{{
		ID: "12345678", Market: market.MD999, Title: "Test title", State: market.StatePublic,
		URL: "https://999.md/ro/12345678", Path: []string{"Транспорт", "Легковые автомобили"},
		Views: 123, Posted: at, Republished: at, Expires: at, Reasons: []string{"Нарушение закона"},
	}}})
}

func TestAdsByDefault(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	asked := answering(mux, "GET /adverts", 200, `{"adverts":[],"page":1,"page_size":30,"subtotal":0,"total":0}`)
	page, err := c.Ads(t.Context(), testKey, market.Kyrgyz, market.AdQuery{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, asked.Query, "lang=ru")
	equal(t, page, market.AdPage{Ads: []market.Ad{}, Page: 1, PageSize: 30})
}

func TestAd(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	serve(t, mux, "GET /adverts/12345678", "advert")
	ad, err := c.Ad(t.Context(), testKey, market.Kyrgyz, "12345678")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, ad, market.Ad{
		ID: "12345678", Market: market.MD999, Title: "Test title", Text: "Test body", State: market.StatePublic,
		URL: "https://999.md/ru/12345678", Path: []string{"Транспорт", "Легковые автомобили"}, OfferType: "Продам",
		Price: market.Money{Amount: "1", Currency: "Hello, world!"},
	})
}

func TestAdInOtherWords(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	answering(mux, "GET /adverts/{id}", 200, `{"id":5,"title":null,"body":null,"state":"frozen","type":"colored",
		"views_counter":"7","price":{"value":"9500.50","unit":"mdl"},"posted":"2026-11-21T12:00:00","expire":"soon",
		"republished":null,"block_reasons":null,"features":null,"something":{"new":true}}`)
	ad, err := c.Ad(t.Context(), testKey, market.Russian, "5")
	if err != nil {
		t.Fatal(err)
	}
	ad.Posted = ad.Posted.UTC()
	equal(t, ad, market.Ad{
		ID: "5", Market: market.MD999, State: "frozen", Coloured: true, Views: 7, URL: "https://999.md/ru/5",
		Price: market.Money{Amount: "9500.5", Currency: "mdl"}, Posted: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC),
	})
}

func TestAdOfAStrangePath(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	var path string
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.EscapedPath()
		w.WriteHeader(http.StatusNotFound)
	})
	_, err := c.Ad(t.Context(), testKey, market.Russian, "../phone_numbers?x=1")
	wantKind(t, err, market.NotFound)
	equal(t, path, "/adverts/..%2Fphone_numbers%3Fx=1")
}

func TestUpload(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	var got []byte
	var field, name, kind string
	mux.HandleFunc("POST /images", func(w http.ResponseWriter, r *http.Request) {
		_, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		part, err := multipart.NewReader(r.Body, params["boundary"]).NextPart()
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		field, name, kind = part.FormName(), part.FileName(), part.Header.Get("Content-Type")
		got, _ = io.ReadAll(part)
		_, _ = w.Write(fixture(t, "image"))
	})
	picture := bytes.Repeat([]byte{0xFF, 0xD8, '\r', '\n'}, 1000)
	id, err := c.Upload(t.Context(), testKey, "image.jpg", picture)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, id, "b197ca31d0306af61da9d405b4fa8cf4.jpg?metadata=%7B%22image")
	equal(t, []string{field, name, kind}, []string{"file", "image.jpg", "image/jpeg"})
	if !bytes.Equal(got, picture) {
		t.Error("the market got another picture")
	}
}

func TestUploadRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status int
		body   string
		want   market.ErrorKind
	}{
		{200, `{}`, market.UnknownOutcome},
		{200, `{"error":"You can upload up to 300 images per day"}`, market.Quota},
		{400, `{"error":{"message":"You can upload up to 300 images per day"}}`, market.Quota},
		{400, `{"error":{"message":"not an image"}}`, market.Invalid},
		{502, `<html>`, market.UnknownOutcome},
	} {
		c, mux := setup(t)
		n := answering(mux, "POST /images", tt.status, tt.body)
		_, err := c.Upload(t.Context(), testKey, "image.jpg", []byte("x"))
		wantKind(t, err, tt.want)
		equal(t, n.Count(), 1)
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2016-08-01T15:46:19+03:00":     "2016-08-01T12:46:19Z",
		"2016-08-01T15:46:19.123+03:00": "2016-08-01T12:46:19Z",
		"2016-08-01T15:46:19+0300":      "2016-08-01T12:46:19Z",
		"2016-08-01T15:46:19":           "2016-08-01T12:46:19Z",
		"2016-01-01 15:46:19":           "2016-01-01T13:46:19Z",
		"yesterday":                     "0001-01-01T00:00:00Z",
	} {
		var at instant
		data, _ := json.Marshal(text)
		if err := json.Unmarshal(data, &at); err != nil {
			t.Fatal(err)
		}
		equal(t, time.Time(at).UTC().Format(time.RFC3339), want)
	}
}
