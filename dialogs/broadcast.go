package dialogs

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"bazarbot/market"
)

// The fields of a broadcast. Those of a version end in its language.
const (
	fieldLangs   = "langs"
	fieldMessage = "message:"
	fieldLinks   = "links:"
	fieldToLangs = "to_langs"
	fieldToAt    = "to_markets"
	fieldToDays  = "to_days"
	fieldToDraft = "to_draft"
	fieldToRoles = "to_roles"
	fieldToGroup = "to_group"
	fieldWhen    = "when"
	fieldAt      = "at"

	whenNow = "now" // any other answer is the market whose local time is meant
)

const (
	opPreview = "pv"
	opSend    = "snd"
	argSure   = "sure"
)

// mailing makes a broadcast. Its answers outlive the screen: who leaves it finds
// them again.
type mailing struct{}

func (t *Turn) openMailings(string) error {
	all, err := t.d.Office.Broadcasts(t, mailingsListed)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(b market.Broadcast) bool { return !b.Stands().Over() }) {
		t.open(frameMailings)
		return nil
	}
	t.open(frameMailing)
	return nil
}

func langWord(id string) Text { return say("lang." + id) }

func (mailing) questions(t *Turn, _ *Frame, st *FormState) (questions, error) {
	q := questions{complete: true}
	add := func(key string, name Text, required bool, own kind, options ...string) {
		f := Field{Field: market.Field{Key: key, Kind: market.KindUnknown, Required: required}, Name: name, own: own}
		for _, id := range options {
			f.Options = append(f.Options, market.Option{ID: id, Title: id})
		}
		if len(options) > 0 {
			f.Kind = market.KindChoices
		}
		q.fields = append(q.fields, f)
	}
	add(fieldLangs, say("mailing.langs"), true, wordsKind{word: langWord}, textsOf(market.Langs)...)
	q.fields[0].Help = say("mailing.langs_help")
	for _, lang := range st.Answers[fieldLangs].Options {
		add(fieldMessage+lang, say("mailing.message", "Language", langWord(lang)), true, messageKind{})
		add(fieldLinks+lang, say("mailing.links", "Language", langWord(lang)), false, linksKind{})
	}
	add(fieldWhen, say("mailing.when"), true, wordKind{word: whenWord}, whenNow, string(market.MD999), string(market.OMarket))
	if zone := st.Answers[fieldWhen].Option(); zone != "" && zone != whenNow {
		add(fieldAt, say("mailing.at"), true, momentKind{zone: market.ID(zone), now: t.now})
	}
	t.audienceQuestions(add)
	return q, nil
}

// audienceQuestions are not asked in turn: a broadcast is for everybody unless
// somebody chooses among them.
func (t *Turn) audienceQuestions(add func(string, Text, bool, kind, ...string)) {
	add(fieldToLangs, say("mailing.to_langs"), false, wordsKind{word: langWord}, textsOf(market.Langs)...)
	var markets []string
	for _, m := range t.d.Markets {
		markets = append(markets, string(m.ID()))
	}
	add(fieldToAt, say("mailing.to_markets"), false, wordsKind{word: func(id string) Text { return data(marketName(market.ID(id))) }}, markets...)
	add(fieldToDays, say("mailing.to_days"), false, wordKind{word: daysWord}, "1", "7", "30", "90")
	add(fieldToDraft, say("mailing.to_draft"), false, yesNoKind{})
	add(fieldToRoles, say("mailing.to_roles"), false, wordsKind{word: func(id string) Text { return roleName(market.StaffRole(id)) }}, textsOf(market.StaffRoles)...)
	add(fieldToGroup, say("mailing.to_group"), false, groupKind{t: t})
}

func textsOf[T ~string](values []T) []string {
	plain := make([]string, len(values))
	for i, v := range values {
		plain[i] = string(v)
	}
	return plain
}

func whenWord(id string) Text {
	if id == whenNow {
		return say("mailing.now")
	}
	return say("mailing.later", "City", city(market.ID(id)))
}

func daysWord(id string) Text {
	n, _ := strconv.Atoi(id)
	return say("mailing.days", "Count", n)
}

// audienceOf is whom the answers choose.
func audienceOf(answers market.Answers) market.Audience {
	a := market.Audience{}
	for _, id := range answers[fieldToLangs].Options {
		a.Langs = append(a.Langs, market.Lang(id))
	}
	for _, id := range answers[fieldToAt].Options {
		a.Markets = append(a.Markets, market.ID(id))
	}
	for _, id := range answers[fieldToRoles].Options {
		a.Roles = append(a.Roles, market.StaffRole(id))
	}
	a.Days, _ = strconv.Atoi(answers[fieldToDays].Option())
	a.Draft = answers[fieldToDraft].Yes != nil && *answers[fieldToDraft].Yes
	for _, id := range answers[fieldToGroup].Links {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil {
			a.Persons = append(a.Persons, n)
		}
	}
	return a
}

// mailingOf is what the answers say.
func mailingOf(answers market.Answers) market.Mailing {
	m := market.Mailing{Versions: map[market.Lang]market.Content{}}
	for _, id := range answers[fieldLangs].Options {
		c := contentOf(answers[fieldMessage+id])
		c.Links = linksOf(answers[fieldLinks+id])
		m.Versions[market.Lang(id)] = c
		m.Order = append(m.Order, market.Lang(id))
	}
	return m
}

func (mailing) heading(*Turn, *FormState, questions) Text { return say("mailing.heading") }

