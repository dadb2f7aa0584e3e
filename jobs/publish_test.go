package jobs_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/sandbox/md999"
)

func TestPublish(t *testing.T) {
	t.Parallel()
	y := open(t, "a", "b")
	end := y.done(market.StageDone)
	ad, ok := y.market.Advert(end.AdID)
	if !ok || end.URL == "" || end.Draft != "draft1" || end.Account != account {
		t.Fatalf("told %+v", end)
	}
	if title, _ := ad.Feature("12"); title.Value != "iPhone 13" {
		t.Errorf("the ad is %+v", ad)
	}
	if images, _ := ad.Feature("14"); len(images.Value.([]string)) != 2 {
		t.Errorf("its images are %+v", images)
	}
	var stages []market.Stage
	for _, r := range y.told() {
		stages = append(stages, r.Stage)
	}
	if len(stages) != 4 || stages[0] != market.StagePhotos || stages[2] != market.StagePosting {
		t.Errorf("told %v", stages)
	}
	bound, err := y.db.Binding(t.Context(), market.MD999, end.AdID)
	if err != nil || bound.Draft != "draft1" || bound.Person != seller {
		t.Errorf("bound to %+v, %v", bound, err)
	}
	y.expect(1)
}

// What a market refuses is told, costs nothing, and leaves nothing behind.
func TestRefused(t *testing.T) {
	t.Parallel()
	answer := func(route string, status int, body string) md999.Fault {
		return md999.Fault{Route: route, Kind: md999.FaultAnswer, Status: status, Body: body, Times: 1}
	}
	for _, tt := range []struct {
		name    string
		prepare func(*yard)
		want    market.Report
	}{
		{"no money", func(y *yard) { y.market.SetBalance(key, 0) }, market.Report{Kind: market.NoMoney}},
		{"key revoked", func(y *yard) { y.market.RevokeKey(key) }, market.Report{Kind: market.NotSignedIn, Photo: 1}},
		{
			"refused", func(y *yard) {
				y.market.AddFault(answer("POST /adverts", 400, `{"error":{"message":"Плохой заголовок"}}`))
			},
			market.Report{Kind: market.Invalid, Message: "Плохой заголовок"},
		},
		{"the form has changed", func(y *yard) { y.forget("16") }, market.Report{Kind: market.Invalid}},
		{"quota", func(y *yard) { y.market.AddFault(answer("POST /images", 429, `{"error":{"message":"x"}}`)) }, market.Report{Kind: market.Quota, Photo: 1}},
		{"photo refused", func(y *yard) { y.photos.bytes["b"] = []byte("no picture") }, market.Report{Kind: market.Invalid, Photo: 2}},
		{"photo unreadable", func(y *yard) { y.photos.fails["a"] = &market.PhotoError{Fault: market.PhotoUnreadable} }, market.Report{Kind: market.Invalid, Photo: 1}},
		{"signed out", func(y *yard) {
			y.change(market.Account{ID: account, Person: seller, Market: market.MD999, State: market.AccountSignedOut})
		}, market.Report{Kind: market.NotSignedIn}},
		{"another's account", func(y *yard) {
			y.change(market.Account{ID: account, Person: 7, Market: market.MD999, State: market.AccountActive, Secret: key})
		}, market.Report{Kind: market.NotSignedIn}},
		{"waited too long", func(y *yard) { y.clock.move(31 * time.Minute) }, market.Report{Kind: market.Unavailable}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			y := open(t, "a", "b")
			tt.prepare(y)
			end := y.done(market.StageFailed)
			if end.Kind != tt.want.Kind || end.Photo != tt.want.Photo || end.Ref == "" ||
				tt.want.Message != "" && end.Message != tt.want.Message {
				t.Errorf("told %+v", end)
			}
			y.expect(0)
		})
	}
}

// forget takes an answer out of the job.
func (y *yard) forget(field string) {
	y.t.Helper()
	delete(y.job.Answers, field)
	payload, err := json.Marshal(y.job)
	if err != nil {
		y.t.Fatal(err)
	}
	y.row.Payload = payload
}

// change replaces the account.
func (y *yard) change(a market.Account) { y.commit(market.Changes{Accounts: []market.Account{a}}) }

func (y *yard) commit(ch market.Changes) {
	y.t.Helper()
	if err := y.db.Commit(y.t.Context(), y.lease, y.row.ID, ch, lanes.Outcome{}); err != nil {
		y.t.Fatal(err)
	}
}

// A market that does not answer is tried again, wherever it stopped.
func TestUnavailableThenUp(t *testing.T) {
	t.Parallel()
	for _, route := range []string{"POST /images", "GET /features", "GET /adverts", "POST /adverts"} {
		t.Run(route, func(t *testing.T) {
			t.Parallel()
			y := open(t, "a")
			y.market.AddFault(md999.Fault{Route: route, Kind: md999.FaultAnswer, Status: 503, Body: "<html>"})
			if route == "POST /adverts" {
				// Whether a 503 to a paid post took effect nobody knows.
				y.later()
				y.market.ClearFaults()
				y.clock.move(11 * time.Minute)
				y.done(market.StageUnknown)
				y.expect(0)
				return
			}
			if after := y.later(); after != 20*time.Second {
				t.Errorf("tried again in %v", after)
			}
			if told := y.told(); told[len(told)-1].Stage != market.StageWaiting {
				t.Errorf("told %+v", told)
			}
			y.market.ClearFaults()
			y.done(market.StageDone)
			y.expect(1)
			if n := y.market.Uploads(key); n != 1 {
				t.Errorf("%d uploads", n)
			}
		})
	}
}

