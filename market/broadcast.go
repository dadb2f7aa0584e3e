package market

import (
	"encoding/json"
	"time"
)

// PartKind is what a part of a message is.
type PartKind string

// The kinds of parts that can be sent to many.
const (
	PartText     PartKind = "text"
	PartPhoto    PartKind = "photo"
	PartVideo    PartKind = "video"
	PartDocument PartKind = "document"
)

// Part is a text or a file with its caption.
type Part struct {
	Kind     PartKind        `json:"kind"`
	File     string          `json:"file,omitempty"`     // Telegram's id of it
	Text     string          `json:"text,omitempty"`     // or the caption, plain
	Entities json.RawMessage `json:"entities,omitempty"` // of Text, as Telegram writes them
}

// Link is a button that opens a page.
type Link struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

// Content is a message as it is sent to many: by its content and not as a copy
// of the admin's own message, which may be deleted meanwhile.
type Content struct {
	Parts []Part `json:"parts"` // an album has several
	Links []Link `json:"links,omitempty"`
}

// Mailing is what a broadcast says, in several languages.
type Mailing struct {
	Versions map[Lang]Content `json:"versions"`
	Order    []Lang           `json:"order"` // whose language has no version gets the first
}

// For is what a person reads who speaks a language.
func (m Mailing) For(lang Lang) Content {
	if c, ok := m.Versions[lang]; ok {
		return c
	}
	for _, lang := range m.Order {
		if c, ok := m.Versions[lang]; ok {
			return c
		}
	}
	return Content{}
}

// Audience says whom a broadcast is for: those for whom all that is set holds.
// Nobody gets one who has left, is blocked or has turned news off.
type Audience struct {
	Langs   []Lang      `json:"langs,omitempty"`
	Markets []ID        `json:"markets,omitempty"` // with an account at one of them
	Days    int         `json:"days,omitempty"`    // who did something within so many days
	Draft   bool        `json:"draft,omitempty"`   // with an ad that is not published
	Roles   []StaffRole `json:"roles,omitempty"`
	Persons []int64     `json:"persons,omitempty"` // a test group
}

// Broadcast is a message on its way to many.
type Broadcast struct {
	ID       string
	By       int64
	State    BroadcastState
	Wanted   BroadcastOrder
	Body     []byte // a Mailing as JSON; sealed
	Audience Audience
	Due      time.Time // zero: at once

	Created, Started, Ended time.Time
	Told                    time.Time     // when its progress was told last
	Worked                  time.Duration // spent on sending
	Tally
	Total int // recipients; known once it has started
}

// Tally counts recipients by what became of them.
type Tally struct{ Delivered, Blocked, Failed int }

// Done is how many were tried to the end.
func (t Tally) Done() int { return t.Delivered + t.Blocked + t.Failed }

// BroadcastState is where a broadcast stands.
type BroadcastState string

// The states of a broadcast.
const (
	BroadcastScheduled BroadcastState = "scheduled"
	BroadcastRunning   BroadcastState = "running"
	BroadcastPaused    BroadcastState = "paused"
	BroadcastDone      BroadcastState = "done"
	BroadcastCancelled BroadcastState = "cancelled"
)

// Over reports whether nothing will be sent any more.
func (s BroadcastState) Over() bool { return s == BroadcastDone || s == BroadcastCancelled }

// BroadcastOrder is what an admin wants of a broadcast. The state follows it.
type BroadcastOrder string

// The orders.
const (
	OrderRun    BroadcastOrder = "run"
	OrderPause  BroadcastOrder = "pause"
	OrderCancel BroadcastOrder = "cancel" // final
)

// Stands is where a broadcast stands, or will as soon as its order is seen.
func (b Broadcast) Stands() BroadcastState {
	switch {
	case b.State.Over():
		return b.State
	case b.Wanted == OrderCancel:
		return BroadcastCancelled
	case b.Wanted == OrderPause:
		return BroadcastPaused
	case b.State == BroadcastPaused:
		return BroadcastRunning
	}
	return b.State
}

// Steer is what is wanted of a broadcast from now on.
type Steer struct {
	Broadcast string
	Wanted    BroadcastOrder
}

// BulkJob has a broadcast sent, or sent on.
type BulkJob struct {
	ID        string    `json:"id"` // one decision of an admin
	Broadcast string    `json:"broadcast"`
	Due       time.Time `json:"-"` // zero: now
}

// Recipient is one of a broadcast's people.
type Recipient struct {
	Person int64
	Lang   Lang
	Tries  int // that failed
}

// RecipientState is what became of a recipient.
type RecipientState string

// The states of a recipient.
const (
	RecipientWaiting   RecipientState = "waiting"
	RecipientSending   RecipientState = "sending" // on its way, or was when a process died
	RecipientDelivered RecipientState = "delivered"
	RecipientBlocked   RecipientState = "blocked" // the person has left
	RecipientFailed    RecipientState = "failed"
)

// Delivery is how a try to reach a recipient ended. Waiting: not at all, or to
// be tried again.
type Delivery struct {
	Person int64
	State  RecipientState
	Tries  int
	Reason string // Failed; Telegram's words
	At     time.Time
}
