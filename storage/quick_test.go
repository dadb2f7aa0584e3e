package storage_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
	"bazarbot/storage/pgtest"
)

func TestQuick(t *testing.T) {
	ctx := context.Background()
	ring, _ := storage.ParseRing(storage.NewKey("k1"))
	url := os.Getenv("QURL")
	if url == "pg" {
		url = pgtest.New(t)
	} else if url == "" {
		url = filepath.Join(t.TempDir(), "x.db")
	}
	db, err := storage.Open(ctx, storage.Config{URL: url, Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Shutdown()
	n, err := db.Enqueue(ctx, lanes.NewRow{Lane: "user:1", Key: "a", Kind: "u", Payload: []byte("hi")}, lanes.NewRow{Lane: "user:1", Key: "b", Kind: "u", Payload: []byte("hi2")})
	t.Log(n, err)
	c, err := db.Claim(ctx, "me", "user", 5, 3*time.Second)
	t.Logf("%+v %v", c, err)
	l := c[0].Lease
	r := c[0].Rows[0]
	t.Log(db.Commit(ctx, l, r.ID, market.Changes{Session: &market.Session{Person: 1, Lang: "ru", Body: []byte("b")}, Drafts: []market.Draft{{ID: "d", Person: 1}}, Accounts: []market.Account{{ID: "a", Person: 1, Secret: "s"}}}, lanes.Outcome{Replies: []byte("r"), Rows: []lanes.NewRow{{Lane: "account:7", Key: "j1", Kind: "p"}}}))
	t.Log(db.Checkpoint(ctx, l, r.ID, 1, market.Screen{1, 77}))
	t.Log(db.Renew(ctx, "me", []lanes.Lease{l}, time.Second))
	t.Log(db.Rows(ctx, l, 5))
	t.Log(db.Close(ctx, l, r.ID, market.Screen{}))
	t.Log(db.Session(ctx, 1))
	t.Log(db.Postpone(ctx, l, r.ID+1, time.Now().Add(-time.Second), true))
	t.Log(db.Rows(ctx, l, 5))
	t.Log(db.Bury(ctx, l, r.ID+1, "REF", "cause", lanes.NewRow{Lane: "user:1", Key: "s"}))
	t.Log(db.Release(ctx, l))
	t.Log(db.Rotate(ctx))
	t.Log(db.Sweep(ctx, time.Now().Add(30*24*time.Hour)))
}
