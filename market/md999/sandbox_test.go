package md999

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"slices"
	"strconv"
	"testing"
	"time"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/md999"
)

// These tests run the client against the market's stand-in, which was written
// from the API reference alone.

func withSandbox(t *testing.T, o sandbox.Options) (*Client, *sandbox.Server) {
	t.Helper()
	s := sandbox.New(o)
	s.AddAccount(sandbox.Account{Key: string(testKey), Phones: []string{"37378000000", "37361234567"}, Balance: 1000})
	return clientFor(t, s.Handler(), Config{}), s
}

// seller answers a form until nothing new appears in it.
type seller struct {
	c     *Client
	place market.Answers
	all   bool // optional fields too
}

func (s seller) answer(t *testing.T) (market.Answers, market.Form) {
	t.Helper()
	answers := market.Answers{}
	for k, v := range s.place {
		answers[k] = v
	}
	for {
		f := form(t, s.c, answers)
		grown := false
		for _, field := range f.Fields {
			if _, ok := answers[field.Key]; ok || !field.Required && !s.all {
				continue
			}
			if v := s.value(field); !v.IsZero() {
				answers[field.Key] = v
				grown = true
				break // what follows may depend on it
			}
		}
		if !grown {
			return answers, f
		}
	}
}

func (seller) value(f market.Field) market.Value {
	switch f.Kind {
	case market.KindText:
		return market.TextValue("A title of " + f.Key)
	case market.KindLongText:
		return market.TextValue("First line\n\n<second> & \"last\" line\n100")
	case market.KindNumber:
		return market.NumberValue("5", "")
	case market.KindQuantity:
		return market.NumberValue("9500", f.Units[len(f.Units)-1])
	case market.KindYesNo:
		return market.YesValue(true)
	case market.KindVideos:
		return market.Value{Links: []string{"https://www.youtube.com/watch?v=Ac1zJkhBzf8"}}
	case market.KindChoice:
		if len(f.Options) > 0 {
			return market.OptionValue(f.Options[0].ID)
		}
	case market.KindContacts:
		return market.OptionValue(optionIDs(f.Options)...)
	}
	return market.Value{}
}

func picture(t *testing.T, width int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, 10)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// places lists every way through the catalogue.
func places(t *testing.T, c *Client) []market.Answers {
	t.Helper()
	var all []market.Answers
	for _, category := range form(t, c, nil).Fields[0].Options {
		a := market.Answers{"category": market.OptionValue(category.ID)}
		for _, subcategory := range form(t, c, a).Fields[1].Options {
			a["subcategory"] = market.OptionValue(subcategory.ID)
			for _, offer := range form(t, c, a).Fields[2].Options {
				all = append(all, market.Answers{
					"category": a["category"], "subcategory": a["subcategory"], "offer_type": market.OptionValue(offer.ID),
				})
			}
		}
		delete(a, "subcategory")
	}
	return all
}

// Every form of the catalogue, once with what it requires and once with all of
// it, is posted and found again by a lookup that knows nothing of the answer.
func TestSandboxEveryForm(t *testing.T) {
	t.Parallel()
	for _, quirks := range []sandbox.Quirks{
		{},
		{OptionsKey: true, StringValues: true, NewFeature: sandbox.OptionalNewFeature},
		{BareOptions: true, OptionValue: true, ZeroInterval: true},
	} {
		c, s := withSandbox(t, sandbox.Options{Quirks: quirks})
		for _, place := range places(t, c) {
			for _, all := range []bool{false, true} {
				postAndFind(t, c, s, seller{c, place, all})
			}
		}
	}
}

