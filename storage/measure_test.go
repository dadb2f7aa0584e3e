package storage_test

import (
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/storage"
)

func TestMeasure(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		measure := func() map[string]storage.Load {
			t.Helper()
			m, err := db.Measure(t.Context())
			must(t, err)
			loads := make(map[string]storage.Load)
			for _, l := range m.Loads {
				loads[l.Class] = l
			}
			return loads
		}
		if loads := measure(); len(loads) > 0 {
			t.Errorf("an empty database has %v", loads)
		}
		soon := time.Now().Add(time.Hour)
		enqueue(t, db,
			lanes.NewRow{Lane: "user:1", Key: "a", Kind: "update", Due: time.Now().Add(-time.Minute)},
			lanes.NewRow{Lane: "user:1", Key: "b", Kind: "update"},
			lanes.NewRow{Lane: "user:2", Key: "c", Kind: "update"},
			lanes.NewRow{Lane: "timer:1", Key: "d", Kind: "timer", Due: soon},
			lanes.NewRow{Lane: "timer:2", Key: "e", Kind: "timer", Due: soon})
		loads := measure()
		people := loads["user"]
		if people.Due != 2 || people.Later != 0 || people.Rows != 3 {
			t.Errorf("people's lanes: %+v", people)
		}
		if people.Age < time.Minute || people.Age > time.Hour {
			t.Errorf("the first row has been due for %v", people.Age)
		}
		if timers := loads["timer"]; timers.Later != 2 || timers.Due != 0 || timers.Rows != 2 || timers.Age != 0 {
			t.Errorf("timers: %+v", timers)
		}

		// What is worked counts until it is closed; what is set aside is dead.
		got, err := db.Claim(t.Context(), "me", "user", 1, ttl)
		must(t, err)
		if people = measure()["user"]; people.Due != 2 || people.Rows != 3 {
			t.Errorf("while one is worked: %+v", people)
		}
		must(t, db.Bury(t.Context(), got[0].Lease, got[0].Rows[0].ID, "REF", "cause"))
		m, err := db.Measure(t.Context())
		must(t, err)
		if m.Dead != 1 || measure()["user"].Rows != 2 {
			t.Errorf("dead rows: %d, %+v", m.Dead, measure())
		}
		if p := db.Pool(); p.Open < 1 || p.Max < 1 {
			t.Errorf("connections: %+v", p)
		}
	})
}
