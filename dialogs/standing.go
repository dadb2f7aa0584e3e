package dialogs

import "bazarbot/market"

// mostStanding bounds the messages of one draft that are put right at the end.
const mostStanding = 5

// leaveStanding works that the screen goes into a new message while the present
// one says that an ad is being published: it stays above, and is told the end.
func (t *Turn) leaveStanding() {
	draft := t.s.Shown.Publishing
	if draft == "" || t.s.Screen == 0 {
		return
	}
	if truth, over := t.ended[draft]; over {
		t.amend(t.s.Screen, truth)
		return
	}
	if t.s.Standing == nil {
		t.s.Standing = map[string][]int64{}
	}
	left := t.s.Standing[draft]
	t.s.Standing[draft] = append(left[max(0, len(left)-mostStanding+1):], t.s.Screen)
}

// endStanding has every message that says that a draft is being published say how
// that ended.
func (t *Turn) endStanding(r market.Report, title string) {
	if !r.Final() {
		return
	}
	truth := outcomeOf(r, title)
	for _, message := range t.s.Standing[r.Draft] {
		t.amend(message, truth)
	}
	delete(t.s.Standing, r.Draft)
	t.ended = map[string]Text{r.Draft: truth}
}

// outcomeOf says in short how publishing ended.
func outcomeOf(r market.Report, title string) Text {
	switch r.Stage {
	case market.StageDone:
		return sent(r.Market, title, r.State, r.Opens)
	case market.StageUnknown:
		return say("publish.unclear", "Market", marketName(r.Market), "Title", title)
	}
	return say("publish.failed", "Market", marketName(r.Market), "Title", title)
}

// amend puts a message right that stands above the screen. Its buttons go.
func (t *Turn) amend(message int64, truth Text) {
	var v View
	v.say(truth)
	t.reply(Reply{Kind: ReplyNotice, View: v, Message: message})
}
