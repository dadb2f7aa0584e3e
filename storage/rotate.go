package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
)

const (
	sealedAtOnce = 500 // values that are read, and written, together
	rotateTries  = 5   // of a batch that only got in another one's way
)

// sealedColumn is a column whose values the ring seals. Owner is the SQL of the
// owner its values are sealed for. Every column that is sealed must stand here,
// or a rotation would leave it behind.
type sealedColumn struct {
	table, column string
	key           []string // the table's primary key
	owner         string
}

var sealedColumns = []sealedColumn{
	{"work", "payload", []string{"id"}, "'lane:' || lane"},
	{"work", "replies", []string{"id"}, "'lane:' || lane"},
	{"work", "cause", []string{"id"}, "'lane:' || lane"},
	{"persons", "body", []string{"id"}, "'person:' || CAST(id AS TEXT)"},
	{"drafts", "body", []string{"id"}, "'person:' || CAST(person AS TEXT)"},
	{"ads", "body", []string{"market", "ad_id"}, "'person:' || CAST(person AS TEXT)"},
	{"accounts", "label", []string{"id"}, "'account:' || id"},
	{"accounts", "secret", []string{"id"}, "'account:' || id"},
	{"listings", "body", []string{"account"}, "'account:' || account"},
	{"watches", "body", []string{"account"}, "'account:' || account"},
	{"attempts", "before", []string{"job", "step"}, "'account:' || account"},
	{"attempts", "result", []string{"job", "step"}, "'account:' || account"},
	{"audit", "details", []string{"id"}, "'audit:' || id"},
	{"broadcasts", "body", []string{"id"}, "'broadcast:' || id"},
}

// Rotation tells what a rotation did.
type Rotation struct {
	Resealed int
	Unopened Unopened
}

// Rotate seals everything anew that is not sealed with the current key, while
// the bot runs: a value that changes meanwhile is left alone, as it is sealed
// anew by then. What no key opens is left as it is, and told of: a key that is
// missing may still be found. Only after a rotation has ended well, with every
// process on the new ring, may the old keys leave the ring.
func (db *DB) Rotate(ctx context.Context) (Rotation, error) {
	var all Rotation
	for again := true; again; {
		var round Rotation
		for _, c := range sealedColumns {
			if err := db.rotateColumn(ctx, c, &round); err != nil {
				all.Resealed += round.Resealed
				return all, fmt.Errorf("storage: rotate %s.%s: %w", c.table, c.column, err)
			}
		}
		all.Resealed += round.Resealed
		all.Unopened = round.Unopened // each round meets the same ones
		again = round.Resealed > 0
	}
	_, err := db.sql.ExecContext(ctx, db.sql.Rebind(`DELETE FROM meta WHERE name LIKE ? AND name <> ?`),
		probePrefix+"%", probePrefix+db.ring.current)
	if err != nil {
		return all, fmt.Errorf("storage: rotate: %w", err)
	}
	return all, nil
}

// rotateColumn goes through a column once.
func (db *DB) rotateColumn(ctx context.Context, c sealedColumn, r *Rotation) error {
	return c.walk(ctx, db.sql, db.ring.head(db.ring.current), func(batch []sealedValue) error {
		var rows [][]any
		for _, v := range batch {
			at := place{v.owner, c.table, c.column}
			plain, err := db.ring.open(at, v.box)
			if err != nil {
				r.Unopened.add(c, v, err)
				continue
			}
			rows = append(rows, append(append([]any{}, v.key...), v.box, db.ring.seal(at, plain)))
		}
		n, err := db.reseal(ctx, c, rows)
		r.Resealed += n
		return err
	})
}

