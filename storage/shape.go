package storage

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
)

// tableShape is a table as its database describes it.
type tableShape struct {
	name    string
	columns []string // in order of their names
	types   []kind   // of the columns
}

func (t tableShape) same(other tableShape) bool {
	return t.name == other.name && slices.Equal(t.columns, other.columns)
}

// String tells the table in an error.
func (t tableShape) String() string { return fmt.Sprintf("%s%v", t.name, t.columns) }

// shapeQuery lists every column of every table but goose's and SQLite's own.
func (d dialect) shapeQuery() string {
	if d.postgres {
		return `SELECT c.table_name AS name, c.column_name AS column, c.data_type AS type
			FROM information_schema.columns c
			JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
			WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.table_name NOT LIKE 'goose\_%'
			ORDER BY c.table_name COLLATE "C", c.column_name COLLATE "C"`
	}
	return `SELECT t.name AS name, c.name AS "column", LOWER(c.type) AS type
		FROM sqlite_master t JOIN pragma_table_info(t.name) c
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND t.name NOT LIKE 'goose\_%' ESCAPE '\'
		ORDER BY t.name, c.name`
}

// typeNames are the types of columns as the databases name them.
var typeNames = map[string]kind{
	"bigint": integer, "integer": integer, "text": text, "bytea": bytea, "blob": bytea,
}

// shapes describes all tables, in order of their names.
func (db *DB) shapes(ctx context.Context, from reader) ([]tableShape, error) {
	found, err := collect[struct{ Name, Column, Type string }](from.QueryxContext(ctx, db.dialect.shapeQuery()))
	if err != nil {
		return nil, fmt.Errorf("storage: schema: %w", err)
	}
	var all []tableShape
	for _, f := range found {
		of, known := typeNames[f.Type]
		if !known {
			return nil, fmt.Errorf("storage: schema: %s.%s is of type %q, which is not known", f.Name, f.Column, f.Type)
		}
		if len(all) == 0 || all[len(all)-1].name != f.Name {
			all = append(all, tableShape{name: f.Name})
		}
		t := &all[len(all)-1]
		t.columns, t.types = append(t.columns, f.Column), append(t.types, of)
	}
	return all, nil
}

var (
	_ reader = (*sqlx.DB)(nil)
	_ reader = (*sqlx.Tx)(nil)
)
