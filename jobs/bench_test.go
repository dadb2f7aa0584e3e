package jobs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bazarbot/jobs"
	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
)

// bench is an account's lane on a real database.
type bench struct {
	t      *testing.T
	db     *storage.DB
	cfg    jobs.Config
	jobs   *jobs.Jobs
	photos *shelf
	clock  *clock
	lease  lanes.Lease
	row    lanes.Row
	id     string // of the job in the lane
	seeds  int    // accounts connected so far
}

// clock is a time that the test moves.
type clock struct {
	mu sync.Mutex
	by time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.by)
}

func (c *clock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by += by
}

// shelf gives photos by their file ids.
type shelf struct {
	bytes   map[string][]byte
	fails   map[string]error
	fetched int
}

func (s *shelf) Fetch(_ context.Context, photo market.Photo) ([]byte, error) {
	s.fetched++
	return s.bytes[photo.FileID], s.fails[photo.FileID]
}

// picture is a JPEG; seed tells two apart.
func picture(t *testing.T, seed string) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 16, 16))
	for i := range img.Pix {
		img.Pix[i] = seed[0] * 2
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// blankDatabase is one that is migrated and empty: to copy it is much quicker
// than to make it.
type blankDatabase struct {
	ring *storage.Ring
	file []byte
}

var blank = sync.OnceValues(func() (b blankDatabase, err error) {
	if b.ring, err = storage.ParseRing(storage.NewKey("k")); err != nil {
		return b, err
	}
	dir, err := os.MkdirTemp("", "bazarbot-jobs-")
	if err != nil {
		return b, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "bot.db")
	db, err := storage.Open(context.Background(), storage.Config{URL: path, Ring: b.ring})
	if err != nil {
		return b, err
	}
	if err := db.Shutdown(); err != nil {
		return b, err
	}
	b.file, err = os.ReadFile(path)
	return b, err
})

// openBench makes a bench with pictures, which serves no market yet.
func openBench(t *testing.T, photos ...string) bench {
	t.Helper()
	b := bench{t: t, clock: &clock{}, photos: &shelf{bytes: map[string][]byte{}, fails: map[string]error{}}}
	for _, id := range photos {
		b.photos.bytes[id] = picture(t, id)
	}
	fresh, err := blank()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "bot.db")
	if err := os.WriteFile(path, fresh.file, 0o600); err != nil {
		t.Fatal(err)
	}
	if b.db, err = storage.Open(t.Context(), storage.Config{URL: path, Ring: fresh.ring}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.db.Shutdown() })
	b.cfg = jobs.Config{
		Store: b.db, Photos: b.photos, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: b.clock.now,
		Reports: func(person int64, key string, payload []byte) lanes.NewRow {
			return lanes.NewRow{Lane: "user:42", Key: key, Kind: "report", Payload: payload}
		},
		Timed: func(person int64, key string, payload []byte) lanes.NewRow {
			return lanes.NewRow{Lane: "user:" + strconv.FormatInt(person, 10), Key: key, Kind: "timed", Payload: payload}
		},
	}
	return b
}

// httpClient has connections of its own, gone with the test.
func httpClient(t *testing.T) *http.Client {
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// serves has the jobs work at a market.
func (b *bench) serves(m jobs.Market) {
	b.cfg.Markets = []jobs.Market{m}
	b.jobs = jobs.New(b.cfg)
}

// connects gives the person an account.
func (b *bench) connects(a market.Account) {
	b.t.Helper()
	ctx := b.t.Context()
	b.seeds++
	lane := "seed:" + strconv.Itoa(b.seeds)
	if _, err := b.db.Enqueue(ctx, lanes.NewRow{Lane: lane, Key: lane, Kind: "seed"}); err != nil {
		b.t.Fatal(err)
	}
	claimed, err := b.db.Claim(ctx, "seed", "seed", 1, time.Minute)
	if err != nil || len(claimed) != 1 {
		b.t.Fatal(claimed, err)
	}
	seed := claimed[0]
	if err := b.db.Commit(ctx, seed.Lease, seed.Rows[0].ID, market.Changes{
		Session: &market.Session{Person: a.Person, Lang: market.Russian}, Accounts: []market.Account{a},
	}, lanes.Outcome{Close: true}); err != nil {
		b.t.Fatal(err)
	}
}

// put puts a job into the account's lane and claims it.
func (b *bench) put(kind, id string, job any) {
	b.t.Helper()
	payload, err := json.Marshal(job)
	if err != nil {
		b.t.Fatal(err)
	}
	b.id = id
	row := lanes.NewRow{Lane: "account:" + account, Key: kind + ":" + id, Kind: kind, Payload: payload}
	if _, err := b.db.Enqueue(b.t.Context(), row); err != nil {
		b.t.Fatal(err)
	}
	b.claim()
}

// claim takes the account's lane, as a process does that has just started.
func (b *bench) claim() {
	b.t.Helper()
	claimed, err := b.db.Claim(b.t.Context(), "test", "account", 1, time.Minute)
	if err != nil || len(claimed) != 1 || len(claimed[0].Rows) != 1 {
		b.t.Fatalf("claimed %+v, %v", claimed, err)
	}
	b.lease, b.row = claimed[0].Lease, claimed[0].Rows[0]
}

// do works the job once, as far as it goes.
func (b *bench) do() error {
	b.t.Helper()
	return b.jobs.Open(b.lease.Lane).Do(b.t.Context(), lanes.NewHeld(b.lease, time.Second), b.row)
}

// later works the job and expects it to be tried again.
func (b *bench) later() time.Duration {
	b.t.Helper()
	err := b.do()
	var later *lanes.Later
	if !errors.As(err, &later) {
		b.t.Fatalf("not put off: %v; told %+v", err, b.told())
	}
	return later.After
}

// done works the job and expects it to have ended with this stage.
func (b *bench) done(stage market.Stage) market.Report {
	b.t.Helper()
	if err := b.do(); err != nil {
		b.t.Fatalf("not ended: %v; told %+v", err, b.told())
	}
	told := b.told()
	if len(told) == 0 || told[len(told)-1].Stage != stage {
		b.t.Fatalf("told %+v, want %s at the end", told, stage)
	}
	rows, err := b.db.Rows(b.t.Context(), b.lease, 10)
	if err != nil || len(rows) != 0 {
		b.t.Fatalf("the row is open: %v, %v", rows, err)
	}
	return told[len(told)-1]
}

// told lists the reports so far.
func (b *bench) told() (reports []market.Report) {
	b.t.Helper()
	for _, row := range b.arrived() {
		if !strings.HasPrefix(row.Key, "job:"+b.id+":") {
			continue
		}
		var r market.Report
		if err := json.Unmarshal(row.Payload, &r); err != nil {
			b.t.Fatal(err)
		}
		reports = append(reports, r)
	}
	return reports
}

// arrived lists what came into the person's lane.
func (b *bench) arrived() []lanes.Row {
	b.t.Helper()
	lease, ok, err := b.db.Hold(b.t.Context(), "reader", "user:42", time.Minute)
	if err != nil || !ok {
		b.t.Fatal("cannot read the person's lane", err)
	}
	rows, err := b.db.Rows(b.t.Context(), lease, 100)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.db.Release(b.t.Context(), lease); err != nil {
		b.t.Fatal(err)
	}
	return rows
}
