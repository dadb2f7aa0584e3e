package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"bazarbot/sandbox/md999"
	"bazarbot/sandbox/telegram"
	"bazarbot/storage"
	"bazarbot/storage/pgtest"
)

// place is where a crash test happens: a town, a database that outlives every
// process, and the settings of the processes.
type place struct {
	*town
	deployment
	env     []string
	driver  string
	address string // of the database, for looking into it
	db      *sql.DB
}

// deployment is one of the ways in which the bot is run.
type deployment struct {
	name              string
	postgres, webhook bool
	lease             time.Duration // 0: the product's
}

// deployments are those in which everything is tried. On Postgres each kill
// waits for the end of a lease.
var deployments = []deployment{
	{name: "sqlite polling"},
	{name: "postgres webhook", postgres: true, webhook: true, lease: 2 * time.Second},
}

// inEach has the same test in several deployments, each with a place and a
// conversation of its own. They go on at the same time, whatever the machine, as
// they mostly wait.
func inEach(t *testing.T, in []deployment, test func(*testing.T, *journey)) {
	t.Parallel()
	var wg sync.WaitGroup
	for _, d := range in {
		wg.Go(func() {
			t.Run(d.name, func(t *testing.T) { test(t, newJourney(t, newPlace(t, d), &doom{})) })
		})
	}
	wg.Wait()
}

// newPlace makes an empty place.
func newPlace(t *testing.T, d deployment) *place {
	t.Helper()
	town, err := openTown(townOptions{
		telegram: telegram.Options{WebhookBackoff: func(int) time.Duration { return 50 * time.Millisecond }},
		md999:    md999.Options{Now: ticking()},
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	p := &place{town: town, deployment: d, driver: "sqlite", address: filepath.Join(dir, "bazarbot.db"), env: append(town.settings(dir), "MARKETS=999md")}
	if d.postgres {
		p.driver, p.address = "postgres", pgtest.New(t)
		p.env = append(p.env, "DATABASE_URL="+p.address, "ENCRYPTION_KEYS="+storage.NewKey("k1"))
	} else {
		p.env = append(p.env, "DATABASE_URL=sqlite")
	}
	if d.webhook {
		p.env = append(p.env, webhookSettings(t)...)
	}
	if d.lease > 0 {
		p.env = append(p.env, childLease+"="+d.lease.String())
	}
	t.Cleanup(func() {
		if p.db != nil {
			_ = p.db.Close()
		}
		if err := town.close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// webhookSettings are those of a process that takes webhooks.
func webhookSettings(t *testing.T) []string {
	t.Helper()
	address := freeAddress(t)
	return []string{
		"LISTEN_ADDR=" + address, "WEBHOOK_URL=http://" + address + "/telegram",
		"WEBHOOK_SECRET=a-secret-of-the-crash-tests",
	}
}

// count asks the database for a number.
func (p *place) count(ctx context.Context, query string) (n int, err error) {
	if p.db == nil {
		if p.db, err = sql.Open(p.driver, p.address); err != nil {
			return 0, err
		}
		p.db.SetMaxIdleConns(0) // SQLite mends a file that a crash left when nobody else has it open
	}
	if err := p.db.QueryRowContext(ctx, query).Scan(&n); err != nil {
		return 0, fmt.Errorf("%s: %w", query, err)
	}
	return n, nil
}

const (
	openRows = `SELECT COUNT(*) FROM work WHERE closed_at IS NULL`
	deadRows = `SELECT COUNT(*) FROM work WHERE state = 'dead'`
)

// settle waits until Telegram has delivered everything and no row is open.
func (p *place) settle(t *testing.T) {
	t.Helper()
	p.settleTo(t, openRows)
}

// settleTo waits until Telegram has delivered everything and a query counts none.
func (p *place) settleTo(t *testing.T, open string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), childWithin)
	defer cancel()
	if err := p.telegram.WaitDelivered(ctx); err != nil {
		t.Fatalf("%d updates were never taken: %v", p.telegram.Pending(), err)
	}
	look := time.NewTicker(15 * time.Millisecond)
	defer look.Stop()
	for {
		n, err := p.count(ctx, open)
		if err == nil && n == 0 {
			return
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("%d rows stayed open: %v", n, err)
		}
	}
}
