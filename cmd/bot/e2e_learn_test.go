package main

import (
	"net/http"
	"strings"
	"testing"

	"bazarbot/sandbox/omarket"
)

// learnTown is O!Market, and the settings with which a bot would run there.
func learnTown(t *testing.T) (*town, []string) {
	t.Helper()
	w := newLotWorld(t, townOptions{})
	return w.town, append(w.settings, "DATABASE_URL=sqlite")
}

// TestE2ELearn: what is learnt ahead is in the database, so that the bot asks
// the filters of a category without looking at a single ad.
func TestE2ELearn(t *testing.T) {
	t.Parallel()
	w := newLotWorld(t, townOptions{})
	out := does(t, w.settings, "learn", "omarket")
	for _, line := range []string{"2 Транспорт › Автомобили: ", "31 Электроника › Телефоны: 8 ads, ", "368 Тест категория: 0 ads, "} {
		if !strings.Contains(out, line) {
			t.Errorf("no %q in what is said:\n%s", line, out)
		}
	}
	if strings.Contains(out, "then: ") {
		t.Errorf("something failed:\n%s", out)
	}
	if again := does(t, w.settings, "learn", "omarket", "-category", "31"); !strings.Contains(again, "new: 0 filters, 0 options, 0 places") ||
		strings.Count(again, "\n") != 1 {
		t.Errorf("what is known is not new:\n%s", again)
	}
	seen := w.town.omarket.Count(lotGet)
	w.start()
	s := w.seller("ru")
	s.reviewsLot()
	if n := w.town.omarket.Count(lotGet); n != seen {
		t.Errorf("%d ads were looked at all the same", n-seen)
	}
}

// TestE2ELearnBudget: no category costs more requests than it may.
func TestE2ELearnBudget(t *testing.T) {
	t.Parallel()
	town, settings := learnTown(t)
	out := does(t, settings, "learn", "omarket", "-category", "2", "-budget", "3")
	if !strings.Contains(out, "2 ads, 3 requests") || town.omarket.Count(lotGet) != 2 {
		t.Errorf("%d ads were looked at: %s", town.omarket.Count(lotGet), out)
	}
}

// TestE2ELearnRefused: what goes wrong is said, and fails the command.
func TestE2ELearnRefused(t *testing.T) {
	t.Parallel()
	town, settings := learnTown(t)
	refuses(t, settings, `no category "4711"`, "learn", "omarket", "-category", "4711")
	refuses(t, append(settings, "MARKETS=999md"), "omarket is not switched on", "learn", "omarket")
	town.omarket.AddFault(omarket.Fault{Route: lotGet, Kind: omarket.FaultAnswer, Status: http.StatusForbidden, Body: `{"message":"forbidden"}`})
	refuses(t, settings, "1 categories were not learnt whole", "learn", "omarket", "-category", "31")
	town.omarket.SetAPIKey("another")
	refuses(t, settings, "operator_key", "learn", "omarket")
	for _, args := range [][]string{{"learn"}, {"learn", "999md"}, {"learn", "omarket", "-budget", "0"}, {"learn", "omarket", "all"}} {
		if got := shell(t, settings, args...); got.code != 2 || !strings.Contains(got.err, "learn takes a market") {
			t.Errorf("bot %s: exit code %d: %s", strings.Join(args, " "), got.code, got.err)
		}
	}
}
