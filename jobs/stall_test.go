package jobs_test

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"bazarbot/market"
	client "bazarbot/market/omarket"
	"bazarbot/sandbox/omarket"
)

// The routes of O!Market that jobs write to.
const (
	routeRegister = "POST /api/market-auth/register/"
	routeCode     = "POST /api/market-auth/check-otp/"
	routeSignIn   = "POST /api/market-auth/auth/msisdn-password/"
	routeRefresh  = "POST /api/market-auth/refresh-token/"
	routeOpen     = "POST /api/ads-board/v1/ads/initial/"
	routeUpload   = "POST /api/ads-board/v1/ads/<uuid>/upload-image/"
	routeUnload   = "DELETE /api/ads-board/v1/ads/<uuid>/remove-image/"
	routePut      = "PUT /api/ads-board/v1/ads/<uuid>/"
	routeDelete   = "DELETE /api/ads-board/v1/ads/<uuid>/"
	routeOwn      = "POST /api/ads-board/v1/user/my-ads/"
	routeGet      = "GET /api/ads-board/v1/ads/<uuid>/"
)

const (
	phone    = "996770111222"
	password = market.Secret("Tr0ub4dor")
)

// stall is an account's lane beside O!Market.
type stall struct {
	bench
	market *omarket.Server
	client *client.Client
	made   int // jobs so far
}

// openStall makes a stall whose account nobody has signed in to.
func openStall(t *testing.T, opts omarket.Options, photos ...string) *stall {
	t.Helper()
	s := &stall{market: omarket.New(opts)}
	if err := s.market.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.market.Close() })
	s.bench = openBench(t, photos...)
	s.client = client.New(client.Config{
		BaseURL: s.market.URL(), APIKey: omarket.DefaultAPIKey, Vault: s.db, Knowledge: s.db, HTTP: httpClient(t), Log: s.cfg.Log,
	})
	s.serves(s.client)
	return s
}

// openSignedIn makes a stall whose account is open.
func openSignedIn(t *testing.T, opts omarket.Options, photos ...string) *stall {
	t.Helper()
	s := openStall(t, opts, photos...)
	s.market.AddAccount(omarket.Account{MSISDN: phone, Password: string(password)})
	s.signsIn()
	return s
}

// signsIn opens a session and keeps it, as a sign-in does.
func (s *stall) signsIn() {
	s.t.Helper()
	secret, err := s.client.SignIn(s.t.Context(), account, phone, password)
	if err != nil {
		s.t.Fatal(err)
	}
	s.connects(market.Account{
		ID: account, Person: seller, Market: market.OMarket, State: market.AccountActive, Secret: secret, Renewed: true,
	})
}

// fault makes the next request to a route go wrong.
func (s *stall) fault(route string, kind omarket.FaultKind) {
	s.market.AddFault(omarket.Fault{Route: route, Kind: kind, Times: 1})
}

// answers makes the next request to a route be answered so, without an effect.
func (s *stall) answers(route string, status int, body string) {
	s.market.AddFault(omarket.Fault{Route: route, Kind: omarket.FaultAnswer, Status: status, Body: body, Times: 1})
}

func (s *stall) nextID() string {
	s.made++
	return "job" + strconv.Itoa(s.made)
}

// komuz are the answers of an ad in a category whose filters are all optional.
func komuz(photos ...string) market.Answers {
	a := market.Answers{
		"category": market.OptionValue("531"), "ad_type": market.OptionValue("sell"), "title": market.TextValue("Комуз"),
		"price": market.NumberValue("6500", "som"), "location": market.OptionValue("1"),
	}
	if len(photos) > 0 {
		a["images"] = photosOf(photos...)
	}
	return a
}

func photosOf(ids ...string) market.Value {
	photos := make([]market.Photo, len(ids))
	for i, id := range ids {
		photos[i] = market.Photo{FileID: id, UniqueID: "u-" + id}
	}
	return market.PhotosValue(photos...)
}

// publishes puts a job into the lane that publishes the one draft.
func (s *stall) publishes(answers market.Answers) {
	s.t.Helper()
	id := s.nextID()
	s.put(market.JobPublish, id, market.PublishJob{
		ID: id, Person: seller, Draft: "draft1", Market: market.OMarket, Account: account, Lang: market.Russian, Answers: answers,
	})
}

// acts puts a job into the lane that does something to an ad.
func (s *stall) acts(job market.AdJob) {
	s.t.Helper()
	job.ID, job.Person, job.Market, job.Account, job.Lang = s.nextID(), seller, market.OMarket, account, market.Russian
	s.put(market.JobAd, job.ID, job)
}

// published puts an ad with photos on the market and gives its id.
func (s *stall) published(photos ...string) string {
	s.t.Helper()
	s.publishes(komuz(photos...))
	return s.done(market.StageDone).AdID
}

// ad is the one ad that is filled.
func (s *stall) ad() omarket.Ad {
	s.t.Helper()
	all := slices.DeleteFunc(s.market.Ads(phone), func(a omarket.Ad) bool { return a.Status == omarket.Initial })
	if len(all) != 1 {
		s.t.Fatalf("O!Market holds %d ads, not one: %+v", len(all), all)
	}
	return all[0]
}

// shows checks that the one ad has exactly these photos, in order.
func (s *stall) shows(photos ...string) {
	s.t.Helper()
	ad := s.ad()
	var got []string
	for _, path := range ad.Images {
		for id, jpeg := range s.photos.bytes {
			if bytes.Equal(jpeg, s.market.Image(path)) {
				got = append(got, id)
			}
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(photos) || len(got) != len(ad.Images) {
		s.t.Errorf("the ad shows %v (%d pictures), not %v", got, len(ad.Images), photos)
	}
}

// sent checks how often a route was asked.
func (s *stall) sent(route string, want int) {
	s.t.Helper()
	if n := s.market.Count(route); n != want {
		s.t.Errorf("%s was sent %d times, not %d", route, n, want)
	}
}

// ten are the names of as many photos as an ad holds.
var ten = []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
