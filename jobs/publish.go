package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"bazarbot/lanes"
	"bazarbot/market"
)

// publish puts one draft on its market: each photo, then the ad. Every step is
// saved before the next starts, and the paid post is saved before it is sent:
// whoever goes on after a crash finds out what happened instead of sending it
// again.
type publish struct {
	*Jobs
	market Market
	job    market.PublishJob
	row    lanes.Row
	held   *lanes.Held

	key      market.Secret
	attempts map[string]market.Attempt
}

const stepPost = "post"

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
		return p.fail(ctx, &market.Error{Kind: market.NotSignedIn, Market: p.job.Market, Op: "publish"}, 0)
	}
	if p.Now().Sub(p.row.Arrived) > p.Patience {
		return p.fail(ctx, &market.Error{Kind: market.Unavailable, Market: p.job.Market, Op: "publish", Err: errors.New("waited too long")}, 0)
	}
	images, err := p.photos(ctx)
	if err != nil {
		return p.settle(ctx, err)
	}
	return p.post(ctx, images)
}

// load reads what was done before, and the account. Not usable means that it
// is disconnected, signed out, or somebody else's.
func (p *publish) load(ctx context.Context) (usable bool, err error) {
	attempts, err := p.Store.Attempts(ctx, p.row.Key)
	if err != nil {
		return false, fmt.Errorf("attempts: %w", err)
	}
	p.attempts = make(map[string]market.Attempt, len(attempts))
	for _, a := range attempts {
		p.attempts[a.Step] = a
	}
	accounts, err := p.Store.Accounts(ctx, p.job.Person)
	if err != nil {
		return false, fmt.Errorf("accounts: %w", err)
	}
	for _, a := range accounts {
		if a.ID == p.job.Account && a.State == market.AccountActive {
			p.key = a.Secret
			return true, nil
		}
	}
	return false, nil
}

// photos makes sure that every photo is with the market, and gives their ids.
func (p *publish) photos(ctx context.Context) ([]string, error) {
	var photos []market.Photo
	for _, key := range slices.Sorted(maps.Keys(p.job.Answers)) {
		photos = append(photos, p.job.Answers[key].Photos...)
	}
	images := make([]string, 0, len(photos))
	for i, photo := range photos {
		remote, err := p.photo(ctx, i, photo)
		if err != nil {
			return nil, &photoFailure{number: i + 1, err: err}
		}
		images = append(images, remote)
		if err := p.tell(ctx, "photo:"+strconv.Itoa(i+1), market.Report{Stage: market.StagePhotos, Done: i + 1, Total: len(photos)}); err != nil {
			return nil, err
		}
	}
	return images, nil
}

// photoFailure tells which photo the trouble is about.
type photoFailure struct {
	number int
	err    error
}

func (f *photoFailure) Error() string { return fmt.Sprintf("photo %d: %v", f.number, f.err) }

func (f *photoFailure) Unwrap() error { return f.err }

// photo brings one photo to the market, unless it is there. Sending it twice
// would cost no money, only one of the day's uploads.
func (p *publish) photo(ctx context.Context, n int, photo market.Photo) (string, error) {
	if photo.Remote != "" {
		return photo.Remote, nil
	}
	step := "photo:" + strconv.Itoa(n) + ":" + photo.UniqueID
	if a, ok := p.attempts[step]; ok && a.State == market.AttemptDone {
		return string(a.Result), nil
	}
	jpeg, err := p.Photos.Fetch(ctx, photo)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(jpeg)
	hash := hex.EncodeToString(sum[:])
	if remote, ok, err := p.Store.Upload(ctx, p.job.Account, hash); err != nil || ok {
		return remote, err
	}
	attempt, err := p.begin(ctx, step, []byte(hash))
	if err != nil {
		return "", err
	}
	if !p.held.Live() {
		return "", lanes.ErrStale
	}
	remote, err := p.market.Upload(ctx, p.key, "photo"+strconv.Itoa(n+1)+".jpg", jpeg)
	if err != nil {
		return "", err
	}
	attempt.State, attempt.Result, attempt.EndedAt = market.AttemptDone, []byte(remote), p.Now()
	return remote, p.commit(ctx, market.Changes{
		Attempts: []market.Attempt{attempt},
		Uploads:  []market.Upload{{Account: p.job.Account, Hash: hash, Remote: remote, At: p.Now()}},
	}, lanes.Outcome{})
}

