package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bazarbot/market"
)

// anyIncrease finds what a rule asks to have grown at all.
var anyIncrease = regexp.MustCompile(`increase\((\w+\{[^}]*\})\[(\d+[mh])\]\)+ > 0`)

// TestRulesSeeTheFirst: a counter with labels is not there before it counts the
// first time, and Prometheus takes a series that appears for no increase. A rule
// about something that must not happen once looks for new series too.
func TestRulesSeeTheFirst(t *testing.T) {
	t.Parallel()
	found := 0
	for name, rule := range readAlerts(t) {
		for _, m := range anyIncrease.FindAllStringSubmatch(rule.expr, -1) {
			found++
			if fresh := m[1] + " unless " + m[1] + " offset " + m[2]; !strings.Contains(rule.expr, fresh) {
				t.Errorf("alert %s does not hear of the first %s", name, m[1])
			}
		}
	}
	if found == 0 {
		t.Error("no rule asks for an increase")
	}
}

// TestMarketNamedTwice: a market that is named twice is on once.
func TestMarketNamedTwice(t *testing.T) {
	t.Parallel()
	s, err := loadSettings([]string{"TELEGRAM_TOKEN=1:abcdefghijklmnop", "MARKETS=999md, 999md"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]market.ID{market.MD999}, s.markets); diff != "" {
		t.Error(diff)
	}
}
