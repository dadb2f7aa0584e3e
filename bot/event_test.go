package bot

import (
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-telegram/bot/models"
	"github.com/google/go-cmp/cmp"

	"bazarbot/dialogs"
	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/sandbox/telegram"
)

func pixel(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 64, 48)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Each kind of message becomes an event of the dialogs.
func TestEvent(t *testing.T) {
	t.Parallel()
	long, emoji := strings.Repeat("ы", 4096), strings.Repeat("👍", 2048)
	who := dialogs.Person{ID: 42, Name: "Seller", LangCode: "ru"}
	for _, tt := range []struct {
		name, message string
		want          dialogs.Event
	}{
		{"text", `"text":"привет"`, dialogs.Event{Kind: dialogs.Said, Text: "привет"}},
		{"a full message", `"text":"` + long + `"`, dialogs.Event{Kind: dialogs.Said, Text: long, Long: true}},
		{"almost full", `"text":"` + long[2:] + `"`, dialogs.Event{Kind: dialogs.Said, Text: long[2:]}},
		{"full of emoji", `"text":"` + emoji + `"`, dialogs.Event{Kind: dialogs.Said, Text: emoji, Long: true}},
		{"command", `"text":"/new"`, dialogs.Event{Kind: dialogs.Command, Text: "new"}},
		{"command with name", `"text":"/New@bazar_bot"`, dialogs.Event{Kind: dialogs.Command, Text: "new"}},
		{"command with arguments", `"text":"/start ref_12 x"`, dialogs.Event{Kind: dialogs.Command, Text: "start"}},
		{"command with name and emoji", `"text":"/ads@bazar_bot 👍👍"`, dialogs.Event{Kind: dialogs.Command, Text: "ads"}},
		{"command and a line", `"text":"/help\nfoo"`, dialogs.Event{Kind: dialogs.Command, Text: "help"}},
		{"a slash", `"text":"/"`, dialogs.Event{Kind: dialogs.Command}},
		{"emoji before a slash", `"text":"👍 /new","entities":[{"type":"bot_command","offset":3,"length":4}]`, dialogs.Event{Kind: dialogs.Said, Text: "👍 /new"}},
		{
			"photo", `"photo":[{"file_id":"s","file_unique_id":"us","width":90,"height":60},{"file_id":"l","file_unique_id":"ul","width":900,"height":600},` +
				`{"file_id":"m","file_unique_id":"um","width":320,"height":200}],"caption":"/new","media_group_id":"g"`,
			dialogs.Event{Kind: dialogs.Pictured, Text: "/new", Photo: market.Photo{FileID: "l", UniqueID: "ul"}, Album: "g"},
		},
		{
			"a caption of a file", `"document":{"file_id":"d","file_unique_id":"ud","file_name":"a.pdf"},"caption":"цена"`,
			dialogs.Event{Kind: dialogs.Pictured, Text: "цена", Photo: document("").Photo, Fault: market.PhotoFormat},
		},
		{"picture as a file", `"document":{"file_id":"d","file_unique_id":"ud","mime_type":"image/png"}`, document("")},
		{"picture by its name", `"document":{"file_id":"d","file_unique_id":"ud","file_name":"A.WEBP"}`, document("")},
		{"another file", `"document":{"file_id":"d","file_unique_id":"ud","file_name":"a.pdf","mime_type":"application/pdf"}`, document(market.PhotoFormat)},
		{"a heavy picture", `"document":{"file_id":"d","file_unique_id":"ud","mime_type":"image/png","file_size":30000000}`, document(market.PhotoTooHeavy)},
		{"sticker", `"sticker":{"file_id":"x"}`, dialogs.Event{Kind: dialogs.Other}},
		{"voice", `"voice":{"file_id":"x"}`, dialogs.Event{Kind: dialogs.Other}},
		{"video", `"video":{"file_id":"x"}`, dialogs.Event{Kind: dialogs.Other}},
		{"their own contact", `"contact":{"phone_number":"+996700111000","first_name":"Seller","user_id":42}`, dialogs.Event{Kind: dialogs.Contact, Phone: "+996700111000", Own: true}},
		{"another's contact", `"contact":{"phone_number":"996700111000","first_name":"X","user_id":43}`, dialogs.Event{Kind: dialogs.Contact, Phone: "996700111000"}},
		{"a contact that is in no Telegram", `"contact":{"phone_number":"+373","first_name":"X"}`, dialogs.Event{Kind: dialogs.Contact, Phone: "+373"}},
		{"location", `"location":{"latitude":1,"longitude":2}`, dialogs.Event{Kind: dialogs.Other}},
		{"poll", `"poll":{"id":"1","question":"?"}`, dialogs.Event{Kind: dialogs.Other}},
		{"of a kind that is new", `"hologram":{"id":"1"}`, dialogs.Event{Kind: dialogs.Other}},
	} {
		var u models.Update
		frame := `{"message_id":5,"date":1700000000,"from":{"id":42,"first_name":"Seller","language_code":"ru"},"chat":{"id":42,"type":"private"},` + tt.message + `}`
		if err := json.Unmarshal([]byte(`{"update_id":1,"message":`+frame+`}`), &u); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		tt.want.Person, tt.want.Message, tt.want.Date = who, 5, time.Unix(1700000000, 0)
		tt.want.Ample = tt.want.Kind == dialogs.Said && utf16Len(tt.want.Text) >= maxText/2
		got, ok := event(&u)
		got.Part, got.Arg = nil, "" // see TestParts
		if diff := cmp.Diff(tt.want, got); !ok || diff != "" {
			t.Errorf("%s: %v\n%s", tt.name, ok, diff)
		}
		edited := models.Update{EditedMessage: u.Message}
		if ev, ok := event(&edited); !ok || ev.Kind != dialogs.Edited {
			t.Errorf("%s, edited: %v, %s", tt.name, ok, ev.Kind)
		}
	}
}

