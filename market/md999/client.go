// Package md999 is the client of 999.md's partner API. It speaks the market's
// wire format on one side and the words of package market on the other; nothing
// of the wire leaves it.
package md999

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"bazarbot/market"
	"bazarbot/market/catalogue"
	"bazarbot/market/remote"
)

// DefaultURL is the documented base of the API.
const DefaultURL = "https://partners-api.999.md"

const site = "https://999.md"

// Config is what a client is made of. Every member may be left empty.
type Config struct {
	BaseURL   string           // "": DefaultURL; see CheckURL
	HTTP      *http.Client     // nil: one with a transport of its own; redirects are never followed
	Catalogue *catalogue.Cache // nil: one in memory only
	Log       *slog.Logger
	Observer  market.Observer
	Now       func() time.Time
}

// Client calls 999.md for any number of accounts. It is safe for concurrent
// use. A key is only ever sent in the Authorization header; errors and logs
// hold neither the key nor what people wrote.
type Client struct {
	remote *remote.Caller
	cache  *catalogue.Cache
}

// New makes a client. It panics when CheckURL refuses the base URL, so settings
// are checked before: a key must never travel in clear.
func New(cfg Config) *Client {
	if cfg.BaseURL == "" {
		cfg.BaseURL = DefaultURL
	}
	if err := CheckURL(cfg.BaseURL); err != nil {
		panic(err)
	}
	if cfg.Catalogue == nil {
		cfg.Catalogue = catalogue.New(catalogue.Config{Log: cfg.Log, Now: cfg.Now})
	}
	return &Client{
		remote: remote.New(remote.Config{
			Market: market.MD999, BaseURL: cfg.BaseURL, HTTP: cfg.HTTP,
			Log: cfg.Log, Observer: cfg.Observer, Now: cfg.Now,
		}),
		cache: cfg.Catalogue,
	}
}

// CheckURL says what is wrong with a base URL: the API is called over https
// only, except on this very machine.
func CheckURL(base string) error {
	if err := remote.CheckURL(base); err != nil {
		return fmt.Errorf("md999: %w", err)
	}
	return nil
}

// ID names the market.
func (c *Client) ID() market.ID { return market.MD999 }

// Breaker tells whether the market is being left alone.
func (c *Client) Breaker() market.BreakerState {
	return c.remote.Breaker()
}

// Capabilities says what 999.md can do for its sellers.
func (c *Client) Capabilities() market.Capabilities {
	return market.Capabilities{
		APIKey:           true,
		ReadsNeedAccount: true,
		Hide:             true,
		Republish:        true,
		Colour:           true,
		Autorepublisher:  true,
		States: []market.State{
			market.StatePublic, market.StateHidden, market.StateExpired,
			market.StateNeedPay, market.StateBlocked, market.StateBlockedCommercial,
		},
		PostPrice:   market.Money{Amount: "1", Currency: "mdl"}, // API reference, "Payment info"
		DailyImages: 300,                                        // API reference, POST /images
		Site:        site,
	}
}

// Check tries a key and gives the account's phone numbers: no route of the API
// checks a key, and this one costs nothing. A refused key is
// market.BadCredentials.
//
// API reference: GET /phone_numbers.
func (c *Client) Check(ctx context.Context, key market.Secret) ([]string, error) {
	body, err := c.do(ctx, key, phonesCall(market.Russian))
	if err == nil {
		var phones []market.Option
		if phones, err = decodePhones(body); err == nil {
			return optionIDs(phones), nil
		}
	}
	var refusal *market.Error
	if errors.As(err, &refusal) && refusal.Kind == market.NotSignedIn {
		refusal.Kind = market.BadCredentials
	}
	return nil, err
}

// wireLangs are the market's languages, its default first.
var wireLangs = []string{"ru", "ro"}

// wireLang is the language the market answers in; it has no Kyrgyz.
func wireLang(lang market.Lang) string {
	if lang == market.Romanian {
		return "ro"
	}
	return "ru"
}
