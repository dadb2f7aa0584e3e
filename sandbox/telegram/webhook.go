package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

// webhook delivers the queue's updates to a bot's address: those of one chat in
// order, those of different chats in parallel. All members are guarded by the
// queue's lock.
type webhook struct {
	queue  *queue
	url    string
	secret string
	limit  int // deliveries at once
	client *http.Client
	ctx    context.Context // ends when the webhook is replaced or removed
	cancel context.CancelFunc

	lanes  map[int64]*hookLane
	ready  []*hookLane
	active int

	lastError   string
	lastErrorAt time.Time
}

// hookLane is the part of the queue that belongs to one chat. It is ready,
// worked, or waits for its next attempt.
type hookLane struct {
	chat     int64
	updates  []*update
	failures int // in a row
}

const defaultConnections = 40

var secretToken = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)

// setWebhook: #setwebhook. Plain http is taken too, as a local Bot API server
// does. A certificate is not: this server trusts the system's.
func (s *Server) setWebhook(_ *http.Request, req *request) (any, error) {
	address := req.values["url"]
	if address == "" {
		return s.deleteWebhook(nil, req)
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, badRequest("bad webhook: An HTTPS URL must be provided for webhook")
	}
	limit, err := req.integer("max_connections", defaultConnections)
	if err != nil {
		return nil, err
	}
	limit = max(1, min(limit, 100))
	secret := req.values["secret_token"]
	switch {
	case len(secret) > 256:
		return nil, badRequest("secret token is too long")
	case !secretToken.MatchString(secret):
		return nil, badRequest("secret token contains unallowed characters")
	}
	allowed, given, err := req.allowedUpdates()
	if err != nil {
		return nil, err
	}
	q := s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if given {
		q.allowed = allowed
	}
	if req.boolean("drop_pending_updates") {
		q.dropAll()
	}
	if h := q.hook; h != nil && h.url == address && h.secret == secret && h.limit == int(limit) {
		return described{true, "Webhook is already set"}, nil
	}
	q.endPoll(errHookSet)
	q.dropHook()
	q.hook = newWebhook(q, address, secret, int(limit))
	for _, u := range q.pending {
		if !u.done {
			q.hook.offer(u)
		}
	}
	return described{true, "Webhook was set"}, nil
}

// deleteWebhook: #deletewebhook
func (s *Server) deleteWebhook(_ *http.Request, req *request) (any, error) {
	q := s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if req.boolean("drop_pending_updates") {
		q.dropAll()
	}
	if q.hook == nil {
		return described{true, "Webhook is already deleted"}, nil
	}
	q.dropHook()
	return described{true, "Webhook was deleted"}, nil
}

// webhookInfo: #webhookinfo
type webhookInfo struct {
	URL            string   `json:"url"`
	Certificate    bool     `json:"has_custom_certificate"`
	Pending        int      `json:"pending_update_count"`
	LastErrorDate  int64    `json:"last_error_date,omitempty"`
	LastError      string   `json:"last_error_message,omitempty"`
	MaxConnections int      `json:"max_connections,omitempty"`
	AllowedUpdates []string `json:"allowed_updates,omitempty"`
}

func (s *Server) getWebhookInfo(*http.Request, *request) (any, error) {
	q := s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	q.expire()
	info := webhookInfo{Pending: q.live, AllowedUpdates: q.allowed}
	if h := q.hook; h != nil {
		info.URL, info.MaxConnections, info.LastError = h.url, h.limit, h.lastError
		if !h.lastErrorAt.IsZero() {
			info.LastErrorDate = h.lastErrorAt.Unix()
		}
	}
	return info, nil
}

// WebhookURL is where updates are delivered to; "" without a webhook.
func (s *Server) WebhookURL() string {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	if s.queue.hook == nil {
		return ""
	}
	return s.queue.hook.url
}

