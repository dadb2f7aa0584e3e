package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
)

// Watches keeps when whose ads are looked at, and what their sellers know of
// them. Of any number of processes one has a look at a time.
type Watches interface {
	ClaimWatches(ctx context.Context, n int, hold time.Duration) ([]market.Watch, error)
	// SaveWatch ends a look and has its rows told, or neither: not saved means
	// that somebody else has taken it over.
	SaveWatch(ctx context.Context, w market.Watch, next time.Duration, rows ...lanes.NewRow) (saved bool, err error)
	// BoundSince tells which of an account's ads came from here after a moment.
	BoundSince(ctx context.Context, id market.ID, account string, ads []string, since time.Time) ([]string, error)
}

// Lister is asked what became of a seller's ads.
type Lister interface {
	Ads(ctx context.Context, key market.Secret, lang market.Lang, query market.AdQuery) (market.AdPage, error)
}

// Pace is how often ads are looked at. Looks are spread by up to a tenth.
type Pace struct {
	Tick    time.Duration // between two looks into who is due
	Checked time.Duration // while an ad is being checked by its market
	Usual   time.Duration
	Idle    time.Duration // of an account that cannot be looked into
}

// pace is the product's.
var pace = Pace{Tick: 5 * time.Second, Checked: 2 * time.Minute, Usual: 15 * time.Minute, Idle: 24 * time.Hour}

const (
	looksAtOnce = 8
	// lookHold is how long one process has a look; reading a seller's ads takes
	// seconds.
	lookHold = 2 * time.Minute
	// saveWithin is how long the beginning and the end of a look may take.
	saveWithin = 5 * time.Second
)

// Watch looks at what became of people's ads, as it is due, until ctx ends. What
// a seller should hear goes as one row into their lane. A look loses nothing: one
// that did not come to its end is made anew.
func (j *Jobs) Watch(ctx context.Context) {
	ticker := time.NewTicker(j.Pace.Tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for more := true; more && ctx.Err() == nil; {
			more = j.lookAll(ctx) == looksAtOnce
		}
	}
}

// lookAll takes what is due, as many as are looked at together, and tells how
// many that were.
func (j *Jobs) lookAll(ctx context.Context) int {
	watches, err := j.takeLooks(ctx)
	if err != nil {
		j.Log.Error("ads are not looked at", "error", err)
		return 0
	}
	var all sync.WaitGroup
	for _, w := range watches {
		all.Go(func() {
			err := j.look(ctx, w)
			if err != nil && ctx.Err() != nil { // this process stops: the look is the next one's
				err = j.endLook(ctx, w, 0, market.Watched{})
			}
			if err != nil {
				j.Log.Error("ads are not looked at", "account", w.Account.ID, "error", err)
			}
		})
	}
	all.Wait()
	return len(watches)
}

// takeLooks takes what is due, also while the process stops: what is taken must
// be known, to be given back.
func (j *Jobs) takeLooks(ctx context.Context) ([]market.Watch, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveWithin)
	defer cancel()
	return j.Watches.ClaimWatches(ctx, looksAtOnce, lookHold)
}

// look looks at one account's ads.
func (j *Jobs) look(ctx context.Context, w market.Watch) error {
	m := j.markets[w.Account.Market]
	if m == nil || w.Away || w.Account.State != market.AccountActive {
		return j.endLook(ctx, w, j.Pace.Idle, market.Watched{})
	}
	ads, _, err := market.ReadAds(ctx, func(ctx context.Context, query market.AdQuery) (market.AdPage, error) {
		return m.Ads(ctx, w.Account.Secret, w.Lang, query)
	})
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case market.KindOf(err) == market.NotSignedIn:
		return j.endLook(ctx, w, j.Pace.Idle, market.Watched{Refused: true})
	case err != nil:
		j.Log.Info("ads could not be looked at", "account", w.Account.ID, "error", err)
		return j.endLook(ctx, w, j.Pace.Usual, market.Watched{})
	}
	marks, err := decodeMarks(w.Known)
	if err != nil {
		j.Log.Error("what a seller knew is lost", "account", w.Account.ID, "error", err)
	}
	ours, err := j.ours(ctx, m, w, marks, ads)
	if err != nil {
		return err
	}
	found := market.Watched{Changes: marks.update(ads, ours, j.Now())}
	j.explain(ctx, m, w, found.Changes)
	if w.Known, err = json.Marshal(marks); err != nil {
		return fmt.Errorf("encode marks: %w", err)
	}
	next := j.Pace.Usual
	if marks.checked() {
		next = j.Pace.Checked
	}
	return j.endLook(ctx, w, next, found)
}

// explained is of how many ads it is asked what their market's list does not
// tell: more are not told one by one.
const explained = 10

// explain adds why ads were refused, and when those that came through their check
// will be seen, where their market's list does not tell. One of which it is not
// told now is shown without.
func (j *Jobs) explain(ctx context.Context, m Market, w market.Watch, changes []market.AdChange) {
	for i := range changes[:min(len(changes), explained)] {
		ad := &changes[i].Ad
		if !unexplained(*ad, m.Capabilities()) {
			continue
		}
		full, err := m.FullAd(ctx, w.Account.Secret, w.Lang, ad.ID)
		if err != nil {
			j.Log.Info("what became of an ad is not known in full", "account", w.Account.ID, "error", err)
			return
		}
		ad.Reasons, ad.Opens = full.Reasons, full.Opens
	}
}

// unexplained reports whether an ad's own page may tell more of its state than
// the list it stood in.
func unexplained(ad market.Ad, caps market.Capabilities) bool {
	switch ad.State {
	case market.StateCancelled, market.StateBlocked, market.StateDisabled:
		return len(ad.Reasons) == 0
	case market.StateActive:
		return caps.Moderates && ad.Opens.IsZero()
	}
	return false
}

// endLook saves a look, with the row that tells what it found, also while the
// process stops: what nobody ends is nobody's until lookHold is over.
func (j *Jobs) endLook(ctx context.Context, w market.Watch, next time.Duration, found market.Watched) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveWithin)
	defer cancel()
	var rows []lanes.NewRow
	if len(found.Changes) > 0 || found.Refused {
		found.Market, found.Account = w.Account.Market, w.Account.ID
		payload, err := json.Marshal(found)
		if err != nil {
			return fmt.Errorf("encode what was found: %w", err)
		}
		rows = append(rows, j.Watched(w.Account.Person, fmt.Sprintf("watch:%s:%d", w.Account.ID, w.Version), payload))
	}
	next += rand.N(next/10 + 1)
	saved, err := j.Watches.SaveWatch(ctx, w, next, rows...)
	if err == nil && !saved {
		j.Log.Info("another process looks at these ads", "account", w.Account.ID)
	}
	return err
}

// ours tells which of the ads that were never seen before came from this bot,
// where that matters: their market checks them first, and that is what their
// sellers were told last. At a first look only the newest may not be known yet.
func (j *Jobs) ours(ctx context.Context, m Market, w market.Watch, known *marks, ads []market.Ad) ([]string, error) {
	if !m.Capabilities().Moderates {
		return nil, nil
	}
	var fresh []string
	for _, ad := range ads {
		if _, seen := known.Ads[ad.ID]; !seen {
			fresh = append(fresh, ad.ID)
		}
	}
	since := 30 * 24 * time.Hour
	if known.first {
		since = time.Hour
	}
	bound, err := j.Watches.BoundSince(ctx, m.ID(), w.Account.ID, fresh, j.Now().Add(-since))
	if err != nil {
		return nil, fmt.Errorf("bound ads: %w", err)
	}
	return bound, nil
}
