package md999

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// do makes the call and gives the body of a 2xx answer. Every error is a
// *market.Error.
func (c *Client) do(ctx context.Context, key market.Secret, call remote.Call) ([]byte, error) {
	if key == "" {
		return nil, &market.Error{Kind: market.NotSignedIn, Market: market.MD999, Op: call.Op}
	}
	body, failure := c.remote.Do(ctx, call, remote.Terms{
		Sign: func(req *http.Request) { req.SetBasicAuth(string(key), "") },
		Judge: func(ans remote.Answer) *market.Error {
			if ans.OK() {
				return nil
			}
			return refusal(key, call, ans)
		},
	})
	if failure != nil {
		return nil, failure
	}
	return body, nil
}

// route joins path segments, escaped.
func route(segments ...string) string {
	var b strings.Builder
	for _, s := range segments {
		b.WriteString("/" + url.PathEscape(s))
	}
	return b.String()
}
