package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// places are where distributions and Homebrew keep the server's binaries
// besides PATH. Of several versions the newest serves.
var places = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql@*/bin",
	"/usr/local/opt/postgresql@*/bin",
	"/opt/homebrew/opt/postgresql/bin",
	"/usr/local/opt/postgresql/bin",
	"/usr/local/pgsql/bin",
}

// serve runs a server until its input ends, which is when the test process
// does, and removes what it leaves. $1: the folder of binaries, $2: the
// cluster's folder. QUIT is an immediate shutdown: nobody needs the data.
const serve = `trap '' HUP INT TERM
"$1/postgres" -D "$2/data" >"$2/log" 2>&1 </dev/null &
pid=$!
read -r _
kill -QUIT $pid
wait $pid
rm -rf "$2"`

// maxSocketPath is how long the path of a unix socket may be, on the strictest
// system.
const maxSocketPath = 103

// startCluster makes a cluster in a temporary folder, starts its server and
// returns the URL of its own database.
func startCluster() (string, error) {
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	as, err := ordinaryUser()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "pgtest")
	if err != nil {
		return "", err
	}
	url, err := startIn(dir, bin, as)
	if err != nil {
		return "", errors.Join(fmt.Errorf("cluster of %s: %w", bin, err), os.RemoveAll(dir))
	}
	return url, nil
}

func startIn(dir, bin string, as *syscall.Credential) (string, error) {
	if as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			return "", err
		}
	}
	if len(filepath.Join(dir, ".s.PGSQL.5432")) > maxSocketPath {
		return "", fmt.Errorf("the temporary folder %s has too long a path for a socket: set TMPDIR", dir)
	}
	initdb := exec.CommandContext(context.Background(), filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"),
		"-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	initdb.Dir = dir
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	if output, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w: %s", err, lines(output, 5))
	}
	if err := configure(dir); err != nil {
		return "", err
	}
	server := exec.CommandContext(context.Background(), "/bin/sh", "-c", serve, "sh", bin, dir)
	server.Dir = dir
	server.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	if err := watch(server); err != nil {
		return "", err
	}
	// The server writes its pid file first of all and removes it last.
	pid := filepath.Join(dir, "data", "postmaster.pid")
	started := false
	runs := func() error {
		_, err := os.Stat(pid)
		if started = started || err == nil; !started {
			return nil
		}
		return err
	}
	at := url.URL{
		Scheme: "postgres", User: url.User("postgres"), Path: "/postgres",
		RawQuery: url.Values{"host": {dir}, "sslmode": {"disable"}}.Encode(),
	}
	if err := ready(at.String(), runs); err != nil {
		output, _ := os.ReadFile(filepath.Join(dir, "log"))
		return "", fmt.Errorf("%w: %s", err, lines(output, 5))
	}
	return at.String(), nil
}

// configure makes the server listen in its folder alone, where no other one
// can be met. Durability stays as a real server has it.
func configure(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, "data", "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "listen_addresses = ''\nunix_socket_directories = '%s'\nmax_connections = 300\n", dir)
	return errors.Join(err, f.Close())
}

// binaries finds the folder of the newest server that is installed.
func binaries() (string, error) {
	for _, place := range places {
		found, err := filepath.Glob(filepath.Join(place, "initdb"))
		if err != nil {
			return "", err
		}
		if len(found) > 0 {
			return filepath.Dir(slices.MaxFunc(found, byVersion)), nil
		}
	}
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("no server binaries (initdb, postgres) are installed")
	}
	if initdb, err = filepath.EvalSymlinks(initdb); err != nil {
		return "", err
	}
	return filepath.Dir(initdb), nil
}

// byVersion orders paths by the first number in them: 9 before 17.
func byVersion(a, b string) int { return version(a) - version(b) }

func version(path string) int {
	start := slices.IndexFunc([]byte(path), isDigit)
	if start < 0 {
		return 0
	}
	end := start
	for end < len(path) && isDigit(path[end]) {
		end++
	}
	n, _ := strconv.Atoi(path[start:end]) // digits only
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// ordinaryUser is whom the server runs as: nil for whoever runs the tests, and
// somebody else for root, whom Postgres refuses.
func ordinaryUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			continue
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			continue
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("root may not run Postgres, and there is no user postgres or nobody")
}
