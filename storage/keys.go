package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// KeyReport tells what the keys of a database are needed for.
type KeyReport struct {
	Values   map[string]int // how many values each key has sealed; every key of the ring is there
	Unopened Unopened
}

// CheckKeys opens every sealed value, and counts them by their keys.
func (r *Reader) CheckKeys(ctx context.Context) (KeyReport, error) {
	report := KeyReport{Values: make(map[string]int)}
	for id := range r.db.ring.keys {
		report.Values[id] = 0
	}
	if err := r.db.countProbes(ctx, &report); err != nil {
		return report, err
	}
	if err := r.db.countSealed(ctx, r.db.sql, &report); err != nil {
		return report, err
	}
	return report, nil
}

// countProbes tries the probes, which are no values of anybody: a ring that
// does not open them is refused at the start.
func (db *DB) countProbes(ctx context.Context, report *KeyReport) error {
	probes, err := db.probes(ctx)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(probes)) {
		if _, err := db.ring.open(probePlace(id), probes[id]); err == nil {
			continue
		}
		if _, have := db.ring.keys[id]; have {
			report.Unopened.note(fmt.Sprintf("key %q of the ring is another one than the database's of this name", id))
		} else {
			report.Unopened.note(fmt.Sprintf("the database's key %q is not in the ring", id))
		}
	}
	return nil
}

// countSealed tries all sealed values.
func (db *DB) countSealed(ctx context.Context, from reader, report *KeyReport) error {
	for _, c := range sealedColumns {
		err := c.walk(ctx, from, nil, func(batch []sealedValue) error {
			for _, v := range batch {
				if id, _, ok := cutKeyID(v.box); ok {
					report.Values[id]++
				}
				if _, err := db.ring.open(place{v.owner, c.table, c.column}, v.box); err != nil {
					report.Unopened.add(c, v, err)
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("storage: %s.%s: %w", c.table, c.column, err)
		}
	}
	return nil
}
