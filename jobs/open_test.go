package jobs_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/sandbox/omarket"
)

// An ad is opened, gets its photos in order, and is filled.
func TestOpen(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, ten...)
	s.publishes(komuz(ten...))
	end := s.done(market.StageDone)
	ad := s.ad()
	if end.AdID != ad.UUID || end.State != market.StateModerate || end.Opens.IsZero() || end.Draft != "draft1" {
		t.Errorf("told %+v of %+v", end, ad)
	}
	if ad.Title != "Комуз" || ad.Price != "6500" || ad.Category != 531 || ad.Location != 1 {
		t.Errorf("the ad is %+v", ad)
	}
	s.shows(ten...)
	bound, err := s.db.Binding(t.Context(), market.OMarket, ad.UUID)
	if err != nil || bound.Draft != "draft1" || len(bound.Body) == 0 {
		t.Errorf("bound to %+v, %v", bound, err)
	}
	s.sent(routeOpen, 1)
	s.sent(routeUpload, 10)
	s.sent(routePut, 1)
}

// lossy are the ways an answer can be lost, with or without an effect.
var lossy = []omarket.FaultKind{omarket.FaultLostBefore, omarket.FaultLostAfter, omarket.FaultHalfJSON, omarket.FaultHTML}

// An opening whose answer is lost leaves an empty ad that nobody sees.
func TestOpenLost(t *testing.T) {
	t.Parallel()
	for _, kind := range lossy {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := openSignedIn(t, omarket.Options{}, "a")
			s.fault(routeOpen, kind)
			s.publishes(komuz("a"))
			s.later()
			s.done(market.StageDone)
			s.shows("a")
			s.sent(routeOpen, 2)
		})
	}
}

// An upload whose answer is lost is done again; what it left is taken off, as an
// ad holds ten.
func TestUploadLost(t *testing.T) {
	t.Parallel()
	for _, skip := range []int{0, 9} {
		for _, kind := range lossy {
			t.Run(string(kind), func(t *testing.T) {
				t.Parallel()
				s := openSignedIn(t, omarket.Options{}, ten...)
				s.market.AddFault(omarket.Fault{Route: routeUpload, Kind: kind, Skip: skip, Times: 1})
				s.publishes(komuz(ten...))
				s.later()
				s.done(market.StageDone)
				s.shows(ten...)
				s.sent(routeUpload, 11)
				if kind == omarket.FaultLostAfter {
					s.sent(routeUnload, 1)
				}
				s.sent(routeOpen, 1)
			})
		}
	}
}

// Taking a stray off is done again too.
func TestStrayLost(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a", "b")
	s.fault(routeUpload, omarket.FaultLostAfter)
	s.publishes(komuz("a", "b"))
	s.later()
	s.fault(routeUnload, omarket.FaultLostAfter)
	s.later()
	s.fault(routeGet, omarket.FaultHTML)
	s.market.SetDown(true)
	s.later()
	s.market.SetDown(false)
	s.done(market.StageDone)
	s.shows("a", "b")
}

// What fills an ad may be sent again.
func TestPutLost(t *testing.T) {
	t.Parallel()
	for _, kind := range lossy {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := openSignedIn(t, omarket.Options{}, "a", "b")
			s.fault(routePut, kind)
			s.publishes(komuz("a", "b"))
			s.later()
			s.done(market.StageDone)
			s.shows("a", "b")
			s.sent(routeOpen, 1)
			s.sent(routeUpload, 2)
			s.sent(routePut, 2)
		})
	}
}

// demands makes a filter of the music category one that every ad must answer.
func (s *stall) demands(filter int) {
	c := omarket.DefaultCatalogue()
	i := slices.IndexFunc(c.Filters, func(f omarket.Filter) bool { return f.ID == filter })
	c.Filters[i].Required = true
	s.market.SetCatalogue(c)
}

// What a market refuses is told by its fields, and the next job of the same
// draft fills the same ad with the same photos.
func TestPutRefused(t *testing.T) {
	t.Parallel()
	for _, kind := range []omarket.FilterErrors{omarket.FilterErrorsNested, omarket.FilterErrorsFlat, omarket.FilterErrorsText} {
		s := openSignedIn(t, omarket.Options{Quirks: omarket.Quirks{FilterErrors: kind}}, "a", "b")
		if _, err := s.client.Form(t.Context(), "", market.Russian, komuz()); err != nil { // learns what is asked so far
			t.Fatal(err)
		}
		s.demands(624)
		s.publishes(komuz("a", "b"))
		end := s.done(market.StageFailed)
		if end.Kind != market.Invalid || end.Fields["filter:624"] == "" {
			t.Fatalf("told %+v", end)
		}
		first := s.market.Ads(phone)[0].UUID
		again := komuz("b", "a")
		again["filter:624"] = market.YesValue(true)
		s.publishes(again)
		if end := s.done(market.StageDone); end.AdID != first {
			t.Errorf("another ad was opened: %+v", end)
		}
		s.shows("b", "a")
		s.sent(routeOpen, 1)
		s.sent(routeUpload, 2)
	}
}

