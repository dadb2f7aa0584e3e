package md999

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// intervals are the minutes between republishing that can be chosen.
var intervals = []int{30, 60, 120, 180, 240, 360, 480, 720, 1440}

// autorepublisherBody writes an advert's autorepublisher. The lock is held.
func (s *Server) autorepublisherBody(a *advert) object {
	set := a.Autorepublisher
	if s.quirks.ZeroInterval {
		set.Interval = 0
	}
	return object{
		"enabled": set.Enabled, "from_hour": set.FromHour, "to_hour": set.ToHour,
		"interval": set.Interval, "weekdays": set.Weekdays,
	}
}

func (s *Server) getAutorepublisher(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, out := s.owned(c)
	if a == nil {
		return out
	}
	set := a.Autorepublisher
	info := object{"daily_price": set.perDay() * s.prices.Republish}
	if next, there := set.next(s.now()); there {
		info["next_republish_date"] = iso(next)
	}
	body := s.autorepublisherBody(a)
	body["info"] = info
	return ok(body)
}

// perDay counts how often an advert is republished on an active day.
func (r Autorepublisher) perDay() int {
	return max(1, (r.ToHour-r.FromHour)*60/r.Interval)
}

// next finds the next time of republishing, if there is one.
func (r Autorepublisher) next(now time.Time) (time.Time, bool) {
	if !r.Enabled || len(r.Weekdays) == 0 {
		return time.Time{}, false
	}
	now = now.In(chisinau)
	for day := range 8 {
		date := time.Date(now.Year(), now.Month(), now.Day()+day, r.FromHour, 0, 0, 0, chisinau)
		if !slices.Contains(r.Weekdays, (int(date.Weekday())+6)%7) {
			continue
		}
		for n := range r.perDay() {
			if at := date.Add(time.Duration(n*r.Interval) * time.Minute); at.After(now) {
				return at, true
			}
		}
	}
	return time.Time{}, false
}

func (s *Server) setAutorepublisher(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, out := s.owned(c)
	if a == nil {
		return out
	}
	set, problem := parseAutorepublisher(c.body)
	if problem != "" {
		return refuse(http.StatusBadRequest, "%s", problem)
	}
	a.Autorepublisher = set
	return ok(success)
}

// parseAutorepublisher reads the settings, or says what is wrong with them.
func parseAutorepublisher(body json.RawMessage) (set Autorepublisher, problem string) {
	m, err := members(body, []string{"enabled", "from_hour", "to_hour", "interval", "weekdays"}, nil)
	if err != nil {
		return set, err.Error()
	}
	if set.Enabled, err = decodeAs[bool](m["enabled"], "a boolean"); err != nil {
		return set, "enabled must be a boolean"
	}
	if set.FromHour, err = decodeAs[int](m["from_hour"], "a number"); err != nil || set.FromHour < 0 || set.FromHour > 23 {
		return set, "from_hour must be an hour from 0 to 23"
	}
	if set.ToHour, err = decodeAs[int](m["to_hour"], "a number"); err != nil || set.ToHour < 0 || set.ToHour > 23 {
		return set, "to_hour must be an hour from 0 to 23"
	}
	if set.Interval, err = decodeAs[int](m["interval"], "a number"); err != nil || !slices.Contains(intervals, set.Interval) {
		return set, "interval must be one of 30, 60, 120, 180, 240, 360, 480, 720, 1440"
	}
	days, err := decodeAs[[]*int](m["weekdays"], "an array")
	if err != nil {
		return set, "weekdays must be an array of numbers"
	}
	set.Weekdays = []int{}
	for _, day := range days {
		if day == nil || *day < 0 || *day > 6 || slices.Contains(set.Weekdays, *day) {
			return set, "weekdays must be different numbers from 0 (Monday) to 6 (Sunday)"
		}
		set.Weekdays = append(set.Weekdays, *day)
	}
	return set, ""
}
