package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Restore puts a backup in the place of the embedded database of cfg, and
// returns where the one that was there is now; "" when there was none. It
// refuses while a bot runs on it, and a file that is damaged, that is of a
// newer program, or that the keys do not open. The backup stays as it is.
func Restore(ctx context.Context, cfg Config, file string) (replaced string, err error) {
	if cfg.postgres() {
		return "", ErrNotEmbedded
	}
	path, err := filepath.Abs(cfg.URL)
	if err != nil {
		return "", fmt.Errorf("storage: %w", err)
	}
	if err := checkBackup(ctx, cfg.Ring, file); err != nil {
		return "", fmt.Errorf("storage: restore %s: %w", file, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", fmt.Errorf("storage: %w", err)
	}
	release, err := lockFile(path + ".lock")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, release()) }()
	if replaced, err = replace(path, file); err != nil {
		return replaced, fmt.Errorf("storage: restore %s: %w", file, err)
	}
	return replaced, nil
}

// checkBackup refuses what would not start.
func checkBackup(ctx context.Context, ring *Ring, file string) error {
	has, err := checkFile(ctx, file)
	if err != nil {
		return err
	}
	db, err := openSQLiteReader(ctx, Config{URL: file})
	if err != nil {
		return err
	}
	db.ring = ring
	defer func() { _ = db.disconnect() }() // only read
	steps, err := db.steps()
	if err != nil {
		return err
	}
	if err := checkVersion(has, latest(steps), false); err != nil {
		return err
	}
	return db.checkProbes(ctx)
}

// replace puts a copy of file at path. What was there is kept under a name of
// its own, with its write-ahead log, if a killed process left one.
func replace(path, file string) (replaced string, err error) {
	temp, err := copyBeside(path, file)
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(temp) }() // gone already, if all went well
	aside := path + ".replaced-" + time.Now().UTC().Format("20060102T150405.000000")
	for _, part := range []string{"-wal", "-shm", ""} {
		switch err := os.Link(path+part, aside+part); {
		case err == nil && part == "":
			replaced = aside
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return "", err
		}
	}
	// A log belongs to its own file: beside another one it would destroy it.
	for _, part := range []string{"-wal", "-shm"} {
		if err := os.Remove(path + part); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return replaced, err
		}
	}
	if err := os.Rename(temp, path); err != nil {
		return replaced, err
	}
	return replaced, syncFile(filepath.Dir(path))
}

// copyBeside copies file into the folder of path.
func copyBeside(path, file string) (temp string, err error) {
	from, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer func() { _ = from.Close() }()
	to, err := os.CreateTemp(filepath.Dir(path), ".restore-*") // 0600
	if err != nil {
		return "", err
	}
	_, err = io.Copy(to, from)
	if err == nil {
		err = to.Sync()
	}
	if err = errors.Join(err, to.Close()); err != nil {
		return "", errors.Join(err, os.Remove(to.Name()))
	}
	return to.Name(), nil
}