// begin saves that a step is about to be sent.
func (p *publish) begin(ctx context.Context, step string, before []byte) (market.Attempt, error) {
	a := market.Attempt{
		Job: p.row.Key, Step: step, Account: p.job.Account, Fence: p.held.Lease().Fence,
		State: market.AttemptBegun, Before: before, BegunAt: p.Now(),
	}
	return a, p.commit(ctx, market.Changes{Attempts: []market.Attempt{a}}, lanes.Outcome{})
}

func (p *publish) commit(ctx context.Context, ch market.Changes, out lanes.Outcome) error {
	if err := p.Store.Commit(ctx, p.held.Lease(), p.row.ID, ch, out); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// tell reports how far the job is.
func (p *publish) tell(ctx context.Context, step string, r market.Report) error {
	row, err := p.report(p.job, step, r)
	if err != nil {
		return err
	}
	return p.commit(ctx, market.Changes{}, lanes.Outcome{Rows: []lanes.NewRow{row}})
}

// post sends the ad. It is the one step that costs money.
func (p *publish) post(ctx context.Context, images []string) error {
	post, err := p.market.Compose(ctx, p.key, p.job.Lang, p.job.Answers, images)
	if err != nil {
		return p.settle(ctx, err)
	}
	before, err := p.market.Snapshot(ctx, p.key)
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
	ad, err := p.market.Create(ctx, p.key, post)
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
	report, err := p.report(p.job, "end", market.Report{
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
	found, err := p.market.Lookup(ctx, p.key, was.Post, was.Before, attempt.BegunAt)
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
	report, err := p.report(p.job, "end", market.Report{Stage: market.StageUnknown})
	if err != nil {
		return err
	}
	attempt.EndedAt = p.Now()
	return p.commit(ctx, market.Changes{Attempts: []market.Attempt{attempt}}, lanes.Outcome{Rows: []lanes.NewRow{report}, Close: true})
}

// settle acts on what kept a step from being done: a market that does not
// answer is tried again, a refusal is told. Nothing was posted.
func (p *publish) settle(ctx context.Context, cause error) error {
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
		return p.fail(ctx, &market.Error{Kind: market.Invalid, Market: p.job.Market, Op: "photo", Err: perr}, number)
	case errors.As(cause, &merr):
		if merr.Kind == market.Unavailable || merr.Kind == market.UnknownOutcome {
			return p.wait(ctx, merr)
		}
		return p.fail(ctx, merr, number)
	case number > 0: // the photo could not be fetched from Telegram
		return p.wait(ctx, cause)
	}
	return cause
}

// wait has the job tried again after a pause; its patience is looked at then.
func (p *publish) wait(ctx context.Context, cause error) error {
	if p.Now().Add(p.Retry).Sub(p.row.Arrived) > p.Patience {
		return p.fail(ctx, &market.Error{Kind: market.Unavailable, Market: p.job.Market, Op: "publish", Err: cause}, 0)
	}
	if err := p.tell(ctx, "waiting", market.Report{Stage: market.StageWaiting}); err != nil {
		return err
	}
	return &lanes.Later{After: p.Retry, Cause: cause}
}

// fail ends the job: nothing was posted, and the person is told why.
func (p *publish) fail(ctx context.Context, cause *market.Error, photo int) error {
	ref := market.NewRef()
	p.Log.Warn("not published", "ref", ref, "job", p.job.ID, "person", p.job.Person, "error", cause)
	report, err := p.report(p.job, "end", market.Report{
		Stage: market.StageFailed, Kind: cause.Kind, Message: cause.Message, Fields: cause.Fields, Photo: photo, Ref: ref,
	})
	if err != nil {
		return err
	}
	return p.commit(ctx, market.Changes{}, lanes.Outcome{Rows: []lanes.NewRow{report}, Close: true})
}
