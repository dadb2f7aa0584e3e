package md999

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
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
	now         func() time.Time
	prices      Prices
	dailyImages int
	maxImage    int64
	mux         *http.ServeMux

	mu        sync.Mutex
	catalogue *Catalogue
	quirks    Quirks
	hooks     Hooks
	down      bool
	faults    []*Fault
	requests  []*Request
	counts    map[string]int // requests by route
	accounts  map[string]*account
	adverts   map[string]*advert
	images    map[string][]byte // by the part of an image id before "?"
	lastID    int

	listening sync.Mutex // guards the members below
	addr      string
	http      *http.Server
	served    chan struct{} // closed when http has stopped serving
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
		hooks:       o.Hooks,
		counts:      map[string]int{},
		accounts:    map[string]*account{},
		adverts:     map[string]*advert{},
		images:      map[string][]byte{},
		lastID:      87_500_000,
		addr:        o.Addr,
	}
	s.setDefaults()
	s.mux = s.routes()
	return s
}

func (s *Server) setDefaults() {
	if s.now == nil {
		s.now = time.Now
	}
	if s.catalogue == nil {
		s.catalogue = DefaultCatalogue()
	}
	if s.addr == "" {
		s.addr = "127.0.0.1:0"
	}
	s.prices.Post = orDefault(s.prices.Post, 1)
	s.prices.Republish = orDefault(s.prices.Republish, 2)
	s.prices.Color = orDefault(s.prices.Color, 3)
	s.dailyImages = orDefault(s.dailyImages, 300)
	s.maxImage = orDefault(s.maxImage, 10<<20)
}

func orDefault[T int | int64](value, otherwise T) T {
	if value == 0 {
		return otherwise
	}
	return value
}

// Handler serves the market's API.
func (s *Server) Handler() http.Handler { return s.mux }

// Start listens and serves until Close. After a Close it serves again at the
// same address with all the market knew.
func (s *Server) Start() error {
	s.listening.Lock()
	defer s.listening.Unlock()
	if s.http != nil {
		return errors.New("start the 999.md sandbox: it is running")
	}
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		return fmt.Errorf("start the 999.md sandbox: %w", err)
	}
	s.addr = listener.Addr().String()
	server := &http.Server{Handler: s.mux, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // always http.ErrServerClosed
	}()
	s.http, s.served = server, served
	return nil
}

// URL is the base address of the API, without a slash at its end. It is set
// once Start has returned.
func (s *Server) URL() string {
	s.listening.Lock()
	defer s.listening.Unlock()
	return "http://" + s.addr
}

// Close stops listening and cuts every connection: until Start, dialling the
// market is refused. Hooks that wait must end with their context.
func (s *Server) Close() error {
	s.listening.Lock()
	defer s.listening.Unlock()
	if s.http == nil {
		return nil
	}
	err := s.http.Close()
	<-s.served
	s.http = nil
	return err
}

// SetCatalogue changes what can be sold, as the market may overnight. Adverts
// keep what they have.
func (s *Server) SetCatalogue(c *Catalogue) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catalogue = c
}
