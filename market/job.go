package market

import (
	"slices"
	"time"
)

// PublishJob is the work of putting one draft on its market, as it goes into
// the account's lane. It carries its own copy of the answers: what the person
// changes later concerns the next job.
type PublishJob struct {
	ID      string  `json:"id"` // one press of "Publish"
	Person  int64   `json:"person"`
	Draft   string  `json:"draft"`
	Market  ID      `json:"market"`
	Account string  `json:"account"`
	Lang    Lang    `json:"lang"`
	Answers Answers `json:"answers"`
}

// The kinds of rows in an account's lane.
const (
	JobPublish = "publish" // payload: a PublishJob as JSON
	JobAd      = "ad"      // payload: an AdJob as JSON
)

// Action is what can be done to an ad that exists.
type Action string

// The actions. Posting, republishing and colouring cost money; what the last two
// cost, no market says. Each is also the name of its attempt.
const (
	ActPost      Action = "post" // a PublishJob's
	ActRepublish Action = "republish"
	ActColour    Action = "colour"
	ActHide      Action = "hide"
	ActShow      Action = "show"
	ActEdit      Action = "edit"
	ActAuto      Action = "auto"
	ActDelete    Action = "delete"
	ActDiscard   Action = "discard" // takes back what was opened for a draft that was dropped
	// Of an account's profile, not of an ad:
	ActAvatar       Action = "avatar"        // gives it a picture
	ActAvatarRemove Action = "avatar_remove" // takes its picture away
)

// Paid reports whether the market charges for the action.
func (a Action) Paid() bool { return slices.Contains(PaidActions, a) }

// PaidActions are the actions that markets charge for.
var PaidActions = []Action{ActPost, ActRepublish, ActColour}

// Helps reports whether the action does for an ad, as it is now, what it is for.
// What does not help is not done, and least of all paid.
func (a Action) Helps(ad Ad) bool {
	switch a {
	case ActRepublish:
		return slices.Contains([]State{StatePublic, StateExpired, StateBlockedCommercial}, ad.State)
	case ActColour:
		return ad.State == StatePublic && !ad.Coloured
	case ActShow:
		return ad.State == StateHidden || ad.State == StatePublic // who shows it twice has it shown
	}
	return true
}

// Charge is something paid that took effect.
type Charge struct {
	What Action
	Ad   string
	At   time.Time
}

// StepPhoto begins the steps that bring a photo to a market.
const StepPhoto = "photo:"

// AdJob is the work of doing something to one ad, as it goes into the account's
// lane.
type AdJob struct {
	ID      string         `json:"id"` // one press of the button
	Person  int64          `json:"person"`
	Market  ID             `json:"market"`
	Account string         `json:"account"`
	Lang    Lang           `json:"lang"`
	Ad      string         `json:"ad"`
	Draft   string         `json:"draft,omitempty"` // ActDiscard
	Title   string         `json:"title"`           // names the ad in what is told of it
	Action  Action         `json:"action"`
	Bulk    string         `json:"bulk,omitempty"`   // one of many, chosen and confirmed together
	Before  Answers        `json:"before,omitempty"` // ActEdit: what the person saw
	After   Answers        `json:"after,omitempty"`  // ActEdit: what they want
	Auto    *Autorepublish `json:"auto,omitempty"`   // ActAuto
	Photo   *Photo         `json:"photo,omitempty"`  // ActAvatar
}

// Stage is how far a job has come.
type Stage string

// The stages a job reports.
const (
	StagePhotos  Stage = "photos"  // Done of Total photos are with the market
	StagePosting Stage = "posting" // the ad itself is being sent
	StageLooking Stage = "looking" // the answer was lost: looking whether it took effect
	StageWaiting Stage = "waiting" // the market does not answer: tried again by itself
	StageDone    Stage = "done"    // AdID and URL tell the ad
	StageFailed  Stage = "failed"  // Kind, Message and Fields tell why; nothing was posted
	StageUnknown Stage = "unknown" // nobody could find out: the person is asked
	// Of a SignJob, as its end:
	StageCode     Stage = "code"     // the market has sent a code by SMS
	StagePassword Stage = "password" // the number is confirmed, and the password forgotten by now
)

// Report is what a job tells its person, as a row in the person's lane.
type Report struct {
	Job     string            `json:"job"`
	Draft   string            `json:"draft,omitempty"`  // of a PublishJob
	Action  Action            `json:"action,omitempty"` // of an AdJob
	Bulk    string            `json:"bulk,omitempty"`   // of an AdJob
	Market  ID                `json:"market"`
	Account string            `json:"account"`
	Stage   Stage             `json:"stage"`
	Done    int               `json:"done,omitempty"`
	Total   int               `json:"total,omitempty"`
	AdID    string            `json:"ad_id,omitempty"`
	Title   string            `json:"title,omitempty"` // of an AdJob's ad
	URL     string            `json:"url,omitempty"`
	State   State             `json:"state,omitempty"` // StageDone: the ad's, when the market told it
	Opens   time.Time         `json:"opens,omitzero"`  // StageDone: when buyers will see it, if not yet
	Kind    ErrorKind         `json:"kind,omitempty"`
	Message string            `json:"message,omitempty"`
	Fields  map[string]string `json:"fields,omitempty"`
	Photo   int               `json:"photo,omitempty"` // 1-based: the photo the failure is about
	Ref     string            `json:"ref,omitempty"`
	RetryAt time.Time         `json:"retry_at,omitzero"` // Quota: when it is free again, as far as known
	Sign    SignStep          `json:"sign,omitempty"`    // of a SignJob
	Secret  Secret            `json:"secret,omitempty"`  // StageDone of a SignJob: what opens the account
}

// Final reports whether the job has ended with this report.
func (r Report) Final() bool {
	switch r.Stage {
	case StageDone, StageFailed, StageUnknown, StageCode, StagePassword:
		return true
	}
	return false
}

// PhotoFault is why a picture cannot be used.
type PhotoFault string

// The faults of a picture.
const (
	PhotoTooLarge   PhotoFault = "too_large"  // above 40 megapixels, or more memory than there is for pictures
	PhotoTooHeavy   PhotoFault = "too_heavy"  // more bytes than Telegram lets a bot fetch
	PhotoUnreadable PhotoFault = "unreadable" // damaged, or no picture
	PhotoFormat     PhotoFault = "format"     // a picture of a kind the bot does not take
)

// PhotoError says that a picture cannot be used, and why.
type PhotoError struct {
	Fault PhotoFault
	Err   error
}

// Error is for the log.
func (e *PhotoError) Error() string {
	s := "photo: " + string(e.Fault)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *PhotoError) Unwrap() error { return e.Err }

// Timer is something a conversation wants to be told at a time: it comes back
// to the person's lane as an event with the same Name and Arg. A second timer
// of the same ID is dropped.
type Timer struct {
	ID     string    `json:"id"`
	Person int64     `json:"person"`
	Due    time.Time `json:"due"`
	Name   string    `json:"name"` // what it is for; the dialogs' own word
	Arg    string    `json:"arg"`
}

// JobTimer is the kind of a timer's row. It waits in a lane of its own, as a
// row that is not due holds back those behind it.
const JobTimer = "timer"
