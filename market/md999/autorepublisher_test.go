package md999

import (
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"bazarbot/market"
)

func TestAutorepublisherAsDocumented(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	asked := serve(t, mux, "GET /adverts/123456789/autorepublisher", "autorepublisher")
	got, err := c.Autorepublisher(t.Context(), testKey, "123456789")
	if err != nil {
		t.Fatal(err)
	}
	got.Next = got.Next.UTC()
	equal(t, got, market.Autorepublish{
		Enabled: true, FromHour: 10, ToHour: 20, Every: 2 * time.Hour,
		Weekdays:   []time.Weekday{time.Monday, time.Tuesday, time.Saturday, time.Sunday},
		DailyPrice: market.Money{Amount: "5", Currency: "mdl"},
		Next:       time.Date(2017, 6, 24, 10, 0, 47, 0, time.UTC),
	})
	equal(t, asked.Query, "")
}

func TestAutorepublisherInOtherWords(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]market.Autorepublish{
		`{"enabled":false,"from_hour":8,"to_hour":20,"interval":0,"weekdays":[0]}`: {FromHour: 8, ToHour: 20, Weekdays: []time.Weekday{time.Monday}},
		`{"enabled":"true","from_hour":"8","to_hour":"20","interval":"30","weekdays":["6",9,null,6],"info":{"daily_price":"2.50","next_republish_date":null}}`: {
			Enabled: true, FromHour: 8, ToHour: 20, Every: 30 * time.Minute,
			Weekdays: []time.Weekday{time.Sunday}, DailyPrice: market.Money{Amount: "2.5", Currency: "mdl"},
		},
		`{"enabled":false,"weekdays":null,"info":null}`: {},
	} {
		c, mux := setup(t)
		answering(mux, "GET /adverts/5/autorepublisher", 200, answer)
		got, err := c.Autorepublisher(t.Context(), testKey, "5")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, got, want)
	}
	c, mux := setup(t)
	answering(mux, "GET /adverts/5/autorepublisher", 200, `{"success":true}`)
	_, err := c.Autorepublisher(t.Context(), testKey, "5")
	wantKind(t, err, market.Unavailable)
}

// Only documented intervals go out, whatever the market itself answers.
func TestSetAutorepublisherRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	good := market.Autorepublish{Enabled: true, FromHour: 0, ToHour: 23, Every: time.Hour, Weekdays: []time.Weekday{time.Sunday}}
	for name, tt := range map[string]struct {
		edit func(*market.Autorepublish)
		want []string
	}{
		"good":             {func(*market.Autorepublish) {}, nil},
		"off, never set":   {func(a *market.Autorepublish) { a.Enabled, a.Every, a.Weekdays = false, 0, nil }, nil},
		"interval 0":       {func(a *market.Autorepublish) { a.Every = 0 }, []string{"every"}},
		"interval 45":      {func(a *market.Autorepublish) { a.Every = 45 * time.Minute }, []string{"every"}},
		"off, interval 45": {func(a *market.Autorepublish) { a.Enabled, a.Every = false, 45*time.Minute }, []string{"every"}},
		"hours 25 and -1":  {func(a *market.Autorepublish) { a.FromHour, a.ToHour = 25, -1 }, []string{"from_hour", "to_hour"}},
		"no weekday":       {func(a *market.Autorepublish) { a.Weekdays = nil }, []string{"weekdays"}},
		"an eighth day":    {func(a *market.Autorepublish) { a.Weekdays = []time.Weekday{7} }, []string{"weekdays"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			sent := serve(t, mux, "PUT /adverts/5/autorepublisher", "success")
			set := good
			tt.edit(&set)
			err := c.SetAutorepublisher(t.Context(), testKey, "5", set)
			if tt.want == nil {
				if err != nil || sent.Count() != 1 {
					t.Fatalf("%d sent, %v", sent.Count(), err)
				}
				return
			}
			e := wantKind(t, err, market.Invalid)
			equal(t, slices.Sorted(maps.Keys(e.Fields)), tt.want)
			equal(t, sent.Count(), 0)
		})
	}
}

func TestSetAutorepublisherNeverEchoesZero(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	sent := serve(t, mux, "PUT /adverts/5/autorepublisher", "success")
	if err := c.SetAutorepublisher(t.Context(), testKey, "5", market.Autorepublish{FromHour: 8, ToHour: 20}); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, sent.Body, []byte(`{"enabled":false,"from_hour":8,"to_hour":20,"interval":1440,"weekdays":[]}`))
	minutes := make([]int, len(market.Intervals))
	for i, every := range market.Intervals {
		minutes[i] = int(every / time.Minute)
	}
	equal(t, minutes, []int{30, 60, 120, 180, 240, 360, 480, 720, 1440})
}

func TestSetAutorepublisherNamesTheSetting(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	answering(mux, "PUT /adverts/5/autorepublisher", http.StatusBadRequest, `{"error":{"message":"to_hour must be later"}}`)
	err := c.SetAutorepublisher(t.Context(), testKey, "5", market.Autorepublish{})
	equal(t, wantKind(t, err, market.Invalid).Fields, map[string]string{"to_hour": "to_hour must be later"})
}