// An opened ad that was deleted on the site is opened anew, with its photos.
func TestOpenedGone(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a")
	s.fault(routePut, omarket.FaultLostBefore)
	s.publishes(komuz("a"))
	s.later()
	if err := s.client.Delete(t.Context(), s.secret(), s.market.Ads(phone)[0].UUID); err != nil {
		t.Fatal(err)
	}
	s.done(market.StageDone)
	s.shows("a")
	s.sent(routeOpen, 2)
	s.sent(routeUpload, 2)
}

// secret opens the account as it is stored now.
func (s *stall) secret() market.Secret {
	s.t.Helper()
	a, err := s.db.Account(s.t.Context(), account)
	if err != nil {
		s.t.Fatal(err)
	}
	return a.Secret
}

// An ad that may be there, after nobody could tell for half an hour, is the
// person's to look at; before it was sent, it is not.
func TestOpenLate(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a")
	s.fault(routePut, omarket.FaultLostAfter)
	s.publishes(komuz("a"))
	s.later()
	s.clock.move(31 * time.Minute)
	s.done(market.StageUnknown)

	s = openSignedIn(t, omarket.Options{}, "a")
	s.market.SetDown(true)
	s.publishes(komuz("a"))
	s.later()
	s.clock.move(31 * time.Minute)
	if end := s.done(market.StageFailed); end.Kind != market.Unavailable {
		t.Errorf("told %+v", end)
	}
}

// A session that is refused for good ends the job, and the next one goes on
// where it stopped.
func TestOpenSignedOut(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a", "b")
	s.market.AddFault(omarket.Fault{Route: routeUpload, Kind: omarket.FaultHTML, Skip: 1, Times: 1})
	s.publishes(komuz("a", "b"))
	s.later()
	s.market.EndSessions(phone)
	if end := s.done(market.StageFailed); end.Kind != market.NotSignedIn {
		t.Fatalf("told %+v", end)
	}
	s.signsIn()
	s.publishes(komuz("a", "b"))
	s.done(market.StageDone)
	s.shows("a", "b")
	s.sent(routeOpen, 1)
}

// The operator's key that is refused is not the person's trouble: nobody is
// signed out by it.
func TestOpenOperatorKey(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a")
	s.market.SetAPIKey("another")
	s.publishes(komuz("a"))
	if end := s.done(market.StageFailed); end.Kind != market.OperatorKey {
		t.Errorf("told %+v", end)
	}
}

// A photo that cannot be used is told by its number.
func TestOpenPhotoRefused(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{MaxImageBytes: 500}, "a", "b")
	s.photos.bytes["b"] = make([]byte, 600)
	s.publishes(komuz("a", "b"))
	if end := s.done(market.StageFailed); end.Kind != market.Invalid || end.Photo != 2 {
		t.Errorf("told %+v", end)
	}
	s.publishes(komuz("a"))
	s.done(market.StageDone)
	s.shows("a")
}

// The same picture, sent twice by the person, shows once.
func TestOpenSamePicture(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a", "b")
	s.photos.bytes["again"] = s.photos.bytes["a"]
	s.publishes(komuz("a", "b", "again"))
	s.done(market.StageDone)
	s.sent(routeUpload, 2)
	if n := len(s.ad().Images); n != 2 {
		t.Errorf("the ad shows %d pictures", n)
	}
}

// A copy of an ad brings its photos from the market.
func TestOpenCopy(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a", "b")
	first := s.published("a", "b")
	ad, err := s.client.FullAd(t.Context(), s.secret(), market.Russian, first)
	if err != nil {
		t.Fatal(err)
	}
	copied := komuz()
	copied["images"] = market.PhotosValue(market.Photo{Remote: ad.Photos[1]}, market.Photo{Remote: ad.Photos[0]})
	id := s.nextID()
	s.put(market.JobPublish, id, market.PublishJob{
		ID: id, Person: seller, Draft: "draft2", Market: market.OMarket, Account: account, Lang: market.Russian, Answers: copied,
	})
	end := s.done(market.StageDone)
	if second, _ := s.market.Ad(end.AdID); end.AdID == first || len(second.Images) != 2 {
		t.Errorf("told %+v of %+v", end, second)
	}
	s.market.SetDown(true) // nothing is asked
	if err := s.do(); err == nil {
		t.Error("a closed row was worked")
	}
}

