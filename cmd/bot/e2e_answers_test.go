package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"bazarbot/sandbox/telegram"
)

// refuses checks that what is done is refused in words, under the same question
// with the same buttons.
func (s *seller) refuses(what string, do func(), refusal string, question string) {
	s.t.Helper()
	asked := s.labels()
	s.sends(what, do)
	s.reads(refusal, question)
	if got := s.labels(); got != asked {
		s.t.Errorf("after %s the buttons are %q, not %q", what, got, asked)
	}
}

// writes is a text that is no answer to be counted on.
func (s *seller) writes(text string) func() { return func() { s.person.Send(text) } }

// TestE2EBadAnswers gives every answer that is none, in every language, and
// publishes the ad with the good ones all the same.
func TestE2EBadAnswers(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := startWorld(t)
		s := w.seller(lang)
		s.beginsAd()
		s.misanswersTitle()
		s.say(adTitle)
		s.sees("ask.description")
		s.say(adText)
		s.misanswersPrice()
		s.say(adPrice)
		s.misanswersPlace()
		ad := s.ad()
		s.pressesLabel(ad.region)
		s.picks(ad.city, ad.sector)
		s.misanswersPhotos()
		s.must(s.album(picture(1), picture(2)))
		s.seesReview()
		s.refuses("a text at the review", s.writes("publish it"), s.text("note.use_buttons"), s.text("review.heading"))
		s.publishes()
		w.holdsSmallAd(demoKey)
	})
}

func (s *seller) misanswersTitle() {
	s.t.Helper()
	question := s.text("ask.title")
	p := s.person
	for _, c := range []struct {
		what string
		do   func()
	}{
		{"a sticker", func() { p.Sticker() }},
		{"a voice message", func() { p.Voice() }},
		{"a place", func() { p.Location(47.02, 28.83) }},
		{"a contact", func() { p.Contact(true) }},
	} {
		s.refuses(c.what, c.do, s.text("refuse.type_text"), question)
	}
	s.refuses("a number", s.writes("9500"), s.text("refuse.only_number"), question)
	s.refuses("an unknown command", s.writes("/nonsense now"), s.text("note.unknown_command"), question)
	s.refuses("5,000 characters", s.writes(strings.Repeat("очень длинно ", 384)), s.text("note.rest_refused"), question)
	s.refuses("an edited message", func() { s.must(s.editsFirst("/new")) }, s.text("note.edited"), question)
}

// editsFirst changes the person's first message.
func (s *seller) editsFirst(text string) error {
	for _, m := range s.person.Messages() {
		if !m.FromBot() {
			return s.person.Edit(m.ID, text)
		}
	}
	return telegram.ErrNoMessage
}

func (s *seller) misanswersPrice() {
	s.t.Helper()
	s.sees("ask.price")
	question := s.text("ask.price")
	for text, refusal := range map[string]string{
		"недорого": "refuse.quantity", "-5": "refuse.quantity", "12,5 €": "refuse.quantity",
		"1e9": "refuse.unit", "9500 тугриков": "refuse.unit",
	} {
		s.refuses(text, s.writes(text), s.text(refusal), question)
	}
	s.refuses("a sticker", func() { s.person.Sticker() }, s.text("refuse.type_number"), question)
}

func (s *seller) misanswersPlace() {
	s.t.Helper()
	question := s.ad().region
	s.reads(question)
	s.refuses("an option that is not there", s.writes("Атлантида"), s.text("refuse.no_option"), question)
	s.refuses("a voice message", func() { s.person.Voice() }, s.text("refuse.press_or_type"), question)
}

func (s *seller) misanswersPhotos() {
	s.t.Helper()
	s.sees("ask.photos")
	question := s.text("ask.photos")
	p := s.person
	for _, c := range []struct {
		what    string
		do      func()
		refusal string
	}{
		{"a text", s.writes("no photos yet"), "refuse.photo_expected"},
		{"a voice message", func() { p.Voice() }, "refuse.photo_expected"},
		{"a PDF", func() { p.Document("price.pdf", "application/pdf", []byte("%PDF-1.4")) }, "photo.format"},
		{"a damaged file", func() { p.Document("cat.jpg", "image/jpeg", picture(1)[:700]) }, "photo.unreadable"},
		{"no picture at all", func() { p.Document("cat.png", "image/png", []byte("a cat")) }, "photo.unreadable"},
		{"49 megapixels", func() { p.Document("wall.png", "image/png", hugePNG(s.t)) }, "photo.too_large"},
	} {
		s.refuses(c.what, c.do, s.text(c.refusal), question)
	}
}

// TestE2ELongDescription: Telegram's apps cut 5,000 characters into two
// messages; they are one answer.
func TestE2ELongDescription(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"in words":    strings.TrimSpace(strings.Repeat("Очень подробно. ", 315)), // 5,039 characters
		"in one word": strings.Repeat("подробно", 625),                            // 5,000 characters
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := startWorld(t)
			s := w.seller("ru")
			s.answersTitle()
			s.saysInTwo(text)
			s.sees("ask.price")
			s.say(adPrice)
			s.finishesAd()
			s.publishes()
			body, _ := w.town.md999.Adverts(demoKey)[0].Feature("13")
			if body.Value != text {
				t.Errorf("999.md holds another text: %.80q…", body.Value)
			}
		})
	}
}

// saysInTwo types a text that goes as two messages, and waits for the answer,
// which is one message when both were there before it.
func (s *seller) saysInTwo(text string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), seeWithin)
	defer cancel()
	before := countOfBot(s.person.Messages())
	s.say(text)
	_, err := s.person.Wait(ctx, func(ms []telegram.Message) bool { return countOfBot(ms) > before })
	s.must(err)
}

func countOfBot(ms []telegram.Message) (n int) {
	for _, m := range ms {
		if m.FromBot() {
			n++
		}
	}
	return n
}

// TestE2EAsides: help, another language, and a word in a group change nothing
// of the form.
func TestE2EAsides(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ru")
	s.answersTitle()

	s.command("help")
	s.sees("help.text")
	s.presses("button.back")
	s.sees("ask.description")

	s.command("lang")
	s.sees("lang.ask")
	s.pressesLabel("Română")
	s.lang = "ro"
	s.reads(s.text("ask.description"), "Telefoane mobile › Textul anunțului · 5/10")
	s.command("settings")
	s.sees("settings.heading")
	s.presses("button.language")
	s.sees("lang.ask")
	s.presses("button.back")
	s.sees("settings.heading")
	s.presses("button.back")
	s.sees("ask.description")
	s.command("help")
	s.sees("help.text") // and the question below it is answered from here

	group := w.town.telegram.Group("Neighbours", s.person)
	s.sends("a word in a group", func() { s.person.InGroup(group, "/new") })
	ctx, cancel := context.WithTimeout(t.Context(), seeWithin)
	defer cancel()
	if _, err := w.town.telegram.WaitCalls(ctx, func(calls []telegram.Call) bool {
		return slices.ContainsFunc(calls, func(c telegram.Call) bool { return c.Chat == group.ID() && c.Message != 0 })
	}, "sendMessage"); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(group.Messages(), func(m telegram.Message) bool { return strings.Contains(m.Text, "личном") }) {
		t.Errorf("in the group is said %v", group.Messages())
	}
	s.say(adText)
	s.sees("ask.price")
	s.say(adPrice)
	s.endsAd(w)
}
