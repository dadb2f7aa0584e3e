package dialogs

import (
	"encoding/json"
	"strconv"
	"time"

	"bazarbot/market"
)

// publishing shows how far the work of publishing a draft is, and asks when
// nobody could find out how it ended.
type publishing struct{}

const (
	opThere    = "th" // the ad is on the market
	opNotThere = "nt" // it is not: publish again
)

func (publishing) view(t *Turn, f *Frame) (View, error) {
	d, err := t.draft(f.Draft)
	if err != nil {
		return View{}, err
	}
	var v View
	switch {
	case d == nil || d.State == market.DraftPublished:
		t.s.pop()
		return v, nil
	case d.State == market.DraftOpen:
		f.Name = frameNewAd
		return form{newAd{}}.view(t, f)
	case d.State == market.DraftAsking:
		return askOutcome(t, d), nil
	}
	v.Publishing = d.ID
	v.say(say("publish.working", "Market", marketName(d.Market)))
	v.say(stageText(f))
	v.row(button(say("button.home"), opHome, ""))
	return v, nil
}

// stageText tells how far the job said it is.
func stageText(f *Frame) Text {
	switch market.Stage(f.arg("stage")) {
	case market.StagePhotos:
		return say("publish.photos", "Done", f.arg("done"), "Total", f.arg("total"))
	case market.StagePosting:
		return say("publish.posting")
	case market.StageLooking:
		return say("publish.looking")
	case market.StageWaiting:
		return say("publish.waiting")
	}
	return say("publish.queued")
}

// askOutcome lets the person settle what could not be found out: they can look
// at the market's site, the bot could not.
func askOutcome(t *Turn, d *market.Draft) View {
	var v View
	v.say(say("publish.unknown", "Market", marketName(d.Market)))
	if m := t.market(d.Market); m != nil {
		v.row(link(say("button.open_site"), m.Capabilities().Site))
	}
	v.row(button(say("button.it_is_there"), opThere, ""))
	v.row(button(say("button.not_there"), opNotThere, ""))
	v.row(button(say("button.home"), opHome, ""))
	return v
}

func (publishing) press(t *Turn, f *Frame, op, _ string) error {
	d, err := t.draft(f.Draft)
	if err != nil || d == nil || d.State != market.DraftAsking {
		return err
	}
	switch op {
	case opThere:
		t.dropDraft(d.ID)
		t.s.pop()
		t.note = say("publish.settled")
		t.openAds("")
	case opNotThere: // back to the review, whose button says what it costs
		changed := *d
		changed.State = market.DraftOpen
		t.saveDraft(changed)
		f.Name = frameNewAd
	}
	return nil
}

func (publishing) hear(t *Turn, _ *Frame, _ Event) (bool, error) {
	t.note = say("publish.wait")
	return true, nil
}

// reported works what a job tells of its draft.
func (t *Turn) reported(r market.Report) error {
	if r.Action != "" {
		return t.acted(r)
	}
	if r.Sign != "" {
		return t.signed(r)
	}
	d, err := t.draft(r.Draft)
	if err != nil {
		return err
	}
	if d == nil { // dropped meanwhile; an ad that was posted all the same is told
		t.endStanding(r, "")
		if r.Stage == market.StageDone {
			t.publishedNotice(r, r.AdID)
		}
		t.silent = true
		return nil
	}
	f := t.s.find(func(f *Frame) bool { return f.Draft == r.Draft })
	onTop := f != nil && f == t.s.top()
	if f == nil {
		f = &Frame{Name: framePublishing, Draft: r.Draft}
	}
	st, err := t.state(f)
	if err != nil || st == nil || st.Job != r.Job {
		t.silent = true
		return err
	}
	if !r.Final() {
		t.silent = !onTop
		f.setArg("stage", string(r.Stage))
		f.setArg("done", strconv.Itoa(r.Done))
		f.setArg("total", strconv.Itoa(r.Total))
		return nil
	}
	t.endStanding(r, st.Title)
	switch r.Stage {
	case market.StageDone:
		return t.publishDone(f, st, *d, r, onTop)
	case market.StageUnknown:
		return t.publishUnknown(*d, r, onTop)
	}
	return t.publishFailed(f, st, *d, r, onTop)
}

