package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bazarbot/market"
	"bazarbot/sandbox/telegram"
)

// soon are rounds in which nobody waits for anything.
var soon = rounds{breakers: 50 * time.Millisecond, disk: 50 * time.Millisecond, webhook: 50 * time.Millisecond, outage: 100 * time.Millisecond}

// watched is a world whose bot looks for trouble all the time, and its owner,
// who has said /start once the bot runs.
func watched(t *testing.T, opts townOptions, settings ...string) (w *world, boss *seller) {
	t.Helper()
	w = newWorld(t, opts, append([]string{ownedBy(ownerID)}, settings...)...)
	w.seams.rounds = soon
	return w, w.known(ownerID, "ro", "")
}

// toldOnce sees an alert, and that it came once though the fault was met again since.
func (w *world) toldOnce(boss *seller, key, what string, parts ...string) {
	w.t.Helper()
	boss.must(boss.seeAnywhere(w.t.Context(), boss.text(key)))
	w.metAgain(what)
	boss.command("help")
	boss.sees("help.text")
	if n := boss.toldOf(boss.text(key)); n != 1 {
		w.t.Errorf("%s was told %d times", key, n)
	}
	for _, part := range parts {
		boss.must(boss.seeAnywhere(w.t.Context(), part))
	}
}

// metAgain waits until a fault that was told is noted twice more: what was noted
// before the second was handed on to the staff by then, if it was to be.
func (w *world) metAgain(what string) {
	w.t.Helper()
	for range 2 {
		before := w.notedAt(what)
		w.until(what+" is met again", func() bool { return w.notedAt(what) > before })
	}
}

// notedAt is when a fault that lasts was noted last.
func (w *world) notedAt(what string) int64 {
	w.t.Helper()
	at, err := strconv.ParseInt(w.asked(`SELECT told_at FROM alerts WHERE kind = ?`, what), 10, 64)
	if err != nil {
		w.t.Fatal(err)
	}
	return at
}

