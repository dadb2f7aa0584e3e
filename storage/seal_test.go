package storage_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
)

func TestParseRing(t *testing.T) {
	t.Parallel()
	short := "k:" + base64.StdEncoding.EncodeToString([]byte("short"))
	good := storage.NewKey("k1")
	for _, bad := range []string{"", "k1", ":" + good, "k1:%%%", short, good + "," + good, good + ",", strings.Repeat("k", 33) + good[2:]} {
		_, err := storage.ParseRing(bad)
		if err == nil {
			t.Errorf("%q was taken", bad)
			continue
		}
		if _, key, _ := strings.Cut(good, ":"); strings.Contains(err.Error(), key) {
			t.Errorf("the error shows the key: %v", err)
		}
	}
	ring := parse(t, good+", "+storage.NewKey("k2"))
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(format, ring); text != "ring(k1)" {
			t.Errorf("%s prints the ring as %q", format, text)
		}
	}
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	_, err := storage.LoadOrCreateKeyFile(path)
	must(t, err)
	first, err := os.ReadFile(path)
	must(t, err)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	_, err = storage.LoadOrCreateKeyFile(path)
	must(t, err)
	if second, err := os.ReadFile(path); err != nil || !bytes.Equal(first, second) {
		t.Error("the key changed")
	}
	must(t, os.Chmod(path, 0o640))
	if _, err := storage.LoadOrCreateKeyFile(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others can read: %v", err)
	}
	must(t, os.Chmod(path, 0o600))
	must(t, os.WriteFile(path, []byte("no key"), 0o600))
	if _, err := storage.LoadOrCreateKeyFile(path); err == nil {
		t.Error("a damaged file was taken")
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".key-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// written is what a person might have written: it must be found nowhere.
const written = "WRITTENBYAPERSON"

// writeEverywhere puts the words into everything that holds words.
func writeEverywhere(t *testing.T, db *storage.DB) {
	t.Helper()
	ctx := t.Context()
	words := []byte(written)
	enqueue(t, db,
		lanes.NewRow{Lane: "user:1", Key: "dead", Kind: "update", Payload: words},
		lanes.NewRow{Lane: "user:1", Key: "open", Kind: "update", Payload: words})
	got := claim(t, db, "me", "user")
	must(t, db.Commit(ctx, got.Lease, got.Rows[0].ID, market.Changes{
		Session: &market.Session{Person: 1, Lang: market.Russian, Body: words, Seen: &market.Seen{Username: written}},
		Drafts:  []market.Draft{{ID: "d1", Person: 1, Market: market.MD999, State: market.DraftOpen, Body: words}},
		Accounts: []market.Account{{
			ID: "a1", Person: 1, Market: market.MD999, Label: written, State: market.AccountActive, Secret: written,
		}},
		Attempts: []market.Attempt{{
			Job: "j", Step: "post", Account: "a1", State: market.AttemptDone, Before: words, Result: words,
		}},
		Bindings: []market.Binding{{Market: market.MD999, AdID: "7", Account: "a1", Person: 1, Draft: "d1", Body: words}},
		Uploads:  []market.Upload{{Account: "a1", Hash: "h", Remote: "r"}},
		Listings: []market.Listing{{Account: "a1", Body: words}},
		Deeds:    []market.Deed{{ID: "deed", By: 1, What: "look", Details: written}},
		Staff:    []market.Staff{{Person: 1, Role: market.StaffAdmin}},
		Broadcasts: []market.Broadcast{{
			ID: "b1", By: 1, State: market.BroadcastScheduled, Wanted: market.OrderRun, Body: words,
		}},
	}, lanes.Outcome{Replies: words, Rows: []lanes.NewRow{{Lane: "account:a1", Key: "j", Kind: "job", Payload: words}}}))
	must(t, db.Bury(ctx, got.Lease, got.Rows[0].ID, "REF", written))
	must(t, db.Release(ctx, got.Lease))
	watch := claimWatch(t, db, 0)
	watch.Known = words
	saveWatch(t, db, watch, 0)
}

// readEverywhere checks that the words come back.
func readEverywhere(t *testing.T, db *storage.DB) {
	t.Helper()
	ctx := t.Context()
	session, err := db.Session(ctx, 1)
	must(t, err)
	drafts, err := db.Drafts(ctx, 1)
	must(t, err)
	draft := drafts[slices.IndexFunc(drafts, func(d market.Draft) bool { return d.ID == "d1" })]
	account, err := db.Account(ctx, "a1")
	must(t, err)
	attempts, err := db.Attempts(ctx, "j")
	must(t, err)
	binding, err := db.Binding(ctx, market.MD999, "7")
	must(t, err)
	listing, _, err := db.Listing(ctx, "a1")
	must(t, err)
	got := claim(t, db, "reader", "user")
	must(t, db.Release(ctx, got.Lease))
	for name, words := range map[string]string{
		"session": string(session.Body), "draft": string(draft.Body), "label": account.Label,
		"secret": string(account.Secret), "before": string(attempts[0].Before), "result": string(attempts[0].Result),
		"binding": string(binding.Body), "listing": string(listing.Body), "payload": string(got.Rows[0].Payload),
	} {
		if words != written {
			t.Errorf("%s is %q", name, words)
		}
	}
}

// readWatch checks that what a seller knew of their ads comes back.
func readWatch(t *testing.T, db *storage.DB) {
	t.Helper()
	if known := claimWatch(t, db, 0).Known; string(known) != written {
		t.Errorf("the seller knew %q", known)
	}
}

// readOffice checks that what the staff wrote comes back.
func readOffice(t *testing.T, db *storage.DB) {
	t.Helper()
	deeds, _, err := db.Deeds(t.Context(), 0, 1)
	must(t, err)
	sent, err := db.Broadcast(t.Context(), "b1")
	must(t, err)
	if deeds[0].Details != written || string(sent.Body) != written {
		t.Errorf("deed %q, broadcast %q", deeds[0].Details, sent.Body)
	}
}

// raw opens the database behind the product's back.
func raw(t *testing.T, url string) *sqlx.DB {
	t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(url, "postgres") {
		driver = "postgres"
	}
	db, err := sqlx.Open(driver, url)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	return db
}

var tables = []string{
	"lanes", "work", "persons", "drafts", "accounts", "attempts", "ads", "uploads", "listings", "catalogue", "meta",
	"audit", "broadcasts", "staff", "watches",
}

// dump reads every column of every table.
func dump(t *testing.T, url string) map[string][]map[string]any {
	t.Helper()
	db := raw(t, url)
	all := make(map[string][]map[string]any)
	for _, table := range tables {
		all[table] = dumpTable(t, db, table)
	}
	return all
}

func dumpTable(t *testing.T, db *sqlx.DB, table string) (all []map[string]any) {
	t.Helper()
	rows, err := db.QueryxContext(t.Context(), "SELECT * FROM "+table) //nolint:sqlclosecheck // the linter overlooks the defer below
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		one := make(map[string]any)
		must(t, rows.MapScan(one))
		all = append(all, one)
	}
	must(t, rows.Err())
	return all
}

