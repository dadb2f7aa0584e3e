package bot

import (
	"encoding/json"
	"testing"

	"github.com/go-telegram/bot/models"
	"github.com/google/go-cmp/cmp"

	"bazarbot/dialogs"
	"bazarbot/market"
	"bazarbot/sandbox/telegram"
)

// What can be sent on is taken with its formatting; of what cannot nothing is.
func TestParts(t *testing.T) {
	t.Parallel()
	bold := `[{"type":"bold","offset":0,"length":2}]`
	for name, tt := range map[string]struct {
		message string
		part    *market.Part
		arg     string
		origin  int64
	}{
		"text":                   {`"text":"hi","entities":` + bold, &market.Part{Kind: market.PartText, Text: "hi", Entities: json.RawMessage(bold)}, "", 0},
		"photo":                  {`"photo":[{"file_id":"p"}],"caption":"hi","caption_entities":` + bold, &market.Part{Kind: market.PartPhoto, File: "p", Text: "hi", Entities: json.RawMessage(bold)}, "", 0},
		"video":                  {`"video":{"file_id":"v"}`, &market.Part{Kind: market.PartVideo, File: "v"}, "", 0},
		"document":               {`"document":{"file_id":"d"}`, &market.Part{Kind: market.PartDocument, File: "d"}, "", 0},
		"animation":              {`"animation":{"file_id":"a"},"document":{"file_id":"a"}`, nil, "", 0},
		"sticker":                {`"sticker":{"file_id":"s"}`, nil, "", 0},
		"command":                {`"text":"/user@bot  42 "`, &market.Part{Kind: market.PartText, Text: "/user@bot  42 "}, "42", 0},
		"forwarded":              {`"text":"hi","forward_origin":{"type":"user","date":1,"sender_user":{"id":77,"first_name":"X"}}`, &market.Part{Kind: market.PartText, Text: "hi"}, "", 77},
		"forwarded of who hides": {`"text":"hi","forward_origin":{"type":"hidden_user","date":1,"sender_user_name":"X"}`, &market.Part{Kind: market.PartText, Text: "hi"}, "", 0},
	} {
		var m models.Message
		if err := json.Unmarshal([]byte(`{"message_id":1,"from":{"id":1},"chat":{"id":1,"type":"private"},`+tt.message+`}`), &m); err != nil {
			t.Fatal(err)
		}
		ev := messageEvent(&m)
		if diff := cmp.Diff(tt.part, ev.Part); diff != "" || ev.Arg != tt.arg || ev.Origin != tt.origin {
			t.Errorf("%s: argument %q, origin %d\n%s", name, ev.Arg, ev.Origin, diff)
		}
	}
}

// Each kind of broadcast arrives as it was made, with its links and the way out;
// an album has these below it.
func TestDeliver(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start")
	photo, err := h.person.Photo(pixel(t), "")
	if err != nil {
		t.Fatal(err)
	}
	video, doc := h.person.Video([]byte("video"), ""), h.person.Document("list.txt", "text/plain", []byte("list"))
	files := map[market.PartKind]string{}
	for _, m := range h.person.Messages() {
		switch m.ID {
		case photo:
			files[market.PartPhoto] = m.Photo.Largest().FileID
		case video:
			files[market.PartVideo] = m.Video.FileID
		case doc:
			files[market.PartDocument] = m.Document.FileID
		}
	}
	part := func(kind market.PartKind) market.Part {
		return market.Part{Kind: kind, File: files[kind], Text: "Bold <news>", Entities: json.RawMessage(`[{"type":"bold","offset":0,"length":4}]`)}
	}
	for name, parts := range map[string][]market.Part{
		"text": {part(market.PartText)}, "photo": {part(market.PartPhoto)}, "video": {part(market.PartVideo)},
		"document": {part(market.PartDocument)}, "album": {part(market.PartPhoto), part(market.PartVideo)},
	} {
		was := len(h.person.Messages())
		content := market.Content{Parts: parts, Links: []market.Link{{Text: "Site", URL: "https://example.com/x"}}}
		if err := h.bot.deliver(h.ctx, seller, h.bot.messageFor(content, market.Romanian)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := h.person.Messages()[was:]
		for _, m := range got[:len(parts)] {
			if m.Text != "Bold <news>" || len(m.Entities) != 1 || m.Entities[0].Type != "bold" {
				t.Errorf("%s arrived as %s with %v", name, m, m.Entities)
			}
		}
		last := got[len(got)-1]
		if b, ok := last.Button("Site"); !ok || b.URL != "https://example.com/x" {
			t.Errorf("%s: the link is %+v", name, b)
		}
		if b, ok := last.ButtonPrefix("🔕 Opriți"); !ok || b.Data != dialogs.NewsOffData {
			t.Errorf("%s: the way out is %+v", name, b)
		}
		if len(parts) > 1 && (len(got) != 3 || got[0].Album == "" || got[0].Album != got[1].Album) {
			t.Errorf("the album arrived as\n%s", telegram.Transcript(got, 0))
		}
	}
}
