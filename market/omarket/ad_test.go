package omarket

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"bazarbot/market"
)

const myAdsRoute = "POST /api/ads-board/v1/user/my-ads/"

func bishkek(year int, month time.Month, day, hour, minute int) time.Time {
	return time.Date(year, month, day, hour, minute, 0, 0, time.FixedZone("", 6*60*60))
}

func sameTime(t *testing.T, got, want time.Time) {
	t.Helper()
	if !got.Truncate(time.Minute).Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAds(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := serve(t, mux, myAdsRoute, "my_ads")
	page, err := c.Ads(t.Context(), testKey(), market.Russian, market.AdQuery{States: []market.State{"active", "cancelled", "moderate", "disabled"}})
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, n.Body, fixture(t, "my_ads_request"))
	equal(t, n.Query, "page=1")
	equal(t, page, market.AdPage{
		Ads: []market.Ad{{
			ID: "974e91c3-a585-476f-8cfc-a6846b1c9302", Market: market.OMarket,
			Title: "MY new OBV of saling UBUNTU car", State: market.StateActive, Path: []string{"Автомобили"},
			Price: market.Money{Amount: "500100", Currency: "som"}, Views: 2, Place: "Бишкек",
		}},
		Page: 1, PageSize: 1, Subtotal: 4, Total: 4,
	})

	if _, err := c.Ads(t.Context(), testKey(), market.Russian, market.AdQuery{Page: 3}); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, n.Body, []byte(`{"statuses":["moderate","active","cancelled","disabled"]}`))
	equal(t, n.Query, "page=3")
	_, err = c.Ads(t.Context(), "", market.Russian, market.AdQuery{})
	wantKind(t, err, market.NotSignedIn)
}

// Each example of an ad in the description, as the bot shows it.
func TestExampleAds(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]market.Ad{
		"details": {
			ID: testUUID, State: "initial", Views: 1, Posted: bishkek(2022, 9, 15, 10, 23),
			Contacts: []market.Contact{{Kind: market.ContactPhone, Value: "996700111000"}},
		},
		"put": {
			ID: testUUID, Title: "UBUNTU CAR AD [BIG SALE]", State: market.StateModerate, Views: 1,
			Path: []string{"Транспорт", "Автомобили"}, Price: market.Money{Amount: "1010101", Currency: "som"},
			Posted: bishkek(2022, 9, 15, 16, 25), Opens: bishkek(2022, 9, 16, 11, 0), Place: "Бишкек",
			Contacts: []market.Contact{{Kind: market.ContactPhone, Value: "996700111000"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			n := serve(t, mux, "GET "+adRoute, name)
			ad, err := c.FullAd(t.Context(), "", market.Russian, testUUID)
			if err != nil {
				t.Fatal(err)
			}
			sameTime(t, ad.Posted, want.Posted)
			sameTime(t, ad.Opens, want.Opens)
			ad.Posted, ad.Opens, want.Posted, want.Opens = time.Time{}, time.Time{}, time.Time{}, time.Time{}
			want.Market = market.OMarket
			equal(t, ad, want)
			equal(t, n.Query, "")
		})
	}
}

func TestListPage(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := serve(t, mux, "GET /api/ads-board/v1/ads/list/", "ads_list")
	page, err := c.listPage(t.Context(), &session{}, 2)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, n.Query, "page=2")
	equal(t, []string{string(page.Count), string(page.Next)}, []string{"208", "2"})
	ad := c.ad(page.Results[0], market.Romanian)
	equal(t, ad.Contacts, []market.Contact{
		{Kind: market.ContactPhone, Value: "996509583000"},
		{Kind: market.ContactWhatsApp, Value: "996509583000"},
		{Kind: market.ContactTelegram, Value: "Kulikov"},
	})
	equal(t, []string{ad.OfferType, ad.Place, ad.Price.Amount, ad.Text}, []string{"Vând", "Бишкек", "2", "This ad for testing"})
}

