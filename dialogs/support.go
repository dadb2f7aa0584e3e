package dialogs

import (
	"fmt"
	"strconv"
	"strings"

	"bazarbot/market"
)

// opAnswer opens the answer to somebody's question; of a notice its Arg is
// <person>-<question>.
const opAnswer = "ans"

// support takes one message of a person to the staff; an album is one.
type support struct{}

func (support) view(t *Turn, _ *Frame) (View, error) {
	var v View
	v.say(say("support.ask"))
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

func (support) press(t *Turn, _ *Frame, op, _ string) error {
	if op == opBack {
		t.s.pop()
	}
	return nil
}

func (support) hear(*Turn, *Frame, Event) (bool, error) { return false, nil }

func (support) takes(t *Turn, _ *Frame, ev Event) (bool, error) {
	t.fresh = true
	l, ok := letterOf(ev)
	if !ok {
		t.note = say("support.kind")
		return true, nil
	}
	if !t.mayAsk() {
		return true, nil
	}
	if err := t.askStaff(l); err != nil {
		return true, err
	}
	t.s.pop()
	t.goesOn(Album{Asks: true})
	return true, nil
}

// goesOn has the other photos of an album follow the first one, and the rest of a
// text that Telegram's apps have cut its beginning.
func (t *Turn) goesOn(to Album) {
	t.s.Album, t.s.Split = nil, nil
	if to.ID = t.ev.Album; to.ID != "" {
		t.s.Album = &to
	}
	if t.ev.Long || t.ev.Ample {
		t.s.Split = &Split{Message: t.ev.Message, Date: t.ev.Date, Spaced: !t.ev.Long, Letter: &to}
	}
}

// further is what the message goes on with; nothing for one that stands alone.
func (t *Turn) further() Album {
	if a := t.s.Album; a != nil && t.ev.Album == a.ID {
		return *a
	}
	if cut := t.s.Split; cut != nil && cut.Letter != nil && t.isRest(cut) {
		return *cut.Letter
	}
	return Album{}
}

// mayAsk counts a question, and says when there were too many.
func (t *Turn) mayAsk() bool {
	if t.spend(spentQuestion) {
		return true
	}
	t.note = say("limit.support", "Max", strconv.Itoa(t.d.Limits.Questions))
	return false
}

// askFurther brings a further photo or text to the staff. Telegram bounds the
// photos of an album; a text that goes on and on is bounded here.
func (t *Turn) askFurther(to Album) error {
	l, ok := letterOf(t.ev)
	if !ok {
		t.note = say("support.kind")
		return nil
	}
	if t.ev.Album == "" && !t.mayAsk() {
		return nil
	}
	t.goesOn(to)
	return t.askStaff(l)
}

// letterOf is what a message says, when it is a text or a photo.
func letterOf(ev Event) (market.Letter, bool) {
	if ev.Part == nil || ev.Part.Kind != market.PartText && ev.Part.Kind != market.PartPhoto {
		return market.Letter{}, false
	}
	return market.Letter{Text: ev.Part.Text, File: ev.Part.File}, true
}

// askStaff brings a question to everybody who may answer, and tells the person
// whether there is anybody.
func (t *Turn) askStaff(l market.Letter) error {
	t.note = say("support.nobody")
	if t.d.Office == nil {
		return nil
	}
	all, err := t.d.Office.Staff(t)
	if err != nil {
		return err
	}
	l.ID, l.Kind, l.From, l.Lang = newID(6), market.LetterQuestion, t.ev.Person.ID, t.s.Lang
	for _, s := range all {
		if s.Role.May(market.MayAnswer) {
			l.To = s.Person
			t.letter(l)
			t.note = say("support.sent")
		}
	}
	return nil
}

// answer takes what somebody of the staff writes to a person.
type answer struct{}

func (t *Turn) openAnswer(person int64, question string) {
	f := &Frame{Name: frameAnswer}
	f.setArg("person", idText(person))
	f.setArg("question", question)
	t.s.push(f)
}

// answerQuestion opens the answer to a question, from its notice.
func (t *Turn) answerQuestion(arg string) error {
	if ok, err := t.may(market.MayAnswer); !ok || err != nil {
		return firstErr(err, t.goHome)
	}
	id, question, _ := strings.Cut(arg, "-")
	person, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return t.goHome()
	}
	t.openAnswer(person, question)
	return nil
}

// firstErr is err, or else what another step comes to.
func firstErr(err error, step func() error) error {
	if err != nil {
		return err
	}
	return step()
}

