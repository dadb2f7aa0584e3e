package jobs_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
)

// attempt is what a process left behind that died in the middle.
func (y *yard) attempt(step string, state market.AttemptState, before, result []byte) {
	y.commit(market.Changes{Attempts: []market.Attempt{{
		Job: y.row.Key, Step: step, Account: account, Fence: y.lease.Fence, State: state,
		Before: before, Result: result, BegunAt: time.Now(),
	}}})
}

// saved is what is kept before a post.
func (y *yard) saved() []byte {
	y.t.Helper()
	post, err := y.client.Compose(y.t.Context(), key, market.Russian, y.job.Answers, nil)
	if err != nil {
		y.t.Fatal(err)
	}
	before, err := y.client.Snapshot(y.t.Context(), key)
	if err != nil {
		y.t.Fatal(err)
	}
	body, err := json.Marshal(map[string]json.RawMessage{"post": post, "before": before})
	if err != nil {
		y.t.Fatal(err)
	}
	return body
}

// Whoever goes on after a crash goes on from what was saved.
func TestResume(t *testing.T) {
	t.Parallel()
	t.Run("a photo was begun", func(t *testing.T) {
		t.Parallel()
		y := open(t, "a")
		y.attempt("photo:0:u-a", market.AttemptBegun, []byte("hash"), nil)
		y.done(market.StageDone)
		y.expect(1)
	})
	t.Run("a photo is with the market", func(t *testing.T) {
		t.Parallel()
		y := open(t, "a")
		remote, err := y.client.Upload(t.Context(), key, "a.jpg", y.photos.bytes["a"])
		if err != nil {
			t.Fatal(err)
		}
		y.attempt("photo:0:u-a", market.AttemptDone, []byte("hash"), []byte(remote))
		y.done(market.StageDone)
		if n := y.market.Uploads(key); n != 1 || y.photos.fetched != 0 {
			t.Errorf("%d uploads, %d fetched", n, y.photos.fetched)
		}
		y.expect(1)
	})
	t.Run("the post was refused", func(t *testing.T) {
		t.Parallel()
		y := open(t)
		y.attempt("post", market.AttemptFailed, y.saved(), nil)
		y.done(market.StageDone)
		y.expect(1)
	})
	t.Run("the post was begun and not sent", func(t *testing.T) {
		t.Parallel()
		y := open(t)
		y.attempt("post", market.AttemptBegun, y.saved(), nil)
		y.later()
		y.clock.move(11 * time.Minute)
		y.done(market.StageUnknown)
		y.expect(0)
	})
	t.Run("the post was sent", func(t *testing.T) {
		t.Parallel()
		y := open(t)
		saved := y.saved()
		var was struct{ Post json.RawMessage }
		if err := json.Unmarshal(saved, &was); err != nil {
			t.Fatal(err)
		}
		ad, err := y.client.Create(t.Context(), key, was.Post)
		if err != nil {
			t.Fatal(err)
		}
		y.attempt("post", market.AttemptBegun, saved, nil)
		if end := y.done(market.StageDone); end.AdID != ad {
			t.Errorf("told %+v, want ad %s", end, ad)
		}
		y.expect(1)
	})
	t.Run("the post was begun long ago", func(t *testing.T) {
		t.Parallel()
		y := open(t)
		y.attempt("post", market.AttemptBegun, y.saved(), nil)
		y.clock.move(24 * time.Hour)
		y.done(market.StageUnknown)
		y.expect(0)
	})
}

// An owner that has lost its lane does nothing to the market.
func TestStaleOwner(t *testing.T) {
	t.Parallel()
	y := open(t, "a")
	y.lease.Until = time.Now()
	if err := y.do(); !errors.Is(err, lanes.ErrStale) {
		t.Errorf("%v", err)
	}
	old := y.lease
	if err := y.db.Release(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	y.claim()
	y.lease, old = old, y.lease
	y.lease.Until = time.Now().Add(time.Minute)
	if err := y.do(); !errors.Is(err, lanes.ErrStale) {
		t.Errorf("%v", err)
	}
	if n := y.market.Uploads(key); n != 0 {
		t.Errorf("%d uploads of a stale owner", n)
	}
	y.lease = old
	y.done(market.StageDone)
	y.expect(1)
}

// A photo the market has already is not fetched at all.
func TestPhotoKnownByItsID(t *testing.T) {
	t.Parallel()
	y := open(t, "a")
	remote, err := y.client.Upload(t.Context(), key, "a.jpg", y.photos.bytes["a"])
	if err != nil {
		t.Fatal(err)
	}
	y.job.Answers["14"] = market.PhotosValue(market.Photo{FileID: "a", Remote: remote})
	y.forget("nothing")
	y.done(market.StageDone)
	if y.photos.fetched != 0 {
		t.Error("fetched")
	}
}

// A row that can never be worked is set aside, and the person is told what can
// be known.
func TestHopeless(t *testing.T) {
	t.Parallel()
	y := open(t)
	work := y.jobs.Open(y.lease.Lane)
	held := lanes.NewHeld(y.lease, time.Second)
	whole := y.row
	y.row.Payload = []byte("{")
	var hopeless *lanes.Hopeless
	if err := work.Do(t.Context(), held, y.row); !errors.As(err, &hopeless) {
		t.Errorf("%v", err)
	}
	if rows := work.Apology(y.row, "REF"); len(rows) != 0 {
		t.Errorf("apologised to nobody: %+v", rows)
	}
	y.job.Market = market.OMarket
	y.row = whole
	y.forget("nothing")
	if err := work.Do(t.Context(), held, y.row); err == nil || errors.As(err, &hopeless) {
		t.Errorf("a market that is switched off: %v", err)
	}
	rows := work.Apology(y.row, "REF")
	var told market.Report
	if len(rows) != 1 || json.Unmarshal(rows[0].Payload, &told) != nil || told.Stage != market.StageUnknown || told.Ref != "REF" {
		t.Errorf("%+v", rows)
	}
}

// A database that fails is no market that signs people out.
func TestDatabaseDown(t *testing.T) {
	t.Parallel()
	y := open(t)
	if err := y.db.Shutdown(); err != nil {
		t.Fatal(err)
	}
	err := y.do()
	if err == nil || market.KindOf(err) != "" {
		t.Errorf("%v", err)
	}
}