func postAndFind(t *testing.T, c *Client, s *sandbox.Server, who seller) {
	t.Helper()
	answers, f := who.answer(t)
	var images []string
	if who.all {
		for width := 10; width <= 20; width += 10 {
			id, err := c.Upload(t.Context(), testKey, "photo.jpg", picture(t, width))
			if err != nil {
				t.Fatal(err)
			}
			images = append(images, id)
		}
	}
	post, err := c.Compose(t.Context(), testKey, market.Kyrgyz, answers, images)
	if err != nil {
		t.Fatalf("%v: %v", who.place, err)
	}
	before, err := c.Snapshot(t.Context(), testKey)
	if err != nil {
		t.Fatal(err)
	}
	id, err := c.Create(t.Context(), testKey, post)
	if err != nil {
		t.Fatalf("%v: %v", who.place, err)
	}
	found, err := c.Lookup(t.Context(), testKey, post, before, time.Now())
	if err != nil || !slices.Equal(found, []string{id}) {
		t.Errorf("%v: looked up %v, %v, want %s", who.place, found, err, id)
	}
	held, _ := s.Advert(id)
	asked := 0
	for _, field := range f.Fields[3:] {
		if _, answered := answers[field.Key]; answered || field.Kind == market.KindPhotos && who.all {
			asked++
		}
	}
	equal(t, len(held.Features), asked)
}

func phoneAd(t *testing.T, c *Client) Post {
	t.Helper()
	answers, _ := seller{c: c, place: market.Answers{
		"category": market.OptionValue("600"), "subcategory": market.OptionValue("601"), "offer_type": market.OptionValue("776"),
	}}.answer(t)
	post, err := c.Compose(t.Context(), testKey, market.Romanian, answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	return post
}

// A post whose answer is lost is unknown; the lookup tells which of the two it
// was, and money went with the ad.
func TestSandboxLostPosts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault   sandbox.Fault
		effects int
	}{
		{sandbox.Fault{Kind: sandbox.FaultLostAfter}, 1},
		{sandbox.Fault{Kind: sandbox.FaultHalfJSON}, 1},
		{sandbox.Fault{Kind: sandbox.FaultLostBefore}, 0},
		{sandbox.Fault{Kind: sandbox.FaultHTML}, 0},
		{sandbox.Fault{Kind: sandbox.FaultAnswer, Status: 500, Body: `{"error":{"message":"internal"}}`}, 0},
	} {
		t.Run(string(tt.fault.Kind)+strconv.Itoa(tt.fault.Status), func(t *testing.T) {
			t.Parallel()
			c, s := withSandbox(t, sandbox.Options{Quirks: sandbox.Quirks{StringValues: true}})
			post := phoneAd(t, c)
			if _, err := c.Create(t.Context(), testKey, post); err != nil { // its twin, from before
				t.Fatal(err)
			}
			before, err := c.Snapshot(t.Context(), testKey)
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			tt.fault.Route, tt.fault.Times = "POST /adverts", 1
			s.AddFault(tt.fault)
			_, err = c.Create(t.Context(), testKey, post)
			wantKind(t, err, market.UnknownOutcome)
			found, err := c.Lookup(t.Context(), testKey, post, before, began)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, len(found), tt.effects)
			account, _ := s.Account(string(testKey))
			equal(t, account.Balance, 1000-1-tt.effects)
			equal(t, s.Count("POST /adverts"), 2)
		})
	}
}

func TestSandboxRefusals(t *testing.T) {
	t.Parallel()
	for _, shape := range []sandbox.ErrorShape{sandbox.ErrorObject, sandbox.ErrorCoded, sandbox.ErrorString, sandbox.ErrorBare} {
		c, s := withSandbox(t, sandbox.Options{Quirks: sandbox.Quirks{Errors: shape}})
		post := phoneAd(t, c)

		long := post
		long.Body = bytes.Replace(post.Body, []byte("A title of 12"), bytes.Repeat([]byte("x"), 300), 1)
		_, err := c.Create(t.Context(), testKey, long)
		if e := wantKind(t, err, market.Invalid); len(e.Fields) != 1 || e.Fields["12"] == "" {
			t.Errorf("shape %q: fields %v of %q", shape, e.Fields, e.Message)
		}

		s.SetBalance(string(testKey), 0)
		_, err = c.Create(t.Context(), testKey, post)
		wantKind(t, err, market.NoMoney)

		s.RevokeKey(string(testKey))
		_, err = c.Create(t.Context(), testKey, post)
		wantKind(t, err, market.NotSignedIn)
		_, err = c.Check(t.Context(), testKey)
		wantKind(t, err, market.BadCredentials)
		_, err = c.Ads(t.Context(), testKey, market.Russian, market.AdQuery{})
		wantKind(t, err, market.NotSignedIn)
		_, err = c.Ad(t.Context(), testKey, market.Russian, "1")
		wantKind(t, err, market.NotSignedIn)
	}
}

