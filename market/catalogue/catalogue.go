// Package catalogue keeps what a market's catalogue says: categories, forms,
// option lists. An entry is kept decoded in memory, which is bounded, and as
// bytes in a store that outlives the process. While an entry is fresh nobody
// asks the market; when it is not, everybody who wants it shares one call; and
// while the market is down, what was known last is served.
package catalogue

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"bazarbot/market"
)

// Store keeps entries between two runs of the process and for its replicas.
type Store interface {
	// CatalogueEntry gives a stored entry and when it was fetched from its market.
	CatalogueEntry(ctx context.Context, id market.ID, key string) (body []byte, fetched time.Time, ok bool, err error)
	// PutCatalogueEntry stores an entry, or replaces it.
	PutCatalogueEntry(ctx context.Context, id market.ID, key string, body []byte, fetched time.Time) error
}

// Config is what a cache is made of. Every member may be left empty.
type Config struct {
	Store Store // nil: entries live in memory only
	Log   *slog.Logger
	Now   func() time.Time

	Entries int           // most entries in memory; 0: 512
	Bytes   int           // most bytes of bodies behind them; 0: 16 MiB
	Timeout time.Duration // of one shared call to the market; 0: 30 s
	// Patience is how long a caller waits for the market when an entry that is
	// no longer fresh could be served instead; 0: 2 s.
	Patience time.Duration
	// Pause is how long the market is left alone after it failed, while
	// something can be served without it; 0: 30 s.
	Pause time.Duration
}

// Cache is safe for concurrent use.
type Cache struct {
	cfg     Config
	flights singleflight.Group
	base    context.Context // of the shared calls, which outlive their callers
	cancel  context.CancelFunc

	mu     sync.Mutex
	memory memory
	closed bool
	calls  sync.WaitGroup
}

// Key names an entry.
type Key struct {
	Market  market.ID
	Name    string // unique within the market
	Fresh   time.Duration
	Private bool // of one account: kept in memory only, never in the store
}

func (k Key) id() string { return string(k.Market) + "\x00" + k.Name }

// LogValue keeps the names of private entries out of the log: they tell
// accounts apart.
func (k Key) LogValue() slog.Value {
	if k.Private {
		return slog.StringValue(string(k.Market) + " (private)")
	}
	return slog.StringValue(string(k.Market) + " " + k.Name)
}

// Found is an entry's value. It is shared by everybody who asks, so it must not
// be changed. Stale is set when it is older than it should be, because the
// market does not answer.
type Found[T any] struct {
	Value   T
	Fetched time.Time
	Stale   bool
}

var errClosed = errors.New("catalogue: closed")

// New makes an empty cache. Close ends it.
func New(cfg Config) *Cache {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	orElse(&cfg.Entries, 512)
	orElse(&cfg.Bytes, 16<<20)
	orElse(&cfg.Timeout, 30*time.Second)
	orElse(&cfg.Patience, 2*time.Second)
	orElse(&cfg.Pause, 30*time.Second)

	c := &Cache{cfg: cfg, memory: newMemory(cfg.Entries, cfg.Bytes)}
	c.base, c.cancel = context.WithCancel(context.Background())
	return c
}

func orElse[N int | time.Duration](n *N, otherwise N) {
	if *n <= 0 {
		*n = otherwise
	}
}

// Close cuts off the calls under way and waits for them.
func (c *Cache) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.cancel()
	c.calls.Wait()
}

// Expire makes an entry no longer fresh, here and in the store: its next reader
// asks the market. It is kept in case the market does not answer.
func (c *Cache) Expire(ctx context.Context, key Key) {
	c.mu.Lock()
	c.memory.expire(key.id())
	c.mu.Unlock()
	if c.cfg.Store == nil || key.Private {
		return
	}
	body, _, ok, err := c.cfg.Store.CatalogueEntry(ctx, key.Market, key.Name)
	if err == nil && ok {
		err = c.cfg.Store.PutCatalogueEntry(ctx, key.Market, key.Name, body, time.Unix(0, 0))
	}
	if err != nil {
		c.cfg.Log.Warn("catalogue: expire", "key", key, "err", err)
	}
}
