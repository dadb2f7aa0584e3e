package md999

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Account is somebody's account on the market.
type Account struct {
	Key     string
	Label   string // shown on the state page only
	Phones  []string
	Balance int // whole MDL
	Spent   []Charge
	Revoked bool
}

// Charge is money the market took.
type Charge struct {
	For    string // "post", "republish" or "color"
	Advert string
	Amount int // whole MDL
	At     time.Time
}

type account struct {
	Account
	uploads  map[string]int // image ids: how often uploaded
	today    string         // the day uploadsToday counts, in the market's time
	dayCount int
}

// AddAccount adds an account, or replaces phones, label and balance of the one
// with the same key and lets its key in again. Phones are numbers in the
// international format without a plus sign.
func (s *Server) AddAccount(a Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.accounts[a.Key]
	if old == nil {
		old = &account{uploads: map[string]int{}}
		s.accounts[a.Key] = old
		old.Spent = slices.Clone(a.Spent)
	}
	old.Key, old.Label, old.Balance, old.Revoked = a.Key, a.Label, a.Balance, a.Revoked
	old.Phones = slices.Clone(a.Phones)
}

// RevokeKey makes a key unknown; the account keeps what it has.
func (s *Server) RevokeKey(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[key]; a != nil {
		a.Revoked = true
	}
}

// SetBalance sets the money of an account, in whole MDL.
func (s *Server) SetBalance(key string, balance int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[key]; a != nil {
		a.Balance = balance
	}
}

// Account gives an account with its charges.
func (s *Server) Account(key string) (Account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[key]
	if a == nil {
		return Account{}, false
	}
	return a.copy(), true
}

func (a *account) copy() Account {
	c := a.Account
	c.Phones, c.Spent = slices.Clone(a.Phones), slices.Clone(a.Spent)
	return c
}

func (s *Server) known(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[key]
	return a != nil && !a.Revoked
}

// charge takes money for something done to an advert, or refuses with 402. The
// lock is held.
func (s *Server) charge(key, purpose, advert string, amount int) (reply, bool) {
	a := s.accounts[key]
	if a.Balance < amount {
		return refuse(http.StatusPaymentRequired, "Insufficient funds"), false
	}
	a.Balance -= amount
	a.Spent = append(a.Spent, Charge{For: purpose, Advert: advert, Amount: amount, At: s.now()})
	return reply{}, true
}

// countries are those whose numbers the market knows by name.
var countries = []struct {
	prefix string
	code   int
	name   Text
}{
	{"373", 373, Text{"Молдова", "Moldova"}},
	{"380", 380, Text{"Украина", "Ucraina"}},
	{"40", 40, Text{"Румыния", "România"}},
}

func (s *Server) listPhoneNumbers(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	numbers := []object{}
	for _, phone := range s.accounts[c.key].Phones {
		number := object{"phone_number": phone, "country_code": 0, "national_number": phone, "region": ""}
		for _, country := range countries {
			if national, fits := strings.CutPrefix(phone, country.prefix); fits {
				number["country_code"] = country.code
				number["national_number"] = national
				number["region"] = country.name.In(c.lang)
				break
			}
		}
		numbers = append(numbers, number)
	}
	return ok(object{"phone_numbers": numbers})
}
