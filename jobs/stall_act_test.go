package jobs_test

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"bazarbot/market"
	"bazarbot/sandbox/omarket"
)

// edits puts an edit of an ad into the lane: what it holds, with changes.
func (s *stall) edits(ad string, changes market.Answers) {
	s.t.Helper()
	_, held, err := s.client.EditForm(s.t.Context(), s.secret(), market.Russian, ad, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	after := maps.Clone(held)
	maps.Copy(after, changes)
	s.acts(market.AdJob{Ad: ad, Title: "Комуз", Action: market.ActEdit, Before: held, After: after})
}

// held are the photos the ad has, as an edit names them.
func (s *stall) held() []market.Photo {
	s.t.Helper()
	ad, err := s.client.FullAd(s.t.Context(), s.secret(), market.Russian, s.ad().UUID)
	if err != nil {
		s.t.Fatal(err)
	}
	photos := make([]market.Photo, len(ad.Photos))
	for i, remote := range ad.Photos {
		photos[i] = market.Photo{Remote: remote}
	}
	return photos
}

// Photos are added, removed and put into another order; what stays is not sent
// again.
func TestEditPhotosOfOpened(t *testing.T) {
	t.Parallel()
	for _, kind := range append([]omarket.FaultKind{omarket.FaultNone}, lossy...) {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := openSignedIn(t, omarket.Options{}, "a", "b", "c", "d")
			ad := s.published("a", "b", "c")
			was := s.held()
			s.edits(ad, market.Answers{
				"title":  market.TextValue("Комуз, орех"),
				"images": market.PhotosValue(was[2], market.Photo{FileID: "d", UniqueID: "u-d"}, was[0]),
			})
			if kind != omarket.FaultNone {
				s.market.AddFault(omarket.Fault{Route: routePut, Kind: kind, Times: 1})
			}
			s.done(market.StageDone)
			s.shows("c", "d", "a")
			if got := s.ad(); got.Title != "Комуз, орех" || got.Price != "6500" || got.Status != omarket.Moderate {
				t.Errorf("the ad is %+v", got)
			}
			s.sent(routeUpload, 4)
		})
	}
}

// A new photo whose upload's answer is lost shows once.
func TestEditUploadLost(t *testing.T) {
	t.Parallel()
	for _, kind := range lossy {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := openSignedIn(t, omarket.Options{}, ten...)
			ad := s.published(ten[:9]...)
			was := s.held()
			s.fault(routeUpload, kind)
			s.edits(ad, market.Answers{"images": market.PhotosValue(append(was, market.Photo{FileID: "j", UniqueID: "u-j"})...)})
			s.later()
			s.done(market.StageDone)
			s.shows(ten...)
		})
	}
}

// removedOnce publishes an ad with two photos and has an edit take off the second
// one, which the market then deletes for good.
func (s *stall) removedOnce(kind omarket.FaultKind) (ad string) {
	s.t.Helper()
	ad = s.published("a", "b")
	was := s.held()
	s.edits(ad, market.Answers{"images": market.PhotosValue(was[0])})
	if kind != omarket.FaultNone {
		s.fault(routePut, kind)
	}
	s.done(market.StageDone)
	s.shows("a")
	if err := s.client.RemoveImage(s.t.Context(), s.secret(), ad, was[1].Remote); err != nil {
		s.t.Fatal(err)
	}
	return ad
}

// A photo that was taken off and is added again has a new address: the old one
// leads nowhere.
func TestEditPhotoAgain(t *testing.T) {
	t.Parallel()
	for _, kind := range append([]omarket.FaultKind{omarket.FaultNone}, lossy...) {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := openSignedIn(t, omarket.Options{}, "a", "b")
			ad := s.removedOnce(kind)
			s.edits(ad, market.Answers{"images": market.PhotosValue(market.Photo{FileID: "b", UniqueID: "u-b"}, s.held()[0])})
			s.done(market.StageDone)
			s.shows("b", "a")
			s.sent(routeUpload, 3)
		})
	}
}

// That it was there is forgotten before the market is told, so that nobody who
// goes on after a crash relies on it.
func TestEditForgetsBefore(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a", "b")
	ad := s.published("a", "b")
	s.answers(routePut, http.StatusOK, `{"resultCode":"FAIL","details":{"title":["плохой"]}}`)
	s.edits(ad, market.Answers{"images": market.PhotosValue(s.held()[0])})
	s.done(market.StageFailed)
	s.shows("a", "b")
	if known, err := s.db.Uploads(t.Context(), account+"/"+ad); err != nil || len(known) != 1 {
		t.Errorf("known are %v, %v", known, err)
	}
}

