package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

// kind is the type of a column of values, as casts name it.
type kind string

const (
	integer kind = "BIGINT"
	text    kind = "TEXT"
	bytea   kind = "BYTEA"
)

// bulk is a statement over many rows of values. Between before and after stands
// what the dialect makes of the rows: a FROM item called v with the columns
// column1, column2 and so on.
type bulk struct {
	before string
	types  []kind
	after  string
}

// run executes the statement over rows and gives each returned row to scan. It
// reports how many came back.
func (b bulk) run(ctx context.Context, db *DB, tx *sqlx.Tx, rows [][]any, scan func(*sqlx.Rows) error) (int, error) {
	returned := 0
	for part := range slices.Chunk(rows, maxRows) {
		from, args := db.dialect.values(b.types, part)
		found, err := db.query(ctx, tx, b.before+from+b.after, args...)
		if err != nil {
			return 0, err
		}
		n, err := each(found, scan)
		if err != nil {
			return 0, err
		}
		returned += n
	}
	return returned, nil
}

// maxRows is how many rows one statement gets: SQLite binds 32766 values at most.
const maxRows = 2000

// query runs a query whose text is always the same on Postgres, where it is
// prepared once for each connection: planning would cost more than running it.
// Tx may be nil.
func (db *DB) query(ctx context.Context, tx *sqlx.Tx, query string, args ...any) (*sqlx.Rows, error) {
	if !db.dialect.postgres {
		if tx == nil {
			return db.sql.QueryxContext(ctx, query, args...)
		}
		return tx.QueryxContext(ctx, query, args...)
	}
	stmt, err := db.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if tx != nil {
		stmt = tx.StmtxContext(ctx, stmt) //nolint:sqlclosecheck // the transaction closes it
	}
	return stmt.QueryxContext(ctx, args...)
}

// prepared keeps one statement for each text, until the database is closed.
func (db *DB) prepared(ctx context.Context, query string) (*sqlx.Stmt, error) {
	if stmt, ok := db.statements.Load(query); ok {
		return stmt.(*sqlx.Stmt), nil
	}
	stmt, err := db.sql.PreparexContext(ctx, db.sql.Rebind(query))
	if err != nil {
		return nil, err
	}
	first, twice := db.statements.LoadOrStore(query, stmt)
	if twice {
		err = stmt.Close() //nolint:sqlclosecheck // two callers were first; the other one's is kept
	}
	return first.(*sqlx.Stmt), err
}

// collect reads rows into a slice of structs.
func collect[T any](rows *sqlx.Rows, err error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	var all []T
	_, err = each(rows, func(r *sqlx.Rows) error {
		var one T
		err := r.StructScan(&one)
		all = append(all, one)
		return err
	})
	return all, err
}

// each gives every row to scan and closes rows.
func each(rows *sqlx.Rows, scan func(*sqlx.Rows) error) (n int, err error) {
	defer rows.Close()
	for ; rows.Next(); n++ {
		if scan == nil {
			continue
		}
		if err := scan(rows); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

// table is how rows get into one table: inserted, or replacing those with the
// same key.
type table struct {
	name    string
	columns []string
	types   []kind
	keys    int    // how many of columns, from the first, are the key
	replace string // SET of the conflict; "": every column that is no key
	only    string // a condition for replacing; "": none
	keptOut error  // what it means that the condition kept a row out
}

func (t table) upsert() bulk {
	set := t.replace
	if set == "" {
		for _, c := range t.columns[t.keys:] {
			set += ", " + c + " = excluded." + c
		}
		set = set[2:]
	}
	return bulk{
		before: "INSERT INTO " + t.name + " (" + strings.Join(t.columns, ", ") + ") SELECT * FROM ",
		types:  t.types,
		after: " WHERE TRUE ON CONFLICT (" + strings.Join(t.columns[:t.keys], ", ") + ") DO UPDATE SET " + set +
			t.only + " RETURNING 1",
	}
}

// put upserts rows. Of several with the same key the last one counts, or, where a
// row may be kept out, none: that is an error, as if one had been there before.
// They go in order of their keys, so that two writers never wait for each other.
func (t table) put(ctx context.Context, db *DB, tx *sqlx.Tx, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	settled := t.settle(rows)
	if t.keptOut != nil && len(settled) < len(rows) { // two writes of a batch want one key: each goes by itself
		return fmt.Errorf("%s: %w", t.name, t.keptOut)
	}
	n, err := t.upsert().run(ctx, db, tx, settled, nil)
	if err == nil && n < len(settled) {
		err = t.keptOut
	}
	if err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	return nil
}

// settle sorts rows by key and keeps the last of each.
func (t table) settle(rows [][]any) [][]any {
	last := make(map[string][]any, len(rows))
	names := make([]string, 0, len(rows))
	for _, row := range rows {
		name := fmt.Sprintf(strings.Repeat("%v\x00", t.keys), row[:t.keys]...)
		if _, twice := last[name]; !twice {
			names = append(names, name)
		}
		last[name] = row
	}
	slices.Sort(names)
	sorted := make([][]any, len(names))
	for i, name := range names {
		sorted[i] = last[name]
	}
	return sorted
}
