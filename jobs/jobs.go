// Package jobs is the work that is no conversation. Each job is a row in the
// lane of the account it acts for, so one account's writes happen one after
// another; what a job has to tell goes as a row into its person's lane.
package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
)

// Class is the class of the lanes this package works: one lane per account.
const Class = "account"

// Store is what jobs ask of the database.
type Store interface {
	Accounts(ctx context.Context, person int64) ([]market.Account, error)
	Attempts(ctx context.Context, job string) ([]market.Attempt, error)
	Bound(ctx context.Context, id market.ID, ads []string) (map[string]string, error)
	// BoundTo gives the ad that was opened for a draft or made of it, or "".
	BoundTo(ctx context.Context, id market.ID, draft string) (ad string, err error)
	// Upload and Uploads tell which pictures the market has. They are counted by
	// account, or by ad where pictures belong to one.
	Upload(ctx context.Context, scope, hash string) (remote string, ok bool, err error)
	Uploads(ctx context.Context, scope string) (remotes []string, err error)
	// CountUploads tells how many pictures an account may have sent since a
	// moment, those included whose answer was lost.
	CountUploads(ctx context.Context, account string, since time.Time) (int, error)
	Commit(ctx context.Context, lease lanes.Lease, row int64, ch market.Changes, out lanes.Outcome) error
}

// Market is what jobs ask of a market.
type Market interface {
	ID() market.ID
	Capabilities() market.Capabilities
	Publisher
	Keeper
	Lister
}

// Keeper is what is asked to change an ad that exists. What Prepare makes is the
// market's own, saved as it is before Act sends it.
type Keeper interface {
	FullAd(ctx context.Context, key market.Secret, lang market.Lang, ad string) (market.Ad, error)
	Prepare(ctx context.Context, key market.Secret, job market.AdJob, images []string) (json.RawMessage, error)
	Act(ctx context.Context, key market.Secret, job market.AdJob, prepared json.RawMessage) error
	// Took reports whether the act has taken effect, against the ad as it was.
	Took(ctx context.Context, key market.Secret, job market.AdJob, prepared json.RawMessage, was market.Ad) (bool, error)
}

// Publisher is what publishing asks of every market. Besides, a market is a
// Poster or an Opener.
type Publisher interface {
	// URL is the public page of an ad, or "".
	URL(lang market.Lang, ad string) string
	// Compose makes what is sent, so that it can be saved before. It is the
	// market's own.
	Compose(ctx context.Context, key market.Secret, lang market.Lang, answers market.Answers, images []string) (post json.RawMessage, err error)
}

// Poster is a market where an ad comes to be with one request, which must never
// be sent twice. Post and snapshot are the market's own, saved as they are.
type Poster interface {
	Upload(ctx context.Context, key market.Secret, name string, jpeg []byte) (remote string, err error)
	// Snapshot notes which ads there are before a post.
	Snapshot(ctx context.Context, key market.Secret) (json.RawMessage, error)
	Create(ctx context.Context, key market.Secret, post json.RawMessage) (ad string, err error)
	// Lookup finds the ads that this post may have made and that are not in
	// the snapshot.
	Lookup(ctx context.Context, key market.Secret, post, before json.RawMessage, since time.Time) ([]string, error)
}

// Opener is a market where an ad is opened first, as an empty one that nobody
// sees; its pictures go to it, and what fills it may be sent again.
type Opener interface {
	Open(ctx context.Context, key market.Secret) (ad string, err error)
	UploadTo(ctx context.Context, key market.Secret, ad, name string, jpeg []byte) (remote string, err error)
	// Picture brings a picture that another ad of the market has.
	Picture(ctx context.Context, remote string) (jpeg []byte, err error)
	// RemoveImage is done, too, when the picture is not there.
	RemoveImage(ctx context.Context, key market.Secret, ad, remote string) error
	// Fill says what the ad is, and gives its state as far as the market tells.
	Fill(ctx context.Context, key market.Secret, ad string, post json.RawMessage) (market.Ad, error)
	// Delete is done, too, when the ad is not there.
	Delete(ctx context.Context, key market.Secret, ad string) error
}

// Photos brings a picture in the form in which it goes to a market. One that
// cannot be used is a *market.PhotoError.
type Photos interface {
	Fetch(ctx context.Context, photo market.Photo) (jpeg []byte, err error)
}