// reseal puts values, each behind its key and what it replaces, in one
// statement. Values that somebody changed meanwhile stay.
func (db *DB) reseal(ctx context.Context, c sealedColumn, rows [][]any) (n int, err error) {
	if len(rows) == 0 {
		return 0, nil
	}
	types := make([]kind, 0, len(c.key)+2)
	where := ""
	for i, k := range c.key {
		types = append(types, kindOf(rows[0][i]))
		where += fmt.Sprintf(" AND %s.%s = v.column%d", c.table, k, i+1)
	}
	update := bulk{
		before: fmt.Sprintf("UPDATE %s SET %s = v.column%d FROM ", c.table, c.column, len(c.key)+2),
		types:  append(types, bytea, bytea),
		after:  fmt.Sprintf(" WHERE %s.%s = v.column%d%s RETURNING 1", c.table, c.column, len(c.key)+1, where),
	}
	for range rotateTries {
		n, err = update.run(ctx, db, nil, rows, nil)
		if err == nil || !db.dialect.retry(err) {
			break
		}
	}
	return n, err
}

// kindOf is the kind of a column by one of its values.
func kindOf(value any) kind {
	if _, ok := value.(int64); ok {
		return integer
	}
	return text
}

// sealedValue is a sealed value where it stands.
type sealedValue struct {
	key   []any // int64 or string
	owner string
	box   []byte
}

// walk gives the values of the column to visit, in batches and in order of the
// table's key, all but those that begin with the bytes of except.
func (c sealedColumn) walk(ctx context.Context, from reader, except []byte, visit func([]sealedValue) error) error {
	var after []any
	for {
		batch, err := c.after(ctx, from, except, after)
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := visit(batch); err != nil {
			return err
		}
		after = batch[len(batch)-1].key
	}
}

// reader is a database or a transaction, to read from.
type reader interface {
	sqlx.QueryerContext
	Rebind(query string) string
}

// after reads the next values behind a key.
func (c sealedColumn) after(ctx context.Context, from reader, except []byte, after []any) ([]sealedValue, error) {
	keys, marks := c.keyList()
	query := `SELECT ` + keys + `, ` + c.owner + `, ` + c.column + ` FROM ` + c.table + ` WHERE ` + c.column + ` IS NOT NULL`
	var args []any
	if len(except) > 0 {
		query += ` AND SUBSTR(` + c.column + `, 1, ?) <> ?`
		args = append(args, len(except), except)
	}
	if after != nil {
		query += ` AND (` + keys + `) > (` + marks + `)`
		args = append(args, after...)
	}
	query += ` ORDER BY ` + keys + ` LIMIT ?`
	rows, err := from.QueryxContext(ctx, from.Rebind(query), append(args, sealedAtOnce)...)
	if err != nil {
		return nil, err
	}
	var batch []sealedValue
	_, err = each(rows, func(r *sqlx.Rows) error {
		v := sealedValue{key: make([]any, len(c.key))}
		to := make([]any, 0, len(c.key)+2)
		for i := range v.key {
			to = append(to, &v.key[i])
		}
		err := r.Scan(append(to, &v.owner, &v.box)...)
		for i, k := range v.key {
			if b, ok := k.([]byte); ok {
				v.key[i] = string(b) // drivers differ in what a text is
			}
		}
		batch = append(batch, v)
		return err
	})
	return batch, err
}

// keyList is the column's key as a list of names, and of marks for its values.
func (c sealedColumn) keyList() (names, marks string) {
	for i, k := range c.key {
		if i > 0 {
			names += ", "
			marks += ", "
		}
		names += k
		marks += "?"
	}
	return names, marks
}

// Unopened are sealed values that no key of the ring opens.
type Unopened struct {
	Count int
	First []string // the first of them: table, column, key, and why; no content
}

// maxUnopened is how many of them are told one by one.
const maxUnopened = 20

func (u *Unopened) add(c sealedColumn, v sealedValue, cause error) {
	names, _ := c.keyList()
	u.note(fmt.Sprintf("%s.%s, %s %v: %s", c.table, c.column, names, v.key, reason(cause)))
}

func (u *Unopened) note(what string) {
	if u.Count++; len(u.First) < maxUnopened {
		u.First = append(u.First, what)
	}
}

// reason is why a value does not open, without what its place says already.
func reason(cause error) string {
	var missing *missingKey
	if errors.As(cause, &missing) {
		return missing.Error()
	}
	return "damaged, or moved from where it was sealed"
}
