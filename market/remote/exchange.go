package remote

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
)

// received is an answer with what only this package needs of it.
type received struct {
	Answer
	header http.Header
	cut    error // set when the body ended too early, or not in time
}

// newRequest makes the HTTP request of a call.
func (c *Caller) newRequest(ctx context.Context, call Call, sign func(*http.Request)) (*http.Request, error) {
	target := c.base + call.Path
	if len(call.Query) > 0 {
		target += "?" + call.Query.Encode()
	}
	var body io.Reader
	if call.Body != nil {
		body = bytes.NewReader(call.Body)
	}
	req, err := http.NewRequestWithContext(ctx, call.Method, target, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", UserAgent)
	if call.ContentType != "" {
		req.Header.Set("Content-Type", call.ContentType)
	}
	sign(req)
	return req, nil
}

// exchange sends the call and reads what comes back. unsent is true when it is
// sure that the market saw nothing of it.
func (c *Caller) exchange(ctx context.Context, call Call, sign func(*http.Request)) (got received, unsent bool, err error) {
	req, err := c.newRequest(ctx, call, sign)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return received{}, true, err
	}
	var asked, connected atomic.Bool
	req = req.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}))
	resp, err := c.http.Do(req)
	if err != nil {
		return received{}, asked.Load() && !connected.Load() || isDial(err), bare(err)
	}
	defer resp.Body.Close()
	got.Status, got.header = resp.StatusCode, resp.Header
	got.Body, got.cut = io.ReadAll(io.LimitReader(resp.Body, c.Limits.Body+1))
	if int64(len(got.Body)) > c.Limits.Body {
		got.Body, got.cut = nil, errTooLong
	}
	return got, false, nil
}

func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// bare takes the URL off a transport error: it says nothing the call's name
// does not, and a base URL belongs to the operator.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