func (answer) view(_ *Turn, f *Frame) (View, error) {
	var v View
	v.say(say("support.answer_ask", "ID", f.arg("person")))
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

func (answer) press(t *Turn, _ *Frame, op, _ string) error {
	if op == opBack {
		t.s.pop()
	}
	return nil
}

func (answer) hear(*Turn, *Frame, Event) (bool, error) { return false, nil }

func (answer) takes(t *Turn, f *Frame, ev Event) (bool, error) {
	t.fresh = true
	l, ok := letterOf(ev)
	if !ok {
		t.note = say("support.kind")
		return true, nil
	}
	person, err := strconv.ParseInt(f.arg("person"), 10, 64)
	if err != nil {
		return true, fmt.Errorf("dialogs: an answer to %q: %w", f.arg("person"), err)
	}
	t.answerWith(l, person)
	if question := f.arg("question"); question != "" {
		if err := t.tellColleagues(question, person); err != nil {
			return true, err
		}
	}
	t.s.pop()
	t.goesOn(Album{Answers: person})
	return true, nil
}

// answerWith sends a person what somebody of the staff has written.
func (t *Turn) answerWith(l market.Letter, person int64) {
	l.Kind, l.To = market.LetterAnswer, person
	t.letter(l)
	t.deed("answer", person, "")
	t.note = say("support.answered", "ID", idText(person))
}

// answerFurther sends a person a further photo or text.
func (t *Turn) answerFurther(to Album) error {
	if ok, err := t.may(market.MayAnswer); !ok || err != nil {
		t.silent = true
		return err
	}
	l, ok := letterOf(t.ev)
	if !ok {
		t.note = say("support.kind")
		return nil
	}
	t.goesOn(to)
	t.answerWith(l, to.Answers)
	return nil
}

// tellColleagues spares the others a second answer.
func (t *Turn) tellColleagues(question string, person int64) error {
	all, err := t.d.Office.Staff(t)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.Person != t.ev.Person.ID && s.Role.May(market.MayAnswer) {
			t.letter(market.Letter{ID: question + "a", To: s.Person, Kind: market.LetterAnswered, From: person})
		}
	}
	return nil
}

// lettered tells a person what somebody, or the bot, has to say to them. It never
// takes them away from what they are doing.
func (t *Turn) lettered(l market.Letter) error {
	t.silent = true
	switch l.Kind {
	case market.LetterAnswer:
		t.showLetter(say("support.reply"), l, Button{Label: say("support.again"), Op: opSupport, Notice: true})
		return nil
	case market.LetterRole:
		t.roleChanged(l.Role)
		return nil
	}
	return t.letterToStaff(l)
}

// letterToStaff tells only who still has the right to hear it.
func (t *Turn) letterToStaff(l market.Letter) error {
	right := map[market.LetterKind]market.Right{
		market.LetterQuestion: market.MayAnswer, market.LetterAnswered: market.MayAnswer,
		market.LetterAlert: market.MayBroadcast, market.LetterMailing: market.MayBroadcast,
	}[l.Kind]
	if ok, err := t.may(right); !ok || err != nil {
		return err
	}
	switch l.Kind {
	case market.LetterQuestion:
		head := say("support.question", "ID", idText(l.From), "Language", say("lang."+string(l.Lang)))
		t.showLetter(head, l, Button{Label: say("support.answer"), Op: opAnswer, Arg: idText(l.From) + "-" + l.ID, Notice: true})
	case market.LetterAnswered:
		t.only(say("support.colleague", "ID", idText(l.From)))
	case market.LetterAlert:
		t.only(say("alert."+string(l.Alert), "N", strconv.Itoa(l.Count), "Detail", l.Detail))
	case market.LetterMailing:
		return t.mailingCame(l.Broadcast)
	}
	return nil
}

// showLetter shows a letter's words, in as many messages as they need, and its
// photo above them: in a message of its own where they do not fit under it.
func (t *Turn) showLetter(head Text, l market.Letter, b Button) {
	v := View{Photo: l.File}
	v.say(head)
	if l.File != "" && escapedLen(l.Text) > longestCaption {
		t.notice(v)
		v = View{}
	}
	parts := cutText(l.Text, longestMessage-letterHead)
	last := len(parts) - 1
	for _, part := range parts[:last] {
		v.say(data(part))
		t.notice(v)
		v = View{}
	}
	v.say(data(parts[last]))
	v.row(b)
	t.notice(v)
}

const (
	// longestCaption is how much of a letter stands under its photo.
	longestCaption = 800
	// letterHead is room for what is said above a letter.
	letterHead = 200
)
