package telegram

import (
	"bytes"
	"strings"
	"testing"
)

// A picture or a file named by its address comes from the web there is; what is
// not there, or too large, is refused, and nothing is sent.
func TestWeb(t *testing.T) {
	t.Parallel()
	pages := map[string][]byte{
		"https://m.example/a.jpg":  jpegOf(t, 40, 30, red),
		"https://m.example/big":    bytes.Repeat([]byte("x"), maxFetched+1),
		"http://m.example/a.txt":   []byte("text"),
		"https://m.example/b.jpeg": jpegOf(t, 60, 30, red),
	}
	b := start(t, Options{Web: func(address string) []byte { return pages[address] }})
	p := b.seller()
	photo := b.call("sendPhoto", params{"chat_id": "42", "photo": "https://m.example/a.jpg", "caption": "c"}).message(t)
	if len(photo.Photo) == 0 || photo.Caption != "c" {
		t.Errorf("sent %+v", photo)
	}
	edited := b.call("editMessageMedia", params{
		"chat_id": "42", "message_id": itoa(photo.MessageID), "media": `{"type":"photo","media":"https://m.example/b.jpeg"}`,
	}).message(t)
	if edited.MessageID != photo.MessageID || edited.Photo[len(edited.Photo)-1].Width != 60 {
		t.Errorf("changed to %+v", edited)
	}
	document := b.call("sendDocument", params{"chat_id": "42", "document": "http://m.example/a.txt"}).message(t)
	if document.Document == nil || document.Document.Name != "a.txt" {
		t.Errorf("sent %+v", document)
	}
	before := len(p.Messages())
	for _, address := range []string{"https://m.example/none.jpg", "https://m.example/big"} {
		if got := b.call("sendPhoto", params{"chat_id": "42", "photo": address}); !strings.Contains(got.Description, "failed to get HTTP URL content") {
			t.Errorf("%s: %+v", address, got)
		}
	}
	album := `[{"type":"photo","media":"https://m.example/a.jpg"},{"type":"photo","media":"https://m.example/none.jpg"}]`
	if got := b.call("sendMediaGroup", params{"chat_id": "42", "media": album}); got.OK || len(p.Messages()) != before {
		t.Errorf("%+v; %d messages, then %d", got, before, len(p.Messages()))
	}
}
