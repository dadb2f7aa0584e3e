package storage

import (
	"context"
	"strings"
)

// read is one caller's part of a query that answers many callers at once: what
// a person has, in the query's order.
type read[R any] struct {
	person int64
	found  []R
}

// reads answers callers who come at the same time with one query. Query has
// "?" where the persons' ids stand; whose tells whose a record is.
type reads[R any] struct{ group *group[*read[R]] }

func newReads[R any](db *DB, query string, whose func(R) int64) reads[R] {
	before, after, _ := strings.Cut(query, "?")
	run := func(ctx context.Context, batch []*read[R]) []error {
		ids := make([]int64, len(batch))
		for i, r := range batch {
			ids[i] = r.person
		}
		list, args := db.dialect.ids(ids)
		found, err := collect[R](db.query(ctx, nil, before+list+after, args...))
		of := make(map[int64][]R, len(batch))
		for _, record := range found {
			of[whose(record)] = append(of[whose(record)], record)
		}
		errs := make([]error, len(batch))
		for i, r := range batch {
			r.found, errs[i] = of[r.person], err
		}
		return errs
	}
	return reads[R]{newGroup(run)}
}

// of reads what a person has. Opening what is sealed is left to the caller.
func (r reads[R]) of(ctx context.Context, person int64) ([]R, error) {
	part := &read[R]{person: person}
	if err := r.group.do(ctx, part); err != nil {
		return nil, err
	}
	return part.found, nil
}

func (r reads[R]) close() { r.group.close() }
