package storage

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"

	"bazarbot/migrations"
)

// Latest stands for the newest version of the schema.
const Latest int64 = -1

var (
	// ErrNewer is returned for a database whose schema this program does not
	// know: a newer one has migrated it. Nothing was changed.
	ErrNewer = errors.New("storage: a newer program has migrated this database; start that one, or have it go back with bot migrate -to")
	// ErrOlder is returned where the schema would have to be migrated first.
	ErrOlder = errors.New("storage: the database is of an older program; run bot migrate first")
)

// Step is a migration.
type Step struct {
	Version int64
	Name    string
}

// Schema tells the version of a database's schema, 0 for an empty database,
// and the steps this program knows, in order.
func Schema(ctx context.Context, cfg Config) (version int64, known []Step, err error) {
	db, err := connect(ctx, cfg)
	if err != nil {
		return 0, nil, err
	}
	defer func() { err = errors.Join(err, db.disconnect()) }()
	steps, err := db.steps()
	if err != nil {
		return 0, nil, err
	}
	for _, s := range steps.ListSources() {
		known = append(known, Step{s.Version, filepath.Base(s.Path)})
	}
	if version, err = steps.GetDBVersion(ctx); err != nil {
		return 0, nil, fmt.Errorf("storage: schema version: %w", err)
	}
	return version, known, nil
}

// Migrate brings the database's schema to a version, up or down, and returns
// the versions before and after. 0 is the empty schema: everything is lost. An
// embedded database is copied first, see backupFirst.
func Migrate(ctx context.Context, cfg Config, version int64) (from, to int64, err error) {
	db, err := connect(ctx, cfg)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, db.disconnect()) }()
	return db.migrateTo(ctx, version)
}

// migrate brings the schema up to date.
func (db *DB) migrate(ctx context.Context) error {
	_, _, err := db.migrateTo(ctx, Latest)
	return err
}

func (db *DB) migrateTo(ctx context.Context, version int64) (from, to int64, err error) {
	steps, err := db.steps()
	if err != nil {
		return 0, 0, err
	}
	if from, err = steps.GetDBVersion(ctx); err != nil {
		return 0, 0, fmt.Errorf("storage: schema version: %w", err)
	}
	if err := checkVersion(from, latest(steps), false); err != nil {
		return from, from, err
	}
	if version == Latest {
		version = latest(steps)
	}
	if version == from {
		return from, from, nil
	}
	if from > 0 { // else there is nothing to open
		if err := db.checkProbes(ctx); err != nil {
			return from, from, err
		}
	}
	if err := db.backupFirst(ctx, from, version); err != nil {
		return from, from, err
	}
	if version < from {
		_, err = steps.DownTo(ctx, version)
	} else {
		_, err = steps.UpTo(ctx, version)
	}
	if err != nil {
		return from, from, fmt.Errorf("storage: migrate: %w", err)
	}
	if to, err = steps.GetDBVersion(ctx); err != nil {
		return from, 0, fmt.Errorf("storage: schema version: %w", err)
	}
	return from, to, nil
}

func (db *DB) steps() (*goose.Provider, error) {
	if db.dialect.postgres {
		return migrations.Postgres(db.sql.DB, advisoryLock{})
	}
	return migrations.SQLite(db.sql.DB)
}

// latest is the newest version this program knows.
func latest(steps *goose.Provider) (version int64) {
	for _, s := range steps.ListSources() {
		version = max(version, s.Version)
	}
	return version
}

// checkVersion refuses a schema that this program does not know, and, where it
// must be up to date, one that is not.
func checkVersion(has, known int64, upToDate bool) error {
	switch {
	case has > known:
		return fmt.Errorf("%w (its schema has version %d, this program knows %d)", ErrNewer, has, known)
	case upToDate && has < known:
		return fmt.Errorf("%w (its schema has version %d, this program needs %d)", ErrOlder, has, known)
	}
	return nil
}

// schemaVersion reads the version without making the table it stands in.
func schemaVersion(ctx context.Context, db *sqlx.DB) (version int64, err error) {
	err = db.GetContext(ctx, &version, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`)
	if err != nil {
		return 0, fmt.Errorf("storage: this is no database of the bot: %w", err)
	}
	return version, nil
}
