package dialogs

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"bazarbot/market"
)

// auto is the autorepublisher of an ad: its schedule as a form that is filled
// with what the market has now, and one press that turns it off.
type auto struct{ form }

// openAuto opens the settings of a card's ad, or leaves it to the card to say
// why they cannot be read. What the person wanted when the market refused is
// still there.
func (t *Turn) openAuto(card *Frame) error {
	account, m, err := t.accountAndMarket(card)
	if err != nil || card.arg("job") != "" {
		return err
	}
	republishes, ok := m.(Autorepublisher)
	if !ok {
		return nil
	}
	now, err := republishes.Autorepublisher(t, account.Secret, card.arg("ad"))
	if err != nil {
		return err
	}
	saved, err := json.Marshal(now)
	if err != nil {
		return fmt.Errorf("encode schedule: %w", err)
	}
	wanted := now
	if refused, ok := schedule(card.arg("auto")); ok {
		wanted = refused
	}
	f := &Frame{Name: frameAuto, Form: &FormState{Answers: autoAnswers(wanted)}}
	f.setArg("account", card.arg("account"))
	f.setArg("ad", card.arg("ad"))
	f.setArg("title", card.arg("title"))
	f.setArg("now", string(saved))
	t.s.push(f)
	return nil
}

// schedule reads a schedule that a frame keeps.
func schedule(arg string) (market.Autorepublish, bool) {
	var set market.Autorepublish
	return set, arg != "" && json.Unmarshal([]byte(arg), &set) == nil
}

// autoAnswers are the answers that stand for a schedule. No pause and no days
// are questions that were not answered yet.
func autoAnswers(set market.Autorepublish) market.Answers {
	answers := market.Answers{
		market.AutoFromHour: market.OptionValue(strconv.Itoa(set.FromHour)),
		market.AutoToHour:   market.OptionValue(strconv.Itoa(set.ToHour)),
	}
	if slices.Contains(market.Intervals, set.Every) {
		answers[market.AutoEvery] = market.OptionValue(pauseID(set.Every))
	}
	if len(set.Weekdays) > 0 {
		answers[market.AutoWeekdays] = daysValue(set.Weekdays)
	}
	return answers
}

// answeredSchedule is the schedule of the answers, turned on.
func answeredSchedule(answers market.Answers) market.Autorepublish {
	set := market.Autorepublish{
		Enabled:  true,
		Every:    pauseOf(answers[market.AutoEvery].Option()),
		Weekdays: daysOf(answers[market.AutoWeekdays]),
	}
	set.FromHour, _ = strconv.Atoi(answers[market.AutoFromHour].Option())
	set.ToHour, _ = strconv.Atoi(answers[market.AutoToHour].Option())
	return set
}

// view adds the way off to whatever the form shows: it needs no answers.
func (a auto) view(t *Turn, f *Frame) (View, error) {
	v, err := a.form.view(t, f)
	if now, ok := schedule(f.arg("now")); err == nil && t.s.top() == f && ok && now.Enabled {
		v.row(button(say("button.auto_off"), opOff, ""))
	}
	return v, err
}

func (a auto) press(t *Turn, f *Frame, op, arg string) error {
	if op != opOff {
		return a.form.press(t, f, op, arg)
	}
	off, ok := schedule(f.arg("now"))
	if !ok {
		return nil
	}
	off.Enabled = false
	return t.setAuto(f, off)
}

// setAuto hands the schedule to the account's lane and goes back to the card,
// which waits for what becomes of it.
func (t *Turn) setAuto(f *Frame, set market.Autorepublish) error {
	card := t.s.find(func(g *Frame) bool { return g.Name == frameAd && g.arg("ad") == f.arg("ad") })
	t.s.pop()
	if card == nil {
		return t.goHome()
	}
	set.DailyPrice, set.Next = market.Money{}, time.Time{}
	wanted, err := json.Marshal(set)
	if err != nil {
		return fmt.Errorf("encode schedule: %w", err)
	}
	if err := t.act(card, market.AdJob{Action: market.ActAuto, Auto: &set}); err != nil {
		return err
	}
	card.setArg("auto", string(wanted))
	return nil
}

// autoEnded goes on after the market's word on a schedule: a refusal opens the
// settings above their card, when that is looked at, as they were wanted and at
// what the market named.
func (t *Turn) autoEnded(card *Frame, r market.Report) error {
	switch {
	case r.Action != market.ActAuto:
		return nil
	case r.Stage == market.StageDone:
		card.setArg("auto", "")
		return nil
	case len(r.Fields) == 0 || card != t.s.top():
		return nil
	}
	err := t.openAuto(card)
	if _, ok := asMarketError(err); ok {
		return nil // the refusal is told on the card
	}
	if f := t.s.top(); err == nil && f.Name == frameAuto {
		f.Form.At = slices.Min(slices.Collect(maps.Keys(r.Fields)))
	}
	return err
}

// autoDone says what the autorepublisher does from now on, in the market's own
// words if it can be asked.
func (t *Turn) autoDone(r market.Report) Text {
	account, err := t.account(r.Account)
	m, ok := t.market(r.Market).(Autorepublisher)
	if err != nil || account == nil || !ok {
		return say("auto.done")
	}
	now, err := m.Autorepublisher(t, account.Secret, r.AdID)
	switch {
	case err != nil:
		return say("auto.done")
	case !now.Enabled:
		return say("auto.done_off")
	}
	return join("\n", say("auto.done_on", "Schedule", sentence(now)), autoFacts(r.Market, now))
}

// autoFacts is what only the market knows: the price of a day and the next
// time. What it does not tell is left out.
func autoFacts(id market.ID, now market.Autorepublish) Text {
	var price, next Text
	if !now.DailyPrice.IsZero() {
		price = say("auto.price", "Market", marketName(id), "Price", amountExact(now.DailyPrice))
	}
	if !now.Next.IsZero() {
		next = say("auto.next", "At", Moment{now.Next, id})
	}
	return join("\n", price, next)
}
