package lanes

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// storeTimeout bounds each of the runner's own calls of its store.
const storeTimeout = 5 * time.Second

// errStopped is the cause of a Do context that ended because the grace is over.
var errStopped = errors.New("lanes: the runner's grace is over")

// Pool says who works the lanes of one class, and how many of them at once.
type Pool struct {
	Class   string
	Handler Handler
	Workers int
}

// Options are what a Runner needs to know. Zero durations take their defaults.
type Options struct {
	Owner   string // unique to this process and start
	Pools   []Pool
	TTL     time.Duration // a lease's length; 3s
	Renew   time.Duration // between renewals; TTL/3
	Poll    time.Duration // between looks for work nobody told of; 500ms
	Grace   time.Duration // for running rows at the end; 20s
	Log     *slog.Logger
	Observe func(Event) // called after each row, from its worker; must be quick
}

// Event tells how the work of a row ended, for metrics and the log.
type Event struct {
	Class, Kind string
	Lane, Key   string // for the log: they tell whose it was, so no metric may hold them
	Outcome     Result
	Waited      time.Duration // from arrival to its start
	Took        time.Duration
	Ref         string // Buried: leads to the log's line, and to the row
}

// Result is how the work of a row ended.
type Result string

// The results.
const (
	Done   Result = "done"
	Put    Result = "later"  // put off, uncounted
	Failed Result = "failed" // counted, to be tried again
	Buried Result = "dead"
	Lost   Result = "lost" // the lane has another owner, the runner was stopped, or the row could not be set aside
)

// Runner works the lanes of its pools for one process. It keeps a lane only
// while it has due work.
type Runner struct {
	store  Store
	opt    Options
	log    *slog.Logger
	pools  map[string]*pool
	outage outage

	workers sync.WaitGroup // grows only while running, under mu

	mu      sync.Mutex
	running bool
	hard    context.Context // ends when the grace is over
	held    map[*tenure]struct{}
}

// pool is a Pool at work.
type pool struct {
	Pool
	wake  chan struct{} // holds one token: look for work
	slots chan struct{} // holds a token for each busy worker
}

// New makes a runner; Run starts it.
func New(store Store, opt Options) *Runner {
	opt.TTL = orElse(opt.TTL, 3*time.Second)
	opt.Renew = orElse(opt.Renew, opt.TTL/3)
	opt.Poll = orElse(opt.Poll, 500*time.Millisecond)
	opt.Grace = orElse(opt.Grace, 20*time.Second)
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Observe == nil {
		opt.Observe = func(Event) {}
	}
	r := &Runner{
		store: store,
		opt:   opt,
		log:   opt.Log,
		pools: make(map[string]*pool, len(opt.Pools)),
		held:  make(map[*tenure]struct{}),
	}
	r.outage.log = opt.Log
	for _, p := range opt.Pools {
		r.pools[p.Class] = &pool{
			Pool:  p,
			wake:  make(chan struct{}, 1),
			slots: make(chan struct{}, max(p.Workers, 1)),
		}
	}
	return r
}

func orElse(d, other time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return other
}

// Wake makes the runner look for work of the class now. It never blocks, and
// reports whether the runner works that class: false unless it runs, so that
// others can be told instead.
func (r *Runner) Wake(class string) bool {
	p, ok := r.pools[class]
	if !ok || !r.runs() {
		return false
	}
	select {
	case p.wake <- struct{}{}:
	default: // a look is already due
	}
	return true
}

// Run works until ctx ends. Then it claims nothing more, releases lanes whose
// next row has not started, gives running rows the grace to end, cancels those
// that did not, and waits for them. All its goroutines end before it does. A
// Runner runs once.
func (r *Runner) Run(ctx context.Context) error {
	// Rows outlive ctx by the grace, and their leases are renewed until the
	// last of them has ended.
	hard, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	renewing, stopRenewing := context.WithCancel(context.WithoutCancel(ctx))
	defer stopRenewing()
	r.set(hard, true)

	var renewer, claimers sync.WaitGroup
	renewer.Go(func() { r.renew(renewing) })
	for _, p := range r.pools {
		claimers.Go(func() { r.claim(ctx, p) })
	}

	<-ctx.Done()
	r.set(hard, false)
	claimers.Wait()
	grace := time.AfterFunc(r.opt.Grace, func() { cut(errStopped) })
	r.workers.Wait()
	grace.Stop()
	stopRenewing()
	renewer.Wait()
	return nil
}

// set begins or ends the time in which work is begun.
func (r *Runner) set(hard context.Context, running bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running, r.hard = running, hard
}

func (r *Runner) runs() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.running
}

// claim finds due lanes of a class for its free workers until soft ends.
func (r *Runner) claim(soft context.Context, p *pool) {
	poll := time.NewTicker(r.opt.Poll)
	defer poll.Stop()
	for {
		for more := true; more; {
			free := p.take(soft)
			if free == 0 {
				return
			}
			claimed, err := r.claimOnce(soft, p, free)
			if err != nil && !r.outage.wait(soft, err) {
				p.give(free)
				return
			}
			for _, one := range claimed {
				r.workers.Add(1) // a claimer is waited for before the workers are
				r.Start(one)
			}
			p.give(free - len(claimed))
			more = err != nil || len(claimed) == free
		}
		select {
		case <-soft.Done():
			return
		case <-p.wake:
		case <-poll.C:
		}
	}
}

// claimOnce asks for n lanes. A claim that is under way when soft ends is
// waited for: an answer that got lost would leave its lanes without an owner
// until their leases end.
func (r *Runner) claimOnce(soft context.Context, p *pool, n int) ([]Claimed, error) {
	ctx, cancel := r.storeContext(soft)
	defer cancel()
	claimed, err := r.store.Claim(ctx, r.opt.Owner, p.Class, n, r.opt.TTL)
	if err == nil {
		r.outage.over()
	}
	return claimed, err
}

// storeContext is for a call of the store that must be made even when parent
// has ended.
func (r *Runner) storeContext(parent context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(parent), storeTimeout)
}

// take waits for a free worker and takes all that are free. It returns 0 when
// ctx ends.
func (p *pool) take(ctx context.Context) int {
	select {
	case <-ctx.Done():
		return 0
	case p.slots <- struct{}{}:
	}
	if ctx.Err() != nil {
		p.give(1)
		return 0
	}
	for n := 1; ; n++ {
		select {
		case p.slots <- struct{}{}:
		default:
			return n
		}
	}
}

// give frees n workers.
func (p *pool) give(n int) {
	for range n {
		<-p.slots
	}
}
