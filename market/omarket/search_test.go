package omarket

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"

	"bazarbot/market"
)

const (
	getForm  = "GET /api/ads-board/v1/trusted/ads-filter/"
	postForm = "POST /api/ads-board/trusted/ads-filter-old/"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := serve(t, mux, getForm, "search")
	query := market.SearchQuery{
		Category: "2", Place: "1", Photos: true, Discount: true, Delivery: true, Negotiable: true, Order: market.OrderNew, Page: 2,
		Filters: []market.SearchFilter{
			{Field: "filter:6", Options: []string{"25"}},
			{Field: "filter:11", Options: []string{"23", "64"}},
			{Field: "filter:15", From: "3.90", To: "5"},
			{Field: "filter:41", Options: []string{"71"}},
			{Field: "filter:42"},
		},
	}
	page, err := c.Search(t.Context(), "", market.Russian, query)
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, n.Body, fixture(t, "search_request"))
	equal(t, []string{n.Query, n.Header.Get("Content-Type")}, []string{"page=2", "application/json"})
	equal(t, []int{page.Page, page.PageSize, page.Subtotal, len(page.Ads)}, []int{2, 2, 196, 2})
	equal(t, page.Ads[1], market.Ad{
		ID: "6cfb0644-f28b-4869-8a46-fdbec1995b05", Market: market.OMarket, Title: "Lada", Text: "Lada",
		State: market.StateActive, Path: []string{"Автомобили"}, Price: market.Money{Amount: "5000", Currency: "som"},
		Views: 3, Place: "Бишкек", Photos: []string{"https://devminio.o.kg/ads/small.JPEG"},
	})
}

func TestSearchBodies(t *testing.T) {
	t.Parallel()
	for want, query := range map[string]market.SearchQuery{
		`{"main_filters":{"location_id":1}}`: {Place: "1"},
		`{"main_filters":{},"category_filters":[{"filter_id":7,"value":{"from":2010}},{"filter_id":8,"value":{"to":-3.5}}]}`: {
			Filters: []market.SearchFilter{{Field: "filter:7", From: "2010"}, {Field: "8", To: "-3.50"}, {Field: "filter:9", From: "x", To: " "}},
		},
	} {
		c, mux := setup(t)
		n := serve(t, mux, getForm, "search")
		if _, err := c.Search(t.Context(), "", market.Russian, query); err != nil {
			t.Fatal(err)
		}
		sameJSON(t, n.Body, []byte(want))
	}
	c, _ := setup(t)
	for _, query := range []market.SearchQuery{
		{Category: "cars"}, {Place: "x"},
		{Filters: []market.SearchFilter{{Field: "filter:x", From: "1"}}},
		{Filters: []market.SearchFilter{{Field: "", Options: []string{"1"}}}},
	} {
		_, err := c.Search(t.Context(), "", market.Russian, query)
		wantKind(t, err, market.Invalid)
	}
	_, err := c.Search(t.Context(), "broken", market.Russian, market.SearchQuery{})
	wantKind(t, err, market.NotSignedIn)
}

func TestSearchForAnything(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := serve(t, mux, "GET /api/ads-board/v1/ads/list/", "ads_list")
	page, err := c.Search(t.Context(), "", market.Russian, market.SearchQuery{Page: 3})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, []any{n.Query, page.Subtotal, page.Ads[0].Title}, []any{"page=3", 208, "Test for music 8"})
}

func TestWordsTakeTheOtherForm(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	documented := serve(t, mux, getForm, "search")
	other := serve(t, mux, postForm, "search")
	if _, err := c.Search(t.Context(), "", market.Russian, market.SearchQuery{Words: " lada 2107 "}); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, other.Body, []byte(`{"main_filters":{"q":"lada 2107"}}`))
	if _, err := c.Search(t.Context(), "", market.Russian, market.SearchQuery{Photos: true}); err != nil {
		t.Fatal(err)
	}
	equal(t, []int{documented.Count(), other.Count()}, []int{1, 1}) // words say nothing of the documented form
}

