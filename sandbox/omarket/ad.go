package omarket

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"slices"
	"time"
)

// Status is where an ad stands.
type Status string

// The statuses of ads.
const (
	Initial   Status = "initial" // a draft, in no list
	Moderate  Status = "moderate"
	Active    Status = "active"
	Cancelled Status = "cancelled"
	Disabled  Status = "disabled"
)

// Listed are the statuses by which a seller can ask for ads.
var Listed = []Status{Active, Cancelled, Moderate, Disabled}

// FilterValue is an answered filter. Value is a string (an option's id, a text
// or a number's digits), a []string of options' ids, or a bool.
type FilterValue struct {
	ID    int
	Row   int // of this answer in this ad
	Value any
}

// Ad is what the market holds.
type Ad struct {
	ID                       int
	UUID                     string
	Author                   string // the seller's msisdn
	Status                   Status
	Title, Description       string
	AdType                   string // a code, or ""
	Price, OldPrice          string // digits, or "" for none
	Currency                 string // "som" or "usd"
	ContractPrice            bool
	Delivery, OMoneyPay      bool
	Category, Location       int // 0: none
	Filters                  []FilterValue
	Images                   []string // paths of this server, the cover first
	Address                  string
	WhatsApp, Telegram       string
	WhatsAppOwn, TelegramOwn bool   // the "…_is_ident" members
	Latitude, Longitude      string // digits, or "" for none
	Commentary               string // a moderator's
	Views                    int
	Promotion                string // a kind the seller paid for, such as "VIP", or ""
	Created, Modified, Opens time.Time
	Published                time.Time // when a moderator let it pass; zero before
	Uploads                  int       // pictures uploaded so far
}

type ad struct {
	Ad
	uploaded []string // paths of all pictures that are not removed
	waiting  time.Time
}

// clone copies an ad deep enough to be changed.
func (a Ad) clone() Ad {
	a.Filters, a.Images = slices.Clone(a.Filters), slices.Clone(a.Images)
	return a
}

// Ads lists a seller's ads in the order they were begun, drafts too. Deleted
// ones are gone.
func (s *Server) Ads(msisdn string) []Ad {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moderate()
	list := []Ad{}
	for _, a := range s.ads {
		if a.Author == msisdn {
			list = append(list, a.clone())
		}
	}
	slices.SortFunc(list, func(a, b Ad) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// Ad finds an ad by its uuid.
func (s *Server) Ad(uuid string) (Ad, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moderate()
	a := s.ads[uuid]
	if a == nil {
		return Ad{}, false
	}
	return a.clone(), true
}

// Decide is a moderator's decision about an ad that is not a draft: active,
// cancelled or disabled, with a commentary the seller can read.
func (s *Server) Decide(uuid string, status Status, commentary string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.ads[uuid]
	switch {
	case a == nil:
		return fmt.Errorf("decide about ad %s: no such ad", uuid)
	case a.Status == Initial:
		return fmt.Errorf("decide about ad %s: it is a draft", uuid)
	case !slices.Contains(Listed, status):
		return fmt.Errorf("decide about ad %s: no such status: %s", uuid, status)
	}
	s.decide(a, status, commentary)
	return nil
}

func (s *Server) decide(a *ad, status Status, commentary string) {
	a.Status, a.Commentary, a.Modified = status, commentary, s.now()
	if status == Active {
		a.Published = a.Modified
	}
	if status == Moderate {
		a.waiting = a.Modified
	}
}

// moderate lets pass what has waited long enough. The lock is held.
func (s *Server) moderate() {
	if s.quirks.Moderation <= 0 {
		return
	}
	for _, a := range s.ads {
		if a.Status == Moderate && !s.now().Before(a.waiting.Add(s.quirks.Moderation)) {
			s.decide(a, Active, "")
		}
	}
}

// submit puts a changed ad before a moderator. What waits already keeps its
// opening.
func (s *Server) submit(a *ad) {
	a.Modified, a.Commentary = s.now(), ""
	if a.Status != Moderate {
		a.waiting = a.Modified
		a.Opens = a.Modified.In(bishkek)
		a.Opens = time.Date(a.Opens.Year(), a.Opens.Month(), a.Opens.Day()+1, 11, 0, 0, 0, bishkek)
	}
	if s.quirks.NoOpening {
		a.Opens = time.Time{}
	}
	a.Status = Moderate
}

func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
