package storage_test

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"bazarbot/lanes"
	"bazarbot/storage"
)

func TestMigrationsDownAndUpAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		cfg := storage.Config{URL: url, Ring: newRing(t)}
		db, err := storage.Open(t.Context(), cfg)
		must(t, err)
		writeEverywhere(t, db)
		must(t, db.Shutdown())

		latest, to, err := storage.Migrate(t.Context(), cfg, 0)
		must(t, err)
		if latest < 1 || to != 0 {
			t.Fatalf("down from %d to %d", latest, to)
		}
		if names := tableNames(t, url); len(names) > 0 {
			t.Errorf("left behind: %v", names)
		}
		from, to, err := storage.Migrate(t.Context(), cfg, storage.Latest)
		must(t, err)
		if from != 0 || to != latest {
			t.Fatalf("up from %d to %d", from, to)
		}
		db = open(t, url, cfg.Ring)
		writeEverywhere(t, db)
		readEverywhere(t, db)
	})
}

// tableNames lists the tables but goose's own.
func tableNames(t *testing.T, url string) []string {
	t.Helper()
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'`
	if strings.HasPrefix(url, "postgres") {
		query = `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'goose_%'`
	}
	var names []string
	must(t, raw(t, url).SelectContext(t.Context(), &names, query))
	return names
}

// Replicas that start together on an empty database all come up.
func TestStartingTogether(t *testing.T) {
	t.Parallel()
	url, ring := databases["postgres"](t), newRing(t)
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			db, err := storage.Open(t.Context(), storage.Config{URL: url, Ring: ring})
			if err == nil {
				err = db.Shutdown()
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestEmbeddedDatabaseHasOneProcess(t *testing.T) {
	t.Parallel()
	cfg := storage.Config{URL: filepath.Join(t.TempDir(), "new", "bot.db"), Ring: newRing(t)}
	first, err := storage.Open(t.Context(), cfg)
	must(t, err)
	_, err = storage.Open(t.Context(), cfg)
	mustBe(t, err, storage.ErrLocked)
	enqueue(t, first, row("user:1", "a"))
	got := claim(t, first, "first", "user")
	must(t, first.Shutdown())

	// Whoever comes next waits for no lease: its owner is gone.
	second := open(t, cfg.URL, cfg.Ring)
	again := claim(t, second, "second", "user")
	if r := again.Rows[0]; r.Key != "a" || r.Expired != 1 {
		t.Errorf("row %+v", r)
	}
	mustBe(t, second.Close(t.Context(), got.Lease, got.Rows[0].ID, noScreen), lanes.ErrStale)
}

// A child that is being started has its parent's files until it runs a program of
// its own: a lock that was given up must not live on in it.
func TestClosedEmbeddedDatabaseIsFree(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var children sync.WaitGroup
	children.Go(func() {
		for ctx.Err() == nil {
			if err := exec.Command("true").Run(); err != nil {
				t.Error(err)
				return
			}
		}
	})
	defer children.Wait()
	defer cancel()
	cfg := storage.Config{URL: filepath.Join(t.TempDir(), "bot.db"), Ring: newRing(t)}
	for range 50 {
		db, err := storage.Open(t.Context(), cfg)
		must(t, err)
		must(t, db.Shutdown())
	}
}

func TestUselessSettings(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "bot.db")
	if _, err := storage.Open(t.Context(), storage.Config{URL: file}); err == nil {
		t.Error("opened without a ring")
	}
	for _, url := range []string{
		"postgres://bot:PASSWORD@127.0.0.1:1/bot?sslmode=disable", // nobody listens
		"postgres://bot:PASSWORD@127.0.0.1:port/bot",
		"postgres://bot:PASSWORD@127.0.0.1/bot?sslmode=nonsense",
	} {
		_, err := storage.Open(t.Context(), storage.Config{URL: url, Ring: newRing(t)})
		if err == nil || strings.Contains(err.Error(), "PASSWORD") {
			t.Errorf("%v", err)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := storage.Open(gone, storage.Config{URL: file, Ring: newRing(t)}); !errors.Is(err, context.Canceled) {
		t.Errorf("opened for nobody: %v", err)
	}
}
