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
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bazarbot/jobs"
	"bazarbot/lanes"
	"bazarbot/market"
	client "bazarbot/market/md999"
	"bazarbot/sandbox/md999"
	"bazarbot/storage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	seller  = 42
	account = "acc1"
	key     = "AxYcHhZsPqHTpthS2C_7xRmPoLK"
)

// yard is an account's lane on a real database, beside a market of its own.
type yard struct {
	t      *testing.T
	db     *storage.DB
	market *md999.Server
	client publisher
	cfg    jobs.Config
	jobs   *jobs.Jobs
	photos *shelf
	clock  *clock
	lease  lanes.Lease
	row    lanes.Row
	job    market.PublishJob
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

// publisher saves posts and snapshots as their JSON.
type publisher struct {
	*client.Client
	daily int // pictures a day; 0: as the market
}

func (p publisher) Capabilities() market.Capabilities {
	caps := p.Client.Capabilities()
	if p.daily > 0 {
		caps.DailyImages = p.daily
	}
	return caps
}

func (p publisher) URL(lang market.Lang, ad string) string { return client.AdURL(lang, ad) }

func (p publisher) Compose(ctx context.Context, key market.Secret, lang market.Lang, answers market.Answers, images []string) (json.RawMessage, error) {
	post, err := p.Client.Compose(ctx, key, lang, answers, images)
	if err != nil {
		return nil, err
	}
	return json.Marshal(post)
}

func (p publisher) Snapshot(ctx context.Context, key market.Secret) (json.RawMessage, error) {
	snapshot, err := p.Client.Snapshot(ctx, key)
	if err != nil {
		return nil, err
	}
	return json.Marshal(snapshot)
}

func (p publisher) Create(ctx context.Context, key market.Secret, post json.RawMessage) (string, error) {
	var decoded client.Post
	if err := json.Unmarshal(post, &decoded); err != nil {
		return "", err
	}
	return p.Client.Create(ctx, key, decoded)
}

func (p publisher) Lookup(ctx context.Context, key market.Secret, post, before json.RawMessage, since time.Time) ([]string, error) {
	var decoded client.Post
	var snapshot client.Snapshot
	if err := errors.Join(json.Unmarshal(post, &decoded), json.Unmarshal(before, &snapshot)); err != nil {
		return nil, err
	}
	return p.Client.Lookup(ctx, key, decoded, snapshot, since)
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

// answers are those of a small ad.
func answers(photos ...string) market.Answers {
	a := market.Answers{
		"category": market.OptionValue("600"), "subcategory": market.OptionValue("601"), "offer_type": market.OptionValue("776"),
		"12": market.TextValue("iPhone 13"), "13": market.TextValue("Как новый"), "2": market.NumberValue("9500", "eur"),
		"16": market.OptionValue("37360000001"),
	}
	var list []market.Photo
	for _, id := range photos {
		list = append(list, market.Photo{FileID: id, UniqueID: "u-" + id})
	}
	if len(list) > 0 {
		a["14"] = market.PhotosValue(list...)
	}
	return a
}

// open makes a yard with one job in its account's lane.
func open(t *testing.T, photos ...string) *yard {
	t.Helper()
	return openAt(t, md999.Options{}, photos...)
}

// openAt is open with a market of its own kind.
func openAt(t *testing.T, opts md999.Options, photos ...string) *yard {
	t.Helper()
	y := &yard{
		t: t, clock: &clock{}, market: md999.New(opts),
		photos: &shelf{bytes: map[string][]byte{}, fails: map[string]error{}},
	}
	if err := y.market.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = y.market.Close() })
	y.market.AddAccount(md999.Account{Key: key, Phones: []string{"37360000001"}, Balance: 10})
	for _, id := range photos {
		y.photos.bytes[id] = picture(t, id)
	}
	ring, err := storage.ParseRing(storage.NewKey("k"))
	if err != nil {
		t.Fatal(err)
	}
	if y.db, err = storage.Open(t.Context(), storage.Config{URL: filepath.Join(t.TempDir(), "bot.db"), Ring: ring}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = y.db.Shutdown() })
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	y.client = publisher{Client: client.New(client.Config{BaseURL: y.market.URL(), HTTP: &http.Client{Transport: transport}, Log: log})}
	y.cfg = jobs.Config{
		Store: y.db, Markets: []jobs.Market{y.client}, Photos: y.photos, Log: log, Now: y.clock.now,
		Reports: func(person int64, key string, payload []byte) lanes.NewRow {
			return lanes.NewRow{Lane: "user:42", Key: key, Kind: "report", Payload: payload}
		},
		Timed: func(person int64, key string, payload []byte) lanes.NewRow {
			return lanes.NewRow{Lane: "user:" + strconv.FormatInt(person, 10), Key: key, Kind: "timed", Payload: payload}
		},
	}
	y.jobs = jobs.New(y.cfg)
	y.begin(photos...)
	return y
}

