package md999

import (
	"cmp"
	"sync"
	"time"

	"bazarbot/sandbox/stand"
)

// Options set up a server. The zero value is a market by the description.
type Options struct {
	// Addr is where Start listens: "127.0.0.1:0" when empty.
	Addr string
	// Now is the market's clock: time.Now when nil.
	Now func() time.Time
	// Catalogue replaces DefaultCatalogue.
	Catalogue *Catalogue
	Quirks    Quirks
	Prices    Prices // zero members have their defaults
	// DailyImages is how many images a key may upload a day: 300 when zero.
	DailyImages int
	// MaxImageBytes limits one image: 10 MB when zero.
	MaxImageBytes int64
	Hooks         Hooks
}

// Prices are what the market charges, in whole MDL.
type Prices struct {
	Post      int // 1 by the description
	Republish int // 2; the description names no price
	Color     int // 3; the description names no price
}

// Server is the market. Its methods may be called at any time from any
// goroutine.
type Server struct {
	*stand.Stand
	now         func() time.Time
	prices      Prices
	dailyImages int
	maxImage    int64

	mu        sync.Mutex
	catalogue *Catalogue
	quirks    Quirks
	accounts  map[string]*account
	adverts   map[string]*advert
	images    map[string][]byte // by the part of an image id before "?"
	lastID    int
}

// New makes a market without accounts.
func New(o Options) *Server {
	s := &Server{
		now:         o.Now,
		prices:      o.Prices,
		dailyImages: o.DailyImages,
		maxImage:    o.MaxImageBytes,
		catalogue:   o.Catalogue,
		quirks:      o.Quirks,
		accounts:    map[string]*account{},
		adverts:     map[string]*advert{},
		images:      map[string][]byte{},
		lastID:      87_500_000,
	}
	s.setDefaults()
	table := routes()
	s.Stand = stand.New(stand.Options{
		Name: "999.md", Addr: o.Addr, Now: s.now, Hooks: o.Hooks, Routes: patterns(table), Handler: s.mux(table),
	})
	return s
}

func (s *Server) setDefaults() {
	if s.now == nil {
		s.now = time.Now
	}
	if s.catalogue == nil {
		s.catalogue = DefaultCatalogue()
	}
	s.prices.Post = cmp.Or(s.prices.Post, 1)
	s.prices.Republish = cmp.Or(s.prices.Republish, 2)
	s.prices.Color = cmp.Or(s.prices.Color, 3)
	s.dailyImages = cmp.Or(s.dailyImages, 300)
	s.maxImage = cmp.Or(s.maxImage, 10<<20)
}

// SetCatalogue changes what can be sold, as the market may overnight. Adverts
// keep what they have.
func (s *Server) SetCatalogue(c *Catalogue) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catalogue = c
}
