package dialogs

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"bazarbot/market"
)

// edited reports whether an ad's form has answers that the ad does not hold.
func (st *FormState) edited() bool {
	if st.Held == nil {
		return false
	}
	same := func(v, w market.Value) bool { return unticked(v).Equal(unticked(w)) }
	return !maps.EqualFunc(present(st.Held), present(st.Answers), same)
}

// present leaves out what is no answer to the market.
func present(answers market.Answers) market.Answers {
	kept := maps.Clone(answers)
	maps.DeleteFunc(kept, func(_ string, v market.Value) bool { return unticked(v).IsZero() })
	return kept
}

// unticked is a value where "no" and no answer are one: a box is ticked or not.
func unticked(v market.Value) market.Value {
	if v.Yes != nil && !*v.Yes {
		v.Yes = nil
	}
	v.Text = strings.TrimSpace(v.Text)
	return v
}

// changes says old → new for every answer that differs from what the ad holds.
func (st *FormState) changes(q questions) []Text {
	var lines []Text
	for _, field := range q.fields {
		was, is := st.Held[field.Key], st.Answers[field.Key]
		if unticked(was).Equal(unticked(is)) {
			continue
		}
		then, now := shown(st.then(field), was), shown(field, is)
		if field.Kind == market.KindPhotos {
			now = join(" ", now, photoChange(was.Photos, is.Photos))
		}
		lines = append(lines, say("edit.change", "Name", field.name(), "Old", then, "New", now))
	}
	return lines
}

// shown is an answer as far as a list of changes has room for it.
func shown(f Field, v market.Value) Text {
	switch {
	case v.IsZero() && f.Kind == market.KindYesNo:
		return say("value.no")
	case v.IsZero():
		return say("value.none")
	case f.Kind == market.KindText, f.Kind == market.KindLongText:
		return data(clip(strings.Join(strings.Fields(v.Text), " "), 150))
	}
	return kindOfField(f).show(f, v)
}

// photoChange tells what became of the pictures where their number does not.
func photoChange(was, is []market.Photo) Text {
	added, removed := 0, 0
	for _, p := range is {
		if !slices.Contains(was, p) {
			added++
		}
	}
	for _, p := range was {
		if !slices.Contains(is, p) {
			removed++
		}
	}
	switch {
	case added > 0 && removed > 0:
		return data(fmt.Sprintf("(+%d, −%d)", added, removed))
	case added+removed > 0:
		return Text{}
	}
	return say("edit.photos_order")
}

// then is the field as it was for what the ad holds: the options of another
// parent have other names.
func (st *FormState) then(f Field) Field {
	for _, id := range st.Held[f.Key].Options {
		if _, ok := f.Option(id); !ok {
			f.Options = append(slices.Clone(f.Options), market.Option{ID: id, Title: st.nameOf(f.Key, id)})
		}
	}
	return f
}

// rememberNames notes what the options the ad holds are called, so that they
// have a name when they are not offered any more.
func (st *FormState) rememberNames(fields []market.Field) {
	for _, f := range fields {
		for _, id := range st.Held[f.Key].Options {
			o, ok := f.Option(id)
			if !ok {
				continue
			}
			if st.Names == nil {
				st.Names = map[string]string{}
			}
			st.Names[f.Key+"/"+id] = o.Title
		}
	}
}

func (st *FormState) nameOf(key, id string) string {
	if name := st.Names[key+"/"+id]; name != "" {
		return name
	}
	return id
}

// clears lists the answers that go when field is answered with v: those to
// questions that depend on it. Only what an ad holds is worth a question.
func (fm form) clears(t *Turn, f *Frame, st *FormState, q questions, field Field, v market.Value) ([]string, error) {
	decides := field.Role == market.RoleOffer || slices.ContainsFunc(q.fields, func(o Field) bool { return o.DependsOn == field.Key })
	if st.Held == nil || !decides || v.Equal(st.Answers[field.Key]) {
		return nil, nil
	}
	trial := *st
	trial.Answers = maps.Clone(st.Answers)
	trial.take(field.Key, v)
	next, err := fm.settle(t, f, &trial)
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, other := range q.fields {
		was, answered := st.Answers[other.Key]
		if !answered || other.Key == field.Key {
			continue
		}
		if _, asked := next.field(other.Key); !asked || !was.Equal(trial.Answers[other.Key]) {
			keys = append(keys, other.Key)
		}
	}
	return keys, nil
}

// clearsView asks before answers are cleared.
func clearsView(st *FormState, q questions) View {
	var v View
	field, _ := q.field(st.At)
	value := shown(field, *st.Pending)
	names := make([]Text, len(st.Clears))
	for i, key := range st.Clears {
		if f, ok := q.field(key); ok {
			names[i] = f.name()
		}
	}
	v.say(say("edit.clears", "Name", field.name(), "Value", value, "Fields", join(", ", names...)))
	v.row(button(say("edit.clear_them"), opSure, ""))
	v.row(button(say("button.back"), opBack, ""), button(say("button.cancel"), opCancel, ""))
	return v
}
