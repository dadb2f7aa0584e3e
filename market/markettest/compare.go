package markettest

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bazarbot/market"
)

// Equal compares values of any shape and shows where they differ.
func Equal(t testing.TB, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// SameJSON compares as JSON, so that 100 is not "100".
func SameJSON(t testing.TB, got, want []byte) {
	t.Helper()
	if diff := DiffJSON(t, got, want); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// DiffJSON is where two texts differ as JSON, "" when they do not.
func DiffJSON(t testing.TB, got, want []byte) string {
	t.Helper()
	decoded := func(data []byte) (v any) {
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		return v
	}
	return cmp.Diff(decoded(want), decoded(got))
}

// WantKind gives the market's error that err must be.
func WantKind(t testing.TB, err error, want market.ErrorKind) *market.Error {
	t.Helper()
	var e *market.Error
	if !errors.As(err, &e) || e.Kind != want {
		t.Fatalf("got %v, want kind %s", err, want)
	}
	return e
}
