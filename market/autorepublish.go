package market

import "time"

// Intervals are the pauses between two republishings that can be chosen, the
// shortest first; no other is ever sent.
//
// 999.md API reference: "Setup advert autorepublisher".
var Intervals = []time.Duration{
	30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour, 4 * time.Hour,
	6 * time.Hour, 8 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// Autorepublish says when a market republishes an ad by itself. Hours and
// weekdays are the market's local ones.
type Autorepublish struct {
	Enabled  bool           `json:"enabled"`
	FromHour int            `json:"from_hour"` // 0 … 23
	ToHour   int            `json:"to_hour"`   // 0 … 23
	Every    time.Duration  `json:"every"`     // one of Intervals; 0: none chosen yet
	Weekdays []time.Weekday `json:"weekdays"`  // from Monday on
	// What the market tells and is never told.
	DailyPrice Money     `json:"daily_price"`
	Next       time.Time `json:"next"` // zero: none is due
}

// The keys by which an Invalid error's Fields name the parts of an
// Autorepublish.
const (
	AutoFromHour = "from_hour"
	AutoToHour   = "to_hour"
	AutoEvery    = "every"
	AutoWeekdays = "weekdays"
)