// publishDone tells the ad's address, and forgets the draft: in place of the
// progress while it is looked at, else as a message of its own.
func (t *Turn) publishDone(f *Frame, st *FormState, d market.Draft, r market.Report, onTop bool) error {
	t.remember(f, st)
	d.State, d.AdID = market.DraftPublished, r.AdID
	d.Body = emptied(st)
	t.saveDraft(d)
	stage := market.Stage(f.arg("stage"))
	t.removeFrame(f)
	if !onTop {
		t.silent = true
		t.publishedNotice(r, st.Title)
		return nil
	}
	t.fresh = stage == market.StageWaiting || stage == market.StageLooking // it took long: the person is called back
	done := t.s.push(&Frame{Name: framePublished})
	done.setArg("market", string(r.Market))
	done.setArg("account", r.Account)
	done.setArg("title", st.Title)
	done.setArg("url", r.URL)
	done.setArg("state", string(r.State))
	if !r.Opens.IsZero() {
		done.setArg("opens", r.Opens.Format(time.RFC3339))
	}
	return nil
}

// published is the end of the work: the ad's link and what is next.
type published struct{ quiet }

func (published) view(_ *Turn, f *Frame) (View, error) {
	var v View
	opens, _ := time.Parse(time.RFC3339, f.arg("opens")) // not told: the zero time
	v.say(sent(market.ID(f.arg("market")), f.arg("title"), market.State(f.arg("state")), opens))
	if url := f.arg("url"); url != "" {
		v.row(link(say("button.open_ad"), url))
	}
	v.row(button(say("button.my_ads"), opAds, ""))
	v.row(button(say("button.another_like_this"), opSame, ""))
	v.row(button(say("button.home"), opHome, ""))
	return v, nil
}

// sent tells what became of an ad: one that is being checked is not called
// published.
func sent(id market.ID, title string, state market.State, opens time.Time) Text {
	text := say("publish.done", "Market", marketName(id), "Title", title)
	var when Text
	if state == market.StateModerate {
		text = say("publish.moderated", "Market", marketName(id), "Title", title)
		when = say("publish.when_checked")
	}
	if !opens.IsZero() {
		when = say("ad.opens", "At", Moment{opens, id})
	}
	return join("\n", text, when)
}

func (published) press(t *Turn, f *Frame, op, _ string) error {
	switch op {
	case opAds:
		t.s.home()
		t.openAds(f.arg("account"))
	case opSame:
		return t.startLike(market.ID(f.arg("market")))
	}
	return nil
}

// emptied is what stays of a published draft: its name, so that a photo that
// comes too late is answered. The text is with the market, and its copy with
// the binding.
func emptied(st *FormState) []byte {
	body, err := json.Marshal(FormState{Title: st.Title, Job: st.Job})
	if err != nil { // strings always encode
		return nil
	}
	return body
}

// publishedNotice is the message that stays: the ad's link and what is next.
func (t *Turn) publishedNotice(r market.Report, title string) {
	var v View
	v.say(sent(r.Market, title, r.State, r.Opens))
	if r.URL != "" {
		v.row(link(say("button.open_ad"), r.URL))
	}
	v.row(Button{Label: say("button.my_ads"), Op: opAds, Arg: r.Account, Notice: true})
	v.row(Button{Label: say("button.another_like_this"), Op: opSame, Arg: string(r.Market), Notice: true})
	t.notice(v)
}

func (t *Turn) publishUnknown(d market.Draft, r market.Report, onTop bool) error {
	d.State = market.DraftAsking
	t.saveDraft(d)
	t.fresh = true
	if onTop {
		t.note = refText(r.Ref)
		return nil
	}
	t.draftNotice(d.ID, join("\n", say("publish.unknown", "Market", marketName(d.Market)), refText(r.Ref)))
	return nil
}

// signOut marks an account whose key the market refused.
func (t *Turn) signOut(id string) error {
	a, err := t.account(id)
	if err != nil || a == nil {
		return err
	}
	changed := *a
	changed.State = market.AccountSignedOut
	t.saveAccount(changed)
	return nil
}

// removeFrame takes a frame out of the stack, wherever it is.
func (t *Turn) removeFrame(f *Frame) {
	for i, g := range t.s.Stack {
		if g == f {
			t.s.Stack = append(t.s.Stack[:i], t.s.Stack[i+1:]...)
			break
		}
	}
	if len(t.s.Stack) == 0 {
		t.s.home()
	}
}

// keepPublished is how long a published draft is remembered, so that photos
// that come too late are answered.
const keepPublished = 24 * time.Hour
