package md999

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bazarbot/market"
)

var (
	errBreakerOpen = errors.New("the market failed too often and is left alone for a moment")
	errTooLong     = errors.New("the answer is too long")
	errGarbled     = errors.New("the answer is not what the API documents")
)

// lost is the error of a call that got no answer. A write that may have reached
// the market has an unknown outcome.
func lost(call call, unsent bool, cause error) *market.Error {
	kind := market.Unavailable
	if call.write() && !unsent {
		kind = market.UnknownOutcome
	}
	return &market.Error{Kind: kind, Market: market.MD999, Op: call.op, Err: cause}
}

// garbled is the error of a 2xx answer that cannot be understood.
func garbled(call call, cause error) *market.Error {
	if cause == nil {
		cause = errGarbled
	}
	return lost(call, false, cause)
}

// refusal reads the error of an answer that is not 2xx, or that is but says
// otherwise.
func (c *Client) refusal(key market.Secret, call call, ans answer) *market.Error {
	e := &market.Error{
		Market: market.MD999, Op: call.op, Status: ans.status,
		Message: redact(key, message(ans.body)),
	}
	e.Kind = refusalKind(call, ans, e.Message)
	if e.Kind == market.Quota || e.Kind == market.Unavailable {
		e.RetryAfter = c.retryAfter(ans.header)
	}
	return e
}

var (
	noMoneyWords = regexp.MustCompile(`(?i)insufficient (balance|funds)|payment_required`)
	quotaWords   = regexp.MustCompile(`(?i)too many|per day|a day|daily|в день|в сутки|pe zi|zilnic`)
)

func refusalKind(call call, ans answer, message string) market.ErrorKind {
	upload := call.path == imagesPath
	switch {
	case ans.status == http.StatusPaymentRequired, noMoneyWords.Match(ans.body):
		return market.NoMoney // any shape, any status: it says that nothing was taken
	case ans.status == http.StatusTooManyRequests:
		return market.Quota
	case upload && ans.status < 500 && quotaWords.MatchString(message):
		return market.Quota
	case ans.status == http.StatusUnauthorized, ans.status == http.StatusForbidden:
		return market.NotSignedIn
	case ans.status == http.StatusNotFound, ans.status == http.StatusGone:
		return market.NotFound
	case ans.status == http.StatusRequestTimeout, ans.status >= 500, ans.status >= 300 && ans.status < 400:
		// Somebody on the way, or the market in trouble: no proof that a write
		// took no effect.
		return lost(call, false, nil).Kind
	default:
		return market.Invalid
	}
}

// message finds the market's own words in the shapes it was seen to use:
// {"error":{"message"}}, {"error":"text"}, {"message":"text"}, a JSON string,
// plain text. A page of HTML holds none.
func message(body []byte) string {
	var envelope struct {
		Error   json.RawMessage `json:"error"`
		Message json.RawMessage `json:"message"`
	}
	var text string
	trimmed := bytes.TrimSpace(body)
	switch {
	case json.Unmarshal(trimmed, &text) == nil:
	case json.Unmarshal(trimmed, &envelope) == nil:
		text = firstText(envelope.Error, envelope.Message)
	case len(trimmed) > 0 && len(trimmed) <= 1000 && trimmed[0] != '<' && trimmed[0] != '{' && trimmed[0] != '[' && utf8.Valid(trimmed):
		text = string(trimmed)
	}
	return shorten(strings.TrimSpace(text), 500)
}

func firstText(raws ...json.RawMessage) string {
	for _, raw := range raws {
		var text string
		var nested struct {
			Message string `json:"message"`
			Reason  string `json:"reason"`
		}
		if json.Unmarshal(raw, &text) == nil && text != "" {
			return text
		}
		if json.Unmarshal(raw, &nested) == nil {
			if nested.Message != "" {
				return nested.Message
			}
			if nested.Reason != "" {
				return nested.Reason
			}
		}
	}
	return ""
}

func shorten(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return string([]rune(s)[:runes]) + "…"
}

// redact takes the key out of what a market may have echoed, also as the
// Authorization header carried it.
func redact(key market.Secret, text string) string {
	basic := market.Secret(base64.StdEncoding.EncodeToString([]byte(string(key) + ":")))
	return key.Redact(basic.Redact(text))
}

// retryAfter reads the header of that name: seconds or a date.
func (c *Client) retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil && seconds > 0 {
		return time.Duration(min(seconds, 24*3600)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(c.now()))
	}
	return 0
}
