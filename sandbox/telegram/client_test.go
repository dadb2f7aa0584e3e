package telegram

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// client is a real go-telegram/bot on the server, with a transport of its own.
func (b *bench) client() *bot.Bot {
	b.t.Helper()
	transport := &http.Transport{}
	b.t.Cleanup(transport.CloseIdleConnections)
	c, err := bot.New(b.srv.Token(), bot.WithServerURL(b.url),
		bot.WithHTTPClient(time.Second, &http.Client{Transport: transport}))
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestRealClientSendsAndEdits(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p, c := b.seller(), b.client()

	keyboard := &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{
		{{Text: "Publish", CallbackData: "i:1:pub:0"}, {Text: "Site", URL: "https://999.md"}},
	}}
	sent := must(c.SendMessage(b.ctx, &bot.SendMessageParams{
		ChatID: p.ID(), Text: "<b>Жигули</b> &lt;1&gt;", ParseMode: models.ParseModeHTML, ReplyMarkup: keyboard,
		LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: bot.True()},
	}))(t)
	if sent.Text != "Жигули <1>" || len(sent.Entities) != 1 || sent.Entities[0].Length != 6 {
		t.Errorf("sent %q %v", sent.Text, sent.Entities)
	}
	must(c.EditMessageText(b.ctx, &bot.EditMessageTextParams{ChatID: p.ID(), MessageID: sent.ID, Text: "Done"}))(t)
	_, err := c.EditMessageText(b.ctx, &bot.EditMessageTextParams{ChatID: p.ID(), MessageID: sent.ID, Text: "Done"})
	if !errors.Is(err, bot.ErrorBadRequest) {
		t.Errorf("the same edit again: %v", err)
	}
	last, _ := p.Last()
	if last.Text != "Done" || last.Buttons != nil || last.Edited.IsZero() {
		t.Errorf("the person sees %+v", last)
	}
	must(c.DeleteMessage(b.ctx, &bot.DeleteMessageParams{ChatID: p.ID(), MessageID: sent.ID}))(t)
	if n := len(p.Messages()); n != 1 {
		t.Errorf("%d messages left, want the /start only", n)
	}
	must(c.SendMessage(b.ctx, &bot.SendMessageParams{ChatID: p.ID(), Text: "?", ReplyMarkup: &models.ReplyKeyboardMarkup{
		Keyboard: [][]models.KeyboardButton{{{Text: "My number", RequestContact: true}}}, ResizeKeyboard: true, OneTimeKeyboard: true,
	}}))(t)
	if err := p.PressText("My number"); err != nil || p.Keyboard() != nil {
		t.Errorf("contact button: %v, keyboard %v", err, p.Keyboard())
	}
	must(c.SendMessage(b.ctx, &bot.SendMessageParams{ChatID: p.ID(), Text: "!", ReplyMarkup: &models.ReplyKeyboardRemove{RemoveKeyboard: true}}))(t)
}

func TestRealClientUploadsAndDownloads(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p, c := b.seller(), b.client()
	data := jpegOf(t, 800, 600, red)

	sent := must(c.SendPhoto(b.ctx, &bot.SendPhotoParams{
		ChatID: p.ID(), Caption: "one", Photo: &models.InputFileUpload{Filename: "a.jpg", Data: bytes.NewReader(data)},
	}))(t)
	big := sent.Photo[len(sent.Photo)-1]
	if len(sent.Photo) != 2 || big.Width != 800 {
		t.Errorf("sizes %v", sent.Photo)
	}
	file := must(c.GetFile(b.ctx, &bot.GetFileParams{FileID: big.FileID}))(t)
	resp := must(http.Get(c.FileDownloadLink(file)))(t)
	got, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("downloaded %d bytes of %d, %v", len(got), len(data), err)
	}
	album := must(c.SendMediaGroup(b.ctx, &bot.SendMediaGroupParams{ChatID: p.ID(), Media: []models.InputMedia{
		&models.InputMediaPhoto{Media: big.FileID, Caption: "<i>cover</i>", ParseMode: models.ParseModeHTML},
		&models.InputMediaPhoto{Media: "attach://b.png", MediaAttachment: bytes.NewReader(pngOf(t, 50, 50, blue))},
	}}))(t)
	if len(album) != 2 || album[0].MediaGroupID == "" || album[0].MediaGroupID != album[1].MediaGroupID {
		t.Errorf("album %+v", album)
	}
	must(c.EditMessageMedia(b.ctx, &bot.EditMessageMediaParams{
		ChatID: p.ID(), MessageID: sent.ID, Media: &models.InputMediaPhoto{Media: album[1].Photo[0].FileID, Caption: "two"},
	}))(t)
	must(c.EditMessageCaption(b.ctx, &bot.EditMessageCaptionParams{ChatID: p.ID(), MessageID: sent.ID, Caption: "three"}))(t)
	doc := must(c.SendDocument(b.ctx, &bot.SendDocumentParams{
		ChatID: p.ID(), Document: &models.InputFileUpload{Filename: "ads.csv", Data: bytes.NewReader([]byte("a,b\n"))},
	}))(t)
	if doc.Document.FileName != "ads.csv" {
		t.Errorf("document %+v", doc.Document)
	}
	must(c.CopyMessage(b.ctx, &bot.CopyMessageParams{ChatID: p.ID(), FromChatID: p.ID(), MessageID: doc.ID}))(t)
	must(c.ForwardMessage(b.ctx, &bot.ForwardMessageParams{ChatID: p.ID(), FromChatID: p.ID(), MessageID: doc.ID}))(t)
}

