package omarket

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// session is one sign-in, kept as long as its refresh token is good.
type session struct {
	account *account
	refresh string
}

// access is an access token.
type access struct {
	session *session
	expires time.Time
}

func (s *Server) signIn(c *call) reply {
	b := readBody(c.body, []string{"msisdn", "password"}, nil)
	msisdn, password := b.msisdn(), b.text("password", 128)
	if !b.wrong.none() {
		return fail(http.StatusBadRequest, b.wrong.details())
	}
	a := s.accounts[msisdn]
	switch {
	case a == nil || a.Password == "" || a.Password != password:
		return refuse(s.quirks.passwordStatus(), "Неверный номер или пароль")
	case a.Pending:
		return refuse(http.StatusBadRequest, "Номер не подтвержден")
	}
	return plain(s.open(a))
}

// open signs an account in and gives its tokens.
func (s *Server) open(a *account) object {
	opened := &session{account: a, refresh: randomHex(32)}
	s.sessions[opened.refresh] = opened
	return object{"access_token": s.grant(opened), "refresh_token": opened.refresh}
}

// grant makes an access token. Like the market's own it is readable.
func (s *Server) grant(to *session) string {
	expires := s.now().Add(s.quirks.accessLife())
	token := base64.StdEncoding.EncodeToString(fmt.Appendf(nil,
		`{"user_id": %d, "uuid": "%s", "ex_date": %q}`, to.account.ID, randomHex(16), stamp(expires)))
	s.accesses[token] = &access{session: to, expires: expires}
	return token
}

func (s *Server) refresh(c *call) reply {
	b := readBody(c.body, []string{"refresh_token"}, nil)
	token := b.text("refresh_token", 1000)
	if !b.wrong.none() {
		return fail(http.StatusBadRequest, b.wrong.details())
	}
	known := s.sessions[token]
	if known == nil {
		return message(http.StatusBadRequest, "no such "+token+" refresh token found")
	}
	known.account.Refreshes++
	out := object{"access_token": s.grant(known)}
	if s.quirks.RotateRefresh {
		delete(s.sessions, token)
		known.refresh = randomHex(32)
		s.sessions[known.refresh] = known
		out["refresh_token"] = known.refresh
	}
	return plain(out)
}

// authorise finds out who asks, as far as the route wants to know.
func (s *Server) authorise(c *call) (reply, bool) {
	token := c.Header.Get("Authorization")
	switch {
	case c.route.who == stranger || c.route.who == passerby:
		return reply{}, true
	case token == "" && c.route.who == reader && !s.quirks.NeedAccount:
		return reply{}, true
	case token == "":
		return message(s.quirks.tokenStatus(), "Authorization header is required"), false
	}
	if s.quirks.Bearer {
		inner, fits := strings.CutPrefix(token, "Bearer ")
		if !fits {
			return message(s.quirks.tokenStatus(), "Authorization must begin with Bearer"), false
		}
		token = inner
	}
	known := s.accesses[token]
	switch {
	case known == nil:
		return message(s.quirks.tokenStatus(), "Invalid access token"), false
	case !s.now().Before(known.expires):
		return message(s.quirks.tokenStatus(), "Access token has expired"), false
	}
	c.account = known.session.account
	return reply{}, true
}

// EndSessions signs an account out everywhere: its access tokens and refresh
// tokens are refused from now on.
func (s *Server) EndSessions(msisdn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token, a := range s.accesses {
		if a.session.account.MSISDN == msisdn {
			delete(s.accesses, token)
		}
	}
	for token, open := range s.sessions {
		if open.account.MSISDN == msisdn {
			delete(s.sessions, token)
		}
	}
}

// ExpireAccess ends an account's access tokens; its refresh tokens stay good.
func (s *Server) ExpireAccess(msisdn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.accesses {
		if a.session.account.MSISDN == msisdn {
			a.expires = s.now()
		}
	}
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return hex.EncodeToString(b)
}
