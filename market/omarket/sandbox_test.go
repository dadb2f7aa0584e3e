package omarket

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

// These tests run the client against the market's stand-in, which was written
// from the description alone.

const password = market.Secret("Tr0ub4dor")

func withSandbox(t *testing.T, o sandbox.Options) (*Client, *sandbox.Server, *vault) {
	t.Helper()
	s, v := sandbox.New(o), newVault()
	s.AddAccount(sandbox.Account{MSISDN: testPhone, Password: string(password)})
	return sandboxClient(t, s, v, o.Quirks), s, v
}

func sandboxClient(t *testing.T, s *sandbox.Server, v *vault, q sandbox.Quirks) *Client {
	t.Helper()
	cfg := Config{APIKey: sandbox.DefaultAPIKey, APIKeyHeader: q.KeyHeader, Vault: v, TokenLife: q.AccessLife}
	if q.Bearer {
		cfg.AuthScheme = "Bearer"
	}
	return clientFor(t, s.Handler(), cfg)
}

// signedIn gives the secret of the sandbox's account, which the vault keeps.
func signedIn(t *testing.T, c *Client, v *vault) market.Secret {
	t.Helper()
	key, err := c.SignIn(t.Context(), "a1", testPhone, password)
	if err != nil {
		t.Fatal(err)
	}
	v.put("a1", key)
	return key
}

func picture(t *testing.T, width int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, 10)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

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

func TestSandboxSignUp(t *testing.T) {
	t.Parallel()
	for _, tokensAtOnce := range []bool{false, true} {
		c, s, _ := withSandbox(t, sandbox.Options{Quirks: sandbox.Quirks{CodeTokens: tokensAtOnce}})
		const phone = "0555 12-34-56"
		err := c.Register(t.Context(), phone, "weak")
		e := wantKind(t, err, market.Invalid)
		if e.Fields[market.SignUpPassword] == "" {
			t.Errorf("fields %v", e.Fields)
		}
		if err := c.Register(t.Context(), phone, password); err != nil {
			t.Fatal(err)
		}
		wantKind(t, c.Register(t.Context(), phone, password), market.Exists)
		_, err = c.SignIn(t.Context(), "a2", phone, password)
		wantKind(t, err, market.BadCredentials) // not confirmed yet

		code := s.Code("996555123456")
		_, err = c.Confirm(t.Context(), "a2", phone, market.Secret(other(code)))
		wantKind(t, err, market.BadCredentials)
		_, err = c.Confirm(t.Context(), "a2", phone, "abcd")
		wantKind(t, err, market.BadCredentials)
		secret, err := c.Confirm(t.Context(), "a2", phone, market.Secret(code))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, secret != "", tokensAtOnce)
		if secret == "" {
			if secret, err = c.SignIn(t.Context(), "a2", phone, password); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.Ads(t.Context(), secret, market.Russian, market.AdQuery{}); err != nil {
			t.Fatal(err)
		}
		_, err = c.SignIn(t.Context(), "a2", phone, "Another0ne")
		wantKind(t, err, market.BadCredentials)
	}
}

// other is a code that is not this one.
func other(code string) string {
	if code == "0000" {
		return "1111"
	}
	return "0000"
}

func TestSandboxCodeTriedTooOften(t *testing.T) {
	t.Parallel()
	c, s, _ := withSandbox(t, sandbox.Options{CodeAttempts: 2})
	const phone = "996555123456"
	if err := c.Register(t.Context(), phone, password); err != nil {
		t.Fatal(err)
	}
	for _, want := range []market.ErrorKind{market.BadCredentials, market.BadCredentials, market.Quota} {
		_, err := c.Confirm(t.Context(), "a2", phone, market.Secret(other(s.Code(phone))))
		wantKind(t, err, want)
	}
}

