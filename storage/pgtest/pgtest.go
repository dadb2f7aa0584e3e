// Package pgtest gives tests a real Postgres: the server that
// TEST_DATABASE_URL names, else one in Docker, else a throw-away cluster made
// with the binaries of an installed PostgreSQL. What it starts serves one test
// process and dies with it, however that one ends.
package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"
)

// startTimeout is how long a server may take until it answers.
const startTimeout = 30 * time.Second

// howTo is what a test says when there is no Postgres to be had.
const howTo = `no Postgres for tests was found. Do one of these:
  - install the server: "apt-get install -y postgresql" (Debian, Ubuntu), "dnf install -y postgresql-server" (Fedora) or "brew install postgresql@17" (macOS);
  - start Docker;
  - set TEST_DATABASE_URL to a postgres:// URL whose user may create databases.
What was tried:
%w`

// server is the test process's one server, started when first asked for.
var server = sync.OnceValues(start)

// databases numbers the databases of this process.
var databases atomic.Int64

// New makes an empty database for one test and returns its URL. The database
// goes when the test ends. Where no Postgres can be had the test fails: it is
// never skipped.
func New(t testing.TB) string {
	t.Helper()
	admin, err := server()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("t%d_%d", os.Getpid(), databases.Add(1))
	if err := run(admin, "CREATE DATABASE "+pq.QuoteIdentifier(name)); err != nil {
		t.Fatalf("make a database: %v", err)
	}
	t.Cleanup(func() {
		if err := run(admin, "DROP DATABASE "+pq.QuoteIdentifier(name)+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	return database(admin, name)
}

// start finds a server and returns the URL of its own database.
func start() (string, error) {
	if given := os.Getenv("TEST_DATABASE_URL"); given != "" {
		if err := answers(given); err != nil {
			return "", fmt.Errorf("pgtest: TEST_DATABASE_URL: %w", err)
		}
		return given, nil
	}
	found, dockerErr := startDocker()
	if dockerErr == nil {
		return found, nil
	}
	found, clusterErr := startCluster()
	if clusterErr == nil {
		// A daemon that cannot run the image is worth a word; none at all is not.
		if !errors.Is(dockerErr, errNoDocker) {
			fmt.Fprintln(os.Stderr, "pgtest: an installed PostgreSQL serves, as Docker cannot:", dockerErr)
		}
		return found, nil
	}
	return "", fmt.Errorf(howTo, errors.Join(dockerErr, clusterErr))
}

// database is admin's URL for another database of the server.
func database(admin, name string) string {
	u, err := url.Parse(admin)
	if err != nil {
		panic(err) // it has connected already
	}
	u.Path = "/" + name
	return u.String()
}

// run executes one statement on a connection of its own.
func run(url, statement string) (err error) {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	_, err = db.ExecContext(ctx, statement)
	return err
}

func answers(url string) error { return run(url, "SELECT 1") }

// ready waits until the server at the URL answers, as long as it runs.
func ready(url string, runs func() error) error {
	timeout := time.NewTimer(startTimeout)
	defer timeout.Stop()
	again := time.NewTicker(25 * time.Millisecond)
	defer again.Stop()
	for {
		err := answers(url)
		if err == nil {
			return nil
		}
		select {
		case <-timeout.C:
			return fmt.Errorf("the server does not answer: %w", err)
		case <-again.C:
		}
		if err := runs(); err != nil {
			return fmt.Errorf("the server has ended: %w", err)
		}
	}
}

// lines keeps the last lines of a program's output, for an error.
func lines(output []byte, n int) string {
	all := strings.Split(strings.TrimSpace(string(output)), "\n")
	return strings.Join(all[max(0, len(all)-n):], "\n")
}
