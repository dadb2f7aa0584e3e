package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/sandbox/telegram"
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

// openWork lists what is left to be done in the embedded database of a bot that
// has ended.
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

// seller is a player whose every step fails the test unless the bot answers it
// as it should.
type seller struct {
	*player
	t *testing.T
}

func (s *seller) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// sees waits for the bot's answer, which says the texts of all keys.
func (s *seller) sees(keys ...string) {
	s.t.Helper()
	s.must(s.seeText(s.t.Context(), keys...))
}

// reads waits for the bot's answer, which holds all parts.
func (s *seller) reads(parts ...string) {
	s.t.Helper()
	s.must(s.see(s.t.Context(), parts...))
}

func (s *seller) presses(key string) {
	s.t.Helper()
	s.must(s.press(key))
}

func (s *seller) pressesLabel(label string) {
	s.t.Helper()
	s.must(s.pressLabel(label))
}

// picks presses options, each once it is there.
func (s *seller) picks(labels ...string) {
	s.t.Helper()
	for _, label := range labels {
		s.must(s.choose(s.t.Context(), label))
	}
}

// sends does what is neither a text nor a press.
func (s *seller) sends(what string, do func()) {
	s.act("(" + what + ")")
	do()
}

// words is a text of the product with its placeholders filled; pairs are names
// and values.
func (s *seller) words(key string, pairs ...string) string {
	s.t.Helper()
	args := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	text, err := s.texts.Text(s.lang, key, args)
	s.must(err)
	return unmarked(text)
}

// hears waits for the answer to a press that says the text of a key.
func (s *seller) hears(key string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), seeWithin)
	defer cancel()
	want := s.text(key)
	_, err := s.person.WaitToast(ctx, func(toast telegram.Toast) bool { return strings.Contains(toast.Text, want) })
	s.must(err)
}

// screen is the bot's last message.
func (s *seller) screen() telegram.Message {
	m, _ := lastOfBot(s.person.Messages())
	return m
}

// labels are the buttons of the bot's last message.
func (s *seller) labels() string {
	var labels []string
	for _, row := range s.screen().Buttons {
		for _, b := range row {
			labels = append(labels, b.Text)
		}
	}
	return strings.Join(labels, " | ")
}

// connects brings the seller from /start to the first question of a new ad.
func (s *seller) connects() {
	s.t.Helper()
	s.must(s.connect(s.t.Context()))
}

// beginsAd brings the seller from /start to the title of a small ad.
func (s *seller) beginsAd() {
	s.t.Helper()
	s.connects()
	ad := s.ad()
	s.picks(ad.category, ad.subcategory, ad.offer)
	s.sees("ask.title")
}

// answersTexts answers title, text and price.
func (s *seller) answersTexts() {
	s.t.Helper()
	s.say(adTitle)
	s.sees("ask.description")
	s.say(adText)
	s.sees("ask.price")
	s.say(adPrice)
}

// finishesAd brings the seller from the price's answer to the review.
func (s *seller) finishesAd() {
	s.t.Helper()
	ad := s.ad()
	s.picks(ad.region, ad.city, ad.sector)
	s.must(s.sendPhotos(s.t.Context()))
	s.seesReview()
}

// seesReview waits until the small ad is whole.
func (s *seller) seesReview() {
	s.t.Helper()
	s.reads(s.text("review.heading"), adTitle, "9\u00a0500", s.text("button.photos")+" 2")
}

// reviewsAd brings the seller from /start to the review of a small ad.
func (s *seller) reviewsAd() {
	s.t.Helper()
	s.beginsAd()
	s.answersTexts()
	s.finishesAd()
}

// publishes presses the button with the cost and waits for the end.
func (s *seller) publishes() {
	s.t.Helper()
	s.presses("button.publish_for")
	s.sees("publish.done")
}

// holdsSmallAd checks that the market holds the small ad once, as answered, and
// took money for it once.
func (w *world) holdsSmallAd(key string) {
	w.t.Helper()
	adverts := w.town.md999.Adverts(key)
	if len(adverts) != 1 {
		w.t.Fatalf("999.md holds %d ads, not one", len(adverts))
	}
	if err := checkSmallAd(adverts[0]); err != nil {
		w.t.Error(err)
	}
	if account, _ := w.town.md999.Account(key); len(account.Spent) != 1 {
		w.t.Errorf("999.md took money %d times, not once", len(account.Spent))
	}
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

// freeAddress is a place of this machine where nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	var lc net.ListenConfig
	listener, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}
