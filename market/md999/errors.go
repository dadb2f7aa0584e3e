package md999

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// garbled is the error of a 2xx answer that cannot be understood.
func garbled(call remote.Call, cause error) *market.Error {
	if cause == nil {
		cause = remote.ErrGarbled
	}
	return &market.Error{Kind: call.Lost(), Market: market.MD999, Op: call.Op, Err: cause}
}

// refusal reads the error of an answer that is not 2xx, or that is but says
// otherwise.
func refusal(key market.Secret, call remote.Call, ans remote.Answer) *market.Error {
	e := &market.Error{
		Market: market.MD999, Op: call.Op, Status: ans.Status,
		Message: redact(key, message(ans.Body)),
	}
	e.Kind = refusalKind(call, ans, e.Message)
	return e
}

var (
	noMoneyWords = regexp.MustCompile(`(?i)insufficient (balance|funds)|payment_required`)
	quotaWords   = regexp.MustCompile(`(?i)too many|per day|a day|daily|в день|в сутки|pe zi|zilnic`)
)

func refusalKind(call remote.Call, ans remote.Answer, message string) market.ErrorKind {
	upload := call.Path == imagesPath
	switch {
	case ans.Status == http.StatusPaymentRequired, noMoneyWords.Match(ans.Body):
		return market.NoMoney // any shape, any status: it says that nothing was taken
	case ans.Status == http.StatusTooManyRequests:
		return market.Quota
	case upload && ans.Status < 500 && quotaWords.MatchString(message):
		return market.Quota
	case ans.Status == http.StatusUnauthorized, ans.Status == http.StatusForbidden && !isPage(ans.Body):
		return market.NotSignedIn
	case ans.Status == http.StatusNotFound, ans.Status == http.StatusGone:
		return market.NotFound
	case ans.Status == http.StatusForbidden, ans.Status == http.StatusRequestTimeout,
		ans.Status >= 500, ans.Status >= 300 && ans.Status < 400:
		// Somebody on the way, or the market in trouble: no proof that a write
		// took no effect.
		return call.Lost()
	default:
		return market.Invalid
	}
}

// isPage reports whether an answer is a page of HTML: of whoever guards the
// market's door, and not of the market. It must not sign anybody out.
func isPage(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) }

// says reports whether the member "error" of a 2xx answer names an error: many
// an API gives the member always, with nothing in it where all went well.
func says(raw json.RawMessage) bool {
	var said any
	return json.Unmarshal(raw, &said) == nil && holds(said)
}

// holds reports whether a JSON value is more than nothing, however it is wrapped.
func holds(value any) bool {
	switch v := value.(type) {
	case bool:
		return v
	case float64:
		return v != 0
	case string:
		return strings.TrimSpace(v) != ""
	case []any:
		return slices.ContainsFunc(v, holds)
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), holds)
	}
	return false
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
