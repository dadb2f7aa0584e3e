package bot

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/sandbox/telegram"
)

// gate is a market whose accounts are opened with a phone number.
type gate struct{ stall }

func (gate) ID() market.ID { return market.OMarket }

func (gate) Capabilities() market.Capabilities { return market.Capabilities{SignUp: true} }

func (gate) Phone(text string) (string, bool) {
	return strings.TrimPrefix(text, "+"), strings.HasPrefix(text, "+996") && len(text) == len("+996700111000")
}

// The keyboard that sends the person's own number comes and goes with messages
// of its own, and everything secret is deleted from the chat.
func TestContactKeyboard(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.markets = []dialogs.Market{gate{}}
	h.bot = h.newBot()
	h.person = h.telegram.Person(telegram.Profile{ID: seller + 1, FirstName: "Seller", LanguageCode: "ru", Phone: "+996700111000"})
	h.live()
	press := func(label string) {
		t.Helper()
		if err := h.person.PressContaining(label); err != nil {
			t.Fatal(err)
		}
	}
	h.person.Send("/accounts")
	h.see("Аккаунтов пока нет")
	press("Подключить O!Market")
	h.see("Номер телефона")
	keyboard := h.person.Keyboard()
	if keyboard == nil || len(keyboard.Rows) != 1 || !keyboard.Rows[0][0].RequestContact || !keyboard.Resize {
		t.Fatalf("the keyboard is %+v", keyboard)
	}
	h.person.Contact(false)
	h.see("Это чужой контакт")
	press("Назад")
	h.see("Аккаунтов пока нет")
	if keyboard := h.person.Keyboard(); keyboard != nil {
		t.Fatalf("the keyboard stays: %+v", keyboard)
	}
	press("Подключить O!Market")
	h.see("Номер телефона")
	press("Отправить мой номер")
	h.see("+996 700 111 000")
	if keyboard := h.person.Keyboard(); keyboard != nil {
		t.Fatalf("the keyboard stays: %+v", keyboard)
	}
	h.person.Send("Correct7horse")
	h.see("Регистрируем")
	for _, m := range h.person.Messages() {
		if m.Contact != nil || strings.Contains(m.Text, "Correct7horse") {
			t.Errorf("this is still in the chat: %s", m)
		}
	}
	if log := h.log.String(); strings.Contains(log, "Correct7horse") || strings.Contains(log, "700111000") {
		t.Errorf("a secret is in the log:\n%s", log)
	}
	h.waits()
}

// waits checks that the sign-in waits in its account's lane, and its timers in
// theirs.
func (h *house) waits() {
	h.t.Helper()
	accounts, err := h.db.Accounts(h.ctx, h.person.ID())
	if err != nil || len(accounts) != 1 {
		h.t.Fatalf("%+v, %v", accounts, err)
	}
	claimed, err := h.db.Claim(h.ctx, "test", "account", 1, time.Minute)
	if err != nil || len(claimed) != 1 || len(claimed[0].Rows) != 1 {
		h.t.Fatalf("%+v, %v", claimed, err)
	}
	row := claimed[0].Rows[0]
	var job market.SignJob
	if err := json.Unmarshal(row.Payload, &job); err != nil {
		h.t.Fatal(err)
	}
	if row.Kind != market.JobSign || row.Key != "sign:"+job.ID || row.Lane != AccountLane(accounts[0].ID) || job.Step != market.SignUp {
		h.t.Errorf("%s in %s: %+v", row.Key, row.Lane, job)
	}
}

// Jobs and timers go into their lanes.
func TestJobRows(t *testing.T) {
	t.Parallel()
	due := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	rows, err := jobRows(&dialogs.Turn{
		Jobs:   []market.PublishJob{{ID: "p", Account: "a"}},
		Acts:   []market.AdJob{{ID: "d", Account: "a"}},
		Signs:  []market.SignJob{{ID: "s", Account: "b"}},
		Timers: []market.Timer{{ID: "t", Due: due}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []lanes.NewRow{
		{Lane: "account:a", Key: "publish:p", Kind: market.JobPublish},
		{Lane: "account:a", Key: "ad:d", Kind: market.JobAd},
		{Lane: "account:b", Key: "sign:s", Kind: market.JobSign},
		{Lane: "timer:t", Key: "timer:t", Kind: market.JobTimer, Due: due},
	}
	for i, row := range rows {
		if row.Lane != want[i].Lane || row.Key != want[i].Key || row.Kind != want[i].Kind || !row.Due.Equal(want[i].Due) || !json.Valid(row.Payload) {
			t.Errorf("%+v", row)
		}
	}
	if len(rows) != len(want) {
		t.Errorf("%d rows", len(rows))
	}
}
