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
	StateInitial           State = "initial"  // opened, not filled yet: only its seller sees it
	StateModerate          State = "moderate" // being checked; buyers do not see it yet
	StateActive            State = "active"
	StateCancelled         State = "cancelled" // refused by a moderator
	StateDisabled          State = "disabled"
)

// Ad is one of a seller's ads as its market shows it. What a market does not
// tell stays empty.
type Ad struct {
	ID          string    `json:"id"`
	Market      ID        `json:"market,omitempty"`
	Title       string    `json:"title,omitempty"`
	Text        string    `json:"text,omitempty"`
	State       State     `json:"state,omitempty"`
	URL         string    `json:"url,omitempty"`        // its public page; empty when there is none
	Path        []string  `json:"path,omitempty"`       // category, subcategory: titles
	OfferType   string    `json:"offer_type,omitempty"` // title
	Price       Money     `json:"price,omitzero"`
	Views       int       `json:"views,omitempty"`
	Coloured    bool      `json:"coloured,omitempty"`
	Posted      time.Time `json:"posted,omitzero"`
	Republished time.Time `json:"republished,omitzero"`
	Expires     time.Time `json:"expires,omitzero"`
	Opens       time.Time `json:"opens,omitzero"`    // when buyers will see it
	Reasons     []string  `json:"reasons,omitempty"` // why it is blocked or refused, in the market's words
	Place       string    `json:"place,omitempty"`
	Photos      []string  `json:"photos,omitempty"` // public addresses, the cover first
	Contacts    []Contact `json:"contacts,omitempty"`
	Negotiable  bool      `json:"negotiable,omitempty"` // the price is a matter of agreement
}

// Slim is the ad without what no list shows.
func (a Ad) Slim() Ad {
	a.Text, a.Photos, a.Contacts = "", nil, nil
	return a
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
	Kind  ContactKind `json:"kind"`
	Value string      `json:"value"`
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
