package dialogs_test

import (
	"strings"
	"testing"

	"bazarbot/market"
)

const (
	msisdn   = "996700111000"
	password = "Correct7horse"
	smsCode  = "482913"
	tokens   = market.Secret("tokens-of-the-market")
)

// bishkek is a market that signs people up with a phone number, and is read
// without an account.
func bishkek() *table {
	m := bazaar()
	m.id = market.OMarket
	m.caps = market.Capabilities{SignUp: true, Site: "https://market.example", MaxPhotos: 3, States: []market.State{market.StateModerate}}
	return m
}

// Phone reads numbers of Kyrgyzstan.
func (m *table) Phone(text string) (string, bool) {
	number := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -()", r) {
			return -1
		}
		return r
	}, text)
	for _, prefix := range []string{"+996", "996", "0"} {
		if rest, ok := strings.CutPrefix(number, prefix); ok && len(rest) == 9 && strings.Trim(rest, "0123456789") == "" {
			return "996" + rest, true
		}
	}
	return "", false
}

// visit begins a conversation with that market; nothing secret may show.
func visit(t *testing.T) *chat {
	c := meet(t, bishkek())
	c.hidden = []string{password, smsCode, string(tokens)}
	return c
}

// sign is the job under way.
func (c *chat) sign() market.SignJob {
	c.t.Helper()
	if len(c.signs) == 0 {
		c.fatal("nothing is being signed in")
	}
	return c.signs[len(c.signs)-1]
}

// signTold lets the job under way end, or say how far it is.
func (c *chat) signTold(r market.Report) {
	c.t.Helper()
	job := c.sign()
	r.Job, r.Market, r.Account, r.Sign = job.ID, job.Market, job.Account, job.Step
	c.reports(r)
}

func (c *chat) refuses(kind market.ErrorKind) {
	c.t.Helper()
	c.signTold(market.Report{Stage: market.StageFailed, Kind: kind, Ref: "REF12345"})
}

func (c *chat) code() { c.t.Helper(); c.signTold(market.Report{Stage: market.StageCode}) }

func (c *chat) opened() {
	c.t.Helper()
	c.signTold(market.Report{Stage: market.StageDone, Secret: tokens})
}

// only is the person's only account.
func (c *chat) only() market.Account {
	c.t.Helper()
	if len(c.store.accounts) != 1 {
		c.fatal("the accounts are %+v", c.store.accounts)
	}
	for _, a := range c.store.accounts {
		return a
	}
	return market.Account{}
}

// pending is what the only account keeps of somebody who is not signed in.
func (c *chat) pending() market.Pending {
	c.t.Helper()
	p, err := market.ParsePending(c.only().Secret)
	if err != nil {
		c.fatal("%v", err)
	}
	return p
}

// expects checks the step that was handed to the account's lane last.
func (c *chat) expects(n int, step market.SignStep) {
	c.t.Helper()
	if job := c.sign(); len(c.signs) != n || job.Step != step || job.Person != seller || job.Market != market.OMarket {
		c.fatal("%d jobs, the last %+v", len(c.signs), job)
	}
}

// signsUp goes to the question for the code.
func (c *chat) signsUp() {
	c.t.Helper()
	c.talk("> /accounts\n> [Подключить O!Market]\n> 0700 111 000\n> " + password)
	c.code()
}
