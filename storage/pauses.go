package storage

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"bazarbot/lanes"
)

// The scopes of pauses.
const (
	scopeAll  = "all"
	scopeBulk = "bulk"
	scopeChat = "chat:"
)

// busyWithin is how close together two chats are told to slow down, for the
// whole bot to.
const busyWithin = time.Second

// Pause notes that Telegram asked to send nothing into a chat for a while: the
// chat waits, and all bulk; when another chat was told so within the same second,
// everything does. A group has a bound of its own, which its members can reach at
// will: it waits alone.
func (db *DB) Pause(ctx context.Context, chat int64, wait time.Duration) error {
	us := wait.Microseconds()
	name := scopeChat + strconv.FormatInt(chat, 10)
	now := db.dialect.now
	pause := func(scope, condition string, args ...any) error {
		_, err := db.sql.ExecContext(ctx, db.sql.Rebind(`
			INSERT INTO pauses (scope, since, until)
			SELECT CAST(? AS TEXT), `+now+`, `+now+` + ? WHERE `+condition+`
			ON CONFLICT (scope) DO UPDATE SET since = excluded.since,
				until = CASE WHEN excluded.until > pauses.until THEN excluded.until ELSE pauses.until END`),
			append([]any{scope, us}, args...)...)
		if err != nil {
			return fmt.Errorf("storage: pause %s: %w", scope, err)
		}
		return nil
	}
	if err := pause(name, "TRUE"); err != nil || isGroup(chat) {
		return err
	}
	if err := pause(scopeBulk, "TRUE"); err != nil {
		return err
	}
	return pause(scopeAll, `EXISTS (SELECT 1 FROM pauses p WHERE p.scope LIKE 'chat:%' AND p.scope NOT LIKE 'chat:-%' AND p.scope <> ?
		AND p.since > `+now+` - ?)`, name, busyWithin.Microseconds())
}

// isGroup reports whether a chat is a group's: Telegram gives those negative ids.
func isGroup(chat int64) bool { return chat < 0 }

// Pauses reads what must not be sent now, and how many messages other processes
// sent to people within the last second. It tells the others of the owner's own.
func (db *DB) Pauses(ctx context.Context, owner string, replies int) (lanes.Pauses, error) {
	p := lanes.Pauses{Chats: make(map[int64]time.Time)}
	asked := time.Now()
	found, err := collect[struct {
		Scope string
		Rest  int64
	}](db.query(ctx, nil, `SELECT scope, until - `+db.dialect.now+` AS rest FROM pauses WHERE until > `+db.dialect.now))
	if err != nil {
		return p, fmt.Errorf("storage: pauses: %w", err)
	}
	for _, f := range found {
		until := asked.Add(time.Duration(f.Rest) * time.Microsecond)
		switch f.Scope {
		case scopeAll:
			p.All = until
		case scopeBulk:
			p.Bulk = until
		default:
			if chat, err := strconv.ParseInt(strings.TrimPrefix(f.Scope, scopeChat), 10, 64); err == nil {
				p.Chats[chat] = until
			}
		}
	}
	p.Replies, err = db.traffic(ctx, owner, replies)
	return p, err
}

// traffic notes the owner's replies, unless there were none, and sums up those
// of the others.
func (db *DB) traffic(ctx context.Context, owner string, replies int) (others int, err error) {
	const fresh = 2 * time.Second
	if replies > 0 {
		_, err = db.sql.ExecContext(ctx, db.sql.Rebind(`
			INSERT INTO traffic (owner, replies, at) VALUES (?, ?, `+db.dialect.now+`)
			ON CONFLICT (owner) DO UPDATE SET replies = excluded.replies, at = excluded.at`), owner, replies)
	}
	if err == nil {
		err = db.sql.GetContext(ctx, &others, db.sql.Rebind(`SELECT COALESCE(SUM(replies), 0) FROM traffic
			WHERE owner <> ? AND at > `+db.dialect.now+` - ?`), owner, fresh.Microseconds())
	}
	if err != nil {
		return 0, fmt.Errorf("storage: traffic: %w", err)
	}
	return others, nil
}
