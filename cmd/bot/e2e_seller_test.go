package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"bazarbot/sandbox/telegram"
)

// seller is a player whose every step fails the test unless the bot answers it
// as it should.
type seller struct {
	*player
	t *testing.T
}

func (s *seller) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// sees waits for the bot's answer, which says the texts of all keys.
func (s *seller) sees(keys ...string) {
	s.t.Helper()
	s.must(s.seeText(s.t.Context(), keys...))
}

// reads waits for the bot's answer, which holds all parts.
func (s *seller) reads(parts ...string) {
	s.t.Helper()
	s.must(s.see(s.t.Context(), parts...))
}

func (s *seller) presses(key string) {
	s.t.Helper()
	s.must(s.press(key))
}

func (s *seller) pressesLabel(label string) {
	s.t.Helper()
	s.must(s.pressLabel(label))
}

// picks presses options, each once it is there.
func (s *seller) picks(labels ...string) {
	s.t.Helper()
	for _, label := range labels {
		s.must(s.choose(s.t.Context(), label))
	}
}

// sends does what is neither a text nor a press.
func (s *seller) sends(what string, do func()) {
	s.act("(" + what + ")")
	do()
}

// words is a text of the product with all its placeholders filled; pairs are
// names and values.
func (s *seller) words(key string, pairs ...string) string {
	s.t.Helper()
	text, err := s.texts.Text(s.lang, key, values(pairs))
	s.must(err)
	return unmarked(text)
}

// hears waits for the answer to a press that says the text of a key.
func (s *seller) hears(key string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), seeWithin)
	defer cancel()
	want := s.text(key)
	_, err := s.person.WaitToast(ctx, func(toast telegram.Toast) bool { return says(toast.Text, want) })
	s.must(err)
}

// screen is the bot's last message.
func (s *seller) screen() telegram.Message {
	m, _ := lastOfBot(s.person.Messages())
	return m
}

// labels are the buttons of the bot's last message.
func (s *seller) labels() string {
	var labels []string
	for _, row := range s.screen().Buttons {
		for _, b := range row {
			labels = append(labels, b.Text)
		}
	}
	return strings.Join(labels, " | ")
}

// seeAnywhere waits until any of the bot's messages holds the part: a notice
// has the screen below it.
func (p *player) seeAnywhere(ctx context.Context, part string) error {
	ctx, cancel := context.WithTimeout(ctx, seeWithin)
	defer cancel()
	shown, err := p.person.Wait(ctx, func(ms []telegram.Message) bool {
		return slices.ContainsFunc(ms, func(m telegram.Message) bool {
			return m.FromBot() && says(m.String(), part)
		})
	})
	p.show(shown)
	if err != nil {
		return fmt.Errorf("expected to see %q: %w", part, err)
	}
	return nil
}
