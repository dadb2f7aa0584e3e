package telegram

import (
	"fmt"
	"strings"
	"time"
)

// User is a person or the bot as the Bot API shows them. Section: #user
type User struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name,omitempty"`
	Username     string `json:"username,omitempty"`
	LanguageCode string `json:"language_code,omitempty"`
}

// Message is a message as the chat shows it now. It never changes: an edit puts
// a new value in its place.
type Message struct {
	ID       int64 // unique and growing in its chat
	Chat     int64
	Date     time.Time
	Edited   time.Time // zero: never
	From     User
	Text     string   // the text or the caption, plain
	Entities []Entity // of Text
	Photo    *Photo
	Document *Document
	Video    *Video
	Contact  *Contact
	Location *Location
	Sticker  *Sticker
	Voice    *Voice
	Album    string     // messages of one album share it
	Buttons  [][]Button // inline keyboard
	Keyboard *Keyboard  // the reply keyboard that came with it
	ReplyTo  int64      // id of the message it replies to
	// Forwarded is the author of the original, when this is a forward.
	Forwarded *User
	// forced is set when it came with a reply keyboard, its removal or a forced
	// reply: such a message cannot be edited.
	forced bool
}

// Photo is a picture in several sizes, the smallest first. Section: #photosize
type Photo struct {
	Sizes []PhotoSize
}

// PhotoSize is one size of a photo.
type PhotoSize struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Bytes    int    `json:"file_size"`
}

// Largest is the size with the most pixels.
func (p *Photo) Largest() PhotoSize { return p.Sizes[len(p.Sizes)-1] }

// Document is a file. Section: #document
type Document struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Name     string `json:"file_name,omitempty"`
	MIME     string `json:"mime_type,omitempty"`
	Bytes    int    `json:"file_size"`
}

// Contact is a phone number. Section: #contact
type Contact struct {
	Phone     string `json:"phone_number"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
	UserID    int64  `json:"user_id,omitempty"`
}

// Location is a point on the map. Section: #location
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// Sticker is a sticker. Section: #sticker
type Sticker struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Type     string `json:"type"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Animated bool   `json:"is_animated"`
	Video    bool   `json:"is_video"`
	Emoji    string `json:"emoji,omitempty"`
	Bytes    int    `json:"file_size"`
}

// Voice is a voice note. Section: #voice
type Voice struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Seconds  int    `json:"duration"`
	MIME     string `json:"mime_type"`
	Bytes    int    `json:"file_size"`
}

// FromBot reports whether the bot wrote it.
func (m Message) FromBot() bool { return m.From.IsBot }

// HTML is the text or caption as HTML that is safe to put into a page.
func (m Message) HTML() string { return renderHTML(m.formatted()) }

// Button finds an inline button by its exact label.
func (m Message) Button(label string) (Button, bool) {
	return findButton(m.Buttons, func(b Button) bool { return b.Text == label })
}

// ButtonPrefix finds the first inline button whose label begins so.
func (m Message) ButtonPrefix(prefix string) (Button, bool) {
	return findButton(m.Buttons, func(b Button) bool { return strings.HasPrefix(b.Text, prefix) })
}

func findButton(rows [][]Button, match func(Button) bool) (Button, bool) {
	for _, row := range rows {
		for _, b := range row {
			if match(b) {
				return b, true
			}
		}
	}
	return Button{}, false
}

