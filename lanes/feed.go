package lanes

import "time"

// A store that puts work into a lane nobody holds can take the lane for this
// runner in the same transaction, and hand it over with its rows. That saves a
// claim for almost every row. It goes Reserve, then Start or Cancel.

// Tenancy tells as whom, and for how long, lanes are taken for this runner.
func (r *Runner) Tenancy() (owner string, ttl time.Duration) { return r.opt.Owner, r.opt.TTL }

// Reserve keeps a free worker of the class for a lane about to be taken. It
// never blocks; false means that there is none, or that the runner does not run.
func (r *Runner) Reserve(class string) bool {
	p, ok := r.pools[class]
	if !ok {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.running {
		return false
	}
	select {
	case p.slots <- struct{}{}:
		r.workers.Add(1)
		return true
	default:
		return false
	}
}

// Cancel gives a reserved worker back.
func (r *Runner) Cancel(class string) {
	r.pools[class].give(1)
	r.workers.Done()
}

// Start has a reserved worker work a lane that was taken, and returns at once.
func (r *Runner) Start(claimed Claimed) {
	p := r.pools[Class(claimed.Lease.Lane)]
	go func() {
		defer r.workers.Done()
		defer p.give(1)
		r.work(p, claimed)
	}()
}