func TestSandboxRequiredFeatureOfANewType(t *testing.T) {
	t.Parallel()
	c, _ := withSandbox(t, sandbox.Options{Quirks: sandbox.Quirks{NewFeature: sandbox.RequiredNewFeature}})
	answers, f := seller{c: c, place: places(t, c)[0]}.answer(t)
	equal(t, f.Blocked, []string{"точка на карте"})
	_, err := c.Compose(t.Context(), testKey, market.Russian, answers, nil)
	wantKind(t, err, market.Invalid)
}

func TestSandboxImagesOfTheDay(t *testing.T) {
	t.Parallel()
	c, _ := withSandbox(t, sandbox.Options{DailyImages: 2})
	for n := range 2 {
		if _, err := c.Upload(t.Context(), testKey, "photo.jpg", picture(t, n+1)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := c.Upload(t.Context(), testKey, "photo.jpg", picture(t, 3))
	if e := wantKind(t, err, market.Quota); e.RetryAfter <= 0 {
		t.Error("nobody is told when to try again")
	}
	_, err = c.Upload(t.Context(), testKey, "photo.jpg", []byte("no picture"))
	wantKind(t, err, market.Invalid)
}

func TestSandboxMyAds(t *testing.T) {
	t.Parallel()
	c, s := withSandbox(t, sandbox.Options{})
	post := phoneAd(t, c)
	var ids []string
	for range 3 {
		id, err := c.Create(t.Context(), testKey, post)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := s.SetState(ids[0], sandbox.Blocked, sandbox.Illegal); err != nil {
		t.Fatal(err)
	}
	page, err := c.Ads(t.Context(), testKey, market.Romanian, market.AdQuery{States: []market.State{market.StateBlocked}})
	if err != nil || len(page.Ads) != 1 {
		t.Fatalf("got %+v, %v", page, err)
	}
	equal(t, page.Ads[0].Reasons, []string{"Încălcarea legii"})
	equal(t, []int{page.Subtotal, page.Total}, []int{1, 3})

	page, err = c.Ads(t.Context(), testKey, market.Russian, market.AdQuery{Page: 2, PageSize: 2})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, []int{len(page.Ads), page.Page, page.PageSize, page.Subtotal}, []int{1, 2, 2, 3})

	ad, err := c.Ad(t.Context(), testKey, market.Russian, ids[2])
	if err != nil {
		t.Fatal(err)
	}
	equal(t, []string{ad.Title, ad.OfferType, ad.URL, fmt.Sprint(ad.Path), fmt.Sprint(ad.Price)}, []string{
		"A title of 12", "Продам", "https://999.md/ru/" + ids[2], "[Электроника и техника Мобильные телефоны]", "{9500 mdl}",
	})
	_, err = c.Ad(t.Context(), testKey, market.Russian, "1")
	wantKind(t, err, market.NotFound)
}

func TestSandboxOutage(t *testing.T) {
	t.Parallel()
	c, s := withSandbox(t, sandbox.Options{})
	place := places(t, c)[0]
	before := form(t, c, place)
	s.SetDown(true)
	_, err := c.Ads(t.Context(), testKey, market.Russian, market.AdQuery{})
	wantKind(t, err, market.Unavailable)
	equal(t, form(t, c, place), before)
	s.SetDown(false)
	if _, err := c.Ads(t.Context(), testKey, market.Russian, market.AdQuery{}); err != nil {
		t.Error(err)
	}
}
