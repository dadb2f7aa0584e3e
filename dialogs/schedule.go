package dialogs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"bazarbot/market"
)

// week is the days in the order in which people here count them.
var week = []time.Weekday{
	time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday,
}

// dayKeys name the texts of the days, by time.Weekday.
var dayKeys = [...]string{
	"weekday.sun", "weekday.mon", "weekday.tue", "weekday.wed", "weekday.thu", "weekday.fri", "weekday.sat",
}

// dayWords are the ways people write the days, by time.Weekday.
var dayWords = [...][]string{
	{"вс", "воскресенье", "du", "duminică", "жк", "жекшемби"},
	{"пн", "понедельник", "lu", "luni", "дш", "дүйшөмбү"},
	{"вт", "вторник", "ma", "marți", "шш", "шейшемби"},
	{"ср", "среда", "mi", "miercuri", "шр", "шаршемби"},
	{"чт", "четверг", "jo", "joi", "бш", "бейшемби"},
	{"пт", "пятница", "vi", "vineri", "жм", "жума"},
	{"сб", "суббота", "sâ", "sâmbătă", "иш", "ишемби"},
}

// dayOf is the day a typed word names.
func dayOf(word string) (time.Weekday, bool) {
	for day, words := range dayWords {
		if slices.ContainsFunc(words, func(w string) bool { return fold(w) == fold(word) }) {
			return time.Weekday(day), true
		}
	}
	return 0, false
}

// sentence says a schedule as people would: "every 2 hours, 10:00–20:00, Mon,
// Tue, Sat, Sun". What was not chosen is left out.
func sentence(set market.Autorepublish) Text {
	days := say("auto.every_day")
	if len(inWeek(set.Weekdays)) < len(week) {
		names := make([]Text, 0, len(week))
		for _, day := range inWeek(set.Weekdays) {
			names = append(names, say(dayKeys[day]))
		}
		days = join(", ", names...)
	}
	var every Text
	if set.Every > 0 {
		every = everyText(set.Every)
	}
	return join(", ", every, data(clock(set.FromHour)+"–"+clock(set.ToHour)), days)
}

// inWeek puts days in the week's order, each once.
func inWeek(days []time.Weekday) []time.Weekday {
	var sorted []time.Weekday
	for _, day := range week {
		if slices.Contains(days, day) {
			sorted = append(sorted, day)
		}
	}
	return sorted
}

// clock is a full hour: "08:00".
func clock(hour int) string {
	s := strconv.Itoa(hour) + ":00"
	if hour < 10 {
		return "0" + s
	}
	return s
}

// everyText is a pause between two times: "every 2 hours".
func everyText(pause time.Duration) Text {
	if pause%time.Hour != 0 {
		return say("auto.every_minutes", "Count", int(pause/time.Minute))
	}
	return say("auto.every_hours", "Count", int(pause/time.Hour))
}

// pauseText is a pause by itself: "2 hours".
func pauseText(pause time.Duration) Text {
	if pause%time.Hour != 0 {
		return say("auto.minutes", "Count", int(pause/time.Minute))
	}
	return say("auto.hours", "Count", int(pause/time.Hour))
}

// hourKind is a full hour of the day, pressed or typed: "8", "8:00".
type hourKind struct{ choiceKind }

// hourOptions are the hours a market takes, 0 … 23.
func hourOptions() []market.Option {
	options := make([]market.Option, 24)
	for hour := range options {
		options[hour] = market.Option{ID: strconv.Itoa(hour), Title: clock(hour)}
	}
	return options
}

func (hourKind) prompt(Field, *FormState) Text { return say("ask.hour") }

var hourForm = regexp.MustCompile(`^(\d{1,2})(?:[:.]00)?(?:\s*\p{L}+\.?)?$`)

func (hourKind) parse(f Field, _ *FormState, text string) (market.Value, bool, Text) {
	if m := hourForm.FindStringSubmatch(strings.TrimSpace(text)); m != nil {
		hour, _ := strconv.Atoi(m[1])
		if _, ok := f.Option(strconv.Itoa(hour)); ok {
			return market.OptionValue(strconv.Itoa(hour)), true, Text{}
		}
	}
	return market.Value{}, false, say("refuse.hour")
}

// pauseKind is one of market.Intervals; an option's id is its minutes.
type pauseKind struct{ choiceKind }

func pauseOptions() []market.Option {
	options := make([]market.Option, len(market.Intervals))
	for i, pause := range market.Intervals {
		options[i] = market.Option{ID: pauseID(pause)}
	}
	return options
}

func pauseID(pause time.Duration) string { return strconv.Itoa(int(pause / time.Minute)) }

func pauseOf(id string) time.Duration {
	minutes, _ := strconv.Atoi(id)
	return time.Duration(minutes) * time.Minute
}

func (pauseKind) prompt(Field, *FormState) Text { return say("ask.pause") }

