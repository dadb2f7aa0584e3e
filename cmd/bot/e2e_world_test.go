package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/jobs"
	"bazarbot/storage"
	"bazarbot/storage/pgtest"
)

// world is one test's town with the very bot of production in it.
type world struct {
	t        *testing.T
	town     *town
	settings []string
	seams    seams
	logs     *logBook

	end     context.CancelFunc // nil: no bot is running
	stopped chan error
}

// newWorld opens a town. Settings are added to those of a bot that polls and
// keeps its database in a file; start makes it live.
func newWorld(t *testing.T, opts townOptions, settings ...string) *world {
	t.Helper()
	place, err := openTown(opts)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, town: place, logs: &logBook{}}
	w.settings = append(place.settings(t.TempDir()), "MARKETS=999md")
	w.settings = append(w.settings, settings...)
	w.seams = seams{
		logs: w.logs, retry: 200 * time.Millisecond, limits: unbounded,
		looks: []time.Duration{0, 200 * time.Millisecond, 500 * time.Millisecond},
		pace:  jobs.Pace{Tick: time.Hour}, // nobody looks at ads where that is not tested
	}
	t.Cleanup(func() {
		if w.end != nil {
			w.stop()
		}
		if err := place.close(); err != nil {
			t.Error("close the town:", err)
		}
		if t.Failed() {
			t.Log("open work:\n" + w.openWork() + "the bot's log:\n" + w.logs.String())
		}
	})
	return w
}

// unbounded are the limits of people who do in seconds what takes others an hour.
var unbounded = &dialogs.Limits{
	Updates: 1 << 30, Window: time.Second, Album: 1 << 30, SignIns: 1 << 30, Codes: 1 << 30, Photos: 1 << 30, Questions: 1 << 30,
}

// langs are those that the bot speaks.
var langs = []string{"ru", "ro", "ky"}

// inEachLang has the same test in every language, at the same time.
func inEachLang(t *testing.T, test func(t *testing.T, lang string)) {
	t.Helper()
	for _, lang := range langs {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			test(t, lang)
		})
	}
}

// startWorld is a world whose bot runs.
func startWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, townOptions{})
	w.start()
	return w
}

// start runs the bot and waits until it takes updates.
func (w *world) start() {
	w.t.Helper()
	cfg, err := loadSettings(w.settings)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, stopped := make(chan struct{}), make(chan error, 1)
	s := w.seams
	s.ready = func(string) { close(ready) }
	go func() { stopped <- run(ctx, cfg, s) }()
	select {
	case err := <-stopped:
		cancel()
		w.t.Fatal("the bot does not start:", err)
	case <-ready:
	}
	w.end, w.stopped = cancel, stopped
}

// stop ends the bot as SIGTERM does.
func (w *world) stop() {
	w.t.Helper()
	w.end()
	if err := <-w.stopped; err != nil {
		w.t.Error("the bot ended with:", err)
	}
	w.end = nil
}

// openWork lists what is left to be done in the embedded database.
func (w *world) openWork() string {
	cfg, err := loadSettings(w.settings)
	if err != nil || !cfg.embedded() {
		return ""
	}
	db, err := sql.Open("sqlite", filepath.Join(cfg.DataDir, "bazarbot.db"))
	if err != nil {
		return err.Error()
	}
	defer func() { _ = db.Close() }()
	rows, err := db.Query(`SELECT w.id, w.lane, w.key, w.state, w.errors, w.expired, l.owner, COALESCE(w.due_at - l.due_at, -1)
		FROM work w JOIN lanes l ON l.name = w.lane WHERE w.closed_at IS NULL OR w.state = 'dead' ORDER BY w.id`)
	if err != nil {
		return err.Error() + "\n"
	}
	defer func() { _ = rows.Close() }()
	var b strings.Builder
	for rows.Next() {
		var id, failed, expired, late int64
		var lane, key, state, owner string
		if err := rows.Scan(&id, &lane, &key, &state, &failed, &expired, &owner, &late); err != nil {
			return err.Error()
		}
		fmt.Fprintln(&b, id, lane, key, state, "errors", failed, "expired", expired, "owner", owner, "due after the lane", late)
	}
	if err := rows.Err(); err != nil {
		return err.Error() + "\n"
	}
	return b.String()
}

// seller is a new person of the town.
func (w *world) seller(lang string) *seller {
	w.t.Helper()
	p, err := newPlayer(w.town, lang, io.Discard)
	if err != nil {
		w.t.Fatal(err)
	}
	return &seller{player: p, t: w.t}
}

// logBook keeps what the bot logs.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBook) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// onPostgres are the settings of a bot on a database of its own.
func onPostgres(t *testing.T) []string {
	t.Helper()
	return []string{"DATABASE_URL=" + pgtest.New(t), "ENCRYPTION_KEYS=" + storage.NewKey("k1")}
}

const hookSecret = "a-secret-of-this-test"

// byWebhook are the settings of a bot to which Telegram brings the updates, on
// whatever database is said beside.
func byWebhook(t *testing.T) []string {
	t.Helper()
	address := freeAddress(t)
	return []string{
		"WEBHOOK_URL=http://" + address + "/updates", "WEBHOOK_SECRET=" + hookSecret, "LISTEN_ADDR=" + address,
	}
}

// until waits for what no message tells.
func (w *world) until(what string, done func() bool) {
	w.t.Helper()
	until(w.t, what, done)
}

func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), seeWithin)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("waited in vain: " + what)
		}
	}
}