// String shows the message and its buttons as a terminal would.
func (m Message) String() string {
	var b strings.Builder
	for _, what := range m.attachments() {
		fmt.Fprintf(&b, "[%s]\n", what)
	}
	b.WriteString(m.Text)
	writeRows(&b, m.Buttons, "[", "]")
	if m.Keyboard != nil {
		writeRows(&b, m.Keyboard.Rows, "<", ">")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func writeRows(b *strings.Builder, rows [][]Button, left, right string) {
	for _, row := range rows {
		b.WriteByte('\n')
		for i, button := range row {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(left + button.Text + right)
		}
	}
}

func (m Message) attachments() []string {
	var out []string
	if m.Photo != nil {
		size := m.Photo.Largest()
		out = append(out, fmt.Sprintf("photo %d×%d", size.Width, size.Height))
	}
	if m.Video != nil {
		out = append(out, "video")
	}
	if m.Document != nil {
		out = append(out, "file "+m.Document.Name)
	}
	if m.Contact != nil {
		out = append(out, "contact "+m.Contact.Phone)
	}
	if m.Location != nil {
		out = append(out, fmt.Sprintf("location %.5f, %.5f", m.Location.Latitude, m.Location.Longitude))
	}
	if m.Sticker != nil {
		out = append(out, "sticker "+m.Sticker.Emoji)
	}
	if m.Voice != nil {
		out = append(out, fmt.Sprintf("voice %d s", m.Voice.Seconds))
	}
	return out
}

func (m Message) formatted() formatted { return formatted{text: m.Text, entities: m.Entities} }

// media reports whether its text is a caption.
func (m Message) media() bool {
	return m.Photo != nil || m.Document != nil || m.Video != nil || m.Voice != nil
}

// copyable reports whether it has content that can be sent again.
func (m Message) copyable() bool { return m.Text != "" || len(m.attachments()) > 0 }

// wireMessage is a message in the Bot API. Section: #message
type wireMessage struct {
	MessageID       int64         `json:"message_id"`
	From            *User         `json:"from,omitempty"`
	Date            int64         `json:"date"`
	Chat            wireChat      `json:"chat"`
	ForwardOrigin   *wireOrigin   `json:"forward_origin,omitempty"`
	ReplyTo         *wireMessage  `json:"reply_to_message,omitempty"`
	EditDate        int64         `json:"edit_date,omitempty"`
	MediaGroupID    string        `json:"media_group_id,omitempty"`
	Text            string        `json:"text,omitempty"`
	Entities        []Entity      `json:"entities,omitempty"`
	Photo           []PhotoSize   `json:"photo,omitempty"`
	Document        *Document     `json:"document,omitempty"`
	Video           *Video        `json:"video,omitempty"`
	Contact         *Contact      `json:"contact,omitempty"`
	Location        *Location     `json:"location,omitempty"`
	Sticker         *Sticker      `json:"sticker,omitempty"`
	Voice           *Voice        `json:"voice,omitempty"`
	Caption         string        `json:"caption,omitempty"`
	CaptionEntities []Entity      `json:"caption_entities,omitempty"`
	ReplyMarkup     *inlineMarkup `json:"reply_markup,omitempty"`
}

type inlineMarkup struct {
	Rows [][]Button `json:"inline_keyboard"`
}

// wireOrigin is where a forward comes from. Section: #messageoriginuser
type wireOrigin struct {
	Type   string `json:"type"`
	Date   int64  `json:"date"`
	Sender User   `json:"sender_user"`
}

// messageID is the result of copyMessage. Section: #messageid
type messageID struct {
	MessageID int64 `json:"message_id"`
}

// wire gives the message as the Bot API shows it. c must be its chat, locked.
func (m *Message) wire(c *chat) *wireMessage {
	w := m.wireAlone(c)
	if m.ReplyTo != 0 {
		if to := c.find(m.ReplyTo); to != nil {
			w.ReplyTo = to.wireAlone(c)
		}
	}
	return w
}

func (m *Message) wireAlone(c *chat) *wireMessage {
	w := &wireMessage{
		MessageID: m.ID, From: &m.From, Date: m.Date.Unix(), Chat: c.info,
		MediaGroupID: m.Album, Document: m.Document, Video: m.Video, Contact: m.Contact,
		Location: m.Location, Sticker: m.Sticker, Voice: m.Voice,
	}
	if !m.Edited.IsZero() {
		w.EditDate = m.Edited.Unix()
	}
	if m.media() {
		w.Caption, w.CaptionEntities = m.Text, m.Entities
	} else {
		w.Text, w.Entities = m.Text, m.Entities
	}
	if m.Photo != nil {
		w.Photo = m.Photo.Sizes
	}
	if m.Buttons != nil {
		w.ReplyMarkup = &inlineMarkup{Rows: m.Buttons}
	}
	if m.Forwarded != nil {
		w.ForwardOrigin = &wireOrigin{Type: "user", Date: m.Date.Unix(), Sender: *m.Forwarded}
	}
	return w
}
