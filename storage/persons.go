package storage

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"bazarbot/market"
)

// sessionTable is persons as a step of work writes it. The screen stays: only
// what was really sent changes it.
var sessionTable = table{
	name:    "persons",
	columns: []string{"id", "lang", "body", "handle", "active_at", "created_at", "seen_at"},
	types:   []kind{integer, text, bytea, text, integer, integer, integer},
	keys:    1,
	replace: `lang = excluded.lang, body = excluded.body, seen_at = excluded.seen_at,
		gone_at = CASE WHEN excluded.active_at > 0 THEN NULL ELSE persons.gone_at END,
		handle = CASE WHEN excluded.handle = '' THEN persons.handle ELSE excluded.handle END,
		active_at = CASE WHEN excluded.active_at > persons.active_at THEN excluded.active_at ELSE persons.active_at END`,
}

// screenTable is persons as Checkpoint and Close write it.
var screenTable = table{
	name:    "persons",
	columns: []string{"id", "screen", "created_at", "seen_at"},
	types:   []kind{integer, integer, integer, integer},
	keys:    1,
	replace: "screen = excluded.screen",
}

// personPlace is where a value stands that belongs to a person.
func personPlace(person int64, table, column string) place {
	return place{"person:" + strconv.FormatInt(person, 10), table, column}
}

func (db *DB) sessionRow(s market.Session, now time.Time) []any {
	us := now.UnixMicro()
	handle, active := "", int64(0)
	if s.Seen != nil {
		handle, active = db.ring.handle(s.Seen.Username), orNow(s.Seen.At, now)
	}
	return []any{
		s.Person, string(s.Lang), db.ring.seal(personPlace(s.Person, "persons", "body"), s.Body),
		handle, active, us, us,
	}
}

// personRecord is a person as it stands in the database.
type personRecord struct {
	ID      int64
	Lang    market.Lang
	Body    []byte
	Screen  int64
	Blocked int64 `db:"blocked_at"`
	NewsOff bool  `db:"news_off"`
}

// sessionQuery is how Session reads.
const sessionQuery = `SELECT id, lang, body, screen, blocked_at, news_off FROM persons WHERE id ?`

// Session reads a person's session: the zero value for somebody new. Callers at
// the same time share a query.
func (db *DB) Session(ctx context.Context, person int64) (market.Session, error) {
	found, err := db.sessions.of(ctx, person)
	if err != nil {
		return market.Session{}, fmt.Errorf("storage: session of %d: %w", person, err)
	}
	if len(found) == 0 {
		return market.Session{}, nil
	}
	p := found[0]
	body, err := db.ring.open(personPlace(p.ID, "persons", "body"), p.Body)
	if err != nil {
		return market.Session{}, fmt.Errorf("storage: session of %d: %w", person, err)
	}
	return market.Session{
		Person: p.ID, Lang: p.Lang, Body: body, Screen: p.Screen, Blocked: moment(p.Blocked), NewsOff: p.NewsOff,
	}, nil
}

// SetGone notes that a person has blocked the bot, or is back.
func (db *DB) SetGone(ctx context.Context, person int64, gone bool) error {
	now := time.Now().UnixMicro()
	var goneAt *int64
	if gone {
		goneAt = &now
	}
	_, err := db.sql.ExecContext(ctx, db.sql.Rebind(`
		INSERT INTO persons (id, gone_at, created_at, seen_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET gone_at = excluded.gone_at`), person, goneAt, now, now)
	if err != nil {
		return fmt.Errorf("storage: note that %d is gone: %w", person, err)
	}
	return nil
}
