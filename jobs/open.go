package jobs

import (
	"context"
	"encoding/json"
	"fmt"

	"bazarbot/lanes"
	"bazarbot/market"
)

// open puts one draft on a market where an ad is opened first: the empty ad,
// then each photo, then all that it says. The ad is bound to the draft before
// anything goes to it, so that whoever goes on, and a later publishing of the
// same draft, fills the same one.
type open struct {
	task
	job    market.PublishJob
	opener Opener
	fresh  bool // the ad was opened by this run: that it is not found is no reason for another
}

const stepOpen = "open"

func (o *open) run(ctx context.Context) error {
	usable, err := o.load(ctx)
	if err != nil {
		return err
	}
	post := o.attempts[stepPost]
	o.doubt = post.State == market.AttemptBegun
	switch {
	case o.doubt && (!usable || o.late()): // it may be there: nobody can say
		return o.end(ctx, post, market.Report{Stage: market.StageUnknown})
	case !usable:
		return o.fail(ctx, o.refuse(market.NotSignedIn, nil), 0)
	case o.late():
		return o.fail(ctx, o.refuse(market.Unavailable, errLate), 0)
	}
	if o.ad, err = o.Store.BoundTo(ctx, o.job.Market, o.job.Draft); err != nil {
		return fmt.Errorf("ad of draft %s: %w", o.job.Draft, err)
	}
	err = o.put(ctx)
	if market.KindOf(err) == market.NotFound && !o.fresh { // it was deleted on the site
		o.ad = ""
		err = o.put(ctx)
	}
	if err != nil {
		return o.settle(ctx, err)
	}
	return nil
}

// put goes from the first step that is not done to the end.
func (o *open) put(ctx context.Context) error {
	if err := o.openAd(ctx); err != nil {
		return err
	}
	if err := o.clear(ctx); err != nil {
		return err
	}
	images, err := o.photos(ctx, o.job.Answers)
	if err != nil {
		return err
	}
	return o.fill(ctx, images)
}

// openAd makes sure that there is an ad to fill. One whose answer was lost stays
// behind empty, where nobody sees it.
func (o *open) openAd(ctx context.Context) error {
	if o.ad == "" {
		attempt, err := o.begin(ctx, stepOpen, nil)
		if err != nil {
			return err
		}
		if !o.held.Live() {
			return lanes.ErrStale
		}
		ad, err := o.opener.Open(ctx, o.key)
		if err != nil {
			return err
		}
		o.ad, o.fresh = ad, true
		attempt.State, attempt.Result, attempt.EndedAt = market.AttemptDone, []byte(ad), o.Now()
		changes := market.Changes{Attempts: []market.Attempt{attempt}, Bindings: []market.Binding{o.binding(nil)}}
		if err := o.commit(ctx, changes, lanes.Outcome{}); err != nil {
			return err
		}
	}
	var err error
	if o.owned, err = o.Store.Uploads(ctx, o.scope()); err != nil {
		return fmt.Errorf("uploads: %w", err)
	}
	return nil
}

func (o *open) binding(body []byte) market.Binding {
	return market.Binding{
		Market: o.job.Market, AdID: o.ad, Account: o.job.Account, Person: o.job.Person,
		Draft: o.job.Draft, Body: body, At: o.Now(),
	}
}

// clear takes off the ad what lost uploads have left there: those of this job,
// and of a former one that opened the ad.
func (o *open) clear(ctx context.Context) error {
	mine := o.fresh || o.attempts[stepOpen].State == market.AttemptDone
	if mine && !o.lostPhoto() {
		return nil
	}
	ad, err := o.market.FullAd(ctx, o.key, o.job.Lang, o.ad)
	if err != nil {
		return err
	}
	return o.dropStrays(ctx, o.opener, ad.Photos, o.owned)
}

// fill says what the ad is. It may be sent again, so a lost answer is no reason
// to look.
func (o *open) fill(ctx context.Context, images []string) error {
	post, err := o.market.Compose(ctx, o.key, o.job.Lang, o.job.Answers, images)
	if err != nil {
		return err
	}
	if err := o.tell(ctx, "posting", market.Report{Stage: market.StagePosting}); err != nil {
		return err
	}
	attempt, err := o.begin(ctx, stepPost, post)
	if err != nil {
		return err
	}
	if !o.held.Live() {
		return lanes.ErrStale
	}
	ad, err := o.opener.Fill(ctx, o.key, o.ad, post)
	switch kind := market.KindOf(err); {
	case err == nil:
		return o.filled(ctx, attempt, ad)
	case kind == "" || kind == market.UnknownOutcome:
		o.Log.Warn("the answer to an ad is lost", "job", o.id, "error", err)
		o.doubt = true
		return o.wait(ctx, err)
	case o.unheard(err):
		return err
	}
	attempt.State, attempt.EndedAt = market.AttemptFailed, o.Now()
	if failed := o.commit(ctx, market.Changes{Attempts: []market.Attempt{attempt}}, lanes.Outcome{}); failed != nil {
		return failed
	}
	return err
}

// filled ends the job well.
func (o *open) filled(ctx context.Context, attempt market.Attempt, ad market.Ad) error {
	body, err := json.Marshal(o.job.Answers)
	if err != nil {
		return fmt.Errorf("encode answers: %w", err)
	}
	attempt.State, attempt.AdID = market.AttemptDone, o.ad
	return o.end(ctx, attempt, market.Report{
		Stage: market.StageDone, AdID: o.ad, URL: o.market.URL(o.job.Lang, o.ad), State: ad.State, Opens: ad.Opens,
	}, o.binding(body))
}

// end closes the job with its last attempt and tells the person.
func (o *open) end(ctx context.Context, attempt market.Attempt, r market.Report, bindings ...market.Binding) error {
	attempt.EndedAt = o.Now()
	row, err := o.report("end", r)
	if err != nil {
		return err
	}
	changes := market.Changes{Attempts: []market.Attempt{attempt}, Bindings: bindings}
	return o.commit(ctx, changes, lanes.Outcome{Rows: []lanes.NewRow{row}, Close: true})
}
