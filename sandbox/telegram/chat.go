package telegram

import (
	"slices"
	"sync"
	"time"
)

// wireChat is a chat in the Bot API. Section: #chat
type wireChat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"` // "private" or "group"
	Title     string `json:"title,omitempty"`
	Username  string `json:"username,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
}

// chat is one conversation: a private one or a group. Everything that happens
// in it happens under its lock, updates are queued under it too, so that they
// keep the chat's order.
type chat struct {
	info wireChat
	keep int

	mu       sync.Mutex
	messages []*Message // by id, growing
	lastID   int64
	started  bool // a person has written, so that the bot may
	blocked  bool
	keyboard *Keyboard // the reply keyboard shown now
	queries  map[string]*query
	lastSeq  int64 // of queries
	toasts   []Toast
	action   string // the bot's last chat action
	actionAt time.Time
	change   chan struct{} // made by who waits, closed at the next change
}

// chatByID finds a chat the bot may know of.
func (s *Server) chatByID(id int64) *chat {
	if v, ok := s.chats.Load(id); ok {
		return v.(*chat)
	}
	return nil
}

// changed wakes everybody who waits for the chat. Locked.
func (c *chat) changed() {
	if c.change != nil {
		close(c.change)
		c.change = nil
	}
}

// watch gives a channel that is closed at the next change. Locked.
func (c *chat) watch() <-chan struct{} {
	if c.change == nil {
		c.change = make(chan struct{})
	}
	return c.change
}

// post adds a message and gives it its id. Locked.
func (c *chat) post(m *Message) *Message {
	c.lastID++
	m.ID, m.Chat = c.lastID, c.info.ID
	if m.Date.IsZero() {
		m.Date = time.Now()
	}
	c.messages = append(c.messages, m)
	if c.keep > 0 && len(c.messages) > c.keep+c.keep/4+1 { // now and then, not each time
		c.messages = append(c.messages[:0:0], c.messages[len(c.messages)-c.keep:]...)
	}
	c.changed()
	return m
}

func (c *chat) index(id int64) (int, bool) {
	return slices.BinarySearchFunc(c.messages, id, func(m *Message, id int64) int { return int(m.ID - id) })
}

// find gives a message or nil. Locked.
func (c *chat) find(id int64) *Message {
	if i, ok := c.index(id); ok {
		return c.messages[i]
	}
	return nil
}

// replace puts a changed message in the place of the old one. Locked.
func (c *chat) replace(m *Message) {
	if i, ok := c.index(m.ID); ok {
		c.messages[i] = m
		c.changed()
	}
}

// remove deletes a message. Locked.
func (c *chat) remove(id int64) {
	if i, ok := c.index(id); ok {
		c.messages = slices.Delete(c.messages, i, i+1)
		c.changed()
	}
}

// show copies the messages as they are now. Locked.
func (c *chat) show() []Message {
	from := 0
	if c.keep > 0 {
		from = max(0, len(c.messages)-c.keep)
	}
	out := make([]Message, 0, len(c.messages)-from)
	for _, m := range c.messages[from:] {
		out = append(out, *m)
	}
	return out
}

// applyMarkup gives a new message of the bot its buttons, and the chat its
// reply keyboard. Locked.
func (c *chat) applyMarkup(m *Message, k markup) {
	m.Buttons, m.Keyboard = k.inline, k.keyboard
	m.forced = k.keyboard != nil || k.remove || k.force
	switch {
	case k.keyboard != nil:
		c.keyboard = k.keyboard
	case k.remove:
		c.keyboard = nil
	}
}
