package storage_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bazarbot/lanes"
	"bazarbot/storage"
	"bazarbot/storage/pgtest"
)

func TestMain(m *testing.M) {
	if order := os.Getenv(childEnv); order != "" {
		if err := runChild(order); err != nil {
			fmt.Fprintln(os.Stderr, "child:", err)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

const ttl = 3 * time.Second

// databases are what everything here has to hold on. Each call makes an empty one.
var databases = map[string]func(t testing.TB) (url string){
	"sqlite":   func(t testing.TB) string { return filepath.Join(t.TempDir(), "bot.db") },
	"postgres": pgtest.New,
}

// onBoth runs a test on an empty database of each kind.
func onBoth(t *testing.T, test func(t *testing.T, url string)) {
	t.Parallel()
	for name, url := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, url(t))
		})
	}
}

// onBothOpen runs a test on an open, empty database of each kind.
func onBothOpen(t *testing.T, test func(t *testing.T, db *storage.DB)) {
	t.Helper()
	onBoth(t, func(t *testing.T, url string) { test(t, open(t, url, newRing(t))) })
}

// open opens a database until the test ends.
func open(t testing.TB, url string, ring *storage.Ring) *storage.DB {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	db, err := storage.Open(t.Context(), storage.Config{URL: url, Ring: ring, Log: log})
	must(t, err)
	t.Cleanup(func() { must(t, db.Shutdown()) })
	return db
}

func newRing(t testing.TB) *storage.Ring {
	t.Helper()
	return parse(t, storage.NewKey("k1"))
}

func parse(t testing.TB, keys string) *storage.Ring {
	t.Helper()
	ring, err := storage.ParseRing(keys)
	must(t, err)
	return ring
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustBe(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error is %v, want %v", err, want)
	}
}

// row is work with a payload.
func row(lane, key string) lanes.NewRow {
	return lanes.NewRow{Lane: lane, Key: key, Kind: "update", Payload: []byte("payload of " + key)}
}

func enqueue(t testing.TB, db *storage.DB, rows ...lanes.NewRow) {
	t.Helper()
	added, err := db.Enqueue(t.Context(), rows...)
	must(t, err)
	if added != len(rows) {
		t.Fatalf("%d of %d rows were added", added, len(rows))
	}
}

// claim takes the one lane of a class that is due.
func claim(t testing.TB, db *storage.DB, owner, class string) lanes.Claimed {
	t.Helper()
	claimed, err := db.Claim(t.Context(), owner, class, 10, ttl)
	must(t, err)
	if len(claimed) != 1 {
		t.Fatalf("%d lanes are due, want 1: %+v", len(claimed), claimed)
	}
	return claimed[0]
}

// noneDue asserts that no lane of a class can be claimed.
func noneDue(t testing.TB, db *storage.DB, class string) {
	t.Helper()
	claimed, err := db.Claim(t.Context(), "nobody", class, 10, ttl)
	must(t, err)
	if len(claimed) != 0 {
		t.Fatalf("lanes are due: %+v", claimed)
	}
}

// waitFor asks until a condition holds.
func waitFor(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited too long: %s", what)
		case <-again.C:
		}
	}
}
