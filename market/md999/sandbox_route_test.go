package md999

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/md999"
)

// errand is a call of the client that goes to a route, for an ad that exists,
// and what is to be seen of it at the market.
type errand struct {
	run  func(t *testing.T, c *Client, ad string) error
	left func(sandbox.Advert, sandbox.Account) bool // nil: it leaves nothing
}

// reads are errands by the routes of the reference that only read.
var reads = map[string]errand{
	"GET /categories": {run: fillsForm(nil)},
	"GET /categories/{category_id}/subcategories":                              {run: fillsForm(carPlace)},
	"GET /categories/{category_id}/subcategories/{subcategory_id}/offer-types": {run: fillsForm(carPlace)},
	"GET /features": {run: fillsForm(carPlace)},
	"GET /dependent_options": {run: fillsForm(market.Answers{
		keyCategory: carPlace[keyCategory], keySubcategory: carPlace[keySubcategory], keyOffer: carPlace[keyOffer],
		"20": market.OptionValue("34"),
	})},
	"GET /phone_numbers": {run: func(t *testing.T, c *Client, _ string) error {
		phones, err := c.Check(t.Context(), testKey)
		equal(t, phones, []string{"37378000000", "37361234567"})
		return err
	}},
	"GET /adverts": {run: func(t *testing.T, c *Client, ad string) error {
		page, err := c.Ads(t.Context(), testKey, market.Russian, market.AdQuery{})
		if len(page.Ads) != 1 || page.Ads[0].ID != ad {
			t.Errorf("the list is %+v", page)
		}
		return err
	}},
	"GET /adverts/{advert_id}": {run: func(t *testing.T, c *Client, ad string) error {
		got, err := c.Ad(t.Context(), testKey, market.Russian, ad)
		equal(t, got.Title, "A title of 12")
		return err
	}},
	"GET /adverts/{advert_id}/features": {run: func(t *testing.T, c *Client, ad string) error {
		_, held, err := c.EditForm(t.Context(), testKey, market.Russian, ad, nil)
		equal(t, held["12"], market.TextValue("A title of 12"))
		return err
	}},
	"GET /adverts/{advert_id}/autorepublisher": {run: func(t *testing.T, c *Client, ad string) error {
		set, err := c.Autorepublisher(t.Context(), testKey, ad)
		equal(t, []int{set.FromHour, set.ToHour}, []int{8, 20})
		return err
	}},
}

// writes are errands by the other routes.
var writes = map[string]errand{
	"POST /adverts": {
		run: func(t *testing.T, c *Client, _ string) error {
			postAd(t, c, phonePlace, false)
			return nil
		},
		left: func(_ sandbox.Advert, a sandbox.Account) bool { return len(a.Spent) == 2 },
	},
	"PATCH /adverts/{advert_id}": {
		run: func(t *testing.T, c *Client, ad string) error {
			_, before, err := c.EditForm(t.Context(), testKey, market.Russian, ad, nil)
			if err != nil {
				return err
			}
			after := maps.Clone(before)
			after["12"] = market.TextValue("Another title")
			return c.Update(t.Context(), testKey, ad, changeAd(t, c, ad, before, after, nil))
		},
		left: func(ad sandbox.Advert, _ sandbox.Account) bool { return ad.Title == "Another title" },
	},
	"POST /adverts/{advert_id}/republish": {
		run:  func(t *testing.T, c *Client, ad string) error { return c.Republish(t.Context(), testKey, ad) },
		left: func(ad sandbox.Advert, _ sandbox.Account) bool { return ad.Republished.After(ad.Posted) },
	},
	"POST /adverts/{advert_id}/color": {
		run:  func(t *testing.T, c *Client, ad string) error { return c.Colour(t.Context(), testKey, ad) },
		left: func(ad sandbox.Advert, _ sandbox.Account) bool { return ad.Colored },
	},
	"PUT /adverts/{advert_id}/access_policy": {
		run:  func(t *testing.T, c *Client, ad string) error { return c.SetAccess(t.Context(), testKey, ad, true) },
		left: func(ad sandbox.Advert, _ sandbox.Account) bool { return ad.State == sandbox.Hidden },
	},
	"PUT /adverts/{advert_id}/autorepublisher": {
		run: func(t *testing.T, c *Client, ad string) error {
			return c.SetAutorepublisher(t.Context(), testKey, ad, market.Autorepublish{
				Enabled: true, FromHour: 8, ToHour: 20, Every: 30 * time.Minute, Weekdays: []time.Weekday{time.Monday},
			})
		},
		left: func(ad sandbox.Advert, _ sandbox.Account) bool { return ad.Autorepublisher.Interval == 30 },
	},
	"POST /images": {run: func(t *testing.T, c *Client, _ string) error {
		if id := upload(t, c, 10); id == "" {
			t.Error("the picture has no id")
		}
		return nil
	}},
}

// errands are one for each route of the reference.
func errands() map[string]errand {
	all := maps.Clone(reads)
	maps.Copy(all, writes)
	return all
}

// fillsForm asks for the form of a new ad as far as these answers lead.
func fillsForm(answers market.Answers) func(*testing.T, *Client, string) error {
	return func(t *testing.T, c *Client, _ string) error {
		_, err := c.Form(t.Context(), testKey, market.Russian, answers)
		return err
	}
}

// Every route of the reference is driven against the stand-in, which grants it
// and holds what a write asks.
func TestSandboxEveryRoute(t *testing.T) {
	t.Parallel()
	for route, e := range errands() {
		t.Run(route, func(t *testing.T) {
			t.Parallel()
			now := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
			c, s := withSandbox(t, sandbox.Options{Now: func() time.Time { return now }})
			ad, _ := postAd(t, c, phonePlace, false)
			now = now.Add(time.Minute)
			before := len(s.Requests())
			c = clientFor(t, s.Handler(), Config{}) // that has read nothing yet
			if err := e.run(t, c, ad); err != nil {
				t.Fatal(err)
			}
			granted := func(r sandbox.Request) bool { return r.Route == route && r.Status/100 == 2 }
			if !slices.ContainsFunc(s.Requests()[before:], granted) {
				t.Error("nothing went there, or it was refused")
			}
			held := advertOf(t, s, ad)
			if account, _ := s.Account(string(testKey)); e.left != nil && !e.left(held, account) {
				t.Errorf("the market holds %+v", held)
			}
		})
	}
}

// docs/999md.md tells where the bot uses each of these routes, and of no other.
func TestEveryRouteIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/999md.md")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z]+ /[^`]*)` \\|").FindAllStringSubmatch(string(page), -1) {
		told = append(told, row[1])
	}
	slices.Sort(told)
	equal(t, told, slices.Sorted(maps.Keys(errands())))
}
