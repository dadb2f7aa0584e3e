package dialogs

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"bazarbot/market"
)

// stats shows the figures of the whole bot; a picture of the last two weeks comes
// with them.
type stats struct{ quiet }

// Chart is a picture of figures by day.
type Chart struct {
	Title  Text
	Days   []time.Time
	Series []Series
}

// Series is one row of figures, one for each day.
type Series struct {
	Name Text
	N    []int
}

func (t *Turn) openStats(string) error {
	t.deed("stats", 0, "")
	t.open(frameStats)
	return t.drawStats()
}

// drawStats sends the picture: a message of its own, as the figures may change.
func (t *Turn) drawStats() error {
	s, err := t.d.Office.Stats(t, t.now)
	if err != nil {
		return err
	}
	t.figures = &s
	chart := Chart{Title: say("stats.chart")}
	people := Series{Name: say("stats.chart_new")}
	for _, d := range s.Days {
		chart.Days = append(chart.Days, d.From)
		people.N = append(people.N, d.New)
	}
	chart.Series = append(chart.Series, people)
	for _, m := range t.d.Markets {
		ads := Series{Name: say("stats.chart_ads", "Market", marketName(m.ID()))}
		for _, d := range s.Days {
			ads.N = append(ads.N, d.Ads[m.ID()])
		}
		chart.Series = append(chart.Series, ads)
	}
	t.reply(Reply{Kind: ReplyChart, Chart: &chart})
	t.fresh = true
	return nil
}

func (stats) view(t *Turn, _ *Frame) (View, error) {
	var v View
	if t.figures == nil {
		s, err := t.d.Office.Stats(t, t.now)
		if err != nil {
			return v, err
		}
		t.figures = &s
	}
	s := *t.figures
	v.say(say("stats.people", "All", strconv.Itoa(s.People),
		"NewDay", strconv.Itoa(s.New.Day), "NewWeek", strconv.Itoa(s.New.Week),
		"Day", strconv.Itoa(s.Active.Day), "Week", strconv.Itoa(s.Active.Week),
		"Gone", strconv.Itoa(s.Gone), "Blocked", strconv.Itoa(s.Blocked), "Off", strconv.Itoa(s.NewsOff)))
	v.say(langLines(s))
	v.say(t.marketLines(s))
	v.say(failureLines(s))
	v.say(queueLines(s))
	v.row(button(say("button.again"), opDraw, ""))
	v.row(button(say("button.home"), opHome, ""))
	return v, nil
}

const opDraw = "draw"

func (stats) press(t *Turn, _ *Frame, op, _ string) error {
	if op == opDraw {
		return t.drawStats()
	}
	return nil
}

func langLines(s market.Stats) Text {
	lines := []Text{say("stats.langs")}
	for _, l := range market.Langs {
		lines = append(lines, counted(say("lang."+string(l)), s.Langs[l]))
	}
	return join("\n", lines...)
}

func counted(name Text, n int) Text { return say("stats.line", "Name", name, "N", strconv.Itoa(n)) }

// marketLines tells of each market its accounts and the ads of the last day and
// week.
func (t *Turn) marketLines(s market.Stats) Text {
	lines := []Text{say("stats.markets")}
	for _, m := range t.d.Markets {
		day, week := 0, 0
		for i, d := range slices.Backward(s.Days) {
			if i >= len(s.Days)-1 {
				day += d.Ads[m.ID()]
			}
			if i >= len(s.Days)-7 {
				week += d.Ads[m.ID()]
			}
		}
		lines = append(lines, say("stats.market", "Market", marketName(m.ID()), "Accounts", strconv.Itoa(s.Accounts[m.ID()]),
			"Day", strconv.Itoa(day), "Week", strconv.Itoa(week)))
	}
	return join("\n", lines...)
}

func failureLines(s market.Stats) Text {
	if len(s.Failures) == 0 {
		return say("stats.no_failures")
	}
	lines := []Text{say("stats.failures")}
	const most = 10
	names := slices.SortedFunc(maps.Keys(s.Failures), func(a, b string) int {
		return cmp.Or(cmp.Compare(s.Failures[b], s.Failures[a]), cmp.Compare(a, b)) // the most first
	})
	for _, name := range names[:min(len(names), most)] {
		lines = append(lines, counted(data(name), s.Failures[name]))
	}
	return join("\n", lines...)
}

func queueLines(s market.Stats) Text {
	if len(s.Queues) == 0 {
		return say("stats.no_queues")
	}
	lines := []Text{say("stats.queues")}
	for _, q := range s.Queues {
		lines = append(lines, say("stats.queue", "Class", q.Class, "Due", strconv.Itoa(q.Due), "Later", strconv.Itoa(q.Later),
			"Age", q.Age.Round(time.Second).String()))
	}
	return join("\n", lines...)
}
