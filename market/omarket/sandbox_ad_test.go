package omarket

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"
	"time"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

// adBody is an ad of music (531), whose filters are all optional.
func adBody(t *testing.T, title string, images []string) json.RawMessage {
	t.Helper()
	if images == nil {
		images = []string{}
	}
	body, err := json.Marshal(map[string]any{
		"title": title, "price": 500, "currency": "som", "category": 531, "location": 1, "images": images,
		"whatsapp_num": testPhone, "telegram_profile": "seller_1",
	})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// published puts an ad on the market and gives its id.
func published(t *testing.T, c *Client, key market.Secret, title string, images ...string) string {
	t.Helper()
	uuid, err := c.Open(t.Context(), key)
	if err == nil {
		_, err = c.Put(t.Context(), key, uuid, adBody(t, title, images))
	}
	if err != nil {
		t.Fatal(err)
	}
	return uuid
}

// An ad's whole life, whatever the market's headers are like.
func TestSandboxAd(t *testing.T) {
	t.Parallel()
	for name, quirks := range map[string]sandbox.Quirks{
		"by the description": {},
		"other headers":      {Bearer: true, KeyHeader: "API_KEY", NeedAccount: true, TokenStatus: 403, FailStatus: 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, s, v := withSandbox(t, sandbox.Options{Quirks: quirks})
			key := signedIn(t, c, v)
			uuid, err := c.Open(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			var urls []string
			for n := range 3 {
				url, err := c.UploadTo(t.Context(), key, uuid, "photo.jpg", picture(t, n+1))
				if err != nil {
					t.Fatal(err)
				}
				urls = append(urls, url)
			}
			slices.Reverse(urls)
			ad, err := c.Put(t.Context(), key, uuid, adBody(t, "Гитара", urls))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, []any{ad.ID, ad.State, ad.Title, ad.Photos}, []any{uuid, market.StateModerate, "Гитара", urls})
			equal(t, ad.Opens.After(time.Now()), true)
			equal(t, ad.Contacts, []market.Contact{
				{Kind: market.ContactPhone, Value: testPhone}, {Kind: market.ContactWhatsApp, Value: testPhone}, {Kind: market.ContactTelegram, Value: "seller_1"},
			})

			for range 2 { // the second time it is not there any more
				if err := c.RemoveImage(t.Context(), key, uuid, urls[1]); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Decide(uuid, sandbox.Cancelled, "Плохие фото"); err != nil {
				t.Fatal(err)
			}
			ad, err = c.FullAd(t.Context(), key, market.Russian, uuid)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, []any{ad.State, ad.Reasons, ad.Photos}, []any{market.StateCancelled, []string{"Плохие фото"}, []string{urls[0], urls[2]}})

			page, err := c.Ads(t.Context(), key, market.Russian, market.AdQuery{States: []market.State{market.StateCancelled}, PageSize: 5})
			if err != nil || len(page.Ads) != 1 || page.Subtotal != 1 {
				t.Fatalf("got %+v, %v", page, err)
			}
			for range 2 {
				if err := c.Delete(t.Context(), key, uuid); err != nil {
					t.Fatal(err)
				}
			}
			_, err = c.FullAd(t.Context(), key, market.Russian, uuid)
			wantKind(t, err, market.NotFound)
			_, err = c.Put(t.Context(), key, uuid, adBody(t, "Гитара", nil))
			wantKind(t, err, market.NotFound)
		})
	}
}

