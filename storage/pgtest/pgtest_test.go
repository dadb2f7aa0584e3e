package pgtest_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bazarbot/storage/pgtest"
)

const childEnv = "BAZARBOT_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) == "" {
		goleak.VerifyTestMain(m)
		return
	}
	m.Run() // one test, told by a flag
}

func query(t *testing.T, url, q string) string {
	t.Helper()
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var answer string
	if err := db.QueryRowContext(t.Context(), q).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	t.Parallel()
	first, second := pgtest.New(t), pgtest.New(t)
	if first == second {
		t.Fatal("one database twice")
	}
	query(t, first, "CREATE TABLE t (n INT); SELECT 'made'")
	if n := query(t, second, "SELECT count(*)::TEXT FROM pg_tables WHERE tablename = 't'"); n != "0" {
		t.Error("a table is seen in another database")
	}
}

// TestChild runs in a process of its own, for the test below.
func TestChild(t *testing.T) {
	if os.Getenv(childEnv) == "" {
		return // not as a child
	}
	fmt.Fprintf(os.Stdout, "at %s\n", pgtest.New(t))
	<-t.Context().Done() // it is killed
}

// A cluster goes with the process that started it, even by kill -9.
func TestClusterDiesWithItsProcess(t *testing.T) {
	t.Parallel()
	child := exec.CommandContext(context.Background(), os.Args[0], "-test.run=^TestChild$", "-test.v")
	// No Docker and no server that is given: the installed binaries.
	child.Env = append(os.Environ(), childEnv+"=1", "TEST_DATABASE_URL=", "DOCKER_HOST=tcp://127.0.0.1:1", "DOCKER_MACHINE_NAME=", "DOCKER_URL=")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	child.Stderr = os.Stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var at, said string
	for s := bufio.NewScanner(out); at == "" && s.Scan(); {
		said += s.Text() + "\n"
		at, _ = strings.CutPrefix(s.Text(), "at ")
		if at == s.Text() {
			at = ""
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // reports that it was killed
	if at == "" {
		// On a machine with Docker alone the other tests have a server all the
		// same; where everything is to be checked there must be an installed one.
		if os.Getenv("CI") == "" && strings.Contains(said, "no server binaries") {
			t.Skipf("no installed server here to test with: %s", said)
		}
		t.Fatalf("the installed server does not start: %s", said)
	}
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	gone(t, u.Query().Get("host"))
}

// gone waits until there is no such folder.
func gone(t *testing.T, dir string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s is still there", dir)
		case <-again.C:
		}
	}
}
