package storage

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
)

// Reader looks into a database without changing anything, not even its schema,
// and beside a bot that runs on it.
type Reader struct{ db *DB }

// OpenReader opens an existing database to look into. It does not ask whether
// the ring fits: CheckKeys tells.
func OpenReader(ctx context.Context, cfg Config) (*Reader, error) {
	if cfg.Ring == nil {
		return nil, errors.New("storage: no key ring")
	}
	open := openSQLiteReader
	if cfg.postgres() {
		open = openPostgresReader
	}
	db, err := open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	db.ring = cfg.Ring
	r := &Reader{db}
	if err := r.checkSchema(ctx); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Close disconnects.
func (r *Reader) Close() error { return r.db.disconnect() }

// checkSchema makes sure that the tables are those this program knows.
func (r *Reader) checkSchema(ctx context.Context) error {
	has, err := schemaVersion(ctx, r.db.sql)
	if err != nil {
		return err
	}
	steps, err := r.db.steps()
	if err != nil {
		return err
	}
	return checkVersion(has, latest(steps), true)
}

func openSQLiteReader(ctx context.Context, cfg Config) (*DB, error) {
	path, err := filepath.Abs(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	db, err := readSQLite(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("storage: open %s: %w", path, err)
	}
	return &DB{sql: db, dialect: sqliteDialect(), url: path}, nil
}

func openPostgresReader(ctx context.Context, cfg Config) (*DB, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil {
		return nil, errors.New("storage: the database URL is not valid") // the cause holds the password
	}
	q := u.Query()
	q.Set("default_transaction_read_only", "on")
	u.RawQuery = q.Encode()
	cfg.URL = u.String()
	return openPostgres(ctx, cfg)
}
