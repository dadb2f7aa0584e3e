package dialogs

import (
	"strconv"
	"time"

	"bazarbot/market"
)

// draftList lists the ads that are not published yet.
type draftList struct{ quiet }

func (t *Turn) openDrafts() { t.open(frameDrafts) }

func (draftList) view(t *Turn, f *Frame) (View, error) {
	var v View
	all, err := t.listDrafts()
	if err != nil {
		return v, err
	}
	var drafts []market.Draft
	for _, d := range all {
		if d.State != market.DraftPublished {
			drafts = append(drafts, d)
		}
	}
	if len(drafts) == 0 {
		v.say(say("drafts.none"))
		v.row(button(say("button.new_ad"), opNew, ""))
	} else {
		v.say(say("drafts.heading"))
	}
	at, _ := strconv.Atoi(f.arg("page"))
	page := paged(drafts, at)
	for _, d := range page.items {
		v.row(button(draftName(d, t.now), opOpen, d.ID))
	}
	page.turn(&v)
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

// draftName is a draft in a list: its title, and whether it is being worked or
// waits for something.
func draftName(d market.Draft, now time.Time) Text {
	name, waits := say("drafts.untitled"), false
	if st, err := decodeForm(d.Body); err == nil {
		waits = !st.waiting(d, now).IsZero()
		if st.Title != "" {
			name = data(clip(st.Title, 40))
		}
	}
	switch d.State {
	case market.DraftPublishing:
		return say("drafts.publishing", "Name", name)
	case market.DraftAsking:
		return say("drafts.asking", "Name", name)
	}
	if waits {
		return say("drafts.waiting", "Name", name)
	}
	return name
}

func (draftList) press(t *Turn, f *Frame, op, arg string) error {
	switch op {
	case opOpen:
		card := &Frame{Name: frameDraft}
		card.setArg("id", arg)
		t.s.push(card)
	case opNew:
		return t.startAd()
	case opPage:
		f.setArg("page", arg)
	case opBack:
		t.s.pop()
	}
	return nil
}

// draftCard offers to go on with a draft or to drop it.
type draftCard struct{ quiet }

const opAskDrop = "ad"

func (draftCard) view(t *Turn, f *Frame) (View, error) {
	var v View
	d, err := t.draft(f.arg("id"))
	if err != nil {
		return v, err
	}
	if d == nil {
		t.s.pop()
		t.note = say("note.draft_gone")
		return v, nil
	}
	v.say(say("drafts.card", "Name", draftName(*d, t.now), "Market", marketName(d.Market), "Changed", Moment{d.UpdatedAt, d.Market}))
	if st, err := decodeForm(d.Body); err == nil {
		v.say(st.waitingText(*d, t.now))
	}
	if f.arg("drop") != "" {
		v.say(say("drafts.ask_drop"))
		v.row(button(say("button.drop_draft"), opDrop, ""))
		v.row(button(say("button.back"), opBack, ""))
		return v, nil
	}
	v.row(button(say("button.go_on"), opOpen, ""))
	if d.State == market.DraftOpen {
		v.row(button(say("button.delete_draft"), opAskDrop, ""))
	}
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

func (draftCard) press(t *Turn, f *Frame, op, _ string) error {
	switch op {
	case opOpen:
		return t.resumeDraft(f.arg("id"))
	case opAskDrop:
		f.setArg("drop", "1")
	case opDrop:
		d, err := t.draft(f.arg("id"))
		if err != nil {
			return err
		}
		if d != nil && d.State == market.DraftOpen {
			t.discardDraft(&Frame{Draft: d.ID})
			t.note = say("note.draft_dropped")
		}
		t.s.pop()
	case opBack:
		if f.arg("drop") != "" {
			f.setArg("drop", "")
			return nil
		}
		t.s.pop()
	}
	return nil
}

// resumeDraft opens a draft where it was left. It is looked up among the
// person's own, so that nobody opens another's.
func (t *Turn) resumeDraft(id string) error {
	d, err := t.draft(id)
	if err != nil {
		return err
	}
	if d == nil || d.State == market.DraftPublished {
		t.note = say("note.draft_gone")
		return nil
	}
	t.s.home()
	f := &Frame{Name: framePublishing, Draft: id}
	if d.State == market.DraftOpen {
		f.Name = frameNewAd
	}
	t.s.push(f)
	return nil
}

// discardDraft drops the draft of a form for good. What was opened for it at its
// market is taken back there.
func (t *Turn) discardDraft(f *Frame) {
	d, err := t.draft(f.Draft)
	st, broken := t.state(f)
	t.dropDraft(f.Draft)
	if err != nil || broken != nil || d == nil || st == nil || st.Job == "" || d.Account == "" {
		return
	}
	if m := t.market(d.Market); m == nil || !m.Capabilities().Opens || d.State != market.DraftOpen {
		return
	}
	t.Acts = append(t.Acts, market.AdJob{
		ID: newID(10), Person: t.ev.Person.ID, Market: d.Market, Account: d.Account, Lang: t.s.Lang,
		Draft: d.ID, Action: market.ActDiscard,
	})
}
