package dialogs

import (
	"slices"
	"time"

	"bazarbot/market"
)

// Bulk is one thing done to many ads that was confirmed at once. Each ad has a
// job of its own; this is what is known of them together.
type Bulk struct {
	ID      string                `json:"id"`
	Action  market.Action         `json:"action"`
	Auto    *market.Autorepublish `json:"auto,omitempty"` // ActAuto
	Total   int                   `json:"total"`
	Done    int                   `json:"done,omitempty"`
	Failed  []Unlucky             `json:"failed,omitempty"`
	Unknown []Unlucky             `json:"unknown,omitempty"` // nobody could find out whether it took effect
	Stage   market.Stage          `json:"stage,omitempty"`   // what keeps the present job from ending
	Message int64                 `json:"message,omitempty"` // the progress message's; 0: not known yet
	Told    time.Time             `json:"told"`              // when the progress was shown last
}

// Unlucky are the ads of one account that did not fare as they should, for one
// and the same reason.
type Unlucky struct {
	Account string           `json:"account"`
	Market  market.ID        `json:"market"`
	Kind    market.ErrorKind `json:"kind,omitempty"`
	Message string           `json:"message,omitempty"` // the market's
	Ads     []UnluckyAd      `json:"ads"`
}

// UnluckyAd names an ad.
type UnluckyAd struct {
	ID    string `json:"id"`
	Title string `json:"title,omitempty"`
}

const (
	// progressEvery is how often a progress message is changed at most.
	progressEvery = 3 * time.Second
	// endedBulks is how many bulks are remembered after their end, so that what
	// failed can be tried again.
	endedBulks = 5
)

func (b *Bulk) over() bool { return b.Done+number(b.Failed)+number(b.Unknown) >= b.Total }

// number counts the ads.
func number(all []Unlucky) int {
	n := 0
	for _, u := range all {
		n += len(u.Ads)
	}
	return n
}

// count takes a job's last word in.
func (b *Bulk) count(r market.Report) {
	switch r.Stage {
	case market.StageDone:
		b.Done++
	case market.StageUnknown:
		b.Unknown = sortOut(b.Unknown, r)
	default:
		b.Failed = sortOut(b.Failed, r)
	}
}

// sortOut puts a report's ad to those with the same reason.
func sortOut(all []Unlucky, r market.Report) []Unlucky {
	u := Unlucky{Account: r.Account, Market: r.Market, Kind: r.Kind, Message: clip(r.Message, 200)}
	ad := UnluckyAd{ID: r.AdID, Title: clip(r.Title, 60)}
	for i, o := range all {
		if o.Account == u.Account && o.Kind == u.Kind && o.Message == u.Message {
			all[i].Ads = append(all[i].Ads, ad)
			return all
		}
	}
	u.Ads = []UnluckyAd{ad}
	return append(all, u)
}

func (s *Session) bulk(id string) *Bulk {
	i := slices.IndexFunc(s.Bulks, func(b *Bulk) bool { return b.ID == id })
	if i < 0 {
		return nil
	}
	return s.Bulks[i]
}

// dropBulk forgets a bulk: its failures are being tried again.
func (s *Session) dropBulk(id string) {
	s.Bulks = slices.DeleteFunc(s.Bulks, func(b *Bulk) bool { return b.ID == id })
}

// addBulk remembers a bulk, and forgets the oldest of those that have ended.
func (s *Session) addBulk(b *Bulk) {
	ended := 0
	for _, old := range s.Bulks {
		if old.over() {
			ended++
		}
	}
	s.Bulks = slices.DeleteFunc(s.Bulks, func(old *Bulk) bool {
		if !old.over() || ended <= endedBulks {
			return false
		}
		ended--
		return true
	})
	s.Bulks = append(s.Bulks, b)
}

