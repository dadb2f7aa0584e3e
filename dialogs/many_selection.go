package dialogs

import (
	"maps"
	"slices"
	"strings"
)

// selection is ads of a person by their accounts. It is written short, as a
// session may carry hundreds: "account:ad,ad;account:ad".
type selection map[string]map[string]bool

func decodeSelection(arg string) selection {
	sel := selection{}
	for part := range strings.SplitSeq(arg, ";") {
		account, ads, ok := strings.Cut(part, ":")
		if !ok {
			continue
		}
		sel[account] = map[string]bool{}
		for ad := range strings.SplitSeq(ads, ",") {
			sel[account][ad] = true
		}
	}
	return sel
}

func (s selection) encode() string {
	var parts []string
	for _, account := range s.accounts() {
		parts = append(parts, account+":"+strings.Join(s.ads(account), ","))
	}
	return strings.Join(parts, ";")
}

func (s selection) accounts() []string { return slices.Sorted(maps.Keys(s)) }

func (s selection) ads(account string) []string { return slices.Sorted(maps.Keys(s[account])) }

// len is how many ads are in it.
func (s selection) len() int {
	n := 0
	for _, ads := range s {
		n += len(ads)
	}
	return n
}

func (s selection) has(l line) bool { return s[l.account.ID][l.ad.ID] }

func (s selection) toggle(account, ad string) {
	switch {
	case !s[account][ad] && s[account] == nil:
		s[account] = map[string]bool{ad: true}
	case !s[account][ad]:
		s[account][ad] = true
	default:
		delete(s[account], ad)
		if len(s[account]) == 0 {
			delete(s, account)
		}
	}
}
