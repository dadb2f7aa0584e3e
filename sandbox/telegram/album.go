package telegram

import (
	"encoding/json"
	"fmt"
	"net/http"
	"unicode/utf8"
)

// inputMedia is an item of an album or of editMessageMedia.
// Sections: #inputmediaphoto, #inputmediadocument
type inputMedia struct {
	Type      string          `json:"type"`
	Media     string          `json:"media"`
	Caption   string          `json:"caption"`
	ParseMode string          `json:"parse_mode"`
	Entities  json.RawMessage `json:"caption_entities"`
}

// media makes a message of an input media.
func (s *Server) media(q *request, in inputMedia) (*Message, error) {
	if !utf8.ValidString(in.Caption) {
		return nil, badRequest("strings must be encoded in UTF-8")
	}
	f, err := formatText(in.Caption, in.ParseMode, string(in.Entities))
	if err != nil {
		return nil, err
	}
	if utf16Len(f.text) > maxCaption {
		return nil, errCaptionLong
	}
	if in.Media == "" {
		return nil, badRequest("media not found")
	}
	up, ref, err := q.input("", in.Media)
	if err != nil {
		return nil, err
	}
	m := &Message{Text: f.text, Entities: f.entities}
	switch in.Type {
	case "photo":
		err = s.photo(m, up, ref)
	case "document":
		err = s.document(m, up, ref)
	case "video":
		err = s.video(m, up, ref)
	default:
		err = badRequest("type %q of InputMedia is not supported by this server", in.Type)
	}
	return m, err
}

// sendMediaGroup: #sendmediagroup, 2–10 items; photos and documents do not mix.
func (s *Server) sendMediaGroup(_ *http.Request, q *request) (any, error) {
	o, err := s.outgoing(q)
	if err != nil {
		return nil, err
	}
	var items []inputMedia
	if err := q.decode("media", &items); err != nil {
		return nil, err
	}
	switch n := len(items); {
	case n == 0:
		return nil, badRequest("there are no messages to send")
	case n == 1: // Telegram sends a lone item; the description asks for 2–10
		return nil, badRequest("media group must include 2-10 items")
	case n > 10:
		return nil, badRequest("too many messages to send as an album")
	}
	album := make([]*Message, 0, len(items))
	for _, in := range items {
		if !mixes(in.Type, items[0].Type) {
			return nil, badRequest("document can't be mixed with other media types")
		}
		m, err := s.media(q, in)
		if err != nil {
			return nil, err
		}
		album = append(album, m)
	}
	if err := o.open(); err != nil {
		return nil, err
	}
	defer o.chat.mu.Unlock()
	group := s.albumID()
	out := make([]*wireMessage, 0, len(album))
	for _, m := range album {
		m.From, m.Album = s.bot, group
		out = append(out, o.post(m).wire(o.chat))
	}
	return out, nil
}

// albumID makes an id that the messages of one album share.
func (s *Server) albumID() string { return fmt.Sprintf("13%015d", s.albums.Add(1)) }