// Config is what jobs need.
type Config struct {
	Store   Store
	Markets []Market
	Photos  Photos
	Log     *slog.Logger
	// Reports makes the row that brings a report to its person.
	Reports func(person int64, key string, payload []byte) lanes.NewRow
	// Timed makes the row that brings a timer that is due to its person; the
	// payload is the timer as it was set.
	Timed func(person int64, key string, payload []byte) lanes.NewRow
	// Watched makes the row that tells its person what a look has found; the
	// payload is a market.Watched as JSON. Watches and Pace are of Watch only.
	Watched func(person int64, key string, payload []byte) lanes.NewRow
	Watches Watches
	Pace    Pace // zero: the product's
	// Looks are the times after a lost answer at which it is looked whether
	// the post took effect; after the last one the person is asked.
	Looks []time.Duration
	// Patience is how long a post is tried before the person is asked anew.
	Patience time.Duration
	// Retry is the pause before a market that does not answer is tried again.
	Retry time.Duration
	Now   func() time.Time
}

// Jobs works the lanes of accounts.
type Jobs struct {
	Config
	markets map[market.ID]Market
}

// New makes the jobs; zero durations take the design's values.
func New(cfg Config) *Jobs {
	if len(cfg.Looks) == 0 {
		cfg.Looks = []time.Duration{0, 30 * time.Second, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute}
	}
	if cfg.Patience == 0 {
		cfg.Patience = 30 * time.Minute
	}
	if cfg.Retry == 0 {
		cfg.Retry = 20 * time.Second
	}
	if cfg.Pace == (Pace{}) {
		cfg.Pace = pace
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	j := &Jobs{Config: cfg, markets: map[market.ID]Market{}}
	for _, m := range cfg.Markets {
		j.markets[m.ID()] = m
	}
	return j
}

// Open makes the work of one tenure of an account's lane.
func (j *Jobs) Open(string) lanes.Work { return work{j} }

type work struct{ *Jobs }

// Do works one job as far as it goes now.
func (w work) Do(ctx context.Context, held *lanes.Held, row lanes.Row) error {
	j, err := w.decode(held, row)
	if err != nil {
		return &lanes.Hopeless{Cause: err}
	}
	if j.base().market == nil {
		return fmt.Errorf("market %q is not switched on", j.base().about.Market)
	}
	return j.run(ctx)
}

// Apology: nobody can say whether a job that failed for good has taken effect,
// so the person is asked to look.
func (w work) Apology(row lanes.Row, ref string) []lanes.NewRow {
	j, err := w.decode(nil, row)
	if err != nil {
		w.Log.Error("no apology", "ref", ref, "error", err)
		return nil
	}
	report, err := j.base().report("end", market.Report{Stage: market.StageUnknown, Ref: ref})
	if err != nil {
		w.Log.Error("no apology", "ref", ref, "error", err)
		return nil
	}
	return []lanes.NewRow{report}
}

// job is one of the kinds of jobs.
type job interface {
	base() *task
	run(ctx context.Context) error
}

func (t *task) base() *task { return t }

// decode makes the job of a row.
func (w work) decode(held *lanes.Held, row lanes.Row) (job, error) {
	t := task{Jobs: w.Jobs, row: row, held: held}
	if row.Kind == market.JobSign {
		var j market.SignJob
		if err := json.Unmarshal(row.Payload, &j); err != nil {
			return nil, fmt.Errorf("decode job %s: %w", row.Key, err)
		}
		t.market, t.id, t.person, t.account = w.markets[j.Market], j.ID, j.Person, j.Account
		t.about = market.Report{Market: j.Market, Sign: j.Step}
		door, _ := t.market.(Door)
		return &sign{task: t, job: j, door: door}, nil
	}
	if row.Kind == market.JobAd {
		var j market.AdJob
		if err := json.Unmarshal(row.Payload, &j); err != nil {
			return nil, fmt.Errorf("decode job %s: %w", row.Key, err)
		}
		t.market, t.id, t.person, t.account = w.markets[j.Market], j.ID, j.Person, j.Account
		t.about = market.Report{Market: j.Market, Action: j.Action, AdID: j.Ad, Title: j.Title, Bulk: j.Bulk}
		t.ad = j.Ad
		switch j.Action {
		case market.ActDiscard:
			return &discard{task: t, job: j}, nil
		case market.ActAvatar, market.ActAvatarRemove:
			return &avatar{task: t, job: j}, nil
		}
		return &act{task: t, job: j}, nil
	}
	var j market.PublishJob
	if err := json.Unmarshal(row.Payload, &j); err != nil {
		return nil, fmt.Errorf("decode job %s: %w", row.Key, err)
	}
	t.market, t.id, t.person, t.account = w.markets[j.Market], j.ID, j.Person, j.Account
	t.about = market.Report{Market: j.Market, Draft: j.Draft}
	switch m := t.market.(type) {
	case Opener:
		return &open{task: t, job: j, opener: m}, nil
	case Poster:
		return &publish{task: t, job: j, poster: m}, nil
	case nil: // switched off; Do says so
		return &publish{task: t, job: j}, nil
	}
	return nil, fmt.Errorf("market %s takes no ads", j.Market)
}