func TestNothingWrittenIsReadable(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		db, err := storage.Open(t.Context(), storage.Config{URL: url, Ring: newRing(t)})
		must(t, err)
		writeEverywhere(t, db)
		readEverywhere(t, db)
		readWatch(t, db)
		readOffice(t, db)
		must(t, db.Shutdown())

		all := dump(t, url)
		for _, table := range tables {
			if len(all[table]) == 0 && table != "catalogue" {
				t.Errorf("nothing in %s: the test proves nothing about it", table)
			}
			for _, row := range all[table] {
				for column, value := range row {
					if strings.Contains(fmt.Sprintf("%s", value), written) {
						t.Errorf("%s.%s is readable", table, column)
					}
				}
			}
		}
		if strings.HasPrefix(url, "postgres") {
			return
		}
		for _, file := range []string{url, url + "-wal"} {
			if content, err := os.ReadFile(file); err == nil && bytes.Contains(content, []byte(written)) {
				t.Errorf("%s is readable", file)
			}
		}
	})
}

func TestClosingErases(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		db, err := storage.Open(t.Context(), storage.Config{URL: url, Ring: newRing(t)})
		must(t, err)
		enqueue(t, db, row("user:1", "a"))
		got := claim(t, db, "me", "user")
		must(t, db.Commit(t.Context(), got.Lease, got.Rows[0].ID, noChanges, lanes.Outcome{Replies: []byte("replies")}))
		must(t, db.Close(t.Context(), got.Lease, got.Rows[0].ID, noScreen))
		must(t, db.Shutdown())
		r := dump(t, url)["work"][0]
		if r["payload"] != nil || r["replies"] != nil || fmt.Sprintf("%s", r["state"]) != "closed" {
			t.Errorf("row %+v", r)
		}
	})
}

