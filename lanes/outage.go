package lanes

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// maxBackoff is the longest wait between calls of a store that fails.
const maxBackoff = 5 * time.Second

// outage is a time in which the store fails. It is logged when it begins and
// when it is over, and not for every call in between.
type outage struct {
	log *slog.Logger

	mu     sync.Mutex
	since  time.Time // zero: none
	failed int
}

// begin notes a failed call and returns how long to wait before the next.
func (o *outage) begin(err error) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		o.since = time.Now()
		o.log.Error("lanes: the store fails", "err", err)
	}
	backoff := min(100*time.Millisecond<<min(o.failed, 10), maxBackoff)
	o.failed++
	return backoff
}

// over notes a call that succeeded.
func (o *outage) over() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		return
	}
	o.log.Info("lanes: the store is back", "after", time.Since(o.since).Round(time.Millisecond))
	o.since, o.failed = time.Time{}, 0
}

// wait notes a failed call and waits before the next; false when ctx ended.
func (o *outage) wait(ctx context.Context, err error) bool {
	t := time.NewTimer(o.begin(err))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
