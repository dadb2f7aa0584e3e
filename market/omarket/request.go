package omarket

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// limits bound what a refresh of a session takes.
type limits struct {
	refresh time.Duration // one try; there are two at most
	claim   time.Duration // a refresh with all that belongs to it
	look    time.Duration // between two looks for another's refresh; grows
}

var defaultLimits = limits{refresh: 7 * time.Second, claim: 20 * time.Second, look: 50 * time.Millisecond}

// call is one use of a route, with what only this market needs to know of it.
type call struct {
	remote.Call
	secrets  []market.Secret // what its body holds and no message may repeat
	sent     []string        // the ids of the filters in its body, in order
	optional bool            // the market may not have the route
}

func get(op, path string, query url.Values) call {
	return call{Call: remote.Get(op, path, query)}
}

func write(op, method, path string) call {
	return call{Call: remote.Write(op, method, path)}
}

// with is the call with a JSON body.
func (c call) with(content any) call {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(content) // plain values of our own always have a form
	c.Call = c.WithJSON(bytes.TrimSpace(b.Bytes()))
	return c
}

// send makes the call with the given access token, or "" for none, and gives
// the body of a success.
func (c *Client) send(ctx context.Context, token market.Secret, call call) ([]byte, *market.Error) {
	return c.remote.Do(ctx, call.Call, remote.Terms{
		Sign: func(req *http.Request) {
			req.Header.Set(c.keyHeader, string(c.apiKey))
			if token != "" {
				req.Header.Set("Authorization", c.authScheme+string(token))
			}
		},
		Judge: func(ans remote.Answer) *market.Error {
			if ans.OK() {
				return c.verdict(token, call, ans)
			}
			return c.refusal(token, call, ans)
		},
	})
}
