package dialogs

import (
	"slices"
	"strconv"

	"bazarbot/market"
)

// questionView asks one field: where we are, the question of its kind, what is
// answered already, and the ways on.
func (fm form) questionView(t *Turn, f *Frame, st *FormState, q questions, field Field) View {
	var v View
	v.say(join(" › ", fm.heading(t, st, q), join(" · ", say("form.field", "Name", field.name()), progress(st, q, field))))
	if q.unsure && st.begins(q, field) {
		v.say(say("newad.unsure"))
	}
	kind := kindOfField(field)
	v.say(kind.prompt(field, st))
	v.say(data2hint(field))
	v.say(field.Help)
	if val, ok := st.Answers[field.Key]; ok && !val.IsZero() && shownNow(field) {
		v.say(say("form.now", "Value", kind.show(field, val)))
	}
	if b, ok := fm.sameAsLast(t, f, st, q, field); ok {
		v.row(b)
	}
	kind.buttons(&v, field, st)
	if field.Instead != nil {
		v.row(button(data(field.Instead.Label), opInstead, ""))
	}
	if st.mayLack(f, field) {
		v.row(button(say("button.without"), opWithout, ""))
	}
	if slices.Contains(st.Insisted, field.Key) {
		t.sayInsisted(&v, fm.marketOf(t, f))
	}
	st.waysOn(&v, q, field)
	v.row(button(say("button.back"), opBack, ""), button(say("button.cancel"), opCancel, fm.cancels(t, f, st, q)))
	return v
}

// cancels is what Cancel means at a question: the form; or, where the question
// was opened from a review, that alone.
func (fm form) cancels(t *Turn, f *Frame, st *FormState, q questions) string {
	if _, incomplete := st.missing(q); incomplete || st.At == "" {
		return ""
	}
	if _, reviewed := fm.review(t, f, st, q); !reviewed {
		return ""
	}
	return cancelToReview
}

func data2hint(field Field) Text {
	if field.Hint == "" {
		return Text{}
	}
	return data(clip(field.Hint, 500))
}

// progress counts the questions that are asked: "3/9". Nothing is said while
// the market has not told yet how many there will be, nor of an ad that exists:
// there, one asks only what one chose.
func progress(st *FormState, q questions, field Field) Text {
	if !q.complete || st.Held != nil {
		return Text{}
	}
	total, at := 0, 0
	for _, f := range q.fields {
		if !st.asked(f) || obvious(f) {
			continue
		}
		total++
		if f.Key == field.Key {
			at = total
		}
	}
	if at == 0 || total < 2 {
		return Text{}
	}
	return data(strconv.Itoa(at) + "/" + strconv.Itoa(total))
}

// begins reports whether a field is the first that is asked of the ad itself,
// after the way to its category.
func (st *FormState) begins(q questions, field Field) bool {
	for _, f := range q.fields {
		if st.asked(f) && !obvious(f) && f.Role != market.RoleCategory && f.Role != market.RoleOffer && f.Key != fieldMarket && f.Key != fieldAccount {
			return f.Key == field.Key
		}
	}
	return false
}

// obvious reports whether a field is answered without asking.
func obvious(f Field) bool {
	return f.Required && !f.Open && len(f.Options) == 1 && (f.Kind == market.KindChoice || f.Kind == market.KindContacts)
}

// waysOn adds the ways on without a new answer: keeping the present one, taking
// it back, or skipping the question.
func (st *FormState) waysOn(v *View, q questions, field Field) {
	var skip Button
	_, answered := st.Answers[field.Key]
	if _, incomplete := st.missing(q); incomplete && answered && st.At != "" && !hasDone(field) {
		v.row(button(say("button.keep_answer"), opStay, ""))
	}
	switch {
	case st.Picked > 0: // one photo's menu; all of them are taken back above it
	case field.Required:
	case answered && st.At != "":
		skip = button(clearLabel(field), opClear, field.Key)
	case !answered && (st.At == "" || field.Ask):
		skip = button(say("button.skip"), opSkip, field.Key)
	}
	v.row(skip)
}

// shownNow reports whether a question repeats its present answer: the photos'
// own text counts them, and what is secret is not shown.
func shownNow(f Field) bool {
	return f.Kind != market.KindPhotos && f.Kind != market.KindSecret && f.Kind != market.KindCode
}

// hasDone reports whether a question is gone on from with a button of its own.
func hasDone(f Field) bool {
	return f.Kind == market.KindPhotos || f.Kind == market.KindChoices || f.Kind == market.KindContacts
}

func clearLabel(f Field) Text {
	if f.Kind == market.KindPhotos {
		return say("photos.remove_all")
	}
	return say("button.clear")
}

// menuView shows what is open above the question or the review.
func (fm form) menuView(t *Turn, f *Frame, st *FormState, q questions) (View, bool) {
	if st.Pending != nil && st.Menu != menuCancel {
		return clearsView(st, q), true
	}
	switch st.Menu {
	case menuCancel:
		return cancelView(f), true
	case menuEdit:
		return fm.editView(st, q), true
	case menuDetails:
		if st.At == "" {
			return fm.detailsView(st, q), true
		}
	case menuGroup:
		if st.At == "" {
			return fm.groupView(st, q), true
		}
	}
	return View{}, false
}

