package dialogs

import (
	"slices"

	"bazarbot/market"
)

// autoForm asks for the schedule. Its fields are named as the market's refusals
// name them.
type autoForm struct{}

func (autoForm) questions(*Turn, *Frame, *FormState) (questions, error) {
	field := func(key string, name Text, options []market.Option, own kind) Field {
		return Field{
			Field: market.Field{Key: key, Kind: market.KindChoice, Required: true, Options: options},
			Name:  name, own: own,
		}
	}
	return questions{complete: true, fields: []Field{
		field(market.AutoEvery, say("field.auto_every"), pauseOptions(), pauseKind{}),
		field(market.AutoFromHour, say("field.auto_from"), hourOptions(), hourKind{}),
		field(market.AutoToHour, say("field.auto_to"), hourOptions(), hourKind{}),
		field(market.AutoWeekdays, say("field.auto_days"), dayOptions(), daysKind{}),
	}}, nil
}

func (autoForm) heading(*Turn, *FormState, questions) Text { return say("auto.name") }

// review says what the market does now and what it will do, and what it costs
// as far as the market tells: the price of a new schedule is known only once
// the market has it.
func (autoForm) review(t *Turn, f *Frame, st *FormState, q questions) (View, bool) {
	var v View
	account, err := t.account(f.arg("account"))
	now, ok := schedule(f.arg("now"))
	if err != nil || account == nil || !ok {
		v.say(say("auto.name"))
		v.row(button(say("button.home"), opHome, ""))
		return v, true
	}
	wanted := answeredSchedule(st.Answers)
	changed := !sameTimes(now, wanted)
	v.say(join("\n", say("auto.heading"), say("act.of", "Title", f.arg("title"))))
	v.say(autoState(now, wanted, changed))
	v.say(say("auto.zone"))
	v.say(autoFacts(account.Market, now))
	if changed {
		v.say(say("auto.price_later", "Market", marketName(account.Market)))
	}
	v.say(say("auto.cost"))
	switch {
	case !now.Enabled:
		v.row(button(say("button.auto_on"), opCommit, ""))
	case changed:
		v.row(button(say("button.auto_save"), opCommit, ""))
	}
	for _, field := range q.fields {
		v.row(button(say("review.edit_button", "Name", field.name(), "Value", brief(field, st)), opEdit, field.Key))
	}
	v.row(button(say("button.home"), opHome, ""), button(say("button.cancel"), opCancel, ""))
	return v, true
}

// autoState says whether the autorepublisher is on, and what is wanted of it.
func autoState(now, wanted market.Autorepublish, changed bool) Text {
	switch {
	case !now.Enabled:
		return join("\n", say("auto.is_off"), say("auto.will_be", "Schedule", sentence(wanted)))
	case changed:
		return join("\n", say("auto.is_on", "Schedule", sentence(now)), say("auto.will_be", "Schedule", sentence(wanted)))
	}
	return say("auto.is_on", "Schedule", sentence(now))
}

// sameTimes compares what a person sets, but not whether it is on.
func sameTimes(a, b market.Autorepublish) bool {
	return a.FromHour == b.FromHour && a.ToHour == b.ToHour && a.Every == b.Every &&
		slices.Equal(inWeek(a.Weekdays), inWeek(b.Weekdays))
}

func (autoForm) commit(t *Turn, f *Frame, st *FormState, _ questions) error {
	return t.setAuto(f, answeredSchedule(st.Answers))
}

func (autoForm) last(*Turn, *Frame) market.Answers { return nil }

func (autoForm) drop(*Turn, *Frame) {}
