package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bazarbot/storage"
	"bazarbot/storage/pgtest"
)

// place is the world's DATA_DIR, as a setting and as a path.
func (w *world) place() (setting []string, dir string) {
	w.t.Helper()
	cfg, err := loadSettings(w.settings)
	if err != nil {
		w.t.Fatal(err)
	}
	return []string{"DATA_DIR=" + cfg.DataDir}, cfg.DataDir
}

func move(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestE2EBackup: a backup is made while the bot runs and restored on another
// machine, where the conversation goes on as it was.
func TestE2EBackup(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ru")
	s.answersToPlace()
	w.until("the last answer is noted", func() bool { return w.openWork() == "" }) // or it comes again
	here, dir := w.place()
	file := filepath.Join(t.TempDir(), "backup")
	if got := does(t, here, "backup", file); !strings.Contains(got, filepath.Join(dir, "keys")) {
		t.Errorf("backup does not tell where the keys are: %q", got)
	}
	refuses(t, here, "file already exists", "backup", file)
	refuses(t, here, "another process has this database open", "restore", file)
	w.stop() // the first machine is gone

	elsewhere := t.TempDir()
	there := []string{"DATA_DIR=" + elsewhere}
	refuses(t, there, "is missing", "restore", file)
	move(t, filepath.Join(dir, "keys"), filepath.Join(elsewhere, "keys"))
	if got := does(t, there, "restore", file); !strings.Contains(got, "restored to ") {
		t.Errorf("restore says %q", got)
	}
	w.settings = append(w.settings, there...)
	w.start()
	s.endsAd(w)
	w.stop()
	if got := does(t, there, "restore", file); !strings.Contains(got, "what was there before is now ") {
		t.Errorf("restore says %q", got)
	}
}

// TestE2EMigrateData: a conversation begun on the embedded database goes on on
// Postgres.
func TestE2EMigrateData(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ru")
	s.answersToPlace()
	here, dir := w.place()
	keys, err := os.ReadFile(filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	database := "DATABASE_URL=" + pgtest.New(t)
	there := slices.Concat(here, []string{database, "ENCRYPTION_KEYS=" + strings.TrimSpace(string(keys))})
	refuses(t, here, "name it with DATABASE_URL", "migrate-data")
	refuses(t, there, "another process has this database open", "migrate-data")
	w.stop()
	refuses(t, slices.Concat(here, []string{database, "ENCRYPTION_KEYS=" + storage.NewKey("k1")}), "ENCRYPTION_KEYS must hold what stands in", "migrate-data")
	if got := does(t, there, "migrate-data"); !strings.Contains(got, "persons") || !strings.Contains(got, "copied and checked") {
		t.Errorf("migrate-data says %q", got)
	}
	refuses(t, there, "is not empty", "migrate-data")
	w.settings = append(w.settings, there...)
	w.start()
	s.endsAd(w)
	refuses(t, there, "has its own tools: pg_dump", "backup", filepath.Join(t.TempDir(), "backup"))
}

// TestE2EMigrate: the steps are told before they are made, both ways.
func TestE2EMigrate(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string][]string{
		"embedded": {"DATA_DIR=" + t.TempDir()},
		"postgres": {"DATABASE_URL=" + pgtest.New(t), "ENCRYPTION_KEYS=" + storage.NewKey("k1")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, step := range []struct {
				args, says string
			}{
				{"-n", "apply 00001_start.sql\napply 00002_"},
				{"", "the database went from version 0 to "},
				{"", "the database is up to date, at version "},
				{"-n", "nothing to do: the database is at version "},
				{"-n -down 1", "take back 000"},
				{"-down 1", "take back 000"},
				{"-to 1", " 1\n"},
				{"-n", "apply 00002_"},
				{"", "the database went from version 1 to "},
				{"-to 1", "take back 00002_dead_rows.sql\nthe database went from version "},
			} {
				if got := does(t, settings, append([]string{"migrate"}, strings.Fields(step.args)...)...); !strings.Contains(got, step.says) {
					t.Errorf("migrate %s says %q, not %q", step.args, got, step.says)
				}
			}
			refuses(t, settings, "there are no 1 steps to go back", "migrate", "-down", "1")
			refuses(t, settings, "there is no version 0", "migrate", "-to", "0")
			refuses(t, settings, "run bot migrate first", "keys", "check")
		})
	}
}
