package storage_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"
	_ "modernc.org/sqlite"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
	"bazarbot/storage/pgtest"
)

const (
	benchPeople   = 2000
	benchSenders  = 64 // updates under way at once
	benchWorkers  = 64
	benchPayload  = 600
	benchBodySize = 1500
)

// BenchmarkUpdate measures what one chat update costs the database: its row is
// enqueued and claimed, the session is read, its successor and the replies are
// committed, the row is closed. Beside it, in the same run and on the same
// database, stands what a bare handler does: one read, one write.
func BenchmarkUpdate(b *testing.B) {
	for name, url := range map[string]func(testing.TB) string{
		"sqlite":   func(t testing.TB) string { return filepath.Join(t.TempDir(), "bot.db") },
		"postgres": pgtest.New,
	} {
		b.Run(name+"/bare", func(b *testing.B) { benchBare(b, name, url(b)) })
		b.Run(name+"/lanes", func(b *testing.B) { benchLanes(b, url(b)) })
	}
}

func benchLanes(b *testing.B, url string) {
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	db := openBench(b, url)
	h := &benchHandler{db: db, done: make(chan struct{}, benchPeople)}
	runner := lanes.New(db, lanes.Options{Owner: "bench", Pools: []lanes.Pool{
		{Class: "user", Handler: h, Workers: benchWorkers},
	}})
	db.Feed(runner)
	var run sync.WaitGroup
	run.Go(func() { _ = runner.Run(ctx) })
	payload := make([]byte, benchPayload)

	b.ResetTimer()
	// A sender sends its next update when one has been answered.
	each(b, func(i int64) error {
		_, err := db.Enqueue(ctx, lanes.NewRow{
			Lane: fmt.Sprintf("user:%d", i%benchPeople), Key: fmt.Sprintf("tg:%d", i), Kind: "update", Payload: payload,
		})
		<-h.done
		return err
	})
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
	stop()
	run.Wait()
}

type benchHandler struct {
	db   *storage.DB
	done chan struct{}
}

func (h *benchHandler) Open(lane string) lanes.Work {
	w := &benchWork{benchHandler: h}
	_, _ = fmt.Sscanf(lane, "user:%d", &w.person)
	return w
}

type benchWork struct {
	*benchHandler
	person int64
}

func (w *benchWork) Do(ctx context.Context, held *lanes.Held, row lanes.Row) error {
	defer func() { w.done <- struct{}{} }()
	if _, err := w.db.Session(ctx, w.person); err != nil {
		return err
	}
	next := market.Session{Person: w.person, Lang: market.Russian, Body: make([]byte, benchBodySize)}
	err := w.db.Commit(ctx, held.Lease(), row.ID, market.Changes{Session: &next}, lanes.Outcome{Replies: row.Payload})
	if err != nil {
		return err
	}
	return w.db.Close(ctx, held.Lease(), row.ID, market.Screen{Person: w.person, Message: row.ID})
}

func (w *benchWork) Apology(lanes.Row, string) []lanes.NewRow { return nil }

func benchBare(b *testing.B, driver, url string) {
	if driver == "postgres" {
		url += "&binary_parameters=yes"
	} else {
		url = "file:" + url + "?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
		sqlx.BindDriver("sqlite", sqlx.QUESTION)
	}
	db := sqlx.MustConnect(driver, url)
	defer db.Close()
	conns := 10
	if driver == "sqlite" {
		conns = 1
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	kind := map[string]string{"postgres": "BYTEA", "sqlite": "BLOB"}[driver]
	db.MustExec("CREATE TABLE persons (id BIGINT PRIMARY KEY, body " + kind + ", screen BIGINT)")
	read := db.Rebind("SELECT body FROM persons WHERE id = ?")
	write := db.Rebind(`INSERT INTO persons (id, body, screen) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body, screen = excluded.screen`)

	b.ResetTimer()
	each(b, func(i int64) error {
		var bodies [][]byte
		if err := db.SelectContext(b.Context(), &bodies, read, i%benchPeople); err != nil {
			return err
		}
		_, err := db.ExecContext(b.Context(), write, i%benchPeople, make([]byte, benchBodySize), i)
		return err
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
}

// each calls do for b.N numbers from as many senders as the benchmark has.
func each(b *testing.B, do func(i int64) error) {
	var next atomic.Int64
	var senders sync.WaitGroup
	for range benchSenders {
		senders.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	senders.Wait()
}

func openBench(b *testing.B, url string) *storage.DB {
	b.Helper()
	ring, err := storage.ParseRing(storage.NewKey("k1"))
	if err != nil {
		b.Fatal(err)
	}
	db, err := storage.Open(b.Context(), storage.Config{URL: url, Ring: ring})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Shutdown(); err != nil {
			b.Error(err)
		}
	})
	return db
}
