package dialogs

import (
	"maps"

	"bazarbot/market"
)

// offered is a question as it was when an option of it was pressed. A list that
// is gathered from ads may have been shown by another process, which knows more
// options by now than this one: so the market is asked about the option as about
// an answer, which it looks for with all that any process knows.
func (fm form) offered(t *Turn, f *Frame, st *FormState, field Field, op, arg string) (Field, error) {
	if _, known := field.Option(arg); known || !field.Open || op != opPick && op != opToggle {
		return field, nil
	}
	pressed := *st
	pressed.Answers = maps.Clone(st.Answers)
	pressed.Answers[field.Key] = market.OptionValue(arg)
	q, err := fm.questions(t, f, &pressed)
	if err != nil {
		return field, err
	}
	if now, asked := q.field(field.Key); asked {
		return now, nil
	}
	return field, nil
}
