package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/jobs"
	"bazarbot/market"
)

// toy is a third market, all of which is here: one category, three questions,
// accounts that open with a key. docs/design.md says what a real one needs.
type toy struct {
	mu    sync.Mutex
	ads   []market.Ad
	sent  int  // pictures
	loses bool // the next answer to an ad
}

const (
	toyID    = market.ID("toy")
	toyKey   = market.Secret("a-key-of-the-toy-market")
	toySite  = "https://toy.example"
	toyTitle = "A wooden horse"
)

var (
	_ dialogs.Market   = (*toy)(nil)
	_ dialogs.KeyTaker = (*toy)(nil)
	_ jobs.Market      = (*toy)(nil)
	_ jobs.Poster      = (*toy)(nil)
)

func (*toy) ID() market.ID { return toyID }

func (*toy) Breaker() market.BreakerState { return "closed" }

func (*toy) Capabilities() market.Capabilities {
	return market.Capabilities{
		APIKey: true, ReadsNeedAccount: true, PostPrice: market.Money{Amount: "2", Currency: "eur"},
		States: []market.State{market.StatePublic}, MaxPhotos: 2, Site: toySite,
	}
}

func refusedByToy(kind market.ErrorKind) error {
	return &market.Error{Kind: kind, Market: toyID, Op: "toy"}
}

func (*toy) Check(_ context.Context, key market.Secret) ([]string, error) {
	if key != toyKey {
		return nil, refusedByToy(market.BadCredentials)
	}
	return []string{"37370000001"}, nil
}

func (*toy) Form(context.Context, market.Secret, market.Lang, market.Answers) (market.Form, error) {
	return market.Form{Complete: true, Fields: []market.Field{
		{
			Key: "shelf", Kind: market.KindChoice, Role: market.RoleCategory, Label: "Shelf", Required: true,
			Options: []market.Option{{ID: "1", Title: "Toys"}},
		},
		{Key: "name", Kind: market.KindText, Role: market.RoleTitle, Label: "Name", Required: true, MaxLen: 40},
		{Key: "cost", Kind: market.KindQuantity, Role: market.RolePrice, Label: "Cost", Required: true, Units: []string{"eur"}},
		{Key: "pictures", Kind: market.KindPhotos, Role: market.RolePhotos, Label: "Pictures", MaxCount: 2},
	}}, nil
}

func (y *toy) EditForm(ctx context.Context, key market.Secret, lang market.Lang, id string, _ market.Answers) (market.Form, market.Answers, error) {
	ad, err := y.FullAd(ctx, key, lang, id)
	if err != nil {
		return market.Form{}, nil, err
	}
	form, err := y.Form(ctx, key, lang, nil)
	return form, market.Answers{
		"shelf": market.OptionValue("1"), "name": market.TextValue(ad.Title), "cost": market.NumberValue(ad.Price.Amount, ad.Price.Currency),
	}, err
}

func (y *toy) Ads(_ context.Context, _ market.Secret, _ market.Lang, q market.AdQuery) (market.AdPage, error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	return market.AdPage{Ads: slices.Clone(y.ads), Page: q.Page, PageSize: q.PageSize, Subtotal: len(y.ads), Total: len(y.ads)}, nil
}

func (y *toy) FullAd(_ context.Context, _ market.Secret, _ market.Lang, id string) (market.Ad, error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	for _, ad := range y.ads {
		if ad.ID == id {
			return ad, nil
		}
	}
	return market.Ad{}, refusedByToy(market.NotFound)
}

func (*toy) URL(_ market.Lang, ad string) string { return toySite + "/" + ad }

func (y *toy) Upload(context.Context, market.Secret, string, []byte) (string, error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.sent++
	return "picture " + strconv.Itoa(y.sent), nil
}

