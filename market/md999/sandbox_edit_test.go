package md999

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/md999"
)

// postAd posts an ad of this place, with everything in it when all is set, and
// gives its id and the answers it was made of.
func postAd(t *testing.T, c *Client, place market.Answers, all bool, pictures ...int) (string, market.Answers) {
	t.Helper()
	answers, f := seller{c, place, all}.answer(t)
	var images []string
	for _, width := range pictures {
		images = append(images, upload(t, c, width))
	}
	for _, field := range f.Fields {
		if field.Kind == market.KindPhotos && len(images) > 0 {
			answers[field.Key] = remotePhotos(images...)
		}
	}
	post, err := c.Compose(t.Context(), testKey, market.Russian, answers, images)
	if err != nil {
		t.Fatal(err)
	}
	id, err := c.Create(t.Context(), testKey, post)
	if err != nil {
		t.Fatal(err)
	}
	return id, answers
}

func upload(t *testing.T, c *Client, width int) string {
	t.Helper()
	id, err := c.Upload(t.Context(), testKey, "photo.jpg", picture(t, width))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func remotePhotos(ids ...string) market.Value {
	photos := make([]market.Photo, len(ids))
	for i, id := range ids {
		photos[i].Remote = id
	}
	return market.PhotosValue(photos...)
}

var (
	phonePlace = market.Answers{
		"category": market.OptionValue("600"), "subcategory": market.OptionValue("601"), "offer_type": market.OptionValue("776"),
	}
	carPlace = answeredPlace()
)

// Every ad of the catalogue comes back as the answers it was made of, in both
// languages; sent back unchanged it is no change; emptied of all that is
// optional, and filled again, it is what it was.
func TestSandboxEditEveryForm(t *testing.T) {
	t.Parallel()
	for _, quirks := range []sandbox.Quirks{
		{},
		{OptionsKey: true, StringValues: true, NewFeature: sandbox.OptionalNewFeature},
		{BareOptions: true, OptionValue: true, StringValues: true, Errors: sandbox.ErrorBare},
	} {
		c, s := withSandbox(t, sandbox.Options{Quirks: quirks})
		for _, place := range places(t, c) {
			id, answers := postAd(t, c, place, true, 10, 20)
			for _, lang := range market.Langs {
				_, held, err := c.EditForm(t.Context(), testKey, lang, id, nil)
				if err != nil {
					t.Fatal(err)
				}
				equal(t, held, answers)
			}
			before := advertOf(t, s, id)
			f, held, err := c.EditForm(t.Context(), testKey, market.Romanian, id, answers)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, changeAd(t, c, id, held, answers, nil).Empty(), true)

			bare := maps.Clone(held)
			for _, field := range f.Fields {
				if !field.Required {
					delete(bare, field.Key)
				}
			}
			emptied := changeAd(t, c, id, held, bare, nil)
			updateAd(t, c, id, emptied)
			_, left, err := c.EditForm(t.Context(), testKey, market.Russian, id, nil)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, left, bare)
			var images []string
			for _, v := range answers {
				images = append(images, remotes(v.Photos)...)
			}
			updateAd(t, c, id, changeAd(t, c, id, left, answers, images))
			equal(t, advertOf(t, s, id), before)
		}
	}
}

func advertOf(t *testing.T, s *sandbox.Server, id string) sandbox.Advert {
	t.Helper()
	a, ok := s.Advert(id)
	if !ok {
		t.Fatalf("no advert %s", id)
	}
	return a
}

func changeAd(t *testing.T, c *Client, id string, before, after market.Answers, images []string) Change {
	t.Helper()
	change, err := c.ComposeChange(t.Context(), testKey, market.Russian, id, before, after, images)
	if err != nil {
		t.Fatal(err)
	}
	return change
}

// updateAd sends a change, which does not hold before and holds after.
func updateAd(t *testing.T, c *Client, id string, change Change) {
	t.Helper()
	for _, want := range []bool{false, true} {
		if !change.Empty() {
			got, err := c.Holds(t.Context(), testKey, id, change)
			if err != nil || got != want {
				t.Errorf("%s: holds %v, %v, want %v", change.Body, got, err, want)
			}
		}
		if err := c.Update(t.Context(), testKey, id, change); err != nil && !want {
			t.Fatalf("%s: %v", change.Body, err)
		}
	}
}

