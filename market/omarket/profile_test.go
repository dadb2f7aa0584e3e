package omarket

import (
	"testing"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

// The profile's picture is what stands beside the account's ads; without an ad
// nobody knows.
func TestAvatarOfAds(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{})
	shows := func(want string, known bool) {
		t.Helper()
		url, told, err := w.c.Avatar(t.Context(), w.key)
		if url != want || told != known || err != nil {
			t.Errorf("told %q, %v, %v; want %q, %v", url, told, err, want, known)
		}
	}
	shows("", false)
	url, err := w.c.SetAvatar(t.Context(), w.key, smallJPEG(t))
	if err != nil {
		t.Fatal(err)
	}
	shows("", false)
	answers := market.Answers{
		"category": market.OptionValue("531"), "ad_type": market.OptionValue("sell"), "title": market.TextValue("Комуз"),
		"price": market.NumberValue("6500", "som"), "location": market.OptionValue("1"),
	}
	if _, err := w.publish(answers, 0); err != nil {
		t.Fatal(err)
	}
	shows(url, true)
	if err := w.c.RemoveAvatar(t.Context(), w.key); err != nil {
		t.Fatal(err)
	}
	shows("", true)
	if _, _, err := w.c.Avatar(t.Context(), ""); market.KindOf(err) != market.NotSignedIn {
		t.Errorf("of nobody: %v", err)
	}
}
