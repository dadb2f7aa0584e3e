package omarket

import (
	_ "embed" // the questions
	"strings"
)

//go:embed data/faq.txt
var questionList string

// question is one of the FAQ; its answer is HTML.
type question struct {
	id              int
	title, contents string
}

// faqPage is how many questions a page has.
const faqPage = 10

func (s *Server) listQuestions(c *call) reply {
	part, o, there := paged(questions(), c.page, faqPage)
	if !there {
		return noSuchPage()
	}
	results := []object{}
	for _, q := range part {
		results = append(results, object{"id": q.id, "title": q.title, "content": q.contents})
	}
	o["results"] = results
	return plain(o)
}

// questions reads the list: a title after "# ", its answer up to the next one.
// The ids count down, as the market's own do.
func questions() []question {
	parts := strings.Split("\n"+questionList, "\n# ")[1:]
	all := make([]question, len(parts))
	for i, part := range parts {
		title, contents, _ := strings.Cut(part, "\n")
		all[i] = question{id: 30 - i, title: title, contents: strings.TrimSpace(contents)}
	}
	return all
}