// A value that was moved to another person's row does not open there.
func TestMovedValuesDoNotOpen(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		ring := newRing(t)
		db, err := storage.Open(t.Context(), storage.Config{URL: url, Ring: ring})
		must(t, err)
		for person := range int64(2) {
			commit(t, db, market.Changes{Session: &market.Session{Person: person, Body: []byte("body")}})
		}
		must(t, db.Shutdown())
		_, err = raw(t, url).ExecContext(t.Context(), `UPDATE persons SET body = (SELECT body FROM persons WHERE id = 0) WHERE id = 1`)
		must(t, err)
		db = open(t, url, ring)
		_, err = db.Session(t.Context(), 0)
		must(t, err)
		_, err = db.Session(t.Context(), 1)
		mustBe(t, err, storage.ErrSealed)
	})
}

func TestRingThatDoesNotFit(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		old := storage.NewKey("k1")
		db, err := storage.Open(t.Context(), storage.Config{URL: url, Ring: parse(t, old)})
		must(t, err)
		must(t, db.Shutdown())
		for name, keys := range map[string]string{
			"missing": storage.NewKey("k2"), "another of the same id": storage.NewKey("k1"),
		} {
			_, err := storage.Open(t.Context(), storage.Config{URL: url, Ring: parse(t, keys)})
			mustBe(t, err, storage.ErrSealed)
			if !strings.Contains(err.Error(), `key "k1"`) {
				t.Errorf("%s: the error does not name the key: %v", name, err)
			}
		}
		// Trying with the wrong ring has changed nothing.
		open(t, url, parse(t, old))
	})
}

func TestRotation(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		old, next := storage.NewKey("k1"), storage.NewKey("k2")
		db, err := storage.Open(t.Context(), storage.Config{URL: url, Ring: parse(t, old)})
		must(t, err)
		writeEverywhere(t, db)
		commit(t, db, market.Changes{Drafts: manyDrafts(450, "body")}) // several batches
		must(t, db.Shutdown())

		db, err = storage.Open(t.Context(), storage.Config{URL: url, Ring: parse(t, next+","+old)})
		must(t, err)
		readEverywhere(t, db)
		readWatch(t, db)
		rotated, err := db.Rotate(t.Context())
		must(t, err)
		if rotated.Resealed < 450+14 || rotated.Unopened.Count != 0 {
			t.Errorf("rotated: %+v", rotated)
		}
		if rotated, err = db.Rotate(t.Context()); err != nil || rotated.Resealed != 0 {
			t.Errorf("again: %+v, %v", rotated, err)
		}
		readEverywhere(t, db)
		readWatch(t, db)
		must(t, db.Shutdown())

		for table, rows := range dump(t, url) {
			for _, row := range rows {
				for column, value := range row {
					if b, ok := value.([]byte); ok && bytes.HasPrefix(b, []byte("\x01\x02k1")) {
						t.Errorf("%s.%s is still sealed with the old key", table, column)
					}
				}
			}
		}
		db, err = storage.Open(t.Context(), storage.Config{URL: url, Ring: parse(t, next)})
		must(t, err)
		readEverywhere(t, db)
		readWatch(t, db)
		readOffice(t, db)
		must(t, db.Shutdown())
		_, err = storage.Open(t.Context(), storage.Config{URL: url, Ring: parse(t, old)})
		mustBe(t, err, storage.ErrSealed)
	})
}

