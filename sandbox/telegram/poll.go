package telegram

import (
	"encoding/json"
	"net/http"
	"time"
)

// Why a long poll ends in a conflict. Section: #getupdates
var (
	errHookActive = conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	errOtherPoll  = conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
	errHookSet    = conflict("terminated by setWebhook request")
)

const (
	maxPollTimeout = 50 // seconds
	maxUpdates     = 100
)

// poll is a getUpdates that waits.
type poll struct {
	ended chan struct{}
	why   error
}

// end terminates a waiting poll. The queue is locked.
func (q *queue) endPoll(why error) {
	if q.poll != nil {
		q.poll.why = why
		close(q.poll.ended)
		q.poll = nil
	}
}

// getUpdates: #getupdates. An offset confirms all updates before it; a negative
// one keeps only the last -offset updates. Of two waiting calls the older one
// ends in a conflict.
func (s *Server) getUpdates(r *http.Request, req *request) (any, error) {
	offset, limit, wait, err := req.pollParams()
	if err != nil {
		return nil, err
	}
	allowed, given, err := req.allowedUpdates()
	if err != nil {
		return nil, err
	}
	q := s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.hook != nil {
		return nil, errHookActive
	}
	if given {
		q.allowed = allowed
	}
	q.endPoll(errOtherPoll)
	q.confirm(offset)
	batch := q.batch(limit)
	if len(batch) > 0 || wait == 0 {
		return batch, nil
	}
	return q.longPoll(r, limit, wait)
}

// longPoll waits for an update. It is called and returns with the lock held.
func (q *queue) longPoll(r *http.Request, limit int, wait time.Duration) (any, error) {
	me := &poll{ended: make(chan struct{})}
	q.poll = me
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		changed := q.watch()
		q.mu.Unlock()
		over := false
		select {
		case <-changed:
		case <-timer.C:
			over = true
		case <-me.ended:
		case <-r.Context().Done():
			over = true
		case <-q.ctx.Done():
			over = true
		}
		q.mu.Lock()
		if me.why != nil {
			return nil, me.why
		}
		if batch := q.batch(limit); len(batch) > 0 || over {
			q.poll = nil
			return batch, nil
		}
	}
}

func (q *request) pollParams() (offset int64, limit int, wait time.Duration, err error) {
	if offset, err = q.integer("offset", 0); err != nil {
		return 0, 0, 0, err
	}
	n, err := q.integer("limit", maxUpdates)
	if err != nil {
		return 0, 0, 0, err
	}
	seconds, err := q.integer("timeout", 0)
	if err != nil {
		return 0, 0, 0, err
	}
	return offset, int(max(1, min(n, maxUpdates))), time.Duration(max(0, min(seconds, maxPollTimeout))) * time.Second, nil
}

// allowedUpdates reads allowed_updates; given tells whether it was there.
func (q *request) allowedUpdates() (list []string, given bool, err error) {
	if q.values["allowed_updates"] == "" {
		return nil, false, nil
	}
	if err := q.decode("allowed_updates", &list); err != nil {
		return nil, false, badRequest("can't parse allowed updates: JSON array of strings expected")
	}
	return list, true, nil
}

// confirm drops what lies before the offset. Locked.
func (q *queue) confirm(offset int64) {
	q.expire()
	if offset < 0 {
		skip := q.live + int(offset)
		for _, u := range append([]*update{}, q.pending...) {
			if skip <= 0 {
				break
			}
			if !u.done {
				q.finish(u)
				skip--
			}
		}
		return
	}
	for _, u := range append([]*update{}, q.pending...) {
		if u.id < offset {
			q.finish(u)
		}
	}
}

// batch gives the oldest updates. Locked.
func (q *queue) batch(limit int) []json.RawMessage {
	q.expire()
	out := make([]json.RawMessage, 0, min(limit, q.live))
	for _, u := range q.pending {
		if len(out) == limit {
			break
		}
		if !u.done {
			out = append(out, u.body)
		}
	}
	return out
}
