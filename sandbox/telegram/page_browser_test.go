//go:build browser

package telegram

import (
	"context"
	"fmt"
	"image/color"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tab is a page in the browser.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// browser starts headless Chromium on the page. Without one the test fails:
// whoever sets the tag wants the browser.
func browser(t *testing.T, width, height int) *tab {
	t.Helper()
	var found string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			found = path
			break
		}
	}
	if found == "" {
		t.Fatal("there is no Chromium: apt-get install -y chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(found), chromedp.NoSandbox,
		chromedp.WindowSize(width, height), chromedp.Flag("disable-dev-shm-usage", true))
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stop := chromedp.NewContext(alloc)
	if err := chromedp.Do(ctx); err != nil { // starts it; a timeout on this context would end it
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(func() {
		cancel()
		stop()
		stopAlloc()
	})
	return &tab{t, ctx}
}

// run does the actions in turn.
func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// ask runs one action and gives its value.
func ask[T any](b *tab, action chromedp.Action[T]) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, action)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// shot keeps a screenshot when SCREENSHOTS names a folder.
func (b *tab) shot(name string) {
	b.t.Helper()
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	png := ask(b, chromedp.CaptureScreenshot())
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// scene is a conversation with everything the page can show.
func scene(t *testing.T, b *bench) *Person {
	t.Helper()
	p := b.srv.person(1001)
	b.call("setMyCommands", params{"commands": `[{"command":"new","description":"Новое объявление"},{"command":"ads","description":"Мои объявления"},{"command":"help","description":"Помощь"}]`})
	p.Send("/start")
	b.say(p, "<b>Здравствуйте!</b> Я помогу разместить объявление на <a href=\"https://999.md\">999.md</a>.\n\nНажмите /new или выберите:", params{
		"parse_mode":   "HTML",
		"reply_markup": `{"inline_keyboard":[[{"text":"Новое объявление","callback_data":"n","style":"success"},{"text":"Мои объявления","callback_data":"m"}],[{"text":"Сайт","url":"https://999.md"}]]}`,
	})
	var album [][]byte
	for _, c := range []color.RGBA{{R: 196, G: 120, B: 60, A: 255}, {R: 60, G: 130, B: 180, A: 255}, {R: 110, G: 160, B: 80, A: 255}} {
		album = append(album, jpegOf(t, 640, 480, c))
	}
	must(p.Album(album, "Велосипед, почти новый"))(t)
	p.Send("9500 €")
	b.upload("sendPhoto", params{"chat_id": "1001", "parse_mode": "HTML",
		"caption":      "<b>Велосипед</b>\nВелосипеды › Горные\n<code>9 500 €</code>\n<blockquote>Проверьте и публикуйте</blockquote>",
		"reply_markup": `{"inline_keyboard":[[{"text":"Опубликовать · 1 лей","callback_data":"pub"}],[{"text":"Изменить","callback_data":"e"},{"text":"Отмена","callback_data":"c","style":"danger"}]]}`,
	}, "photo", "a.jpg", album[0]).message(t)
	p.Document("договор.pdf", "application/pdf", make([]byte, 34567))
	p.Contact(true)
	b.say(p, "<script>window.pwned=1</script><b>safe</b>", nil)
	b.say(p, "Откуда?", params{"reply_markup": `{"keyboard":[[{"text":"Мой номер","request_contact":true},{"text":"Пропустить"}]],"resize_keyboard":true}`})
	return p
}

func TestPageInBrowser(t *testing.T) {
	panel := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "<h1>999.md</h1>%s", r.URL.Path) })
	b := start(t, Options{People: DemoPeople(), Panels: []Panel{{Title: "999.md", Handler: panel}}})
	page := browser(t, 1100, 800)
	p := scene(t, b)
	page.run(chromedp.Navigate(b.url+"/#/people/1001"), chromedp.WaitVisible(`#keyboard button[data-label="Мой номер"]`))
	page.shot("desktop")

	// What is written is shown as it was written.
	pwned := ask(page, chromedp.Evaluate[bool](`Boolean(window.pwned)`))
	shown := ask(page, chromedp.Text(`#messages article:nth-last-child(2) .body`))
	if pwned || shown != "<script>window.pwned=1</script><b>safe</b>" {
		t.Errorf("a script in a message: ran %v, shows %q", pwned, shown)
	}

	// Typing, pressing, tapping reach the bot.
	page.run(chromedp.SendKeys("#text", "привет"+kb.Enter), chromedp.WaitVisible(`article[data-text="привет"]`),
		chromedp.Click(`button[data-data="pub"]`), chromedp.Click(`#keyboard button[data-label="Пропустить"]`),
		chromedp.WaitVisible(`article[data-text="Пропустить"]`))
	if left := ask(page, chromedp.Value("#text")); left != "" {
		t.Errorf("after sending, %q is left to send", left)
	}
	if _, err := p.Wait(b.ctx, func([]Message) bool { return p.Unanswered() == 1 }); err != nil {
		t.Fatal(err)
	}
	var query string
	for _, u := range b.updates() {
		if q, ok := u["callback_query"]; ok {
			query = q.(map[string]any)["id"].(string)
		}
	}
	b.call("answerCallbackQuery", params{"callback_query_id": query, "text": "Публикуем…"})
	page.run(chromedp.WaitVisible("#toast"))
	if shown := ask(page, chromedp.Text("#toast")); shown != "Публикуем…" {
		t.Errorf("toast %q", shown)
	}
	b.call("sendChatAction", params{"chat_id": "1001", "action": "typing"})
	page.run(chromedp.WaitVisible(`#status[data-typing="true"]`), chromedp.Click("#clip"), chromedp.WaitVisible("#attach"))
	page.shot("attach")
	page.run(chromedp.Click("#menu"), chromedp.WaitVisible(`#commands button[data-command="new"]`))
	page.shot("menu")
	page.run(chromedp.Click(`#commands button[data-command="new"]`), chromedp.WaitVisible(`article[data-text="/new"]`))

	sendsFiles(t, page, p)
	editsAndDeletes(t, page, p)

	page.run(chromedp.Click(`#panels a[data-panel="0"]`), chromedp.WaitVisible("#panel-frame"))
	page.shot("panel")
	page.run(chromedp.Click(`#people button[data-person="1004"]`), chromedp.WaitVisible("#start"))
	page.run(chromedp.Click("#start"), chromedp.WaitVisible(`article[data-text="/start"]`))
	if n := len(b.srv.person(1004).Messages()); n != 1 {
		t.Errorf("the admin's chat has %d messages", n)
	}
}

