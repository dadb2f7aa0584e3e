package market

import "time"

// State is where an ad stands at its market. Markets have states of their own
// beside these; an unknown one is passed through and shown as it came.
type State string

// The states of ads at the markets this bot knows.
const (
	StatePublic            State = "public"
	StateHidden            State = "hidden"
	StateBlocked           State = "blocked"            // by the administration; editing helps
	StateBlockedCommercial State = "blocked_commercial" // republishing helps
	StateNeedPay           State = "need_pay"
	StateExpired           State = "expired"
	StateModerate          State = "moderate" // being checked; buyers do not see it yet
	StateActive            State = "active"
	StateCancelled         State = "cancelled" // refused by a moderator
	StateDisabled          State = "disabled"
)

// Ad is one of a seller's ads as its market shows it. What a market does not
// tell stays empty.
type Ad struct {
	ID          string
	Market      ID
	Title       string
	Text        string
	State       State
	URL         string   // its public page; empty when there is none
	Path        []string // category, subcategory: titles
	OfferType   string   // title
	Price       Money
	Views       int
	Coloured    bool
	Posted      time.Time
	Republished time.Time
	Expires     time.Time
	Opens       time.Time // when buyers will see it
	Reasons     []string  // why it is blocked or refused, in the market's words
	Place       string
	Photos      []string // public addresses, the cover first
	Contacts    []Contact
	Negotiable  bool // the price is a matter of agreement
}

// ContactKind is a way to reach a seller.
type ContactKind string

// The ways to reach a seller.
const (
	ContactPhone    ContactKind = "phone"    // international, digits only
	ContactWhatsApp ContactKind = "whatsapp" // international, digits only
	ContactTelegram ContactKind = "telegram" // a username, without @
)

// Contact is one way to reach the seller of an ad.
type Contact struct {
	Kind  ContactKind
	Value string
}

// AdQuery selects a page of the seller's own ads.
type AdQuery struct {
	States   []State // none: all
	Page     int     // from 1
	PageSize int
}

// AdPage is one page of the seller's ads.
type AdPage struct {
	Ads      []Ad
	Page     int
	PageSize int
	Subtotal int // ads in the asked states
	Total    int // all ads of the account
}
