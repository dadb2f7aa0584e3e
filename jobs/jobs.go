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
	Upload(ctx context.Context, account, hash string) (remote string, ok bool, err error)
	Commit(ctx context.Context, lease lanes.Lease, row int64, ch market.Changes, out lanes.Outcome) error
}

// Market is what publishing asks of a market, in the order in which it is
// asked. Post and snapshot are the market's own, saved as they are.
type Market interface {
	ID() market.ID
	// URL is the public page of an ad, or "".
	URL(lang market.Lang, ad string) string
	Upload(ctx context.Context, key market.Secret, name string, jpeg []byte) (remote string, err error)
	// Compose makes what Create sends, so that it can be saved before.
	Compose(ctx context.Context, key market.Secret, lang market.Lang, answers market.Answers, images []string) (post json.RawMessage, err error)
	// Snapshot notes which ads there are before a post.
	Snapshot(ctx context.Context, key market.Secret) (json.RawMessage, error)
	Create(ctx context.Context, key market.Secret, post json.RawMessage) (ad string, err error)
	// Lookup finds the ads that this post may have made and that are not in
	// the snapshot.
	Lookup(ctx context.Context, key market.Secret, post, before json.RawMessage, since time.Time) ([]string, error)
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
	job, err := decodeJob(row)
	if err != nil {
		return &lanes.Hopeless{Cause: err}
	}
	m, ok := w.markets[job.Market]
	if !ok {
		return fmt.Errorf("market %q is not switched on", job.Market)
	}
	return (&publish{Jobs: w.Jobs, market: m, job: job, row: row, held: held}).run(ctx)
}

// Apology: nobody can say whether a job that failed for good has taken effect,
// so the person is asked to look.
func (w work) Apology(row lanes.Row, ref string) []lanes.NewRow {
	job, err := decodeJob(row)
	if err != nil {
		w.Log.Error("no apology", "ref", ref, "error", err)
		return nil
	}
	report, err := w.report(job, "end", market.Report{Stage: market.StageUnknown, Ref: ref})
	if err != nil {
		w.Log.Error("no apology", "ref", ref, "error", err)
		return nil
	}
	return []lanes.NewRow{report}
}

func decodeJob(row lanes.Row) (market.PublishJob, error) {
	var job market.PublishJob
	if err := json.Unmarshal(row.Payload, &job); err != nil {
		return job, fmt.Errorf("decode job %s: %w", row.Key, err)
	}
	return job, nil
}

// report makes the row that tells the person how far the job is. The same step
// is told once, however often it is done.
func (j *Jobs) report(job market.PublishJob, step string, r market.Report) (lanes.NewRow, error) {
	r.Job, r.Draft, r.Market, r.Account = job.ID, job.Draft, job.Market, job.Account
	payload, err := json.Marshal(r)
	if err != nil {
		return lanes.NewRow{}, fmt.Errorf("encode report: %w", err)
	}
	return j.Reports(job.Person, "job:"+job.ID+":"+step, payload), nil
}
