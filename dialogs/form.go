package dialogs

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"bazarbot/market"
)

// FormState is all that a form remembers. What is asked next is computed from
// the answers at every step, so nothing here counts steps: a market may change
// its form overnight, and editing one answer needs no machinery of its own.
type FormState struct {
	Answers market.Answers `json:"answers,omitempty"`
	Skipped []string       `json:"skipped,omitempty"` // optional fields the person passed over when asked
	At      string         `json:"at,omitempty"`      // the field asked out of turn: Back, or editing from the review
	Menu    string         `json:"menu,omitempty"`    // what is open above the question or the review
	Group   string         `json:"group,omitempty"`   // Menu == menuGroup: which
	Page    int            `json:"page,omitempty"`
	Query   string         `json:"query,omitempty"`  // typed search in a long list
	Number  string         `json:"number,omitempty"` // Quantity: the number that waits for its unit
	Picked  int            `json:"picked,omitempty"` // Photos: the photo whose menu is open, from 1
	Title   string         `json:"title,omitempty"`  // the draft's name in lists
	Job     string         `json:"job,omitempty"`    // the job that publishes it, or did last
	Stuck   *Stuck         `json:"stuck,omitempty"`  // what keeps it from being published
	Resume  bool           `json:"resume,omitempty"` // its publishing waits for the account to be signed in
	Again   string         `json:"again,omitempty"`  // At, when its answer is all that its publishing waits for
	// Ahead are answers to questions that follow from one that was answered
	// together with them: the way down to a category.
	Ahead market.Answers `json:"ahead,omitempty"`
	// Of lists that may lack the person's own option, by key:
	Sought   []string `json:"sought,omitempty"`   // further options were looked for
	Insisted []string `json:"insisted,omitempty"` // the market refuses the ad without an answer
	// Of a form that changes an ad:
	Held    market.Answers    `json:"held,omitempty"`    // what the ad held when the form was opened
	Names   map[string]string `json:"names,omitempty"`   // field/option → title, of the options held
	Pending *market.Value     `json:"pending,omitempty"` // At's new answer, which would clear others
	Clears  []string          `json:"clears,omitempty"`  // Pending: the keys of those
}

// What can be open above a form's question or review.
const (
	menuEdit    = "edit"    // which answer to change
	menuDetails = "details" // the groups of optional fields
	menuGroup   = "group"   // one of these groups
	menuCancel  = "cancel"  // keep or drop
)

// Field is a question as the engine asks it: the market's description, and
// what the product's own forms add to it.
type Field struct {
	market.Field
	Name  Text // Label in the person's language, when it is the product's own
	Help  Text // said under the question
	Ask   bool // asked in turn although it is not required
	Check func(t *Turn, v market.Value) (Text, error)
	// Kept tells that Check has put the value where it belongs: the form only
	// remembers that there was one.
	Kept bool
	// Private has every message deleted from the chat that is sent as an answer.
	Private bool
	own     kind // how it is asked, when its kind alone does not tell; nil: as its kind
}

func (f Field) name() Text {
	if !f.Name.IsZero() {
		return f.Name
	}
	return data(upperFirst(f.Label))
}

