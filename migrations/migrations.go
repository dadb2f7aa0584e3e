// Package migrations holds the database's schema: numbered steps up and down,
// one set for each kind of database, with the same tables and columns.
package migrations

import (
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed postgres/*.sql sqlite/*.sql
var files embed.FS

// Postgres makes the provider of a Postgres database's steps. Steps run while
// locker's lock is held, so that replicas that start together do not race.
func Postgres(db *sql.DB, locker lock.SessionLocker) (*goose.Provider, error) {
	return provider(goose.DialectPostgres, db, "postgres", goose.WithSessionLocker(locker))
}

// SQLite makes the provider of an embedded database's steps.
func SQLite(db *sql.DB) (*goose.Provider, error) {
	return provider(goose.DialectSQLite3, db, "sqlite")
}

func provider(d goose.Dialect, db *sql.DB, dir string, opts ...goose.ProviderOption) (*goose.Provider, error) {
	sub, err := fs.Sub(files, dir)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	p, err := goose.NewProvider(d, db, sub, opts...)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return p, nil
}