func TestSearchFormIsRemembered(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		body   string
	}{
		"400": {400, `{"detail":"no body, please"}`}, "a proxy": {400, "<html>"}, "411": {411, ""}, "405": {405, `{"detail":"no"}`},
		"404": {404, "<html>"}, "502": {502, "<html>"}, "a page": {200, "<html>"}, "something else": {200, `{"result":"x"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			documented := answering(mux, getForm, tt.status, tt.body)
			other := serve(t, mux, postForm, "search")
			for range 3 {
				if _, err := c.Search(t.Context(), "", market.Russian, market.SearchQuery{Category: "2"}); err != nil {
					t.Fatal(err)
				}
			}
			sameJSON(t, other.Body, []byte(`{"main_filters":{"category_id":2}}`))
			equal(t, []int{documented.Count(), other.Count()}, []int{1, 3})
		})
	}
}

func TestSearchRefusedInBothForms(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	documented := answering(mux, getForm, 400, `{"resultCode":"FAIL","details":{"category_id":["Нет такой."]}}`)
	other := answering(mux, postForm, 400, `{"resultCode":"FAIL","details":{"category_id":["Нет такой."]}}`)
	for range 2 {
		_, err := c.Search(t.Context(), "", market.Russian, market.SearchQuery{Category: "9"})
		e := wantKind(t, err, market.Invalid)
		equal(t, e.Fields, map[string]string{"category": "Нет такой."})
	}
	equal(t, []int{documented.Count(), other.Count()}, []int{2, 2}) // nothing worked: nothing is remembered
}

func TestSearchWithoutNeedOfTheOtherForm(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]market.ErrorKind{401: market.NotSignedIn, 429: market.Quota} {
		c, mux := setup(t)
		c.remote.Limits.Wait = 0
		answering(mux, getForm, status, `{"message":"Authorization header is required"}`)
		serve400(t, mux)
		other := serve(t, mux, postForm, "search")
		_, err := c.Search(t.Context(), "", market.Russian, market.SearchQuery{Photos: true})
		wantKind(t, err, want)
		equal(t, other.Count(), 0)
	}
}

// pages serves a list of total ads, each named by its place, in pages of own.
func pages(total, own *atomic.Int32) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("page"))
		total, own := int(total.Load()), int(own.Load())
		from := (n - 1) * own
		if n > 1 && from >= total {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"detail":"Invalid page."}`)
			return
		}
		next, ads := "null", ""
		for i := from; i < min(from+own, total); i++ {
			ads += fmt.Sprintf(`,{"uuid":"ad%d"}`, i)
		}
		if from+own < total {
			next = strconv.Itoa(n + 1)
		}
		_, _ = fmt.Fprintf(w, `{"result":{"count":%d,"next":%s,"previous":null,"results":[%s]},"resultCode":"SUCCESS"}`,
			total, next, ads[min(1, len(ads)):])
	}
}

// The reader's pages are cut out of the market's, whatever size those have.
func TestWindows(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ total, own, size int }{
		{0, 20, 5}, {1, 20, 5}, {5, 20, 5}, {20, 20, 8}, {45, 20, 8}, {45, 20, 20}, {45, 7, 10}, {45, 3, 100}, {12, 1, 5}, {40, 20, 8},
	} {
		for _, again := range []bool{false, true} {
			var total, own atomic.Int32
			total.Store(int32(tt.total))
			own.Store(int32(tt.own))
			c, mux := setup(t)
			mux.HandleFunc(exact(myAdsRoute), pages(&total, &own))
			if again { // the market's page size was another one before
				c.mySize.Store(int32(tt.own + 3))
			}
			last := (tt.total+tt.size-1)/tt.size + 1
			for n := last; n >= 1; n-- {
				page, err := c.Ads(t.Context(), testKey(), market.Russian, market.AdQuery{Page: n, PageSize: tt.size})
				if err != nil {
					t.Fatal(err)
				}
				var got, want []string
				for _, ad := range page.Ads {
					got = append(got, ad.ID)
				}
				for i := (n - 1) * tt.size; i < min(n*tt.size, tt.total); i++ {
					want = append(want, fmt.Sprintf("ad%d", i))
				}
				equal(t, got, want)
				equal(t, []int{page.Page, page.PageSize, page.Subtotal}, []int{n, tt.size, tt.total})
				if t.Failed() {
					t.Fatalf("%+v again %t: page %d", tt, again, n)
				}
			}
		}
	}
}

func TestWindowThatFails(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	answering(mux, myAdsRoute, http.StatusBadGateway, "")
	_, err := c.Ads(t.Context(), testKey(), market.Russian, market.AdQuery{Page: 2, PageSize: 5})
	wantKind(t, err, market.Unavailable)
}
