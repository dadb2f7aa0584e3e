package omarket

import (
	"cmp"
	"net/http"
	"sync"
	"time"

	"bazarbot/sandbox/stand"
)

// DefaultAPIKey is the operator's key where [Options] name none.
const DefaultAPIKey = "omarket-sandbox-key"

// Options set up a server. The zero value is a market by the description.
type Options struct {
	// Addr is where Start listens: "127.0.0.1:0" when empty.
	Addr string
	// Now is the market's clock: time.Now when nil.
	Now func() time.Time
	// APIKey is the operator's key: DefaultAPIKey when empty.
	APIKey string
	// Catalogue replaces DefaultCatalogue.
	Catalogue *Catalogue
	// Bare leaves out the sellers and ads that are there from the start. They
	// are left out too where another catalogue is given.
	Bare   bool
	Quirks Quirks
	// CodeAttempts is how many wrong codes a registration survives: 5 when
	// zero, no limit when negative.
	CodeAttempts int
	// MaxImageBytes limits one picture: 10 MB when zero.
	MaxImageBytes int64
	Hooks         Hooks
}

// Server is the market. Its methods may be called at any time from any
// goroutine.
type Server struct {
	*stand.Stand
	now          func() time.Time
	apiKey       string
	codeAttempts int
	maxImage     int64
	table        []route

	mu        sync.Mutex
	catalogue *Catalogue
	quirks    Quirks
	accounts  map[string]*account // by msisdn
	accesses  map[string]*access
	sessions  map[string]*session // by refresh token
	outbox    []SMS
	ads       map[string]*ad    // by uuid
	images    map[string][]byte // by path
	lastID    int
}

// New makes a market with nobody's accounts but those of its first sellers,
// who cannot be signed in as.
func New(o Options) *Server {
	s := &Server{
		now:          o.Now,
		apiKey:       o.APIKey,
		codeAttempts: o.CodeAttempts,
		maxImage:     o.MaxImageBytes,
		catalogue:    o.Catalogue,
		quirks:       o.Quirks,
		accounts:     map[string]*account{},
		accesses:     map[string]*access{},
		sessions:     map[string]*session{},
		ads:          map[string]*ad{},
		images:       map[string][]byte{},
		lastID:       23_000,
		table:        routes(),
	}
	s.setDefaults()
	s.Stand = stand.New(stand.Options{
		Name: "O!Market", Addr: o.Addr, Now: s.now, Hooks: o.Hooks, Routes: patterns(s.table),
		Handler: http.HandlerFunc(s.serve),
	})
	if o.Catalogue == nil && !o.Bare {
		s.seed()
	}
	return s
}

func (s *Server) setDefaults() {
	if s.now == nil {
		s.now = time.Now
	}
	if s.catalogue == nil {
		s.catalogue = DefaultCatalogue()
	}
	if s.apiKey == "" {
		s.apiKey = DefaultAPIKey
	}
	s.codeAttempts = cmp.Or(s.codeAttempts, 5)
	s.maxImage = cmp.Or(s.maxImage, 10<<20)
}

// SetCatalogue changes what can be sold, as the market may overnight. Ads keep
// what they have.
func (s *Server) SetCatalogue(c *Catalogue) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catalogue = c
}

// SetAPIKey changes the operator's key: the former one is refused.
func (s *Server) SetAPIKey(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.apiKey = key
}

// bishkek is the market's time zone; it has known no summer time since 2005.
var bishkek = time.FixedZone("Asia/Bishkek", 6*60*60)

// stamp writes a time as the market does: "2022-09-15T10:23:54.269509"; null
// for the zero time.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.In(bishkek).Format("2006-01-02T15:04:05.000000")
}

// second writes a time without a fraction: "2022-09-16T11:00:00".
func second(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.In(bishkek).Format("2006-01-02T15:04:05")
}