// Answers of the sign-up that are lost after they took effect tell so when it is
// tried again.
func TestSandboxLostSignUp(t *testing.T) {
	t.Parallel()
	c, s, _ := withSandbox(t, sandbox.Options{})
	const phone = "996555123456"
	s.AddFault(sandbox.Fault{Route: registerRoute, Kind: sandbox.FaultLostAfter, Times: 1})
	wantKind(t, c.Register(t.Context(), phone, password), market.UnknownOutcome)
	wantKind(t, c.Register(t.Context(), phone, password), market.Exists)

	s.AddFault(sandbox.Fault{Route: codeRoute, Kind: sandbox.FaultLostAfter, Times: 1})
	_, err := c.Confirm(t.Context(), "a2", phone, market.Secret(s.Code(phone)))
	wantKind(t, err, market.UnknownOutcome)
	if _, err := c.SignIn(t.Context(), "a2", phone, password); err != nil {
		t.Fatal(err)
	}
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

// Tokens that live for a moment are refreshed under everything, also when the
// refresh token changes each time; two replicas do not refresh twice.
func TestSandboxShortSessions(t *testing.T) {
	t.Parallel()
	const life = 300 * time.Millisecond
	quirks := sandbox.Quirks{AccessLife: life, RotateRefresh: true}
	c, s, v := withSandbox(t, sandbox.Options{Quirks: quirks})
	replicas := []*Client{c, sandboxClient(t, s, v, quirks)}
	key := signedIn(t, c, v)
	began := time.Now()
	var all sync.WaitGroup
	for worker := range 6 {
		all.Go(func() {
			use := replicas[worker%2]
			for n := 0; time.Since(began) < 4*life; n++ {
				uuid := published(t, use, key, fmt.Sprintf("Гитара %d-%d", worker, n))
				if _, err := use.UploadTo(t.Context(), key, uuid, "a.jpg", picture(t, n+1)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	account, _ := s.Account(testPhone)
	took := int(time.Since(began) / life)
	if account.Refreshes < 3 || account.Refreshes > 2*took+2 {
		t.Errorf("%d refreshes in %d lives", account.Refreshes, took)
	}
}

func TestSandboxSessionEnds(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 403} {
		c, s, v := withSandbox(t, sandbox.Options{Quirks: sandbox.Quirks{TokenStatus: status}})
		key := signedIn(t, c, v)
		s.ExpireAccess(testPhone)
		if _, err := c.Open(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		s.AddFault(sandbox.Fault{Route: refreshRoute, Kind: sandbox.FaultHTML, Times: 2})
		s.ExpireAccess(testPhone)
		_, err := c.Open(t.Context(), key)
		wantKind(t, err, market.Unavailable) // nobody is signed out by an outage
		if _, err := c.Open(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		s.EndSessions(testPhone)
		_, err = c.Open(t.Context(), key)
		wantKind(t, err, market.NotSignedIn)
	}
}

// A refused key of the operator signs nobody out.
func TestSandboxOperatorKey(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 403} {
		c, s, v := withSandbox(t, sandbox.Options{Quirks: sandbox.Quirks{KeyStatus: status}})
		key := signedIn(t, c, v)
		s.SetAPIKey("another")
		_, err := c.Open(t.Context(), key)
		wantKind(t, err, market.OperatorKey)
		_, err = c.SignIn(t.Context(), "a1", testPhone, password)
		wantKind(t, err, market.OperatorKey)
		_, _, err = c.FAQ(t.Context(), "", market.Russian, 1)
		wantKind(t, err, market.OperatorKey)
		s.SetAPIKey(sandbox.DefaultAPIKey)
		if _, err := c.Open(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSandboxReadsWithoutAccount(t *testing.T) {
	t.Parallel()
	for _, refused := range []bool{false, true} {
		c, _, v := withSandbox(t, sandbox.Options{Quirks: sandbox.Quirks{NeedAccount: refused}})
		read := func(key market.Secret) []error {
			s, err := open("", key)
			if err != nil {
				t.Fatal(err)
			}
			_, categories := c.categories(t.Context(), s)
			_, types := c.adTypes(t.Context(), s)
			_, list := c.listPage(t.Context(), s, 1)
			_, search := c.Search(t.Context(), key, market.Russian, market.SearchQuery{Category: "2"})
			_, _, faq := c.FAQ(t.Context(), key, market.Russian, 1)
			return []error{categories, types, list, search, faq}
		}
		for i, err := range read("") {
			if refused {
				wantKind(t, err, market.NotSignedIn)
			} else if err != nil {
				t.Error(i, err)
			}
		}
		for i, err := range read(signedIn(t, c, v)) {
			if err != nil {
				t.Error(i, err)
			}
		}
	}
}

func TestSandboxSearch(t *testing.T) {
	t.Parallel()
	for _, fate := range []sandbox.GetBody{sandbox.GetBodyTaken, sandbox.GetBodyRefused, sandbox.GetBodyProxy, sandbox.GetBodyStripped} {
		t.Run("body "+string(fate), func(t *testing.T) {
			t.Parallel()
			c, s, _ := withSandbox(t, sandbox.Options{Quirks: sandbox.Quirks{GetBody: fate}})
			search := func(q market.SearchQuery) market.AdPage {
				t.Helper()
				page, err := c.Search(t.Context(), "", market.Russian, q)
				if err != nil {
					t.Fatalf("%+v: %#v", q, err)
				}
				return page
			}
			all := search(market.SearchQuery{PageSize: 100})
			cars := search(market.SearchQuery{Category: "2", Order: market.OrderNew})
			if len(cars.Ads) == 0 || cars.Subtotal >= all.Subtotal || len(all.Ads) != min(all.Subtotal, 100) {
				t.Fatalf("%d cars of %d", cars.Subtotal, all.Subtotal)
			}
			toyota := search(market.SearchQuery{Category: "2", Filters: []market.SearchFilter{{Field: "filter:11", Options: []string{"4304"}}}})
			engine := search(market.SearchQuery{Category: "2", Filters: []market.SearchFilter{{Field: "filter:15", From: "2", To: "2.5"}}})
			if toyota.Subtotal == 0 || toyota.Subtotal >= cars.Subtotal || engine.Subtotal == 0 || engine.Subtotal >= cars.Subtotal {
				t.Errorf("%d of a make, %d with such an engine, of %d", toyota.Subtotal, engine.Subtotal, cars.Subtotal)
			}
			photos := search(market.SearchQuery{Photos: true, PageSize: 100})
			for _, ad := range photos.Ads {
				if len(ad.Photos) == 0 {
					t.Errorf("%q has no photos", ad.Title)
				}
			}
			words := search(market.SearchQuery{Words: cars.Ads[0].Title})
			if !slices.ContainsFunc(words.Ads, func(ad market.Ad) bool { return ad.ID == cars.Ads[0].ID }) {
				t.Errorf("%q is not found by its title", cars.Ads[0].Title)
			}
			full, err := c.FullAd(t.Context(), "", market.Russian, cars.Ads[0].ID)
			if err != nil || len(full.Contacts) == 0 || full.Place == "" {
				t.Errorf("got %+v, %v", full, err)
			}
			if got := s.Count(getForm); (fate == sandbox.GetBodyTaken) != (got > 1) {
				t.Errorf("the documented form was asked %d times", got)
			}
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

func TestSandboxFAQ(t *testing.T) {
	t.Parallel()
	c, _, _ := withSandbox(t, sandbox.Options{})
	all, longest := 0, 0
	for page, next := 1, true; next; page++ {
		var entries []market.FAQEntry
		var err error
		if entries, next, err = c.FAQ(t.Context(), "", market.Russian, page); err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			all, longest = all+1, max(longest, len([]rune(entry.Text)))
			if tags.MatchString(entry.Text) {
				t.Errorf("markup in %q", entry.Text)
			}
		}
	}
	if all <= 10 || longest <= 4096 {
		t.Errorf("%d entries, the longest of %d", all, longest)
	}
}

func TestSandboxOutage(t *testing.T) {
	t.Parallel()
	c, s, v := withSandbox(t, sandbox.Options{})
	key := signedIn(t, c, v)
	if _, _, err := c.FAQ(t.Context(), "", market.Russian, 1); err != nil {
		t.Fatal(err)
	}
	s.SetDown(true)
	_, err := c.Ads(t.Context(), key, market.Russian, market.AdQuery{})
	wantKind(t, err, market.Unavailable)
	if _, _, err := c.FAQ(t.Context(), "", market.Russian, 1); err != nil {
		t.Fatal(err)
	}
	s.SetDown(false)
	if _, err := c.Ads(t.Context(), key, market.Russian, market.AdQuery{}); err != nil {
		t.Error(err)
	}
}
