package main

import (
	"context"
	"strings"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
)

// mortalStore stands between the bot and its database and lets a killer pass
// around each call. It embeds nothing, so that no method is forgotten.
type mortalStore struct {
	db store
	k  *killer
}

var _ store = mortalStore{}

func (s mortalStore) Enqueue(ctx context.Context, rows ...lanes.NewRow) (int, error) {
	return around(s.k, "Enqueue", func() (int, error) { return s.db.Enqueue(ctx, rows...) })
}

// Claim is asked again and again: only an answer with lanes is a step.
func (s mortalStore) Claim(ctx context.Context, owner, class string, n int, ttl time.Duration) ([]lanes.Claimed, error) {
	s.k.pass(momentBefore, "Claim "+class)
	claimed, err := s.db.Claim(ctx, owner, class, n, ttl)
	if len(claimed) > 0 {
		s.k.pass(momentAfter, "Claim "+class)
	}
	return claimed, err
}

func (s mortalStore) Renew(ctx context.Context, owner string, leases []lanes.Lease, ttl time.Duration) ([]lanes.Lease, error) {
	step := "Renew"
	if len(leases) == 1 && lanes.Class(leases[0].Lane) == "poll" {
		step = "Renew poll"
	}
	return around(s.k, step, func() ([]lanes.Lease, error) {
		return s.db.Renew(ctx, owner, leases, ttl)
	})
}

func (s mortalStore) Rows(ctx context.Context, lease lanes.Lease, n int) ([]lanes.Row, error) {
	return around(s.k, "Rows "+lanes.Class(lease.Lane), func() ([]lanes.Row, error) { return s.db.Rows(ctx, lease, n) })
}

func (s mortalStore) Postpone(ctx context.Context, lease lanes.Lease, row int64, due time.Time, counted bool) error {
	return aroundWrite(s.k, "Postpone "+lanes.Class(lease.Lane), func() error {
		return s.db.Postpone(ctx, lease, row, due, counted)
	})
}

func (s mortalStore) Bury(ctx context.Context, lease lanes.Lease, row int64, ref, cause string, follow ...lanes.NewRow) error {
	return aroundWrite(s.k, "Bury "+lanes.Class(lease.Lane), func() error {
		return s.db.Bury(ctx, lease, row, ref, cause, follow...)
	})
}

func (s mortalStore) Release(ctx context.Context, lease lanes.Lease) error {
	return aroundWrite(s.k, "Release "+lanes.Class(lease.Lane), func() error { return s.db.Release(ctx, lease) })
}

func (s mortalStore) Hold(ctx context.Context, owner, lane string, ttl time.Duration) (lanes.Lease, bool, error) {
	s.k.pass(momentBefore, "Hold "+lane)
	lease, ok, err := s.db.Hold(ctx, owner, lane, ttl)
	if ok {
		s.k.pass(momentAfter, "Hold "+lane)
	}
	return lease, ok, err
}

func (s mortalStore) Session(ctx context.Context, person int64) (market.Session, error) {
	return around(s.k, "Session", func() (market.Session, error) { return s.db.Session(ctx, person) })
}

func (s mortalStore) Commit(ctx context.Context, lease lanes.Lease, row int64, ch market.Changes, out lanes.Outcome) error {
	return aroundWrite(s.k, "Commit "+commitName(lease, ch, out), func() error {
		return s.db.Commit(ctx, lease, row, ch, out)
	})
}

// commitName says what a commit is about, so that each kind is a step of its
// own: "user: session, replies", "account: attempt post begun".
func commitName(lease lanes.Lease, ch market.Changes, out lanes.Outcome) string {
	var about []string
	if ch.Session != nil {
		about = append(about, "session")
	}
	for _, a := range ch.Attempts {
		step, _, _ := strings.Cut(a.Step, ":") // what follows names the photo
		about = append(about, "attempt "+step+" "+string(a.State))
	}
	if out.Replies != nil {
		about = append(about, "replies")
	}
	for _, r := range out.Rows {
		about = append(about, "row "+r.Kind)
	}
	if out.Close {
		about = append(about, "close")
	}
	return lanes.Class(lease.Lane) + ": " + strings.Join(about, ", ")
}

func (s mortalStore) Checkpoint(ctx context.Context, lease lanes.Lease, row int64, sent int, screen market.Screen) error {
	return aroundWrite(s.k, "Checkpoint", func() error { return s.db.Checkpoint(ctx, lease, row, sent, screen) })
}

func (s mortalStore) Close(ctx context.Context, lease lanes.Lease, row int64, screen market.Screen) error {
	return aroundWrite(s.k, "Close", func() error { return s.db.Close(ctx, lease, row, screen) })
}

func (s mortalStore) SetGone(ctx context.Context, person int64, gone bool) error {
	return aroundWrite(s.k, "SetGone", func() error { return s.db.SetGone(ctx, person, gone) })
}

func (s mortalStore) Drafts(ctx context.Context, person int64) ([]market.Draft, error) {
	return around(s.k, "Drafts", func() ([]market.Draft, error) { return s.db.Drafts(ctx, person) })
}

func (s mortalStore) Accounts(ctx context.Context, person int64) ([]market.Account, error) {
	return around(s.k, "Accounts", func() ([]market.Account, error) { return s.db.Accounts(ctx, person) })
}

func (s mortalStore) Attempts(ctx context.Context, job string) ([]market.Attempt, error) {
	return around(s.k, "Attempts", func() ([]market.Attempt, error) { return s.db.Attempts(ctx, job) })
}

func (s mortalStore) Bound(ctx context.Context, id market.ID, ads []string) (map[string]string, error) {
	return around(s.k, "Bound", func() (map[string]string, error) { return s.db.Bound(ctx, id, ads) })
}

func (s mortalStore) BoundTo(ctx context.Context, id market.ID, draft string) (string, error) {
	return around(s.k, "BoundTo", func() (string, error) { return s.db.BoundTo(ctx, id, draft) })
}

func (s mortalStore) Upload(ctx context.Context, account, hash string) (remote string, ok bool, err error) {
	s.k.pass(momentBefore, "Upload")
	remote, ok, err = s.db.Upload(ctx, account, hash)
	s.k.pass(momentAfter, "Upload")
	return remote, ok, err
}

func (s mortalStore) CountUploads(ctx context.Context, account string, since time.Time) (int, error) {
	return around(s.k, "CountUploads", func() (int, error) { return s.db.CountUploads(ctx, account, since) })
}

func (s mortalStore) Uploads(ctx context.Context, scope string) ([]string, error) {
	return around(s.k, "Uploads", func() ([]string, error) { return s.db.Uploads(ctx, scope) })
}