// Another make: the form says which answers it takes with it, the market takes
// the change only with new ones.
func TestSandboxChangeOfAMake(t *testing.T) {
	t.Parallel()
	c, s := withSandbox(t, sandbox.Options{})
	id, _ := postAd(t, c, carPlace, false)
	f, before, err := c.EditForm(t.Context(), testKey, market.Russian, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	makes := fieldOf(t, f, "20").Options
	after := maps.Clone(before)
	after["20"] = market.OptionValue(makes[1].ID)
	_, err = c.ComposeChange(t.Context(), testKey, market.Russian, id, before, after, nil)
	equal(t, wantKind(t, err, market.Invalid).Fields, map[string]string{"21": ""})
	for _, key := range []string{"21", "2095"} {
		if f, _, err = c.EditForm(t.Context(), testKey, market.Russian, id, after); err != nil {
			t.Fatal(err)
		}
		after[key] = market.OptionValue(fieldOf(t, f, key).Options[0].ID)
	}
	updateAd(t, c, id, changeAd(t, c, id, before, after, nil))
	a := advertOf(t, s, id)
	for _, key := range []string{"20", "21", "2095"} {
		v, _ := a.Feature(key)
		equal(t, v.Value, any(after[key].Option()))
	}

	// The last make has no models at all.
	before, after = after, maps.Clone(after)
	after["20"] = market.OptionValue(makes[len(makes)-1].ID)
	change := changeAd(t, c, id, before, after, nil)
	equal(t, change.Fields, []string{"20", "21", "2095"})
	updateAd(t, c, id, change)
}

func TestSandboxChangeOfPicturesAndOfferType(t *testing.T) {
	t.Parallel()
	c, s := withSandbox(t, sandbox.Options{})
	id, before := postAd(t, c, phonePlace, false, 10, 20)
	old := remotes(before["14"].Photos)
	added := upload(t, c, 30)
	after := maps.Clone(before)
	after["14"] = market.PhotosValue(market.Photo{Remote: old[1]}, market.Photo{FileID: "x"}, market.Photo{Remote: old[0]})
	after["offer_type"] = market.OptionValue("777")
	change := changeAd(t, c, id, before, after, []string{old[1], added, old[0]})
	updateAd(t, c, id, change)
	a := advertOf(t, s, id)
	v, _ := a.Feature("14")
	equal(t, v.Value, any([]string{old[1], added, old[0]}))
	equal(t, a.OfferType, "777")
	_, held, err := c.EditForm(t.Context(), testKey, market.Romanian, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, held["offer_type"].Option(), "777")
	equal(t, s.Count("POST /images"), 3)
}

// The market's refusal of a change names the field.
func TestSandboxRefusedChange(t *testing.T) {
	t.Parallel()
	for _, shape := range []sandbox.ErrorShape{sandbox.ErrorObject, sandbox.ErrorCoded, sandbox.ErrorString, sandbox.ErrorBare} {
		c, _ := withSandbox(t, sandbox.Options{Quirks: sandbox.Quirks{Errors: shape}})
		id, before := postAd(t, c, phonePlace, false)
		after := maps.Clone(before)
		after["12"] = market.TextValue(string(make([]rune, 300)))
		err := c.Update(t.Context(), testKey, id, changeAd(t, c, id, before, after, nil))
		if e := wantKind(t, err, market.Invalid); len(e.Fields) != 1 || e.Fields["12"] == "" {
			t.Errorf("shape %q: fields %v of %q", shape, e.Fields, e.Message)
		}
		err = c.Update(t.Context(), testKey, "1", changeAd(t, c, id, before, after, nil))
		wantKind(t, err, market.NotFound)
	}
}

func TestSandboxHideAndShow(t *testing.T) {
	t.Parallel()
	c, s := withSandbox(t, sandbox.Options{})
	id, _ := postAd(t, c, phonePlace, false)
	for private, want := range map[bool]market.State{true: market.StateHidden, false: market.StatePublic} {
		for range 2 { // twice is once
			if err := c.SetAccess(t.Context(), testKey, id, private); err != nil {
				t.Fatal(err)
			}
		}
		ad, err := c.Ad(t.Context(), testKey, market.Russian, id)
		if err != nil || ad.State != want || string(advertOf(t, s, id).State) != string(want) {
			t.Errorf("private %v: %s, %v", private, ad.State, err)
		}
	}
}

func TestSandboxAutorepublisher(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC) // a Wednesday, noon there
	c, s := withSandbox(t, sandbox.Options{Now: func() time.Time { return now }})
	id, _ := postAd(t, c, phonePlace, false)
	for _, every := range market.Intervals {
		set := market.Autorepublish{
			Enabled: true, FromHour: 10, ToHour: 20, Every: every,
			Weekdays: []time.Weekday{time.Monday, time.Tuesday, time.Saturday, time.Sunday},
		}
		if err := c.SetAutorepublisher(t.Context(), testKey, id, set); err != nil {
			t.Fatal(err)
		}
		got, err := c.Autorepublisher(t.Context(), testKey, id)
		if err != nil || got.DailyPrice.IsZero() || !got.Next.Equal(time.Date(2026, 7, 4, 7, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: %+v, %v", every, got, err)
		}
		got.DailyPrice, got.Next = market.Money{}, time.Time{}
		equal(t, got, set)
	}
	equal(t, advertOf(t, s, id).Autorepublisher.Weekdays, []int{0, 1, 5, 6})

	// Off, from what the market answers with a zero in it.
	s.SetQuirks(sandbox.Quirks{ZeroInterval: true})
	set, err := c.Autorepublisher(t.Context(), testKey, id)
	if err != nil {
		t.Fatal(err)
	}
	set.Enabled = false
	if err := c.SetAutorepublisher(t.Context(), testKey, id, set); err != nil {
		t.Fatal(err)
	}
	equal(t, advertOf(t, s, id).Autorepublisher.Enabled, false)
}

// Each write on an ad, tried with every way to lose its answer: it is unknown,
// it was sent once, and the look tells whether it took effect and was paid for.
func TestSandboxLostActions(t *testing.T) {
	t.Parallel()
	type action struct {
		route string
		price int
		do    func(context.Context, *Client, string) error
		took  func(before, after market.Ad) bool
	}
	title := func(ctx context.Context, c *Client, id string) (Change, error) {
		_, before, err := c.EditForm(ctx, testKey, market.Russian, id, nil)
		if err != nil {
			return Change{}, err
		}
		after := maps.Clone(before)
		after["12"] = market.TextValue("Another title")
		return c.ComposeChange(ctx, testKey, market.Russian, id, before, after, nil)
	}
	for name, act := range map[string]action{
		"republish": {
			"POST /adverts/{advert_id}/republish", 2,
			func(ctx context.Context, c *Client, id string) error { return c.Republish(ctx, testKey, id) },
			func(before, after market.Ad) bool { return after.Republished.After(before.Republished) },
		},
		"colour": {
			"POST /adverts/{advert_id}/color", 3,
			func(ctx context.Context, c *Client, id string) error { return c.Colour(ctx, testKey, id) },
			func(before, after market.Ad) bool { return after.Coloured && !before.Coloured },
		},
		"hide": {
			"PUT /adverts/{advert_id}/access_policy", 0,
			func(ctx context.Context, c *Client, id string) error { return c.SetAccess(ctx, testKey, id, true) },
			func(_, after market.Ad) bool { return after.State == market.StateHidden },
		},
		"edit": {
			"PATCH /adverts/{advert_id}", 0,
			func(ctx context.Context, c *Client, id string) error {
				change, err := title(ctx, c, id)
				if err != nil {
					return err
				}
				return c.Update(ctx, testKey, id, change)
			},
			func(_, after market.Ad) bool { return after.Title == "Another title" },
		},
	} {
		for _, fault := range []sandbox.FaultKind{sandbox.FaultLostAfter, sandbox.FaultHalfJSON, sandbox.FaultLostBefore, sandbox.FaultHTML} {
			t.Run(name+"/"+string(fault), func(t *testing.T) {
				t.Parallel()
				now := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
				c, s := withSandbox(t, sandbox.Options{Now: func() time.Time { return now }})
				id, _ := postAd(t, c, phonePlace, false)
				before := fullAd(t, c, id)
				now = now.Add(time.Minute)
				s.AddFault(sandbox.Fault{Route: act.route, Kind: fault, Times: 1})
				wantKind(t, act.do(t.Context(), c, id), market.UnknownOutcome)
				took := slices.Contains([]sandbox.FaultKind{sandbox.FaultLostAfter, sandbox.FaultHalfJSON}, fault)
				equal(t, act.took(before, fullAd(t, c, id)), took)
				account, _ := s.Account(string(testKey))
				paid := 1
				if took {
					paid += act.price
				}
				equal(t, 1000-account.Balance, paid)
				equal(t, s.Count(act.route), 1)
				if act.price > 0 {
					s.SetBalance(string(testKey), 0)
					wantKind(t, act.do(t.Context(), c, id), market.NoMoney)
				}
			})
		}
	}
}

func fullAd(t *testing.T, c *Client, id string) market.Ad {
	t.Helper()
	ad, err := c.FullAd(t.Context(), testKey, market.Russian, id)
	if err != nil {
		t.Fatal(err)
	}
	return ad
}

func TestSandboxFullAdAmongMany(t *testing.T) {
	t.Parallel()
	c, s := withSandbox(t, sandbox.Options{})
	post := phoneAd(t, c)
	var ids []string
	for range 120 {
		id, err := c.Create(t.Context(), testKey, post)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := s.SetState(ids[0], sandbox.Blocked, sandbox.Illegal); err != nil {
		t.Fatal(err)
	}
	ad := fullAd(t, c, ids[0])
	equal(t, []any{ad.State, ad.Reasons, ad.OfferType, ad.Text != "", ad.Expires.IsZero()},
		[]any{market.StateBlocked, []string{"Нарушение закона"}, "Продам", true, false})
	equal(t, s.Count("GET /adverts"), 2)
	wantKind(t, c.Republish(t.Context(), testKey, ids[0]), market.Invalid)
}
