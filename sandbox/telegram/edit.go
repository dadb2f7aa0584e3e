package telegram

import (
	"net/http"
	"time"
)

// edit finds the message an edit names, lets change make the new value of it and
// puts it in its place. Section: #updating-messages
func (s *Server) edit(q *request, change func(*Message) error) (any, error) {
	c, err := s.chat(q, "chat_id")
	if err != nil {
		return nil, err
	}
	id, err := q.integer("message_id", 0)
	if err != nil || id <= 0 {
		return nil, errNoMessageID
	}
	buttons, err := q.inlineMarkup()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blocked {
		return nil, errBlocked
	}
	old := c.find(id)
	switch {
	case old == nil:
		return nil, errNoEdit
	case old.From.ID != s.bot.ID || old.Forwarded != nil || old.forced:
		return nil, errCantEdit
	}
	m := *old
	m.Buttons = buttons
	if err := change(&m); err != nil {
		return nil, err
	}
	if m.formatted().equal(old.formatted()) && m.Photo == old.Photo && sameDocument(m.Document, old.Document) &&
		sameButtons(m.Buttons, old.Buttons) {
		return nil, errNotModified
	}
	m.Edited = time.Now()
	c.replace(&m)
	return m.wire(c), nil
}

func sameDocument(a, b *Document) bool {
	return a == b || (a != nil && b != nil && *a == *b)
}

// editMessageText: #editmessagetext
func (s *Server) editMessageText(_ *http.Request, q *request) (any, error) {
	f, err := q.messageText()
	if err != nil {
		return nil, err
	}
	return s.edit(q, func(m *Message) error {
		if len(m.attachments()) > 0 {
			return errNoText
		}
		m.Text, m.Entities = f.text, f.entities
		return nil
	})
}

// editMessageCaption: #editmessagecaption
func (s *Server) editMessageCaption(_ *http.Request, q *request) (any, error) {
	f, err := q.caption()
	if err != nil {
		return nil, err
	}
	return s.edit(q, func(m *Message) error {
		if !m.media() {
			return errNoCaption
		}
		m.Text, m.Entities = f.text, f.entities
		return nil
	})
}

// editMessageMedia: #editmessagemedia. A text may become a photo or a file; in
// an album the kind stays.
func (s *Server) editMessageMedia(_ *http.Request, q *request) (any, error) {
	var in inputMedia
	if err := q.decode("media", &in); err != nil {
		return nil, err
	}
	content, err := s.media(q, in)
	if err != nil {
		return nil, err
	}
	return s.edit(q, func(m *Message) error {
		if m.Album != "" && (m.Photo == nil) != (content.Photo == nil) {
			return badRequest("can't change media type in the album")
		}
		m.Text, m.Entities = content.Text, content.Entities
		m.Photo, m.Document = content.Photo, content.Document
		return nil
	})
}

// editMessageReplyMarkup: #editmessagereplymarkup
func (s *Server) editMessageReplyMarkup(_ *http.Request, q *request) (any, error) {
	return s.edit(q, func(*Message) error { return nil })
}

// tooOld is the age at which a message can no longer be deleted. Section: #deletemessage
const tooOld = 48 * time.Hour

// deletable tells whether the bot may delete a message: what is younger than 48
// hours, in a group only what is its own.
func (s *Server) deletable(c *chat, m *Message) bool {
	own := m.From.ID == s.bot.ID
	return time.Since(m.Date) < tooOld && (own || c.info.Type == "private")
}

// deleteMessage: #deletemessage
func (s *Server) deleteMessage(_ *http.Request, q *request) (any, error) {
	c, err := s.chat(q, "chat_id")
	if err != nil {
		return nil, err
	}
	id, err := q.integer("message_id", 0)
	if err != nil || id <= 0 {
		return nil, errNoMessageID
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.find(id)
	switch {
	case m == nil:
		return nil, errNoDelete
	case !s.deletable(c, m):
		return nil, errCantDelete
	}
	c.remove(id)
	return true, nil
}

// deleteMessages: #deletemessages, 1–100 of them; what is not found is skipped.
func (s *Server) deleteMessages(_ *http.Request, q *request) (any, error) {
	c, err := s.chat(q, "chat_id")
	if err != nil {
		return nil, err
	}
	var ids []int64
	if err := q.decode("message_ids", &ids); err != nil {
		return nil, err
	}
	switch {
	case len(ids) == 0:
		return nil, badRequest("message identifiers are not specified")
	case len(ids) > 100:
		return nil, badRequest("too many message identifiers specified")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		if m := c.find(id); m != nil && !s.deletable(c, m) {
			return nil, errCantDelete
		}
	}
	for _, id := range ids {
		c.remove(id)
	}
	return true, nil
}
