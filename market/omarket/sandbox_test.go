package omarket

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

// These tests run the client against the market's stand-in, which was written
// from the description alone.

const password = market.Secret("Tr0ub4dor")

func withSandbox(t *testing.T, o sandbox.Options) (*Client, *sandbox.Server, *vault) {
	t.Helper()
	s, v := sandbox.New(o), newVault()
	s.AddAccount(sandbox.Account{MSISDN: testPhone, Password: string(password)})
	return sandboxClient(t, s, v, o.Quirks), s, v
}

func sandboxClient(t *testing.T, s *sandbox.Server, v *vault, q sandbox.Quirks) *Client {
	t.Helper()
	cfg := Config{APIKey: sandbox.DefaultAPIKey, APIKeyHeader: q.KeyHeader, Vault: v, TokenLife: q.AccessLife}
	if q.Bearer {
		cfg.AuthScheme = "Bearer"
	}
	return clientFor(t, s.Handler(), cfg)
}

// signedIn gives the secret of the sandbox's account, which the vault keeps.
func signedIn(t *testing.T, c *Client, v *vault) market.Secret {
	t.Helper()
	key, err := c.SignIn(t.Context(), "a1", testPhone, password)
	if err != nil {
		t.Fatal(err)
	}
	v.put("a1", key)
	return key
}

func picture(t *testing.T, width int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, 10)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSandboxFAQ(t *testing.T) {
	t.Parallel()
	c, _, _ := withSandbox(t, sandbox.Options{})
	all, longest := 0, 0
	for page, next := 1, true; next; page++ {
		answers, err := c.FAQ(t.Context(), "", market.Russian, page)
		if err != nil {
			t.Fatal(err)
		}
		next = answers.Next
		for _, entry := range answers.Entries {
			all, longest = all+1, max(longest, len([]rune(entry.Text)))
			if tags.MatchString(entry.Text) {
				t.Errorf("markup in %q", entry.Text)
			}
		}
	}
	if all <= 10 || longest <= 4096 {
		t.Errorf("%d entries, the longest of %d", all, longest)
	}
}

func TestSandboxOutage(t *testing.T) {
	t.Parallel()
	c, s, v := withSandbox(t, sandbox.Options{})
	key := signedIn(t, c, v)
	if _, err := c.FAQ(t.Context(), "", market.Russian, 1); err != nil {
		t.Fatal(err)
	}
	s.SetDown(true)
	_, err := c.Ads(t.Context(), key, market.Russian, market.AdQuery{})
	wantKind(t, err, market.Unavailable)
	if _, err := c.FAQ(t.Context(), "", market.Russian, 1); err != nil {
		t.Fatal(err)
	}
	s.SetDown(false)
	if _, err := c.Ads(t.Context(), key, market.Russian, market.AdQuery{}); err != nil {
		t.Error(err)
	}
}
