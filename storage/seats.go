package storage

import (
	"bytes"
	"math/rand/v2"
	"time"

	"bazarbot/lanes"
)

// seats are the free workers reserved for a batch of arrivals, one for each
// lane that could be taken.
type seats struct {
	worker Worker
	owner  string
	ttl    time.Duration
	asked  time.Time       // the leases count from here
	number int64           // marks the lanes that this batch took
	lanes  map[string]bool // that have a seat
}

// reserve finds seats for lanes whose new rows are all due now.
func (db *DB) reserve(work []newWork) seats {
	worker := db.worker.Load()
	if worker == nil {
		return seats{}
	}
	s := seats{worker: *worker, asked: time.Now(), number: rand.Int64() + 1, lanes: make(map[string]bool)}
	s.owner, s.ttl = s.worker.Tenancy()
	late := make(map[string]bool)
	for _, w := range work {
		late[w.Lane] = late[w.Lane] || !w.Due.IsZero()
	}
	for lane, is := range late {
		if !is && s.worker.Reserve(lanes.Class(lane)) {
			s.lanes[lane] = true
		}
	}
	return s
}

// fill starts the workers whose lanes were taken, with the lanes' first rows,
// and gives the others back.
func (s seats) fill(in inserted, work []newWork) {
	if len(s.lanes) == 0 {
		return
	}
	rows := make(map[string][]lanes.Row, len(in.taken))
	given := make(map[int64]bool, len(work))
	for _, w := range work {
		id, isNew := in.ids[w.Key]
		if !isNew || given[id] { // a key twice in a batch is the first one's
			continue
		}
		given[id] = true
		if _, ok := in.taken[w.Lane]; !ok {
			continue
		}
		rows[w.Lane] = append(rows[w.Lane], lanes.Row{
			ID: id, Lane: w.Lane, Key: w.Key, Kind: w.Kind, State: lanes.Queued,
			Payload: bytes.Clone(w.Payload), Arrived: moment(in.at.UnixMicro()),
		})
	}
	for lane := range s.lanes {
		fence, ok := in.taken[lane]
		if !ok {
			s.worker.Cancel(lanes.Class(lane))
			continue
		}
		lease := lanes.Lease{Lane: lane, Owner: s.owner, Fence: fence, Until: s.asked.Add(s.ttl)}
		s.worker.Start(lanes.Claimed{Lease: lease, Rows: rows[lane]})
	}
}
