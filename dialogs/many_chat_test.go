package dialogs_test

import (
	"slices"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// progress is what a chat shows of a bulk.
type progress struct {
	view    dialogs.View
	message int64           // the newest progress message
	shown   int             // how often it was sent or changed
	sent    []dialogs.Event // new ones of which the dialogs do not know yet
	late    bool            // they hear of them only when the test says so
}

// shown shows a progress message, in place of the one it changes.
func (c *chat) shown(r dialogs.Reply) {
	c.t.Helper()
	if r.Message != 0 && r.Message != c.progress.message {
		c.fatal("message %d was changed, and the progress is message %d", r.Message, c.progress.message)
	}
	if r.Message == 0 {
		c.message++
		c.progress.message = c.message
		c.progress.sent = append(c.progress.sent, dialogs.Event{Kind: dialogs.Sent, Name: r.Name, Message: c.message})
	}
	c.progress.view = r.View
	c.progress.shown++
	c.note("(progress) " + c.speaker().screen(r.View))
	fits(c.t, r.View)
}

// tellSent lets the dialogs know of the progress messages that were sent, as
// events that follow turn.
func (c *chat) tellSent(turn *dialogs.Turn) {
	c.t.Helper()
	if c.progress.late || len(c.progress.sent) == 0 {
		return
	}
	sent, notices := c.progress.sent, c.notices
	c.progress.sent = nil
	for _, ev := range sent {
		c.event(ev)
	}
	c.turn, c.notices = turn, append(notices, c.notices...)
}

// goes checks what the progress message shows.
func (c *chat) goes(what string) {
	c.t.Helper()
	if !c.has(c.progress.view, what) {
		c.fatal("the progress does not show %q", what)
	}
}

// handsOver gives the jobs of the newest turn, which are of one bulk.
func (c *chat) handsOver(action market.Action, n int) []market.AdJob {
	c.t.Helper()
	acts := c.turn.Acts
	if len(acts) != n {
		c.fatal("%d jobs, not %d", len(acts), n)
	}
	for _, job := range acts {
		if job.Action != action || job.Bulk == "" || job.Bulk != acts[0].Bulk || job.Title == "" || job.Person != seller {
			c.fatal("a job is %+v", job)
		}
	}
	return slices.Clone(acts)
}

// reportsOf lets a job of a bulk tell how it ended.
func (c *chat) reportsOf(job market.AdJob, r market.Report) {
	c.t.Helper()
	r.Job, r.Bulk, r.Action, r.Market, r.Account, r.AdID, r.Title = job.ID, job.Bulk, job.Action, job.Market, job.Account, job.Ad, job.Title
	c.reports(r)
}

var (
	well   = market.Report{Stage: market.StageDone}
	lost   = market.Report{Stage: market.StageUnknown}
	unpaid = market.Report{Stage: market.StageFailed, Kind: market.NoMoney, Message: "Insufficient funds", Ref: "R1"}
	gone   = market.Report{Stage: market.StageFailed, Kind: market.NotFound, Ref: "R2"}
	wrong  = market.Report{Stage: market.StageFailed, Kind: market.Invalid, Message: "заблокировано", Ref: "R3"}
)
