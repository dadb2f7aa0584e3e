package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"

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
	if photo.Remote != "" {
		return photo.Remote, nil
	}
	step := "photo:" + strconv.Itoa(n) + ":" + photo.UniqueID
	if a, ok := t.attempts[step]; ok && a.State == market.AttemptDone {
		return string(a.Result), nil
	}
	jpeg, err := t.Photos.Fetch(ctx, photo)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(jpeg)
	hash := hex.EncodeToString(sum[:])
	if remote, ok, err := t.Store.Upload(ctx, t.account, hash); err != nil || ok {
		return remote, err
	}
	attempt, err := t.begin(ctx, step, []byte(hash))
	if err != nil {
		return "", err
	}
	if !t.held.Live() {
		return "", lanes.ErrStale
	}
	remote, err := t.market.Upload(ctx, t.key, "photo"+strconv.Itoa(n+1)+".jpg", jpeg)
	if err != nil {
		return "", err
	}
	attempt.State, attempt.Result, attempt.EndedAt = market.AttemptDone, []byte(remote), t.Now()
	return remote, t.commit(ctx, market.Changes{
		Attempts: []market.Attempt{attempt},
		Uploads:  []market.Upload{{Account: t.account, Hash: hash, Remote: remote, At: t.Now()}},
	}, lanes.Outcome{})
}
