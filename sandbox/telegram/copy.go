package telegram

import "net/http"

// copyMessage: #copymessage. The copy has no link to the original.
func (s *Server) copyMessage(_ *http.Request, q *request) (any, error) {
	o, err := s.outgoing(q)
	if err != nil {
		return nil, err
	}
	from, err := s.original(q, "message to copy not found")
	if err != nil {
		return nil, err
	}
	if !from.copyable() {
		return nil, badRequest("message can't be copied")
	}
	m := from.content()
	if _, given := q.values["caption"]; given && from.media() {
		f, err := q.caption()
		if err != nil {
			return nil, err
		}
		m.Text, m.Entities = f.text, f.entities
	}
	sent, err := s.send(o, m)
	if err != nil {
		return nil, err
	}
	return messageID{MessageID: sent.(*wireMessage).MessageID}, nil
}

// forwardMessage: #forwardmessage
func (s *Server) forwardMessage(_ *http.Request, q *request) (any, error) {
	o, err := s.outgoing(q)
	if err != nil {
		return nil, err
	}
	from, err := s.original(q, "message to forward not found")
	if err != nil {
		return nil, err
	}
	if !from.copyable() {
		return nil, badRequest("message can't be forwarded")
	}
	m := from.content()
	author := from.From
	m.Forwarded = &author
	return s.send(o, m)
}

// original finds the message that is to be sent again.
func (s *Server) original(q *request, missing string) (Message, error) {
	c, err := s.chat(q, "from_chat_id")
	if err != nil {
		return Message{}, err
	}
	id, err := q.integer("message_id", 0)
	if err != nil || id <= 0 {
		return Message{}, errNoMessageID
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.find(id)
	if m == nil {
		return Message{}, badRequest("%s", missing)
	}
	return *m, nil
}

// content is a message's content without its place, author and buttons.
func (m Message) content() *Message {
	return &Message{
		Text: m.Text, Entities: m.Entities, Photo: m.Photo, Document: m.Document, Video: m.Video,
		Contact: m.Contact, Location: m.Location, Sticker: m.Sticker, Voice: m.Voice,
	}
}