func manyDrafts(n int, body string) []market.Draft {
	drafts := make([]market.Draft, n)
	for i := range drafts {
		drafts[i] = market.Draft{ID: fmt.Sprintf("many%03d", i), Person: 1, Body: []byte(body)}
	}
	return drafts
}

// Whoever writes while a rotation runs loses nothing.
func TestRotationBesideWriters(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		old, next := storage.NewKey("k1"), storage.NewKey("k2")
		db, err := storage.Open(t.Context(), storage.Config{URL: url, Ring: parse(t, old)})
		must(t, err)
		const drafts = 300
		commit(t, db, market.Changes{Drafts: manyDrafts(drafts, "old")})
		must(t, db.Shutdown())
		db = open(t, url, parse(t, next+","+old))
		rotated := make(chan error, 1)
		go func() {
			_, err := db.Rotate(t.Context())
			rotated <- err
		}()
		for some := range slices.Chunk(manyDrafts(drafts, "new"), 30) {
			commit(t, db, market.Changes{Drafts: some})
		}
		must(t, <-rotated)
		got, err := db.Drafts(t.Context(), 1)
		must(t, err)
		if len(got) != drafts {
			t.Errorf("%d drafts, want %d", len(got), drafts)
		}
		for _, d := range got {
			if string(d.Body) != "new" {
				t.Errorf("draft %s is %q", d.ID, d.Body)
			}
		}
	})
}

func TestSweep(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		ctx := t.Context()
		ring := newRing(t)
		db, err := storage.Open(ctx, storage.Config{URL: url, Ring: ring})
		must(t, err)
		enqueue(t, db, row("user:1", "closed"), row("user:1", "dead"), row("user:1", "open"))
		got := claim(t, db, "me", "user")
		rows, err := db.Rows(ctx, got.Lease, 10)
		must(t, err)
		must(t, db.Close(ctx, got.Lease, rows[0].ID, noScreen))
		must(t, db.Bury(ctx, got.Lease, rows[1].ID, "REF", "cause"))
		for _, step := range []struct {
			after time.Duration
			swept int64
		}{{47 * time.Hour, 0}, {49 * time.Hour, 1}, {6 * 24 * time.Hour, 0}, {8 * 24 * time.Hour, 1}, {80 * 24 * time.Hour, 0}} {
			swept, err := db.Sweep(ctx, time.Now().Add(step.after))
			must(t, err)
			if swept != step.swept {
				t.Errorf("after %v: %d swept, want %d", step.after, swept, step.swept)
			}
		}
		must(t, db.Shutdown())
		left := make(map[string]bool) // key: whether anything is left in the row
		for _, r := range dump(t, url)["work"] {
			left[fmt.Sprintf("%s", r["key"])] = r["payload"] != nil || r["cause"] != nil
		}
		if diff := cmp.Diff(map[string]bool{"dead": false, "open": true}, left); diff != "" {
			t.Error(diff)
		}
	})
}

// The lane of a timer that is over is forgotten, one that waits and one at work
// are not; other lanes stay.
func TestSweepTimers(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		end := func(c lanes.Claimed) { t.Helper(); must(t, db.Close(ctx, c.Lease, c.Rows[0].ID, noScreen)) }
		swept := func(want int64) {
			t.Helper()
			n, err := db.Sweep(ctx, time.Now())
			must(t, err)
			if n != want {
				t.Errorf("%d swept, want %d", n, want)
			}
		}
		enqueue(t, db, row("user:1", "message"))
		end(claim(t, db, "me", "user"))
		waits := row("timer:waits", "timer:waits")
		waits.Due = time.Now().Add(time.Hour)
		enqueue(t, db, waits, row("timer:over", "timer:over"))
		over := claim(t, db, "me", "timer")
		swept(0)
		end(over)
		swept(1)
		mustBe(t, db.Close(ctx, over.Lease, over.Rows[0].ID, noScreen), lanes.ErrStale)
		if added, err := db.Enqueue(ctx, row("timer:over", "timer:over")); err != nil || added != 0 {
			t.Errorf("the timer was set again: %d, %v", added, err)
		}
	})
}
