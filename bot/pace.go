package bot

import (
	"context"
	"log/slog"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"bazarbot/lanes"
)

// Pauses is what the processes of the bot know together of what Telegram takes.
type Pauses interface {
	// Pause notes that Telegram asked to wait with a chat.
	Pause(ctx context.Context, chat int64, wait time.Duration) error
	// Pauses reads what must wait, and tells how many replies owner sends a second.
	Pauses(ctx context.Context, owner string, replies int) (lanes.Pauses, error)
}

const (
	// DefaultBulkRate is how many messages a second go to many people at most.
	// Telegram allows about thirty in all.
	//
	// https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
	DefaultBulkRate = 25
	// freeReplies is how many replies a second take nothing from what is sent in
	// bulk.
	freeReplies = 5
	// evenly leaves some room between messages: one that is late on its way and the
	// next that is not must not make one too many within a second at Telegram.
	evenly = 0.96
	// pausesFresh is how old this process's view of the pauses may be.
	pausesFresh  = time.Second
	pausesWithin = 2 * time.Second // for reading them
)

// pacer knows what may be sent now. Replies wait for nothing but a pause; what
// goes to many waits for its turn besides.
type pacer struct {
	store Pauses // nil: no other process
	owner string
	most  int // of bulk, a second
	log   *slog.Logger
	bulk  *rate.Limiter

	mu      sync.Mutex
	known   lanes.Pauses
	read    time.Time // when known was
	reading bool
	stale   bool // it must be read anew
	replies int  // since then
	own     int  // replies of the second before
}

func newPacer(store Pauses, owner string, most int, log *slog.Logger) *pacer {
	if most <= 0 {
		most = DefaultBulkRate
	}
	return &pacer{
		store: store, owner: owner, most: most, log: log, bulk: rate.NewLimiter(evenly*rate.Limit(most), 1),
		known: lanes.Pauses{Chats: map[int64]time.Time{}}, read: time.Now(), stale: true,
	}
}

// refresh reads the pauses anew when they are old. Whoever comes meanwhile goes by
// the old ones.
func (p *pacer) refresh(ctx context.Context) {
	p.mu.Lock()
	age := time.Since(p.read)
	if age < pausesFresh && !p.stale || p.reading {
		p.mu.Unlock()
		return
	}
	p.reading, p.stale = true, false
	if age >= pausesFresh {
		p.own = int(math.Round(float64(p.replies) / age.Seconds()))
		p.replies, p.read = 0, time.Now()
	}
	own := p.own
	p.mu.Unlock()
	known, err := p.fetch(ctx, own)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reading = false
	if err == nil {
		p.known = known
	}
}

func (p *pacer) fetch(ctx context.Context, own int) (lanes.Pauses, error) {
	if p.store == nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.known, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pausesWithin)
	defer cancel()
	known, err := p.store.Pauses(ctx, p.owner, own)
	if err != nil {
		p.log.Warn("pauses not read", "error", err)
	}
	return known, err
}

// replyWaits is how long a reply into a chat has to wait; most need not.
func (p *pacer) replyWaits(ctx context.Context, chat int64) time.Duration {
	p.refresh(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(time.Until(p.known.All), time.Until(p.known.Chats[chat]), 0)
}

// bulkWaits is how long everything that goes to many has to wait.
func (p *pacer) bulkWaits(ctx context.Context) time.Duration {
	p.refresh(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(time.Until(p.known.All), time.Until(p.known.Bulk), 0)
}

// replied counts a message that was sent to somebody who waited for it.
func (p *pacer) replied() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.replies++
}

// rate is how many messages a second may go to many now: what is allowed, less
// what replies take beyond a few; never nothing.
func (p *pacer) rate(ctx context.Context) int {
	p.refresh(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(1, p.most-max(0, p.own+p.known.Replies-freeReplies))
}

// turn waits until one more message may go to many; false when ctx ended.
func (p *pacer) turn(ctx context.Context) bool {
	if limit := evenly * rate.Limit(p.rate(ctx)); p.bulk.Limit() != limit {
		p.bulk.SetLimit(limit)
	}
	return p.bulk.Wait(ctx) == nil
}

// slow notes that Telegram asked to wait with a chat: here at once, for the other
// processes in the database. A group (a negative id) slows nobody else.
func (p *pacer) slow(ctx context.Context, chat int64, wait time.Duration) {
	until := time.Now().Add(wait)
	p.mu.Lock()
	chats := make(map[int64]time.Time, len(p.known.Chats)+1)
	for c, t := range p.known.Chats {
		chats[c] = t
	}
	chats[chat] = until
	p.known.Chats = chats
	if chat > 0 && until.After(p.known.Bulk) {
		p.known.Bulk = until
	}
	p.mu.Unlock()
	if p.store == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pausesWithin)
	defer cancel()
	if err := p.store.Pause(ctx, chat, wait); err != nil {
		p.log.Error("a pause was not noted", "error", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stale = true // whether all of the bot has to wait, the database knows
}
