package bot

import (
	"bytes"
	"encoding/json"
	"image"
	"image/jpeg"
	"strings"
	"testing"

	"bazarbot/dialogs"
	"bazarbot/sandbox/telegram"
)

// web is the web as Telegram sees it in these tests: two pictures on one host.
func web(address string) []byte {
	name, there := strings.CutPrefix(address, "https://m.example/")
	if !there {
		return nil
	}
	size := map[string]int{"1.jpg": 16, "2.jpg": 24}[name]
	if size == 0 {
		return nil
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, size, size)), nil); err != nil {
		panic(err) // memory takes everything
	}
	return b.Bytes()
}

const (
	there  = "https://m.example/1.jpg"
	other  = "https://m.example/2.jpg"
	absent = "https://broken.example/1.jpg"
)

// A photo of the web is fetched by Telegram. One it cannot fetch is left out:
// what is said and its buttons come all the same.
func TestPhotoOfTheWeb(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name         string
		shown, reply string // the photo of the screen, and of what takes its place
		photo, fresh bool   // what is seen then has a photo, is a new message
	}{
		{name: "in place of a photo", shown: there, reply: other, photo: true},
		{name: "in place of a text", reply: other, photo: true},
		{name: "broken, in place of a photo", shown: there, reply: absent, fresh: true},
		{name: "broken, in place of a text", reply: absent},
		{name: "broken, in place of one that was broken", shown: absent, reply: absent},
		{name: "after one that was broken", shown: absent, reply: other, photo: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.person.Send("/start")
			keys := [][]key{{{Text: "Дальше", Data: "x"}}}
			first, outcome, err := h.bot.send(h.ctx, reply{Kind: "screen", Chat: seller, Text: "Было", Photo: tt.shown, Keys: keys})
			if err != nil || outcome != sentOK {
				t.Fatal(outcome, err)
			}
			second, outcome, err := h.bot.send(h.ctx, reply{Kind: "screen", Chat: seller, Text: "Стало", Photo: tt.reply, Keys: keys, Message: first})
			if err != nil || outcome != sentOK {
				t.Fatal(outcome, err)
			}
			last, _ := h.person.Last()
			_, pressable := last.Button("Дальше")
			if last.ID != second || last.Text != "Стало" || !pressable || (last.Photo != nil) != tt.photo || (second != first) != tt.fresh {
				t.Errorf("message %d, then %d: %s", first, second, last)
			}
		})
	}
}

// What else may be wrong is no reason to leave the photo out.
func TestPhotoNotSent(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start")
	if _, outcome, err := h.bot.send(h.ctx, reply{Kind: "screen", Chat: seller, Text: "x", Photo: "no-such-file-id"}); outcome != sentRefused || err == nil {
		t.Error("a file of Telegram's own:", outcome, err)
	}
	if _, outcome, err := h.bot.send(h.ctx, reply{Kind: "screen", Chat: seller, Text: "<b>x", Photo: absent}); outcome != sentRefused || err == nil {
		t.Error("bad markup:", outcome, err)
	}
	h.telegram.Inject(telegram.Fault{Kind: telegram.FaultTooMany, RetryAfter: 3})
	if _, outcome, err := h.bot.send(h.ctx, reply{Kind: "screen", Chat: seller, Text: "x", Photo: there}); outcome != sentSlowDown || err == nil {
		t.Error(outcome, err)
	}
}

// An album is shown together; if a photo of it cannot be fetched, its addresses
// are told.
func TestAlbum(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start")
	album := dialogs.View{Photos: []string{there, other}, Text: []dialogs.Text{{Data: absent + "?a=1&b=2"}}}
	out := russian(t).reply(dialogs.Reply{Kind: dialogs.ReplyAlbum, View: album})
	out.Chat = seller
	saved, err := json.Marshal([]reply{out})
	if err != nil {
		t.Fatal(err)
	}
	replies, err := decodeReplies(saved)
	if err != nil {
		t.Fatal(err)
	}
	if message, outcome, err := h.bot.send(h.ctx, replies[0]); err != nil || outcome != sentOK || message != 0 {
		t.Fatal(message, outcome, err)
	}
	shown := h.person.Messages()
	if n := len(shown); n != 3 || shown[1].Photo == nil || shown[2].Photo == nil || shown[1].Album == "" || shown[1].Album != shown[2].Album {
		t.Fatalf("%v", shown)
	}
	out.Photos[1] = absent
	if _, outcome, err := h.bot.send(h.ctx, out); err != nil || outcome != sentOK {
		t.Fatal(outcome, err)
	}
	if last, _ := h.person.Last(); last.Photo != nil || last.Text != absent+"?a=1&b=2" {
		t.Errorf("told %s", last)
	}
}
