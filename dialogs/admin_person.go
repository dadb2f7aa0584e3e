package dialogs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"bazarbot/market"
)

const (
	opBlock   = "bl"
	opUnblock = "ub"
)

// maxRefs is how many references of errors a session keeps.
const maxRefs = 5

// person shows what support needs of a person, and never what they wrote.
type person struct{}

func (t *Turn) openPerson(arg string) error {
	f := &Frame{Name: framePerson}
	if top := t.s.top(); top.Name == framePerson {
		f = top
		f.setArg("id", "")
	} else {
		t.s.push(f)
	}
	if arg == "" {
		return nil
	}
	return t.lookUp(f, Event{Text: arg})
}

// lookUp finds the person that is asked for.
func (t *Turn) lookUp(f *Frame, ev Event) error {
	id, why, err := t.whose(ev)
	if err != nil || !why.IsZero() {
		t.note = why
		return err
	}
	f.setArg("id", idText(id))
	t.deed("look", id, "")
	return nil
}

func (person) view(t *Turn, f *Frame) (View, error) {
	var v View
	id, _ := strconv.ParseInt(f.arg("id"), 10, 64)
	if id == 0 {
		v.say(say("ask.person"))
		v.row(button(say("button.home"), opHome, ""))
		return v, nil
	}
	card, ok, err := t.d.Office.PersonCard(t, id)
	if err != nil {
		return v, err
	}
	if !ok {
		v.say(say("person.unknown", "ID", idText(id)))
		v.row(button(say("button.home"), opHome, ""))
		return v, nil
	}
	for _, b := range t.Changes.Blocks { // of this turn
		card.Blocked = b.At
	}
	if err := t.addRefs(&card); err != nil {
		return v, err
	}
	v.say(personLines(card))
	v.say(accountLines(card.Accounts))
	v.say(draftLines(card.Drafts))
	v.say(tryLines(card.Charges))
	v.say(refLines(card.Refs))
	if may, err := t.may(market.MayBlock); err != nil {
		return v, err
	} else if may && card.Role == "" {
		b := button(say("person.block"), opBlock, "")
		if !card.Blocked.IsZero() {
			b = button(say("person.unblock"), opUnblock, "")
		}
		v.row(b)
	}
	v.row(button(say("person.write"), opAnswer, ""))
	v.row(button(say("button.home"), opHome, ""))
	return v, nil
}

// addRefs adds the errors that the person was shown, the newest first.
func (t *Turn) addRefs(card *market.PersonCard) error {
	stored, err := t.d.Office.Session(t, card.ID)
	if err != nil {
		return err
	}
	s, err := DecodeSession(stored.Body)
	if err != nil {
		return err
	}
	card.Refs = append(card.Refs, s.Refs...)
	slices.SortStableFunc(card.Refs, func(a, b market.Ref) int { return b.At.Compare(a.At) })
	card.Refs = card.Refs[:min(len(card.Refs), maxRefs)]
	return nil
}

// noteRef keeps the reference of an error that the person is shown.
func (t *Turn) noteRef(ref, kind string) {
	if ref == "" {
		return
	}
	t.s.Refs = append(t.s.Refs, market.Ref{Ref: ref, Kind: kind, At: t.now})
	if len(t.s.Refs) > maxRefs {
		t.s.Refs = t.s.Refs[len(t.s.Refs)-maxRefs:]
	}
}

func personLines(c market.PersonCard) Text {
	lines := []Text{
		say("person.heading", "ID", idText(c.ID)),
		say("person.created", "At", when(c.Created)),
	}
	if c.Lang != "" {
		lines = append(lines, say("person.lang", "Language", say("lang."+string(c.Lang))))
	}
	if !c.Active.IsZero() {
		lines = append(lines, say("person.active", "At", when(c.Active)))
	}
	if c.Role != "" {
		lines = append(lines, roleName(c.Role))
	}
	if !c.Gone.IsZero() {
		lines = append(lines, say("person.gone", "At", when(c.Gone)))
	}
	if !c.Blocked.IsZero() {
		lines = append(lines, say("person.blocked", "At", when(c.Blocked)))
	}
	if c.NewsOff {
		lines = append(lines, say("person.news_off"))
	}
	return join("\n", lines...)
}

var digits = regexp.MustCompile(`\+?\d[\d \x{00a0}()-]{5,}\d`)

// masked hides the middle of phone numbers.
func masked(label string) string {
	return digits.ReplaceAllStringFunc(label, func(number string) string {
		const before, behind = 4, 2
		return number[:before] + strings.Repeat("•", 4) + number[len(number)-behind:]
	})
}

func accountLines(accounts []market.Account) Text {
	lines := []Text{say("person.accounts", "N", strconv.Itoa(len(accounts)))}
	for _, a := range accounts {
		lines = append(lines, join(" · ", data(marketName(a.Market)), data(masked(a.Label)), say("person.account."+string(a.State))))
	}
	return join("\n", lines...)
}

func draftLines(drafts []market.Draft) Text {
	lines := []Text{say("person.drafts", "N", strconv.Itoa(len(drafts)))}
	const most = 5
	for _, d := range drafts[:min(len(drafts), most)] {
		lines = append(lines, say("person.draft_line", "Market", marketName(d.Market), "State", say("person.draft."+string(d.State)), "At", when(d.UpdatedAt)))
	}
	return join("\n", lines...)
}

func tryLines(tries []market.Try) Text {
	lines := []Text{say("person.charges", "N", strconv.Itoa(len(tries)))}
	for _, c := range tries {
		lines = append(lines, say("person.charge", "At", when(c.At), "What", chargeName(c.What), "State", say("person.try."+string(c.State)), "Ad", c.Ad))
	}
	return join("\n", lines...)
}

func refLines(refs []market.Ref) Text {
	if len(refs) == 0 {
		return Text{}
	}
	lines := []Text{say("person.errors")}
	for _, r := range refs {
		lines = append(lines, say("person.error", "At", when(r.At), "Ref", r.Ref, "Kind", r.Kind))
	}
	return join("\n", lines...)
}

func (person) press(t *Turn, f *Frame, op, _ string) error {
	id, _ := strconv.ParseInt(f.arg("id"), 10, 64)
	switch op {
	case opBlock, opUnblock:
		return t.block(id, op == opBlock)
	case opAnswer:
		t.openAnswer(id, "")
	}
	return nil
}

// block keeps a person out, or lets them in. Nobody of the staff is kept out:
// they are dismissed first.
func (t *Turn) block(id int64, out bool) error {
	if ok, err := t.may(market.MayBlock); !ok || err != nil {
		return err
	}
	if role, err := t.d.Office.StaffRole(t, id); role != "" || err != nil {
		return err
	}
	b := market.Block{Person: id}
	what := "unblock"
	t.note = say("person.let_in")
	if out {
		b.At, what = t.now, "block"
		t.note = say("person.kept_out")
	}
	t.Changes.Blocks = append(t.Changes.Blocks, b)
	t.deed(what, id, "")
	return nil
}

func (person) hear(t *Turn, f *Frame, ev Event) (bool, error) {
	if ev.Kind != Said && ev.Origin == 0 {
		return false, nil
	}
	return true, t.lookUp(f, ev)
}

// takes a forwarded message of any kind for who wrote it.
func (p person) takes(t *Turn, f *Frame, ev Event) (bool, error) {
	if ev.Origin == 0 {
		return false, nil
	}
	return p.hear(t, f, ev)
}
