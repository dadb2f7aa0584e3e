package omarket

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"bazarbot/market"
	"bazarbot/market/remote"
)

var errHalf = errors.New("the answer is no whole JSON")

// garbled is the error of a success that cannot be understood.
func garbled(call call, cause error) *market.Error {
	e := refused(call.Op, call.Lost(), cause)
	e.Status = http.StatusOK
	return e
}

// refused is an error that needs no answer of the market.
func refused(op string, kind market.ErrorKind, cause error) *market.Error {
	return &market.Error{Kind: kind, Market: market.OMarket, Op: op, Err: cause}
}

// verdict reads a 2xx answer as far as it says whether the call went well: the
// market refuses with HTTP 200 too, and what is no JSON is not its answer.
func (c *Client) verdict(token market.Secret, call call, ans remote.Answer) *market.Error {
	if len(bytes.TrimSpace(ans.Body)) == 0 {
		return nil // whoever needs content misses it
	}
	if !json.Valid(ans.Body) {
		return garbled(call, errHalf)
	}
	var said struct {
		ResultCode ident           `json:"resultCode"`
		Result     json.RawMessage `json:"result"`
		Error      ident           `json:"error"`
		Success    ident           `json:"success"`
	}
	_ = json.Unmarshal(ans.Body, &said)
	switch {
	case strings.EqualFold(string(said.ResultCode), "SUCCESS"):
		return nil
	case said.ResultCode != "", said.Success == "false",
		said.Error != "" && said.Error != "false" && said.Result == nil:
		return c.refusal(token, call, ans)
	default:
		return nil
	}
}

// refusal reads the error of an answer that is not 2xx, or that is but says
// otherwise. market.NotSignedIn is a first guess: do knows what it means.
func (c *Client) refusal(token market.Secret, call call, ans remote.Answer) *market.Error {
	said := readSaid(ans.Body, call.sent)
	e := &market.Error{
		Market: market.OMarket, Op: call.Op, Status: ans.Status,
		Message: c.redact(token, call, said.message),
	}
	e.Kind = c.refusalKind(call, ans, said)
	if e.Kind == market.Invalid && len(said.fields) > 0 {
		e.Fields = map[string]string{}
		for key, text := range said.fields {
			e.Fields[key] = c.redact(token, call, text)
		}
	}
	if ans.Status == http.StatusNotFound && e.Kind == market.Unavailable {
		e.Err = remote.ErrNoRoute
	}
	return e
}

var (
	apiKeyWords   = regexp.MustCompile(`(?i)\bapi[-_ ]?key\b|ключ\S* api\b|\bapi[- ]?ключ`)
	sessionWords  = regexp.MustCompile(`(?i)\b(access|authorization|auth)?[-_ ]?token\b.*\b(expired|invalid|not valid|revoked)|(expired|invalid|revoked)\b.*\btoken\b|токен.*(истек|истёк|недейств|не действ)`)
	notFoundWords = regexp.MustCompile(`(?i)^[\s"«]*(the )?(ad|advert|image|avatar|object|page|объявление|изображение|фото|аватар|объект|страница)?[\s"»]*(is |was )?(not found|does not exist|не найден[аоы]?|не существует)[\s.!]*$`)
)

func (c *Client) refusalKind(call call, ans remote.Answer, said said) market.ErrorKind {
	switch {
	case ans.Status == http.StatusTooManyRequests:
		return market.Quota
	case ans.Status == http.StatusUnauthorized, ans.Status == http.StatusForbidden:
		if apiKeyWords.MatchString(said.message) || strings.Contains(strings.ToLower(said.message), strings.ToLower(c.keyHeader)) {
			return market.OperatorKey
		}
		return market.NotSignedIn
	case ans.Status == http.StatusNotFound && said.foreign:
		return market.Unavailable // no such path: nothing took effect
	case ans.Status == http.StatusNotFound, ans.Status == http.StatusGone:
		return market.NotFound
	case ans.Status == http.StatusRequestTimeout, ans.Status >= 500, ans.Status >= 300 && ans.Status < 400:
		// Somebody on the way, or the market in trouble: no proof that a write
		// took no effect.
		return call.Lost()
	case len(said.fields) > 0:
		return market.Invalid
	case sessionWords.MatchString(said.message):
		return market.NotSignedIn
	case notFoundWords.MatchString(said.message):
		return market.NotFound
	default:
		return market.Invalid
	}
}

// phoneNumbers finds what looks like a phone number with its country's code.
var phoneNumbers = regexp.MustCompile(`\+?\b996[ -]?(?:\d[ -]?){8}\d\b`)

// redact takes out of what a market may have echoed whatever nobody may read
// again: the key, the tokens, what the call was made with, phone numbers.
func (c *Client) redact(token market.Secret, call call, text string) string {
	text = c.apiKey.Redact(token.Redact(text))
	for _, secret := range call.secrets {
		text = secret.Redact(text)
	}
	return phoneNumbers.ReplaceAllString(text, "+996…")
}
