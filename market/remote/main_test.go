package remote

import (
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bazarbot/market"
	"bazarbot/market/markettest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const credentials = "Basic of-the-account"

var (
	answering = markettest.Answering
	equal     = markettest.Equal
	wantKind  = markettest.WantKind
)

type counter = markettest.Counter

// Three calls of an imagined market.
var (
	look = Get("get ad", "/ads/5", nil)
	post = Write("post ad", http.MethodPost, "/ads").WithJSON([]byte(`{"title":"private words"}`))
	sign = Call{Op: "sign in", Effect: Signs, Method: http.MethodPost, Path: "/session"}
)

// terms are those of a market that puts everything into its status.
func terms(call Call) Terms {
	return Terms{
		Sign: func(req *http.Request) { req.Header.Set("Authorization", credentials) },
		Judge: func(ans Answer) *market.Error {
			e := &market.Error{Kind: market.Invalid, Market: market.MD999, Op: call.Op, Status: ans.Status}
			switch {
			case ans.OK():
				return nil
			case ans.Status == http.StatusNotFound:
				e.Kind = market.NotFound
			case ans.Status == http.StatusTooManyRequests:
				e.Kind = market.Quota
			case ans.Status >= 300 && ans.Status < 400, ans.Status >= 500:
				e.Kind = call.Lost()
			case ans.Status == http.StatusTeapot:
				e.Kind, e.Err = market.Unavailable, ErrNoRoute
			}
			return e
		},
	}
}

// setup gives a caller and the market it calls: routes are added to mux.
func setup(t *testing.T) (*Caller, *http.ServeMux) {
	t.Helper()
	mux := http.NewServeMux()
	return callerFor(t, mux, Config{}), mux
}

func callerFor(t *testing.T, h http.Handler, cfg Config) *Caller {
	t.Helper()
	cfg.Market = market.MD999
	cfg.BaseURL, cfg.HTTP = markettest.Serve(t, h)
	c := New(cfg)
	c.Limits.Pause = time.Millisecond
	return c
}

// do makes a call on the market's terms.
func do(t *testing.T, c *Caller, call Call) ([]byte, error) {
	t.Helper()
	body, failure := c.Do(t.Context(), call, terms(call))
	if failure != nil {
		return nil, failure
	}
	return body, nil
}
