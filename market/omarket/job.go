package omarket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"bazarbot/market"
)

// URL is the public page of an ad: the description names none.
func (c *Client) URL(market.Lang, string) string { return "" }

// Compose makes the body with which Fill fills an opened ad.
func (c *Client) Compose(ctx context.Context, key market.Secret, lang market.Lang, answers market.Answers, images []string) (json.RawMessage, error) {
	return c.ComposeAd(ctx, key, lang, answers, images)
}

// Fill says what an opened ad is; see Put.
func (c *Client) Fill(ctx context.Context, key market.Secret, ad string, post json.RawMessage) (market.Ad, error) {
	return c.Put(ctx, key, ad, post)
}

// Prepare makes what Act sends for a job: the whole ad as an edit leaves it;
// deleting needs nothing. images are the addresses of the pictures the ad is to
// have.
func (c *Client) Prepare(ctx context.Context, key market.Secret, job market.AdJob, images []string) (json.RawMessage, error) {
	if job.Action != market.ActEdit {
		return nil, nil
	}
	change, err := c.ComposeEdit(ctx, key, job.Lang, job.Ad, job.Before, job.After, images)
	if err != nil {
		return nil, err
	}
	return change.Body, nil
}

// Act does what a job asks of an ad. All of it may be done again.
func (c *Client) Act(ctx context.Context, key market.Secret, job market.AdJob, prepared json.RawMessage) error {
	switch job.Action {
	case market.ActEdit:
		if len(prepared) == 0 {
			return errNoChange
		}
		_, err := c.Put(ctx, key, job.Ad, prepared)
		return err
	case market.ActDelete:
		return c.Delete(ctx, key, job.Ad)
	}
	return &market.Error{Kind: market.Invalid, Market: market.OMarket, Op: "act", Err: fmt.Errorf("no action %q", job.Action)}
}

var errNoChange = errors.New("no change was prepared")

// Took reports whether a job has taken effect whose answer was lost. Only that
// an ad is gone can be seen; an edit is simply sent again.
func (c *Client) Took(ctx context.Context, key market.Secret, job market.AdJob, _ json.RawMessage, _ market.Ad) (bool, error) {
	if job.Action != market.ActDelete {
		return false, nil
	}
	_, err := c.FullAd(ctx, key, job.Lang, job.Ad)
	if market.KindOf(err) == market.NotFound {
		return true, nil
	}
	return false, err
}
