package dialogs

import (
	"time"

	"bazarbot/market"
)

// Leaving is a deletion that its person may still take back: the market is told
// when the time is over.
type Leaving struct {
	Job market.AdJob `json:"job"`
	// Undone is remembered until then, so that a second press is told the same.
	Undone bool `json:"undone,omitempty"`
}

// undoFor is how long a deletion can be taken back.
const undoFor = 30 * time.Second

const (
	timerUndo = "undo" // a deletion can no longer be taken back; Arg: the job
	opUndo    = "undo" // of a notice; its Arg is the job
)

// leave has an ad deleted, after a while in which the person may change their
// mind. The way back stays in the chat as a message of its own.
func (t *Turn) leave(card *Frame) error {
	account, m, err := t.accountAndMarket(card)
	if err != nil || m == nil || card.arg("job") != "" {
		return err
	}
	job := market.AdJob{
		ID: newID(10), Person: t.ev.Person.ID, Market: account.Market, Account: account.ID,
		Lang: t.s.Lang, Ad: card.arg("ad"), Title: card.arg("title"), Action: market.ActDelete,
	}
	for _, other := range t.s.Leaving {
		if !other.Undone && other.Job.Account == job.Account && other.Job.Ad == job.Ad {
			t.s.pop()
			return nil
		}
	}
	if t.s.Leaving == nil {
		t.s.Leaving = map[string]*Leaving{}
	}
	t.s.Leaving[job.ID] = &Leaving{Job: job}
	t.timer("undo:"+job.ID, t.now.Add(t.d.Undo), timerUndo, job.ID)
	var v View
	v.say(say("undo.will", "Title", job.Title, "Seconds", int(t.d.Undo/time.Second)))
	v.row(Button{Label: say("undo.button"), Op: opUndo, Arg: job.ID, Notice: true})
	t.notice(v)
	t.fresh = true
	t.s.pop()
	return nil
}

// undo takes a deletion back.
func (t *Turn) undo(job string) {
	leaving := t.s.Leaving[job]
	if leaving == nil {
		t.note = say("undo.late")
		return
	}
	leaving.Undone = true
	t.note = say("undo.undone", "Title", leaving.Job.Title)
}

// undoOver tells the market of a deletion that nobody took back.
func (t *Turn) undoOver(job string) {
	leaving := t.s.Leaving[job]
	delete(t.s.Leaving, job)
	if leaving != nil && !leaving.Undone {
		t.Acts = append(t.Acts, leaving.Job)
	}
}