// After half an hour the person is asked anew instead of being charged out of
// the blue.
func TestPatienceOver(t *testing.T) {
	t.Parallel()
	y := open(t)
	y.market.SetDown(true)
	y.later()
	y.clock.move(29*time.Minute + 50*time.Second)
	if end := y.done(market.StageFailed); end.Kind != market.Unavailable {
		t.Errorf("told %+v", end)
	}
	y.market.SetDown(false)
	y.expect(0)
}

// A photo that Telegram does not give now is waited for.
func TestPhotoNotFetched(t *testing.T) {
	t.Parallel()
	y := open(t, "a")
	y.photos.fails["a"] = errors.New("telegram is away")
	y.later()
	delete(y.photos.fails, "a")
	y.done(market.StageDone)
	y.expect(1)
}

// The same picture is sent once with one account.
func TestPhotoReused(t *testing.T) {
	t.Parallel()
	y := open(t, "a", "b")
	y.photos.bytes["b"] = y.photos.bytes["a"]
	y.done(market.StageDone)
	if n := y.market.Uploads(key); n != 1 {
		t.Errorf("%d uploads of one picture", n)
	}
}

// lost makes the answer of the next post be lost.
func (y *yard) lost(kind md999.FaultKind) {
	y.market.AddFault(md999.Fault{Route: "POST /adverts", Kind: kind, Times: 1})
}

// A post whose answer is lost is looked for, and never sent again.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	t.Run("found", func(t *testing.T) {
		t.Parallel()
		y := open(t, "a")
		y.lost(md999.FaultLostAfter)
		end := y.done(market.StageDone)
		if _, ok := y.market.Advert(end.AdID); !ok {
			t.Errorf("told %+v", end)
		}
		y.expect(1)
	})
	t.Run("not found", func(t *testing.T) {
		t.Parallel()
		y := open(t)
		y.lost(md999.FaultLostBefore)
		if after := y.later(); after > 30*time.Second {
			t.Errorf("looked again in %v", after)
		}
		for _, after := range []time.Duration{31 * time.Second, 2 * time.Minute, 3 * time.Minute} {
			y.clock.move(after)
			y.later()
		}
		y.clock.move(5 * time.Minute)
		y.done(market.StageUnknown)
		y.expect(0)
		if n := y.market.Count("POST /adverts"); n != 1 {
			t.Errorf("posted %d times", n)
		}
	})
	t.Run("several", func(t *testing.T) {
		t.Parallel()
		y := open(t)
		y.lost(md999.FaultLostAfter)
		y.market.AddFault(md999.Fault{Route: "GET /adverts", Kind: md999.FaultAnswer, Status: 503, Body: "x", Skip: 1, Times: 9})
		y.later()
		y.market.ClearFaults()
		post, err := y.client.Compose(t.Context(), key, market.Russian, y.job.Answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := y.client.Create(t.Context(), key, post); err != nil { // on the site, by hand
			t.Fatal(err)
		}
		y.done(market.StageUnknown)
		y.expect(2)
	})
	t.Run("bound to another draft", func(t *testing.T) {
		t.Parallel()
		y := open(t)
		y.lost(md999.FaultLostAfter)
		y.market.AddFault(md999.Fault{Route: "GET /adverts", Kind: md999.FaultAnswer, Status: 503, Body: "x", Skip: 1, Times: 9})
		y.later()
		y.market.ClearFaults()
		ad := y.market.Adverts(key)[0].ID
		y.commit(market.Changes{Bindings: []market.Binding{{Market: market.MD999, AdID: ad, Account: account, Person: seller, Draft: "other"}}})
		y.later()
		y.clock.move(11 * time.Minute)
		y.done(market.StageUnknown)
		y.expect(1)
	})
	t.Run("the market stays away", func(t *testing.T) {
		t.Parallel()
		y := open(t)
		y.lost(md999.FaultLostAfter)
		y.market.AddFault(md999.Fault{Route: "GET /adverts", Kind: md999.FaultAnswer, Status: 503, Body: "x", Skip: 1})
		y.later()
		y.clock.move(29 * time.Minute)
		y.later()
		y.clock.move(2 * time.Minute)
		y.done(market.StageUnknown)
		y.expect(1)
	})
	t.Run("the key is revoked meanwhile", func(t *testing.T) {
		t.Parallel()
		y := open(t)
		y.lost(md999.FaultLostBefore)
		y.later()
		y.market.RevokeKey(key)
		y.done(market.StageUnknown)
	})
	t.Run("the account is disconnected meanwhile", func(t *testing.T) {
		t.Parallel()
		y := open(t)
		y.lost(md999.FaultLostBefore)
		y.later()
		y.commit(market.Changes{DropAccounts: []string{account}})
		y.done(market.StageUnknown) // "nothing was posted" would be a guess
	})
}
