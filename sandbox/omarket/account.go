package omarket

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Account is somebody's account on the market.
type Account struct {
	ID       int    // given by the market when 0
	MSISDN   string // 996 and nine digits
	Password string
	Username string
	Contact  string // the number shown to buyers: MSISDN when empty
	Location int
	Avatar   string // a path of this server, "" without one
	// Pending accounts are registered and wait for their code.
	Pending bool
	// Sessions and Refreshes count the open sessions, and how often one was
	// refreshed so far.
	Sessions  int
	Refreshes int
}

type account struct {
	Account
	code    string // awaited; "" once it was used
	wrong   int    // wrong codes so far
	founder bool   // one of the first sellers
}

// AddAccount adds an account that can sign in, or replaces what is known of
// the one with the same number; its sessions and ads stay.
func (s *Server) AddAccount(a Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addAccount(a)
}

func (s *Server) addAccount(a Account) *account {
	known := s.accounts[a.MSISDN]
	if known == nil {
		known = &account{}
		s.accounts[a.MSISDN] = known
	}
	a.ID = cmp.Or(a.ID, known.ID)
	if a.ID == 0 {
		a.ID = s.nextID()
	}
	a.Contact = cmp.Or(a.Contact, a.MSISDN)
	a.Location = cmp.Or(a.Location, 1)
	a.Refreshes = known.Refreshes
	known.Account = a
	return known
}

// Account gives an account.
func (s *Server) Account(msisdn string) (Account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[msisdn]
	if a == nil {
		return Account{}, false
	}
	return s.accountOf(a), true
}

// Accounts lists the accounts by number, those of the first sellers left out.
func (s *Server) Accounts() []Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.visibleAccounts()
}

func (s *Server) visibleAccounts() []Account {
	all := []Account{}
	for _, msisdn := range slices.Sorted(maps.Keys(s.accounts)) {
		if a := s.accounts[msisdn]; !a.founder {
			all = append(all, s.accountOf(a))
		}
	}
	return all
}

func (s *Server) accountOf(a *account) Account {
	seen := a.Account
	for _, open := range s.sessions {
		if open.account == a {
			seen.Sessions++
		}
	}
	return seen
}

// nextID makes the next id of whatever has one.
func (s *Server) nextID() int {
	s.lastID++
	return s.lastID
}

// SMS is a text message the market sent.
type SMS struct {
	To   string // the number
	Code string
	At   time.Time
}

// Outbox lists the text messages in the order they were sent.
func (s *Server) Outbox() []SMS {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.outbox)
}

// Code gives the code that was last sent to a number, or "".
func (s *Server) Code(msisdn string) string {
	for _, sms := range slices.Backward(s.Outbox()) {
		if sms.To == msisdn {
			return sms.Code
		}
	}
	return ""
}