func (pauseKind) buttons(v *View, f Field, st *FormState) {
	optionButtons(v, f, st, opPick, func(o market.Option) Text { return pauseText(pauseOf(o.ID)) })
}

func (pauseKind) show(_ Field, v market.Value) Text { return everyText(pauseOf(v.Option())) }

var pauseForm = regexp.MustCompile(`^(\d{1,4})\s*(?:de )?(\p{L}*)\.?$`)

// hourWord and minuteWord are the beginnings of the units people write, folded.
var (
	hourWord   = regexp.MustCompile(`^(ч|час.*|h|or.*|саат.*)$`)
	minuteWord = regexp.MustCompile(`^(м|мин.*|m|min.*|мун.*)$`)
)

// typedPause understands "2 hours", "30 min", "30 de minute" and a bare number:
// what can be chosen in minutes cannot be in hours, and the reverse.
func typedPause(text string) (time.Duration, bool) {
	m := pauseForm.FindStringSubmatch(fold(text))
	if m == nil {
		return 0, false
	}
	n, _ := strconv.Atoi(m[1])
	for _, pause := range market.Intervals {
		inMinutes := pause == time.Duration(n)*time.Minute && (m[2] == "" || minuteWord.MatchString(m[2]))
		inHours := pause == time.Duration(n)*time.Hour && (m[2] == "" || hourWord.MatchString(m[2]))
		if inMinutes || inHours {
			return pause, true
		}
	}
	return 0, false
}

func (pauseKind) parse(_ Field, _ *FormState, text string) (market.Value, bool, Text) {
	if pause, ok := typedPause(text); ok {
		return market.OptionValue(pauseID(pause)), true, Text{}
	}
	allowed := make([]Text, len(market.Intervals))
	for i, pause := range market.Intervals {
		allowed[i] = pauseText(pause)
	}
	return market.Value{}, false, say("refuse.pause", "Allowed", join(", ", allowed...))
}

// daysKind is several days of the week; an option's id is its time.Weekday.
type daysKind struct{ choicesKind }

// opEveryDay marks all days, or none when all are marked.
const opEveryDay = "ed"

func dayOptions() []market.Option {
	options := make([]market.Option, len(week))
	for i, day := range week {
		options[i] = market.Option{ID: dayID(day)}
	}
	return options
}

func dayID(day time.Weekday) string { return strconv.Itoa(int(day)) }

func daysValue(days []time.Weekday) market.Value {
	ids := make([]string, 0, len(days))
	for _, day := range inWeek(days) {
		ids = append(ids, dayID(day))
	}
	return market.OptionValue(ids...)
}

// daysOf are the days of an answer, in the week's order.
func daysOf(v market.Value) []time.Weekday {
	var days []time.Weekday
	for _, day := range week {
		if slices.Contains(v.Options, dayID(day)) {
			days = append(days, day)
		}
	}
	return days
}

func (daysKind) prompt(Field, *FormState) Text { return say("ask.days") }

func (daysKind) buttons(v *View, f Field, st *FormState) {
	chosen := st.Answers[f.Key].Options
	var row []Button
	for _, day := range week {
		label := say("details.box_off", "Name", say(dayKeys[day]))
		if slices.Contains(chosen, dayID(day)) {
			label = say("details.box_on", "Name", say(dayKeys[day]))
		}
		row = append(row, button(label, opToggle, dayID(day)))
		if day == time.Thursday { // four and three
			v.row(row...)
			row = nil
		}
	}
	v.row(row...)
	v.row(button(say("auto.all_days"), opEveryDay, ""))
	v.row(button(say("button.done"), opDone, ""))
}

func (k daysKind) press(f Field, st *FormState, op, arg string) (market.Value, bool, Text) {
	switch {
	case op == opDone && len(st.Answers[f.Key].Options) == 0:
		return market.Value{}, false, say("refuse.no_days")
	case op == opEveryDay:
		st.At = f.Key
		st.Answers[f.Key] = daysValue(week)
		return market.Value{}, false, Text{}
	}
	return k.choicesKind.press(f, st, op, arg)
}

// parse takes the days as they are listed: "пн, вт, сб".
func (daysKind) parse(_ Field, _ *FormState, text string) (market.Value, bool, Text) {
	var days []time.Weekday
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,.;\n", r) }) {
		day, ok := dayOf(word)
		if !ok {
			return market.Value{}, false, say("refuse.day", "Text", clip(word, 20))
		}
		days = append(days, day)
	}
	if len(days) == 0 {
		return market.Value{}, false, say("refuse.no_days")
	}
	return daysValue(days), true, Text{}
}

func (daysKind) show(_ Field, v market.Value) Text {
	names := make([]Text, 0, len(week))
	for _, day := range daysOf(v) {
		names = append(names, say(dayKeys[day]))
	}
	return join(", ", names...)
}
