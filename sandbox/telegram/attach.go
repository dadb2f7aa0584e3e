package telegram

import (
	"errors"
	"mime"
	"path"
	"strings"
)

// ErrAlbumSize is returned for an album of fewer than 2 or more than 10 photos.
var ErrAlbumSize = errors.New("telegram sandbox: an album holds 2 to 10 photos")

// Photo sends a picture as a photo: JPEG, PNG, GIF or WebP; the bot gets JPEG in
// several sizes. What is no picture the app does not send: that is an error.
func (p *Person) Photo(data []byte, caption string) (int64, error) {
	photo, err := p.srv.files.addPhoto(data)
	if err != nil {
		return 0, err
	}
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	return p.write(p.captioned(&Message{Photo: photo}, caption)), nil
}

// Album sends 2 to 10 photos as one album: a message and an update each, with a
// media group id they share. The caption is the first one's.
func (p *Person) Album(pictures [][]byte, caption string) ([]int64, error) {
	if len(pictures) < 2 || len(pictures) > 10 {
		return nil, ErrAlbumSize
	}
	photos := make([]*Photo, 0, len(pictures))
	for _, data := range pictures {
		photo, err := p.srv.files.addPhoto(data)
		if err != nil {
			return nil, err
		}
		photos = append(photos, photo)
	}
	album := p.srv.albumID()
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	ids := make([]int64, 0, len(photos))
	for _, photo := range photos {
		ids = append(ids, p.write(p.captioned(&Message{Photo: photo, Album: album}, caption)))
		caption = ""
	}
	return ids, nil
}

// Document sends a file as it is. An empty mime type is taken from the name.
func (p *Person) Document(name, mimeType string, data []byte) int64 {
	return p.DocumentWith(name, mimeType, data, "")
}

// DocumentWith sends a file with a caption.
func (p *Person) DocumentWith(name, mimeType string, data []byte, caption string) int64 {
	if mimeType == "" {
		mimeType = mime.TypeByExtension(path.Ext(name))
	}
	doc := p.srv.files.addDocument(name, mimeType, data)
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	return p.write(p.captioned(&Message{Document: doc}, caption))
}

// captioned gives a message of theirs its caption, cut to what the app allows.
func (p *Person) captioned(m *Message, caption string) *Message {
	caption = strings.TrimSpace(caption)
	if utf16Len(caption) > maxCaption {
		caption = caption[:cutAt(caption, maxCaption)]
	}
	f := formatted{text: caption}
	f.entities = f.detect()
	f.sort()
	m.Text, m.Entities = f.text, f.entities
	return m
}

// Contact sends a phone number: their own one, as the contact button does, or
// somebody else's.
func (p *Person) Contact(own bool) int64 {
	contact := &Contact{Phone: p.profile.Phone, FirstName: p.user.FirstName, LastName: p.user.LastName, UserID: p.user.ID}
	if !own {
		contact = &Contact{Phone: "+37360000000", FirstName: "Somebody"}
	}
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	return p.write(&Message{Contact: contact})
}

// Location sends a point on the map.
func (p *Person) Location(latitude, longitude float64) int64 {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	return p.write(&Message{Location: &Location{Latitude: latitude, Longitude: longitude}})
}

// Sticker sends a sticker.
func (p *Person) Sticker() int64 {
	f := p.srv.files.add(file{kind: kindSticker, name: "sticker.webp", mime: "image/webp", data: []byte("RIFF sticker")})
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	return p.write(&Message{Sticker: &Sticker{
		FileID: f.id, UniqueID: f.uniqueID, Type: "regular", Width: 512, Height: 512, Emoji: "👍", Bytes: len(f.data),
	}})
}

// Voice sends a voice note of three seconds.
func (p *Person) Voice() int64 {
	f := p.srv.files.add(file{kind: kindVoice, name: "voice.oga", mime: "audio/ogg", data: []byte("OggS voice")})
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	return p.write(&Message{Voice: &Voice{FileID: f.id, UniqueID: f.uniqueID, Seconds: 3, MIME: f.mime, Bytes: len(f.data)}})
}
