package telegram

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// buttons makes an inline keyboard of rows × columns.
func buttons(rows, columns int) string {
	var out strings.Builder
	out.WriteString(`{"inline_keyboard":[`)
	for y := range rows {
		if y > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('[')
		for x := range columns {
			if x > 0 {
				out.WriteByte(',')
			}
			fmt.Fprintf(&out, `{"text":"b","callback_data":"%d.%d"}`, y, x)
		}
		out.WriteByte(']')
	}
	return out.String() + "]}"
}

func inline(button string) string { return `{"inline_keyboard":[[` + button + `]]}` }

func TestSendMessageRefusals(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p := b.seller()
	stranger := b.srv.Person(Profile{ID: 77})
	for name, c := range map[string]struct {
		params params
		want   string // "" is taken
	}{
		"no chat":              {params{"text": "x"}, "chat_id is empty"},
		"unknown chat":         {params{"chat_id": "4711", "text": "x"}, "chat not found"},
		"never started":        {params{"chat_id": itoa(stranger.ID()), "text": "x"}, "chat not found"},
		"named chat":           {params{"chat_id": "@channel", "text": "x"}, "chat not found"},
		"no text":              {params{}, "message text is empty"},
		"blank text":           {params{"text": " \n\t"}, "message text is empty"},
		"blank in tags":        {params{"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"},
		"longest":              {params{"text": strings.Repeat("я", 4096)}, ""},
		"too long":             {params{"text": strings.Repeat("я", 4097)}, "message is too long"},
		"UTF-16 counts twice":  {params{"text": strings.Repeat("😀", 2049)}, "message is too long"},
		"tags do not count":    {params{"text": "<b>" + strings.Repeat("я", 4096) + "</b>", "parse_mode": "HTML"}, ""},
		"unclosed tag":         {params{"text": "<b>x", "parse_mode": "HTML"}, `can't parse entities: Can't find end tag corresponding to start tag "b"`},
		"wrong end":            {params{"text": "<b>x</i>", "parse_mode": "HTML"}, `can't parse entities: Unmatched end tag at byte offset 4, expected "</b>", found "</i>"`},
		"stray end":            {params{"text": "x</b>", "parse_mode": "HTML"}, "can't parse entities: Unexpected end tag at byte offset 1"},
		"unsupported tag":      {params{"text": "a <p>x</p>", "parse_mode": "HTML"}, `can't parse entities: Unsupported start tag "p" at byte offset 2`},
		"line break tag":       {params{"text": "a<br/>b", "parse_mode": "HTML"}, `can't parse entities: Unsupported start tag "br/" at byte offset 1`},
		"bare angle":           {params{"text": "1 < 2", "parse_mode": "HTML"}, `can't parse entities: Unsupported start tag "" at byte offset 2`},
		"never closed angle":   {params{"text": "1 <b", "parse_mode": "HTML"}, "can't parse entities: Unclosed start tag at byte offset 2"},
		"span without class":   {params{"text": "<span>x</span>", "parse_mode": "HTML"}, `can't parse entities: Tag "span" must have class "tg-spoiler" at byte offset 0`},
		"attribute, no value":  {params{"text": "<a href>x</a>", "parse_mode": "HTML"}, `can't parse entities: Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0`},
		"parse mode":           {params{"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"},
		"unknown parameter":    {params{"text": "x", "txet": "y"}, `unknown parameter "txet" of method sendMessage`},
		"not UTF-8":            {params{"text": "\xff"}, `strings must be encoded in UTF-8: parameter "text"`},
		"markup no JSON":       {params{"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"},
		"markup null":          {params{"text": "x", "reply_markup": "null"}, "object expected as reply markup"},
		"markup wrong shape":   {params{"text": "x", "reply_markup": `{"inline_keyboard":[{"text":"a"}]}`}, `field "inline_keyboard" of the reply markup is of a wrong type`},
		"text button":          {params{"text": "x", "reply_markup": inline(`{"text":"a"}`)}, "can't parse InlineKeyboardButton: Text buttons are not allowed in the inline keyboard"},
		"button without text":  {params{"text": "x", "reply_markup": inline(`{"text":"","callback_data":"a"}`)}, "inline keyboard button text must be non-empty"},
		"button data empty":    {params{"text": "x", "reply_markup": inline(`{"text":"a","callback_data":""}`)}, "can't parse InlineKeyboardButton: Text buttons are not allowed in the inline keyboard"},
		"button data longest":  {params{"text": "x", "reply_markup": inline(`{"text":"a","callback_data":"` + strings.Repeat("я", 32) + `"}`)}, ""},
		"button data too long": {params{"text": "x", "reply_markup": inline(`{"text":"a","callback_data":"` + strings.Repeat("я", 33) + `"}`)}, "BUTTON_DATA_INVALID"},
		"button script":        {params{"text": "x", "reply_markup": inline(`{"text":"a","url":"javascript:alert(1)"}`)}, "inline keyboard button URL 'javascript:alert(1)' is invalid: Unsupported URL protocol"},
		"button ftp":           {params{"text": "x", "reply_markup": inline(`{"text":"a","url":"ftp://a.md/"}`)}, "inline keyboard button URL 'ftp://a.md/' is invalid: Unsupported URL protocol"},
		"button no host":       {params{"text": "x", "reply_markup": inline(`{"text":"a","url":"http://"}`)}, "inline keyboard button URL 'http://' is invalid: URL host is empty"},
		"button localhost":     {params{"text": "x", "reply_markup": inline(`{"text":"a","url":"http://localhost:80/"}`)}, "inline keyboard button URL 'http://localhost:80/' is invalid: Wrong HTTP URL"},
		"button loopback":      {params{"text": "x", "reply_markup": inline(`{"text":"a","url":"http://127.0.0.1:8080/x"}`)}, ""},
		"button tg":            {params{"text": "x", "reply_markup": inline(`{"text":"a","url":"tg://resolve?domain=a"}`)}, ""},
		"button style":         {params{"text": "x", "reply_markup": inline(`{"text":"a","callback_data":"a","style":"pink"}`)}, "invalid button style specified"},
		"100 buttons":          {params{"text": "x", "reply_markup": buttons(20, 5)}, ""},
		"101 buttons":          {params{"text": "x", "reply_markup": buttons(101, 1)}, "reply markup is too long"},
		"9 in a row":           {params{"text": "x", "reply_markup": buttons(1, 9)}, "reply markup is too long"},
		"reply to nothing":     {params{"text": "x", "reply_parameters": `{"message_id":999}`}, "message to be replied not found"},
		"reply anyway":         {params{"text": "x", "reply_parameters": `{"message_id":999,"allow_sending_without_reply":true}`}, ""},
		"reply keyboard blank": {params{"text": "x", "reply_markup": `{"keyboard":[[""]]}`}, "keyboard button text must be non-empty"},
		"reply keyboard none":  {params{"text": "x", "reply_markup": `{"keyboard":[]}`}, "can't parse reply keyboard markup: the keyboard has no buttons"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, ok := c.params["chat_id"]; !ok && name != "no chat" {
				c.params["chat_id"] = itoa(p.ID())
			}
			a := b.call("sendMessage", c.params)
			if c.want == "" && !a.OK {
				t.Fatalf("refused: %s", a.Description)
			}
			if c.want != "" && (a.Code != http.StatusBadRequest || a.Description != "Bad Request: "+c.want) {
				t.Errorf("got %d %q\nwant %q", a.Code, a.Description, c.want)
			}
		})
	}
}

func TestFileRefusals(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p := b.seller()
	chat := itoa(p.ID())
	photo := b.upload("sendPhoto", params{"chat_id": chat}, "photo", "a.jpg", jpegOf(t, 40, 30, red)).message(t).Photo[0].FileID
	document := b.upload("sendDocument", params{"chat_id": chat}, "document", "a.txt", []byte("hello")).message(t).Document.FileID
	large := p.Document("large.bin", "application/octet-stream", make([]byte, maxDownload+1))
	messages := p.Messages()
	largeID := messages[len(messages)-1].Document.FileID
	if large == 0 {
		t.Fatal("the large file was not sent")
	}

	for name, c := range map[string]struct {
		got  answer
		want string
	}{
		"no photo":          {b.call("sendPhoto", params{"chat_id": chat}), "there is no photo in the request"},
		"unknown id":        {b.call("sendPhoto", params{"chat_id": chat, "photo": "AgAC"}), "wrong file identifier/HTTP URL specified"},
		"wrong kind":        {b.call("sendPhoto", params{"chat_id": chat, "photo": document}), "can't use file of type Document as Photo"},
		"wrong kind back":   {b.call("sendDocument", params{"chat_id": chat, "document": photo}), "can't use file of type Photo as Document"},
		"a remote photo":    {b.call("sendPhoto", params{"chat_id": chat, "photo": "https://a.md/x.jpg"}), "failed to get HTTP URL content"},
		"no picture":        {b.upload("sendPhoto", params{"chat_id": chat}, "photo", "a.jpg", []byte("text")), "IMAGE_PROCESS_FAILED"},
		"cut off picture":   {b.upload("sendPhoto", params{"chat_id": chat}, "photo", "a.jpg", jpegOf(t, 400, 300, red)[:700]), "IMAGE_PROCESS_FAILED"},
		"too wide":          {b.upload("sendPhoto", params{"chat_id": chat}, "photo", "a.png", pngOf(t, 210, 10, red)), "PHOTO_INVALID_DIMENSIONS"},
		"too large sides":   {b.upload("sendPhoto", params{"chat_id": chat}, "photo", "a.png", blankPNG(t, 9500, 501)), "PHOTO_INVALID_DIMENSIONS"},
		"photo too heavy":   {b.upload("sendPhoto", params{"chat_id": chat}, "photo", "a.jpg", make([]byte, maxPhoto+1)), "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"},
		"empty document":    {b.upload("sendDocument", params{"chat_id": chat}, "document", "a.txt", nil), "file must be non-empty"},
		"caption too long":  {b.call("sendPhoto", params{"chat_id": chat, "photo": photo, "caption": strings.Repeat("x", 1025)}), "message caption is too long"},
		"get unknown":       {b.call("getFile", params{"file_id": "x"}), "invalid file_id"},
		"get large":         {b.call("getFile", params{"file_id": largeID}), "file is too big"},
		"empty album":       {b.call("sendMediaGroup", params{"chat_id": chat, "media": "[]"}), "there are no messages to send"},
		"lone album":        {b.call("sendMediaGroup", params{"chat_id": chat, "media": `[{"type":"photo","media":"` + photo + `"}]`}), "media group must include 2-10 items"},
		"large album":       {b.call("sendMediaGroup", params{"chat_id": chat, "media": "[" + strings.Repeat(`{"type":"photo","media":"`+photo+`"},`, 10) + `{"type":"photo","media":"` + photo + `"}]`}), "too many messages to send as an album"},
		"mixed album":       {b.call("sendMediaGroup", params{"chat_id": chat, "media": `[{"type":"photo","media":"` + photo + `"},{"type":"document","media":"` + document + `"}]`}), "document can't be mixed with other media types"},
		"album with markup": {b.call("sendMediaGroup", params{"chat_id": chat, "media": "[]", "reply_markup": "{}"}), `unknown parameter "reply_markup" of method sendMediaGroup`},
		"missing part":      {b.call("sendMediaGroup", params{"chat_id": chat, "media": `[{"type":"photo","media":"attach://a"},{"type":"photo","media":"attach://b"}]`}), `can't find file "a" to attach`},
		"unknown part":      {b.upload("sendMessage", params{"chat_id": chat, "text": "x"}, "photo", "a.jpg", []byte("x")), `unknown file part "photo" of method sendMessage`},
	} {
		if want := "Bad Request: " + c.want; c.got.Code != http.StatusBadRequest || c.got.Description != want {
			t.Errorf("%s: got %d %q\nwant %q", name, c.got.Code, c.got.Description, want)
		}
	}
	heavy := b.upload("sendDocument", params{"chat_id": chat}, "document", "a.bin", make([]byte, maxDocument+1))
	if heavy.Code != http.StatusRequestEntityTooLarge || heavy.Description != "Request Entity Too Large" {
		t.Errorf("51 MB: %d %q", heavy.Code, heavy.Description)
	}
}

func TestEditRefusals(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p := b.seller()
	chat := itoa(p.ID())
	keyboard := inline(`{"text":"a","callback_data":"a"}`)
	text := b.say(p, "<b>one</b>", params{"parse_mode": "HTML", "reply_markup": keyboard})
	forced := b.say(p, "two", params{"reply_markup": `{"keyboard":[["x"]]}`})
	photo := b.upload("sendPhoto", params{"chat_id": chat}, "photo", "a.jpg", jpegOf(t, 40, 30, red)).message(t)
	own := p.Send("mine")
	not := strings.TrimPrefix(errNotModified.Error(), "400 Bad Request: ")

	for name, c := range map[string]struct {
		method string
		params params
		want   string
	}{
		"nothing changes":      {"editMessageText", params{"message_id": itoa(text), "text": "<b>one</b>", "parse_mode": "HTML", "reply_markup": keyboard}, not},
		"blank around":         {"editMessageText", params{"message_id": itoa(text), "text": "<b>one</b> \n", "parse_mode": "HTML", "reply_markup": keyboard}, not},
		"same buttons":         {"editMessageReplyMarkup", params{"message_id": itoa(text), "reply_markup": keyboard}, not},
		"same photo":           {"editMessageMedia", params{"message_id": itoa(photo.MessageID), "media": `{"type":"photo","media":"` + photo.Photo[0].FileID + `"}`}, not},
		"no id":                {"editMessageText", params{"text": "x"}, "message identifier is not specified"},
		"not there":            {"editMessageText", params{"message_id": "999", "text": "x"}, "message to edit not found"},
		"a person's":           {"editMessageText", params{"message_id": itoa(own), "text": "x"}, "message can't be edited"},
		"with reply keyboard":  {"editMessageText", params{"message_id": itoa(forced), "text": "x"}, "message can't be edited"},
		"text of a photo":      {"editMessageText", params{"message_id": itoa(photo.MessageID), "text": "x"}, "there is no text in the message to edit"},
		"caption of a text":    {"editMessageCaption", params{"message_id": itoa(text), "caption": "x"}, "there is no caption in the message to edit"},
		"empty":                {"editMessageText", params{"message_id": itoa(text), "text": ""}, "message text is empty"},
		"a reply keyboard":     {"editMessageText", params{"message_id": itoa(text), "text": "x", "reply_markup": `{"keyboard":[["x"]]}`}, "inline keyboard expected"},
		"delete: no id":        {"deleteMessage", params{}, "message identifier is not specified"},
		"delete: not there":    {"deleteMessage", params{"message_id": "999"}, "message to delete not found"},
		"delete many: none":    {"deleteMessages", params{"message_ids": "[]"}, "message identifiers are not specified"},
		"copy: not there":      {"copyMessage", params{"from_chat_id": chat, "message_id": "999"}, "message to copy not found"},
		"forward: not there":   {"forwardMessage", params{"from_chat_id": chat, "message_id": "999"}, "message to forward not found"},
		"forward: other chat":  {"forwardMessage", params{"from_chat_id": "5", "message_id": "1"}, "chat not found"},
		"action":               {"sendChatAction", params{"action": "dancing"}, "wrong parameter action in request"},
		"answer: unknown":      {"answerCallbackQuery", params{"callback_query_id": "4711", "chat_id": ""}, `unknown parameter "chat_id" of method answerCallbackQuery`},
		"commands: upper case": {"setMyCommands", params{"commands": `[{"command":"New","description":"x"}]`, "chat_id": ""}, `unknown parameter "chat_id" of method setMyCommands`},
	} {
		if _, ok := c.params["chat_id"]; !ok {
			c.params["chat_id"] = chat
		}
		a := b.call(c.method, c.params)
		if want := "Bad Request: " + c.want; a.Code != http.StatusBadRequest || a.Description != want {
			t.Errorf("%s: got %d %q\nwant %q", name, a.Code, a.Description, want)
		}
	}
	if a := b.call("editMessageReplyMarkup", params{"chat_id": chat, "message_id": itoa(text)}); !a.OK {
		t.Errorf("taking the buttons off: %s", a.Description)
	}
}

func TestBotFactRefusals(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	command := func(name, description string) string {
		return fmt.Sprintf(`[{"command":%q,"description":%q}]`, name, description)
	}
	for name, c := range map[string]struct {
		method string
		params params
		want   string
	}{
		"upper case":    {"setMyCommands", params{"commands": command("New", "x")}, "BOT_COMMAND_INVALID"},
		"no name":       {"setMyCommands", params{"commands": command("", "x")}, "command must be non-empty"},
		"long name":     {"setMyCommands", params{"commands": command(strings.Repeat("a", 33), "x")}, "command length must not exceed 32"},
		"no text":       {"setMyCommands", params{"commands": command("a", " ")}, "command description must be non-empty"},
		"long text":     {"setMyCommands", params{"commands": command("a", strings.Repeat("я", 257))}, "command description length must not exceed 256"},
		"language":      {"setMyCommands", params{"commands": command("a", "b"), "language_code": "ru-RU"}, "invalid language code specified"},
		"scope":         {"setMyCommands", params{"commands": command("a", "b"), "scope": `{"type":"moon"}`}, "can't parse BotCommandScope: unsupported type specified"},
		"description":   {"setMyDescription", params{"description": strings.Repeat("a", 513)}, "description is too long"},
		"short":         {"setMyShortDescription", params{"short_description": strings.Repeat("a", 121)}, "short description is too long"},
		"menu":          {"setChatMenuButton", params{"menu_button": `{"type":"x"}`}, "can't parse MenuButton: unsupported type specified"},
		"webhook":       {"setWebhook", params{"url": "ftp://a.md"}, "bad webhook: An HTTPS URL must be provided for webhook"},
		"secret":        {"setWebhook", params{"url": "https://a.md/x", "secret_token": "a b"}, "secret token contains unallowed characters"},
		"long secret":   {"setWebhook", params{"url": "https://a.md/x", "secret_token": strings.Repeat("a", 257)}, "secret token is too long"},
		"updates":       {"getUpdates", params{"allowed_updates": "message"}, "can't parse allowed updates: JSON array of strings expected"},
		"offset":        {"getUpdates", params{"offset": "first"}, `parameter "offset" must be an integer`},
		"answer: query": {"answerCallbackQuery", params{"callback_query_id": "4711"}, "query is too old and response timeout expired or query ID is invalid"},
		"answer: long":  {"answerCallbackQuery", params{"callback_query_id": "4711", "text": strings.Repeat("я", 201)}, "MESSAGE_TOO_LONG"},
	} {
		a := b.call(c.method, c.params)
		if want := "Bad Request: " + c.want; a.Code != http.StatusBadRequest || a.Description != want {
			t.Errorf("%s: got %d %q\nwant %q", name, a.Code, a.Description, want)
		}
	}
}

func TestWhoMayCall(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	get := func(path string) answer {
		t.Helper()
		resp := must(http.Get(b.url + path))(t)
		defer resp.Body.Close()
		var out bytes.Buffer
		if _, err := out.ReadFrom(resp.Body); err != nil {
			t.Fatal(err)
		}
		return answer{Code: resp.StatusCode, Description: out.String()}
	}
	for path, want := range map[string]int{
		"/bot1:wrong/getMe":                         401,
		"/bot" + b.srv.Token() + "/getEverything":   404,
		"/bot" + b.srv.Token() + "/GETME":           200, // names are case-insensitive
		"/bot" + b.srv.Token():                      404,
		"/file/bot1:wrong/photos/file_0.jpg":        401,
		"/file/bot" + b.srv.Token() + "/photos/no":  404,
		"/bot" + b.srv.Token() + "/getMe?x=1":       400,
		"/bot" + b.srv.Token() + "/getUpdates?":     200,
		"/bot" + b.srv.Token() + "/getMyCommands?":  200,
		"/bot" + b.srv.Token() + "/getWebhookInfo?": 200,
	} {
		if a := get(path); a.Code != want {
			t.Errorf("%s: %d %s", path, a.Code, a.Description)
		}
	}
}

func TestOldMessagesStay(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p := b.seller()
	chat := itoa(p.ID())
	old, young := p.Send("secret"), p.Send("later")
	if err := p.Backdate(old, 49*time.Hour); err != nil {
		t.Fatal(err)
	}
	if a := b.call("deleteMessage", params{"chat_id": chat, "message_id": itoa(old)}); a.Description != "Bad Request: message can't be deleted" {
		t.Errorf("an old one: %q", a.Description)
	}
	if a := b.call("deleteMessages", params{"chat_id": chat, "message_ids": "[" + itoa(young) + ",999]"}); !a.OK {
		t.Errorf("a young and a missing one: %q", a.Description)
	}
	shown := p.Messages()
	if len(shown) != 2 || shown[1].ID != old {
		t.Errorf("left: %s", Transcript(shown, 0))
	}
}