// An owner that has lost its lane does nothing to the market.
func TestOpenStale(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a")
	s.publishes(komuz("a"))
	live := s.lease
	s.lease.Until = time.Now()
	if err := s.do(); !errors.Is(err, lanes.ErrStale) {
		t.Errorf("%v", err)
	}
	s.sent(routeOpen, 0)
	s.lease = live
	s.done(market.StageDone)
	s.shows("a")
}

// discards puts a job into the lane that takes back what was opened for the
// draft.
func (s *stall) discards() {
	s.t.Helper()
	s.acts(market.AdJob{Draft: "draft1", Action: market.ActDiscard})
}

// silently works the job in the lane, which tells nobody.
func (s *stall) silently() {
	s.t.Helper()
	if err := s.do(); err != nil {
		s.t.Fatal(err)
	}
	if told := s.told(); len(told) != 0 {
		s.t.Errorf("told %+v", told)
	}
}

// refusedDraft has an ad opened for a draft that the market then refuses.
func (s *stall) refusedDraft() {
	s.t.Helper()
	s.answers(routePut, http.StatusOK, `{"resultCode":"FAIL","details":{"title":["плохой"]}}`)
	s.publishes(komuz("a"))
	s.done(market.StageFailed)
	if ads := s.market.Ads(phone); len(ads) != 1 || ads[0].Status != omarket.Initial {
		s.t.Fatalf("O!Market holds %+v", ads)
	}
}

// What was opened for a draft that is dropped is taken back, once and for all.
func TestDiscard(t *testing.T) {
	t.Parallel()
	for _, kind := range append([]omarket.FaultKind{omarket.FaultNone}, lossy...) {
		s := openSignedIn(t, omarket.Options{}, "a")
		s.refusedDraft()
		if kind != omarket.FaultNone {
			s.fault(routeDelete, kind)
		}
		s.discards()
		if kind != omarket.FaultNone {
			s.later()
		}
		s.silently()
		if ads := s.market.Ads(phone); len(ads) != 0 {
			t.Errorf("after %q O!Market holds %+v", kind, ads)
		}
	}
}

// What is an ad by now, is gone, or was never opened, is left alone.
func TestDiscardNothing(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a")
	s.discards()
	s.silently()
	s.published("a")
	s.discards()
	s.silently()
	s.shows("a")

	s = openSignedIn(t, omarket.Options{}, "a")
	s.refusedDraft()
	s.market.EndSessions(phone)
	s.discards()
	s.silently()
	if ads := s.market.Ads(phone); len(ads) != 1 {
		t.Errorf("O!Market holds %+v", ads)
	}
}

// An ad whose answer was lost may be there, also when the time to try is over a
// moment later, and when the market is away by then.
func TestOpenLostLate(t *testing.T) {
	t.Parallel()
	t.Run("at the end", func(t *testing.T) {
		t.Parallel()
		s := openSignedIn(t, omarket.Options{}, "a")
		s.fault(routePut, omarket.FaultLostAfter)
		s.publishes(komuz("a"))
		s.clock.move(30*time.Minute - 5*time.Second)
		s.later()
		s.clock.move(20 * time.Second)
		s.done(market.StageUnknown)
	})
	t.Run("then away", func(t *testing.T) {
		t.Parallel()
		s := openSignedIn(t, omarket.Options{}, "a")
		s.fault(routePut, omarket.FaultLostAfter)
		s.publishes(komuz("a"))
		s.later()
		_ = s.market.Close() // what is sent now surely has no effect
		s.later()
		s.clock.move(30*time.Minute - 5*time.Second)
		s.later()
		s.clock.move(20 * time.Second)
		s.done(market.StageUnknown)
	})
}

// What a lost upload of a former job has left on the ad takes no place from the
// photos of the next one.
func TestOpenStrayOfFormerJob(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, ten...)
	s.market.AddFault(omarket.Fault{Route: routeUpload, Kind: omarket.FaultLostAfter, Skip: 9, Times: 1})
	s.publishes(komuz(ten...))
	s.later()
	s.market.EndSessions(phone)
	s.done(market.StageFailed)
	s.signsIn()
	s.publishes(komuz(ten...))
	s.done(market.StageDone)
	s.shows(ten...)
	s.sent(routeOpen, 1)
}

// An owner that has lost its lane takes nothing off an ad either: by now it may
// be the next one's.
func TestStrayStale(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a", "b")
	s.fault(routeUpload, omarket.FaultLostAfter)
	s.publishes(komuz("a", "b"))
	s.later()
	live := s.lease
	s.lease.Until = time.Now()
	if err := s.do(); !errors.Is(err, lanes.ErrStale) {
		t.Errorf("%v", err)
	}
	s.sent(routeUnload, 0)
	s.lease = live
	s.done(market.StageDone)
	s.shows("a", "b")
}