// review says everything once more, with the number of people as of now.
func (mailing) review(t *Turn, f *Frame, st *FormState, q questions) (View, bool) {
	var v View
	n, err := t.d.Office.CountAudience(t, audienceOf(st.Answers))
	if err != nil {
		t.d.Log.Error("an audience was not counted", "error", err)
		v.say(say("mailing.not_counted"))
		v.row(button(say("button.again"), opAgain, ""), button(say("button.home"), opHome, ""))
		return v, true
	}
	if f.arg(argSure) != "" {
		v.say(say("mailing.sure", "N", strconv.Itoa(n)))
		v.say(sentWhen(st.Answers))
		v.row(button(say("mailing.send", "N", strconv.Itoa(n)), opSend, ""))
		v.row(button(say("button.back"), opBack, ""))
		return v, true
	}
	v.say(say("mailing.heading"))
	for _, paragraph := range answersText(st, q) {
		v.say(paragraph)
	}
	v.say(say("mailing.count", "N", strconv.Itoa(n)))
	v.row(button(say("mailing.preview"), opPreview, ""))
	v.row(button(say("mailing.narrow"), opMenu, menuDetails), button(say("button.edit"), opMenu, menuEdit))
	if n > 0 {
		v.row(button(say("mailing.go_on", "N", strconv.Itoa(n)), opCommit, ""))
	}
	v.row(button(say("button.home"), opHome, ""), button(say("button.cancel"), opCancel, ""))
	return v, true
}

func sentWhen(answers market.Answers) Text {
	zone := answers[fieldWhen].Option()
	if zone == whenNow {
		return say("mailing.now")
	}
	return momentKind{zone: market.ID(zone)}.show(Field{}, answers[fieldAt])
}

// commit asks once more; it is send that sends.
func (mailing) commit(_ *Turn, f *Frame, _ *FormState, _ questions) error {
	f.setArg(argSure, "1")
	return nil
}

func (mailing) last(*Turn, *Frame) market.Answers { return nil }

func (mailing) drop(t *Turn, _ *Frame) { t.s.Unsent = nil }

// composing is the form of a broadcast: it takes messages of many kinds.
type composing struct{ form }

func (c composing) view(t *Turn, f *Frame) (View, error) {
	st, err := t.state(f)
	if err != nil {
		return View{}, err
	}
	switch {
	case st.Menu == menuCancel:
		return dropView(), nil
	case st.Menu == menuDetails && st.At == "":
		return c.narrowView(t, f, st)
	}
	return c.form.view(t, f)
}

// dropView asks what becomes of a broadcast that is not sent.
func dropView() View {
	var v View
	v.say(say("mailing.ask_drop"))
	v.row(button(say("button.go_on"), opGoOn, ""))
	v.row(button(say("mailing.keep"), opKeep, ""))
	v.row(button(say("mailing.drop"), opDrop, ""))
	return v
}

// narrowView lists what nobody is asked for: buttons, and whom it is for.
func (c composing) narrowView(t *Turn, f *Frame, st *FormState) (View, error) {
	var v View
	q, err := c.settle(t, f, st)
	if err != nil {
		return v, err
	}
	v.say(say("mailing.narrow_ask"))
	for _, field := range st.optional(q) {
		label := say("details.add", "Name", field.name())
		if _, ok := st.Answers[field.Key]; ok {
			label = say("review.edit_button", "Name", field.name(), "Value", brief(field, st))
		}
		v.row(button(label, opEdit, field.Key))
	}
	v.row(button(say("button.back"), opBack, ""))
	return v, nil
}

func (c composing) press(t *Turn, f *Frame, op, arg string) error {
	st, err := t.state(f)
	if err != nil {
		return err
	}
	sure := f.arg(argSure) != ""
	f.setArg(argSure, "")
	switch {
	case op == opCancel && arg != cancelToReview && len(st.Answers) > 0:
		st.Menu = menuCancel
		return nil
	case op == opBack && sure:
		return nil
	case op == opPreview:
		t.preview(st)
		return nil
	case op == opSend:
		return t.send(st)
	}
	return c.form.press(t, f, op, arg)
}

// preview sends the person each version exactly as others will get it.
func (t *Turn) preview(st *FormState) {
	m := mailingOf(st.Answers)
	for _, lang := range m.Order {
		c := m.Versions[lang]
		t.reply(Reply{Kind: ReplyContent, Content: &c, Lang: lang})
	}
	t.deed("preview", 0, "")
	t.fresh = true
}

// send hands the broadcast over.
func (t *Turn) send(st *FormState) error {
	b := market.Broadcast{
		ID: newID(6), By: t.ev.Person.ID, State: market.BroadcastScheduled, Wanted: market.OrderRun,
		Audience: audienceOf(st.Answers), Created: t.now,
	}
	if st.Answers[fieldWhen].Option() != whenNow {
		due, err := time.Parse(time.RFC3339, st.Answers[fieldAt].Text)
		if err != nil || !due.After(t.now) {
			t.note = say("mailing.too_late")
			st.At = fieldAt
			return nil
		}
		b.Due = due
	}
	var err error
	if b.Body, err = json.Marshal(mailingOf(st.Answers)); err != nil {
		return fmt.Errorf("encode a broadcast: %w", err)
	}
	t.Changes.Broadcasts = append(t.Changes.Broadcasts, b)
	t.Bulks = append(t.Bulks, market.BulkJob{ID: newID(10), Broadcast: b.ID, Due: b.Due})
	t.deed("broadcast", 0, b.ID)
	t.s.Unsent = nil
	t.s.pop()
	t.showMailing(b)
	t.fresh = true
	t.note = say("mailing.begun")
	return nil
}
