package telegram

import (
	"fmt"
	"slices"
	"strings"
)

// Group is a group chat the bot is a member of. The bot's privacy mode is on: it
// hears of commands, of messages that mention it and of replies to it only.
type Group struct {
	srv  *Server
	chat *chat
}

// Group makes a group, with the person who adds the bot to it.
func (s *Server) Group(title string, by *Person) *Group {
	id := -4_000_000_000 - s.groups.Add(1)
	g := &Group{srv: s, chat: &chat{keep: s.opts.Keep, started: true, info: wireChat{ID: id, Type: "group", Title: title}}}
	s.chats.Store(id, g.chat)
	g.chat.mu.Lock()
	defer g.chat.mu.Unlock()
	s.membership(g.chat, by.user, "left", "member")
	return g
}

// ID is the group's chat id.
func (g *Group) ID() int64 { return g.chat.info.ID }

// InGroup sends a text to a group and gives its message's id.
func (p *Person) InGroup(g *Group, text string) int64 {
	f := formatted{text: strings.TrimSpace(text)}
	f.entities = f.detect()
	f.sort()
	g.chat.mu.Lock()
	defer g.chat.mu.Unlock()
	m := g.chat.post(&Message{From: p.user, Text: f.text, Entities: f.entities})
	if g.heard(m) {
		g.srv.queue.put(g.ID(), "message", m.wire(g.chat), 0)
	}
	return m.ID
}

// heard reports whether privacy mode lets the bot hear a message.
// See https://core.telegram.org/bots/features#privacy-mode
func (g *Group) heard(m *Message) bool {
	at := "@" + g.srv.bot.Username
	command := slices.ContainsFunc(m.Entities, func(e Entity) bool { return e.Type == "bot_command" && e.Offset == 0 })
	name, _, _ := strings.Cut(m.Text, " ")
	if command && strings.Contains(name, "@") {
		return strings.HasSuffix(name, at) // for this bot or for another one
	}
	return command || strings.Contains(m.Text, at)
}

// PressInGroup presses the newest inline button with this label in a group.
func (p *Person) PressInGroup(g *Group, label string) error {
	g.chat.mu.Lock()
	defer g.chat.mu.Unlock()
	for _, m := range slices.Backward(g.chat.messages) {
		b, ok := m.Button(label)
		if !ok || b.Data == "" {
			continue
		}
		p.chat.mu.Lock() // a press is answered to the person
		k := p.chat.newQuery(p.user.ID, m.ID, p.srv.opts.AnswerWithin)
		p.chat.mu.Unlock()
		g.srv.queue.put(g.ID(), "callback_query", callbackQuery{
			ID: k.id, From: p.user, Message: m.wire(g.chat), ChatInstance: fmt.Sprint(g.ID()), Data: b.Data,
		}, g.srv.opts.CallbackTTL)
		return nil
	}
	return fmt.Errorf("telegram sandbox: group %d shows no button %q", g.ID(), label)
}

// Messages is what the group shows now, oldest first.
func (g *Group) Messages() []Message {
	g.chat.mu.Lock()
	defer g.chat.mu.Unlock()
	return g.chat.show()
}