// runMany hands a job for each of the confirmed ads to the lane of its account.
// How they fare is told in a message of its own, so that the person can go on
// with something else.
func (t *Turn) runMany(f *Frame) error {
	b := &Bulk{ID: newID(10), Action: market.Action(f.arg(argConfirm)), Told: t.now}
	if set, ok := schedule(f.arg(argAuto)); ok && b.Action == market.ActAuto {
		b.Auto = &set
	}
	fit := decodeSelection(f.arg(argFit))
	for _, id := range fit.accounts() {
		a, err := t.account(id)
		if err != nil {
			return err
		}
		kept, err := t.keptStock(id)
		if err != nil {
			return err
		}
		if a == nil || kept == nil {
			continue
		}
		for _, ad := range fit.ads(id) {
			job := b.job(t, *a, kept, ad)
			t.Acts = append(t.Acts, job)
			if b.Action.Paid() {
				t.begun(job)
			}
		}
	}
	b.Total = len(t.Acts)
	t.s.dropBulk(f.arg(argOf))
	t.s.pop()
	if b.Total == 0 {
		return nil
	}
	t.s.addBulk(b)
	t.progress(b)
	t.note = say("bulk.begun")
	return nil
}

// job is the work on one ad.
func (b *Bulk) job(t *Turn, a market.Account, kept *stock, id string) market.AdJob {
	ad, _ := kept.ad(id)
	return market.AdJob{
		ID: newID(10), Person: t.ev.Person.ID, Market: a.Market, Account: a.ID, Lang: t.s.Lang,
		Ad: id, Title: clip(ad.Title, 80), Action: b.Action, Bulk: b.ID, Auto: b.Auto,
	}
}

// bulkReported counts what a job tells that is one of many. Nothing is shown but
// the progress, and the card of its ad when that is looked at.
func (t *Turn) bulkReported(r market.Report) error {
	t.silent = !r.Final() || !t.doneWith(r.Job)
	b := t.s.bulk(r.Bulk)
	if b == nil {
		return nil
	}
	b.Stage = r.Stage
	if r.Final() {
		b.Stage = ""
		b.count(r)
	}
	t.progressDue(b)
	if r.Final() && b.over() {
		t.bulkOver(b)
	}
	if r.Kind == market.NotSignedIn {
		return t.signOut(r.Account)
	}
	return nil
}

// progressDue brings the progress message up to date: every few seconds, and at
// the end. Until it is known which message that is, nothing is sent.
func (t *Turn) progressDue(b *Bulk) {
	if b.Message != 0 && (b.over() || t.now.Sub(b.Told) >= progressEvery) {
		t.progress(b)
	}
}

// progressSent learns in which message a bulk's progress is shown.
func (t *Turn) progressSent(bulk string, message int64) error {
	t.silent = true
	if b := t.s.bulk(bulk); b != nil {
		b.Message = message
		t.progressDue(b)
	}
	return nil
}

// againMany asks whether to try once more what failed of a bulk.
func (t *Turn) againMany(id string) {
	b := t.s.bulk(id)
	t.closeAgain(id)
	t.openAds("")
	if b == nil || !b.over() || number(b.again()) == 0 {
		t.note = say("bulk.gone")
		return
	}
	sel := selection{}
	for _, u := range b.again() {
		for _, ad := range u.Ads {
			sel.toggle(u.Account, ad.ID)
		}
	}
	f := &Frame{Name: frameMany}
	f.setArg("account", b.again()[0].Account)
	f.setArg(argChosen, sel.encode())
	f.setArg(argConfirm, string(b.Action))
	f.setArg(argAuto, encodeSchedule(b.Auto))
	f.setArg(argOf, b.ID)
	t.s.push(f)
}

// closeAgain closes a question that is open already, asked by an earlier press of
// the same button: answered above, it would stay below as a second way to pay.
func (t *Turn) closeAgain(id string) {
	t.s.Stack = slices.DeleteFunc(t.s.Stack, func(f *Frame) bool { return f.Name == frameMany && f.arg(argOf) == id })
}

// again are the ads that may be tried once more. Where the answer was lost of
// something that costs money, only the person can know whether to.
func (b *Bulk) again() []Unlucky {
	if b.Action.Paid() {
		return b.Failed
	}
	return slices.Concat(b.Failed, b.Unknown)
}
