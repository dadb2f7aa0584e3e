package dialogs

import (
	"strings"

	"bazarbot/market"
)

// A photo may come with words under it. They are an answer where a text is being
// asked for, and nowhere else: what they were meant for, nobody can tell.

// asker is a dialog that asks questions one by one.
type asker interface {
	asks(t *Turn, f *Frame) (Field, bool, error)
}

// question is what is being asked, beneath what is only looked at on the way;
// false when nothing is, or when the market keeps it from being known.
func (t *Turn) question() (*Frame, Field, bool, error) {
	f := t.s.current()
	asking, ok := t.d.dialogs[f.Name].(asker)
	if !ok {
		return f, Field{}, false, nil
	}
	field, ok, err := asking.asks(t, f)
	if _, away := asMarketError(err); away {
		return f, Field{}, false, nil
	}
	return f, field, ok, err
}

// hearCaption takes a photo's words as what was typed.
func (t *Turn) hearCaption(f *Frame) error {
	t.closeAsides()
	ev := t.ev
	ev.Kind = Said
	return t.heardBy(f, ev)
}

// showsSecret takes a photo that comes while a password, a key or a code is asked
// for as an answer to that: it may show one, and must not become a photo of the ad
// that waits below. An album that began before goes on.
func (t *Turn) showsSecret() (bool, error) {
	if !opens(t.s.current()) {
		return false, nil
	}
	f, field, asked, err := t.question()
	if _, first := t.photoGoes(); err != nil || !first || !asked || field.Kind != market.KindSecret && field.Kind != market.KindCode {
		return false, err
	}
	t.closeAsides()
	return true, t.heardBy(f, t.ev)
}

// isAnswered reports whether a photo's words can answer a question: one for a
// text, of the ad that the photo goes to. What begins like a command is never an
// answer.
func (to Album) isAnswered(f *Frame, field Field, caption string) bool {
	own := to.Draft != "" && f.Draft == to.Draft || to.Edit != "" && f.ID == to.Edit
	text := field.Kind == market.KindText || field.Kind == market.KindLongText
	return own && text && !strings.HasPrefix(caption, "/")
}

// captionUntaken says that a photo's words were not taken, with each further
// photo of its album too, as those are told of in the same message.
func (t *Turn) captionUntaken() {
	if t.s.Album != nil {
		t.s.Album.Untaken = true
	}
	t.note = join("\n", t.note, say("note.caption_untaken"))
}