func TestRealClientTellsAboutItself(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p, c := b.seller(), b.client()
	set := func(language, text string) {
		t.Helper()
		must(c.SetMyCommands(b.ctx, &bot.SetMyCommandsParams{
			Commands: []models.BotCommand{{Command: "new", Description: text}}, LanguageCode: language,
			Scope: &models.BotCommandScopeAllPrivateChats{},
		}))(t)
	}
	set("", "New ad")
	set("ru", "Новое объявление")
	if got := p.Commands(); len(got) != 1 || got[0].Description != "Новое объявление" {
		t.Errorf("a Russian sees %v", got)
	}
	other := b.srv.Person(Profile{ID: 43, LanguageCode: "de"})
	if got := other.Commands(); len(got) != 1 || got[0].Description != "New ad" {
		t.Errorf("a German sees %v", got)
	}
	must(c.SetMyDescription(b.ctx, &bot.SetMyDescriptionParams{Description: "Объявления", LanguageCode: "ru"}))(t)
	must(c.SetMyShortDescription(b.ctx, &bot.SetMyShortDescriptionParams{ShortDescription: "Ads"}))(t)
	must(c.SetChatMenuButton(b.ctx, &bot.SetChatMenuButtonParams{MenuButton: &models.MenuButtonCommands{Type: "commands"}}))(t)
	must(c.SendChatAction(b.ctx, &bot.SendChatActionParams{ChatID: p.ID(), Action: models.ChatActionTyping}))(t)
	must(c.GetChat(b.ctx, &bot.GetChatParams{ChatID: p.ID()}))(t)
	if p.Description() != "Объявления" {
		t.Errorf("description %q", p.Description())
	}
	info := must(c.GetWebhookInfo(b.ctx))(t)
	if info.URL != "" || info.PendingUpdateCount != 1 {
		t.Errorf("webhook info %+v", info)
	}
}

func TestRealClientPolls(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p := b.seller()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	texts := make(chan string, 10)
	c := must(bot.New(b.srv.Token(), bot.WithServerURL(b.url), bot.WithNotAsyncHandlers(),
		bot.WithHTTPClient(10*time.Second, &http.Client{Transport: transport}),
		bot.WithDefaultHandler(func(ctx context.Context, c *bot.Bot, u *models.Update) {
			switch {
			case u.Message != nil:
				texts <- u.Message.Text
			case u.CallbackQuery != nil:
				if _, err := c.AnswerCallbackQuery(ctx, &bot.AnswerCallbackQueryParams{CallbackQueryID: u.CallbackQuery.ID, Text: "pressed"}); err != nil {
					texts <- err.Error()
				}
			}
		})))(t)
	ctx, cancel := context.WithCancel(b.ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		c.Start(ctx)
	}()
	p.Send("привет")
	got := []string{<-texts, <-texts}
	if !slices.Equal(got, []string{"/start", "привет"}) {
		t.Errorf("got %q", got)
	}
	b.say(p, "choose", params{"reply_markup": `{"inline_keyboard":[[{"text":"Go","callback_data":"go"}]]}`})
	if err := p.PressText("Go"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.WaitToast(b.ctx, func(toast Toast) bool { return toast.Text == "pressed" }); err != nil {
		t.Error(err)
	}
	cancel()
	<-stopped
}
