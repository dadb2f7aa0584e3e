package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"bazarbot/market"
)

// audience is the condition that a person p is among those a broadcast is for:
// everything that is set holds, and they can and want to be reached.
func (db *DB) audience(a market.Audience, now time.Time) (where string, args []any) {
	conditions := []string{"p.gone_at IS NULL", "p.blocked_at = 0", "p.news_off = 0"}
	add := func(condition string, values ...any) {
		conditions = append(conditions, condition)
		args = append(args, values...)
	}
	among := func(before string, names []string, after string) {
		if len(names) > 0 {
			list, values := db.dialect.names(names)
			add(before+list+after, values...)
		}
	}
	among("p.lang ", texts(a.Langs), "")
	among("EXISTS (SELECT 1 FROM accounts a WHERE a.person = p.id AND a.state = 'active' AND a.market ", texts(a.Markets), ")")
	if a.Days > 0 {
		add("p.active_at >= ?", now.AddDate(0, 0, -a.Days).UnixMicro())
	}
	if a.Draft {
		add("EXISTS (SELECT 1 FROM drafts d WHERE d.person = p.id AND d.state <> 'published')")
	}
	among("EXISTS (SELECT 1 FROM staff s WHERE s.person = p.id AND s.role ", texts(a.Roles), ")")
	if len(a.Persons) > 0 {
		list, values := db.dialect.ids(a.Persons)
		add("p.id "+list, values...)
	}
	return strings.Join(conditions, " AND "), args
}

// texts are values as plain strings.
func texts[T ~string](values []T) []string {
	plain := make([]string, len(values))
	for i, v := range values {
		plain[i] = string(v)
	}
	return plain
}

// CountAudience tells how many people a broadcast would go to now.
func (db *DB) CountAudience(ctx context.Context, a market.Audience) (n int, err error) {
	where, args := db.audience(a, time.Now())
	if err := db.sql.GetContext(ctx, &n, db.sql.Rebind(`SELECT COUNT(*) FROM persons p WHERE `+where), args...); err != nil {
		return 0, fmt.Errorf("storage: count an audience: %w", err)
	}
	return n, nil
}

// FindPerson tells whose username it is, without @; 0 when nobody is known by
// it. Of several who have had it, it is the last one seen with it.
func (db *DB) FindPerson(ctx context.Context, username string) (int64, error) {
	list, args := db.dialect.names(db.ring.handles(username))
	var ids []int64
	err := db.sql.SelectContext(ctx, &ids, db.sql.Rebind(
		`SELECT id FROM persons WHERE handle <> '' AND handle `+list+` ORDER BY active_at DESC LIMIT 1`), args...)
	if err != nil {
		return 0, fmt.Errorf("storage: find a person: %w", err)
	}
	return slices.Concat(ids, []int64{0})[0], nil
}
