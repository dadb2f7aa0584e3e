package dialogs

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"bazarbot/market"
)

const (
	mailingsListed = 8
	keptCards      = 10 // of broadcasts whose progress message is remembered

	opNewMailing = "nm"
	opPause      = "bps"
	opResume     = "brs"
	opStop       = "bst" // asks
	opStopSure   = "bss"
	opFailures   = "bcs"
	opNewsOff    = "nof"
	opNewsOn     = "non"
	opSupport    = "sup"

	// cardMark begins the name of a broadcast's progress message.
	cardMark = "mailing:"
)

// mailingList lists the newest broadcasts.
type mailingList struct{ quiet }

func (mailingList) view(t *Turn, _ *Frame) (View, error) {
	var v View
	all, err := t.d.Office.Broadcasts(t, mailingsListed)
	if err != nil {
		return v, err
	}
	v.say(say("mailing.list"))
	for _, b := range all {
		v.row(button(join(" · ", mailingState(b), say("mailing.made", "At", when(b.Created))), opOpen, b.ID))
	}
	v.row(button(say("mailing.new"), opNewMailing, ""))
	v.row(button(say("button.home"), opHome, ""))
	return v, nil
}

func mailingState(b market.Broadcast) Text { return say("mailing.state." + string(b.Stands())) }

func (mailingList) press(t *Turn, _ *Frame, op, arg string) error {
	switch op {
	case opNewMailing:
		t.open(frameMailing)
	case opOpen:
		t.openMailing(arg, false)
	}
	return nil
}

// mailingCard is one broadcast: how far it is, and what can be done about it.
type mailingCard struct{ quiet }

func (t *Turn) openMailing(id string, stop bool) {
	f := &Frame{Name: frameMailingCard}
	f.setArg("id", id)
	if stop {
		f.setArg(argSure, "1")
	}
	t.s.push(f)
}

