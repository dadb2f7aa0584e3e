package md999

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// wireAutorepublisher is what GET answers.
type wireAutorepublisher struct {
	Enabled  *ident  `json:"enabled"`
	FromHour ident   `json:"from_hour"`
	ToHour   ident   `json:"to_hour"`
	Interval ident   `json:"interval"` // minutes; 0 was seen
	Weekdays []ident `json:"weekdays"` // Monday 0 … Sunday 6
	Info     struct {
		DailyPrice ident   `json:"daily_price"`
		Next       instant `json:"next_republish_date"`
	} `json:"info"`
}

// autorepublisherBody is the body of PUT; all of it is required.
type autorepublisherBody struct {
	Enabled  bool  `json:"enabled"`
	FromHour int   `json:"from_hour"`
	ToHour   int   `json:"to_hour"`
	Interval int   `json:"interval"`
	Weekdays []int `json:"weekdays"`
}

// Autorepublisher tells when the market republishes the ad by itself and what
// that costs a day. Hours and weekdays are those of Europe/Chisinau; the price
// is in lei, as everything that is paid for through the API.
//
// API reference: GET /adverts/{advert_id}/autorepublisher.
func (c *Client) Autorepublisher(ctx context.Context, key market.Secret, id string) (market.Autorepublish, error) {
	call := remote.Get("get autorepublisher", route("adverts", id, "autorepublisher"), nil)
	wire, err := fetch(ctx, c, key, call, func(w wireAutorepublisher) bool { return w.Enabled != nil })
	if err != nil {
		return market.Autorepublish{}, err
	}
	set := market.Autorepublish{
		Enabled:  *wire.Enabled == "true" || *wire.Enabled == "1",
		FromHour: wire.FromHour.count(), ToHour: wire.ToHour.count(),
		Every: time.Duration(wire.Interval.count()) * time.Minute,
		Next:  time.Time(wire.Info.Next),
	}
	if price := wire.Info.DailyPrice; price != "" {
		set.DailyPrice = market.Money{Amount: market.CanonicalNumber(string(price)), Currency: "mdl"}
	}
	for day := range 7 {
		if slices.ContainsFunc(wire.Weekdays, func(d ident) bool { return d != "" && d.count() == day }) {
			set.Weekdays = append(set.Weekdays, fromWireDay(day))
		}
	}
	return set, nil
}

// SetAutorepublisher turns the ad's autorepublisher on with these settings, or
// off; saying it twice does no harm. DailyPrice and Next are the market's to
// tell and are not sent. What cannot be right is market.Invalid without being
// sent, with the market.Auto… keys in Fields: an hour beyond 0 … 23, an interval
// that is not among market.Intervals, no weekday. One that is off may have
// neither interval nor weekdays.
//
// API reference: PUT /adverts/{advert_id}/autorepublisher.
func (c *Client) SetAutorepublisher(ctx context.Context, key market.Secret, id string, set market.Autorepublish) error {
	call := remote.Write("set autorepublisher", http.MethodPut, route("adverts", id, "autorepublisher"))
	if unfit := unfitSettings(set); len(unfit) > 0 {
		return &market.Error{
			Kind: market.Invalid, Market: market.MD999, Op: call.Op, Fields: unfit,
			Err: fmt.Errorf("%d settings are not possible", len(unfit)),
		}
	}
	body, err := marshal(toWireSettings(set))
	if err != nil {
		return err
	}
	err = c.perform(ctx, key, call.WithJSON(body))
	if refusal, ok := asRefusal(err); ok {
		refusal.Fields = namedSettings(refusal.Message)
	}
	return err
}

func unfitSettings(set market.Autorepublish) map[string]string {
	unfit := map[string]string{}
	for name, hour := range map[string]int{market.AutoFromHour: set.FromHour, market.AutoToHour: set.ToHour} {
		if hour < 0 || hour > 23 {
			unfit[name] = ""
		}
	}
	if !slices.Contains(market.Intervals, set.Every) && (set.Enabled || set.Every != 0) {
		unfit[market.AutoEvery] = ""
	}
	impossible := func(d time.Weekday) bool { return d < time.Sunday || d > time.Saturday }
	if slices.ContainsFunc(set.Weekdays, impossible) || set.Enabled && len(set.Weekdays) == 0 {
		unfit[market.AutoWeekdays] = ""
	}
	return unfit
}

// toWireSettings writes the settings. The market wants an interval even for
// what is off: where none was chosen that is the longest, which costs least
// should the seller turn it on elsewhere.
func toWireSettings(set market.Autorepublish) autorepublisherBody {
	every := set.Every
	if every == 0 {
		every = market.Intervals[len(market.Intervals)-1]
	}
	body := autorepublisherBody{
		Enabled: set.Enabled, FromHour: set.FromHour, ToHour: set.ToHour,
		Interval: int(every / time.Minute), Weekdays: []int{},
	}
	for day := range 7 {
		if slices.Contains(set.Weekdays, fromWireDay(day)) {
			body.Weekdays = append(body.Weekdays, day)
		}
	}
	return body
}

// fromWireDay translates Monday 0 … Sunday 6.
func fromWireDay(day int) time.Weekday { return time.Weekday((day + 1) % 7) }

// namedSettings gives the settings that a message names.
func namedSettings(message string) map[string]string {
	var fields map[string]string
	for word, name := range map[string]string{
		"from_hour": market.AutoFromHour, "to_hour": market.AutoToHour,
		"interval": market.AutoEvery, "weekdays": market.AutoWeekdays,
	} {
		if strings.Contains(message, word) {
			if fields == nil {
				fields = map[string]string{}
			}
			fields[name] = message
		}
	}
	return fields
}
