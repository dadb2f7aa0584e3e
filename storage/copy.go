package storage

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

// ErrNotEmpty is returned by a copy into a database that holds something.
var ErrNotEmpty = errors.New("storage: the database to copy into is not empty")

// copyAtOnce is how many rows are copied together.
const copyAtOnce = 500

// Copied tells how many rows of each table were copied.
type Copied map[string]int

// Copy copies everything in the embedded database of from into the empty
// Postgres of to, and checks it there: every table has as many rows, and to's
// keys open every value. It is one transaction: after an interruption nothing
// is there, and it may be run again. What is to be copied is read from the
// schemas themselves, so no table and no column can be left out.
//
// From must not be in use; it is brought up to date as by a start, and is as
// good as before afterwards.
func Copy(ctx context.Context, from, to Config) (Copied, error) {
	if from.postgres() || !to.postgres() {
		return nil, errors.New("storage: copies go from an embedded database to Postgres")
	}
	if _, err := os.Stat(from.URL); err != nil {
		return nil, fmt.Errorf("storage: copy: %w", err) // opening would make an empty one
	}
	source, err := Open(ctx, from)
	if err != nil {
		return nil, err
	}
	defer func() { _ = source.Shutdown() }() // only read
	if _, _, err := Migrate(ctx, to, Latest); err != nil {
		return nil, err
	}
	to.URL, err = patient(to.URL)
	if err != nil {
		return nil, err
	}
	target, err := connect(ctx, to)
	if err != nil {
		return nil, err
	}
	defer func() { _ = target.disconnect() }() // committed, or not
	c := copying{from: source, to: target, rows: make(Copied)}
	if err := target.transact(ctx, func(tx *sqlx.Tx) error { return c.all(ctx, tx) }); err != nil {
		return nil, fmt.Errorf("storage: copy: %w", err)
	}
	return c.rows, nil
}

// patient is the address for a transaction that may pause between statements
// while the other database is read.
func patient(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", errors.New("storage: the database URL is not valid") // the cause holds the password
	}
	q := u.Query()
	q.Set("idle_in_transaction_session_timeout", "0")
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// copying is a copy under way.
type copying struct {
	from, to *DB
	rows     Copied
}

func (c *copying) all(ctx context.Context, tx *sqlx.Tx) error {
	tables, err := c.tables(ctx, tx)
	if err != nil {
		return err
	}
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.name
	}
	// Whoever starts on the target meanwhile waits, and then finds everything.
	if _, err := tx.ExecContext(ctx, `LOCK TABLE `+strings.Join(names, ", ")+` IN EXCLUSIVE MODE`); err != nil {
		return err
	}
	for _, t := range tables {
		if n, err := count(ctx, tx, t.name); err != nil || n > 0 {
			return errors.Join(err, fmt.Errorf("%w: %s has %d rows", ErrNotEmpty, t.name, n))
		}
		if err := c.table(ctx, tx, t); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	if err := c.sequences(ctx, tx); err != nil {
		return fmt.Errorf("sequences: %w", err)
	}
	return c.check(ctx, tx)
}

// tables lists the tables, which must be the same on both sides.
func (c *copying) tables(ctx context.Context, tx *sqlx.Tx) ([]tableShape, error) {
	here, err := c.from.shapes(ctx, c.from.sql)
	if err != nil {
		return nil, err
	}
	there, err := c.to.shapes(ctx, tx)
	if err != nil {
		return nil, err
	}
	if !slices.EqualFunc(here, there, tableShape.same) {
		return nil, fmt.Errorf("the schemas differ: %v here, %v there", here, there)
	}
	return there, nil // with Postgres's types
}

// table copies the rows of a table.
func (c *copying) table(ctx context.Context, tx *sqlx.Tx, t tableShape) error {
	columns := strings.Join(t.columns, ", ")
	rows, err := c.from.sql.QueryxContext(ctx, `SELECT `+columns+` FROM `+t.name)
	if err != nil {
		return err
	}
	var batch [][]any
	put := func() error {
		// Not prepared beforehand: that is done on another connection, which
		// would wait for this one's locks.
		from, args := c.to.dialect.values(t.types, batch)
		_, err := tx.ExecContext(ctx, tx.Rebind(`INSERT INTO `+t.name+` (`+columns+`) SELECT * FROM `+from), args...)
		c.rows[t.name] += len(batch)
		batch = batch[:0]
		return err
	}
	c.rows[t.name] = 0
	_, err = each(rows, func(r *sqlx.Rows) error {
		row, err := r.SliceScan()
		if err != nil {
			return err
		}
		if batch = append(batch, row); len(batch) < copyAtOnce {
			return nil
		}
		return put()
	})
	if err == nil && len(batch) > 0 {
		err = put()
	}
	return err
}

// sequences have new rows numbered behind all that ever were: the owner of a
// lane takes its work in order of the numbers.
func (c *copying) sequences(ctx context.Context, tx *sqlx.Tx) error {
	numbered, err := collect[struct{ Name, Column string }](tx.QueryxContext(ctx, `
		SELECT table_name AS name, column_name AS column FROM information_schema.columns
		WHERE table_schema = current_schema() AND is_identity = 'YES'`))
	if err != nil {
		return err
	}
	for _, n := range numbered {
		var last int64
		err := c.from.sql.GetContext(ctx, &last, `SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = ?), 0)`, n.Name)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, fmt.Sprintf(`ALTER TABLE %s ALTER COLUMN %s RESTART WITH %d`, n.Name, n.Column, last+1))
		if err != nil {
			return err
		}
	}
	return nil
}

// check counts the rows on both sides and opens every sealed value on the new.
func (c *copying) check(ctx context.Context, tx *sqlx.Tx) error {
	for name, copied := range c.rows {
		here, err := count(ctx, c.from.sql, name)
		if err != nil {
			return err
		}
		there, err := count(ctx, tx, name)
		if err != nil {
			return err
		}
		if here != there || there != copied {
			return fmt.Errorf("table %s has %d rows, and %d arrived", name, here, there)
		}
	}
	report := KeyReport{Values: make(map[string]int)}
	if err := c.to.countSealed(ctx, tx, &report); err != nil {
		return err
	}
	if u := report.Unopened; u.Count > 0 {
		return fmt.Errorf("%d values are not opened by the keys: %s", u.Count, strings.Join(u.First, "; "))
	}
	return nil
}

func count(ctx context.Context, from reader, table string) (n int, err error) {
	if err := sqlx.GetContext(ctx, from, &n, `SELECT COUNT(*) FROM `+table); err != nil {
		return 0, fmt.Errorf("count %s: %w", table, err)
	}
	return n, nil
}