// An ad is shown whatever the market makes of its members.
func TestOddAds(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	for name, tt := range map[string]struct {
		json string
		want market.Ad
	}{
		"nothing": {`{}`, market.Ad{}},
		"nulls": {
			`{"uuid":null,"price":null,"category":null,"location":null,"author":null,"images":null,"view_count":null,"created_at":null,"contract_price":null}`,
			market.Ad{},
		},
		"numbers and strings": {
			`{"uuid":17,"title":5,"price":12.50,"currency":"usd","view_count":"7","contract_price":"true","status":"sold"}`,
			market.Ad{ID: "17", Title: "5", Price: market.Money{Amount: "12.5", Currency: "usd"}, Views: 7, Negotiable: true, State: "sold"},
		},
		"ids for objects": {`{"uuid":"u","category":2,"location":1,"author":6349}`, market.Ad{ID: "u"}},
		"objects for ids": {`{"uuid":"u","title":{"ru":"x"},"price":[1],"images":{"a":1},"view_count":{}}`, market.Ad{ID: "u"}},
		"a chain of parents": {
			`{"uuid":"u","category":{"name":"c","parent":{"name":"b","parent":{"name":"a","parent":3}}}}`,
			market.Ad{ID: "u", Path: []string{"a", "b", "c"}},
		},
		"pictures": {
			`{"uuid":"u","images":["https://x.kg/1.jpg",{"url":"https://x.kg/2.jpg"},{"image":"http://x.kg/3.jpg"},7,null,"/4.jpg","javascript:x"]}`,
			market.Ad{ID: "u", Photos: []string{"https://x.kg/1.jpg", "https://x.kg/2.jpg", "http://x.kg/3.jpg"}},
		},
		"small pictures": {`{"uuid":"u","images":[],"minify_images":[1,"https://x.kg/s.jpg"]}`, market.Ad{ID: "u", Photos: []string{"https://x.kg/s.jpg"}}},
		"an address":     {`{"uuid":"u","address":"Чуй 1"}`, market.Ad{ID: "u", Place: "Чуй 1"}},
		"a commentary":   {`{"uuid":"u","status":"cancelled","commentary":"<p>Плохое&nbsp;фото</p>"}`, market.Ad{ID: "u", State: "cancelled", Reasons: []string{"Плохое фото"}}},
		"contacts": {
			`{"uuid":"u","whatsapp_num":"+7 701 111-22-33","telegram_profile":"https://t.me/seller_1","author":{"contact_number":"0"}}`,
			market.Ad{ID: "u", Contacts: []market.Contact{{Kind: market.ContactWhatsApp, Value: "77011112233"}, {Kind: market.ContactTelegram, Value: "seller_1"}}},
		},
		"no contacts": {`{"uuid":"u","whatsapp_num":"нет","telegram_profile":"нет такого","author":{"contact_number":"12"}}`, market.Ad{ID: "u"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var a wireAd
			if err := decode([]byte(tt.json), &a); err != nil {
				t.Fatal(err)
			}
			tt.want.Market = market.OMarket
			equal(t, c.ad(a, market.Russian), tt.want)
		})
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	noon := time.Date(2022, 9, 9, 6, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		`"2022-09-09T12:00:00"`:        noon,
		`"2022-09-09T12:00:00.000000"`: noon,
		`"2022-09-09 12:00:00"`:        noon,
		`"2022-09-09T12:00:00+06:00"`:  noon,
		`"2022-09-09T06:00:00Z"`:       noon,
		`"soon"`:                       {},
		`null`:                         {},
		`5`:                            {},
		`{}`:                           {},
	} {
		var at instant
		if err := json.Unmarshal([]byte(text), &at); err != nil || !time.Time(at).Equal(want) {
			t.Errorf("%s: %s, %v", text, time.Time(at), err)
		}
	}
}

func TestNoSuchAd(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	for _, id := range []string{"", ".", "..", "initial", "list", "a/b", "a?b", "a%2fb", "а"} {
		_, err := c.FullAd(t.Context(), "", market.Russian, id)
		wantKind(t, err, market.NotFound)
		_, err = c.Put(t.Context(), testKey(), id, nil)
		wantKind(t, err, market.NotFound)
		_, err = c.UploadTo(t.Context(), testKey(), id, "", nil)
		wantKind(t, err, market.NotFound)
		wantKind(t, c.Delete(t.Context(), testKey(), id), market.NotFound)
		wantKind(t, c.RemoveImage(t.Context(), testKey(), id, "x"), market.NotFound)
	}
	_, err := c.FullAd(t.Context(), "broken", market.Russian, testUUID)
	wantKind(t, err, market.NotSignedIn)
}

func TestGarbledReads(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "null", "[]", "5", `{"result":null}`, `{"result":[]}`, `{"result":"x"}`, `{"result":{}}`, `{"uuid":{}}`} {
		c, mux := setup(t)
		answering(mux, "GET "+adRoute, http.StatusOK, body)
		answering(mux, myAdsRoute, http.StatusOK, body)
		answering(mux, "GET /api/ads-board/v1/category/list", http.StatusOK, body)
		answering(mux, "GET /api/ads-board/faq/", http.StatusOK, body)
		_, err := c.FullAd(t.Context(), "", market.Russian, testUUID)
		wantKind(t, err, market.Unavailable)
		_, err = c.Ads(t.Context(), testKey(), market.Russian, market.AdQuery{})
		wantKind(t, err, market.Unavailable)
		_, err = c.categories(t.Context(), &session{})
		wantKind(t, err, market.Unavailable)
		_, err = c.FAQ(t.Context(), "", market.Russian, 1)
		wantKind(t, err, market.Unavailable)
	}
}

func TestCategoryTree(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := serve(t, mux, "GET /api/ads-board/v1/category/list", "categories")
	for range 2 { // the second one is from the cache
		tree, err := c.categories(t.Context(), &session{})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, []string{string(tree[0].ID), string(tree[1].Name), string(tree[1].Filters[0])}, []string{"368", "Виды спорта", "6"})
	}
	equal(t, n.Count(), 1)
	equal(t, n.Query, "")
}

func TestAdTypes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		body   string
		want   []wireAdType
	}{
		"seen":      {200, `{"result":[{"id":1,"code_value":"sell","name":"Продам"},"rent",3,null,[]],"resultCode":"SUCCESS"}`, []wireAdType{{ID: "1", Code: "sell", Name: "Продам"}, {Code: "rent"}, {ID: "3"}}},
		"bare":      {200, `[{"id":1,"code_value":"sell","name":"Продам"}]`, []wireAdType{{ID: "1", Code: "sell", Name: "Продам"}}},
		"no route":  {404, `{"detail":"Not found."}`, nil},
		"no route.": {404, `<html>`, nil},
	} {
		c, mux := setup(t)
		n := answering(mux, "GET /api/ads-board/v1/ad_type/list/", tt.status, tt.body)
		for range 2 {
			got, err := c.adTypes(t.Context(), &session{})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			equal(t, append([]wireAdType(nil), got...), tt.want)
		}
		equal(t, n.Count(), 1)
	}
}
