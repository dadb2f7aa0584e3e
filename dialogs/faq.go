package dialogs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"bazarbot/market"
)

// Explainer is a market that answers frequent questions.
type Explainer interface {
	// FAQ gives a page of the answers, from 1.
	FAQ(ctx context.Context, key market.Secret, lang market.Lang, page int) (market.FAQPage, error)
}

// explained lists the markets that answer frequent questions.
func (d *Dialogs) explained() []Market {
	return slices.DeleteFunc(slices.Clone(d.Markets), func(m Market) bool {
		_, able := m.(Explainer)
		return !able || !m.Capabilities().FAQ
	})
}

// faq lists the questions that a market answers and, while the frame names one,
// shows its answer.
type faq struct{ quiet }

const opFAQ = "faq"

// openFAQ shows the questions of a market; "" is the only one, or asks which.
func (t *Turn) openFAQ(id string) {
	if len(t.d.explained()) == 0 {
		t.note = say("note.unknown_command")
		return
	}
	t.open(frameFAQ)
	f := t.s.top()
	f.setArg("market", id)
	f.setArg("question", "")
}

func (fq faq) view(t *Turn, f *Frame) (View, error) {
	m, v := t.marketFor(f, t.d.explained(), say("faq.ask_market"))
	if m == nil {
		return v, nil
	}
	all, err := t.questionsOf(f, m)
	if err != nil {
		return v, err
	}
	if title := f.arg("question"); title != "" {
		if parts := answerParts(all.entries, title); len(parts) > 0 {
			v.say(parts[len(parts)-1])
			v.say(all.age(m.ID(), t.now))
			v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
			return v, nil
		}
		f.setArg("question", "")
		t.note = say("faq.gone")
	}
	v.say(say("faq.heading", "Market", marketName(m.ID())))
	v.say(all.age(m.ID(), t.now))
	switch {
	case !all.whole:
		v.say(say("faq.cut", "Market", marketName(m.ID())))
	case len(all.entries) == 0:
		v.say(say("faq.none"))
	}
	at, _ := strconv.Atoi(f.arg("page"))
	page := paged(all.entries, at)
	for _, e := range page.items {
		v.row(button(data(clip(e.Title, 60)), opOpen, e.Title))
	}
	page.turn(&v)
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

// answers are the questions of a market as they were read.
type answers struct {
	entries []market.FAQEntry
	whole   bool      // not so: the market told only some of them
	asOf    time.Time // when the oldest of them were told, while it does not answer; else zero
}

// age says of when they are, unless they are as they should be.
func (a answers) age(id market.ID, now time.Time) Text {
	if a.asOf.IsZero() {
		return Text{}
	}
	return say("faq.away", "Market", marketName(id), "At", asOf(a.asOf, now, id))
}

// questionsOf reads all questions of a market.
func (t *Turn) questionsOf(f *Frame, m Market) (answers, error) {
	const most = 20 // pages
	var all answers
	for n := 1; n <= most; n++ {
		var page market.FAQPage
		err := t.asReader(f, m, func(key market.Secret) (err error) {
			page, err = m.(Explainer).FAQ(t, key, t.s.Lang, n)
			return err
		})
		if _, ok := asMarketError(err); ok && len(all.entries) > 0 {
			t.d.Log.Warn("frequent questions are read in part", "person", t.ev.Person.ID, "error", err)
			return all, nil
		}
		if err != nil {
			return answers{}, err
		}
		for _, e := range page.Entries {
			if e.Title == "" {
				e.Title = clip(e.Text, 60)
			}
			all.entries = append(all.entries, e)
		}
		if !page.AsOf.IsZero() && (all.asOf.IsZero() || page.AsOf.Before(all.asOf)) {
			all.asOf = page.AsOf
		}
		if !page.Next || len(page.Entries) == 0 {
			all.whole = true
			return all, nil
		}
	}
	return all, nil
}

// answerParts is the answer to a question in as many messages as it needs; none
// when it is not there any more.
func answerParts(entries []market.FAQEntry, title string) []Text {
	i := slices.IndexFunc(entries, func(e market.FAQEntry) bool { return e.Title == title })
	if i < 0 {
		return nil
	}
	const heading = 400 // for the title and what stands around it
	title = clip(title, 60)
	var parts []Text
	texts := cutText(entries[i].Text, longestMessage-heading)
	for n, text := range texts {
		above := say("faq.question", "Title", title)
		if len(texts) > 1 {
			above = say("faq.question_part", "Title", title, "Part", fmt.Sprintf("%d/%d", n+1, len(texts)))
		}
		parts = append(parts, join("\n\n", above, data(text)))
	}
	return parts
}

func (fq faq) press(t *Turn, f *Frame, op, arg string) error {
	switch op {
	case opMarket:
		f.setArg("market", arg)
	case opOpen:
		return fq.answer(t, f, arg)
	case opPage:
		f.setArg("page", arg)
	case opBack:
		if f.arg("question") != "" {
			f.setArg("question", "")
			return nil
		}
		t.s.pop()
	}
	return nil
}

// answer opens an answer. What does not fit the screen stands above it, as
// messages that stay.
func (fq faq) answer(t *Turn, f *Frame, title string) error {
	m := t.market(market.ID(f.arg("market")))
	if _, able := m.(Explainer); !able {
		return nil
	}
	all, err := t.questionsOf(f, m)
	if err != nil {
		return err
	}
	f.setArg("question", title)
	parts := answerParts(all.entries, title)
	if len(parts) < 2 {
		return nil
	}
	for _, part := range parts[:len(parts)-1] {
		t.notice(View{Text: []Text{part}})
	}
	t.fresh = true
	return nil
}
