package telegram

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Profile is who a person is.
type Profile struct {
	ID           int64
	FirstName    string // default: "Person"
	LastName     string
	Username     string
	LanguageCode string // as the app tells it: "ru", "ro", "ky", "en"…
	Phone        string // default: made of ID
}

// Person is somebody with a Telegram app and a private chat with the bot. Its
// methods do what the app does and return when Telegram has taken it; what the
// bot makes of it is seen with Wait. Safe for concurrent use.
type Person struct {
	srv     *Server
	profile Profile
	user    User
	chat    *chat
}

// Person gives the person with the profile's id. The first call decides who
// they are.
func (s *Server) Person(profile Profile) *Person {
	if p := s.person(profile.ID); p != nil {
		return p
	}
	if profile.FirstName == "" {
		profile.FirstName = "Person"
	}
	if profile.Phone == "" {
		profile.Phone = fmt.Sprintf("+3736%07d", profile.ID%10_000_000)
	}
	p := &Person{srv: s, profile: profile, user: User{
		ID: profile.ID, FirstName: profile.FirstName, LastName: profile.LastName,
		Username: profile.Username, LanguageCode: profile.LanguageCode,
	}}
	p.chat = &chat{keep: s.opts.Keep, info: wireChat{
		ID: profile.ID, Type: "private", Username: profile.Username,
		FirstName: profile.FirstName, LastName: profile.LastName,
	}}
	first, taken := s.people.LoadOrStore(profile.ID, p)
	if !taken {
		s.chats.Store(profile.ID, p.chat)
	}
	return first.(*Person)
}

func (s *Server) person(id int64) *Person {
	if v, ok := s.people.Load(id); ok {
		return v.(*Person)
	}
	return nil
}

// Profile is who they are.
func (p *Person) Profile() Profile { return p.profile }

// ID is their user id, which is their private chat's id too.
func (p *Person) ID() int64 { return p.user.ID }

// memberUpdate tells that somebody blocked or unblocked the bot, or added it to
// a group. Section: #chatmemberupdated
type memberUpdate struct {
	Chat wireChat   `json:"chat"`
	From User       `json:"from"`
	Date int64      `json:"date"`
	Old  chatMember `json:"old_chat_member"`
	New  chatMember `json:"new_chat_member"`
}

type chatMember struct {
	Status string `json:"status"`
	User   User   `json:"user"`
	Until  *int64 `json:"until_date,omitempty"` // of "kicked" only
}

func (s *Server) member(status string) chatMember {
	m := chatMember{Status: status, User: s.bot}
	if status == "kicked" {
		m.Until = new(int64) // 0: for ever
	}
	return m
}

// membership queues a my_chat_member update. The chat is locked.
func (s *Server) membership(c *chat, from User, was, is string) {
	s.queue.put(c.info.ID, "my_chat_member", memberUpdate{
		Chat: c.info, From: from, Date: time.Now().Unix(), Old: s.member(was), New: s.member(is),
	}, 0)
}

// Block blocks the bot: what it sends is refused with 403.
func (p *Person) Block() {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	if p.chat.blocked {
		return
	}
	p.chat.blocked = true
	p.srv.membership(p.chat, p.user, "member", "kicked")
	p.chat.changed()
}

// Unblock takes the block back.
func (p *Person) Unblock() {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	p.unblock()
}

// unblock is Unblock with the chat locked.
func (p *Person) unblock() {
	if !p.chat.blocked {
		return
	}
	p.chat.blocked = false
	p.srv.membership(p.chat, p.user, "kicked", "member")
	p.chat.changed()
}

// write puts a message of theirs into the chat and queues its update. Writing
// unblocks the bot first, as the app does. The chat is locked.
func (p *Person) write(m *Message) int64 {
	p.unblock()
	p.chat.started = true
	m.From = p.user
	p.chat.post(m)
	p.srv.queue.put(p.chat.info.ID, "message", m.wire(p.chat), 0)
	return m.ID
}

// Send sends a text and gives its message's id. A text that is too long for one
// message goes as several, as the apps send it; the id is the last one's then. A
// blank text is not sent and has the id 0.
func (p *Person) Send(text string) int64 {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	var id int64
	for _, part := range splitText(text) {
		id = p.write(&Message{Text: part.text, Entities: part.entities})
	}
	return id
}

// Reply sends a text as a reply to a message.
func (p *Person) Reply(to int64, text string) int64 {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	var id int64
	for _, part := range splitText(text) {
		id = p.write(&Message{Text: part.text, Entities: part.entities, ReplyTo: to})
	}
	return id
}

// Forward forwards a message of another person's chat, as that person's.
func (p *Person) Forward(from *Person, id int64) (int64, error) {
	from.chat.mu.Lock()
	found := from.chat.find(id)
	from.chat.mu.Unlock()
	if found == nil {
		return 0, ErrNoMessage
	}
	m := found.content()
	m.Forwarded = &found.From
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	return p.write(m), nil
}

