package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bazarbot/storage"
	"bazarbot/storage/pgtest"
)

// TestE2EKeys: the whole life of keys on a Postgres, from the shell.
func TestE2EKeys(t *testing.T) {
	t.Parallel()
	database := "DATABASE_URL=" + pgtest.New(t)
	first, second := strings.TrimSpace(does(t, nil, "keys", "new")), storage.NewKey("second")
	with := func(keys string) []string { return []string{database, "ENCRYPTION_KEYS=" + keys} }
	does(t, with(first), "migrate")

	w := newWorld(t, townOptions{}, with(first)...)
	w.start()
	s := w.seller("ru")
	s.beginsAd()
	w.stop()
	id, _, _ := strings.Cut(first, ":")
	if got := does(t, with(first), "keys", "check"); !strings.Contains(got, "key "+id+": ") || !strings.Contains(got, "open the database") {
		t.Errorf("keys check says %q", got)
	}

	// A bot with other keys does not start, and says so.
	for name, keys := range map[string]string{"other": storage.NewKey("stranger"), "same name": storage.NewKey(id)} {
		refuses(t, append(with(keys), "TELEGRAM_TOKEN=1:abcdefghijklmnop", "TELEGRAM_API_URL=http://127.0.0.1:1"),
			"the encryption keys do not fit this database", "run")
		got := shell(t, with(keys), "keys", "check")
		if got.code != 1 || !strings.Contains(got.out, "not opened: ") || !strings.Contains(got.out, id) {
			t.Errorf("%s: keys check says %+v", name, got)
		}
		if _, key, _ := strings.Cut(keys, ":"); strings.Contains(got.out+got.err, key) {
			t.Errorf("%s: a key is shown", name)
		}
	}

	// The new key first, everywhere; rotate; then the old one may go.
	w.settings = append(w.settings, with(second+","+first)...)
	w.start()
	if got := does(t, with(second+","+first), "keys", "rotate"); !strings.Contains(got, "values sealed anew") || strings.HasPrefix(got, "0 ") {
		t.Errorf("keys rotate says %q", got)
	}
	s.answersTexts() // the bot runs on
	w.stop()
	does(t, with(second+","+first), "keys", "rotate") // what was written while it ran is sealed so already
	if got := does(t, with(second), "keys", "check"); strings.Contains(got, id) {
		t.Errorf("the first key is still needed: %s", got)
	}
	w.settings = append(w.settings, with(second)...)
	w.start()
	s.finishesAd()
	s.publishes()
	w.holdsSmallAd(demoKey)
}

// TestE2EKeyFile: an embedded database whose key file is gone gets no new one.
func TestE2EKeyFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	settings := []string{"DATA_DIR=" + dir, "TELEGRAM_TOKEN=1:abcdefghijklmnop", "TELEGRAM_API_URL=http://127.0.0.1:1"}
	does(t, settings, "migrate")
	does(t, settings, "keys", "check")
	file := filepath.Join(dir, "keys")
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"run", "migrate"} {
		refuses(t, settings, "the key file "+file+" is missing", command)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a new key file was made: it opens nothing, and hides that the right one is missing")
	}
	if err := os.WriteFile(file, []byte(storage.NewKey("k1")), 0o600); err != nil {
		t.Fatal(err)
	}
	refuses(t, settings, "the encryption keys do not fit this database", "run")
	if err := os.WriteFile(file, kept, 0o600); err != nil {
		t.Fatal(err)
	}
	does(t, settings, "keys", "check")
}

// TestNewKeyID: keys made on one day stand together in a ring.
func TestNewKeyID(t *testing.T) {
	t.Parallel()
	morning := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	ring := storage.NewKey(newKeyID(morning)) + "," + storage.NewKey(newKeyID(morning.Add(time.Hour)))
	if _, err := storage.ParseRing(ring); err != nil {
		t.Error(err)
	}
}
