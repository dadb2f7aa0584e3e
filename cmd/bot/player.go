package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"bazarbot/locales"
	"bazarbot/sandbox/telegram"
)

// player is a person of the town who talks with the bot: by the product's own
// text keys, so that the same conversation can be had in every language.
type player struct {
	person *telegram.Person
	texts  *locales.Bundle
	lang   string
	out    io.Writer // shows the conversation; io.Discard hides it
	both   bool      // both markets are on: it is asked which one an ad is for
	turns  int       // answers and presses so far
	before string    // what the bot's last message was when something was done last
	shown  map[int64]string
}

// loadTexts loads what all players read by.
var loadTexts = sync.OnceValues(locales.Load)

func newPlayer(t *town, lang string, out io.Writer) (*player, error) {
	texts, err := loadTexts()
	if err != nil {
		return nil, err
	}
	id := newPersonID()
	person := t.telegram.Person(telegram.Profile{
		ID: id, FirstName: "Seller", LanguageCode: lang, Phone: "+" + kyrgyzNumber(id),
	})
	return &player{person: person, texts: texts, lang: lang, out: out, shown: map[int64]string{}}, nil
}

// text is a text of the product; pairs are names and values of its placeholders.
// One that gets no value stays a gap, in which anything may stand; see says.
func (p *player) text(key string, pairs ...string) string {
	s, err := p.texts.Text(p.lang, key, values(pairs))
	if err != nil && !errors.Is(err, locales.ErrNoValue) {
		return "no text " + key
	}
	return unmarked(s)
}

// values are placeholders' by their names.
func values(pairs []string) map[string]any {
	args := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	return args
}

// tags are those of the product's texts.
var tags = regexp.MustCompile(`</?(b|i|u|s|a|code|pre|blockquote)( [^<>]*)?>`)

// unmarked is a text of the product as it is shown, without its markup.
func unmarked(s string) string { return html.UnescapeString(tags.ReplaceAllString(s, "")) }

// gap is what the product's texts show for a placeholder without a value.
const gap = "…"

// says reports whether a message holds a text, with anything in its gaps.
func says(message, text string) bool {
	for part := range strings.SplitSeq(text, gap) {
		_, rest, ok := strings.Cut(message, part)
		if !ok {
			return false
		}
		message = rest
	}
	return true
}

// begins reports whether a message or a label begins with a text.
func begins(whole, text string) bool {
	first, rest, _ := strings.Cut(text, gap)
	whole, ok := strings.CutPrefix(whole, first)
	return ok && says(whole, rest)
}

// buttonOf finds a message's first button whose label begins so.
func buttonOf(m telegram.Message, label string) (telegram.Button, bool) {
	for _, row := range m.Buttons {
		for _, b := range row {
			if begins(b.Text, label) {
				return b, true
			}
		}
	}
	return telegram.Button{}, false
}

// command types a /command. It is counted neither as an answer nor as a press.
func (p *player) command(name string) {
	p.act("/" + name)
	p.person.Send("/" + name)
}

// say types an answer.
func (p *player) say(text string) {
	p.turns++
	p.act(text)
	p.person.Send(text)
}

// press presses the button with the label of a key.
func (p *player) press(key string) error { return p.pressLabel(p.text(key)) }

// pressLabel presses the newest button whose label begins so.
func (p *player) pressLabel(label string) error {
	p.turns++
	p.act("[" + label + "]")
	whole := label
	for _, m := range slices.Backward(p.person.Messages()) {
		if b, ok := buttonOf(m, label); ok {
			whole = b.Text
			break
		}
	}
	if err := p.person.PressPrefix(whole); err != nil {
		return fmt.Errorf("press %q: %w", label, err)
	}
	return nil
}

// album sends photos together: one answer.
func (p *player) album(pictures ...[]byte) error {
	p.turns++
	p.act(fmt.Sprintf("(%d photos)", len(pictures)))
	if len(pictures) == 1 {
		_, err := p.person.Photo(pictures[0], "")
		return err
	}
	_, err := p.person.Album(pictures, "")
	return err
}

// see waits until the bot has answered what was done last, and its last message
// holds all the parts.
func (p *player) see(ctx context.Context, parts ...string) error {
	ctx, cancel := context.WithTimeout(ctx, seeWithin)
	defer cancel()
	shown, err := p.person.Wait(ctx, func(ms []telegram.Message) bool {
		m, ok := lastOfBot(ms)
		if !ok {
			return false
		}
		whole := m.String()
		if fingerprint(m) == p.before {
			return false
		}
		for _, part := range parts {
			if !says(whole, part) {
				return false
			}
		}
		return true
	})
	p.show(shown)
	if err != nil {
		return fmt.Errorf("expected to see %q: %w", parts, err)
	}
	return nil
}

// seeText is see for the text of a key.
func (p *player) seeText(ctx context.Context, keys ...string) error {
	parts := make([]string, len(keys))
	for i, key := range keys {
		parts[i] = p.text(key)
	}
	return p.see(ctx, parts...)
}

// seeWithin is how long a person waits for an answer before something is wrong.
const seeWithin = 20 * time.Second

func lastOfBot(ms []telegram.Message) (telegram.Message, bool) {
	for i := len(ms) - 1; i >= 0; i-- {
		if ms[i].FromBot() {
			return ms[i], true
		}
	}
	return telegram.Message{}, false
}

// act shows what the person does, and remembers what they see then.
func (p *player) act(what string) {
	_, _ = fmt.Fprintf(p.out, "\n  > %s\n", what)
	m, _ := lastOfBot(p.person.Messages())
	p.before = fingerprint(m)
}

// fingerprint tells two states of a chat's end apart.
func fingerprint(m telegram.Message) string {
	return fmt.Sprint(m.ID, m.Edited.UnixNano(), m.String(), m.Buttons)
}

// show prints what the bot has said or changed since the last time.
func (p *player) show(ms []telegram.Message) {
	for _, m := range ms {
		if !m.FromBot() {
			continue
		}
		whole := m.String()
		if p.shown[m.ID] == whole {
			continue
		}
		p.shown[m.ID] = whole
		_, _ = fmt.Fprintln(p.out)
		for line := range strings.Lines(whole) {
			_, _ = fmt.Fprint(p.out, "    ", line)
		}
		_, _ = fmt.Fprintln(p.out)
	}
}

// picture makes a photo of its own colours.
func picture(seed uint8) []byte {
	const width, height = 320, 240
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.Set(x, y, color.RGBA{R: seed * 40, G: uint8(x % 256), B: uint8(y % 256), A: 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err) // memory takes everything
	}
	return b.Bytes()
}
