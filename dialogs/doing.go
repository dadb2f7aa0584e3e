package dialogs

import (
	"maps"
	"time"

	"bazarbot/market"
)

// Doing is the job that is under way with an ad. The session remembers it beside
// the ad's card, which may be closed and opened anew: a market that is slow is no
// reason to do, and pay for, the same twice.
type Doing struct {
	Job string    `json:"job"`
	At  time.Time `json:"at"`
}

// doingFor is how long a job is waited for that tells nothing of its end.
const doingFor = 3 * time.Hour

// doing is the job that is under way with an ad; "" for none.
func (t *Turn) doing(account, ad string) string {
	d, ok := t.s.Doing[doingKey(account, ad)]
	if !ok || t.now.Sub(d.At) > doingFor {
		return ""
	}
	return d.Job
}

func doingKey(account, ad string) string { return account + "/" + ad }

// atWork has a card know of the job that is under way with its ad, or that one is
// not waited for any more. Beside a job nothing else is confirmed.
func (t *Turn) atWork(card *Frame) {
	account, ad := card.arg("account"), card.arg("ad")
	if _, known := t.s.Doing[doingKey(account, ad)]; known {
		card.setArg("job", t.doing(account, ad))
	}
	if card.arg("job") != "" {
		card.setArg("confirm", "")
	}
}

// begun notes that a job is under way, and forgets those that tell nothing.
func (t *Turn) begun(job market.AdJob) {
	maps.DeleteFunc(t.s.Doing, func(_ string, d Doing) bool { return t.now.Sub(d.At) > doingFor })
	if t.s.Doing == nil {
		t.s.Doing = map[string]Doing{}
	}
	t.s.Doing[doingKey(job.Account, job.Ad)] = Doing{Job: job.ID, At: t.now}
}

// doneWith notes that a job is not under way any more, and reports whether the
// person sees a card that says it is.
func (t *Turn) doneWith(job string) (seen bool) {
	maps.DeleteFunc(t.s.Doing, func(_ string, d Doing) bool { return d.Job == job })
	for _, f := range t.s.Stack {
		if f.Name == frameAd && f.arg("job") == job {
			f.setArg("job", "")
			seen = f == t.s.top()
		}
	}
	return seen
}
