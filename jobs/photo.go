package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"bazarbot/lanes"
	"bazarbot/market"
)

// photos makes sure that every photo is with the market, and gives their ids.
func (t *task) photos(ctx context.Context, answers market.Answers) ([]string, error) {
	var photos []market.Photo
	for _, key := range slices.Sorted(maps.Keys(answers)) {
		photos = append(photos, answers[key].Photos...)
	}
	images := make([]string, 0, len(photos))
	for i, photo := range photos {
		remote, err := t.photo(ctx, i, photo)
		if err != nil {
			return nil, &photoFailure{number: i + 1, err: err}
		}
		images = append(images, remote)
		if err := t.tell(ctx, "photo:"+strconv.Itoa(i+1), market.Report{Stage: market.StagePhotos, Done: i + 1, Total: len(photos)}); err != nil {
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
func (t *task) photo(ctx context.Context, n int, photo market.Photo) (string, error) {
	if photo.Remote != "" && t.has(photo.Remote) {
		return photo.Remote, nil
	}
	step, remote := t.photoStep(t.photoSteps() + strconv.Itoa(n) + ":" + photo.UniqueID)
	if remote != "" {
		return remote, nil
	}
	jpeg, err := t.fetch(ctx, photo)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(jpeg)
	hash := hex.EncodeToString(sum[:])
	remote, known, err := t.Store.Upload(ctx, t.scope(), hash)
	if err != nil || known && t.has(remote) {
		return remote, err
	}
	return t.upload(ctx, step, hash, "photo"+strconv.Itoa(n+1)+".jpg", jpeg)
}

// photoSteps begins the names of the steps that bring photos: where they belong
// to an ad, those of another ad of the same job bring nothing to this one.
func (t *task) photoSteps() string {
	if t.perAd() {
		return market.StepPhoto + t.ad + ":"
	}
	return market.StepPhoto
}

// perAd reports whether the market's pictures belong to an ad.
func (t *task) perAd() bool {
	_, perAd := t.market.(Opener)
	return perAd
}

// photoStep names the step that brings a photo: a new one after each whose
// answer was lost, as all of them count for the day. A photo that is with the
// market has its id there.
func (t *task) photoStep(first string) (step, remote string) {
	step = first
	for n := 2; t.attempts[step].State == market.AttemptBegun; n++ {
		step = first + ":" + strconv.Itoa(n)
	}
	if a := t.attempts[step]; a.State == market.AttemptDone {
		return step, string(a.Result)
	}
	return step, ""
}

// upload sends a photo, saved before and after.
func (t *task) upload(ctx context.Context, step, hash, name string, jpeg []byte) (string, error) {
	if err := t.spend(ctx); err != nil {
		return "", err
	}
	attempt, err := t.begin(ctx, step, []byte(hash))
	if err != nil {
		return "", err
	}
	if !t.held.Live() {
		return "", lanes.ErrStale
	}
	remote, err := t.carry(ctx, name, jpeg)
	if kind := market.KindOf(err); kind != "" && kind != market.UnknownOutcome { // without an effect it does not count
		attempt.State, attempt.EndedAt = market.AttemptFailed, t.Now()
		if failed := t.commit(ctx, market.Changes{Attempts: []market.Attempt{attempt}}, lanes.Outcome{}); failed != nil {
			return "", failed
		}
	}
	if err != nil {
		return "", err
	}
	t.owned = append(t.owned, remote)
	attempt.State, attempt.Result, attempt.EndedAt = market.AttemptDone, []byte(remote), t.Now()
	return remote, t.commit(ctx, market.Changes{
		Attempts: []market.Attempt{attempt},
		Uploads:  []market.Upload{{Account: t.scope(), Hash: hash, Remote: remote, At: t.Now()}},
	}, lanes.Outcome{})
}

// carry sends a picture to where the market wants it.
func (t *task) carry(ctx context.Context, name string, jpeg []byte) (remote string, err error) {
	switch m := t.market.(type) {
	case Opener:
		return m.UploadTo(ctx, t.key, t.ad, name, jpeg)
	case Poster:
		return m.Upload(ctx, t.key, name, jpeg)
	}
	return "", t.refuse(market.Invalid, errNoPhotos)
}

// errNoPhotos is why a picture goes nowhere.
var errNoPhotos = errors.New("the market takes no photos")

// has reports whether a picture of the market's can be used as it is: one of the
// account, or, where pictures belong to an ad, one of this ad.
func (t *task) has(remote string) bool {
	return !t.perAd() || slices.Contains(t.owned, remote)
}

// fetch brings a picture: from the person, or from another ad.
func (t *task) fetch(ctx context.Context, photo market.Photo) ([]byte, error) {
	if m, ok := t.market.(Opener); ok && photo.Remote != "" {
		return m.Picture(ctx, photo.Remote)
	}
	return t.Photos.Fetch(ctx, photo)
}

// scope is what a picture that was sent belongs to.
func (t *task) scope() string {
	if t.perAd() {
		return t.account + "/" + t.ad
	}
	return t.account
}

// lostPhoto reports whether the answer to a photo of the ad was lost.
func (t *task) lostPhoto() bool {
	for step, a := range t.attempts {
		if strings.HasPrefix(step, t.photoSteps()) && a.State == market.AttemptBegun {
			return true
		}
	}
	return false
}

// broughtPhotos are the pictures that this job has brought to its ad so far.
func (t *task) broughtPhotos() (remotes []string) {
	for step, a := range t.attempts {
		if strings.HasPrefix(step, t.photoSteps()) && a.State == market.AttemptDone {
			remotes = append(remotes, string(a.Result))
		}
	}
	return remotes
}

// unload takes a picture off the ad. That it was there is forgotten before the
// market is told: what is forgotten is sent once more when it is wanted again,
// while an address that no longer leads anywhere would be refused.
func (t *task) unload(ctx context.Context, opener Opener, picture string) error {
	if err := t.forget(ctx, []string{picture}); err != nil {
		return err
	}
	if !t.held.Live() {
		return lanes.ErrStale
	}
	t.owned = slices.DeleteFunc(t.owned, func(other string) bool { return other == picture })
	return opener.RemoveImage(ctx, t.key, t.ad, picture)
}

// forget commits that the ad is to have some pictures no longer. Another ad that
// shows the same ones has addresses of its own.
func (t *task) forget(ctx context.Context, pictures []string) error {
	if len(pictures) == 0 {
		return nil
	}
	drop := make([]market.Upload, len(pictures))
	for i, picture := range pictures {
		drop[i] = market.Upload{Account: t.scope(), Remote: picture}
	}
	return t.commit(ctx, market.Changes{DropUploads: drop}, lanes.Outcome{})
}

// dropStrays takes pictures off the ad whose answers were lost: they are sent
// again, and an ad holds only so many. shown are those it has, known those that
// have an answer.
func (t *task) dropStrays(ctx context.Context, opener Opener, shown, known []string) error {
	for _, picture := range shown {
		if slices.Contains(known, picture) {
			continue
		}
		if !t.held.Live() {
			return lanes.ErrStale
		}
		if err := opener.RemoveImage(ctx, t.key, t.ad, picture); err != nil {
			return err
		}
	}
	return nil
}