// splitText cuts a text at the last white space that lets each part fit.
func splitText(text string) []formatted {
	var parts []formatted
	for {
		text = strings.TrimSpace(text)
		if text == "" {
			return parts
		}
		cut := cutAt(text, maxText)
		f := formatted{text: strings.TrimSpace(text[:cut])}
		f.entities = f.detect()
		f.sort()
		parts = append(parts, f)
		text = text[cut:]
	}
}

// cutAt is the byte at which to cut so that at most limit UTF-16 units come before.
func cutAt(text string, limit int) int {
	units, space := 0, 0
	for i, r := range text {
		units++
		if r > 0xffff {
			units++
		}
		if units > limit {
			if space > 0 {
				return space
			}
			return i
		}
		if unicode.IsSpace(r) {
			space = i
		}
	}
	return len(text)
}

// ErrNoMessage is returned for a message that is not, or no longer, in the chat.
var ErrNoMessage = errors.New("telegram sandbox: there is no such message")

// Edit changes the text or caption of a message of theirs.
func (p *Person) Edit(id int64, text string) error {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	old := p.chat.find(id)
	if old == nil || old.From.ID != p.user.ID {
		return ErrNoMessage
	}
	m := *old
	f := formatted{text: strings.TrimSpace(text)}
	f.entities = f.detect()
	f.sort()
	m.Text, m.Entities, m.Edited = f.text, f.entities, time.Now()
	p.chat.replace(&m)
	p.srv.queue.put(p.chat.info.ID, "edited_message", m.wire(p.chat), 0)
	return nil
}

// Delete deletes a message on both sides. The bot is not told.
func (p *Person) Delete(id int64) error {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	if p.chat.find(id) == nil {
		return ErrNoMessage
	}
	p.chat.remove(id)
	return nil
}

// Backdate makes a message older, for what Telegram refuses after 48 hours.
func (p *Person) Backdate(id int64, by time.Duration) error {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	old := p.chat.find(id)
	if old == nil {
		return ErrNoMessage
	}
	m := *old
	m.Date = m.Date.Add(-by)
	p.chat.replace(&m)
	return nil
}

// Messages is what the chat shows now, oldest first: deleted ones are gone,
// edited ones are as they are after the edit.
func (p *Person) Messages() []Message {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	return p.chat.show()
}

// Last is the newest message of the bot.
func (p *Person) Last() (Message, bool) {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	for i := len(p.chat.messages) - 1; i >= 0; i-- {
		if m := p.chat.messages[i]; m.FromBot() {
			return *m, true
		}
	}
	return Message{}, false
}

// Wait waits until what the chat shows satisfies done. It wakes at each change
// of the chat: a new, edited or deleted message, a toast, a block.
func (p *Person) Wait(ctx context.Context, done func([]Message) bool) ([]Message, error) {
	for {
		p.chat.mu.Lock()
		shown, changed := p.chat.show(), p.chat.watch()
		p.chat.mu.Unlock()
		if done(shown) {
			return shown, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return shown, fmt.Errorf("telegram sandbox: person %d waited in vain: %w; the chat ends with:\n%s",
				p.user.ID, context.Cause(ctx), Transcript(shown, 6))
		}
	}
}

// WaitToast waits for a toast that satisfies done.
func (p *Person) WaitToast(ctx context.Context, done func(Toast) bool) (Toast, error) {
	var found Toast
	_, err := p.Wait(ctx, func([]Message) bool {
		for _, t := range p.Toasts() {
			if done(t) {
				found = t
				return true
			}
		}
		return false
	})
	return found, err
}

// Toasts are the bot's answers to presses, oldest first, empty ones too.
func (p *Person) Toasts() []Toast {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	return append([]Toast(nil), p.chat.toasts...)
}

// Unanswered is how many presses the bot has not answered yet.
func (p *Person) Unanswered() int {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	return len(p.chat.queries)
}

// Keyboard is the reply keyboard shown now, nil when there is none.
func (p *Person) Keyboard() *Keyboard {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	return p.chat.keyboard
}

// Blocked reports whether they block the bot.
func (p *Person) Blocked() bool {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	return p.chat.blocked
}

// Transcript shows the last n messages as a terminal would; n <= 0: all.
func Transcript(messages []Message, n int) string {
	if n > 0 && len(messages) > n {
		messages = messages[len(messages)-n:]
	}
	var b strings.Builder
	for _, m := range messages {
		fmt.Fprintf(&b, "%s #%d: %s\n", m.From.FirstName, m.ID, m)
	}
	return b.String()
}

// sees reports whether a file is in their chat.
func (p *Person) sees(fileID string) bool {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	for _, m := range p.chat.messages {
		if m.Document != nil && m.Document.FileID == fileID {
			return true
		}
		if m.Photo == nil {
			continue
		}
		for _, size := range m.Photo.Sizes {
			if size.FileID == fileID {
				return true
			}
		}
	}
	return false
}
