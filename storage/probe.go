package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// A probe is a known value sealed with one key and kept in meta under that
// key's id, made before the key seals anything else. A ring that opens all
// probes opens everything in the database.

const probePrefix = "key:"

// ErrKeys is returned when the ring does not open what the database holds.
// Nothing was changed.
var ErrKeys = errors.New("storage: the encryption keys do not fit this database; put back those it was sealed with, as they were kept beside its backups")

func probePlace(id string) place { return place{"ring", "meta", probePrefix + id} }

// probe makes sure that the ring opens what the database holds, and only then
// leaves the current key's probe there.
func (db *DB) probe(ctx context.Context) error {
	if err := db.checkProbes(ctx); err != nil {
		return err
	}
	id := db.ring.current
	_, err := db.sql.ExecContext(ctx, db.sql.Rebind(
		`INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`),
		probePrefix+id, db.ring.seal(probePlace(id), []byte(id)))
	if err != nil {
		return fmt.Errorf("storage: probe: %w", err)
	}
	return db.checkProbes(ctx) // another process may have been first, with another key of this id
}

func (db *DB) checkProbes(ctx context.Context) error {
	probes, err := db.probes(ctx)
	if err != nil {
		return err
	}
	for id, sealed := range probes {
		if _, err := db.ring.open(probePlace(id), sealed); err != nil {
			return fmt.Errorf("%w: %w", ErrKeys, err)
		}
	}
	return nil
}

// probes reads all probes by the ids of their keys.
func (db *DB) probes(ctx context.Context) (map[string][]byte, error) {
	var found []struct {
		Name  string
		Value []byte
	}
	err := db.sql.SelectContext(ctx, &found, db.sql.Rebind(
		`SELECT name, value FROM meta WHERE name LIKE ?`), probePrefix+"%")
	if err != nil {
		return nil, fmt.Errorf("storage: probes: %w", err)
	}
	probes := make(map[string][]byte, len(found))
	for _, f := range found {
		probes[strings.TrimPrefix(f.Name, probePrefix)] = f.Value
	}
	return probes, nil
}
