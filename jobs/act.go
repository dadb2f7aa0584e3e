package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"bazarbot/lanes"
	"bazarbot/market"
)

// act does one thing to an ad that exists. It is saved before it is sent,
// together with the ad as it was: whoever goes on after a lost answer compares,
// and never pays a second time.
type act struct {
	task
	job   market.AdJob
	again bool // it was sent once more in this run: the next time is after a pause
}

// acting is what is saved before the act is sent.
type acting struct {
	Prepared json.RawMessage `json:"prepared,omitempty"`
	Was      market.Ad       `json:"was"`
}

func (a *act) run(ctx context.Context) error {
	usable, err := a.load(ctx)
	if err != nil {
		return err
	}
	attempt, begun := a.attempts[string(a.job.Action)]
	begun = begun && attempt.State == market.AttemptBegun
	a.doubt = begun
	switch {
	case begun && usable:
		return a.look(ctx, attempt)
	case begun: // nobody is let in to look
		return a.end(ctx, attempt, market.Report{Stage: market.StageUnknown})
	case !usable:
		return a.fail(ctx, a.refuse(market.NotSignedIn, nil), 0)
	case a.late():
		return a.fail(ctx, a.refuse(market.Unavailable, errLate), 0)
	}
	was, err := a.market.FullAd(ctx, a.key, a.job.Lang, a.job.Ad)
	if market.KindOf(err) == market.NotFound && a.job.Action == market.ActDelete { // somebody was faster
		return a.end(ctx, market.Attempt{Job: a.row.Key, Step: string(a.job.Action), Account: a.account, State: market.AttemptDone}, market.Report{Stage: market.StageDone})
	}
	if err != nil {
		return a.settle(ctx, err)
	}
	if !a.job.Action.Helps(was) {
		return a.fail(ctx, a.refuse(market.Changed, nil), 0)
	}
	a.owned = append(slices.Clone(was.Photos), a.broughtPhotos()...)
	images, err := a.images(ctx, was)
	if err != nil {
		return a.settle(ctx, err)
	}
	prepared, err := a.market.Prepare(ctx, a.key, a.job, images)
	if err != nil {
		return a.settle(ctx, err)
	}
	return a.send(ctx, acting{Prepared: prepared, Was: was})
}

// images brings the pictures of an edit to the market; those it has keep their
// ids.
func (a *act) images(ctx context.Context, was market.Ad) ([]string, error) {
	if a.job.Action != market.ActEdit {
		return nil, nil
	}
	if opener, ok := a.market.(Opener); ok && a.lostPhoto() {
		known, err := a.Store.Uploads(ctx, a.scope())
		if err != nil {
			return nil, fmt.Errorf("uploads: %w", err)
		}
		for _, answer := range a.job.Before {
			for _, photo := range answer.Photos {
				known = append(known, photo.Remote)
			}
		}
		if err := a.dropStrays(ctx, opener, was.Photos, known); err != nil {
			return nil, err
		}
	}
	if err := a.makeRoom(ctx, was); err != nil {
		return nil, err
	}
	images, err := a.photos(ctx, a.job.After)
	if err != nil || !a.perAd() {
		return images, err
	}
	return images, a.forget(ctx, without(was.Photos, images))
}

// makeRoom takes off what the ad is to have no longer, as far as there is no room
// for new pictures beside it. The rest goes with the edit itself.
func (a *act) makeRoom(ctx context.Context, was market.Ad) error {
	opener, ok := a.market.(Opener)
	most := a.market.Capabilities().MaxPhotos
	if !ok || most == 0 {
		return nil
	}
	wanted, kept := 0, a.broughtPhotos()
	for _, answer := range a.job.After {
		for _, photo := range answer.Photos {
			wanted++
			kept = append(kept, photo.Remote)
		}
	}
	gone := without(was.Photos, kept)
	missing := wanted - (len(was.Photos) - len(gone)) // of those that are wanted
	for _, picture := range gone[:min(len(gone), max(0, len(was.Photos)+missing-most))] {
		if err := a.unload(ctx, opener, picture); err != nil {
			return err
		}
	}
	return nil
}

