package dialogs

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"bazarbot/market"
)

// line is an ad in a list, and the account that has it.
type line struct {
	account market.Account
	ad      market.Ad
}

// key tells a line from all others of a person.
func (l line) key() string { return l.account.ID + "/" + l.ad.ID }

// splitKey takes a line's key apart.
func splitKey(key string) (account, ad string) {
	account, ad, _ = strings.Cut(key, "/")
	return account, ad
}

// lines is a list of ads: those of one account or, when something is searched
// for, of all.
type lines struct {
	found  []line         // in whatever state
	shown  []line         // in the chosen state and order
	states []market.State // those the market knows, in the order of their tabs
	named  bool           // each ad with its account: they are of several

	away   []market.Account // not answering: their ads are as they were
	unread []market.Account // nothing is known of their ads now
	cut    []*stock         // only the first of very many ads
	at     time.Time        // away: when the market answered last
}

// count is how many of the found ads are in a state; "" means any.
func (ls lines) count(s market.State) int {
	if s == "" {
		return len(ls.found)
	}
	n := 0
	for _, l := range ls.found {
		if l.ad.State == s {
			n++
		}
	}
	return n
}

// lines gathers what a frame's list shows: by its arguments account, find, state
// and sort.
func (t *Turn) lines(f *Frame, account market.Account) (lines, error) {
	var ls lines
	accounts, err := t.switchable("")
	if err != nil {
		return ls, err
	}
	query := f.arg("find")
	if query == "" {
		accounts = []market.Account{account}
	}
	ls.named = len(accounts) > 1
	for _, a := range accounts {
		if err := ls.add(t, a, query); err != nil {
			return ls, err
		}
	}
	state := market.State(f.arg("state"))
	for _, l := range ls.found {
		if state == "" || l.ad.State == state {
			ls.shown = append(ls.shown, l)
		}
	}
	sortLines(ls.shown, f.arg("sort"))
	return ls, nil
}

// add adds an account's ads. When all accounts are searched, one whose ads
// cannot be read does not keep the others from being shown.
func (ls *lines) add(t *Turn, a market.Account, query string) error {
	m := t.market(a.Market)
	for _, s := range m.Capabilities().States {
		if !slices.Contains(ls.states, s) {
			ls.states = append(ls.states, s)
		}
	}
	if query != "" && a.State != market.AccountActive {
		ls.unread = append(ls.unread, a)
		return nil
	}
	s, err := t.stock(a, m)
	if _, ok := asMarketError(err); ok && query != "" {
		ls.unread = append(ls.unread, a)
		return nil
	}
	if err != nil {
		return err
	}
	if s.away {
		ls.away, ls.at = append(ls.away, a), s.at
	}
	if !s.whole() {
		ls.cut = append(ls.cut, s)
	}
	words := searchWords(query)
	for _, ad := range s.Ads {
		if matches(ad, words) {
			ls.found = append(ls.found, line{a, ad})
		}
	}
	return nil
}

// tell says what there is to know of a list beside its ads.
func (ls lines) tell(v *View, now time.Time) {
	for _, a := range ls.away {
		v.say(say("ads.away", "Market", marketName(a.Market), "At", asOf(ls.at, now, a.Market)))
	}
	for _, a := range ls.unread {
		v.say(say("ads.unread", "Account", accountName(a)))
	}
	for _, s := range ls.cut {
		v.say(say("ads.cut", "Total", s.Total, "Kept", len(s.Ads)))
	}
}

// asOf is a past time as it is said today: the hour, on another day the date
// as well.
func asOf(at, now time.Time, id market.ID) any {
	zone := market.Zone(id)
	if at.In(zone).Format(time.DateOnly) == now.In(zone).Format(time.DateOnly) {
		return at.In(zone).Format("15:04")
	}
	return Moment{at, id}
}

// label is a line as a button shows it; beside the title stands what the list is
// in order of.
func (l line) label(ls lines, sort string, now time.Time) Text {
	title := clip(l.ad.Title, 40)
	if title == "" {
		title = "№ " + l.ad.ID
	}
	parts := []Text{say("ads.line", "State", stateBadge(l.ad.State), "Title", title)}
	if ls.named {
		parts = append(parts, data(clip(l.account.Label, 16)))
	}
	switch {
	case sort == sortViews:
		parts = append(parts, data("👁 "+strconv.Itoa(l.ad.Views)))
	case sort == sortExpiry && !l.ad.Expires.IsZero():
		parts = append(parts, timeLeft(l.ad.Expires.Sub(now)))
	}
	return join(" · ", parts...)
}