// asked reads one value from the embedded database, beside the bot.
func (w *world) asked(query string, args ...any) (value string) {
	w.t.Helper()
	cfg, err := loadSettings(w.settings)
	if err != nil {
		w.t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(cfg.DataDir, "bazarbot.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	ctx, cancel := context.WithTimeout(w.t.Context(), seeWithin)
	defer cancel()
	if err := db.QueryRowContext(ctx, query, args...).Scan(&value); err != nil {
		w.t.Fatalf("%s %v: %v", query, args, err)
	}
	return value
}

// TestE2EAlertDisk: a disk that is nearly full is told once as long as it is,
// after a restart too; one with room is not.
func TestE2EAlertDisk(t *testing.T) {
	t.Parallel()
	w, boss := watched(t, townOptions{})
	var free, probes atomic.Int64
	free.Store(4 << 30)
	w.seams.disk = func(string) (uint64, uint64, error) {
		probes.Add(1)
		return uint64(free.Load()), 10 << 30, nil
	}
	w.start()
	boss.meets()
	w.until("the disk was measured", func() bool { return probes.Load() > 3 })
	if boss.toldOf(boss.text("alert.disk")) > 0 {
		t.Fatal("told of a disk with room")
	}
	free.Store(37 << 20)
	w.toldOnce(boss, "alert.disk", "disk database", "37 MB")
	w.stop()
	w.start()
	w.toldOnce(boss, "alert.disk", "disk database")
}

// TestE2EAlertWebhook: what Telegram says of a webhook it cannot bring updates to
// is told, once as long as it lasts, and nobody's message is lost by it.
func TestE2EAlertWebhook(t *testing.T) {
	t.Parallel()
	front, away := webhookFront(t)
	retry := func(int) time.Duration { return 300 * time.Millisecond }
	w, boss := watched(t, townOptions{telegram: telegram.Options{WebhookBackoff: retry}},
		"WEBHOOK_URL="+front.url, "WEBHOOK_SECRET="+hookSecret, "LISTEN_ADDR="+front.bot, "DATABASE_URL=sqlite")
	w.start()
	boss.meets()
	s := w.seller("ru")
	s.meets()
	away.Store(true)
	s.command("help")
	boss.must(boss.seeAnywhere(t.Context(), boss.text("alert.webhook")))
	away.Store(false)
	s.sees("help.text")
	away.Store(true)
	s.command("settings")
	w.metAgain("webhook updates") // Telegram's clock has seconds: this is another failure
	away.Store(false)
	s.sees("settings.heading")
	boss.command("help")
	boss.sees("help.text")
	if n := boss.toldOf(boss.text("alert.webhook")); n != 1 {
		t.Errorf("told %d times", n)
	}
	if boss.toldOf("502") == 0 {
		t.Error("Telegram's words are not told")
	}
}

// TestE2EAlertElsewhere: who has the token too, and takes the updates, is told of
// once.
func TestE2EAlertElsewhere(t *testing.T) {
	t.Parallel()
	w, boss := watched(t, townOptions{}, append(byWebhook(t), "DATABASE_URL=sqlite")...)
	w.start()
	boss.meets()
	res, err := http.PostForm(w.town.telegram.URL()+"/bot"+w.town.telegram.Token()+"/setWebhook",
		url.Values{"url": {"http://127.0.0.1:1/another"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	boss.must(boss.seeAnywhere(t.Context(), boss.text("alert.elsewhere")))
	w.metAgain("elsewhere updates")
	if n := boss.toldOf(boss.text("alert.elsewhere")); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// fronted is a webhook's address, and that of the bot behind it.
type fronted struct{ url, bot string }

// webhookFront is a proxy before the bot's webhook that can be away, as a proxy
// without its bot is.
func webhookFront(t *testing.T) (fronted, *atomic.Bool) {
	t.Helper()
	var away atomic.Bool
	bot := freeAddress(t)
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: bot})
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if away.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	return fronted{url: front.URL + "/updates", bot: bot}, &away
}

// TestE2EAlertOutage: a market that does not answer is told once, however long.
func TestE2EAlertOutage(t *testing.T) {
	t.Parallel()
	w, boss := watched(t, townOptions{})
	w.start()
	boss.meets()
	s := w.seller("ru")
	s.meets()
	s.presses("button.new_ad")
	s.sees("field.api_key")
	w.town.md999.SetDown(true)
	for range 4 { // calls enough for the breaker
		s.say(demoKey)
		s.reads(s.words("market.unavailable", "Market", "999.md"))
	}
	w.toldOnce(boss, "alert.outage", "outage 999md", "999.md")
}

// TestE2EAlertKey: a refused operator's key is told once, however often it is.
func TestE2EAlertKey(t *testing.T) {
	t.Parallel()
	w, boss := watched(t, townOptions{}, "MARKETS=omarket")
	w.start()
	boss.meets()
	w.town.omarket.SetAPIKey("another")
	s := w.seller("ru")
	s.meets()
	s.presses("button.new_ad")
	s.reads(s.text("button.again"))
	boss.must(boss.seeAnywhere(t.Context(), boss.text("alert.key")))
	for range 2 {
		before := w.notedAt("key omarket")
		s.presses("button.again")
		w.until("the key is refused again", func() bool { return w.notedAt("key omarket") > before })
	}
	boss.command("help")
	boss.sees("help.text")
	if n := boss.toldOf(boss.text("alert.key", "Detail", "O!Market")); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// unlucky is a store that does not read the drafts of one person.
type unlucky struct {
	store
	person int64
}

var errUnlucky = errors.New("these drafts cannot be read")

// Drafts fails for that person.
func (u unlucky) Drafts(ctx context.Context, person int64) ([]market.Draft, error) {
	if person == u.person {
		return nil, errUnlucky
	}
	return u.store.Drafts(ctx, person)
}

// TestE2EAlertDead: work that is set aside is told with the reference its person
// was shown, which leads to the log, and with what /user takes.
func TestE2EAlertDead(t *testing.T) {
	t.Parallel()
	w, boss := watched(t, townOptions{})
	w.seams.store = func(db store) store { return unlucky{db, sellerID} }
	w.start()
	boss.meets()
	them := w.known(sellerID, "ru", "")
	them.command("help")
	them.sees("help.text")
	them.command("drafts")
	them.sees("error.internal")
	_, ref, _ := strings.Cut(them.screen().Text, strings.TrimSuffix(them.text("error.ref"), gap))
	ref = strings.TrimSpace(ref)
	ref, _, _ = strings.Cut(ref, "\n")
	if len(ref) != 8 {
		t.Fatalf("the reference is %q in %s", ref, them.screen())
	}
	look := fmt.Sprintf("/user %d", sellerID)
	boss.must(boss.seeAnywhere(t.Context(), fmt.Sprintf("%s · user update · %s", ref, look)))
	boss.orders(look)
	boss.reads(boss.text("person.errors"), ref)
	if log := w.logs.String(); !strings.Contains(log, "reference="+ref) || !strings.Contains(log, errUnlucky.Error()) {
		t.Errorf("the reference does not lead to the cause in the log: %s", log)
	}
}

// TestE2EAlertAtTheEnd: of what is set aside in the last moment of a process the
// next one tells.
func TestE2EAlertAtTheEnd(t *testing.T) {
	t.Parallel()
	w, boss := watched(t, townOptions{})
	w.seams.store = func(db store) store { return unlucky{db, sellerID} }
	w.start()
	boss.meets()
	them := w.known(sellerID, "ru", "")
	them.command("help")
	them.sees("help.text")
	them.command("drafts")
	them.sees("error.internal")
	w.stop()
	w.start()
	boss.must(boss.seeAnywhere(t.Context(), fmt.Sprintf("user update · /user %d", sellerID)))
}
