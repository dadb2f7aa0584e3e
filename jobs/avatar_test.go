package jobs_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"bazarbot/market"
	"bazarbot/sandbox/omarket"
)

const (
	routeAvatar   = "POST /api/ads-board/v1/user/upload-avatar/"
	routeNoAvatar = "DELETE /api/ads-board/v1/user/remove-avatar/"
)

// faces puts a new picture of the profile into the lane.
func (s *stall) faces(id string) {
	s.t.Helper()
	s.acts(market.AdJob{Action: market.ActAvatar, Photo: &market.Photo{FileID: id, UniqueID: "u-" + id}})
}

// face checks what picture the profile has; "" is none.
func (s *stall) face(want string) {
	s.t.Helper()
	a, _ := s.market.Account(phone)
	switch {
	case want == "" && a.Avatar != "":
		s.t.Errorf("the profile has the picture %s", a.Avatar)
	case want != "" && !bytes.Equal(s.market.Image(a.Avatar), s.photos.bytes[want]):
		s.t.Errorf("the profile does not have the picture %q", want)
	}
}

// A picture is set and taken away, and again when an answer is lost: the profile
// has the last one, whatever was lost.
func TestAvatar(t *testing.T) {
	t.Parallel()
	for _, kind := range append([]omarket.FaultKind{omarket.FaultNone}, lossy...) {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := openSignedIn(t, omarket.Options{}, "a", "b")
			ends := func() market.Report {
				for s.do() != nil { // put off
				}
				told := s.told()
				return told[len(told)-1]
			}
			s.faces("a")
			if kind != omarket.FaultNone {
				s.fault(routeAvatar, kind)
			}
			end := ends()
			if end.Stage != market.StageDone || end.Action != market.ActAvatar || end.URL == "" || s.market.Image(end.URL) == nil {
				t.Fatalf("told %+v", end)
			}
			s.face("a")
			s.faces("b")
			ends()
			s.face("b")
			for range 2 { // the second time there is none
				s.acts(market.AdJob{Action: market.ActAvatarRemove})
				if kind != omarket.FaultNone {
					s.fault(routeNoAvatar, kind)
				}
				if end := ends(); end.Stage != market.StageDone || end.URL != "" {
					t.Fatalf("told %+v", end)
				}
				s.face("")
			}
		})
	}
}

// What the market or Telegram has against a picture is told, and the one before
// stays.
func TestAvatarRefused(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a", "b")
	s.faces("a")
	s.done(market.StageDone)
	for name, prepare := range map[string]func(){
		"the market":      func() { s.answers(routeAvatar, http.StatusBadRequest, `{"image": ["Плохое фото."]}`) },
		"no picture":      func() { s.photos.fails["b"] = &market.PhotoError{Fault: market.PhotoUnreadable} },
		"too large there": func() { s.photos.fails["b"] = nil; s.answers(routeAvatar, http.StatusRequestEntityTooLarge, "") },
	} {
		prepare()
		s.faces("b")
		if end := s.done(market.StageFailed); end.Kind != market.Invalid || end.Photo != 1 || end.Ref == "" {
			t.Errorf("%s: told %+v", name, end)
		}
		s.face("a")
	}
}

// Nobody waits for ever: what may have come through is told as unknown.
func TestAvatarTooLate(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a")
	s.market.SetDown(true)
	s.faces("a")
	s.later()
	s.clock.move(time.Hour)
	s.done(market.StageUnknown)
	s.sent(routeAvatar, 1)
	s.market.SetDown(false)

	s.faces("a") // one that nobody has tried in time did not come through
	if end := s.done(market.StageFailed); end.Kind != market.Unavailable {
		t.Errorf("told %+v", end)
	}
	s.face("")

	s.market.EndSessions(phone)
	s.faces("a")
	s.row.Arrived = s.clock.now()
	if end := s.done(market.StageFailed); end.Kind != market.NotSignedIn {
		t.Errorf("told %+v", end)
	}
	s.face("")
}

// A picture whose answer was lost may be there, also when the market is away
// from then on.
func TestAvatarLostThenAway(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{}, "a")
	s.fault(routeAvatar, omarket.FaultLostAfter)
	s.faces("a")
	s.later()
	_ = s.market.Close()
	s.clock.move(30*time.Minute - 5*time.Second)
	s.later()
	s.clock.move(20 * time.Second)
	s.done(market.StageUnknown)
}
