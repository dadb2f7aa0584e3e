package dialogs

import (
	"time"

	"bazarbot/market"
)

// What timers are set for. A release may meet names of another one; those it
// does not know, it drops.
const timerQuota = "quota" // the account's quota of photos is free again; Arg: <draft>/<job>

// timer has the person's lane told at a time. Whatever was set, may have come
// to nothing by then: who hears of it looks first.
func (t *Turn) timer(id string, due time.Time, name, arg string) {
	t.Timers = append(t.Timers, market.Timer{ID: id, Person: t.ev.Person.ID, Due: due, Name: name, Arg: arg})
}

// timed works a timer that is due. It never takes the person away from what
// they are doing.
func (t *Turn) timed() error {
	t.silent = true
	switch t.ev.Name {
	case timerQuota:
		return t.quotaFree(t.ev.Arg)
	case timerLapse: // reading the accounts lets go of what has had its time
		_, err := t.listAccounts()
		return err
	case timerUndo:
		t.undoOver(t.ev.Arg)
	case timerResend:
		t.resendDue(t.ev.Arg)
	}
	return nil
}