// cancelView asks what becomes of a draft, or of changes that are not saved.
func cancelView(f *Frame) View {
	var v View
	if f.Draft == "" {
		v.say(say("edit.ask_drop"))
		v.row(button(say("button.go_on"), opGoOn, ""))
		v.row(button(say("edit.drop"), opDrop, ""))
		return v
	}
	v.say(say("cancel.ask_draft"))
	v.row(button(say("button.go_on"), opGoOn, ""))
	v.row(button(say("button.keep_draft"), opKeep, ""))
	v.row(button(say("button.drop_draft"), opDrop, ""))
	return v
}

// rowsPerPage bounds a list of buttons, so that it fits a phone's screen.
const rowsPerPage = 8

// editView lists the answers; each opens its question.
func (fm form) editView(st *FormState, q questions) View {
	var v View
	v.say(say("review.edit_which"))
	page := paged(st.answered(q), st.Page)
	for _, field := range page.items {
		v.row(button(say("review.edit_button", "Name", field.name(), "Value", brief(field, st)), opEdit, field.Key))
	}
	page.turn(&v)
	v.row(button(say("button.back"), opBack, ""))
	return v
}

// answered lists the fields that have an answer, or must have one.
func (st *FormState) answered(q questions) []Field {
	var fields []Field
	for _, field := range q.fields {
		if _, ok := st.Answers[field.Key]; ok && !obvious(field) || field.Required && !obvious(field) {
			fields = append(fields, field)
		}
	}
	return fields
}

// brief is an answer as far as it fits a button.
func brief(field Field, st *FormState) Text {
	val, ok := st.Answers[field.Key]
	if !ok {
		return say("value.none")
	}
	if field.Kind == market.KindText || field.Kind == market.KindLongText {
		return data(clip(val.Text, 24))
	}
	return kindOfField(field).show(field, val)
}

// optional lists the fields that wait under "Add details".
func (st *FormState) optional(q questions) []Field {
	var fields []Field
	for _, f := range q.fields {
		if !st.asked(f) && (f.DependsOn == "" || len(f.Options) > 0) {
			fields = append(fields, f)
		}
	}
	return fields
}

// groupsOf names the market's groups of these fields, in its order.
func groupsOf(fields []Field) []string {
	var groups []string
	for _, f := range fields {
		if !slices.Contains(groups, f.Group) {
			groups = append(groups, f.Group)
		}
	}
	return groups
}

func groupName(group string) Text {
	if group == "" {
		return say("details.rest")
	}
	return data(upperFirst(group))
}

// detailsView lists the groups of optional fields, and how many of each are
// answered.
func (fm form) detailsView(st *FormState, q questions) View {
	var v View
	v.say(say("details.intro"))
	fields := st.optional(q)
	page := paged(groupsOf(fields), st.Page)
	for _, group := range page.items {
		n, all := 0, 0
		for _, f := range fields {
			if f.Group != group {
				continue
			}
			all++
			if _, ok := st.Answers[f.Key]; ok {
				n++
			}
		}
		v.row(button(say("details.group", "Group", groupName(group), "Done", strconv.Itoa(n), "All", strconv.Itoa(all)), opGroup, group))
	}
	page.turn(&v)
	v.row(button(say("button.to_review"), opBack, ""))
	return v
}

// groupView lists one group's optional fields; its check boxes are switched in
// place, the others open their question.
func (fm form) groupView(st *FormState, q questions) View {
	var v View
	v.say(say("details.in_group", "Group", groupName(st.Group)))
	var inGroup []Field
	for _, f := range st.optional(q) {
		if f.Group == st.Group {
			inGroup = append(inGroup, f)
		}
	}
	page := paged(inGroup, st.Page)
	for _, f := range page.items {
		val, ok := st.Answers[f.Key]
		switch {
		case f.Kind == market.KindYesNo && ok && val.Yes != nil && *val.Yes:
			v.row(button(say("details.box_on", "Name", f.name()), opToggle, f.Key))
		case f.Kind == market.KindYesNo:
			v.row(button(say("details.box_off", "Name", f.name()), opToggle, f.Key))
		case ok:
			v.row(button(say("review.edit_button", "Name", f.name(), "Value", brief(f, st)), opEdit, f.Key))
		default:
			v.row(button(say("details.add", "Name", f.name()), opEdit, f.Key))
		}
	}
	page.turn(&v)
	v.row(button(say("button.back"), opBack, ""), button(say("button.to_review"), opMenu, ""))
	return v
}

// page is a part of a list, with the way to the other parts.
type page[T any] struct {
	items []T
	at    int // from 0
	pages int
}

// paged cuts a list into pages; a page that no longer exists becomes the last.
func paged[T any](all []T, at int) page[T] {
	pages := max(1, (len(all)+rowsPerPage-1)/rowsPerPage)
	at = min(max(at, 0), pages-1)
	end := min(len(all), (at+1)*rowsPerPage)
	return page[T]{items: all[at*rowsPerPage : end], at: at, pages: pages}
}

// turn adds the buttons that lead to the other pages.
func (p page[T]) turn(v *View) {
	turnPages(v, p.at, p.pages)
}

func turnPages(v *View, at, pages int) {
	if pages < 2 {
		return
	}
	count := data(strconv.Itoa(at+1) + "/" + strconv.Itoa(pages))
	v.row(
		button(say("button.previous"), opPage, strconv.Itoa((at+pages-1)%pages)),
		button(count, opPage, strconv.Itoa(at)),
		button(say("button.next"), opPage, strconv.Itoa((at+1)%pages)),
	)
}
