package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bazarbot/sandbox/md999"
)

const autoRoute = "PUT /adverts/{advert_id}/autorepublisher"

// opensAuto brings the seller from the card to the settings of a schedule that
// has everything but its days, and answers these.
func (s *seller) opensAuto(days string) {
	s.t.Helper()
	s.presses("act.button.auto")
	s.sees("field.auto_days", "ask.days")
	s.say(days)
	s.sees("auto.heading", "auto.is_off")
}

// weekdays are days of the week as the seller's language writes them.
func (s *seller) weekdays(names ...string) string {
	for i, name := range names {
		names[i] = s.text("weekday." + name)
	}
	return strings.Join(names, ", ")
}

// TestE2EAuto turns the autorepublisher on, changes it and turns it off, and
// finds it so at the market.
func TestE2EAuto(t *testing.T) {
	for _, c := range []struct{ lang, twoHours, everyTwo string }{
		{"ru", "2 часа", "каждые 2 часа"}, {"ro", "2 ore", "la fiecare 2 ore"}, {"ky", "2 саат", "2 саат сайын"},
	} {
		t.Run(c.lang, func(t *testing.T) {
			t.Parallel()
			w := startWorld(t)
			s := w.seller(c.lang)
			s.opensCard(w, "Phone 01")
			days := s.weekdays("mon", "tue", "sat", "sun")
			s.opensAuto(days)
			s.reads("08:00–20:00, "+days, s.text("auto.zone"), s.text("auto.cost"), s.text("button.auto_on"))

			s.pressesLabel(s.text("field.auto_from"))
			s.sees("ask.hour")
			s.say("25")
			s.sees("refuse.hour", "ask.hour")
			s.say("10")
			s.reads("10:00–20:00")
			s.pressesLabel(s.text("field.auto_every"))
			s.sees("ask.pause")
			s.say("45")
			s.sees("refuse.pause", "ask.pause")
			s.pressesLabel(c.twoHours)
			s.reads(s.words("auto.will_be", "Schedule", c.everyTwo+", 10:00–20:00, "+days))
			s.presses("button.auto_on")
			s.reads(s.words("auto.done_on", "Schedule", c.everyTwo+", 10:00–20:00, "+days), s.text("auto.next"),
				s.words("auto.price", "Market", "999.md", "Price", "10\u00a0"+s.text("unit.mdl")), "Phone 01")
			on := md999.Autorepublisher{Enabled: true, FromHour: 10, ToHour: 20, Interval: 120, Weekdays: []int{0, 1, 5, 6}}
			w.autorepublishes(on)

			s.presses("act.button.auto")
			s.reads(s.words("auto.is_on", "Schedule", c.everyTwo+", 10:00–20:00, "+days), s.text("auto.next"))
			s.pressesLabel(s.text("field.auto_days"))
			s.sees("ask.days")
			for _, day := range []string{"mon", "tue", "sat", "sun"} {
				s.pressesLabel(s.words("details.box_on", "Name", s.text("weekday."+day)))
				s.reads(s.words("details.box_off", "Name", s.text("weekday."+day)))
			}
			s.presses("button.done")
			s.sees("refuse.no_days", "ask.days")
			s.presses("auto.all_days")
			s.reads(s.words("details.box_on", "Name", s.text("weekday.wed")))
			s.presses("button.done")
			s.sees("auto.every_day", "auto.price_later")
			s.presses("button.auto_save")
			s.sees("auto.done_on", "auto.every_day")
			on.Weekdays = []int{0, 1, 2, 3, 4, 5, 6}
			w.autorepublishes(on)

			s.presses("act.button.auto")
			s.sees("auto.is_on")
			s.presses("button.auto_off")
			s.sees("auto.done_off", "act.button.auto")
			on.Enabled = false
			w.autorepublishes(on)
			if n := w.town.md999.Count(autoRoute); n != 3 {
				t.Errorf("set %d times, not 3", n)
			}
		})
	}
}

// autorepublishes checks how the market republishes the one ad.
func (w *world) autorepublishes(want md999.Autorepublisher) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.ad().Autorepublisher); diff != "" {
		w.t.Errorf("the autorepublisher (-want +got):\n%s", diff)
	}
}

// TestE2EAutoLost: a double press sets it once, and a lost answer is looked up.
// What took effect is not sent again; what did not is, as it costs nothing to
// say it.
func TestE2EAutoLost(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ru")
	s.opensCard(w, "Phone 01")
	w.town.md999.AddFault(md999.Fault{Route: autoRoute, Kind: md999.FaultLostAfter, Times: 1})
	s.opensAuto("пн")
	review := s.screen()
	on, _ := review.ButtonPrefix(s.text("button.auto_on"))
	s.sends("a double press", func() {
		s.must(s.person.PressStale(review.ID, on.Data))
		s.must(s.person.PressStale(review.ID, on.Data))
	})
	s.sees("auto.done_on")
	want := md999.Autorepublisher{Enabled: true, FromHour: 8, ToHour: 20, Interval: 60, Weekdays: []int{0}}
	w.autorepublishes(want)
	if n := w.town.md999.Count(autoRoute); n != 1 {
		t.Fatalf("set %d times, not once", n)
	}

	w.town.md999.AddFault(md999.Fault{Route: autoRoute, Kind: md999.FaultLostBefore, Times: 1})
	s.presses("act.button.auto")
	s.sees("auto.is_on")
	s.presses("button.auto_off")
	s.sees("auto.done_off")
	want.Enabled = false
	w.autorepublishes(want)
	if n := w.town.md999.Count(autoRoute); n != 3 {
		t.Errorf("%d requests, not 3", n)
	}
}

// TestE2EAutoOddMarket: an interval of 0 counts as not chosen and is never sent
// back; what the market refuses opens at the field it names.
func TestE2EAutoOddMarket(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	w.town.md999.SetQuirks(md999.Quirks{ZeroInterval: true})
	s := w.seller("ru")
	s.opensCard(w, "Phone 01")
	s.presses("act.button.auto")
	s.sees("field.auto_every", "ask.pause")
	s.pressesLabel("30 минут")
	s.sees("ask.days")
	s.say("ср")
	s.reads("каждые 30 минут, 08:00–20:00, ср")

	const words = "to_hour must be before 18"
	w.town.md999.AddFault(md999.Fault{
		Route: autoRoute, Kind: md999.FaultAnswer, Status: http.StatusBadRequest, Times: 1,
		Body: `{"error":{"message":"` + words + `"}}`,
	})
	s.presses("button.auto_on")
	s.reads(s.text("act.failed"), s.words("market.words", "Message", words), s.text("field.auto_to"), s.text("ask.hour"))
	s.say("17")
	s.reads("каждые 30 минут, 08:00–17:00, ср")
	s.presses("button.auto_on")
	s.sees("auto.done_on")
	w.autorepublishes(md999.Autorepublisher{Enabled: true, FromHour: 8, ToHour: 17, Interval: 30, Weekdays: []int{2}})
}
