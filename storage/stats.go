package storage

import (
	"context"
	"fmt"
	"time"

	"bazarbot/market"
)

// statsDays is how many days the statistics go back.
const statsDays = 14

// Stats counts everything that the staff is shown. It reads whole tables, so it
// is to be asked seldom.
func (db *DB) Stats(ctx context.Context, now time.Time) (market.Stats, error) {
	s := market.Stats{Langs: map[market.Lang]int{}, Accounts: map[market.ID]int{}, Failures: map[string]int{}}
	for i := range statsDays {
		from := now.Add(-time.Duration(statsDays-i) * 24 * time.Hour)
		s.Days = append(s.Days, market.Day24{From: from, Ads: map[market.ID]int{}})
	}
	for _, count := range []func(context.Context, *market.Stats, time.Time) error{
		db.countPeople, db.countLangs, db.countAccounts, db.countDays, db.countFailures, db.countQueues,
	} {
		if err := count(ctx, &s, now); err != nil {
			return s, fmt.Errorf("storage: stats: %w", err)
		}
	}
	return s, nil
}

func (db *DB) countPeople(ctx context.Context, s *market.Stats, now time.Time) error {
	day, week := now.AddDate(0, 0, -1).UnixMicro(), now.AddDate(0, 0, -7).UnixMicro()
	found, err := collect[struct {
		People, Gone, Blocked, Off             int
		NewDay, NewWeek, ActiveDay, ActiveWeek int
	}](db.query(ctx, nil, `
		SELECT COUNT(*) AS people,
			COUNT(*) FILTER (WHERE gone_at IS NOT NULL) AS gone,
			COUNT(*) FILTER (WHERE blocked_at > 0) AS blocked,
			COUNT(*) FILTER (WHERE news_off > 0) AS off,
			COUNT(*) FILTER (WHERE created_at >= ?) AS newday,
			COUNT(*) FILTER (WHERE created_at >= ?) AS newweek,
			COUNT(*) FILTER (WHERE active_at >= ?) AS activeday,
			COUNT(*) FILTER (WHERE active_at >= ?) AS activeweek
		FROM persons`, day, week, day, week))
	if err != nil {
		return err
	}
	f := found[0]
	s.People, s.Gone, s.Blocked, s.NewsOff = f.People, f.Gone, f.Blocked, f.Off
	s.New = market.Spans{Day: f.NewDay, Week: f.NewWeek}
	s.Active = market.Spans{Day: f.ActiveDay, Week: f.ActiveWeek}
	return nil
}

// counted is how many there are of something.
type counted struct {
	Name string
	N    int
}

func (db *DB) countLangs(ctx context.Context, s *market.Stats, _ time.Time) error {
	found, err := collect[counted](db.query(ctx, nil,
		`SELECT lang AS name, COUNT(*) AS n FROM persons WHERE lang <> '' GROUP BY lang`))
	for _, f := range found {
		s.Langs[market.Lang(f.Name)] = f.N
	}
	return err
}

func (db *DB) countAccounts(ctx context.Context, s *market.Stats, _ time.Time) error {
	found, err := collect[counted](db.query(ctx, nil,
		`SELECT market AS name, COUNT(*) AS n FROM accounts WHERE state = 'active' GROUP BY market`))
	for _, f := range found {
		s.Accounts[market.ID(f.Name)] = f.N
	}
	return err
}

// countDays counts by spans of 24 hours that end now: a day has no other meaning
// to people of two time zones.
func (db *DB) countDays(ctx context.Context, s *market.Stats, now time.Time) error {
	const day = int64(24 * time.Hour / time.Microsecond)
	first := s.Days[0].From.UnixMicro()
	type dayCount struct {
		Day  int64
		Name string
		N    int
	}
	ads, err := collect[dayCount](db.query(ctx, nil, `
		SELECT (bound_at - ?) / ? AS day, market AS name, COUNT(*) AS n FROM ads
		WHERE bound_at >= ? AND bound_at < ? GROUP BY 1, 2`, first, day, first, now.UnixMicro()))
	if err != nil {
		return err
	}
	for _, f := range ads {
		s.Days[f.Day].Ads[market.ID(f.Name)] = f.N
	}
	people, err := collect[dayCount](db.query(ctx, nil, `
		SELECT (created_at - ?) / ? AS day, '' AS name, COUNT(*) AS n FROM persons
		WHERE created_at >= ? AND created_at < ? GROUP BY 1`, first, day, first, now.UnixMicro()))
	for _, f := range people {
		s.Days[f.Day].New = f.N
	}
	return err
}

// countFailures counts, of the last seven days, what markets refused by what it
// was, and what was set aside by its kind.
func (db *DB) countFailures(ctx context.Context, s *market.Stats, now time.Time) error {
	week := now.AddDate(0, 0, -7).UnixMicro()
	refused, err := collect[counted](db.query(ctx, nil, `
		SELECT CASE WHEN step LIKE 'photo:%' THEN 'photo' ELSE step END AS name, COUNT(*) AS n
		FROM attempts WHERE state = 'failed' AND begun_at >= ? GROUP BY 1`, week))
	if err != nil {
		return err
	}
	dead, err := collect[counted](db.query(ctx, nil, `
		SELECT 'dead ' || kind AS name, COUNT(*) AS n FROM work
		WHERE ref <> '' AND state = 'dead' AND closed_at >= ? GROUP BY 1`, week))
	for _, f := range append(refused, dead...) {
		s.Failures[f.Name] = f.N
	}
	return err
}

func (db *DB) countQueues(ctx context.Context, s *market.Stats, _ time.Time) error {
	found, err := db.Measure(ctx)
	for _, l := range found.Loads {
		s.Queues = append(s.Queues, market.Queue{Class: l.Class, Due: int(l.Due), Later: int(l.Later), Age: l.Age})
	}
	return err
}
