package dialogs

import (
	"slices"

	"bazarbot/market"
)

// goOn publishes what waited for its account to be signed in again. Where a
// post costs money the review asks first: time has passed.
func (t *Turn) goOn(account string) error {
	drafts, err := t.listDrafts()
	if err != nil {
		return err
	}
	for _, d := range slices.Clone(drafts) {
		m := t.market(d.Market)
		if d.Account != account || d.State != market.DraftOpen || m == nil {
			continue
		}
		f := t.s.find(func(f *Frame) bool { return f.Draft == d.ID })
		if f == nil {
			f = &Frame{Name: frameNewAd, Draft: d.ID}
		}
		st, err := t.state(f)
		if err != nil {
			return err
		}
		if st == nil || !st.Resume {
			continue
		}
		st.Resume = false
		if !m.Capabilities().PostPrice.IsZero() {
			continue
		}
		fm := form{newAd{}}
		q, err := fm.settle(t, f, st)
		if _, away := asMarketError(err); away {
			continue // the review stays to be looked at
		}
		if err != nil {
			return err
		}
		if err := fm.tryCommit(t, f, st, q); err != nil {
			return err
		}
	}
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
