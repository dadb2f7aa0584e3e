package main

import (
	"context"
	"database/sql"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"bazarbot/storage"
	"bazarbot/storage/pgtest"
)

// replicas is how many processes a fleet has.
const replicas = 3

// fleet is a town whose bot runs in several processes, on one Postgres and
// behind what passes Telegram's updates on to them.
type fleet struct {
	*town
	t     *testing.T
	db    *sql.DB
	env   []string
	begin func(env []string) *process
	front *front
	ships []*ship
	lives []*process // all processes so far
}

// ship is one place in the fleet, and the process that holds it now. Each
// process has addresses of its own, as a container would.
type ship struct {
	*process
	backend *backend
}

// newFleet opens a town with a front and no process yet. begin starts one.
func newFleet(t *testing.T, opts townOptions, begin func(env []string) *process, settings ...string) *fleet {
	t.Helper()
	place, err := openTown(opts)
	if err != nil {
		t.Fatal(err)
	}
	f := &fleet{town: place, t: t, begin: begin, front: newFront(t)}
	address := pgtest.New(t)
	if f.db, err = sql.Open("postgres", address); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = f.db.Close()
		if err := place.close(); err != nil {
			t.Error("close the town:", err)
		}
	})
	f.env = slices.Concat(place.settings(t.TempDir()), []string{
		"DATABASE_URL=" + address, "ENCRYPTION_KEYS=" + storage.NewKey("k1"),
		"WEBHOOK_URL=" + f.front.URL + "/telegram", "WEBHOOK_SECRET=" + hookSecret,
	}, settings)
	return f
}

// sail starts all replicas at once.
func (f *fleet) sail() {
	f.t.Helper()
	for range replicas {
		f.ships = append(f.ships, f.launch())
	}
	for _, s := range f.ships {
		s.awaitUpdates(f.t)
	}
}

// launch starts a process and tells the front of it.
func (f *fleet) launch() *ship {
	f.t.Helper()
	s := &ship{backend: newBackend(freeAddress(f.t), freeAddress(f.t))}
	s.process = f.begin(append(slices.Clone(f.env), "LISTEN_ADDR="+s.backend.address, "OPS_ADDR="+s.backend.ops))
	f.lives = append(f.lives, s.process)
	f.front.add(s.backend)
	return s
}

// awaitUpdates waits until the front passes updates to the process.
func (s *ship) awaitUpdates(t *testing.T) {
	t.Helper()
	s.await(t, s.backend.found, "become ready")
}

// replace starts a process in the place of one that has ended.
func (f *fleet) replace(n int) {
	f.t.Helper()
	f.front.remove(f.ships[n].backend)
	f.ships[n] = f.launch()
	f.ships[n].awaitUpdates(f.t)
}

// owned is the part of a lane's owner that tells a process.
func (s *ship) owned() string { return "%:" + strconv.Itoa(s.cmd.Process.Pid) + ":%" }

// killed kills a process (kill -9) and gives the people whose lanes it held:
// of each it may have sent one reply that it could not note any more.
func (f *fleet) killed(n int) map[int64]bool {
	f.t.Helper()
	dead := f.ships[n]
	dead.kill()
	dead.awaitKilled(f.t)
	rows, err := f.db.QueryContext(f.t.Context(), `SELECT name FROM lanes WHERE class = 'user' AND owner LIKE $1`, dead.owned())
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	held := map[int64]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			f.t.Fatal(err)
		}
		id, err := strconv.ParseInt(strings.TrimPrefix(name, "user:"), 10, 64)
		if err != nil {
			f.t.Fatal(err)
		}
		held[id] = true
	}
	if err := rows.Err(); err != nil {
		f.t.Fatal(err)
	}
	return held
}

// stops ends all processes in the orderly way.
func (f *fleet) stops() {
	f.t.Helper()
	for _, s := range f.ships {
		s.terminate(f.t)
	}
	for _, s := range f.ships {
		s.awaitStopped(f.t)
	}
}

// lost is how many lanes processes have lost so far, as happens on a machine
// that is too busy to renew a lease in time. What is lost may come twice.
func (f *fleet) lost() (n int) {
	for _, p := range f.lives {
		n += strings.Count(p.output(), "lost a lane")
	}
	return n
}

// settle waits until Telegram has delivered everything and nothing is left to
// be done but timers, and sees that nothing was set aside.
func (f *fleet) settle() {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), time.Minute)
	defer cancel()
	if err := f.telegram.WaitDelivered(ctx); err != nil {
		f.t.Fatalf("%d updates were never taken: %v", f.telegram.Pending(), err)
	}
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for f.counts(ctx, openWork) > 0 {
		select {
		case <-look.C:
		case <-ctx.Done():
			f.t.Fatal("rows stayed open")
		}
	}
	if n := f.counts(ctx, deadRows); n > 0 {
		f.t.Errorf("%d rows were set aside", n)
	}
}

// counts asks the database for a number.
func (f *fleet) counts(ctx context.Context, query string, args ...any) (n int) {
	f.t.Helper()
	if err := f.db.QueryRowContext(ctx, query, args...).Scan(&n); err != nil {
		f.t.Fatal(fmt.Errorf("%s: %w", query, err))
	}
	return n
}

// build makes a program of a package, as it runs in production: without the race
// detector, however the tests were built.
func build(t *testing.T, dir, pkg string) string {
	t.Helper()
	bin := filepath.Join(dir, filepath.Base(pkg)+".bin")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-ldflags", "-s -w", "-o", bin, pkg)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
	return bin
}
