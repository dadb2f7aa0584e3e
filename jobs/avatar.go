package jobs

import (
	"context"
	"fmt"

	"bazarbot/lanes"
	"bazarbot/market"
)

// Portraitist is a market where an account's profile has a picture. Both may be
// done again.
type Portraitist interface {
	// SetAvatar gives the profile a picture and returns its address.
	SetAvatar(ctx context.Context, key market.Secret, jpeg []byte) (url string, err error)
	// RemoveAvatar is done, too, when there is none.
	RemoveAvatar(ctx context.Context, key market.Secret) error
}

// avatar changes the picture of an account's profile. What may be done again
// needs no look after a lost answer: it is simply done again.
type avatar struct {
	task
	job market.AdJob
}

func (a *avatar) run(ctx context.Context) error {
	portraitist, ok := a.market.(Portraitist)
	if !ok {
		return &lanes.Hopeless{Cause: fmt.Errorf("market %s has no profile pictures", a.job.Market)}
	}
	usable, err := a.load(ctx)
	if err != nil {
		return err
	}
	step := string(a.job.Action)
	a.doubt = a.attempts[step].State == market.AttemptBegun
	switch {
	case a.doubt && (!usable || a.late()): // it may have come through: nobody can say
		return a.end(ctx, a.attempts[step], market.Report{Stage: market.StageUnknown})
	case !usable:
		return a.fail(ctx, a.refuse(market.NotSignedIn, nil), 0)
	case a.late():
		return a.fail(ctx, a.refuse(market.Unavailable, errLate), 0)
	}
	var jpeg []byte
	if a.job.Action == market.ActAvatar {
		if a.job.Photo == nil {
			return &lanes.Hopeless{Cause: fmt.Errorf("job %s has no photo", a.id)}
		}
		if jpeg, err = a.Photos.Fetch(ctx, *a.job.Photo); err != nil {
			return a.settle(ctx, &photoFailure{number: 1, err: err})
		}
	}
	return a.send(ctx, portraitist, jpeg)
}

// send does the change, saved before and after.
func (a *avatar) send(ctx context.Context, portraitist Portraitist, jpeg []byte) error {
	attempt, err := a.begin(ctx, string(a.job.Action), nil)
	if err != nil {
		return err
	}
	if !a.held.Live() {
		return lanes.ErrStale
	}
	var url string
	if a.job.Action == market.ActAvatar {
		url, err = portraitist.SetAvatar(ctx, a.key, jpeg)
	} else {
		err = portraitist.RemoveAvatar(ctx, a.key)
	}
	switch kind := market.KindOf(err); {
	case err == nil:
		attempt.State = market.AttemptDone
		return a.end(ctx, attempt, market.Report{Stage: market.StageDone, URL: url})
	case ctx.Err() != nil:
		return err
	case kind == "" || kind == market.UnknownOutcome:
		a.Log.Warn("the answer to a profile picture is lost", "job", a.id, "error", err)
		a.doubt = true
		return a.wait(ctx, err)
	case a.unheard(err):
		return a.settle(ctx, err)
	}
	attempt.State, attempt.EndedAt = market.AttemptFailed, a.Now()
	if failed := a.commit(ctx, market.Changes{Attempts: []market.Attempt{attempt}}, lanes.Outcome{}); failed != nil {
		return failed
	}
	if jpeg != nil && market.KindOf(err) == market.Invalid { // it is about the photo
		return a.settle(ctx, &photoFailure{number: 1, err: err})
	}
	return a.settle(ctx, err)
}

// end closes the job with its attempt's result and tells the person.
func (a *avatar) end(ctx context.Context, attempt market.Attempt, r market.Report) error {
	attempt.EndedAt = a.Now()
	row, err := a.report("end", r)
	if err != nil {
		return err
	}
	return a.commit(ctx, market.Changes{Attempts: []market.Attempt{attempt}}, lanes.Outcome{Rows: []lanes.NewRow{row}, Close: true})
}