func newWebhook(q *queue, address, secret string, limit int) *webhook {
	ctx, cancel := context.WithCancel(q.ctx)
	return &webhook{
		queue: q, url: address, secret: secret, limit: limit, ctx: ctx, cancel: cancel,
		lanes: map[int64]*hookLane{},
		client: &http.Client{
			Timeout:       q.opts.WebhookTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				MaxIdleConns: limit, MaxIdleConnsPerHost: limit, IdleConnTimeout: 30 * time.Second,
			},
		},
	}
}

// dropHook removes the webhook; what it was delivering is cut off. Locked.
func (q *queue) dropHook() {
	if q.hook != nil {
		q.hook.cancel()
		q.hook.client.CloseIdleConnections()
		q.hook = nil
	}
}

// offer puts an update into its chat's lane. Locked.
func (h *webhook) offer(u *update) {
	lane := h.lanes[u.chat]
	if lane != nil {
		lane.updates = append(lane.updates, u)
		return
	}
	lane = &hookLane{chat: u.chat, updates: []*update{u}}
	h.lanes[u.chat] = lane
	h.wake(lane)
}

// wake makes a lane ready and starts a worker for it if one more may run. Locked.
func (h *webhook) wake(lane *hookLane) {
	h.ready = append(h.ready, lane)
	if h.active < h.limit && h.ctx.Err() == nil {
		h.active++
		h.queue.workers.Go(h.work)
	}
}

// work delivers the first update of each ready lane until none is ready.
func (h *webhook) work() {
	q := h.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	defer func() { h.active-- }()
	for h.ctx.Err() == nil && len(h.ready) > 0 {
		lane := h.ready[0]
		h.ready = h.ready[1:]
		u := lane.first(q)
		if u == nil {
			delete(h.lanes, lane.chat)
			continue
		}
		q.mu.Unlock()
		err := h.deliver(u)
		q.mu.Lock()
		if err != nil {
			h.failed(lane, err)
			continue
		}
		lane.failures = 0
		lane.updates = lane.updates[1:]
		q.finish(u)
		if len(lane.updates) > 0 {
			h.ready = append(h.ready, lane)
		} else {
			delete(h.lanes, lane.chat)
		}
	}
	if h.ctx.Err() != nil {
		h.client.CloseIdleConnections()
	}
}

// first is the lane's next update; those that are done or too old are dropped.
func (l *hookLane) first(q *queue) *update {
	now := time.Now()
	for len(l.updates) > 0 {
		u := l.updates[0]
		if !u.done && !u.expired(now) {
			return u
		}
		q.finish(u)
		l.updates = l.updates[1:]
	}
	return nil
}

// failed lets a lane wait before its next attempt. Locked.
func (h *webhook) failed(lane *hookLane, err error) {
	if h.ctx.Err() != nil {
		return
	}
	h.lastError, h.lastErrorAt = err.Error(), time.Now()
	lane.failures++
	pause := h.queue.opts.WebhookBackoff(lane.failures)
	h.queue.workers.Go(func() {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		select {
		case <-timer.C:
			h.queue.mu.Lock()
			defer h.queue.mu.Unlock()
			h.wake(lane)
		case <-h.ctx.Done():
		}
	})
}

// deliver posts one update. Everything but a 2xx is a failure; what the answer
// says is not read (a method call in it is not supported).
func (h *webhook) deliver(u *update) error {
	req, err := http.NewRequestWithContext(h.ctx, http.MethodPost, h.url, bytes.NewReader(u.body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if h.secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.secret)
	}
	resp, err := h.client.Do(req)
	if err != nil {
		return deliveryError(err)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection is used again
	_ = resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("Wrong response from the webhook: %s", resp.Status) //nolint:staticcheck // Telegram's own words
	}
	return nil
}

// deliveryError says it as getWebhookInfo does.
func deliveryError(err error) error {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return errors.New("Read timeout expired") //nolint:staticcheck // Telegram's own words
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return errors.New("Connection refused") //nolint:staticcheck // Telegram's own words
	}
	return errors.New("Connection closed") //nolint:staticcheck // Telegram's own words
}
