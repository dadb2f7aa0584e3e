package market

// Way leads from a question about the category to where an ad can stand: an
// answer to that question and to each of those that follow from it.
type Way []Step

// Step is one answer of a way.
type Step struct {
	Field  string // its key
	Option Option
}

// Answers are the answers of the whole way.
func (w Way) Answers() Answers {
	answers := make(Answers, len(w))
	for _, s := range w {
		answers[s.Field] = OptionValue(s.Option.ID)
	}
	return answers
}
