package main

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// mortalTransport stands between the bot and the remotes and lets a killer pass
// before each request leaves and after its whole answer has come.
type mortalTransport struct {
	next http.RoundTripper
	k    *killer
}

// RoundTrip makes the call between its two sides. A long poll is asked again
// and again: only an answer with updates is a step.
func (m mortalTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	step := callName(r)
	m.k.pass(momentBefore, step)
	res, err := m.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if step != "getUpdates" || bytes.Contains(body, []byte(`"update_id"`)) {
		m.k.pass(momentAfter, step)
	}
	res.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
	return res, nil
}

// failing gives the error that ended a body, after what had come of it.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

// idsInPath are numbers, and the ids of O!Market's ads.
var idsInPath = regexp.MustCompile(`/(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+)`)

// callName is the Bot API's method, or the market's route with its ids left out.
func callName(r *http.Request) string {
	path := r.URL.Path
	switch {
	case strings.HasPrefix(path, "/file/bot"):
		return "download"
	case strings.HasPrefix(path, "/bot"):
		return path[strings.LastIndex(path, "/")+1:]
	}
	return r.Method + " " + idsInPath.ReplaceAllString(path, "/{id}")
}
