package telegram

import (
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Lengths in UTF-16 units after entities are parsed. Sections: #sendmessage, #sendphoto
const (
	maxText    = 4096
	maxCaption = 1024
)

// chat finds the chat of a parameter. The bot knows a person only once they have
// written to it.
func (s *Server) chat(q *request, name string) (*chat, error) {
	v := strings.TrimSpace(q.values[name])
	if v == "" {
		return nil, errChatEmpty
	}
	id, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return nil, errChatNotFound // nobody here has a public @name
	}
	c := s.chatByID(id)
	if c == nil {
		return nil, errChatNotFound
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.started {
		return nil, errChatNotFound
	}
	return c, nil
}

// outgoing is what all sending methods have in common.
type outgoing struct {
	chat   *chat
	markup markup
	reply  *replyParameters
}

// replyParameters: #replyparameters
type replyParameters struct {
	MessageID int64 `json:"message_id"`
	Anyway    bool  `json:"allow_sending_without_reply"`
}

func (s *Server) outgoing(q *request) (*outgoing, error) {
	c, err := s.chat(q, "chat_id")
	if err != nil {
		return nil, err
	}
	k, err := q.replyMarkup()
	if err != nil {
		return nil, err
	}
	o := &outgoing{chat: c, markup: k}
	return o, q.decode("reply_parameters", &o.reply)
}

// open locks the chat when the bot may write to it. The caller unlocks.
func (o *outgoing) open() error {
	o.chat.mu.Lock()
	if o.chat.blocked {
		o.chat.mu.Unlock()
		return errBlocked
	}
	if o.reply != nil && o.chat.find(o.reply.MessageID) == nil && !o.reply.Anyway {
		o.chat.mu.Unlock()
		return badRequest("message to be replied not found")
	}
	return nil
}

// post writes one message into the open chat.
func (o *outgoing) post(m *Message) *Message {
	if o.reply != nil && o.chat.find(o.reply.MessageID) != nil {
		m.ReplyTo = o.reply.MessageID
	}
	o.chat.action = ""
	o.chat.applyMarkup(m, o.markup)
	return o.chat.post(m)
}

// send writes one message of the bot.
func (s *Server) send(o *outgoing, m *Message) (any, error) {
	if err := o.open(); err != nil {
		return nil, err
	}
	defer o.chat.mu.Unlock()
	m.From = s.bot
	return o.post(m).wire(o.chat), nil
}

// sendMessage: #sendmessage
func (s *Server) sendMessage(_ *http.Request, q *request) (any, error) {
	o, err := s.outgoing(q)
	if err != nil {
		return nil, err
	}
	f, err := q.messageText()
	if err != nil {
		return nil, err
	}
	return s.send(o, &Message{Text: f.text, Entities: f.entities})
}

// messageText reads the text of a message: 1–4096 units after parsing.
func (q *request) messageText() (formatted, error) {
	f, err := q.formattedText("text", "entities")
	switch {
	case err != nil:
		return f, err
	case f.text == "":
		return f, errTextEmpty
	case utf16Len(f.text) > maxText:
		return f, errTextTooLong
	}
	return f, nil
}

// caption reads a caption: 0–1024 units after parsing.
func (q *request) caption() (formatted, error) {
	f, err := q.formattedText("caption", "caption_entities")
	if err == nil && utf16Len(f.text) > maxCaption {
		return f, errCaptionLong
	}
	return f, err
}

// sendPhoto: #sendphoto
func (s *Server) sendPhoto(_ *http.Request, q *request) (any, error) {
	return s.sendMedia(q, "photo", s.photo)
}

// sendDocument: #senddocument
func (s *Server) sendDocument(_ *http.Request, q *request) (any, error) {
	return s.sendMedia(q, "document", s.document)
}

func (s *Server) sendMedia(q *request, part string, fill func(*Message, *upload, string) error) (any, error) {
	o, err := s.outgoing(q)
	if err != nil {
		return nil, err
	}
	f, err := q.caption()
	if err != nil {
		return nil, err
	}
	m := &Message{Text: f.text, Entities: f.entities}
	up, ref, err := q.input(part, q.values[part])
	if err != nil {
		return nil, err
	}
	if err := fill(m, up, ref); err != nil {
		return nil, err
	}
	return s.send(o, m)
}

// input finds a file that was uploaded in a part of its own or by attach://, or
// else the file id or web address that stands for it. Section: #sending-files
func (q *request) input(part, value string) (*upload, string, error) {
	if up, ok := q.files[part]; ok {
		return up, "", nil
	}
	if name, ok := strings.CutPrefix(value, "attach://"); ok {
		if up, ok := q.files[name]; ok {
			return up, "", nil
		}
		return nil, "", badRequest("can't find file %q to attach", name)
	}
	if value == "" {
		return nil, "", badRequest("there is no %s in the request", part)
	}
	return nil, value, nil
}

// maxFetched is how large a picture of the web may be. Section: #sending-files
const maxFetched = 5 << 20

// fetched gets what a web address stands for; nil for what is no address. This
// server calls nobody: Options.Web is the web.
func (s *Server) fetched(ref string) (*upload, error) {
	if !strings.HasPrefix(ref, "http://") && !strings.HasPrefix(ref, "https://") {
		return nil, nil
	}
	var data []byte
	if s.opts.Web != nil {
		data = s.opts.Web(ref)
	}
	if len(data) == 0 || len(data) > maxFetched {
		return nil, badRequest("failed to get HTTP URL content")
	}
	return &upload{name: path.Base(ref), mime: http.DetectContentType(data), data: data}, nil
}

// photo puts an uploaded or known photo into the message.
func (s *Server) photo(m *Message, up *upload, fileID string) (err error) {
	if up == nil {
		if up, err = s.fetched(fileID); err != nil {
			return err
		}
	}
	if up == nil {
		f, err := s.known(fileID, kindPhoto)
		if err == nil {
			m.Photo = f.photo
		}
		return err
	}
	if len(up.data) == 0 {
		return badRequest("file must be non-empty")
	}
	if len(up.data) > maxPhoto {
		return badRequest("file of size %d bytes is too big for a photo; the maximum size is %d bytes", len(up.data), maxPhoto)
	}
	m.Photo, err = s.files.addPhoto(up.data)
	return err
}

// document puts an uploaded or known file into the message.
func (s *Server) document(m *Message, up *upload, fileID string) (err error) {
	if up == nil {
		if up, err = s.fetched(fileID); err != nil {
			return err
		}
	}
	if up == nil {
		f, err := s.known(fileID, kindDocument)
		if err == nil {
			m.Document = f.document()
		}
		return err
	}
	if len(up.data) == 0 {
		return badRequest("file must be non-empty")
	}
	if len(up.data) > maxDocument {
		return errTooLarge
	}
	kind := up.mime
	if kind == "" || kind == "application/octet-stream" {
		kind = http.DetectContentType(up.data)
	}
	m.Document = s.files.addDocument(up.name, kind, up.data)
	return nil
}

func (s *Server) known(fileID string, kind fileKind) (*file, error) {
	f := s.files.get(fileID)
	if f == nil {
		return nil, badRequest("wrong file identifier/HTTP URL specified")
	}
	if f.kind != kind {
		return nil, badRequest("can't use file of type %s as %s", f.kind, kind)
	}
	return f, nil
}

var chatActions = words("typing upload_photo record_video upload_video record_voice upload_voice",
	"upload_document choose_sticker find_location record_video_note upload_video_note")

// sendChatAction: #sendchataction
func (s *Server) sendChatAction(_ *http.Request, q *request) (any, error) {
	c, err := s.chat(q, "chat_id")
	if err != nil {
		return nil, err
	}
	action := q.values["action"]
	if !slices.Contains(chatActions, action) {
		return nil, badRequest("wrong parameter action in request")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blocked {
		return nil, errBlocked
	}
	c.action, c.actionAt = action, time.Now()
	c.changed()
	return true, nil
}
