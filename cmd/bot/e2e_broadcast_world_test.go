package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"bazarbot/sandbox/telegram"
	"bazarbot/storage"
	"bazarbot/storage/pgtest"
)

// newsText is what the broadcasts of the tests say.
const newsText = "News of the town"

// crowd is a Telegram with many people, a Postgres that knows them, and the
// processes of the bot on both.
type crowd struct {
	t        *testing.T
	telegram *telegram.Server
	db       *sql.DB
	env      []string
	first    int64 // the people's ids go from here
	people   int
	others   int // who get the news and are not of the people: the owner, and who asks
	author   *seller

	mu    sync.Mutex
	got   map[int64]int // how often each person got the news
	sent  []time.Time   // when Telegram took each
	cards []time.Time   // when the owner's card was edited since
}

// newCrowd settles people, of whom the bot heard long ago.
func newCrowd(t *testing.T, people int, settings ...string) *crowd {
	t.Helper()
	c := &crowd{t: t, first: 1_000_000, people: people, others: 1, got: map[int64]int{}}
	c.telegram = telegram.New(telegram.Options{Keep: 20, Calls: -1, After: c.heard})
	if _, err := c.telegram.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.telegram.Close)
	database := pgtest.New(t)
	c.env = append([]string{
		"TELEGRAM_TOKEN=" + c.telegram.Token(), "TELEGRAM_API_URL=" + c.telegram.URL(), "MARKETS=999md",
		"DATABASE_URL=" + database, "ENCRYPTION_KEYS=" + storage.NewKey("k1"), "OPS_ADDR=127.0.0.1:0", "LOG_LEVEL=info",
		ownedBy(ownerID),
	}, settings...)
	var err error
	if c.db, err = sql.Open("postgres", database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.db.Close() })
	p, err := knownPlayer(c.telegram, ownerID, "ru", "")
	if err != nil {
		t.Fatal(err)
	}
	c.author = &seller{player: p, t: t}
	return c
}

// heard counts what people get, by Telegram's own record.
func (c *crowd) heard(call telegram.Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call.Chat == ownerID && call.Method == "editMessageText" && len(c.sent) > 0 {
		c.cards = append(c.cards, call.At)
	}
	if call.Code != 200 || call.Chat < c.first || call.Method != "sendMessage" || call.Params["text"] != newsText {
		return
	}
	c.got[call.Chat]++
	c.sent = append(c.sent, call.At)
}

func (c *crowd) reached() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.got)
}

// settle makes the people known to the bot. A process must have run before, so
// that there are tables.
func (c *crowd) settle() {
	c.t.Helper()
	for id := range int64(c.people) {
		c.person(id).Acquaint()
	}
	now := time.Now().UnixMicro()
	_, err := c.db.ExecContext(c.t.Context(), `INSERT INTO persons (id, lang, created_at, seen_at, active_at)
		SELECT g, 'ru', $2, $2, $2 FROM generate_series($1::bigint, $1::bigint + $3::bigint - 1) g`, c.first, now, c.people)
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *crowd) person(n int64) *telegram.Person {
	return c.telegram.Person(telegram.Profile{ID: c.first + n, LanguageCode: "ru"})
}

// process starts one process of the bot.
func (c *crowd) process() *process {
	c.t.Helper()
	p := startProcess(c.t, c.t, c.env, orderIdle)
	p.awaitReady(c.t)
	return p
}

// writesNews lets the owner write, up to the question when it goes out.
func (c *crowd) writesNews() {
	c.t.Helper()
	a := c.author
	a.meets()
	a.orders("/broadcast")
	a.sees("mailing.langs")
	a.pressesLabel("⬜️ " + a.text("lang.ru"))
	a.sees("button.done")
	a.presses("button.done")
	a.sees("mailing.ask_message")
	a.say(newsText)
	a.sees("mailing.now")
}

// broadcasts lets the owner write to everybody.
func (c *crowd) broadcasts() {
	c.t.Helper()
	a := c.author
	c.writesNews()
	a.presses("mailing.now")
	total := fmt.Sprint(c.people + c.others)
	a.reads(a.words("mailing.go_on", "N", total))
	a.pressesLabel(a.words("mailing.go_on", "N", total))
	a.reads(a.words("mailing.send", "N", total))
	a.pressesLabel(a.words("mailing.send", "N", total))
	a.must(a.seeAnywhere(c.t.Context(), a.text("mailing.begun")))
}

// counts is the broadcast as the database counts it.
type counts struct{ total, delivered, blocked, failed int }

// ends waits for the end of the broadcast, and for its author to be told.
func (c *crowd) ends(within time.Duration) (n counts) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), within)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		var state string
		err := c.db.QueryRowContext(ctx, `SELECT state, total, delivered, blocked, failed FROM broadcasts`).
			Scan(&state, &n.total, &n.delivered, &n.blocked, &n.failed)
		if err != nil {
			c.t.Fatalf("the broadcast did not end: %v, %s %+v", err, state, n)
		}
		if state == "done" {
			break
		}
		select {
		case <-ctx.Done():
			c.t.Fatalf("the broadcast did not end: %s, %+v", state, n)
		case <-tick.C:
		}
	}
	c.author.must(c.author.seeAnywhere(c.t.Context(), c.author.words("mailing.report", "Total", fmt.Sprint(n.total),
		"Delivered", fmt.Sprint(n.delivered), "Blocked", fmt.Sprint(n.blocked), "Failed", fmt.Sprint(n.failed), "Took", "§")[:20]))
	return n
}

// await waits until so many people were reached.
func (c *crowd) await(people int, within time.Duration) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), within)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for c.reached() < people {
		select {
		case <-ctx.Done():
			c.t.Fatalf("only %d people were reached", c.reached())
		case <-tick.C:
		}
	}
}

// sender is which of the processes has the bulk lane now.
func (c *crowd) sender(of ...*process) *process {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), childWithin)
	defer cancel()
	for ctx.Err() == nil {
		var owner string
		if err := c.db.QueryRowContext(ctx, `SELECT owner FROM lanes WHERE name = 'bulk:all'`).Scan(&owner); err != nil {
			c.t.Fatal(err)
		}
		for _, p := range of {
			if strings.Contains(owner, fmt.Sprintf(":%d:", p.cmd.Process.Pid)) {
				return p
			}
		}
	}
	c.t.Fatal("nobody has the bulk lane")
	return nil
}
