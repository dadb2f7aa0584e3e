package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
	"golang.org/x/time/rate"

	"bazarbot/lanes"
)

// Leases is how one replica out of many becomes the one that polls.
type Leases interface {
	Hold(ctx context.Context, owner, lane string, ttl time.Duration) (lanes.Lease, bool, error)
	Renew(ctx context.Context, owner string, leases []lanes.Lease, ttl time.Duration) ([]lanes.Lease, error)
	Release(ctx context.Context, lease lanes.Lease) error
}

const (
	pollLane   = "poll"
	pollLease  = 3 * time.Second
	pollRenew  = time.Second
	pollWait   = 30 * time.Second // how long Telegram holds an empty answer back
	pollPause  = time.Second      // after an error, or while another replica polls
	pollAnswer = 64 << 20         // a hundred updates are never larger
)

// Poll takes updates by long polling until ctx ends, whenever this process
// holds the lease. A registered webhook is removed first; pending updates stay.
func (b *Bot) Poll(ctx context.Context, owner string, leases Leases) {
	for ctx.Err() == nil {
		lease, ok, err := leases.Hold(ctx, owner, pollLane, pollLease)
		if err != nil && ctx.Err() == nil {
			b.Log.Error("no lease for polling", "error", err)
		}
		if ok {
			b.pollWhileHeld(ctx, owner, lease, leases)
			continue
		}
		pause(ctx, pollPause)
	}
}

// pollWhileHeld polls until the lease is lost or ctx ends.
func (b *Bot) pollWhileHeld(ctx context.Context, owner string, lease lanes.Lease, leases Leases) {
	held, lost := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer lost()
		keepLease(held, owner, lease, leases)
	}()
	b.pollLoop(held)
	lost()
	<-done
	if ctx.Err() != nil {
		release, cancel := context.WithTimeout(context.WithoutCancel(ctx), pollRenew)
		defer cancel()
		_ = leases.Release(release, lease) // else it ends by itself
	}
}

// keepLease renews the lease until it is lost or ctx ends.
func keepLease(ctx context.Context, owner string, lease lanes.Lease, leases Leases) {
	until := time.Now().Add(pollLease)
	for pause(ctx, pollRenew) {
		kept, err := leases.Renew(ctx, owner, []lanes.Lease{lease}, pollLease)
		switch {
		case err == nil && len(kept) == 0:
			return
		case err == nil:
			until = time.Now().Add(pollLease)
		case time.Now().After(until):
			return
		}
	}
}

// pollRate bounds the calls a second: an API server that does not hold its
// empty answers back must not be asked in a busy loop.
const pollRate = 20

// pollLoop asks for updates; the offset confirms those before it, so it moves
// only over what is committed.
func (b *Bot) pollLoop(ctx context.Context) {
	offset := int64(0)
	calls := rate.NewLimiter(pollRate, pollRate)
	for calls.Wait(ctx) == nil {
		next, err := b.pollOnce(ctx, offset)
		if err == nil {
			offset = next
			continue
		}
		if ctx.Err() != nil {
			return
		}
		b.Log.Warn("polling", "error", redact(err, b.Token))
		wait := pollPause
		var refused *pollRefused
		if errors.As(err, &refused) {
			if refused.code == http.StatusConflict {
				b.removeWebhook(ctx)
			}
			wait = max(wait, refused.retryAfter)
		}
		pause(ctx, wait)
	}
}

func (b *Bot) removeWebhook(ctx context.Context) {
	info, err := b.api.GetWebhookInfo(ctx)
	if err != nil || info.URL == "" {
		return
	}
	if _, err := b.api.DeleteWebhook(ctx, &tg.DeleteWebhookParams{}); err != nil {
		b.Log.Warn("webhook not removed", "error", redact(err, b.Token))
		return
	}
	b.Log.Info("webhook removed: updates come by polling")
}

// pollOnce commits one batch and returns the offset that confirms it.
func (b *Bot) pollOnce(ctx context.Context, offset int64) (int64, error) {
	raws, err := b.getUpdates(ctx, offset)
	if err != nil {
		return offset, err
	}
	if len(raws) == 0 {
		// This call has confirmed all before offset. To ask on from there would
		// lose the updates of ids that begin anew below it, after an idle week.
		return 0, nil
	}
	batch := make([][]byte, 0, len(raws))
	for _, raw := range raws {
		var h struct {
			ID int64 `json:"update_id"`
		}
		if err := json.Unmarshal(raw, &h); err != nil || h.ID == 0 {
			return offset, fmt.Errorf("a batch of %d updates: %w", len(raws), errNoUpdate)
		}
		offset = max(offset, h.ID+1)
		batch = append(batch, raw)
	}
	if err := b.ingest(ctx, batch...); err != nil {
		return offset, err
	}
	return offset, nil
}

// pollRefused is Telegram's refusal of a getUpdates.
type pollRefused struct {
	code        int
	description string
	retryAfter  time.Duration
}

func (e *pollRefused) Error() string { return fmt.Sprintf("getUpdates: %d %s", e.code, e.description) }

// getUpdates is our own call: the library's confirms updates before they are
// handled.
//
// https://core.telegram.org/bots/api#getupdates
func (b *Bot) getUpdates(ctx context.Context, offset int64) ([]json.RawMessage, error) {
	body, err := json.Marshal(map[string]any{
		"offset": offset, "timeout": int(pollWait.Seconds()), "allowed_updates": AllowedUpdates,
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, pollWait+sendTimeout)
	defer cancel()
	url := strings.TrimRight(b.APIURL, "/") + "/bot" + b.Token + "/getUpdates"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := b.HTTP.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	var answer struct {
		OK          bool              `json:"ok"`
		Result      []json.RawMessage `json:"result"`
		Description string            `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, pollAnswer)).Decode(&answer); err != nil {
		return nil, fmt.Errorf("getUpdates: HTTP %d: %w", res.StatusCode, err)
	}
	if !answer.OK {
		return nil, &pollRefused{res.StatusCode, answer.Description, time.Duration(answer.Parameters.RetryAfter) * time.Second}
	}
	return answer.Result, nil
}

// pause waits, and reports whether ctx still lives.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
