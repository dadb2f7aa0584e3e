package telegram

import (
	"fmt"
	"strings"
)

// callbackQuery is a press as the bot gets it. Section: #callbackquery
type callbackQuery struct {
	ID           string       `json:"id"`
	From         User         `json:"from"`
	Message      *wireMessage `json:"message"`
	ChatInstance string       `json:"chat_instance"`
	Data         string       `json:"data"`
}

// Press presses the inline button with the given data under a message. It is an
// error when the message is gone or has no such button.
func (p *Person) Press(id int64, data string) error {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	m := p.chat.find(id)
	if m == nil {
		return ErrNoMessage
	}
	if _, ok := findButton(m.Buttons, func(b Button) bool { return b.Data == data }); !ok {
		return fmt.Errorf("telegram sandbox: message %d has no button with data %q", id, data)
	}
	p.press(m, data)
	return nil
}

// PressStale presses a button the message need not have any more: the press was
// on its way while the bot changed the message. The message must be there.
func (p *Person) PressStale(id int64, data string) error {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	m := p.chat.find(id)
	if m == nil {
		return ErrNoMessage
	}
	p.press(m, data)
	return nil
}

// press queues a press. The chat is locked.
func (p *Person) press(m *Message, data string) {
	k := p.chat.newQuery(p.user.ID, m.ID, p.srv.opts.AnswerWithin)
	p.srv.queue.put(p.chat.info.ID, "callback_query", callbackQuery{
		ID: k.id, From: p.user, Message: m.wire(p.chat), ChatInstance: fmt.Sprint(p.user.ID), Data: data,
	}, p.srv.opts.CallbackTTL)
	p.chat.changed()
}

// PressText presses the newest button with this label: an inline one, or one of
// the reply keyboard, which sends its label, the contact or the location.
func (p *Person) PressText(label string) error {
	return p.pressMatch(label, func(b Button) bool { return b.Text == label })
}

// PressPrefix presses the newest button whose label begins so.
func (p *Person) PressPrefix(prefix string) error {
	return p.pressMatch(prefix+"…", func(b Button) bool { return strings.HasPrefix(b.Text, prefix) })
}

// PressContaining presses the newest button whose label contains the text.
func (p *Person) PressContaining(part string) error {
	return p.pressMatch("…"+part+"…", func(b Button) bool { return strings.Contains(b.Text, part) })
}

func (p *Person) pressMatch(wanted string, match func(Button) bool) error {
	p.chat.mu.Lock()
	for i := len(p.chat.messages) - 1; i >= 0; i-- {
		m := p.chat.messages[i]
		b, ok := findButton(m.Buttons, match)
		if !ok {
			continue
		}
		defer p.chat.mu.Unlock()
		if b.Data == "" {
			return fmt.Errorf("telegram sandbox: button %q opens a link, the bot hears nothing of it", b.Text)
		}
		p.press(m, b.Data)
		return nil
	}
	keyboard, shown := p.chat.keyboard, p.chat.show()
	p.chat.mu.Unlock()
	if keyboard != nil {
		if b, ok := findButton(keyboard.Rows, match); ok {
			p.tap(keyboard, b)
			return nil
		}
	}
	return fmt.Errorf("telegram sandbox: person %d sees no button %q; the chat ends with:\n%s",
		p.user.ID, wanted, Transcript(shown, 3))
}

// tap does what a reply keyboard's button does.
func (p *Person) tap(k *Keyboard, b Button) {
	switch {
	case b.RequestContact:
		p.Contact(true)
	case b.RequestLocation:
		p.Location(47.0245, 28.8323) // Chișinău
	default:
		p.Send(b.Text)
	}
	if k.OneTime {
		p.chat.mu.Lock()
		defer p.chat.mu.Unlock()
		if p.chat.keyboard == k {
			p.chat.keyboard = nil
			p.chat.changed()
		}
	}
}
