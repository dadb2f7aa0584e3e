package jobs

import (
	"context"
	"fmt"

	"bazarbot/lanes"
	"bazarbot/market"
)

// discard takes back the ad that was opened for a draft the person dropped. It
// tells nobody: an empty ad that stays is seen by no buyer.
type discard struct {
	task
	job market.AdJob
}

func (d *discard) run(ctx context.Context) error {
	usable, err := d.load(ctx)
	if err != nil {
		return err
	}
	opener, ok := d.market.(Opener)
	if !ok || !usable || d.late() {
		return d.close(ctx)
	}
	ad, err := d.Store.BoundTo(ctx, d.job.Market, d.job.Draft)
	if err != nil {
		return fmt.Errorf("ad of draft %s: %w", d.job.Draft, err)
	}
	if ad == "" {
		return d.close(ctx)
	}
	// What has been filled meanwhile is an ad of its own.
	now, err := d.market.FullAd(ctx, d.key, d.job.Lang, ad)
	if err == nil && now.State == market.StateInitial {
		if !d.held.Live() {
			return lanes.ErrStale
		}
		err = opener.Delete(ctx, d.key, ad)
	}
	switch kind := market.KindOf(err); {
	case kind == market.Unavailable, kind == market.UnknownOutcome, kind == market.Quota:
		return &lanes.Later{After: d.Retry, Cause: err}
	case err != nil && kind == "":
		return err
	case err != nil && kind != market.NotFound:
		d.Log.Warn("an opened ad stays behind", "job", d.id, "error", err)
	}
	return d.close(ctx)
}

func (d *discard) close(ctx context.Context) error {
	return d.commit(ctx, market.Changes{}, lanes.Outcome{Close: true})
}
