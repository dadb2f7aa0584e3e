package dialogs

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"bazarbot/market"
)

// Stuck is what kept a draft from being published, as its last job told, where
// the person can do nothing about it in the form.
type Stuck struct {
	Kind    market.ErrorKind `json:"kind"`            // NoMoney or Quota
	Account string           `json:"account"`         // the draft's, then
	Until   time.Time        `json:"until,omitzero"`  // Quota: when it is free again
	Photo   bool             `json:"photo,omitempty"` // Quota: of photos
}

// publishFailed lets the person go on with a draft that could not be published.
// Nothing was posted, and nothing typed is lost.
func (t *Turn) publishFailed(f *Frame, st *FormState, d market.Draft, r market.Report, onTop bool) error {
	d.State = market.DraftOpen
	t.saveDraft(d)
	t.fresh = true
	st.leave()
	st.Menu = ""
	switch r.Kind {
	case market.NoMoney:
		return t.unpaid(f, st, d, r, onTop)
	case market.Quota:
		if !r.RetryAt.IsZero() {
			return t.awaitQuota(f, st, d, r, onTop)
		}
	case market.NotSignedIn:
		if err := t.signOut(d.Account); err != nil {
			return err
		}
		st.Resume = true
	}
	return t.openRefused(f, st, d, r, onTop)
}

// openRefused opens the form again: at the field the market named, or at the
// review. Where a post costs nothing, publishing goes on with the field's answer.
func (t *Turn) openRefused(f *Frame, st *FormState, d market.Draft, r market.Report, onTop bool) error {
	st.insist(r.Fields)
	if keys := slices.Sorted(maps.Keys(r.Fields)); len(keys) > 0 {
		st.At = keys[0]
		if m := t.market(d.Market); m != nil && m.Capabilities().PostPrice.IsZero() {
			st.Again = keys[0]
		}
	}
	if err := t.keep(f, st); err != nil {
		return err
	}
	why := join("\n", failure(r), say("error.kept"))
	if !onTop {
		t.draftNotice(d.ID, why)
		return nil
	}
	t.note = why
	f.Name = frameNewAd
	if r.Kind == market.NotSignedIn {
		return t.openAccount(d.Market, d.Account)
	}
	return nil
}

// failure says why a job did nothing.
func failure(r market.Report) Text {
	switch {
	case r.Photo > 0 && r.Kind == market.Invalid:
		return join("\n", say("publish.photo_refused", "Number", strconv.Itoa(r.Photo)), say("error.ref", "Ref", r.Ref))
	case r.Kind == "":
		return say("error.internal", "Ref", r.Ref)
	case r.Kind == market.Quota && !r.RetryAt.IsZero():
		return join("\n", quotaOver(r), say("error.ref", "Ref", r.Ref))
	}
	text := refusal(r.Market, r.Kind, r.Message, r.Ref)
	for _, key := range slices.Sorted(maps.Keys(r.Fields)) {
		switch reason := r.Fields[key]; reason {
		case r.Message:
		case "": // ours: the market's form has changed under the answer
			text = join("\n", text, say("publish.answer_unfit"))
		default:
			text = join("\n", text, say("market.words", "Message", clip(reason, 300)))
		}
	}
	return text
}

// draftNotice tells something of a draft without taking the person away from
// what they are doing. Buttons come before the one that opens the draft.
func (t *Turn) draftNotice(draft string, text Text, buttons ...Button) {
	t.silent = true
	var v View
	v.say(text)
	for _, b := range buttons {
		v.row(b)
	}
	v.row(Button{Label: say("button.open_draft"), Op: opOpen, Arg: draft, Notice: true})
	t.notice(v)
}

// draftTitle names a draft in a sentence.
func draftTitle(st *FormState) Text {
	if st.Title == "" {
		return say("drafts.untitled")
	}
	return data(clip(st.Title, 80))
}
