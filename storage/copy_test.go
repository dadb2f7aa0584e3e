package storage_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
	"bazarbot/storage/pgtest"
)

// contents are all tables with all columns, as the schema lists them, each row
// as one text.
func contents(t *testing.T, url string) map[string][]string {
	t.Helper()
	db := raw(t, url)
	all := make(map[string][]string)
	for _, table := range tableNames(t, url) {
		all[table] = []string{}
		for _, row := range dumpTable(t, db, table) {
			for column, value := range row {
				if b, ok := value.([]byte); ok {
					row[column] = string(b)
				}
			}
			all[table] = append(all[table], fmt.Sprintf("%q", row)) // maps print in order of their keys
		}
		slices.Sort(all[table])
	}
	return all
}

// filled is an embedded database with something in every table.
func filled(t *testing.T) storage.Config {
	t.Helper()
	cfg := storage.Config{URL: filepath.Join(t.TempDir(), "bot.db"), Ring: newRing(t)}
	db, err := storage.Open(t.Context(), cfg)
	must(t, err)
	writeEverywhere(t, db)
	commit(t, db, market.Changes{Drafts: manyDrafts(1200, "body")}) // several batches
	must(t, db.AddAlert(t.Context(), market.Alert{Kind: market.AlertDisk, Count: 1}))
	must(t, db.Pause(t.Context(), 1, time.Minute))
	_, err = db.Pauses(t.Context(), "me", 3)
	must(t, err)
	lease, _, err := db.Hold(t.Context(), "me", "bulk:all", ttl)
	must(t, err)
	_, err = db.BeginBroadcast(t.Context(), lease, market.Broadcast{ID: "b1"}, time.Now())
	must(t, err)
	must(t, db.Release(t.Context(), lease))
	must(t, db.PutCatalogueEntry(t.Context(), market.MD999, "key", []byte("public"), time.Now()))
	must(t, db.Shutdown())
	return cfg
}

func TestCopy(t *testing.T) {
	t.Parallel()
	from := filled(t)
	to := storage.Config{URL: pgtest.New(t), Ring: from.Ring}
	was := contents(t, from.URL)
	for table, rows := range was {
		if len(rows) == 0 {
			t.Errorf("nothing in %s: the test proves nothing about it", table)
		}
	}
	copied, err := storage.Copy(t.Context(), from, to)
	must(t, err)
	if copied["drafts"] != len(was["drafts"]) || len(copied) != len(was) {
		t.Errorf("copied %v", copied)
	}
	if diff := cmp.Diff(was, contents(t, to.URL)); diff != "" {
		t.Errorf("the databases differ:\n%s", diff)
	}
	_, err = storage.Copy(t.Context(), from, to)
	mustBe(t, err, storage.ErrNotEmpty)

	// Rows go on being numbered behind all there were.
	var last int64
	must(t, raw(t, from.URL).GetContext(t.Context(), &last, `SELECT seq FROM sqlite_sequence WHERE name = 'work'`))
	db := open(t, to.URL, to.Ring)
	readEverywhere(t, db)
	readWatch(t, db)
	enqueue(t, db, lanes.NewRow{Lane: "user:77", Key: "new", Kind: "update"})
	got, err := db.Claim(t.Context(), "me", "user", 10, ttl)
	must(t, err)
	for _, c := range got {
		if c.Lease.Lane == "user:77" && c.Rows[0].ID <= last {
			t.Errorf("a new row is number %d, and %d was there already", c.Rows[0].ID, last)
		}
	}
}

func TestCopyRefuses(t *testing.T) {
	t.Parallel()
	from := filled(t)
	to := storage.Config{URL: pgtest.New(t), Ring: from.Ring}

	running, err := storage.Open(t.Context(), from)
	must(t, err)
	_, err = storage.Copy(t.Context(), from, to)
	mustBe(t, err, storage.ErrLocked)
	must(t, running.Shutdown())

	_, err = storage.Copy(t.Context(), storage.Config{URL: from.URL, Ring: newRing(t)}, to)
	mustBe(t, err, storage.ErrKeys)
	if _, err := storage.Copy(t.Context(), from, storage.Config{URL: to.URL, Ring: newRing(t)}); err == nil {
		t.Error("copied to where the keys open nothing")
	}
	if _, err := storage.Copy(t.Context(), to, from); err == nil {
		t.Error("copied the wrong way round")
	}
	none := storage.Config{URL: filepath.Join(t.TempDir(), "none.db"), Ring: from.Ring}
	if _, err := storage.Copy(t.Context(), none, to); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("copied what is not there: %v", err)
	}

	// A column that only one side has must stop it, not be forgotten.
	for _, change := range []string{`ALTER TABLE drafts ADD COLUMN more TEXT`, `CREATE TABLE more (id BIGINT)`} {
		target := storage.Config{URL: pgtest.New(t), Ring: from.Ring}
		_, _, err = storage.Migrate(t.Context(), target, storage.Latest)
		must(t, err)
		_, err = raw(t, target.URL).ExecContext(t.Context(), change)
		must(t, err)
		if _, err := storage.Copy(t.Context(), from, target); err == nil {
			t.Errorf("copied though %s", change)
		}
	}

	// Nothing of all that has left anything, so it may be run again.
	copied, err := storage.Copy(t.Context(), from, to)
	must(t, err)
	if copied["drafts"] < 1200 {
		t.Errorf("copied %v", copied)
	}
}

// An interruption leaves nothing behind.
func TestCopyInterrupted(t *testing.T) {
	t.Parallel()
	from := filled(t)
	to := storage.Config{URL: pgtest.New(t), Ring: from.Ring}
	_, _, err := storage.Migrate(t.Context(), to, storage.Latest)
	must(t, err)
	// Somebody holds a table that is copied late, so the copy waits in the middle.
	holder := raw(t, to.URL)
	tx, err := holder.BeginTxx(t.Context(), nil)
	must(t, err)
	_, err = tx.ExecContext(t.Context(), `CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$`)
	must(t, err)
	_, err = tx.ExecContext(t.Context(), `CREATE TRIGGER held BEFORE INSERT ON work FOR EACH ROW EXECUTE FUNCTION held()`)
	must(t, err)
	must(t, tx.Commit())
	tx, err = holder.BeginTxx(t.Context(), nil)
	must(t, err)
	_, err = tx.ExecContext(t.Context(), `SELECT pg_advisory_xact_lock(7)`)
	must(t, err)

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := storage.Copy(ctx, from, to)
		ended <- err
	}()
	watcher := raw(t, to.URL)
	waitFor(t, "the copy is in the middle", func() bool {
		var n int
		must(t, watcher.GetContext(t.Context(), &n, `SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`))
		return n > 0
	})
	cancel()
	if err := <-ended; err == nil {
		t.Error("the copy ended well")
	}
	must(t, tx.Rollback())
	for table, rows := range contents(t, to.URL) {
		if len(rows) > 0 {
			t.Errorf("%d rows are left in %s", len(rows), table)
		}
	}
	_, err = storage.Copy(t.Context(), from, to)
	must(t, err)
}
