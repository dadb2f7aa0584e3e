package md999

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"bazarbot/market"
)

// Prepare makes what Act sends for a job: the change of an edit; the other
// actions need nothing. images are the ids of the pictures the ad is to have.
func (c *Client) Prepare(ctx context.Context, key market.Secret, job market.AdJob, images []string) (json.RawMessage, error) {
	if job.Action != market.ActEdit {
		return nil, nil
	}
	change, err := c.ComposeChange(ctx, key, job.Lang, job.Ad, job.Before, job.After, images)
	if err != nil {
		return nil, err
	}
	return json.Marshal(change)
}

// Act does what a job asks of an ad.
func (c *Client) Act(ctx context.Context, key market.Secret, job market.AdJob, prepared json.RawMessage) error {
	switch job.Action {
	case market.ActRepublish:
		return c.Republish(ctx, key, job.Ad)
	case market.ActColour:
		return c.Colour(ctx, key, job.Ad)
	case market.ActHide, market.ActShow:
		return c.SetAccess(ctx, key, job.Ad, job.Action == market.ActHide)
	case market.ActEdit:
		change, err := savedChange(prepared)
		if err != nil {
			return err
		}
		return c.Update(ctx, key, job.Ad, change)
	case market.ActAuto:
		if job.Auto != nil {
			return c.SetAutorepublisher(ctx, key, job.Ad, *job.Auto)
		}
	}
	return &market.Error{Kind: market.Invalid, Market: market.MD999, Op: "act", Err: fmt.Errorf("no action %q", job.Action)}
}

// Took reports whether a job has taken effect whose answer was lost, against
// the ad as it was before: a republished ad has a later date, a coloured one is
// coloured, a changed one holds what was sent.
func (c *Client) Took(ctx context.Context, key market.Secret, job market.AdJob, prepared json.RawMessage, was market.Ad) (bool, error) {
	switch job.Action {
	case market.ActEdit:
		change, err := savedChange(prepared)
		if err != nil {
			return false, err
		}
		return c.Holds(ctx, key, job.Ad, change)
	case market.ActAuto:
		now, err := c.Autorepublisher(ctx, key, job.Ad)
		if err != nil || job.Auto == nil {
			return false, err
		}
		return sameSchedule(now, *job.Auto), nil
	}
	now, err := c.FullAd(ctx, key, job.Lang, job.Ad)
	if err != nil {
		return false, err
	}
	switch job.Action {
	case market.ActRepublish:
		return now.Republished.After(was.Republished), nil
	case market.ActColour:
		return now.Coloured && !was.Coloured, nil
	case market.ActHide:
		return now.State == market.StateHidden, nil
	}
	return now.State != market.StateHidden, nil
}

// sameSchedule compares what is set, not what the market adds. Off is off,
// whatever the rest.
func sameSchedule(a, b market.Autorepublish) bool {
	if !a.Enabled && !b.Enabled {
		return true
	}
	return a.Enabled == b.Enabled && a.FromHour == b.FromHour && a.ToHour == b.ToHour && a.Every == b.Every &&
		slices.Equal(a.Weekdays, b.Weekdays)
}

var errNoChange = errors.New("no change was prepared")

func savedChange(prepared json.RawMessage) (Change, error) {
	var change Change
	if len(prepared) == 0 {
		return change, errNoChange
	}
	if err := json.Unmarshal(prepared, &change); err != nil {
		return change, fmt.Errorf("decode change: %w", err)
	}
	return change, nil
}
