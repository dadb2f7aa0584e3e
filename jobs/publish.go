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

// publish puts one draft on its market: each photo, then the ad. Every step is
// saved before the next starts, and the paid post is saved before it is sent:
// whoever goes on after a crash finds out what happened instead of sending it
// again.
type publish struct {
	task
	job    market.PublishJob
	poster Poster
}

const stepPost = string(market.ActPost)

// sending is what is saved before the ad is sent.
type sending struct {
	Post   json.RawMessage `json:"post"`
	Before json.RawMessage `json:"before"` // which ads there were
}

// errUnsettled says that a lost post is still being looked for.
var errUnsettled = errors.New("the answer to the post was lost, and no ad is found yet")

func (p *publish) run(ctx context.Context) error {
	usable, err := p.load(ctx)
	if err != nil {
		return err
	}
	post, posting := p.attempts[stepPost]
	posting = posting && post.State == market.AttemptBegun
	switch {
	case posting && usable:
		return p.look(ctx, post)
	case posting: // nobody is let in to look
		return p.ask(ctx, post)
	case !usable:
		return p.fail(ctx, p.refuse(market.NotSignedIn, nil), 0)
	}
	if p.late() {
		return p.fail(ctx, p.refuse(market.Unavailable, errLate), 0)
	}
	images, err := p.photos(ctx, p.job.Answers)
	if err != nil {
		return p.settle(ctx, err)
	}
	return p.post(ctx, images)
}

// post sends the ad. It is the one step that costs money.
func (p *publish) post(ctx context.Context, images []string) error {
	post, err := p.market.Compose(ctx, p.key, p.job.Lang, p.job.Answers, images)
	if err != nil {
		return p.settle(ctx, err)
	}
	before, err := p.poster.Snapshot(ctx, p.key)
	if err != nil {
		return p.settle(ctx, err)
	}
	saved, err := json.Marshal(sending{Post: post, Before: before})
	if err != nil {
		return fmt.Errorf("encode attempt: %w", err)
	}
	if err := p.tell(ctx, "posting", market.Report{Stage: market.StagePosting}); err != nil {
		return err
	}
	attempt, err := p.begin(ctx, stepPost, saved)
	if err != nil {
		return err
	}
	if !p.held.Live() {
		return lanes.ErrStale
	}
	ad, err := p.poster.Create(ctx, p.key, post)
	switch market.KindOf(err) {
	case "":
		if err != nil { // no market's error: nobody knows
			return p.look(ctx, attempt)
		}
		return p.posted(ctx, attempt, ad)
	case market.UnknownOutcome:
		p.Log.Warn("the answer to a post is lost", "job", p.job.ID, "error", err)
		return p.look(ctx, attempt)
	}
	attempt.State, attempt.EndedAt = market.AttemptFailed, p.Now()
	if failed := p.commit(ctx, market.Changes{Attempts: []market.Attempt{attempt}}, lanes.Outcome{}); failed != nil {
		return failed
	}
	return p.settle(ctx, err)
}

// posted ends the job: the ad is bound to its draft, and the person is told.
func (p *publish) posted(ctx context.Context, attempt market.Attempt, ad string) error {
	now := p.Now()
	attempt.State, attempt.AdID, attempt.EndedAt = market.AttemptDone, ad, now
	body, err := json.Marshal(p.job.Answers)
	if err != nil {
		return fmt.Errorf("encode answers: %w", err)
	}
	report, err := p.report("end", market.Report{
		Stage: market.StageDone, AdID: ad, URL: p.market.URL(p.job.Lang, ad),
	})
	if err != nil {
		return err
	}
	return p.commit(ctx, market.Changes{
		Attempts: []market.Attempt{attempt},
		Bindings: []market.Binding{{
			Market: p.job.Market, AdID: ad, Account: p.job.Account, Person: p.job.Person,
			Draft: p.job.Draft, Body: body, At: now,
		}},
	}, lanes.Outcome{Rows: []lanes.NewRow{report}, Close: true})
}

// look finds out whether a post took effect whose answer was lost. Exactly one
// ad that was not there before and is no other draft's is it. Nothing is ever
// sent again from here.
func (p *publish) look(ctx context.Context, attempt market.Attempt) error {
	if err := p.tell(ctx, "looking", market.Report{Stage: market.StageLooking}); err != nil {
		return err
	}
	var was sending
	if err := json.Unmarshal(attempt.Before, &was); err != nil {
		return fmt.Errorf("decode attempt: %w", err)
	}
	found, err := p.poster.Lookup(ctx, p.key, was.Post, was.Before, attempt.BegunAt)
	if kind := market.KindOf(err); kind != "" && kind != market.Unavailable && kind != market.UnknownOutcome && kind != market.Quota {
		p.Log.Error("cannot look whether a post took effect", "job", p.job.ID, "error", err)
		return p.ask(ctx, attempt)
	}
	if err != nil && p.Now().Sub(attempt.BegunAt) > p.Patience {
		return p.ask(ctx, attempt)
	}
	if err != nil {
		return &lanes.Later{After: p.Retry, Cause: err}
	}
	bound, err := p.Store.Bound(ctx, p.job.Market, found)
	if err != nil {
		return fmt.Errorf("bound ads: %w", err)
	}
	free := slices.DeleteFunc(found, func(ad string) bool { return bound[ad] != "" && bound[ad] != p.job.Draft })
	switch {
	case len(free) == 1:
		p.Log.Info("a post whose answer was lost is found", "job", p.job.ID, "ad", free[0])
		return p.posted(ctx, attempt, free[0])
	case len(free) > 1:
		return p.ask(ctx, attempt)
	}
	return p.lookLater(ctx, attempt)
}

// lookLater waits for the next look, or asks the person after the last.
func (p *publish) lookLater(ctx context.Context, attempt market.Attempt) error {
	since := p.Now().Sub(attempt.BegunAt)
	for _, at := range p.Looks {
		if at > since {
			return &lanes.Later{After: at - since, Cause: errUnsettled}
		}
	}
	return p.ask(ctx, attempt)
}

// ask leaves it to the person: they can look at the market's site. The attempt
// is closed as unknown to us, so that nothing acts on it again.
func (p *publish) ask(ctx context.Context, attempt market.Attempt) error {
	report, err := p.report("end", market.Report{Stage: market.StageUnknown})
	if err != nil {
		return err
	}
	attempt.EndedAt = p.Now()
	return p.commit(ctx, market.Changes{Attempts: []market.Attempt{attempt}}, lanes.Outcome{Rows: []lanes.NewRow{report}, Close: true})
}