func (*toy) Compose(_ context.Context, _ market.Secret, _ market.Lang, answers market.Answers, images []string) (json.RawMessage, error) {
	return json.Marshal(market.Ad{
		Title: answers["name"].Text, Price: market.Money{Amount: answers["cost"].Number, Currency: answers["cost"].Unit}, Photos: images,
	})
}

func (y *toy) Snapshot(context.Context, market.Secret) (json.RawMessage, error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	return json.Marshal(len(y.ads))
}

func (y *toy) Create(_ context.Context, _ market.Secret, post json.RawMessage) (string, error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	var ad market.Ad
	if err := json.Unmarshal(post, &ad); err != nil {
		return "", err
	}
	ad.ID, ad.Market, ad.State = strconv.Itoa(len(y.ads)+1), toyID, market.StatePublic
	y.ads = append(y.ads, ad)
	if y.loses {
		y.loses = false
		return "", refusedByToy(market.UnknownOutcome)
	}
	return ad.ID, nil
}

// lose has the answer to the next ad be lost.
func (y *toy) lose() {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.loses = true
}

// Lookup: whatever was not there before the post is found.
func (y *toy) Lookup(_ context.Context, _ market.Secret, _, before json.RawMessage, _ time.Time) (found []string, err error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	var n int
	err = json.Unmarshal(before, &n)
	for _, ad := range y.ads[n:] {
		found = append(found, ad.ID)
	}
	return found, err
}

var errToyKeeps = errors.New("the toy market changes no ads")

func (*toy) Prepare(context.Context, market.Secret, market.AdJob, []string) (json.RawMessage, error) {
	return nil, errToyKeeps
}

func (*toy) Act(context.Context, market.Secret, market.AdJob, json.RawMessage) error {
	return errToyKeeps
}

func (*toy) Took(context.Context, market.Secret, market.AdJob, json.RawMessage, market.Ad) (bool, error) {
	return false, errToyKeeps
}

// TestE2EThirdMarket puts ads on a market that none of the bot's parts has ever
// heard of, one of them with its answer lost, and finds them in the seller's list.
func TestE2EThirdMarket(t *testing.T) {
	t.Parallel()
	for _, lang := range langs {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			third := &toy{}
			w := newWorld(t, townOptions{})
			w.seams.market = func(on *markets) { on.add(third, third, third) }
			w.start()
			s := w.seller(lang)
			s.command("start")
			s.sees("home.greeting")
			s.presses("button.new_ad")
			s.picks("toy")
			s.sees("field.api_key")
			s.say("not a key of it")
			s.sees("field.api_key")
			s.say(string(toyKey))
			s.makesToy(1)

			third.lose()
			s.pressesLabel("🔁")
			s.makesToy(2)
			page, err := third.Ads(t.Context(), toyKey, market.Russian, market.AdQuery{})
			if err != nil || len(page.Ads) != 2 || len(page.Ads[1].Photos) != 1 {
				t.Errorf("the market holds %+v, %v", page.Ads, err)
			}
			s.presses("button.my_ads")
			s.reads(s.words("ads.heading", "Market", "toy", "Account", "+37370000001"), "🟢 "+toyTitle+" 1", "🟢 "+toyTitle+" 2")
			s.pressesLabel("🟢 " + toyTitle + " 2")
			s.reads(toyTitle+" 2", "12\u00a0€", s.text("edit.price"))
		})
	}
}

// makesToy answers the three questions and publishes.
func (s *seller) makesToy(n int) {
	s.t.Helper()
	s.sees("ask.title")
	s.say(fmt.Sprint(toyTitle, " ", n))
	s.sees("ask.price")
	s.say("12 €")
	s.sees("ask.photos")
	s.must(s.album(picture(uint8(n))))
	s.reads(s.text("review.heading"), "2\u00a0€")
	s.presses("button.publish_for")
	s.reads(s.words("publish.done", "Market", "toy", "Title", fmt.Sprint(toyTitle, " ", n)), s.text("button.my_ads"))
}
