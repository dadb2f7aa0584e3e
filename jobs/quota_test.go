package jobs_test

import (
	"testing"
	"time"

	"bazarbot/market"
	"bazarbot/sandbox/md999"
)

// daily lets the market take n pictures a day, as far as the bot knows.
func (y *yard) daily(n int) {
	y.client.daily = n
	y.serves(y.client)
}

// again puts the same answers into the lane as another job.
func (y *yard) again(id string) {
	y.t.Helper()
	y.job.ID = id
	y.put("publish", id, y.job)
}

// uploads checks how many pictures the market was sent.
func (y *yard) uploads(want int) {
	y.t.Helper()
	if n := y.market.Uploads(key); n != want {
		y.t.Errorf("%d uploads, want %d", n, want)
	}
}

// midnight is when the market's next day begins.
func (y *yard) midnight() time.Time {
	_, next := market.Day(market.MD999, y.clock.now())
	return next
}

// What the day's quota leaves no room for waits for the next day, and what is
// with the market by then is not sent again.
func TestQuotaUsedUp(t *testing.T) {
	t.Parallel()
	y := open(t, "a", "b", "c")
	y.daily(2)
	end := y.done(market.StageFailed)
	if end.Kind != market.Quota || end.Photo != 3 || end.RetryAt.Sub(y.midnight()).Abs() > time.Second {
		t.Fatalf("told %+v; the day ends at %v", end, y.midnight())
	}
	y.uploads(2)
	y.expect(0)

	y.again("job2") // the same day: nothing more is sent
	if end := y.done(market.StageFailed); end.Kind != market.Quota || end.Photo != 3 {
		t.Fatalf("told %+v", end)
	}
	y.uploads(2)

	y.clock.move(24 * time.Hour)
	y.again("job3")
	y.row.Arrived = y.clock.now()
	y.done(market.StageDone)
	y.uploads(3)
	y.expect(1)
}

// A photo whose answer is lost counts: the market may have taken it.
func TestQuotaCountsLostAnswers(t *testing.T) {
	t.Parallel()
	for _, kind := range []md999.FaultKind{md999.FaultLostAfter, md999.FaultLostBefore} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			y := open(t, "a", "b")
			y.daily(2)
			y.market.AddFault(md999.Fault{Route: "POST /images", Kind: kind, Times: 1})
			y.later()
			if end := y.done(market.StageFailed); end.Kind != market.Quota || end.Photo != 2 {
				t.Fatalf("told %+v", end)
			}
			if n := y.market.Count("POST /images"); n != 2 {
				t.Errorf("%d uploads were tried, not 2", n)
			}
			day, _ := market.Day(market.MD999, y.clock.now())
			if n, err := y.db.CountUploads(t.Context(), account, day); err != nil || n != 2 {
				t.Errorf("%d uploads are counted, %v", n, err)
			}
			y.expect(0)
		})
	}
}

// The market's own word counts too, with the time it names; what it refused is
// not among the day's.
func TestQuotaToldByTheMarket(t *testing.T) {
	t.Parallel()
	y := openAt(t, md999.Options{DailyImages: 1}, "a", "b")
	end := y.done(market.StageFailed)
	if end.Kind != market.Quota || end.Photo != 2 || end.RetryAt.Sub(y.midnight()).Abs() > 2*time.Second {
		t.Fatalf("told %+v; the day ends at %v", end, y.midnight())
	}
	day, _ := market.Day(market.MD999, y.clock.now())
	if n, err := y.db.CountUploads(t.Context(), account, day); err != nil || n != 1 {
		t.Errorf("%d uploads are counted, %v", n, err)
	}
	y.uploads(1)
	y.expect(0)
}

// Of a market that refuses without a time, one knows when it takes photos again,
// and nothing else.
func TestTooManyRequests(t *testing.T) {
	t.Parallel()
	for route, known := range map[string]bool{"POST /images": true, "POST /adverts": false} {
		t.Run(route, func(t *testing.T) {
			t.Parallel()
			y := open(t, "a")
			y.market.AddFault(md999.Fault{Route: route, Kind: md999.FaultAnswer, Status: 429, Body: `{"error":{"message":"x"}}`, Times: 1})
			end := y.done(market.StageFailed)
			if end.Kind != market.Quota || end.RetryAt.Equal(y.midnight()) != known || end.RetryAt.IsZero() == known {
				t.Errorf("told %+v", end)
			}
			y.expect(0)
		})
	}
}
