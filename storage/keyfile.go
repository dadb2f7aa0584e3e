package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// LoadOrCreateKeyFile reads the ring of an embedded database, or makes one with
// a new key when there is no file yet. The file is the only way to open the
// database, so it must be readable by its owner alone: looser permissions than
// 0600 are refused.
func LoadOrCreateKeyFile(path string) (*Ring, error) {
	ring, err := LoadKeyFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return ring, err
	}
	if err := createKeyFile(path); err != nil {
		return nil, fmt.Errorf("storage: make the key file: %w", err)
	}
	return LoadKeyFile(path)
}

// LoadKeyFile reads the ring of an embedded database. The error is
// fs.ErrNotExist when there is no such file.
func LoadKeyFile(path string) (*Ring, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("storage: key file: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("storage: key file %s can be read by others (mode %04o): chmod 600 it", path, mode)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("storage: key file: %w", err)
	}
	ring, err := ParseRing(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("storage: key file %s: %w", path, err)
	}
	return ring, nil
}

// createKeyFile puts a new key in place whole or not at all, and never over an
// existing one: the link fails when somebody else was first, which is as good.
func createKeyFile(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(NewKey("k1") + "\n")
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		if err = os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
			err = nil
		}
	}
	return errors.Join(err, os.Remove(f.Name()))
}
