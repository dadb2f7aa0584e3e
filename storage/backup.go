package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
)

// keptBackups is how many of the copies stay that are made before migrations.
const keptBackups = 3

// ErrNotEmbedded is returned by what is done to a file only.
var ErrNotEmbedded = errors.New("storage: not an embedded database")

// Backup writes a copy of the embedded database, as it is at this moment, to a
// new file, while a bot may be writing to it. What people wrote is sealed in it
// as it is in the database, so it opens with the same keys, which are not in it.
func (r *Reader) Backup(ctx context.Context, file string) error {
	if r.db.dialect.postgres {
		return ErrNotEmbedded
	}
	if err := copyTo(ctx, r.db.sql, file); err != nil {
		return fmt.Errorf("storage: back up to %s: %w", file, err)
	}
	return nil
}

// backupFirst copies an embedded database that holds something beside itself
// before its schema changes, and keeps the last few of these copies.
func (db *DB) backupFirst(ctx context.Context, from, to int64) error {
	if db.dialect.postgres || from == 0 {
		return nil
	}
	at := time.Now().UTC().Format("20060102T150405.000000")
	file := fmt.Sprintf("%s.%s.before-v%d-to-v%d", db.url, at, from, to)
	if err := copyTo(ctx, db.sql, file); err != nil {
		return fmt.Errorf("storage: back up before migrating, to %s: %w", file, err)
	}
	db.log.Info("storage: backed up before migrating", "file", file, "from", from, "to", to)
	kept, err := filepath.Glob(db.url + ".*.before-v*")
	if err != nil {
		return fmt.Errorf("storage: earlier backups: %w", err)
	}
	slices.Sort(kept)
	for _, old := range kept[:max(len(kept)-keptBackups, 0)] {
		if err := os.Remove(old); err != nil {
			return fmt.Errorf("storage: an earlier backup: %w", err)
		}
	}
	return nil
}

// copyTo copies the database to a new file that only its owner can read. The
// file is there whole and checked, or not at all.
func copyTo(ctx context.Context, db *sqlx.DB, file string) (err error) {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fs.ErrExist, err)
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".backup-*") // 0600, and kept so by what writes to it
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(temp.Name())) }()
	if err := temp.Close(); err != nil {
		return err
	}
	// A snapshot with what stands in the write-ahead log, without anything that
	// was deleted.
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, temp.Name()); err != nil {
		return err
	}
	if _, err := checkFile(ctx, temp.Name()); err != nil {
		return err
	}
	if err := syncFile(temp.Name()); err != nil {
		return err
	}
	if err := os.Link(temp.Name(), file); err != nil { // never over another file
		return err
	}
	return syncFile(filepath.Dir(file))
}

// checkFile makes sure that a file is a sound database of the bot, and tells
// its schema's version.
func checkFile(ctx context.Context, file string) (version int64, err error) {
	db, err := readSQLite(ctx, file)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var found string
	if err := db.GetContext(ctx, &found, `PRAGMA integrity_check(1)`); err != nil {
		return 0, err
	}
	if found != "ok" {
		return 0, fmt.Errorf("the file is damaged: %s", found)
	}
	return schemaVersion(ctx, db)
}

// syncFile makes a file or a folder survive a power cut.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
