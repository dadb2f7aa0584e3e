package omarket

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

// Tokens that live for a moment are refreshed under everything, also when the
// refresh token changes each time; two replicas do not refresh twice.
func TestSandboxShortSessions(t *testing.T) {
	t.Parallel()
	const life = 300 * time.Millisecond
	quirks := sandbox.Quirks{AccessLife: life, RotateRefresh: true}
	c, s, v := withSandbox(t, sandbox.Options{Quirks: quirks})
	replicas := []*Client{c, sandboxClient(t, s, v, quirks)}
	key := signedIn(t, c, v)
	began := time.Now()
	var all sync.WaitGroup
	for worker := range 6 {
		all.Go(func() {
			use := replicas[worker%2]
			for n := 0; time.Since(began) < 4*life; n++ {
				uuid := published(t, use, key, fmt.Sprintf("Гитара %d-%d", worker, n))
				if _, err := use.UploadTo(t.Context(), key, uuid, "a.jpg", picture(t, n+1)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	account, _ := s.Account(testPhone)
	took := int(time.Since(began) / life)
	if account.Refreshes < 3 || account.Refreshes > 2*took+2 {
		t.Errorf("%d refreshes in %d lives", account.Refreshes, took)
	}
}

func TestSandboxSessionEnds(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 403} {
		c, s, v := withSandbox(t, sandbox.Options{Quirks: sandbox.Quirks{TokenStatus: status}})
		key := signedIn(t, c, v)
		s.ExpireAccess(testPhone)
		if _, err := c.Open(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		s.AddFault(sandbox.Fault{Route: refreshRoute, Kind: sandbox.FaultHTML, Times: 2})
		s.ExpireAccess(testPhone)
		_, err := c.Open(t.Context(), key)
		wantKind(t, err, market.Unavailable) // nobody is signed out by an outage
		if _, err := c.Open(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		s.EndSessions(testPhone)
		_, err = c.Open(t.Context(), key)
		wantKind(t, err, market.NotSignedIn)
	}
}

// A refused key of the operator signs nobody out.
func TestSandboxOperatorKey(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 403} {
		c, s, v := withSandbox(t, sandbox.Options{Quirks: sandbox.Quirks{KeyStatus: status}})
		key := signedIn(t, c, v)
		s.SetAPIKey("another")
		_, err := c.Open(t.Context(), key)
		wantKind(t, err, market.OperatorKey)
		_, err = c.SignIn(t.Context(), "a1", testPhone, password)
		wantKind(t, err, market.OperatorKey)
		_, err = c.FAQ(t.Context(), "", market.Russian, 1)
		wantKind(t, err, market.OperatorKey)
		s.SetAPIKey(sandbox.DefaultAPIKey)
		if _, err := c.Open(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSandboxReadsWithoutAccount(t *testing.T) {
	t.Parallel()
	for _, refused := range []bool{false, true} {
		c, _, v := withSandbox(t, sandbox.Options{Quirks: sandbox.Quirks{NeedAccount: refused}})
		read := func(key market.Secret) []error {
			s, err := open("", key)
			if err != nil {
				t.Fatal(err)
			}
			_, categories := c.categories(t.Context(), s)
			_, types := c.adTypes(t.Context(), s)
			_, list := c.listPage(t.Context(), s, 1)
			_, search := c.Search(t.Context(), key, market.Russian, market.SearchQuery{Category: "2"})
			_, faq := c.FAQ(t.Context(), key, market.Russian, 1)
			return []error{categories, types, list, search, faq}
		}
		for i, err := range read("") {
			if refused {
				wantKind(t, err, market.NotSignedIn)
			} else if err != nil {
				t.Error(i, err)
			}
		}
		for i, err := range read(signedIn(t, c, v)) {
			if err != nil {
				t.Error(i, err)
			}
		}
	}
}
