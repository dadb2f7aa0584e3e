package market

import "testing"

func TestCanonicalNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"100": "100", "100.0": "100", "2.50": "2.5", "0": "0", "0.0": "0", "-1.10": "-1.1", "007": "7",
		"": "", "many": "many", "1e3": "1e3", "1/3": "1/3", "0x10": "0x10", "1_000": "1_000",
		"1000000000000000000000000000000": "1000000000000000000000000000000", // of 31 digits
	} {
		if got := CanonicalNumber(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
