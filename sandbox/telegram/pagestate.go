package telegram

import "time"

// pageState is all the page shows of one person's chat.
type pageState struct {
	Messages    []pageMessage `json:"messages"`
	Keyboard    *Keyboard     `json:"keyboard"`
	Commands    []BotCommand  `json:"commands"`
	Description string        `json:"description"`
	Toasts      []pageToast   `json:"toasts"`
	Waiting     int           `json:"waiting"` // presses without an answer
	Started     bool          `json:"started"`
	Blocked     bool          `json:"blocked"`
	Typing      bool          `json:"typing"`
}

type pageMessage struct {
	ID        int64      `json:"id"`
	Bot       bool       `json:"bot"`
	Time      string     `json:"time"` // 15:04
	Edited    bool       `json:"edited"`
	Text      string     `json:"text"`
	HTML      string     `json:"html"` // escaped by us; see Message.HTML
	Album     string     `json:"album"`
	ReplyTo   string     `json:"reply"` // the beginning of what it replies to
	Forwarded string     `json:"forwarded"`
	Photo     *PhotoSize `json:"photo"`
	Document  *Document  `json:"document"`
	Contact   *Contact   `json:"contact"`
	Location  *Location  `json:"location"`
	Sticker   *Sticker   `json:"sticker"`
	Voice     *Voice     `json:"voice"`
	Buttons   [][]Button `json:"buttons"`
}

type pageToast struct {
	ID    string `json:"id"`
	Text  string `json:"text"`
	Alert bool   `json:"alert"`
}

// What the page holds at most.
const (
	pageMessages = 200
	pageToasts   = 20
)

// typingLasts is how long an action is shown. Section: #sendchataction
const typingLasts = 5 * time.Second

func (p *Person) state() pageState {
	s := pageState{
		Messages: []pageMessage{}, Toasts: []pageToast{}, Commands: p.Commands(), Description: p.Description(),
	}
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	c := p.chat
	s.Keyboard, s.Started, s.Blocked, s.Waiting = c.keyboard, c.started, c.blocked, len(c.queries)
	s.Typing = c.action != "" && time.Since(c.actionAt) < typingLasts
	for _, m := range c.messages[max(0, len(c.messages)-pageMessages):] {
		s.Messages = append(s.Messages, m.page(c))
	}
	for _, t := range c.toasts[max(0, len(c.toasts)-pageToasts):] {
		s.Toasts = append(s.Toasts, pageToast{ID: t.Query, Text: t.Text, Alert: t.Alert})
	}
	return s
}

// page shows the message for the page. c is its chat, locked.
func (m *Message) page(c *chat) pageMessage {
	out := pageMessage{
		ID: m.ID, Bot: m.FromBot(), Time: m.Date.Format("15:04"), Edited: !m.Edited.IsZero(),
		Text: m.Text, HTML: m.HTML(), Album: m.Album, Document: m.Document, Contact: m.Contact,
		Location: m.Location, Sticker: m.Sticker, Voice: m.Voice, Buttons: m.Buttons,
	}
	if m.Photo != nil {
		size := m.Photo.Largest()
		out.Photo = &size
	}
	if m.Forwarded != nil {
		out.Forwarded = m.Forwarded.FirstName
	}
	if to := c.find(m.ReplyTo); to != nil {
		runes := []rune(to.String())
		out.ReplyTo = string(runes[:min(len(runes), 80)])
	}
	return out
}
