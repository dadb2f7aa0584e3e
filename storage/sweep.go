package storage

import (
	"context"
	"fmt"
	"time"
)

const (
	keepKeys     = 48 * time.Hour      // closed rows stay as long as Telegram may send an update again
	keepDead     = 7 * 24 * time.Hour  // what dead rows hold
	keepPeople   = 30 * 24 * time.Hour // who got a broadcast, and what it said
	keepPauses   = time.Hour
	sweepAtOnce  = 1000
	sweepClosed  = `DELETE FROM work WHERE id IN (SELECT id FROM work WHERE state = 'closed' AND closed_at < ? ORDER BY id LIMIT ?)`
	sweepContent = `UPDATE work SET payload = NULL, replies = NULL, cause = NULL WHERE id IN (
		SELECT id FROM work WHERE state = 'dead' AND closed_at < ?
			AND (payload IS NOT NULL OR replies IS NOT NULL OR cause IS NOT NULL)
		ORDER BY id LIMIT ?)`
	// A timer's lane has one row in its life, as that of a broadcast that waits: not
	// so the one in which all are sent. The condition stands twice, as a row may
	// arrive between the choice and the deletion.
	sweepTimers = `DELETE FROM lanes WHERE due_at IS NULL AND owner = '' AND name IN (
		SELECT name FROM lanes WHERE (class = 'timer' OR class = 'bulk' AND name <> 'bulk:all')
			AND due_at IS NULL AND owner = '' AND lease_until <= ?
		ORDER BY name LIMIT ?)`
	sweepRecipients = `DELETE FROM recipients WHERE (broadcast, person) IN (
		SELECT r.broadcast, r.person FROM broadcasts b JOIN recipients r ON r.broadcast = b.id
		WHERE b.ended_at > 0 AND b.ended_at < ? LIMIT ?)`
	sweepBodies = `UPDATE broadcasts SET body = NULL WHERE id IN (
		SELECT id FROM broadcasts WHERE ended_at > 0 AND ended_at < ? AND body IS NOT NULL LIMIT ?)`
	sweepPauses  = `DELETE FROM pauses WHERE scope IN (SELECT scope FROM pauses WHERE until < ? LIMIT ?)`
	sweepTraffic = `DELETE FROM traffic WHERE owner IN (SELECT owner FROM traffic WHERE at < ? LIMIT ?)`
)

// Sweep deletes rows that were closed more than 48 hours before now, with their
// keys, erases what rows hold that are dead for more than 7 days, and forgets the
// lanes of timers, and of broadcasts' waits, that are over, pauses that are over,
// and who got a broadcast that ended 30 days ago. It returns how many of all these
// it touched, and goes in steps so as to hold up nobody.
func (db *DB) Sweep(ctx context.Context, now time.Time) (swept int64, err error) {
	for _, s := range []struct {
		query string
		keep  time.Duration
	}{
		{sweepClosed, keepKeys}, {sweepContent, keepDead}, {sweepTimers, 0},
		{sweepRecipients, keepPeople}, {sweepBodies, keepPeople}, {sweepPauses, keepPauses}, {sweepTraffic, keepPauses},
	} {
		for n := int64(sweepAtOnce); n == sweepAtOnce; swept += n {
			res, err := db.sql.ExecContext(ctx, db.sql.Rebind(s.query), now.Add(-s.keep).UnixMicro(), sweepAtOnce)
			if err != nil {
				return swept, fmt.Errorf("storage: sweep: %w", err)
			}
			if n, err = res.RowsAffected(); err != nil {
				return swept, fmt.Errorf("storage: sweep: %w", err)
			}
		}
	}
	return swept, nil
}