// upperFirst makes a market's label the beginning of a line: 999.md writes
// them small.
func upperFirst(s string) string {
	if s == "" {
		return ""
	}
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// questions is a form at one moment.
type questions struct {
	fields   []Field
	complete bool // no further fields will appear
	blocked  []string
	leftOut  []string
	unsure   bool // the market may ask for more at the end
}

func (q questions) field(key string) (Field, bool) {
	i := slices.IndexFunc(q.fields, func(f Field) bool { return f.Key == key })
	if i < 0 {
		return Field{}, false
	}
	return q.fields[i], true
}

// spec is one kind of form: what it asks, and what it does with the answers.
type spec interface {
	questions(t *Turn, f *Frame, st *FormState) (questions, error)
	// review shows the answers before the commit; a form without one is
	// committed when its last question is answered.
	review(t *Turn, f *Frame, st *FormState, q questions) (View, bool)
	commit(t *Turn, f *Frame, st *FormState, q questions) error
	// heading is said above each question.
	heading(t *Turn, st *FormState, q questions) Text
	// last gives the answers of the time before, to be offered again.
	last(t *Turn, f *Frame) market.Answers
	// drop forgets the form: the person cancelled it.
	drop(t *Turn, f *Frame)
}

// form is the engine: it asks for fields until none is missing, shows the
// review, and commits.
type form struct{ spec }

// state is the form's state: a draft's body, or the frame's own.
func (t *Turn) state(f *Frame) (*FormState, error) {
	if f.Name == frameMailing { // it outlives its frame
		if t.s.Unsent == nil {
			t.s.Unsent = &FormState{}
		}
		return t.s.Unsent.ready(), nil
	}
	if f.Draft == "" {
		if f.Form == nil {
			f.Form = &FormState{}
		}
		return f.Form.ready(), nil
	}
	if st := t.states[f.Draft]; st != nil {
		return st, nil
	}
	d, err := t.draft(f.Draft)
	if err != nil || d == nil {
		return nil, err
	}
	st, err := decodeForm(d.Body)
	if err != nil {
		return nil, err
	}
	if t.states == nil {
		t.states = map[string]*FormState{}
	}
	t.states[f.Draft] = st
	return st, nil
}

func decodeForm(body []byte) (*FormState, error) {
	st := &FormState{}
	if len(body) > 0 {
		if err := json.Unmarshal(body, st); err != nil {
			return nil, fmt.Errorf("decode draft: %w", err)
		}
	}
	return st.ready(), nil
}

func (st *FormState) ready() *FormState {
	if st.Answers == nil {
		st.Answers = market.Answers{}
	}
	return st
}

// keep saves a form's state with the turn.
func (t *Turn) keep(f *Frame, st *FormState) error {
	if f.Name == frameMailing {
		return nil
	}
	if f.Draft == "" {
		f.Form = st
		return nil
	}
	d, err := t.draft(f.Draft)
	if err != nil || d == nil {
		return err
	}
	body, err := json.Marshal(st)
	if err != nil {
		return fmt.Errorf("encode draft: %w", err)
	}
	changed := *d
	changed.Body = body
	t.saveDraft(changed)
	return nil
}

// settle computes the form from its answers: answers that no longer fit are
// dropped, and what has only one possible answer is answered.
func (fm form) settle(t *Turn, f *Frame, st *FormState) (questions, error) {
	const chain = 16 // the longest chain of fields that follow from each other
	for range chain {
		q, err := fm.questions(t, f, st)
		if err != nil {
			return questions{}, err
		}
		if !answerAhead(st, q) && !dropUnfit(st, q) && !answerObvious(st, q) {
			return q, nil
		}
	}
	return questions{}, fmt.Errorf("dialogs: form %s does not settle", f.Name)
}

// dropUnfit removes choices that are no longer among the options, because
// their parent's answer or the market's list changed. Others stay, so that
// going back to the former parent brings nothing wrong with it.
func dropUnfit(st *FormState, q questions) bool {
	dropped := false
	for _, f := range q.fields {
		v, answered := st.Answers[f.Key]
		if !answered || len(v.Options) == 0 {
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(v.Options), func(id string) bool {
			_, ok := f.Option(id)
			return !ok
		})
		if len(kept) == len(v.Options) {
			continue
		}
		dropped = true
		if len(kept) == 0 {
			delete(st.Answers, f.Key)
			continue
		}
		v.Options = kept
		st.Answers[f.Key] = v
	}
	return dropped
}

// answerObvious answers the first required choice that leaves none.
func answerObvious(st *FormState, q questions) bool {
	for _, f := range q.fields {
		if _, answered := st.Answers[f.Key]; answered {
			continue
		}
		if obvious(f) {
			st.Answers[f.Key] = market.OptionValue(f.Options[0].ID)
			return true
		}
	}
	return false
}

// asked reports whether a field is asked in turn.
func (st *FormState) asked(f Field) bool {
	return f.Required || f.Ask
}

// missing is the first field that is asked in turn and has no answer yet.
func (st *FormState) missing(q questions) (Field, bool) {
	for _, f := range q.fields {
		if !st.asked(f) || slices.Contains(st.Skipped, f.Key) {
			continue
		}
		if v, answered := st.Answers[f.Key]; !answered || v.IsZero() {
			return f, true
		}
	}
	return Field{}, false
}

// current is the field being asked; false when the review is.
func (st *FormState) current(q questions) (Field, bool) {
	if st.At != "" {
		if f, ok := q.field(st.At); ok {
			return f, true
		}
	}
	return st.missing(q)
}

// leave closes whatever was open about one field.
func (st *FormState) leave() {
	st.At, st.Page, st.Query, st.Number, st.Picked = "", 0, "", "", 0
	st.Pending, st.Clears, st.Again, st.Ahead = nil, nil, "", nil
}

// view asks, reviews or commits, whatever the answers leave to do.
func (fm form) view(t *Turn, f *Frame) (View, error) {
	st, err := t.state(f)
	if err != nil {
		return View{}, err
	}
	if st == nil { // the draft is gone
		t.s.pop()
		t.note = say("note.draft_gone")
		return View{}, nil
	}
	q, err := fm.settle(t, f, st)
	if err != nil {
		return View{}, err
	}
	if t.s.top() != f { // an account is asked for first
		return View{}, nil
	}
	if err := t.keep(f, st); err != nil {
		return View{}, err
	}
	if v, ok := fm.menuView(t, f, st, q); ok {
		return v, nil
	}
	if _, known := q.field(st.At); len(q.blocked) > 0 && !known {
		return fm.blockedView(t, f, q), nil
	}
	if field, ok := st.current(q); ok {
		return fm.questionView(t, f, st, q, field), nil
	}
	v, ok := fm.review(t, f, st, q)
	if !ok {
		return View{}, fm.commit(t, f, st, q)
	}
	return v, nil
}

// blockedView tells that the market asks for something the bot cannot ask, and
// leads to where it can be answered.
func (fm form) blockedView(t *Turn, f *Frame, q questions) View {
	var v View
	v.say(say("form.blocked", "Fields", join(", ", list(q.blocked)...)))
	if m := t.market(fm.marketOf(t, f)); m != nil {
		v.row(link(say("button.open_site"), m.Capabilities().Site))
	}
	v.row(button(say("button.back"), opBack, ""), button(say("button.cancel"), opCancel, ""))
	return v
}

func list(names []string) []Text {
	texts := make([]Text, len(names))
	for i, n := range names {
		texts[i] = data(n)
	}
	return texts
}

// answer takes an answer to a field; a refusal is said above the same question.
func (fm form) answer(t *Turn, f *Frame, st *FormState, q questions, field Field, v market.Value) error {
	if field.Check != nil {
		why, err := field.Check(t, v)
		if err != nil {
			return err
		}
		if !why.IsZero() {
			t.note = why
			return nil
		}
	}
	if field.Kept {
		v = market.YesValue(true)
	}
	again := st.Again == field.Key
	if err := fm.put(t, f, st, q, field, v); err != nil || !again {
		return err
	}
	return fm.commitAgain(t, f, st)
}

// put answers a field; where other answers would go with the old one, it asks
// first.
func (fm form) put(t *Turn, f *Frame, st *FormState, q questions, field Field, v market.Value) error {
	clears, err := fm.clears(t, f, st, q, field, v)
	if err != nil {
		return err
	}
	if len(clears) > 0 {
		st.At, st.Pending, st.Clears = field.Key, &v, clears
		return t.keep(f, st)
	}
	st.take(field.Key, v)
	if field.Role == market.RoleCategory { // another category has lists of its own
		st.Sought, st.Insisted = nil, nil
	}
	return t.keep(f, st)
}

// take answers a field; nothing takes its answer back.
func (st *FormState) take(key string, v market.Value) {
	delete(st.Answers, key)
	if !v.IsZero() {
		st.Answers[key] = v
	}
	st.Skipped = slices.DeleteFunc(slices.Clone(st.Skipped), func(k string) bool { return k == key })
	ahead := st.Ahead
	st.leave()
	if _, follows := ahead[key]; follows && ahead[key].Equal(v) {
		st.Ahead = ahead
	}
}
