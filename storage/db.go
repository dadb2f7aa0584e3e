// Package storage keeps everything the bot must not forget, in Postgres or in
// an embedded SQLite file: one set of queries, one behaviour. What people wrote
// or were sent is sealed before it gets here and opened on its way out; bodies
// of sessions and drafts are opaque bytes.
package storage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"

	"bazarbot/lanes"
	"bazarbot/market"
)

var (
	// ErrNotFound is returned when there is no row of the asked id.
	ErrNotFound = fmt.Errorf("storage: %w", market.ErrNone)
	// ErrClosed is returned by writes to a database that is closed.
	ErrClosed = errors.New("storage: the database is closed")
	// ErrLocked is returned when another process has the embedded database.
	ErrLocked = errors.New("storage: another process has this database open")
)

// Config says which database to open, and with what.
type Config struct {
	URL      string // postgres://…, or the path of the SQLite file
	Ring     *Ring
	Log      *slog.Logger
	MaxConns int // Postgres; 10 when zero
}

// postgres reports which kind of database is meant.
func (c Config) postgres() bool {
	return strings.HasPrefix(c.URL, "postgres://") || strings.HasPrefix(c.URL, "postgresql://")
}

// DB is the database. It is safe for concurrent use.
type DB struct {
	sql     *sqlx.DB
	dialect dialect
	ring    *Ring
	log     *slog.Logger
	url     string // Postgres: for Listen; SQLite: the file's path

	statements sync.Map // Postgres: *sqlx.Stmt by its text

	intake   *group[*arrival]
	fenced   *group[*write]
	sessions reads[personRecord]
	drafts   reads[draftRecord]
	accounts reads[accountRecord]
	roles    reads[staffRecord]

	wake    atomic.Pointer[func(class string) bool]
	worker  atomic.Pointer[Worker]
	release func() error // frees the embedded database's lock
}

// dialect is what SQL has to say differently to the two databases.
type dialect struct {
	postgres bool
	now      string // the database's own clock, in microseconds
	lock     string // locks selected rows until the transaction ends
	skip     string // the same, passing over rows that are locked already
	values   func(types []kind, rows [][]any) (from string, args []any)
	names    func(names []string) (condition string, args []any) // that a column is one of names
	ids      func(ids []int64) (condition string, args []any)    // that a column is one of ids
	retry    func(error) bool                                    // whether to try a transaction again
	refused  func(error) bool                                    // whether the database answered, with a refusal
}

// Open opens the database, brings its schema up to date under a lock, and
// makes sure that the ring opens what it holds.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.Ring == nil {
		return nil, errors.New("storage: no key ring")
	}
	db, err := connect(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := db.prepare(ctx); err != nil {
		return nil, errors.Join(err, db.disconnect())
	}
	db.intake = newGroup(db.arrive)
	db.fenced = newGroup(db.apply)
	db.sessions = newReads(db, sessionQuery, func(r personRecord) int64 { return r.ID })
	db.drafts = newReads(db, draftsQuery, func(r draftRecord) int64 { return r.Person })
	db.accounts = newReads(db, accountsQuery, func(r accountRecord) int64 { return r.Person })
	db.roles = newReads(db, staffQuery, func(r staffRecord) int64 { return r.Person })
	return db, nil
}

// connect opens either database without looking inside.
func connect(ctx context.Context, cfg Config) (*DB, error) {
	open := openSQLite
	if cfg.postgres() {
		open = openPostgres
	}
	db, err := open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	db.ring, db.log = cfg.Ring, cfg.Log
	if db.log == nil {
		db.log = slog.New(slog.DiscardHandler)
	}
	return db, nil
}

// prepare makes a connected database ready for work.
func (db *DB) prepare(ctx context.Context) error {
	if err := db.migrate(ctx); err != nil {
		return err
	}
	if err := db.probe(ctx); err != nil {
		return err
	}
	if db.dialect.postgres {
		return nil
	}
	return db.clearLeases(ctx)
}

// Shutdown ends the writers, waiting for what they are writing, and
// disconnects. Writes and sessions asked for later fail with ErrClosed. (Close closes a row.)
func (db *DB) Shutdown() error {
	db.intake.close()
	db.fenced.close()
	db.sessions.close()
	db.drafts.close()
	db.accounts.close()
	db.roles.close()
	return db.disconnect()
}

func (db *DB) disconnect() error {
	err := db.sql.Close()
	if db.release != nil {
		err = errors.Join(err, db.release())
	}
	return err
}

// Ready reports whether the database answers.
func (db *DB) Ready(ctx context.Context) error {
	if err := db.sql.PingContext(ctx); err != nil {
		return fmt.Errorf("storage: %w", err)
	}
	return nil
}

// OnWake sets who is told, after a commit, that a class has new work in a lane
// that nobody holds. Wake must not block; it reports whether this process will
// see to the work. Where it does not, and while nobody is set, other processes
// are told (Postgres).
func (db *DB) OnWake(wake func(class string) bool) { db.wake.Store(&wake) }

// Worker works lanes in this process. (*lanes.Runner is one.)
type Worker interface {
	Wake(class string) bool
	Tenancy() (owner string, ttl time.Duration)
	Reserve(class string) bool
	Cancel(class string)
	Start(claimed lanes.Claimed)
}

// Feed sets who works lanes in this process. Rows that arrive in a lane nobody
// holds go to a worker that is free, the lane being taken for it in the same
// transaction; of other work w is told as by OnWake.
func (db *DB) Feed(w Worker) {
	db.OnWake(w.Wake)
	db.worker.Store(&w)
}

// transact runs f in one transaction.
func (db *DB) transact(ctx context.Context, f func(tx *sqlx.Tx) error) (err error) {
	tx, err := db.sql.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		// After a commit this does nothing; after an error or a panic the cause
		// is worth more than what a rollback has to say.
		_ = tx.Rollback()
	}()
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// micros is how times stand in the database: UTC microseconds, 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is the time micros stands for.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
