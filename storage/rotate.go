package storage

import (
	"bytes"
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

const rotateAtOnce = 200

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
	{"attempts", "before", []string{"job", "step"}, "'account:' || account"},
	{"attempts", "result", []string{"job", "step"}, "'account:' || account"},
}

// Rotate seals everything anew that is not sealed with the current key, while
// the bot runs: a value that changes meanwhile is left alone, as it is sealed
// anew by then. It returns how many values it sealed. Only after it has ended
// well, with every process on the new ring, may the old keys leave the ring.
func (db *DB) Rotate(ctx context.Context) (resealed int, err error) {
	for {
		n := 0
		for _, c := range sealedColumns {
			in, err := db.rotateColumn(ctx, c)
			if n += in; err != nil {
				return resealed + n, fmt.Errorf("storage: rotate %s.%s: %w", c.table, c.column, err)
			}
		}
		if resealed += n; n == 0 {
			break
		}
	}
	_, err = db.sql.ExecContext(ctx, db.sql.Rebind(`DELETE FROM meta WHERE name LIKE ? AND name <> ?`),
		probePrefix+"%", probePrefix+db.ring.current)
	if err != nil {
		return resealed, fmt.Errorf("storage: rotate: %w", err)
	}
	return resealed, nil
}

// rotateColumn goes through a column once.
func (db *DB) rotateColumn(ctx context.Context, c sealedColumn) (resealed int, err error) {
	var after []any
	for {
		batch, err := db.sealedAfter(ctx, c, after)
		if err != nil || len(batch) == 0 {
			return resealed, err
		}
		for _, v := range batch {
			changed, err := db.reseal(ctx, c, v)
			if err != nil {
				return resealed, err
			}
			if changed {
				resealed++
			}
		}
		after = batch[len(batch)-1].key
	}
}

// sealedValue is a value on its way to another key.
type sealedValue struct {
	key   []any
	owner string
	box   []byte
}

// sealedAfter reads the next values in order of the table's key that are not
// sealed with the current key.
func (db *DB) sealedAfter(ctx context.Context, c sealedColumn, after []any) ([]sealedValue, error) {
	keys, marks := c.keyList()
	head := db.ring.head(db.ring.current)
	query := `SELECT ` + keys + `, ` + c.owner + `, ` + c.column + ` FROM ` + c.table +
		` WHERE ` + c.column + ` IS NOT NULL AND SUBSTR(` + c.column + `, 1, ?) <> ?`
	args := []any{len(head), head}
	if after != nil {
		query += ` AND (` + keys + `) > (` + marks + `)`
		args = append(args, after...)
	}
	query += ` ORDER BY ` + keys + ` LIMIT ?`
	rows, err := db.sql.QueryxContext(ctx, db.sql.Rebind(query), append(args, rotateAtOnce)...)
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

// reseal seals one value anew, unless somebody changed it meanwhile.
func (db *DB) reseal(ctx context.Context, c sealedColumn, v sealedValue) (changed bool, err error) {
	at := place{v.owner, c.table, c.column}
	plain, err := db.ring.open(at, v.box)
	if err != nil {
		return false, err
	}
	names, marks := c.keyList()
	args := append([]any{db.ring.seal(at, plain)}, v.key...)
	res, err := db.sql.ExecContext(ctx, db.sql.Rebind(
		`UPDATE `+c.table+` SET `+c.column+` = ? WHERE (`+names+`) = (`+marks+`) AND `+c.column+` = ?`),
		append(args, bytes.Clone(v.box))...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}
