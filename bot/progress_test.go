package bot

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/sandbox/telegram"
)

// A progress message is changed in place. One that is gone is replaced by a new
// one, which is changed from then on.
func TestProgress(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start")
	h.keep(`{"lang":"ru","bulks":[{"id":"b1","action":"hide","total":2,"message":999,"told":"2026-01-01T00:00:00Z"}],"shown":{"rev":0}}`)
	h.live()
	h.see("Ваши объявления")
	h.reports("1")
	h.see("Скрыто: 1 из 2")
	h.ended(kindSent, lanes.Done)
	h.reports("2")
	h.see("Скрыто: 2 из 2")
	shown := 0
	for _, m := range h.person.Messages() {
		if strings.Contains(m.Text, "Скрыто") {
			shown++
		}
	}
	if shown != 1 {
		t.Errorf("the progress stands in %d messages\n%s", shown, telegram.Transcript(h.person.Messages(), 0))
	}
}

// keep stores the person's session.
func (h *house) keep(session string) {
	h.t.Helper()
	lease, ok, err := h.db.Hold(h.ctx, "test", "seed", time.Second)
	if err != nil || !ok {
		h.t.Fatal(ok, err)
	}
	s := market.Session{Person: seller, Lang: market.Russian, Body: []byte(session)}
	if err := h.db.Commit(h.ctx, lease, 0, market.Changes{Session: &s}, lanes.Outcome{}); err != nil {
		h.t.Fatal(err)
	}
}

// reports lets one job of the bulk b1 tell that it is done.
func (h *house) reports(job string) {
	h.t.Helper()
	payload, err := json.Marshal(market.Report{
		Job: job, Bulk: "b1", Action: market.ActHide, Market: market.MD999, Account: "a1", Stage: market.StageDone, AdID: job,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	row := lanes.NewRow{Lane: Lane(seller), Key: "job:" + job + ":end", Kind: KindReport, Payload: payload}
	if _, err := h.db.Enqueue(h.ctx, row); err != nil {
		h.t.Fatal(err)
	}
}
