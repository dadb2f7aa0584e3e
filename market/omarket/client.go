// Package omarket is the client of O!Market's API. It speaks the market's wire
// format on one side and the words of package market on the other; nothing of
// the wire leaves it.
package omarket

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"bazarbot/market"
	"bazarbot/market/catalogue"
	"bazarbot/market/remote"
)

// StagingURL is the only base the description names. What is put there reaches
// no buyer.
const StagingURL = "https://staging-api-market.o.kg"

// DefaultKeyHeader carries the API key where the operator names no other
// header; the description names none.
const DefaultKeyHeader = "x-api-key"

// TokenLife is how long an access token lives, by the description.
const TokenLife = 30 * time.Minute

// maxPhotos is how many photos one ad takes.
const maxPhotos = 10

// Config is what a client is made of. BaseURL and APIKey are required.
type Config struct {
	BaseURL      string        // see CheckURL
	APIKey       market.Secret // the operator's; goes with every request
	APIKeyHeader string        // "": DefaultKeyHeader
	AuthScheme   string        // before an access token, as "Bearer"; "": the token alone
	Site         string        // where people go for what the bot cannot do; "": none is known
	Vault        Vault         // nil: sessions are not refreshed, and end with their access token
	Catalogue    *catalogue.Cache
	HTTP         *http.Client  // nil: one with a transport of its own; redirects are never followed
	TokenLife    time.Duration // 0: TokenLife
	Knowledge    Knowledge     // keeps what is learnt of filters and places; nil: in memory only
	Known        *Known        // the operator's own; nil: none
	// Unknown hears, once in this process, of each category somebody begins an ad
	// in and not all of whose required filters are known; its title is the whole
	// way to it. Nil is nobody.
	Unknown  func(category market.Option)
	Log      *slog.Logger
	Observer market.Observer
	Now      func() time.Time
}

// Client calls O!Market for any number of accounts. It is safe for concurrent
// use. Errors and logs hold no key, token, password, code or phone number, nor
// what people wrote.
type Client struct {
	apiKey     market.Secret
	keyHeader  string
	authScheme string // with the space behind it
	site       string
	vault      Vault
	remote     *remote.Caller
	cache      *catalogue.Cache
	known      *knowledge
	unknown    func(category market.Option)
	log        *slog.Logger
	now        func() time.Time
	tokenLife  time.Duration
	limits     limits

	keySeen   atomic.Int64 // when the API key was last seen to be accepted, Unix nanoseconds
	postForm  atomic.Bool  // the documented form of the search was refused, the other one worked
	mySize    atomic.Int32 // the market's own page sizes, as far as seen
	foundSize atomic.Int32
}

// New makes a client. It panics when CheckURL refuses the base URL, so settings
// are checked before: a token must never travel in clear.
func New(cfg Config) *Client {
	if err := CheckURL(cfg.BaseURL); err != nil {
		panic(err)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Catalogue == nil {
		cfg.Catalogue = catalogue.New(catalogue.Config{Log: cfg.Log, Now: cfg.Now})
	}
	if cfg.APIKeyHeader == "" {
		cfg.APIKeyHeader = DefaultKeyHeader
	}
	if cfg.AuthScheme != "" {
		cfg.AuthScheme = strings.TrimSpace(cfg.AuthScheme) + " "
	}
	if cfg.TokenLife == 0 {
		cfg.TokenLife = TokenLife
	}
	return &Client{
		apiKey:     cfg.APIKey,
		keyHeader:  cfg.APIKeyHeader,
		authScheme: cfg.AuthScheme,
		site:       cfg.Site,
		vault:      cfg.Vault,
		remote: remote.New(remote.Config{
			Market: market.OMarket, BaseURL: cfg.BaseURL, HTTP: cfg.HTTP,
			Log: cfg.Log, Observer: cfg.Observer, Now: cfg.Now,
		}),
		cache:     cfg.Catalogue,
		known:     newKnowledge(cfg.Knowledge, cfg.Known, cfg.Log, cfg.Now),
		unknown:   cfg.Unknown,
		log:       cfg.Log,
		now:       cfg.Now,
		tokenLife: cfg.TokenLife,
		limits:    defaultLimits,
	}
}

// CheckURL says what is wrong with a base URL: the API is called over https
// only, except on this very machine.
func CheckURL(base string) error {
	if err := remote.CheckURL(base); err != nil {
		return fmt.Errorf("omarket: %w", err)
	}
	return nil
}

// ID names the market.
func (c *Client) ID() market.ID { return market.OMarket }

// Breaker tells whether the market is being left alone.
func (c *Client) Breaker() market.BreakerState {
	return c.remote.Breaker()
}

// Capabilities says what O!Market can do for its sellers. Posting costs nothing
// that the description knows of.
func (c *Client) Capabilities() market.Capabilities {
	return market.Capabilities{
		SignUp:    true,
		Search:    true,
		Delete:    true,
		Avatar:    true,
		FAQ:       true,
		Moderates: true,
		Opens:     true,
		States:    ownStates,
		MaxPhotos: maxPhotos,
		Site:      c.site,
	}
}

// ownStates are the states in which a seller's ads can be listed; one that is
// only begun ("initial") cannot.
//
// Description: "Получение своих объявлений".
var ownStates = []market.State{
	market.StateModerate, market.StateActive, market.StateCancelled, market.StateDisabled,
}
