package lanes

import (
	"context"
	"time"
)

// renew renews all held leases in one call each time, until ctx ends.
func (r *Runner) renew(ctx context.Context) {
	tick := time.NewTicker(r.opt.Renew)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			r.renewOnce(ctx)
		}
	}
}

// renewOnce renews what is held now. A call that fails loses nothing yet: each
// lane is lost when its own lease ends.
func (r *Runner) renewOnce(ctx context.Context) {
	held := r.tenures()
	if len(held) == 0 {
		return
	}
	leases := make([]Lease, len(held))
	for i, t := range held {
		leases[i] = t.Lease()
	}
	call, cancel := context.WithTimeout(ctx, r.opt.Renew)
	defer cancel()
	kept, err := r.store.Renew(call, r.opt.Owner, leases, r.opt.TTL)
	if err != nil {
		if ctx.Err() == nil {
			r.outage.begin(err)
		}
		return
	}
	r.outage.over()
	until := make(map[string]Lease, len(kept))
	for _, l := range kept {
		until[l.Lane] = l
	}
	for i, t := range held {
		if l, ok := until[leases[i].Lane]; ok && l.Fence == leases[i].Fence {
			t.prolong(l.Until)
		} else {
			t.lose(ErrStale)
		}
	}
}

// tenures lists the lanes held now.
func (r *Runner) tenures() []*tenure {
	r.mu.Lock()
	defer r.mu.Unlock()
	held := make([]*tenure, 0, len(r.held))
	for t := range r.held {
		held = append(held, t)
	}
	return held
}

// prolong moves the lane's end. A timer that has fired has lost the lane, and
// a lost lane stays lost.
func (t *tenure) prolong(until time.Time) {
	if t.end.Stop() {
		t.renew(until)
		t.end.Reset(time.Until(until))
	}
}
