package dialogs

import (
	"encoding/json"

	"bazarbot/market"
)

// beginMany leads to the confirmation of an action; a schedule is asked for
// first.
func (t *Turn) beginMany(f *Frame, action market.Action) error {
	if action == market.ActAuto {
		t.s.push(&Frame{Name: frameManyAuto})
		return nil
	}
	f.setArg(argConfirm, string(action))
	return nil
}

// askMany names how many ads an action is about, those left out for which it
// does not help, and what it costs as far as anybody knows. What is confirmed is
// exactly what was named. False means that there is nothing to confirm.
func (t *Turn) askMany(f *Frame, chosen []line) (View, bool) {
	var v View
	action := market.Action(f.arg(argConfirm))
	if action == "" {
		return v, false
	}
	fit := t.fitting(chosen, action)
	if len(fit) == 0 {
		f.setArg(argConfirm, "")
		t.note = join("\n", t.note, say("bulk.fits_none"))
		return v, false
	}
	sel := selection{}
	for _, l := range fit {
		sel.toggle(l.account.ID, l.ad.ID)
	}
	f.setArg(argFit, sel.encode())
	ask := say("bulk.ask."+string(action), "Count", len(fit))
	if set, ok := schedule(f.arg(argAuto)); ok && action == market.ActAuto {
		ask = join("\n", ask, say("auto.will_be", "Schedule", sentence(set)), say("auto.zone"), say("auto.cost"))
	}
	v.say(ask)
	if wanted := max(len(chosen), decodeSelection(f.arg(argChosen)).len()); wanted > len(fit) {
		v.say(say("bulk.fits", "Fit", len(fit), "Chosen", wanted))
	}
	v.row(button(say("bulk.sure."+string(action), "Count", len(fit)), opConfirm, ""))
	v.row(button(say("button.back"), opBack, ""))
	return v, true
}

// pressConfirm begins what was confirmed, or goes back to the choice.
func (t *Turn) pressConfirm(f *Frame, op string) error {
	switch op {
	case opConfirm:
		return t.runMany(f)
	case opBack:
		f.setArg(argConfirm, "")
		f.setArg(argFit, "")
		f.setArg(argOf, "")
	}
	return nil
}

// manyAuto asks once for the schedule that all chosen ads get.
type manyAuto struct{ autoForm }

// review is the confirmation of the choice below: the schedule with the number
// of ads.
func (manyAuto) review(*Turn, *Frame, *FormState, questions) (View, bool) { return View{}, false }

func (manyAuto) commit(t *Turn, _ *Frame, st *FormState, _ questions) error {
	set := answeredSchedule(st.Answers)
	t.s.pop()
	if f := t.s.top(); f.Name == frameMany {
		f.setArg(argAuto, encodeSchedule(&set))
		f.setArg(argConfirm, string(market.ActAuto))
	}
	return nil
}

// encodeSchedule is a schedule as a frame keeps it; none is "".
func encodeSchedule(set *market.Autorepublish) string {
	if set == nil {
		return ""
	}
	saved, err := json.Marshal(set)
	if err != nil { // numbers and times always encode
		return ""
	}
	return string(saved)
}
