package market

import "time"

// Account is a person's account at a market.
type Account struct {
	ID      string // ours
	Person  int64  // Telegram user id
	Market  ID
	Label   string // what the person reads: a phone number or a name they gave
	State   AccountState
	Default bool
	Secret  Secret // API key, or the tokens as the client packs them
	Version int64  // grows with each stored change of Secret
	// Renewed has Secret stored in place of the present one. Without it a
	// stored account keeps its secret, which may have been refreshed meanwhile.
	Renewed   bool
	CreatedAt time.Time
}

// AccountState tells whether an account can be used.
type AccountState string

// The states of an account.
const (
	AccountActive    AccountState = "active"
	AccountSignedOut AccountState = "signed_out" // the market refused its secret; sign in again
	AccountPending   AccountState = "pending"    // signing up: the market waits for a code
)

// Draft is an ad in the making. Body is opaque to all but the dialogs.
type Draft struct {
	ID        string
	Person    int64
	Market    ID
	Account   string // "" until known
	State     DraftState
	AdID      string // set when published
	Body      []byte
	UpdatedAt time.Time
}

// DraftState tells where a draft stands on its way to the market.
type DraftState string

// The states of a draft.
const (
	DraftOpen       DraftState = "open"
	DraftPublishing DraftState = "publishing" // a job holds a copy of it
	DraftAsking     DraftState = "asking"     // outcome unknown: the person is asked
	DraftPublished  DraftState = "published"
)

// Attempt is the saved intent of one remote write and, later, its result. A
// begun attempt without a result means: look, never send.
type Attempt struct {
	Job     string // the work row's key
	Step    string // unique within the job: "image:0", "post"
	Account string
	Fence   int64
	State   AttemptState
	Before  []byte // the state before and what is sent; opaque to storage
	Result  []byte // opaque to storage
	AdID    string // set when a paid post took effect
	BegunAt time.Time
	EndedAt time.Time
}

// AttemptState tells what is known of an attempt.
type AttemptState string

// The states of an attempt.
const (
	AttemptBegun  AttemptState = "begun"
	AttemptDone   AttemptState = "done"
	AttemptFailed AttemptState = "failed" // the market refused; nothing took effect
)

// Binding ties a published ad to the draft it was made of, so that no second
// draft adopts it and what the market does not give back stays known.
type Binding struct {
	Market  ID
	AdID    string
	Account string
	Person  int64
	Draft   string
	Body    []byte // the answers it was made of; opaque to storage
	At      time.Time
}

// Upload remembers that an account already has a picture, so that the same
// picture is never sent twice with one key.
type Upload struct {
	Account string
	Hash    string // SHA-256 of the bytes sent, hex
	Remote  string // the market's id
	At      time.Time
}

// Listing is what an account's ads were when its market was asked last. It goes
// with its account.
type Listing struct {
	Account string
	Body    []byte // opaque to storage, sealed
	At      time.Time
}

// Session is a person's conversation as storage keeps it.
type Session struct {
	Person int64 // Telegram user id
	Lang   Lang
	Body   []byte // opaque to storage, sealed
	Screen int64  // message id of the screen shown last; 0: none. Only Checkpoint and Close change it
	Seen   *Seen  // what an update told of the person; nil: nothing is written of it
	// What others decided, or the person did elsewhere; read only.
	Blocked time.Time // kept out since; zero: not
	NewsOff bool
}

// Seen is what Telegram told of a person with an update.
type Seen struct {
	Username string // without @; "": they have none
	At       time.Time
}

// Screen is the message that shows a person where they are, noted once it was
// sent. The zero value notes nothing.
type Screen struct {
	Person  int64 // Telegram user id
	Message int64 // Telegram message id
}

// Changes is all that one step of work changes. Storage commits it whole or,
// when the lane's fence is stale, not at all.
type Changes struct {
	Session      *Session // nil: unchanged
	Drafts       []Draft  // inserted, or replaced by ID
	DropDrafts   []string
	Accounts     []Account // inserted, or replaced by ID
	DropAccounts []string  // the secret goes with the row
	Attempts     []Attempt // inserted, or replaced by (Job, Step)
	Bindings     []Binding
	Uploads      []Upload
	DropUploads  []Upload  // by Account and Remote
	Listings     []Listing // inserted, or replaced by Account
	News         []News
	Staff        []Staff // replaced by Person
	Blocks       []Block
	Deeds        []Deed
	Broadcasts   []Broadcast // inserted
	Steers       []Steer
}
