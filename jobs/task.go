package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"bazarbot/lanes"
	"bazarbot/market"
)

// task is what all jobs are made of: one row of an account's lane, steps that
// are saved before and after they are done, and reports to the person.
type task struct {
	*Jobs
	market Market
	row    lanes.Row
	held   *lanes.Held

	id      string // the job's
	person  int64
	account string
	about   market.Report // what every report says alike

	key      market.Secret
	ad       string   // the ad that pictures go to, where they belong to one
	owned    []string // the pictures that ad has
	attempts map[string]market.Attempt
	quota    quota
	// doubt: what ends the job was sent and may have taken effect. Without an
	// answer it does not end as if nothing had happened.
	doubt bool
}

// report makes the row that tells the person how far the job is. The same step
// is told once, however often it is done.
func (t *task) report(step string, r market.Report) (lanes.NewRow, error) {
	r.Job, r.Market, r.Account = t.id, t.about.Market, t.account
	r.Draft, r.Action, r.Title, r.Bulk, r.Sign = t.about.Draft, t.about.Action, t.about.Title, t.about.Bulk, t.about.Sign
	if r.AdID == "" {
		r.AdID = t.about.AdID
	}
	payload, err := json.Marshal(r)
	if err != nil {
		return lanes.NewRow{}, fmt.Errorf("encode report: %w", err)
	}
	return t.Reports(t.person, "job:"+t.id+":"+step, payload), nil
}

// late reports whether the job has waited for longer than anybody should act on
// it without being asked again.
func (t *task) late() bool { return t.Now().Sub(t.row.Arrived) > t.Patience }

// errLate is why a job that came too late is not done.
var errLate = errors.New("waited too long")

func (t *task) refuse(kind market.ErrorKind, err error) *market.Error {
	return &market.Error{Kind: kind, Market: t.about.Market, Op: t.row.Kind, Err: err}
}

// load reads what was done before, and the account's key. Not usable means that
// it is disconnected, not signed in, or somebody else's.
func (t *task) load(ctx context.Context) (usable bool, err error) {
	attempts, err := t.Store.Attempts(ctx, t.row.Key)
	if err != nil {
		return false, fmt.Errorf("attempts: %w", err)
	}
	t.attempts = make(map[string]market.Attempt, len(attempts))
	for _, a := range attempts {
		t.attempts[a.Step] = a
	}
	accounts, err := t.Store.Accounts(ctx, t.person)
	if err != nil {
		return false, fmt.Errorf("accounts: %w", err)
	}
	for _, a := range accounts {
		if a.ID == t.account {
			t.key = a.Secret
			return a.State == market.AccountActive, nil
		}
	}
	return false, nil
}

// begin saves that a step is about to be sent.
func (t *task) begin(ctx context.Context, step string, before []byte) (market.Attempt, error) {
	a := market.Attempt{
		Job: t.row.Key, Step: step, Account: t.account, Fence: t.held.Lease().Fence,
		State: market.AttemptBegun, Before: before, BegunAt: t.Now(),
	}
	return a, t.commit(ctx, market.Changes{Attempts: []market.Attempt{a}}, lanes.Outcome{})
}

func (t *task) commit(ctx context.Context, ch market.Changes, out lanes.Outcome) error {
	if err := t.Store.Commit(ctx, t.held.Lease(), t.row.ID, ch, out); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// tell reports how far the job is.
func (t *task) tell(ctx context.Context, step string, r market.Report) error {
	row, err := t.report(step, r)
	if err != nil {
		return err
	}
	return t.commit(ctx, market.Changes{}, lanes.Outcome{Rows: []lanes.NewRow{row}})
}

// settle acts on what kept a step from being done: a market that does not
// answer is tried again, a refusal is told. The step took no effect.
func (t *task) settle(ctx context.Context, cause error) error {
	number := 0
	var photo *photoFailure
	if errors.As(cause, &photo) {
		number = photo.number
	}
	var merr *market.Error
	var perr *market.PhotoError
	switch {
	case errors.Is(cause, lanes.ErrStale), ctx.Err() != nil:
		return cause
	case errors.As(cause, &perr):
		return t.fail(ctx, &market.Error{Kind: market.Invalid, Market: t.market.ID(), Op: "photo", Err: perr}, number)
	case errors.As(cause, &merr):
		if merr.Kind == market.Unavailable || merr.Kind == market.UnknownOutcome || t.unheard(merr) {
			return t.wait(ctx, merr)
		}
		return t.fail(ctx, merr, number)
	case number > 0: // the photo could not be fetched from Telegram
		return t.wait(ctx, cause)
	}
	return cause
}

// unheard reports whether a refusal says nothing of what was sent before it and
// may have taken effect.
func (t *task) unheard(refusal error) bool {
	kind := market.KindOf(refusal)
	return t.doubt && (kind == market.Unavailable || kind == market.Quota)
}

// wait has the job tried again after a pause; its patience is looked at then,
// and of one in doubt by the job itself.
func (t *task) wait(ctx context.Context, cause error) error {
	if !t.doubt && t.Now().Add(t.Retry).Sub(t.row.Arrived) > t.Patience {
		return t.fail(ctx, &market.Error{Kind: market.Unavailable, Market: t.market.ID(), Op: t.row.Kind, Err: cause}, 0)
	}
	if err := t.tell(ctx, "waiting", market.Report{Stage: market.StageWaiting}); err != nil {
		return err
	}
	return &lanes.Later{After: t.Retry, Cause: cause}
}

// fail ends the job: nothing took effect, and the person is told why.
func (t *task) fail(ctx context.Context, cause *market.Error, photo int) error {
	ref := market.NewRef()
	t.Log.Warn("a job failed", "ref", ref, "job", t.id, "person", t.person, "error", cause)
	report, err := t.report("end", market.Report{
		Stage: market.StageFailed, Kind: cause.Kind, Message: cause.Message, Fields: cause.Fields, Photo: photo, Ref: ref,
		RetryAt: t.freeAt(cause, photo),
	})
	if err != nil {
		return err
	}
	return t.commit(ctx, market.Changes{}, lanes.Outcome{Rows: []lanes.NewRow{report}, Close: true})
}
