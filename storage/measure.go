package storage

import (
	"context"
	"fmt"
	"time"

	"bazarbot/market"
)

// Load is the work that waits in the lanes of one class.
type Load struct {
	Class string
	Due   int64         // lanes whose first row may be worked now, or is being worked
	Later int64         // lanes whose first row waits for its time
	Rows  int64         // open rows of all of them
	Age   time.Duration // how long the first row has been due that waits longest
}

// Measures is what the database tells of the work in it, for metrics.
type Measures struct {
	Loads []Load // of the classes that have open rows
	Dead  int64  // rows that were set aside, and whose content is still kept
	Mail  Mail
	Watch time.Duration // how long the look at somebody's ads has been due that waits longest
}

// Mail is the broadcasts that are not over, all together.
type Mail struct {
	Broadcasts   map[market.BroadcastState]int64
	Waiting      int // recipients of those that have begun, who were not tried to the end
	market.Tally     // the others
}

// Measure looks at the work in the database. It reads all open rows, so it is
// to be asked seldom and with a deadline.
func (db *DB) Measure(ctx context.Context) (Measures, error) {
	m, err := db.measure(ctx)
	if err != nil {
		return Measures{}, fmt.Errorf("storage: measure: %w", err)
	}
	return m, nil
}

func (db *DB) measure(ctx context.Context) (m Measures, err error) {
	found, err := collect[struct {
		Class      string
		Due, Later int64
		Rows       int64
		Age        int64 // microseconds; negative when nothing is due
	}](db.query(ctx, nil, `
		WITH l AS (
			SELECT class,
				COUNT(*) FILTER (WHERE due_at <= `+db.dialect.now+`) AS due,
				COUNT(*) FILTER (WHERE due_at > `+db.dialect.now+`) AS later,
				`+db.dialect.now+` - MIN(due_at) AS age
			FROM lanes WHERE due_at IS NOT NULL GROUP BY class
		), r AS (
			SELECT lanes.class, COUNT(*) AS rows
			FROM work JOIN lanes ON lanes.name = work.lane
			WHERE work.closed_at IS NULL GROUP BY lanes.class
		)
		SELECT l.class, l.due, l.later, l.age, COALESCE(r.rows, 0) AS rows
		FROM l LEFT JOIN r ON r.class = l.class`))
	if err != nil {
		return m, err
	}
	for _, f := range found {
		age := max(time.Duration(f.Age)*time.Microsecond, 0)
		m.Loads = append(m.Loads, Load{Class: f.Class, Due: f.Due, Later: f.Later, Rows: f.Rows, Age: age})
	}
	err = db.sql.GetContext(ctx, &m.Dead, db.sql.Rebind(
		`SELECT COUNT(*) FROM work WHERE ref <> '' AND state = 'dead' AND closed_at > ?`),
		time.Now().Add(-keepDead).UnixMicro())
	if err != nil {
		return m, err
	}
	if m.Mail, err = db.measureMail(ctx); err != nil {
		return m, err
	}
	var late int64 // microseconds
	err = db.sql.GetContext(ctx, &late, `SELECT COALESCE(`+db.dialect.now+` - MIN(due_at), 0) FROM watches`)
	m.Watch = max(time.Duration(late)*time.Microsecond, 0)
	return m, err
}

// measureMail adds up what the broadcasts tell of themselves: recipients are too
// many to be counted now and then.
func (db *DB) measureMail(ctx context.Context) (Mail, error) {
	found, err := collect[struct {
		State                             market.BroadcastState
		N                                 int64
		Total, Delivered, Blocked, Failed int
	}](db.query(ctx, nil, `
		SELECT state, COUNT(*) AS n, SUM(total) AS total,
			SUM(delivered) AS delivered, SUM(blocked) AS blocked, SUM(failed) AS failed
		FROM broadcasts WHERE ended_at = 0 GROUP BY state`))
	mail := Mail{Broadcasts: make(map[market.BroadcastState]int64, len(found))}
	for _, f := range found {
		mail.Broadcasts[f.State] = f.N
		mail.Delivered += f.Delivered
		mail.Blocked += f.Blocked
		mail.Failed += f.Failed
		mail.Waiting += f.Total - f.Delivered - f.Blocked - f.Failed
	}
	return mail, err
}

// Pool is the state of the connections to the database.
type Pool struct {
	Max, Open, InUse int
	Waits            int64         // how often somebody had to wait for a connection
	Waited           time.Duration // for how long, all together
}

// Pool tells the state of the connections.
func (db *DB) Pool() Pool {
	s := db.sql.Stats()
	return Pool{Max: s.MaxOpenConnections, Open: s.OpenConnections, InUse: s.InUse, Waits: s.WaitCount, Waited: s.WaitDuration}
}
