package dialogs

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"bazarbot/market"
)

// choiceKind is one of several options.
type choiceKind struct{}

func (choiceKind) prompt(f Field, st *FormState) Text {
	if st.Query != "" {
		return say("ask.found", "Query", clip(st.Query, 40))
	}
	if len(f.Options) == 0 {
		return say("ask.nothing_to_choose")
	}
	if len(f.Options) > longList {
		return say("ask.choice_long")
	}
	return say("ask.choice")
}

// longList is how many options are too many to be looked through.
const longList = 24

func (choiceKind) buttons(v *View, f Field, st *FormState) {
	optionButtons(v, f, st, opPick, func(o market.Option) Text { return data(clip(o.Title, 60)) })
}

func (choiceKind) press(f Field, st *FormState, op, arg string) (market.Value, bool, Text) {
	if op != opPick {
		return market.Value{}, false, Text{}
	}
	if _, ok := f.Option(arg); !ok {
		return market.Value{}, false, say("refuse.option_gone")
	}
	return market.OptionValue(arg), true, Text{}
}

func (choiceKind) parse(f Field, st *FormState, text string) (market.Value, bool, Text) {
	found, sure := searchOptions(f.Options, text)
	switch {
	case len(found) == 0:
		st.Query, st.Page = "", 0
		return market.Value{}, false, say("refuse.no_option", "Text", clip(text, 60))
	case sure:
		return market.OptionValue(found[0].ID), true, Text{}
	}
	st.Query, st.Page = text, 0
	return market.Value{}, false, Text{}
}

func (choiceKind) show(f Field, v market.Value) Text { return optionTitles(f, v) }

// choicesKind is several of the options.
type choicesKind struct{ choiceKind }

func (choicesKind) prompt(f Field, st *FormState) Text {
	switch {
	case len(f.Options) == 0 && f.Kind == market.KindContacts:
		return say("ask.no_contacts")
	case len(f.Options) == 0:
		return say("ask.nothing_to_choose")
	case f.Kind == market.KindContacts:
		return say("ask.contacts")
	}
	return say("ask.choices")
}

func (choicesKind) buttons(v *View, f Field, st *FormState) {
	chosen := st.Answers[f.Key].Options
	optionButtons(v, f, st, opToggle, func(o market.Option) Text {
		if slices.Contains(chosen, o.ID) {
			return say("details.box_on", "Name", data(clip(o.Title, 60)))
		}
		return say("details.box_off", "Name", data(clip(o.Title, 60)))
	})
	if len(chosen) > 0 {
		v.row(button(say("button.done"), opDone, ""))
	}
}

// press switches an option; the question stays until "Done", also when one
// option is chosen already: At keeps it open.
func (choicesKind) press(f Field, st *FormState, op, arg string) (market.Value, bool, Text) {
	v := st.Answers[f.Key]
	switch op {
	case opDone:
		return v, len(v.Options) > 0, Text{}
	case opToggle:
		if _, ok := f.Option(arg); !ok {
			return market.Value{}, false, say("refuse.option_gone")
		}
		return market.Value{}, false, toggleOption(f, st, arg)
	}
	return market.Value{}, false, Text{}
}

func (choicesKind) parse(f Field, st *FormState, text string) (market.Value, bool, Text) {
	found, sure := searchOptions(f.Options, text)
	if len(found) == 0 {
		return market.Value{}, false, say("refuse.no_option", "Text", clip(text, 60))
	}
	if !sure {
		st.Query, st.Page = text, 0
		return market.Value{}, false, Text{}
	}
	return market.Value{}, false, toggleOption(f, st, found[0].ID)
}

func toggleOption(f Field, st *FormState, id string) Text {
	v := st.Answers[f.Key]
	chosen := slices.Clone(v.Options)
	if i := slices.Index(chosen, id); i >= 0 {
		chosen = slices.Delete(chosen, i, i+1)
	} else {
		if f.MaxCount > 0 && len(chosen) >= f.MaxCount {
			return say("refuse.too_many", "Max", strconv.Itoa(f.MaxCount))
		}
		chosen = append(chosen, id)
	}
	st.At = f.Key
	if len(chosen) == 0 {
		delete(st.Answers, f.Key)
		return Text{}
	}
	st.Answers[f.Key] = market.OptionValue(chosen...)
	return Text{}
}

func optionTitles(f Field, v market.Value) Text {
	if v.Without {
		return say("value.without")
	}
	var names []Text
	for _, id := range v.Options {
		if o, ok := f.Option(id); ok {
			names = append(names, data(o.Title))
			continue
		}
		names = append(names, data(id))
	}
	return join(", ", names...)
}

// optionButtons lays the options out in rows of three, two or one, by the
// longest title, and by pages.
func optionButtons(v *View, f Field, st *FormState, op string, label func(market.Option) Text) {
	options := f.Options
	if len(options) == 0 {
		v.row(button(say("button.again"), opAgain, ""))
		return
	}
	if st.Query != "" {
		options, _ = searchOptions(f.Options, st.Query)
	}
	columns := columnsFor(options)
	perPage := rowsPerPage * columns
	pages := max(1, (len(options)+perPage-1)/perPage)
	at := min(max(st.Page, 0), pages-1)
	shown := options[at*perPage : min(len(options), (at+1)*perPage)]
	for chunk := range slices.Chunk(shown, columns) {
		var row []Button
		for _, o := range chunk {
			row = append(row, button(label(o), op, o.ID))
		}
		v.row(row...)
	}
	turnPages(v, at, pages)
	if st.Query != "" {
		v.row(button(say("button.show_all"), opBack, ""))
	}
}

func columnsFor(options []market.Option) int {
	longest := 0
	for _, o := range options {
		longest = max(longest, utf8.RuneCountInString(o.Title))
	}
	switch {
	case len(options) <= 4:
		return 1
	case longest <= 10:
		return 3
	case longest <= 18:
		return 2
	}
	return 1
}

// yesNoKind is a yes or a no.
type yesNoKind struct{}

func (yesNoKind) prompt(Field, *FormState) Text { return say("ask.yes_no") }

func (yesNoKind) buttons(v *View, _ Field, _ *FormState) {
	v.row(button(say("value.yes"), opYes, "1"), button(say("value.no"), opYes, "0"))
}

func (yesNoKind) press(_ Field, _ *FormState, op, arg string) (market.Value, bool, Text) {
	return market.YesValue(arg == "1"), op == opYes, Text{}
}

func (yesNoKind) parse(_ Field, _ *FormState, text string) (market.Value, bool, Text) {
	switch fold(text) {
	case "да", "da", "ооба", "yes", "+":
		return market.YesValue(true), true, Text{}
	case "нет", "nu", "жок", "no", "-":
		return market.YesValue(false), true, Text{}
	}
	return market.Value{}, false, say("refuse.yes_no")
}

func (yesNoKind) show(_ Field, v market.Value) Text {
	if v.Yes != nil && *v.Yes {
		return say("value.yes")
	}
	return say("value.no")
}
