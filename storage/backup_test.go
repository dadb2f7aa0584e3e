package storage_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bazarbot/lanes"
	"bazarbot/storage"
)

// backup backs up a database to a new file.
func backup(t *testing.T, cfg storage.Config) string {
	t.Helper()
	reader, err := storage.OpenReader(t.Context(), cfg)
	must(t, err)
	defer func() { must(t, reader.Close()) }()
	file := filepath.Join(t.TempDir(), "backup")
	must(t, reader.Backup(t.Context(), file))
	return file
}

// A backup is made beside a running bot, and holds what is not in the main
// file yet.
func TestBackupBesideABot(t *testing.T) {
	t.Parallel()
	cfg := storage.Config{URL: filepath.Join(t.TempDir(), "bot.db"), Ring: newRing(t)}
	db := open(t, cfg.URL, cfg.Ring)
	writeEverywhere(t, db)
	file := backup(t, cfg)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	enqueue(t, db, row("user:9", "later")) // the bot was not disturbed

	reader, err := storage.OpenReader(t.Context(), cfg)
	must(t, err)
	defer reader.Close()
	if err := reader.Backup(t.Context(), file); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over an existing file: %v", err)
	}
	if err := reader.Backup(t.Context(), filepath.Join(t.TempDir(), "no", "folder")); err == nil {
		t.Error("into no folder")
	}

	elsewhere := storage.Config{URL: filepath.Join(t.TempDir(), "bot.db"), Ring: cfg.Ring}
	replaced, err := storage.Restore(t.Context(), elsewhere, file)
	must(t, err)
	if replaced != "" {
		t.Errorf("replaced %s where nothing was", replaced)
	}
	restored := open(t, elsewhere.URL, elsewhere.Ring)
	readEverywhere(t, restored)
	readWatch(t, restored)
	if added, err := restored.Enqueue(t.Context(), row("user:9", "later")); err != nil || added != 1 {
		t.Errorf("what came after the backup: %d, %v", added, err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(file), ".backup-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestRestoreReplaces(t *testing.T) {
	t.Parallel()
	cfg := storage.Config{URL: filepath.Join(t.TempDir(), "bot.db"), Ring: newRing(t)}
	db, err := storage.Open(t.Context(), cfg)
	must(t, err)
	writeEverywhere(t, db)
	file := backup(t, cfg)
	enqueue(t, db, row("user:9", "newer"))
	if _, err := storage.Restore(t.Context(), cfg, file); !errors.Is(err, storage.ErrLocked) {
		t.Errorf("over a database in use: %v", err)
	}
	must(t, db.Shutdown())
	// A killed process leaves its log, which must not get into the backup's file.
	must(t, os.WriteFile(cfg.URL+"-wal", []byte("a log"), 0o600))

	replaced, err := storage.Restore(t.Context(), cfg, file)
	must(t, err)
	restored := open(t, cfg.URL, cfg.Ring)
	readEverywhere(t, restored)
	readWatch(t, restored)
	enqueue(t, restored, row("user:9", "newer"))
	if log, err := os.ReadFile(replaced + "-wal"); err != nil || string(log) != "a log" {
		t.Errorf("the log is not kept: %v", err)
	}
	must(t, os.Remove(replaced+"-wal"))
	before := open(t, replaced, cfg.Ring)
	if added, err := before.Enqueue(t.Context(), row("user:9", "newer")); err != nil || added != 0 {
		t.Errorf("what was replaced is not kept: %d, %v", added, err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	cfg := storage.Config{URL: filepath.Join(t.TempDir(), "bot.db"), Ring: newRing(t)}
	db, err := storage.Open(t.Context(), cfg)
	must(t, err)
	writeEverywhere(t, db)
	must(t, db.Shutdown())
	good := backup(t, cfg)
	content, err := os.ReadFile(good)
	must(t, err)
	write := func(name string, content []byte) string {
		file := filepath.Join(t.TempDir(), name)
		must(t, os.WriteFile(file, content, 0o600))
		return file
	}
	newer := write("newer", content)
	_, err = raw(t, newer).ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	must(t, err)
	other := filepath.Join(t.TempDir(), "other")
	_, err = raw(t, other).ExecContext(t.Context(), `CREATE TABLE something (id INTEGER)`)
	must(t, err)

	untouched := storage.Config{URL: filepath.Join(t.TempDir(), "bot.db"), Ring: cfg.Ring}
	for name, file := range map[string]string{
		"no file": filepath.Join(t.TempDir(), "none"), "an empty file": write("empty", nil),
		"no database": write("text", []byte(strings.Repeat("text ", 1000))),
		"half":        write("half", content[:len(content)/2]), "another program's": other, "a newer program's": newer,
	} {
		if _, err := storage.Restore(t.Context(), untouched, file); err == nil {
			t.Errorf("%s was restored", name)
		}
	}
	_, err = storage.Restore(t.Context(), untouched, newer)
	mustBe(t, err, storage.ErrNewer)
	untouched.Ring = newRing(t)
	_, err = storage.Restore(t.Context(), untouched, good)
	mustBe(t, err, storage.ErrKeys)
	if _, err := os.Stat(untouched.URL); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something was restored: %v", err)
	}
}

// Before a schema changes, up or down, the embedded database is copied; the
// last few copies stay.
func TestBackupBeforeMigrations(t *testing.T) {
	t.Parallel()
	cfg := storage.Config{URL: filepath.Join(t.TempDir(), "bot.db"), Ring: newRing(t)}
	copies := func() []string {
		found, err := filepath.Glob(cfg.URL + ".*.before-v*")
		must(t, err)
		return found
	}
	db, err := storage.Open(t.Context(), cfg)
	must(t, err)
	writeEverywhere(t, db)
	must(t, db.Shutdown())
	if found := copies(); len(found) > 0 {
		t.Errorf("a new database was backed up: %v", found)
	}
	version, known, err := storage.Schema(t.Context(), cfg)
	must(t, err)
	if len(known) < 2 || known[len(known)-1].Version != version || known[0].Name != "00001_start.sql" {
		t.Fatalf("schema %d of %v", version, known)
	}
	for range 2 {
		_, to, err := storage.Migrate(t.Context(), cfg, version-1)
		must(t, err)
		if to != version-1 {
			t.Fatalf("went back to %d", to)
		}
		db, err = storage.Open(t.Context(), cfg) // as a new program's start
		must(t, err)
		must(t, db.Shutdown())
	}
	found := copies()
	if len(found) != 3 {
		t.Fatalf("of four migrations there are the backups %v", found)
	}
	if suffix := fmt.Sprintf("before-v%d-to-v%d", version-1, version); !strings.HasSuffix(found[2], suffix) {
		t.Errorf("the last backup is %s, not %s", found[2], suffix)
	}
	// Roll-back: the copy is a database as any other.
	_, err = storage.Restore(t.Context(), cfg, found[2])
	must(t, err)
	readEverywhere(t, open(t, cfg.URL, cfg.Ring))
}

// A database that a newer program has migrated is left alone.
func TestNewerSchemaIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		cfg := storage.Config{URL: url, Ring: newRing(t)}
		db, err := storage.Open(t.Context(), cfg)
		must(t, err)
		must(t, db.Shutdown())
		_, err = raw(t, url).ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, TRUE)`)
		must(t, err)
		_, err = storage.Open(t.Context(), cfg)
		mustBe(t, err, storage.ErrNewer)
		if !strings.Contains(err.Error(), "version 99") {
			t.Errorf("the error does not tell the version: %v", err)
		}
		_, _, err = storage.Migrate(t.Context(), cfg, storage.Latest)
		mustBe(t, err, storage.ErrNewer)
		_, err = storage.OpenReader(t.Context(), cfg)
		mustBe(t, err, storage.ErrNewer)
	})
}

func TestReaderChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		cfg := storage.Config{URL: url, Ring: newRing(t)}
		if _, err := storage.OpenReader(t.Context(), cfg); err == nil {
			t.Error("opened what is not there")
		}
		db, err := storage.Open(t.Context(), cfg)
		must(t, err)
		enqueue(t, db, lanes.NewRow{Lane: "user:1", Key: "a"})
		must(t, db.Shutdown())
		version, _, err := storage.Schema(t.Context(), cfg)
		must(t, err)
		_, _, err = storage.Migrate(t.Context(), cfg, version-1)
		must(t, err)
		_, err = storage.OpenReader(t.Context(), cfg)
		mustBe(t, err, storage.ErrOlder)
	})
}
