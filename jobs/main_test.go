package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bazarbot/market"
	client "bazarbot/market/md999"
	"bazarbot/sandbox/md999"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	seller  = 42
	account = "acc1"
	key     = "AxYcHhZsPqHTpthS2C_7xRmPoLK"
)

// yard is an account's lane beside 999.md.
type yard struct {
	bench
	market *md999.Server
	client publisher
	job    market.PublishJob
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
	y := &yard{market: md999.New(opts)}
	if err := y.market.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = y.market.Close() })
	y.market.AddAccount(md999.Account{Key: key, Phones: []string{"37360000001"}, Balance: 10})
	y.bench = openBench(t, photos...)
	y.client = publisher{Client: client.New(client.Config{BaseURL: y.market.URL(), HTTP: httpClient(t), Log: y.cfg.Log})}
	y.serves(y.client)
	y.begin(photos...)
	return y
}

// begin connects the account and puts the job into its lane.
func (y *yard) begin(photos ...string) {
	y.t.Helper()
	chosen := answers(photos...)
	y.place(chosen)
	y.job = market.PublishJob{
		ID: "job1", Person: seller, Draft: "draft1", Market: market.MD999, Account: account, Lang: market.Russian, Answers: chosen,
	}
	y.connects(market.Account{ID: account, Person: seller, Market: market.MD999, State: market.AccountActive, Secret: key})
	y.put("publish", y.job.ID, y.job)
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