// without are those of the pictures that are not among others.
func without(pictures, others []string) []string {
	return slices.DeleteFunc(slices.Clone(pictures), func(p string) bool { return slices.Contains(others, p) })
}

// send does the act, saved before and after.
func (a *act) send(ctx context.Context, what acting) error {
	saved, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("encode attempt: %w", err)
	}
	attempt, err := a.begin(ctx, string(a.job.Action), saved)
	if err != nil {
		return err
	}
	if !a.held.Live() {
		return lanes.ErrStale
	}
	err = a.market.Act(ctx, a.key, a.job, what.Prepared)
	switch kind := market.KindOf(err); {
	case err == nil:
		attempt.State = market.AttemptDone
		return a.end(ctx, attempt, market.Report{Stage: market.StageDone})
	case kind == "" || kind == market.UnknownOutcome:
		a.Log.Warn("the answer to an act is lost", "job", a.id, "action", a.job.Action, "error", err)
		a.doubt = true
		return a.look(ctx, attempt)
	case a.unheard(err):
		return a.settle(ctx, err)
	}
	attempt.State, attempt.EndedAt = market.AttemptFailed, a.Now()
	if failed := a.commit(ctx, market.Changes{Attempts: []market.Attempt{attempt}}, lanes.Outcome{}); failed != nil {
		return failed
	}
	return a.settle(ctx, err)
}

// look finds out whether an act took effect whose answer was lost. What is free
// and may be said twice is said again; what is paid is never.
func (a *act) look(ctx context.Context, attempt market.Attempt) error {
	var what acting
	if err := json.Unmarshal(attempt.Before, &what); err != nil {
		return fmt.Errorf("decode attempt: %w", err)
	}
	took, err := a.market.Took(ctx, a.key, a.job, what.Prepared, what.Was)
	switch kind := market.KindOf(err); {
	case err == nil && took:
		attempt.State = market.AttemptDone
		return a.end(ctx, attempt, market.Report{Stage: market.StageDone})
	case err == nil && !a.job.Action.Paid() && !a.late():
		if a.again {
			return a.wait(ctx, errLostAgain)
		}
		a.again = true
		return a.send(ctx, what)
	case err == nil:
		return a.lookLater(ctx, attempt)
	case a.Now().Sub(attempt.BegunAt) > a.Patience, kind != "" && kind != market.Unavailable && kind != market.UnknownOutcome && kind != market.Quota:
		a.Log.Error("cannot look whether an act took effect", "job", a.id, "error", err)
		return a.end(ctx, attempt, market.Report{Stage: market.StageUnknown})
	}
	return &lanes.Later{After: a.Retry, Cause: err}
}

// errLostAgain says that what may be sent again was, to no end.
var errLostAgain = errors.New("the answer to the act was lost again")

// lookLater waits for the next look. An act that shows no effect after the last
// one is told as not done: to do it again is the person's to decide.
func (a *act) lookLater(ctx context.Context, attempt market.Attempt) error {
	if err := a.tell(ctx, "looking", market.Report{Stage: market.StageLooking}); err != nil {
		return err
	}
	since := a.Now().Sub(attempt.BegunAt)
	for _, at := range a.Looks {
		if at > since {
			return &lanes.Later{After: at - since, Cause: errUnsettled}
		}
	}
	return a.end(ctx, attempt, market.Report{Stage: market.StageUnknown})
}

// end closes the job with its attempt's result and tells the person.
func (a *act) end(ctx context.Context, attempt market.Attempt, r market.Report) error {
	attempt.EndedAt = a.Now()
	if attempt.State == market.AttemptDone {
		attempt.AdID = a.job.Ad
	}
	row, err := a.report("end", r)
	if err != nil {
		return err
	}
	return a.commit(ctx, market.Changes{Attempts: []market.Attempt{attempt}}, lanes.Outcome{Rows: []lanes.NewRow{row}, Close: true})
}
