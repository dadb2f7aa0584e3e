package storage

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"
)

// sqliteDialect is how SQL is said to the embedded database. It has one
// connection and one process, so nothing ever needs a lock.
func sqliteDialect() dialect {
	return dialect{
		now:     "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
		values:  plainValues,
		names:   plainList[string],
		ids:     plainList[int64],
		retry:   func(error) bool { return false },
		refused: refusedBySQLite,
	}
}

// refusedBySQLite reports whether the database answered, with a refusal.
func refusedBySQLite(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) || refusedByUs(err)
}

// refusedByUs reports whether a batch failed for what stands in one of its
// parts.
func refusedByUs(err error) bool {
	return errors.Is(err, errNotOpen) || errors.Is(err, ErrBound)
}

// bindSQLite tells sqlx how the driver marks values; sqlx does not know it.
var bindSQLite = sync.OnceFunc(func() { sqlx.BindDriver("sqlite", sqlx.QUESTION) })

// openSQLite opens the file at the URL, making it and its folder when they are
// missing, and keeps every other process out.
func openSQLite(ctx context.Context, cfg Config) (*DB, error) {
	path, err := filepath.Abs(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	release, err := lockFile(path + ".lock")
	if err != nil {
		return nil, err
	}
	db, err := connectSQLite(ctx, path)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("storage: open %s: %w", path, err), release())
	}
	return &DB{sql: db, dialect: sqliteDialect(), url: path, release: release}, nil
}

// connectSQLite opens the file with one connection: several give SQLITE_BUSY
// despite any timeout. FULL makes each commit survive a power cut.
func connectSQLite(ctx context.Context, path string) (*sqlx.DB, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // private, unlike SQLite's own way
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return dialSQLite(ctx, path, url.Values{"_txlock": {"immediate"}, "_pragma": {
		"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(5000)", "temp_store(MEMORY)",
	}})
}

// readSQLite opens an existing file to read from, also beside a process that
// writes to it.
func readSQLite(ctx context.Context, path string) (*sqlx.DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	return dialSQLite(ctx, path, url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)", "temp_store(MEMORY)"}})
}

// dialSQLite opens the file with one connection.
func dialSQLite(ctx context.Context, path string, options url.Values) (*sqlx.DB, error) {
	bindSQLite()
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	dsn := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: options.Encode()}
	db, err := sqlx.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// lockFile keeps other processes from what path stands for until release is
// called or this process ends. The file itself stays: removing it would let two
// processes lock two files of one name.
func lockFile(path string) (release func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return func() error {
			// Closing alone would leave it locked while a child, started just now,
			// has the file too.
			return errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
		}, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrLocked
	}
	return nil, errors.Join(fmt.Errorf("storage: lock %s: %w", path, err), f.Close())
}
