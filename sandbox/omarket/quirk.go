package omarket

import (
	"cmp"
	"net/http"
	"time"
)

// Quirks are ways in which the real market may leave its description, or which
// the description leaves open. The zero value is the likeliest reading.
type Quirks struct {
	// KeyHeader carries the operator's key: "x-api-key" when empty.
	KeyHeader string
	// KeyStatus answers a wrong or missing operator's key: 403 when zero.
	KeyStatus int
	// TokenStatus answers a wrong, expired or missing token: 401 when zero.
	TokenStatus int
	// Bearer wants "Bearer " before the token in Authorization.
	Bearer bool
	// NeedAccount refuses readers who are not signed in.
	NeedAccount bool

	// AccessLife is how long an access token that is made from now on lives:
	// 30 minutes when zero.
	AccessLife time.Duration
	// RotateRefresh gives a new refresh token with each refresh and refuses the
	// former one.
	RotateRefresh bool
	// CodeTokens makes check-otp answer tokens beside SUCCESS.
	CodeTokens bool
	// PasswordStatus answers a wrong number or password: 400 when zero.
	PasswordStatus int

	// GetBody tells what becomes of a GET with a body.
	GetBody GetBody
	// FailStatus is the HTTP status of a refused change of an ad and of a
	// picture that is not there: 200 when zero.
	FailStatus int
	// FilterErrors tells how a refused ad names its filters.
	FilterErrors FilterErrors
	// NoAdTypes answers 404 at the list of ad types, which the description does
	// not know.
	NoAdTypes bool
	// AdTypeCodes gives a category's ad types as codes in place of ids.
	AdTypeCodes bool

	// Moderation is how long an ad waits for a moderator who lets it pass: for
	// ever when zero, until Decide.
	Moderation time.Duration
	// NoOpening leaves opening_at null.
	NoOpening bool
}

// GetBody is what happens to a GET with a body on its way.
type GetBody string

// The fates of a GET with a body.
const (
	GetBodyTaken    GetBody = ""         // as the description wants it
	GetBodyRefused  GetBody = "refused"  // the market answers 400
	GetBodyProxy    GetBody = "proxy"    // a proxy answers 400 with a page
	GetBodyStripped GetBody = "stripped" // a proxy drops the body
)

// FilterErrors is how the details of a refused ad name its filters.
type FilterErrors string

// The shapes of complaints about filters.
const (
	FilterErrorsNested FilterErrors = ""     // {"filters": {"11": ["…"]}}
	FilterErrorsFlat   FilterErrors = "flat" // {"11": ["…"]}
	FilterErrorsText   FilterErrors = "text" // all details are one text
)

// SetQuirks replaces the quirks.
func (s *Server) SetQuirks(q Quirks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quirks = q
}

func (q Quirks) keyHeader() string   { return cmp.Or(q.KeyHeader, "x-api-key") }
func (q Quirks) keyStatus() int      { return cmp.Or(q.KeyStatus, http.StatusForbidden) }
func (q Quirks) tokenStatus() int    { return cmp.Or(q.TokenStatus, http.StatusUnauthorized) }
func (q Quirks) passwordStatus() int { return cmp.Or(q.PasswordStatus, http.StatusBadRequest) }
func (q Quirks) failStatus() int     { return cmp.Or(q.FailStatus, http.StatusOK) }

func (q Quirks) accessLife() time.Duration { return cmp.Or(q.AccessLife, 30*time.Minute) }
