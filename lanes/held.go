package lanes

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Held is a lane in its owner's hands. Its lease is renewed behind it, so ask
// for Lease anew before each write, and for Live before each remote one.
type Held struct {
	margin   time.Duration
	released atomic.Bool

	mu    sync.Mutex
	lease Lease
}

// NewHeld holds a lane outside of a Runner, as tests do. Live is false from
// margin before the lease's end.
func NewHeld(lease Lease, margin time.Duration) *Held {
	return &Held{lease: lease, margin: margin}
}

// Lease returns the lease as it was last renewed.
func (h *Held) Lease() Lease {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lease
}

// Live reports whether the lease has enough time left for a remote write.
func (h *Held) Live() bool {
	return time.Now().Before(h.Lease().Until.Add(-h.margin))
}

// renew notes a longer lease.
func (h *Held) renew(until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lease.Until = until
}

type heldKey struct{}

// with gives ctx the lane, for Released to find.
func (h *Held) with(ctx context.Context) context.Context {
	return context.WithValue(ctx, heldKey{}, h)
}

// Released is called by a Store when a write under lease has also let its lane
// go. It tells the Runner whose Do or own call the write was part of; with any
// other context it does nothing, and the Runner finds out by ErrStale.
func Released(ctx context.Context, lease Lease) {
	h, ok := ctx.Value(heldKey{}).(*Held)
	if !ok {
		return
	}
	if held := h.Lease(); held.Lane == lease.Lane && held.Fence == lease.Fence {
		h.released.Store(true)
	}
}
