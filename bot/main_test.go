package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bazarbot/dialogs"
	"bazarbot/lanes"
	"bazarbot/locales"
	"bazarbot/market"
	"bazarbot/sandbox/telegram"
	"bazarbot/storage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// seller is the Telegram user id of the person most tests are about.
const seller = 42

var errDown = errors.New("the database is down")

// house is a bot with a real database and a Telegram of its own.
type house struct {
	t        *testing.T
	ctx      context.Context
	telegram *telegram.Server
	person   *telegram.Person
	db       *storage.DB
	store    *store
	bot      *Bot
	markets  []dialogs.Market
	http     *http.Client
	log      *journal
	worked   chan lanes.Event // rows whose work has ended
}

// store is the database, as far as the test does not stand in its way.
type store struct {
	*storage.DB
	mu      sync.Mutex
	enqueue func() error // nil: as the database does
	before  func()       // called before the dialogs work an event
}

func (s *store) hooks() (enqueue func() error, before func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.enqueue, s.before
}

func (s *store) Enqueue(ctx context.Context, rows ...lanes.NewRow) (int, error) {
	if enqueue, _ := s.hooks(); enqueue != nil {
		if err := enqueue(); err != nil {
			return 0, err
		}
	}
	return s.DB.Enqueue(ctx, rows...)
}

// now is the dialogs' clock, which they read once for each event.
func (s *store) now() time.Time {
	if _, before := s.hooks(); before != nil {
		before()
	}
	return time.Now()
}

func (s *store) onEnqueue(f func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.enqueue = f
}

func (s *store) onEvent(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = f
}

// journal is a log that many write and the test reads.
type journal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.String()
}

type nobody struct{}

func (nobody) Sent(string, string, time.Duration) {}
func (nobody) Received(string)                    {}

// open makes a house. Nothing runs in it yet.
func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, log: &journal{}, worked: make(chan lanes.Event, 1000), markets: []dialogs.Market{stall{}}}
	var cancel context.CancelFunc
	h.ctx, cancel = context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	h.telegram = telegram.New(telegram.Options{Username: "bazar_bot", Web: web})
	if _, err := h.telegram.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.telegram.Close)
	ring, err := storage.ParseRing(storage.NewKey("k"))
	if err != nil {
		t.Fatal(err)
	}
	h.db, err = storage.Open(h.ctx, storage.Config{URL: filepath.Join(t.TempDir(), "bot.db"), Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.db.Shutdown() })
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	h.http = &http.Client{Transport: transport}
	t.Cleanup(transport.CloseIdleConnections)
	h.store = &store{DB: h.db}
	h.bot = h.newBot()
	h.person = h.telegram.Person(telegram.Profile{ID: seller, FirstName: "Seller", LanguageCode: "ru"})
	t.Cleanup(func() {
		if strings.Contains(h.log.String(), h.telegram.Token()) {
			t.Error("the token is in the log")
		}
	})
	return h
}

// newBot is one more process's bot on the same database.
func (h *house) newBot() *Bot {
	h.t.Helper()
	texts, err := locales.Load()
	if err != nil {
		h.t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(h.log, nil))
	b, err := New(Config{
		Token: h.telegram.Token(), APIURL: h.telegram.URL(), HTTP: h.http, Store: h.store,
		Dialogs: dialogs.New(dialogs.Config{Store: h.db, Listings: h.db, Markets: h.markets, Log: log, Now: h.store.now}),
		Locales: texts, Log: log, Observer: nobody{}, Bulk: h.db, Pauses: h.db, Owner: "test", BulkRate: 100,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := b.Start(h.ctx); err != nil {
		h.t.Fatal(err)
	}
	return b
}

// run runs f until the test ends, and waits for its end.
func (h *house) run(f func(ctx context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(h.ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(ctx)
	}()
	stop = func() {
		cancel()
		<-done
	}
	h.t.Cleanup(stop)
	return stop
}

// work lets the lanes be worked and updates be polled for, as in one process.
func (h *house) work() {
	runner := h.runner()
	h.run(func(ctx context.Context) { _ = runner.Run(ctx) })
	h.run(h.bot.Run)
}

func (h *house) runner() *lanes.Runner {
	runner := lanes.New(h.store, lanes.Options{
		Owner: "test", Poll: 20 * time.Millisecond, Grace: 5 * time.Second,
		Pools: []lanes.Pool{
			{Class: Class, Handler: h.bot, Workers: 4}, {Class: BulkClass, Handler: h.bot.Mailer(), Workers: 2},
		},
		Log:     slog.New(slog.NewTextHandler(h.log, nil)),
		Observe: func(e lanes.Event) { h.worked <- e },
	})
	h.db.OnWake(runner.Wake)
	return runner
}

// live lets the whole edge run by polling.
func (h *house) live() {
	h.work()
	h.run(func(ctx context.Context) { h.bot.Poll(ctx, "test", h.store) })
}

// see waits until the chat's last message of the bot shows a text.
func (h *house) see(part string) telegram.Message {
	h.t.Helper()
	var last telegram.Message
	shown, err := h.person.Wait(h.ctx, func([]telegram.Message) bool {
		m, ok := h.person.Last()
		last = m
		return ok && strings.Contains(m.String(), part)
	})
	if err != nil {
		h.t.Fatalf("waiting for %q: %v\n%s", part, err, telegram.Transcript(shown, 0))
	}
	return last
}

// ended waits until the work of a row has ended so.
func (h *house) ended(kind string, want lanes.Result) {
	h.t.Helper()
	for {
		select {
		case e := <-h.worked:
			if e.Kind == kind && e.Outcome == want {
				return
			}
		case <-h.ctx.Done():
			h.t.Fatalf("no row of kind %s ended as %s\n%s", kind, want, h.log.String())
		}
	}
}

// stall is a market that asks for a title.
type stall struct{ dialogs.Shelf }

func (stall) ID() market.ID { return market.MD999 }

func (stall) Capabilities() market.Capabilities {
	return market.Capabilities{APIKey: true, Site: "https://999.md"}
}

func (stall) Form(context.Context, market.Secret, market.Lang, market.Answers) (market.Form, error) {
	return market.Form{Complete: true, Fields: []market.Field{
		{Key: "title", Kind: market.KindText, Role: market.RoleTitle, Label: "заголовок", Required: true},
		{Key: "text", Kind: market.KindLongText, Role: market.RoleText, Label: "текст"},
	}}, nil
}

func (stall) Check(_ context.Context, key market.Secret) ([]string, error) {
	if key != "good-key" {
		return nil, &market.Error{Kind: market.BadCredentials, Market: market.MD999, Op: "check"}
	}
	return []string{"37360000001"}, nil
}

func (stall) Ads(context.Context, market.Secret, market.Lang, market.AdQuery) (market.AdPage, error) {
	return market.AdPage{Page: 1}, nil
}

func (stall) FullAd(context.Context, market.Secret, market.Lang, string) (market.Ad, error) {
	return market.Ad{}, &market.Error{Kind: market.NotFound, Market: market.MD999, Op: "ad"}
}

// message is an update with a text, as Telegram writes it.
func message(update, from int64, text string) []byte {
	body, err := json.Marshal(map[string]any{
		"update_id": update,
		"message": map[string]any{
			"message_id": update, "date": 1_700_000_000, "text": text,
			"from": map[string]any{"id": from, "first_name": "Seller", "language_code": "ru"},
			"chat": map[string]any{"id": from, "type": "private"},
		},
	})
	if err != nil {
		panic(err) // maps of strings and numbers always encode
	}
	return body
}
