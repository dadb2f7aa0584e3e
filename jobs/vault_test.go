package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"bazarbot/market"
	client "bazarbot/market/omarket"
	"bazarbot/sandbox/omarket"
	"bazarbot/storage"
	"bazarbot/storage/pgtest"
)

// Two processes share one database and one account, whose refresh token is good
// for one refresh: whoever is first refreshes, and nobody is signed out.
func TestRefreshOfTwoProcesses(t *testing.T) {
	t.Parallel()
	site := omarket.New(omarket.Options{Quirks: omarket.Quirks{RotateRefresh: true}})
	if err := site.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = site.Close() })
	site.AddAccount(omarket.Account{MSISDN: phone, Password: string(password)})

	address, ring := pgtest.New(t), storage.NewKey("k")
	first, one := process(t, address, ring, site)
	_, two := process(t, address, ring, site)
	secret, err := one.SignIn(t.Context(), account, phone, password)
	if err != nil {
		t.Fatal(err)
	}
	first.connects(market.Account{
		ID: account, Person: seller, Market: market.OMarket, State: market.AccountActive, Secret: secret, Renewed: true,
	})
	const rounds = 3
	for round := 1; round <= rounds; round++ {
		site.ExpireAccess(phone)
		if err := allAsk(t.Context(), []*client.Client{one, two}, secret); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if a, _ := site.Account(phone); a.Refreshes != round {
			t.Fatalf("%d refreshes after %d rounds", a.Refreshes, round)
		}
	}
}

// process is what one process has of its own: a way to the database and a client.
func process(t *testing.T, address, key string, site *omarket.Server) (*bench, *client.Client) {
	t.Helper()
	ring, err := storage.ParseRing(key)
	if err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(t.Context(), storage.Config{URL: address, Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Shutdown() })
	return &bench{t: t, db: db, clock: &clock{}}, client.New(client.Config{
		BaseURL: site.URL(), APIKey: omarket.DefaultAPIKey, Vault: db, Knowledge: db, HTTP: httpClient(t),
	})
}

// allAsk has every client ask several times at once, with the secret as it was
// at first.
func allAsk(ctx context.Context, clients []*client.Client, key market.Secret) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var asking sync.WaitGroup
	const each = 8
	failed := make([]error, each*len(clients))
	for i := range failed {
		asking.Go(func() {
			_, failed[i] = clients[i%len(clients)].Ads(ctx, key, market.Russian, market.AdQuery{Page: 1})
		})
	}
	asking.Wait()
	return errors.Join(failed...)
}