// In an ad that is full, what goes makes room for what comes.
func TestEditFull(t *testing.T) {
	t.Parallel()
	for _, route := range []string{routeUnload, routeUpload, routePut} {
		for _, kind := range append([]omarket.FaultKind{omarket.FaultNone}, lossy...) {
			t.Run(route+" "+string(kind), func(t *testing.T) {
				t.Parallel()
				s := openSignedIn(t, omarket.Options{}, append([]string{"k", "l"}, ten...)...)
				ad := s.published(ten...)
				was := s.held()
				photos := append([]market.Photo{{FileID: "k", UniqueID: "u-k"}, {FileID: "l", UniqueID: "u-l"}}, was[2:]...)
				s.edits(ad, market.Answers{"images": market.PhotosValue(photos...)})
				if kind != omarket.FaultNone {
					s.fault(route, kind)
					if route != routePut {
						s.later()
					}
				}
				s.done(market.StageDone)
				s.shows(append([]string{"k", "l"}, ten[2:]...)...)
				s.edits(ad, market.Answers{"images": market.PhotosValue(append(s.held()[:9], market.Photo{FileID: "a", UniqueID: "u-a"})...)})
				s.done(market.StageDone)
				s.shows(append([]string{"k", "l"}, "c", "d", "e", "f", "g", "h", "i", "a")...)
			})
		}
	}
}

// What the market refuses of an edit is told, and the ad stays as it was.
func TestEditRefused(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a")
	ad := s.published("a")
	s.demands(624)
	s.edits(ad, market.Answers{"title": market.TextValue("Комуз, орех")})
	if end := s.done(market.StageFailed); end.Kind != market.Invalid || end.Fields["filter:624"] == "" {
		t.Errorf("told %+v", end)
	}
	if got := s.ad().Title; got != "Комуз" {
		t.Errorf("the title is %q", got)
	}
}

// An ad that a moderator has taken down meanwhile, or that is gone, is told so.
func TestEditMeanwhile(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a")
	ad := s.published("a")
	s.edits(ad, market.Answers{"title": market.TextValue("Комуз, орех")})
	if err := s.market.Decide(ad, omarket.Cancelled, "Чужое фото"); err != nil {
		t.Fatal(err)
	}
	s.done(market.StageDone) // an edit is what helps
	if got := s.ad(); got.Status != omarket.Moderate || got.Commentary != "" {
		t.Errorf("the ad is %+v", got)
	}
	s.edits(ad, market.Answers{"title": market.TextValue("Комуз")})
	if err := s.client.Delete(t.Context(), s.secret(), ad); err != nil {
		t.Fatal(err)
	}
	if end := s.done(market.StageFailed); end.Kind != market.NotFound {
		t.Errorf("told %+v", end)
	}
}

// A deletion is done once, whatever becomes of its answer.
func TestDeleteLost(t *testing.T) {
	t.Parallel()
	for _, kind := range append([]omarket.FaultKind{omarket.FaultNone}, lossy...) {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := openSignedIn(t, omarket.Options{}, "a")
			ad := s.published("a")
			if kind != omarket.FaultNone {
				s.fault(routeDelete, kind)
			}
			s.acts(market.AdJob{Ad: ad, Title: "Комуз", Action: market.ActDelete})
			s.done(market.StageDone)
			if ads := s.market.Ads(phone); len(ads) != 0 {
				t.Errorf("O!Market holds %+v", ads)
			}
		})
	}
}

// Whoever deletes what is gone already has it deleted.
func TestDeleteGone(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a")
	ad := s.published("a")
	if err := s.client.Delete(t.Context(), s.secret(), ad); err != nil {
		t.Fatal(err)
	}
	s.acts(market.AdJob{Ad: ad, Title: "Комуз", Action: market.ActDelete})
	if end := s.done(market.StageDone); end.Action != market.ActDelete || end.Title != "Комуз" {
		t.Errorf("told %+v", end)
	}
	s.sent(routeDelete, 1)
}

// A market that is away while one looks is looked at later.
func TestDeleteLostThenAway(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a")
	ad := s.published("a")
	s.fault(routeDelete, omarket.FaultLostAfter)
	s.market.AddFault(omarket.Fault{Route: routeGet, Kind: omarket.FaultHTML, Skip: 1, Times: 3})
	s.acts(market.AdJob{Ad: ad, Title: "Комуз", Action: market.ActDelete})
	s.later()
	s.done(market.StageDone)
	s.sent(routeDelete, 1)
}

// A market whose answers keep getting lost is asked again after a pause, and not
// without end.
func TestEditLostAgain(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a")
	ad := s.published("a")
	s.market.AddFault(omarket.Fault{Route: routePut, Kind: omarket.FaultAnswer, Status: http.StatusOK, Body: `{"res`, Times: 20})
	s.edits(ad, market.Answers{"title": market.TextValue("Комуз, орех")})
	if after := s.later(); after != 20*time.Second {
		t.Errorf("put off by %v", after)
	}
	s.sent(routePut, 3) // publishing, the edit, once more
	if told := s.told(); told[len(told)-1].Stage != market.StageWaiting {
		t.Errorf("told %+v", told)
	}
	s.market.ClearFaults()
	s.done(market.StageDone)
	if got := s.ad().Title; got != "Комуз, орех" {
		t.Errorf("the title is %q", got)
	}
}

// An edit whose answer was lost may have come through, also when what was sent
// after it surely has not.
func TestEditLostThenAway(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a")
	ad := s.published("a")
	s.market.AddFault(omarket.Fault{Route: routePut, Kind: omarket.FaultLostAfter, Times: 2})
	s.edits(ad, market.Answers{"title": market.TextValue("Комуз, орех")})
	s.later()
	_ = s.market.Close()
	s.clock.move(30*time.Minute - 5*time.Second)
	s.later()
	s.clock.move(11 * time.Minute)
	s.done(market.StageUnknown)
}
