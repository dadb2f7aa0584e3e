package dialogs

import (
	"slices"
	"strconv"
	"time"
)

// Limits bound what one person may do. They are far above what anybody does who
// uses the bot by hand; docs/admin.md lists them.
type Limits struct {
	// Updates is how many messages and presses of one person are worked within
	// a Window. What comes beyond is answered once and then dropped, until the
	// window is over.
	Updates int
	Window  time.Duration
	// Album is how many photos of albums are taken within a Window besides: they
	// arrive all at once.
	Album int
	// Within an Hour:
	SignIns   int // tries to open an account: keys, passwords
	Codes     int // SMS codes asked for
	Photos    int
	Questions int // to support
}

// DefaultLimits are those of the product.
var DefaultLimits = Limits{
	Updates: 60, Window: 10 * time.Second, Album: 100,
	SignIns: 15, Codes: 6, Photos: 400, Questions: 5,
}

// Flow counts what a person has sent within a window.
type Flow struct {
	From  time.Time `json:"from"`
	N     int       `json:"n,omitempty"`
	Album int       `json:"album,omitempty"`
	Told  bool      `json:"told,omitempty"` // that it is too much
}

// byHand reports whether the person did it, and not the bot for them.
func (k EventKind) byHand() bool {
	switch k {
	case Said, Command, Pressed, Pictured, Edited, Contact, Other:
		return true
	}
	return false
}

// flooded reports whether an event is too much and was dropped. The person is
// told once a window.
func (t *Turn) flooded() bool {
	if !t.ev.Kind.byHand() {
		return false
	}
	limits, at := t.d.Limits, t.ev.Date
	if at.IsZero() {
		at = t.now
	}
	flow := t.s.Flow
	if flow == nil || at.Sub(flow.From) >= limits.Window {
		flow = &Flow{From: at}
		t.s.Flow = flow
	}
	within := false
	if t.ev.Album != "" {
		flow.Album++
		within = flow.Album <= limits.Album
	} else {
		flow.N++
		within = flow.N <= limits.Updates
	}
	if within {
		return false
	}
	t.silent = true
	if !flow.Told {
		flow.Told = true
		t.only(say("limit.updates", "Seconds", strconv.Itoa(int(limits.Window.Seconds()))))
	}
	return true
}

// only answers an event with one message and nothing else.
func (t *Turn) only(text Text) {
	var v View
	v.say(text)
	t.notice(v)
}

// keptOut reports whether the staff has blocked the person. They are told once;
// from then on nothing they do is answered. What their jobs report still comes:
// they may have paid for it.
func (t *Turn) keptOut() bool {
	if t.s.Blocked.IsZero() || !t.ev.Kind.byHand() {
		return false
	}
	t.silent = true
	if !t.s.BlockTold.Equal(t.s.Blocked) {
		t.s.BlockTold = t.s.Blocked
		t.only(say("block.text"))
	}
	return true
}

// What is counted by the hour.
const (
	spentSignIn   = "signin"
	spentCode     = "code"
	spentPhoto    = "photo"
	spentQuestion = "question"
)

// spend counts something that is bounded by the hour; false when it is too much,
// and then it is not counted.
func (t *Turn) spend(what string) bool {
	most := map[string]int{
		spentSignIn: t.d.Limits.SignIns, spentCode: t.d.Limits.Codes,
		spentPhoto: t.d.Limits.Photos, spentQuestion: t.d.Limits.Questions,
	}[what]
	hourAgo := t.now.Add(-time.Hour).Unix()
	spent := slices.DeleteFunc(t.s.Spent[what], func(at int64) bool { return at <= hourAgo })
	allowed := len(spent) < most
	if allowed {
		spent = append(spent, t.now.Unix())
	}
	if t.s.Spent == nil {
		t.s.Spent = map[string][]int64{}
	}
	t.s.Spent[what] = spent
	return allowed
}