func (mailingCard) view(t *Turn, f *Frame) (View, error) {
	b, err := t.mailingNow(f.arg("id"))
	if errors.Is(err, market.ErrNone) {
		t.s.pop()
		t.note = say("mailing.gone")
		return View{}, nil
	}
	if err != nil {
		return View{}, err
	}
	v := t.cardView(b)
	if f.arg(argSure) != "" && !b.Stands().Over() {
		v.Rows = nil
		v.say(say("mailing.sure_stop"))
		v.row(button(say("mailing.stop_sure"), opStopSure, b.ID))
	}
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

func (mailingCard) press(t *Turn, f *Frame, op, arg string) error {
	if op == opBack {
		if f.arg(argSure) == "" {
			t.s.pop()
		}
		f.setArg(argSure, "")
		return nil
	}
	if op == opStop {
		f.setArg(argSure, "1")
		return nil
	}
	f.setArg(argSure, "")
	return t.steer(op, arg)
}

// mailingNow reads a broadcast, with what this turn wants of it.
func (t *Turn) mailingNow(id string) (market.Broadcast, error) {
	b, err := t.d.Office.Broadcast(t, id)
	for _, s := range t.Changes.Steers {
		b.Wanted = s.Wanted
	}
	return b, err
}

// pressedMailing works a button of a progress message.
func (t *Turn) pressedMailing(op, id string) error {
	if ok, err := t.may(market.MayBroadcast); !ok || err != nil {
		return firstErr(err, t.goHome)
	}
	if op == opStop {
		t.openMailing(id, true)
		return nil
	}
	return t.steer(op, id)
}

// steer has a broadcast pause, go on or end, or tells whom it did not reach.
func (t *Turn) steer(op, id string) error {
	b, err := t.d.Office.Broadcast(t, id)
	if errors.Is(err, market.ErrNone) { // an old button, or a forged one
		t.note = say("mailing.gone")
		return nil
	}
	if err != nil {
		return err
	}
	if op == opFailures {
		t.deed("failures", 0, id)
		return t.listFailures(id)
	}
	order, known := map[string]market.BroadcastOrder{
		opPause: market.OrderPause, opResume: market.OrderRun, opStopSure: market.OrderCancel,
	}[op]
	if !known || b.Stands().Over() {
		return nil
	}
	b.Wanted = order
	t.Changes.Steers = append(t.Changes.Steers, market.Steer{Broadcast: id, Wanted: order})
	what := map[market.BroadcastOrder]string{market.OrderPause: "pause", market.OrderRun: "resume", market.OrderCancel: "cancel"}[order]
	t.deed(what, 0, id)
	switch {
	case order == market.OrderRun:
		t.Bulks = append(t.Bulks, market.BulkJob{ID: newID(10), Broadcast: id, Due: b.Due})
		if !b.Due.After(t.now) {
			t.Bulks[len(t.Bulks)-1].Due = time.Time{}
		}
	case order == market.OrderCancel && b.State == market.BroadcastScheduled: // its own job comes at its time
		t.Bulks = append(t.Bulks, market.BulkJob{ID: newID(10), Broadcast: id})
	}
	t.showMailing(b)
	t.note = join(": ", say("mailing.heading"), mailingState(b))
	return nil
}

// cardView shows how far a broadcast is.
func (t *Turn) cardView(b market.Broadcast) View {
	var v View
	v.say(join("\n", join(" · ", say("mailing.heading"), mailingState(b)), dueLine(b)))
	if !b.Started.IsZero() {
		v.say(say("mailing.progress", "Done", strconv.Itoa(b.Done()), "Total", strconv.Itoa(b.Total),
			"Delivered", strconv.Itoa(b.Delivered), "Blocked", strconv.Itoa(b.Blocked), "Failed", strconv.Itoa(b.Failed)))
	}
	stands := b.Stands()
	if rate := speed(b); rate > 0 && stands == market.BroadcastRunning {
		left := time.Duration(float64(b.Total-b.Done()) / rate * float64(time.Second))
		v.say(say("mailing.speed", "Rate", strconv.FormatFloat(rate, 'f', 1, 64), "Left", left.Round(time.Second).String()))
	}
	switch stands {
	case market.BroadcastRunning:
		v.row(button(say("mailing.pause"), opPause, b.ID), button(say("mailing.stop"), opStop, b.ID))
	case market.BroadcastPaused:
		v.row(button(say("mailing.resume"), opResume, b.ID), button(say("mailing.stop"), opStop, b.ID))
	case market.BroadcastScheduled:
		v.row(button(say("mailing.stop"), opStop, b.ID))
	}
	if stands.Over() && b.Blocked+b.Failed > 0 {
		v.row(button(say("mailing.failures"), opFailures, b.ID))
	}
	return v
}

func dueLine(b market.Broadcast) Text {
	if b.State != market.BroadcastScheduled || b.Due.IsZero() {
		return Text{}
	}
	return say("mailing.due", "Chisinau", Moment{At: b.Due, Market: market.MD999}, "Bishkek", Moment{At: b.Due, Market: market.OMarket})
}

// speed is how many were tried a second, while it was being sent.
func speed(b market.Broadcast) float64 {
	if b.Worked <= 0 {
		return 0
	}
	return float64(b.Done()) / b.Worked.Seconds()
}

// showMailing shows a broadcast's progress: in the message that shows it already,
// if it is known which, else in a new one.
func (t *Turn) showMailing(b market.Broadcast) {
	message, shown := t.s.Cards[b.ID]
	if shown && message == 0 {
		return // on its way; the next word finds it
	}
	t.s.keepCard(b.ID, message)
	v := t.cardView(b)
	for _, row := range v.Rows {
		for i := range row {
			row[i].Notice, row[i].Data = true, noticeData(row[i].Op, row[i].Arg)
		}
	}
	t.reply(Reply{Kind: ReplyProgress, View: v, Message: message, Name: cardMark + b.ID})
}

// keepCard remembers in which message a broadcast is shown. The newest ones are
// those of which that is not known yet.
func (s *Session) keepCard(id string, message int64) {
	if s.Cards == nil {
		s.Cards = map[string]int64{}
	}
	s.Cards[id] = message
	if len(s.Cards) <= keptCards {
		return
	}
	age := func(id string) int64 { return cmp.Or(s.Cards[id], math.MaxInt64) }
	oldest := slices.MinFunc(slices.Collect(maps.Keys(s.Cards)), func(a, b string) int { return cmp.Compare(age(a), age(b)) })
	delete(s.Cards, oldest)
}

// firstEnd reports whether the end of a broadcast is told for the first time. A
// short one is over before its first letter is read, and each letter finds that.
func (s *Session) firstEnd(id string) bool {
	if slices.Contains(s.Ended, id) {
		return false
	}
	s.Ended = append(s.Ended, id)
	s.Ended = s.Ended[max(0, len(s.Ended)-keptCards):]
	return true
}

// cardSent learns in which message a broadcast is shown, and shows there what has
// come about meanwhile; false when it was something else that was sent.
func (t *Turn) cardSent() (bool, error) {
	id, ok := strings.CutPrefix(t.ev.Name, cardMark)
	if !ok {
		return false, nil
	}
	t.silent = true
	t.s.keepCard(id, t.ev.Message)
	if may, err := t.may(market.MayBroadcast); !may || err != nil {
		return true, err
	}
	b, err := t.d.Office.Broadcast(t, id)
	if err == nil && b.Stands().Over() {
		t.showMailing(b)
	}
	return true, err
}

// mailingCame tells how far a broadcast is, and at its end whom it did not reach.
func (t *Turn) mailingCame(id string) error {
	b, err := t.d.Office.Broadcast(t, id)
	if err != nil {
		return err
	}
	t.showMailing(b)
	if !b.State.Over() || !t.s.firstEnd(b.ID) {
		return nil
	}
	t.only(join("\n", join(" · ", say("mailing.heading"), mailingState(b)), say("mailing.report", "Total", strconv.Itoa(b.Total),
		"Delivered", strconv.Itoa(b.Delivered), "Blocked", strconv.Itoa(b.Blocked), "Failed", strconv.Itoa(b.Failed),
		"Took", b.Ended.Sub(b.Started).Round(time.Second).String())))
	if b.Blocked+b.Failed > 0 {
		return t.listFailures(id)
	}
	return nil
}

// listFailures sends the list of those whom a broadcast did not reach.
func (t *Turn) listFailures(id string) error {
	failures, err := t.d.Office.Failures(t, id)
	if err != nil || len(failures) == 0 {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"telegram_id", "outcome", "reason", "tries", "at"}}
	for _, f := range failures {
		rows = append(rows, []string{
			idText(f.Person), string(f.State), f.Reason, strconv.Itoa(f.Tries), f.At.UTC().Format(time.RFC3339),
		})
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	t.reply(Reply{Kind: ReplyFile, File: &File{Name: "failures-" + id + ".csv", Data: b.Bytes()}})
	return nil
}

// news turns broadcasts off or on for the person.
func (t *Turn) news(off bool) {
	t.Changes.News = append(t.Changes.News, market.News{Person: t.ev.Person.ID, Off: off})
	t.s.NewsOff = off
	t.note = say("news.on")
	if off {
		t.note = say("news.off")
	}
}
