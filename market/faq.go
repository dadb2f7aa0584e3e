package market

// FAQEntry is a question that a market answers for its people. Text is plain,
// with line breaks.
type FAQEntry struct {
	Title string
	Text  string
}
