package market

import (
	"slices"
	"time"
)

// StaffRole is what somebody is to the operator of the bot; "" for everybody
// who only uses it.
type StaffRole string

// The roles.
const (
	StaffOwner   StaffRole = "owner" // named in the settings
	StaffAdmin   StaffRole = "admin"
	StaffSupport StaffRole = "support"
)

// StaffRoles are the roles, the one that may do most first.
var StaffRoles = []StaffRole{StaffOwner, StaffAdmin, StaffSupport}

// Right is something that not everybody may do.
type Right string

// The rights.
const (
	MayAppoint   Right = "appoint" // admins and support; and read the audit log
	MayBroadcast Right = "broadcast"
	MayCount     Right = "count" // read the statistics
	MayBlock     Right = "block"
	MayLook      Right = "look"   // at a person's card
	MayAnswer    Right = "answer" // what people write to support
)

// rights are those that a role has.
var rights = map[StaffRole][]Right{
	StaffOwner:   {MayAppoint, MayBroadcast, MayCount, MayBlock, MayLook, MayAnswer},
	StaffAdmin:   {MayBroadcast, MayCount, MayBlock, MayLook, MayAnswer},
	StaffSupport: {MayLook, MayAnswer},
}

// May reports whether the role has the right.
func (r StaffRole) May(right Right) bool { return slices.Contains(rights[r], right) }

// Staff is somebody with a role. Without a role it is somebody who had one.
type Staff struct {
	Person int64 // Telegram user id
	Role   StaffRole
	By     int64 // who appointed them; 0: the settings
	Since  time.Time
}

// Deed is an entry of the audit log: who did what, to whom, and when.
type Deed struct {
	ID      string
	At      time.Time
	By      int64
	What    string // the dialogs' own word
	Whom    int64  // 0: nobody in particular
	Details string // sealed
}

// Block keeps a person out of the bot, or lets them in again.
type Block struct {
	Person int64
	At     time.Time // zero: let in again
}

// News tells whether a person wants broadcasts.
type News struct {
	Person int64
	Off    bool
}

// Letter is what one person is told by another, or by the bot for another's
// sake: it comes back in the addressee's lane as an event.
type Letter struct {
	ID   string     `json:"id"` // a second one of the same ID to the same person is dropped
	To   int64      `json:"to"`
	Kind LetterKind `json:"kind"`
	From int64      `json:"from,omitempty"` // who wrote
	Lang Lang       `json:"lang,omitempty"` // From's
	Text string     `json:"text,omitempty"`
	File string     `json:"file,omitempty"` // Telegram's id of a photo
	Role StaffRole  `json:"role,omitempty"` // LetterRole: the new one
	// Of LetterAlert: what happened how often, and to what.
	Alert  AlertKind `json:"alert,omitempty"`
	Count  int       `json:"count,omitempty"`
	Detail string    `json:"detail,omitempty"`
	// Of LetterMailing: which broadcast has come on.
	Broadcast string `json:"broadcast,omitempty"`
}

// LetterKind is what a letter is about.
type LetterKind string

// The kinds of letters.
const (
	LetterQuestion LetterKind = "question" // to the staff: somebody asks
	LetterAnswered LetterKind = "answered" // to the staff: somebody of them has answered
	LetterAnswer   LetterKind = "answer"   // to who asked
	LetterRole     LetterKind = "role"     // to who was appointed
	LetterAlert    LetterKind = "alert"
	LetterMailing  LetterKind = "mailing" // to who sends a broadcast: how far it is
)

// AlertKind is something the operator must hear of.
type AlertKind string

// The kinds of alerts.
const (
	AlertOutage  AlertKind = "outage"  // a market has not answered for a while
	AlertKey     AlertKind = "key"     // a market refuses the operator's key
	AlertDead    AlertKind = "dead"    // work was set aside
	AlertDisk    AlertKind = "disk"    // the disk of the embedded database is nearly full
	AlertWebhook AlertKind = "webhook" // Telegram could not bring updates
	// AlertElsewhere is that Telegram brings the updates to another address.
	AlertElsewhere AlertKind = "elsewhere"
	AlertBulk      AlertKind = "bulk"    // a broadcast stands still
	AlertUnknown   AlertKind = "unknown" // a market asks in a category what the bot does not know
)

// Alert is how often something happened since the operator was told last.
type Alert struct {
	Kind  AlertKind
	Count int
	// Detail is of the newest, or of several, a line each: of all that are told
	// once, of the first few where Each is set. It holds nothing of any person
	// but their id.
	Detail string
	Each   bool
	// Once, where it is given, names what is told of once and never again, or
	// only after nothing was heard of it for Quiet, where that is given.
	Once  string
	Quiet time.Duration
}

// PersonCard is what support sees of a person.
type PersonCard struct {
	ID       int64
	Lang     Lang
	Role     StaffRole
	Created  time.Time
	Active   time.Time // when they last did something; zero: never
	Gone     time.Time // when they left; zero: they are here
	Blocked  time.Time // when they were kept out; zero: they are not
	NewsOff  bool
	Accounts []Account // without their secrets
	Drafts   []Draft   // without their bodies
	Charges  []Try     // paid writes, the last first
	Refs     []Ref     // of errors, the last first
}

// Try is a paid write to a market as it stands.
type Try struct {
	What  Action
	State AttemptState
	Ad    string
	At    time.Time
}

// Ref is an error that a person was shown: its reference leads to the log.
type Ref struct {
	Ref  string    `json:"ref"`
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
}

// Stats are the figures of the whole bot.
type Stats struct {
	People   int
	New      Spans
	Active   Spans
	Gone     int
	Blocked  int
	NewsOff  int
	Langs    map[Lang]int
	Accounts map[ID]int // that can be used
	Days     []Day24    // the last two weeks, the oldest first
	Failures map[string]int
	Queues   []Queue
}

// Spans counts something of the last 24 hours and of the last seven days.
type Spans struct{ Day, Week int }

// Day24 is a span of 24 hours.
type Day24 struct {
	From time.Time
	New  int // people
	Ads  map[ID]int
}

// Queue is the work that waits in the lanes of one class.
type Queue struct {
	Class string
	Due   int
	Later int
	Age   time.Duration
}
