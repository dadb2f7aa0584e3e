package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"

	"bazarbot/migrations"
)

// Latest stands for the newest version of the schema.
const Latest int64 = -1

// Migrate brings the database's schema to a version, up or down, and returns
// the versions before and after. 0 is the empty schema: everything is lost.
func Migrate(ctx context.Context, cfg Config, version int64) (from, to int64, err error) {
	db, err := connect(ctx, cfg)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, db.disconnect()) }()
	steps, err := db.steps()
	if err != nil {
		return 0, 0, err
	}
	if from, err = steps.GetDBVersion(ctx); err != nil {
		return 0, 0, fmt.Errorf("storage: schema version: %w", err)
	}
	switch {
	case version == Latest:
		_, err = steps.Up(ctx)
	case version < from:
		_, err = steps.DownTo(ctx, version)
	default:
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

// migrate brings the schema up to date.
func (db *DB) migrate(ctx context.Context) error {
	steps, err := db.steps()
	if err != nil {
		return err
	}
	if _, err := steps.Up(ctx); err != nil {
		return fmt.Errorf("storage: migrate: %w", err)
	}
	return nil
}

func (db *DB) steps() (*goose.Provider, error) {
	if db.dialect.postgres {
		return migrations.Postgres(db.sql.DB, advisoryLock{})
	}
	return migrations.SQLite(db.sql.DB)
}
