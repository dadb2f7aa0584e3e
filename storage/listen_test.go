package storage_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"bazarbot/lanes"
	"bazarbot/storage"
)

func TestWhoIsToldOfWork(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		told := make(chan string, 100)
		db.OnWake(func(class string) bool { told <- class; return true })
		next := func(want string) {
			t.Helper()
			select {
			case got := <-told:
				if got != want {
					t.Fatalf("told of %q, want %q", got, want)
				}
			default: // the hook is called before the write returns
				t.Fatalf("nobody was told of %q", want)
			}
		}
		enqueue(t, db, row("user:1", "a"))
		next("user")
		got := claim(t, db, "me", "user")
		enqueue(t, db, row("user:1", "b")) // its owner will see it
		must(t, db.Commit(ctx, got.Lease, got.Rows[0].ID, noChanges, lanes.Outcome{Rows: []lanes.NewRow{row("account:1", "job")}}))
		next("account")
		must(t, db.Close(ctx, got.Lease, got.Rows[0].ID, noScreen))
		must(t, db.Release(ctx, got.Lease)) // with b in it
		next("user")
		if len(told) > 0 {
			t.Errorf("also told of %q", <-told)
		}
	})
}

func TestListen(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		ctx, cancel := context.WithCancel(t.Context())
		ring := newRing(t)
		db := open(t, url, ring)
		told := make(chan string, 100)
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := db.Listen(ctx, func(class string) { told <- class }); err != nil {
				t.Error(err)
			}
		})
		defer wg.Wait()
		defer cancel()
		if !strings.HasPrefix(url, "postgres") {
			return // nobody else can have the file open
		}
		other := open(t, url, ring)
		other.OnWake(func(string) bool { return false }) // as a process that is stopping
		n := 0
		waitFor(t, "another process is told", func() bool {
			n++
			enqueue(t, other, row(fmt.Sprintf("user:%d", n), fmt.Sprint(n)))
			select {
			case class := <-told:
				return class == "user"
			default:
				return false
			}
		})
	})
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	for name, url := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, err := storage.Open(t.Context(), storage.Config{URL: url(t), Ring: newRing(t)})
			must(t, err)
			must(t, db.Ready(t.Context()))
			must(t, db.Shutdown())
			_, err = db.Enqueue(t.Context(), row("user:1", "a"))
			mustBe(t, err, storage.ErrClosed)
			if db.Ready(t.Context()) == nil {
				t.Error("ready after the end")
			}
		})
	}
}

func TestCallersWhoGiveUp(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := db.Enqueue(gone, row("user:1", "a"))
		mustBe(t, err, context.Canceled)
		_, err = db.Session(gone, 1)
		mustBe(t, err, context.Canceled)
		enqueue(t, db, row("user:2", "b")) // others go on
	})
}