// sendsFiles sends an album and a file from disk through the page.
func sendsFiles(t *testing.T, page *tab, p *Person) {
	t.Helper()
	folder := t.TempDir()
	var paths []string
	for i, c := range []color.RGBA{red, blue} {
		path := filepath.Join(folder, fmt.Sprintf("%d.png", i))
		if err := os.WriteFile(path, pngOf(t, 320, 240, c), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	page.run(chromedp.SetUploadFiles("#photos", paths), chromedp.WaitVisible("#picked img"),
		chromedp.SendKeys("#text", "две"), chromedp.Click("#send"), chromedp.WaitVisible(`article[data-text="две"] .album[data-count="2"]`))
	page.run(chromedp.SetUploadFiles("#files", paths[:1]), chromedp.WaitVisible("#picked figcaption"),
		chromedp.Click("#send"), chromedp.WaitVisible(`a.thing[download="0.png"]`))
	shown := p.Messages()
	last, before := shown[len(shown)-1], shown[len(shown)-2]
	if last.Document == nil || last.Document.MIME != "image/png" || before.Album == "" {
		t.Errorf("sent through the page:\n%s", Transcript(shown, 3))
	}
}

func editsAndDeletes(t *testing.T, page *tab, p *Person) {
	t.Helper()
	id := p.Send("опечятка")
	article := fmt.Sprintf(`article[data-id="%d"]`, id)
	click := func(action string) { // the tools show under the mouse only
		t.Helper()
		ask(page, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`void document.querySelector('%s [data-action=%s]').click()`, article, action)))
	}
	page.run(chromedp.WaitVisible(article))
	click("edit")
	page.run(chromedp.WaitVisible("#editing"), chromedp.SetValue("#text", "опечатка"), chromedp.Click("#send"),
		chromedp.WaitVisible(`article[data-text="опечатка"]`))
	click("delete")
	page.run(chromedp.WaitNotPresent(article))
	for _, m := range p.Messages() {
		if m.ID == id {
			t.Error("the message is still there")
		}
	}
}

func TestPageOnAPhoneAndInTheDark(t *testing.T) {
	b := start(t, Options{People: DemoPeople(), Panels: []Panel{{Title: "999.md", Handler: http.NotFoundHandler()}}})
	page := browser(t, 390, 844)
	scene(t, b)
	page.run(chromedp.EmulateViewport(390, 844, chromedp.EmulateScale(2)),
		chromedp.Navigate(b.url+"/#/people/1001"), chromedp.WaitVisible(`#keyboard button`))
	if ask(page, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`)) {
		t.Error("the page is wider than the phone")
	}
	page.shot("phone")
	page.run(dark())
	ask(page, chromedp.Evaluate[int](`document.getElementById("scroll").scrollTop = 0`))
	background := ask(page, chromedp.Evaluate[string](`getComputedStyle(document.body).backgroundColor`))
	if !strings.Contains(background, "14, 22, 33") {
		t.Errorf("in the dark the background is %s", background)
	}
	page.shot("phone-dark")
}

// dark makes the browser prefer dark colours.
func dark() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
		})
		return err
	})
}
