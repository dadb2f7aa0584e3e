package market

import "time"

// FAQEntry is a question that a market answers for its people. Text is plain,
// with line breaks.
type FAQEntry struct {
	Title string
	Text  string
}

// FAQPage is a page of them.
type FAQPage struct {
	Entries []FAQEntry
	Next    bool // there is another
	// AsOf is when the market said so, if that is long ago and it does not answer
	// now; zero: it is as it should be.
	AsOf time.Time
}
