package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bazarbot/market"
)

// errQuota is why a photo is not sent that the market would not take today.
var errQuota = errors.New("the day's uploads are used up")

// quota is how many photos may still be sent on a day of the market.
type quota struct {
	day  time.Time // its begin; zero: not counted yet
	left int
}

// spend takes one of the day's uploads, or refuses when none is left. They are
// counted once a day and job: while this lane is held, nobody else sends photos
// for its account.
func (t *task) spend(ctx context.Context) error {
	most := t.market.Capabilities().DailyImages
	if most == 0 {
		return nil
	}
	now := t.Now()
	day, next := market.Day(t.market.ID(), now)
	if !t.quota.day.Equal(day) {
		sent, err := t.Store.CountUploads(ctx, t.account, day)
		if err != nil {
			return fmt.Errorf("count uploads: %w", err)
		}
		t.quota = quota{day: day, left: most - sent}
	}
	if t.quota.left <= 0 {
		refusal := t.refuse(market.Quota, errQuota)
		refusal.RetryAfter = next.Sub(now)
		return refusal
	}
	t.quota.left--
	return nil
}

// freeAt is when what was refused for a quota may be tried again: as the market
// said, or, of a photo, with its next day. The zero time: nobody knows.
func (t *task) freeAt(cause *market.Error, photo int) time.Time {
	now := t.Now()
	switch {
	case cause.Kind != market.Quota:
		return time.Time{}
	case cause.RetryAfter > 0:
		return now.Add(cause.RetryAfter)
	case photo > 0 && t.market.Capabilities().DailyImages > 0:
		_, next := market.Day(t.market.ID(), now)
		return next
	}
	return time.Time{}
}