func document(fault market.PhotoFault) dialogs.Event {
	return dialogs.Event{Kind: dialogs.Pictured, Photo: market.Photo{FileID: "d", UniqueID: "ud", Document: true}, Fault: fault}
}

func TestPressEvent(t *testing.T) {
	t.Parallel()
	for body, message := range map[string]int64{
		`"message":{"message_id":5,"date":1700000000,"chat":{"id":42,"type":"private"}}`: 5,
		`"message":{"message_id":6,"date":0,"chat":{"id":42,"type":"private"}}`:          6, // inaccessible
		`"inline_message_id":"x"`: 0,
	} {
		var u models.Update
		if err := json.Unmarshal([]byte(`{"update_id":1,"callback_query":{"id":"q","data":"a:1:k:0","from":{"id":42,"first_name":"Seller"},`+body+`}}`), &u); err != nil {
			t.Fatal(err)
		}
		ev, ok := event(&u)
		if !ok || ev.Kind != dialogs.Pressed || ev.Button != "a:1:k:0" || ev.Message != message || ev.Person.ID != 42 {
			t.Errorf("%s: %+v", body, ev)
		}
	}
	if _, ok := event(&models.Update{}); ok {
		t.Error("an update of nothing is an event")
	}
}

func TestRowEvent(t *testing.T) {
	t.Parallel()
	ev, err := rowEvent(KindReport, []byte(`{"job":"j","stage":"done"}`), 42)
	if err != nil || ev.Kind != dialogs.Reported || ev.Report.Stage != market.StageDone || ev.Person.ID != 42 {
		t.Errorf("%+v, %v", ev, err)
	}
	ev, err = rowEvent(kindFailed, []byte("REF"), 42)
	if err != nil || ev.Kind != dialogs.Failed || ev.Ref != "REF" {
		t.Errorf("%+v, %v", ev, err)
	}
	ev, err = rowEvent(KindTimed, []byte(`{"id":"i","person":42,"name":"n","arg":"a"}`), 42)
	if err != nil || ev.Kind != dialogs.Timed || ev.Name != "n" || ev.Arg != "a" || ev.Person.ID != 42 {
		t.Errorf("%+v, %v", ev, err)
	}
	for _, kind := range []string{KindReport, KindTimed} {
		if _, err := rowEvent(kind, []byte("{"), 42); err == nil {
			t.Errorf("half a %s was read", kind)
		}
	}
	if _, err := rowEvent("strange", nil, 42); err == nil {
		t.Error("a strange row was read")
	}
}

