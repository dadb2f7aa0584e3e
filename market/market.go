// Package market holds the neutral words of a classifieds market: the ads a
// seller has, the form an ad is made of, the values people answer with and the
// ways a market can refuse. Each market's client translates at its border, so
// everything above it speaks only this language.
package market

// ID names a market.
type ID string

// The markets this bot knows.
const (
	MD999   ID = "999md"
	OMarket ID = "omarket"
)

// Name is what people call the market; it is the same in every language.
func (id ID) Name() string {
	switch id {
	case MD999:
		return "999.md"
	case OMarket:
		return "O!Market"
	}
	return string(id)
}

// Lang is the language a person reads: ru, ro or ky. A client maps it to what
// its market offers (999.md has no Kyrgyz and answers in Russian).
type Lang string

// The languages the bot speaks. Russian is the source of all texts.
const (
	Russian  Lang = "ru"
	Romanian Lang = "ro"
	Kyrgyz   Lang = "ky"
)

// Langs lists the languages in the order in which people are offered them.
var Langs = []Lang{Russian, Romanian, Kyrgyz}

// Capabilities says what a market can do; screens offer only that.
type Capabilities struct {
	SignUp           bool // an account can be made from the chat
	APIKey           bool // an account is connected with an API key
	ReadsNeedAccount bool // catalogue and form are refused without an account
	Search           bool
	Hide             bool
	Delete           bool
	Republish        bool
	Colour           bool
	Autorepublisher  bool
	Avatar           bool
	FAQ              bool
	// Moderates: a changed ad is checked again, and buyers may not see it
	// meanwhile.
	Moderates bool
	// Opens: an ad is opened at the market before it is filled, so a draft that
	// was on its way there and is dropped has to be taken back (ActDiscard).
	Opens bool
	// PostPrice is what publishing one ad costs. Zero: free, or not documented.
	PostPrice Money
	// States are the states in which a seller's ads can be listed, in the order
	// of their tabs.
	States []State
	// MaxPhotos is how many photos one ad takes. Zero: the market states no limit.
	MaxPhotos int
	// DailyImages is how many pictures the market takes from one account in a
	// calendar day of its own (Day). Zero: the market states no limit.
	DailyImages int
	// Site is where the person goes for what the bot cannot do (top up, reset a password).
	Site string
}

// Money is an amount in a currency as the market names it ("eur", "mdl", "som").
type Money struct {
	Amount   string `json:"amount,omitempty"` // canonical decimal: "9500", "3.5"
	Currency string `json:"currency,omitempty"`
}

// IsZero reports whether there is no amount at all.
func (m Money) IsZero() bool { return m.Amount == "" }
