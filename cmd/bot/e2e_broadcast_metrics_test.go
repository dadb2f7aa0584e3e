package main

import (
	"fmt"
	"strconv"
	"testing"

	"bazarbot/sandbox/telegram"
)

// TestE2EBroadcastMetrics: how far a broadcast is stands in the metrics while it
// is sent and while it is paused, and is gone when it is over.
func TestE2EBroadcastMetrics(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	w := newWorld(t, townOptions{}, ownedBy(ownerID), "BULK_RATE=2", "OPS_ADDR="+address)
	w.start()
	boss := w.known(ownerID, "ro", "")
	boss.meets()
	for i := range 7 {
		w.known(int64(600+i), "ru", "").meets()
	}
	w.town.telegram.Person(telegram.Profile{ID: 600}).BlockUnheard()
	figure := func(lines map[string]string, line string) int {
		n, err := strconv.Atoi(lines[line])
		if err != nil {
			t.Fatalf("%s is %q", line, lines[line])
		}
		return n
	}
	recipients := func(lines map[string]string, state string) int {
		return figure(lines, fmt.Sprintf(`bazarbot_broadcast_recipients{state=%q}`, state))
	}
	boss.composes()
	boss.sendsNews(8)
	boss.must(boss.seeAnywhere(t.Context(), boss.text("mailing.pause")))
	boss.must(boss.person.PressPrefix("⏸"))
	boss.must(boss.seeAnywhere(t.Context(), boss.text("mailing.state.paused")))
	var lines map[string]string
	w.until("the metrics tell of a paused broadcast", func() bool {
		lines, _ = scrape(t, address)
		return lines[`bazarbot_broadcasts{state="paused"}`] == "1"
	})
	waiting, delivered, blocked := recipients(lines, "waiting"), recipients(lines, "delivered"), recipients(lines, "blocked")
	if waiting == 0 || waiting+delivered+blocked != 8 || recipients(lines, "failed") != 0 {
		t.Errorf("paused: %d wait, %d delivered, %d blocked", waiting, delivered, blocked)
	}
	boss.must(boss.person.PressPrefix("▶️"))
	boss.must(boss.seeAnywhere(t.Context(), boss.text("mailing.state.done")))
	w.until("the metrics tell of no broadcast", func() bool {
		lines, _ = scrape(t, address)
		return figure(lines, `bazarbot_broadcasts{state="running"}`)+figure(lines, `bazarbot_broadcasts{state="paused"}`) == 0
	})
	if n := recipients(lines, "waiting") + recipients(lines, "delivered"); n != 0 {
		t.Errorf("%d recipients of no broadcast", n)
	}
	for outcome, want := range map[string]string{"ok": "7", "blocked": "1"} {
		line := fmt.Sprintf(`bazarbot_send_seconds_count{kind="broadcast",outcome=%q}`, outcome)
		if lines[line] != want {
			t.Errorf("%s is %q, not %s", line, lines[line], want)
		}
	}
}
