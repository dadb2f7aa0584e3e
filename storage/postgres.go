package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

const (
	defaultConns = 10
	wakeChannel  = "bazarbot_wake"
	migrateLock  = 0x62617a6172 // "bazar": an advisory lock's number
)

// postgresDialect is how SQL is said to Postgres. statement_timestamp is stable
// within a statement, so that an index can serve the comparison.
func postgresDialect() dialect {
	return dialect{
		postgres: true,
		now:      "CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000000 AS BIGINT)",
		lock:     " FOR UPDATE",
		skip:     " FOR UPDATE SKIP LOCKED",
		values:   arrayValues,
		names:    func(names []string) (string, []any) { return arrayList(text, names) },
		ids:      func(ids []int64) (string, []any) { return arrayList(integer, ids) },
		retry:    collided,
		refused:  refusedByPostgres,
	}
}

// collided reports whether a transaction only got in another one's way.
func collided(err error) bool {
	return pq.As(err, pqerror.TRDeadlockDetected, pqerror.TRSerializationFailure) != nil
}

// refusedByPostgres reports whether the database answered, with a refusal.
func refusedByPostgres(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) || refusedByUs(err)
}

// openPostgres connects to the database at the URL.
func openPostgres(ctx context.Context, cfg Config) (*DB, error) {
	dsn, err := postgresURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	connector, err := pq.NewConnector(dsn)
	if err != nil {
		return nil, errors.New("storage: the database URL is not valid") // the cause may hold the password
	}
	db := sqlx.NewDb(sql.OpenDB(connector), "postgres")
	conns := cfg.MaxConns
	if conns <= 0 {
		conns = defaultConns
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("storage: connect: %w", err), db.Close())
	}
	return &DB{sql: db, dialect: postgresDialect(), url: dsn}, nil
}

// postgresURL adds to a database URL what the product needs, and what it wants
// unless the URL says otherwise:
//
//   - binary_parameters: bytes and arrays go in their binary form, and a query
//     with values takes one round trip, not two; this is not for choice;
//   - idle_in_transaction_session_timeout (ms): a process that stalls within a
//     transaction gives up its locks well before others lose their leases;
//   - plans are made once and always go by an index: tables grow from empty to
//     large while a plan that scans them would stay;
//   - connect_timeout (s).
func postgresURL(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", errors.New("storage: the database URL is not valid") // the cause holds the password
	}
	q := u.Query()
	q.Set("binary_parameters", "yes")
	for _, p := range [][2]string{
		{"idle_in_transaction_session_timeout", "2000"},
		{"plan_cache_mode", "force_generic_plan"},
		{"enable_seqscan", "off"},
		{"enable_hashjoin", "off"},
		{"enable_mergejoin", "off"},
		{"jit", "off"},
		{"connect_timeout", "10"},
		{"application_name", "bazarbot"},
	} {
		if !q.Has(p[0]) {
			q.Set(p[0], p[1])
		}
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// notify tells the other processes that a class has work. It is a transaction
// of its own, as a notification takes a lock on the whole server at commit;
// when it fails, they find the work when they next look.
func (db *DB) notify(ctx context.Context, class string) {
	if !db.dialect.postgres {
		return
	}
	if _, err := db.sql.ExecContext(ctx, `SELECT pg_notify($1, $2)`, wakeChannel, class); err != nil {
		db.log.Warn("storage: notify", "class", class, "err", err)
	}
}

// Listen calls wake with each class that another process reports work for,
// until ctx ends. With the embedded database there is no other process. What is
// missed while the connection is down is found by polling.
func (db *DB) Listen(ctx context.Context, wake func(class string)) error {
	if !db.dialect.postgres {
		<-ctx.Done()
		return nil
	}
	l := pq.NewListener(db.url, 100*time.Millisecond, 5*time.Second, func(_ pq.ListenerEventType, err error) {
		if err != nil && ctx.Err() == nil {
			db.log.Warn("storage: listen", "err", err)
		}
	})
	end := func() { _ = l.Close() } // fails only when it is closed already
	defer end()
	defer context.AfterFunc(ctx, end)() // Listen waits for a connection, however long
	if err := l.Listen(wakeChannel); err != nil && ctx.Err() == nil {
		return fmt.Errorf("storage: listen: %w", err)
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case n := <-l.NotificationChannel():
			if n != nil { // nil: reconnected
				wake(n.Extra)
			}
		}
	}
}

// advisoryLock makes replicas that start together migrate one after another.
type advisoryLock struct{}

// SessionLock waits until no other session holds the lock.
func (advisoryLock) SessionLock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, int64(migrateLock))
	return err
}

// SessionUnlock gives the lock back.
func (advisoryLock) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, int64(migrateLock))
	return err
}
