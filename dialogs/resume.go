package dialogs

import (
	"slices"

	"bazarbot/market"
)

// goOn publishes what waited for an account of a market that has been signed in,
// by the dialog of signIn.
func (t *Turn) goOn(signIn *Frame, id market.ID, account string) error {
	drafts, err := t.listDrafts()
	if err != nil {
		return err
	}
	for _, d := range slices.Clone(drafts) {
		if d.Market != id || d.State != market.DraftOpen || d.Account != "" && d.Account != account {
			continue
		}
		if err := t.goOnWith(signIn, d); err != nil {
			return err
		}
	}
	return nil
}

// goOnWith publishes a draft whose "Publish" was pressed before the account was
// open. What was on its way already goes on wherever the person is; anything
// else only from the review that signIn stands above. Where a post costs money
// the review asks first: time has passed.
func (t *Turn) goOnWith(signIn *Frame, d market.Draft) error {
	f := t.s.find(func(f *Frame) bool { return f.Draft == d.ID })
	there := f != nil && slices.Index(t.s.Stack, f)+1 == slices.Index(t.s.Stack, signIn)
	if f == nil {
		f = &Frame{Name: frameNewAd, Draft: d.ID}
	}
	st, err := t.state(f)
	if err != nil || st == nil || !st.Resume {
		return err
	}
	st.Resume = false
	m := t.market(d.Market)
	if m == nil || !m.Capabilities().PostPrice.IsZero() || !there && st.Job == "" {
		return t.keep(f, st)
	}
	fm := form{newAd{}}
	q, err := fm.settle(t, f, st)
	if _, away := asMarketError(err); away {
		return t.keep(f, st) // the review stays to be looked at
	}
	if err != nil {
		return err
	}
	if err := fm.tryCommit(t, f, st, q); err != nil {
		return err
	}
	return t.keep(f, st)
}

// commitAgain goes on with what one refused answer has stopped. What is missing
// besides is asked first, and then the review is looked at.
func (fm form) commitAgain(t *Turn, f *Frame, st *FormState) error {
	q, err := fm.settle(t, f, st)
	if _, away := asMarketError(err); away || t.s.top() != f {
		return nil // the view tells
	}
	if err != nil {
		return err
	}
	return fm.tryCommit(t, f, st, q)
}
