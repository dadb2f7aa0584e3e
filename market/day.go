package market

import "time"

// Zone is a market's local time.
func Zone(id ID) *time.Location {
	name := "Europe/Chisinau"
	if id == OMarket {
		name = "Asia/Bishkek"
	}
	zone, err := time.LoadLocation(name)
	if err != nil { // the binary carries the zones; see cmd/bot
		return time.UTC
	}
	return zone
}

// Day is the market's calendar day that now falls into: from its midnight to
// the next, by the market's local time.
func Day(id ID, now time.Time) (from, to time.Time) {
	zone := Zone(id)
	year, month, day := now.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone), time.Date(year, month, day+1, 0, 0, 0, 0, zone)
}