func TestSandboxRefusedAd(t *testing.T) {
	t.Parallel()
	for _, quirks := range []sandbox.Quirks{
		{}, {FailStatus: 400}, {FilterErrors: sandbox.FilterErrorsFlat}, {FilterErrors: sandbox.FilterErrorsText},
	} {
		c, _, v := withSandbox(t, sandbox.Options{Quirks: quirks})
		key := signedIn(t, c, v)
		uuid, err := c.Open(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Put(t.Context(), key, uuid, json.RawMessage(`{"title":"Lada","price":1,"currency":"som","category":2,"location":1}`))
		e := wantKind(t, err, market.Invalid)
		if e.Fields["filter:11"] == "" {
			t.Errorf("%+v: fields %v of %q", quirks, e.Fields, e.Message)
		}
		_, err = c.Put(t.Context(), key, uuid, json.RawMessage(`{"title":"","price":-1,"currency":"eur","category":531,"location":99999}`))
		e = wantKind(t, err, market.Invalid)
		for _, field := range []string{"title", "price", "location"} {
			if e.Fields[field] == "" {
				t.Errorf("%+v: no %s in %v", quirks, field, e.Fields)
			}
		}
		_, err = c.UploadTo(t.Context(), key, uuid, "photo.jpg", []byte("no picture"))
		e = wantKind(t, err, market.Invalid)
		equal(t, e.Fields["images"] != "", true)
	}
}

func TestSandboxTooManyAndTooHeavyPhotos(t *testing.T) {
	t.Parallel()
	c, _, v := withSandbox(t, sandbox.Options{MaxImageBytes: 1000})
	key := signedIn(t, c, v)
	uuid, err := c.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	for n := range maxPhotos {
		if _, err := c.UploadTo(t.Context(), key, uuid, "photo.jpg", picture(t, n+1)); err != nil {
			t.Fatal(err)
		}
	}
	_, err = c.UploadTo(t.Context(), key, uuid, "photo.jpg", picture(t, 20))
	wantKind(t, err, market.Invalid)
	_, err = c.UploadTo(t.Context(), key, uuid, "photo.jpg", make([]byte, 100_000))
	wantKind(t, err, market.Invalid)
}

// A write whose answer is lost is unknown, and all of them but the first step
// can be done again.
func TestSandboxLostAnswers(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{sandbox.FaultLostBefore, sandbox.FaultLostAfter, sandbox.FaultHalfJSON, sandbox.FaultHTML} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			c, s, v := withSandbox(t, sandbox.Options{})
			key := signedIn(t, c, v)
			twice := func(route string, do func() error) {
				t.Helper()
				s.AddFault(sandbox.Fault{Route: route, Kind: kind, Times: 1})
				wantKind(t, do(), market.UnknownOutcome)
				if err := do(); err != nil {
					t.Errorf("%s again: %v", route, err)
				}
				equal(t, s.Count(route), 2)
			}
			var uuid, url string
			twice(openRoute, func() (err error) { uuid, err = c.Open(t.Context(), key); return err })
			const own = "/api/ads-board/v1/ads/<uuid>/"
			twice("POST "+own+"upload-image/", func() (err error) {
				url, err = c.UploadTo(t.Context(), key, uuid, "a.jpg", picture(t, 5))
				return err
			})
			twice("PUT "+own, func() error {
				_, err := c.Put(t.Context(), key, uuid, adBody(t, "Гитара", []string{url}))
				return err
			})
			ad, err := c.FullAd(t.Context(), key, market.Russian, uuid)
			if err != nil || len(ad.Photos) != 1 {
				t.Errorf("got %+v, %v", ad, err)
			}
			twice("DELETE "+own+"remove-image/", func() error { return c.RemoveImage(t.Context(), key, uuid, url) })
			twice("DELETE "+own, func() error { return c.Delete(t.Context(), key, uuid) })
			twice("POST /api/ads-board/v1/user/upload-avatar/", func() error {
				_, err := c.SetAvatar(t.Context(), key, picture(t, 5))
				return err
			})
			twice("DELETE /api/ads-board/v1/user/remove-avatar/", func() error { return c.RemoveAvatar(t.Context(), key) })
		})
	}
}

func TestSandboxPaging(t *testing.T) {
	t.Parallel()
	c, _, v := withSandbox(t, sandbox.Options{})
	key := signedIn(t, c, v)
	for n := range 23 {
		published(t, c, key, "Гитара "+strconv.Itoa(n))
	}
	seen := map[string]bool{}
	for n := 1; n <= 4; n++ {
		page, err := c.Ads(t.Context(), key, market.Russian, market.AdQuery{Page: n, PageSize: 8})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, []int{page.Subtotal, page.PageSize}, []int{23, 8})
		for _, ad := range page.Ads {
			seen[ad.ID] = true
		}
	}
	equal(t, len(seen), 23)
}
