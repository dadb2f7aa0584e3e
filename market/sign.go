package market

import (
	"encoding/json"
	"errors"
	"time"
)

// SignJob is the work of getting into an account with a phone number and a
// password, as it goes into the account's lane. Number and password are in the
// account's secret, which is a Pending as long as nobody is signed in.
type SignJob struct {
	ID      string   `json:"id"` // one answer of the person
	Person  int64    `json:"person"`
	Market  ID       `json:"market"`
	Account string   `json:"account"`
	Step    SignStep `json:"step"`
	Code    Secret   `json:"code,omitempty"` // SignCode
}

// JobSign is the kind of a sign job's row; its payload is a SignJob as JSON.
const JobSign = "sign"

// SignStep is what a SignJob does.
type SignStep string

// The steps into an account.
const (
	SignUp   SignStep = "up"   // registers the number; one that has an account is signed in
	SignIn   SignStep = "in"   // signs in
	SignCode SignStep = "code" // confirms the number with the code of the SMS, and signs in
)

// Pending is what is kept of somebody who is not signed in yet.
type Pending struct {
	Phone    string `json:"phone"`
	Password Secret `json:"password,omitempty"` // "": forgotten, which happens an hour after At
	// Registered tells that the market has, or may have, registered the number
	// with this password and waits for the code.
	Registered bool      `json:"registered,omitempty"`
	At         time.Time `json:"at"`
}

// Pack makes an account's secret of it.
func (p Pending) Pack() Secret {
	packed, err := json.Marshal(p)
	if err != nil { // texts and times always encode
		return ""
	}
	return Secret(packed)
}

// ParsePending reads what Pack has made. The error quotes nothing of it.
func ParsePending(s Secret) (Pending, error) {
	var p Pending
	if err := json.Unmarshal([]byte(s), &p); err != nil || p.Phone == "" {
		return p, errors.New("market: no pending sign-in")
	}
	return p, nil
}
