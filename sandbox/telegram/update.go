package telegram

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"
)

// update is one update as the bot gets it. Section: #update
type update struct {
	id      int64
	chat    int64
	kind    string
	body    []byte    // the whole JSON object
	expires time.Time // zero: it waits for ever
	done    bool      // delivered, confirmed or dropped
}

// queue holds the updates the bot has not confirmed. It is delivered either by
// long polling or by a webhook.
type queue struct {
	opts Options
	ctx  context.Context

	mu      sync.Mutex
	next    int64
	pending []*update // by id, growing; done ones go when they reach the front
	live    int       // of pending, not done
	allowed []string  // empty: all
	poll    *poll     // the long poll that waits now
	hook    *webhook
	change  chan struct{} // made by who waits, closed at the next change
	workers sync.WaitGroup
}

func newQueue(ctx context.Context, opts Options) *queue {
	return &queue{opts: opts, ctx: ctx, next: opts.FirstUpdateID}
}

// close waits for the deliveries; ctx has ended.
func (q *queue) close() {
	q.mu.Lock() // whoever starts a delivery after this sees that ctx has ended
	q.dropHook()
	q.mu.Unlock()
	q.workers.Wait()
}

// put queues an update. The caller holds the chat's lock, so that the updates of
// a chat are queued in its order.
func (q *queue) put(chat int64, kind string, content any, ttl time.Duration) {
	inner, err := json.Marshal(content)
	if err != nil {
		panic("telegram sandbox: an update that is no JSON: " + err.Error()) // our own types only
	}
	u := &update{chat: chat, kind: kind}
	if ttl > 0 {
		u.expires = time.Now().Add(ttl)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.allowed) > 0 && !slices.Contains(q.allowed, kind) {
		return
	}
	u.id = q.next
	q.next++
	u.body = make([]byte, 0, len(inner)+len(kind)+40)
	u.body = append(u.body, `{"update_id":`...)
	u.body = strconv.AppendInt(u.body, u.id, 10)
	u.body = append(u.body, `,"`+kind+`":`...)
	u.body = append(append(u.body, inner...), '}')
	q.pending = append(q.pending, u)
	q.live++
	if q.hook != nil {
		q.hook.offer(u)
	}
	q.changed()
}

// changed wakes everybody who waits for the queue. Locked.
func (q *queue) changed() {
	if q.change != nil {
		close(q.change)
		q.change = nil
	}
}

// watch gives a channel that is closed at the next change. Locked.
func (q *queue) watch() <-chan struct{} {
	if q.change == nil {
		q.change = make(chan struct{})
	}
	return q.change
}

// finish takes an update out of the queue. Locked.
func (q *queue) finish(u *update) {
	if u.done {
		return
	}
	u.done = true
	q.live--
	front := 0
	for front < len(q.pending) && q.pending[front].done {
		q.pending[front] = nil
		front++
	}
	q.pending = q.pending[front:]
	if q.live == 0 {
		q.changed()
	}
}

// expire drops presses that waited too long. Locked.
func (q *queue) expire() {
	now := time.Now()
	var late []*update
	for _, u := range q.pending {
		if !u.done && u.expired(now) {
			late = append(late, u)
		}
	}
	for _, u := range late {
		q.finish(u)
	}
}

func (u *update) expired(now time.Time) bool {
	return !u.expires.IsZero() && now.After(u.expires)
}

// dropAll forgets all updates. Locked.
func (q *queue) dropAll() {
	for _, u := range q.pending {
		u.done = true
	}
	q.pending, q.live = nil, 0
	q.changed()
}

// Pending is how many updates the bot has not confirmed.
func (s *Server) Pending() int {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	s.queue.expire()
	return s.queue.live
}

// WaitDelivered waits until the bot has confirmed all updates.
func (s *Server) WaitDelivered(ctx context.Context) error {
	for {
		s.queue.mu.Lock()
		live, changed := s.queue.live, s.queue.watch()
		s.queue.mu.Unlock()
		if live == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// SetNextUpdateID sets the id the next update gets, forwards or back, as
// Telegram's ids do after an idle week.
func (s *Server) SetNextUpdateID(id int64) {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	s.queue.next = id
}

// Redeliver queues an update that was delivered before once more, under its own
// id, as Telegram does when it missed our 200. It counts as a new delivery.
func (s *Server) Redeliver(body []byte, chat int64) error {
	var head struct {
		ID int64 `json:"update_id"`
	}
	if err := json.Unmarshal(body, &head); err != nil {
		return err
	}
	u := &update{id: head.ID, chat: chat, body: body}
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	s.queue.pending = append(s.queue.pending, u)
	s.queue.live++
	if s.queue.hook != nil {
		s.queue.hook.offer(u)
	}
	s.queue.changed()
	return nil
}