// begin connects the account and puts the job into its lane.
func (y *yard) begin(photos ...string) {
	y.t.Helper()
	ctx := y.t.Context()
	chosen := answers(photos...)
	y.place(chosen)
	y.job = market.PublishJob{
		ID: "job1", Person: seller, Draft: "draft1", Market: market.MD999, Account: account, Lang: market.Russian, Answers: chosen,
	}
	payload, err := json.Marshal(y.job)
	if err != nil {
		y.t.Fatal(err)
	}
	if _, err := y.db.Enqueue(ctx,
		lanes.NewRow{Lane: "user:42", Key: "seed", Kind: "seed"},
		lanes.NewRow{Lane: "account:" + account, Key: "publish:job1", Kind: "publish", Payload: payload},
	); err != nil {
		y.t.Fatal(err)
	}
	claimed, err := y.db.Claim(ctx, "seed", "user", 1, time.Minute)
	if err != nil || len(claimed) != 1 {
		y.t.Fatal(claimed, err)
	}
	seed := claimed[0]
	connected := market.Account{ID: account, Person: seller, Market: market.MD999, State: market.AccountActive, Secret: key}
	if err := y.db.Commit(ctx, seed.Lease, seed.Rows[0].ID, market.Changes{Accounts: []market.Account{connected}}, lanes.Outcome{Close: true}); err != nil {
		y.t.Fatal(err)
	}
	y.claim()
}

// place chooses the first region, city and sector there are.
func (y *yard) place(chosen market.Answers) {
	for _, category := range md999.DefaultCatalogue().Categories {
		for _, sub := range category.Subcategories {
			if sub.ID != "601" {
				continue
			}
			for _, g := range sub.OfferTypes[0].Groups {
				for _, f := range g.Features {
					if f.ID != "7" {
						continue
					}
					option := &f.Options[0]
					for _, step := range []string{"7", "8", "9"} {
						chosen[step] = market.OptionValue(option.ID)
						if len(option.Sub) == 0 {
							break
						}
						option = &option.Sub[0]
					}
				}
			}
		}
	}
}

// claim takes the account's lane, as a process does that has just started.
func (y *yard) claim() {
	y.t.Helper()
	claimed, err := y.db.Claim(y.t.Context(), "test", "account", 1, time.Minute)
	if err != nil || len(claimed) != 1 || len(claimed[0].Rows) != 1 {
		y.t.Fatalf("claimed %+v, %v", claimed, err)
	}
	y.lease, y.row = claimed[0].Lease, claimed[0].Rows[0]
}

// do works the job once, as far as it goes.
func (y *yard) do() error {
	y.t.Helper()
	return y.jobs.Open(y.lease.Lane).Do(y.t.Context(), lanes.NewHeld(y.lease, time.Second), y.row)
}

// later works the job and expects it to be tried again.
func (y *yard) later() time.Duration {
	y.t.Helper()
	err := y.do()
	var later *lanes.Later
	if !errors.As(err, &later) {
		y.t.Fatalf("not put off: %v; told %+v", err, y.told())
	}
	return later.After
}

// done works the job and expects it to have ended with this stage.
func (y *yard) done(stage market.Stage) market.Report {
	y.t.Helper()
	if err := y.do(); err != nil {
		y.t.Fatalf("not ended: %v; told %+v", err, y.told())
	}
	told := y.told()
	if len(told) == 0 || told[len(told)-1].Stage != stage {
		y.t.Fatalf("told %+v, want %s at the end", told, stage)
	}
	rows, err := y.db.Rows(y.t.Context(), y.lease, 10)
	if err != nil || len(rows) != 0 {
		y.t.Fatalf("the row is open: %v, %v", rows, err)
	}
	return told[len(told)-1]
}

// told lists the reports so far.
func (y *yard) told() (reports []market.Report) {
	y.t.Helper()
	lease, ok, err := y.db.Hold(y.t.Context(), "reader", "user:42", time.Minute)
	if err != nil || !ok {
		y.t.Fatal("cannot read the person's lane", err)
	}
	rows, err := y.db.Rows(y.t.Context(), lease, 100)
	if err != nil {
		y.t.Fatal(err)
	}
	for _, row := range rows {
		if !strings.HasPrefix(row.Key, "job:"+y.job.ID+":") {
			continue
		}
		var r market.Report
		if err := json.Unmarshal(row.Payload, &r); err != nil {
			y.t.Fatal(err)
		}
		reports = append(reports, r)
	}
	if err := y.db.Release(y.t.Context(), lease); err != nil {
		y.t.Fatal(err)
	}
	return reports
}

// posts is how many ads the market holds, and what they cost.
func (y *yard) posts() (ads, paid int) {
	a, _ := y.market.Account(key)
	for _, c := range a.Spent {
		paid += c.Amount
	}
	return len(y.market.Adverts(key)), paid
}

// expect checks what the market holds at the end.
func (y *yard) expect(ads int) {
	y.t.Helper()
	if got, paid := y.posts(); got != ads || paid != ads {
		y.t.Errorf("%d ads for %d lei, want %d", got, paid, ads)
	}
}
