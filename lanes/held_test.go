package lanes

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// The Runner is tested beside its store, in package storage, on real databases.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestClass(t *testing.T) {
	t.Parallel()
	for lane, want := range map[string]string{
		"user:42": "user", "bulk": "bulk", "log:user:1": "log", "": "", ":1": "",
	} {
		if got := Class(lane); got != want {
			t.Errorf("class of %q is %q, want %q", lane, got, want)
		}
	}
}

func TestHeldIsLiveUntilItsMargin(t *testing.T) {
	t.Parallel()
	const margin = time.Minute
	for left, want := range map[time.Duration]bool{
		2 * margin: true, margin / 2: false, 0: false, -time.Hour: false,
	} {
		h := NewHeld(Lease{Lane: "user:1", Until: time.Now().Add(left)}, margin)
		if h.Live() != want {
			t.Errorf("%v before its end it is live: %v", left, h.Live())
		}
	}
	h := NewHeld(Lease{Lane: "user:1", Fence: 7}, margin)
	until := time.Now().Add(time.Hour)
	h.renew(until)
	if want := (Lease{Lane: "user:1", Fence: 7, Until: until}); h.Lease() != want || !h.Live() {
		t.Errorf("renewed to %+v", h.Lease())
	}
}

func TestReleasedFindsItsLane(t *testing.T) {
	t.Parallel()
	lease := Lease{Lane: "user:1", Owner: "me", Fence: 7}
	for name, c := range map[string]struct {
		lease Lease
		want  bool
	}{
		"this tenure":    {lease, true},
		"another tenure": {Lease{Lane: "user:1", Owner: "me", Fence: 6}, false},
		"another lane":   {Lease{Lane: "user:2", Owner: "me", Fence: 7}, false},
	} {
		h := NewHeld(lease, 0)
		ctx, cancel := context.WithCancel(h.with(t.Context()))
		cancel() // what is noted does not depend on the context's life
		Released(context.WithoutCancel(ctx), c.lease)
		if h.released.Load() != c.want {
			t.Errorf("%s: released is %v", name, h.released.Load())
		}
	}
	Released(t.Context(), lease) // nobody to tell
}

func TestErrorsTellTheirCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("429")
	for _, err := range []error{&Later{After: time.Second, Cause: cause}, &Hopeless{Cause: cause}} {
		if !errors.Is(err, cause) || !strings.Contains(err.Error(), "429") {
			t.Errorf("%v", err)
		}
	}
	if s := (&Later{After: time.Second}).Error(); s != "later, in 1s" {
		t.Errorf("without a cause: %q", s)
	}
}

func TestReference(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for range 100 {
		ref := reference()
		if !regexp.MustCompile(`^[A-Z2-7]{8}$`).MatchString(ref) || seen[ref] {
			t.Fatalf("reference %q", ref)
		}
		seen[ref] = true
	}
}

func TestOutageBacksOff(t *testing.T) {
	t.Parallel()
	o := outage{log: slog.New(slog.DiscardHandler)}
	last := time.Duration(0)
	for range 20 {
		next := o.begin(errors.New("down"))
		if next < last || next > maxBackoff {
			t.Fatalf("waits %v after %v", next, last)
		}
		last = next
	}
	if last != maxBackoff {
		t.Errorf("waits %v at most", last)
	}
	o.over()
	if first := o.begin(errors.New("down")); first != 100*time.Millisecond {
		t.Errorf("a new outage begins with %v", first)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if o.wait(gone, errors.New("down")) {
		t.Error("waited for nobody")
	}
}

func TestRunnerThatDoesNotRunTakesNothing(t *testing.T) {
	t.Parallel()
	r := New(nil, Options{Owner: "me", Pools: []Pool{{Class: "user", Workers: 1}}})
	if r.Wake("user") || r.Reserve("user") {
		t.Error("it took work")
	}
	if owner, ttl := r.Tenancy(); owner != "me" || ttl != 3*time.Second {
		t.Errorf("tenancy %q, %v", owner, ttl)
	}
}