// Each timer waits in a lane of its own, and under a key that drops a second one.
func TestTimerRows(t *testing.T) {
	t.Parallel()
	due := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	rows, err := jobRows(&dialogs.Turn{Timers: []market.Timer{
		{ID: "a", Person: 42, Due: due, Name: "n", Arg: "x"}, {ID: "b", Person: 42, Due: due.Add(time.Hour), Name: "n"},
	}})
	if err != nil || len(rows) != 2 {
		t.Fatalf("%+v, %v", rows, err)
	}
	first, second := rows[0], rows[1]
	if first.Lane == second.Lane || first.Key == second.Key || first.Kind != market.JobTimer || lanes.Class(first.Lane) != "timer" {
		t.Errorf("%+v, %+v", first, second)
	}
	if !first.Due.Equal(due) || !second.Due.Equal(due.Add(time.Hour)) {
		t.Errorf("due %v and %v", first.Due, second.Due)
	}
	var timer market.Timer
	if err := json.Unmarshal(first.Payload, &timer); err != nil || timer.ID != "a" || timer.Person != 42 || timer.Arg != "x" {
		t.Errorf("%+v, %v", timer, err)
	}
}

func TestDownload(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start")
	data := pixel(t)
	id := h.person.Document("a.jpg", "image/jpeg", data)
	heavy := h.person.Document("b.jpg", "image/jpeg", append(bytes.Clone(data), make([]byte, maxDownload)...))
	files := map[int64]string{}
	for _, m := range h.person.Messages() {
		if m.Document != nil {
			files[m.ID] = m.Document.FileID
		}
	}
	for _, tt := range []struct {
		name  string
		file  string
		fault telegram.Fault
		photo market.PhotoFault
		fails bool
	}{
		{name: "there", file: files[id]},
		{name: "too heavy", file: files[heavy], photo: market.PhotoTooHeavy},
		{name: "unknown", file: "nonsense", photo: market.PhotoUnreadable},
		{name: "429", file: files[id], fault: telegram.Fault{Kind: telegram.FaultTooMany, Method: "getFile"}, fails: true},
		{name: "502", file: files[id], fault: telegram.Fault{Kind: telegram.FaultServer, Method: "getFile"}, fails: true},
		{name: "lost", file: files[id], fault: telegram.Fault{Kind: telegram.FaultLostAfter, Method: "getFile"}, fails: true},
	} {
		if tt.fault.Kind != "" {
			h.telegram.Inject(tt.fault)
		}
		got, err := h.bot.Download(h.ctx, market.Photo{FileID: tt.file})
		var fault *market.PhotoError
		switch {
		case err != nil && strings.Contains(err.Error(), h.telegram.Token()):
			t.Errorf("%s: the token is in the error", tt.name)
		case tt.photo != "" && (!errors.As(err, &fault) || fault.Fault != tt.photo):
			t.Errorf("%s: %v", tt.name, err)
		case tt.fails && (err == nil || errors.As(err, &fault)):
			t.Errorf("%s: %v", tt.name, err)
		case tt.photo == "" && !tt.fails && (err != nil || !bytes.Equal(got, data)):
			t.Errorf("%s: %d bytes, %v", tt.name, len(got), err)
		}
	}
}

// The link to a file carries the token: whatever becomes of the download, the
// error does not.
func TestDownloadErrors(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start")
	id := h.person.Document("a.jpg", "image/jpeg", pixel(t))
	var file string
	for _, m := range h.person.Messages() {
		if m.ID == id {
			file = m.Document.FileID
		}
	}
	h.bot.HTTP = &http.Client{Transport: broken{}}
	_, err := h.bot.Download(h.ctx, market.Photo{FileID: file})
	if err == nil || strings.Contains(err.Error(), h.telegram.Token()) || !errors.Is(err, errDown) {
		t.Errorf("%v", err)
	}
}

// broken is a network that is down.
type broken struct{}

func (broken) RoundTrip(*http.Request) (*http.Response, error) { return nil, errDown }
