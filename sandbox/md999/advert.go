package md999

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // Europe/Chisinau on machines without a zone database
)

// State is where an advert stands.
type State string

// The states of adverts.
const (
	Public            State = "public"
	Blocked           State = "blocked"
	BlockedCommercial State = "blocked_commercial"
	NeedPay           State = "need_pay"
	Hidden            State = "hidden"
	Expired           State = "expired"
)

// States lists all states in the description's order.
var States = []State{Public, Blocked, BlockedCommercial, NeedPay, Hidden, Expired}

// Reason tells why an advert is blocked.
type Reason struct {
	Type  string
	Title Text
}

// Illegal is the description's own reason for blocking.
var Illegal = Reason{Type: "illegal", Title: Text{"Нарушение закона", "Încălcarea legii"}}

// Value is an answered feature. Value is a string, an int64, true or a
// []string by the feature's type; for TypeMap, a map[string]float64.
type Value struct {
	ID    string
	Value any
	Unit  string // measurements only
}

// Autorepublisher says when an advert is republished by itself.
type Autorepublisher struct {
	Enabled  bool
	FromHour int // Europe/Chisinau
	ToHour   int
	Interval int   // minutes
	Weekdays []int // Monday 0 … Sunday 6
}

// Advert is what the market holds.
type Advert struct {
	ID              string
	Key             string // whose it is
	CategoryID      string
	SubcategoryID   string
	OfferType       string
	Title           string  // in Russian where the market made it up
	Features        []Value // in the order of the form
	State           State
	Reasons         []Reason
	Colored         bool
	Views           int
	Autorepublisher Autorepublisher
	Posted          time.Time
	Republished     time.Time
	Expires         time.Time
}

// Feature finds an answered feature.
func (a Advert) Feature(id string) (Value, bool) {
	for _, v := range a.Features {
		if v.ID == id {
			return v, true
		}
	}
	return Value{}, false
}

// advert is an Advert in the making. Its State is never Hidden: that follows
// from private, so that a hidden advert that is shown again is what it was.
type advert struct {
	Advert
	private bool
}

// lifetime is how long an advert is public after it was (re)published.
const lifetime = 30 * 24 * time.Hour

func (a *advert) state() State {
	if a.private && a.State == Public {
		return Hidden
	}
	return a.State
}

func (a *advert) publish(now time.Time) {
	a.Republished, a.Expires = now, now.Add(lifetime)
}

// Adverts lists the adverts of a key, in the order they were posted.
func (s *Server) Adverts(key string) []Advert {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Advert{}
	for _, a := range s.adverts {
		if a.Key == key {
			list = append(list, s.copyOf(a))
		}
	}
	slices.SortFunc(list, func(a, b Advert) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// Advert finds an advert by its id.
func (s *Server) Advert(id string) (Advert, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.adverts[id]
	if a == nil {
		return Advert{}, false
	}
	return s.copyOf(a), true
}

func (s *Server) copyOf(a *advert) Advert {
	c := a.Advert
	c.State, c.Title = a.state(), s.titleOf(a, "ru")
	c.Features, c.Reasons = slices.Clone(a.Features), slices.Clone(a.Reasons)
	c.Autorepublisher.Weekdays = slices.Clone(a.Autorepublisher.Weekdays)
	return c
}

// SetState puts an advert into a state, with reasons when it is blocked.
func (s *Server) SetState(id string, state State, reasons ...Reason) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.adverts[id]
	switch {
	case a == nil:
		return fmt.Errorf("set the state of advert %s: no such advert", id)
	case !slices.Contains(States, state):
		return fmt.Errorf("set the state of advert %s: no such state: %s", id, state)
	}
	a.State, a.private, a.Reasons = state, state == Hidden, slices.Clone(reasons)
	if state == Hidden {
		a.State = Public
	}
	return nil
}

// Remove takes an advert off the market, as its owner can on the site: the API
// has no route for it.
func (s *Server) Remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.adverts, id)
}

// formOf gives the advert's form, or nil once the catalogue has lost it. The
// lock is held.
func (s *Server) formOf(a *advert) *OfferType {
	if _, _, form := s.catalogue.path(a.CategoryID, a.SubcategoryID, a.OfferType); form != nil {
		return s.withQuirks(form)
	}
	return nil
}

// titleOf gives an advert's title: the title feature, or the first chosen
// option with those that depend on it. The lock is held.
func (s *Server) titleOf(a *advert, lang string) string {
	if v, ok := a.Feature("12"); ok {
		if title, ok := v.Value.(string); ok {
			return title
		}
	}
	form := s.formOf(a)
	if form == nil {
		return ""
	}
	var words []string
	last := "" // the feature the next one must depend on
	for _, f := range form.features() {
		if f.Type != TypeDropDown || f.DependsOn != last || len(words) == 2 {
			continue
		}
		if option := pick(form.options(f, a.chosen), a.chosen(f.ID)); option != nil {
			words, last = append(words, option.Title.In(lang)), f.ID
		}
	}
	return strings.Join(words, " ")
}

// chosen gives the option id an advert has in a feature, or "".
func (a *advert) chosen(id string) string {
	v, _ := a.Feature(id)
	option, _ := v.Value.(string)
	return option
}

// chisinau is the market's time zone.
var chisinau = mustLocation("Europe/Chisinau")

func mustLocation(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the zone database is part of the program
	}
	return l
}

// iso writes a time as the market does: "2016-08-01T15:46:19+03:00".
func iso(t time.Time) string { return t.In(chisinau).Format(time.RFC3339) }
