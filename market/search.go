package market

// SearchQuery is what a buyer looks for. What is empty does not narrow the
// search.
type SearchQuery struct {
	Words      string
	Category   string // its option id in the market's form
	Place      string // its option id in the market's form
	Photos     bool   // only ads with photos
	Discount   bool   // only ads whose price was lowered
	Delivery   bool   // only ads whose seller delivers
	Negotiable bool   // only ads whose price is a matter of agreement
	Filters    []SearchFilter
	Order      Order
	Page       int // from 1
	PageSize   int // 0: the market's own
}

// SearchFilter narrows a search by a field of the market's form: to ads with
// one of Options, or to those between From and To, of which one may be empty.
type SearchFilter struct {
	Field    string // its key
	Options  []string
	From, To string // canonical decimals
}

// Order is the order in which a search gives its ads.
type Order string

// The orders. Every market has one of its own.
const (
	OrderOwn Order = ""
	OrderNew Order = "new" // the newest first
)
