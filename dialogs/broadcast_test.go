package dialogs_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// sendsPart lets the person send a message of any kind.
func (c *chat) sendsPart(kind dialogs.EventKind, album string, p market.Part) {
	c.t.Helper()
	c.message++
	c.event(dialogs.Event{Kind: kind, Message: c.message, Album: album, Part: &p})
}

// made is the only broadcast there is, and what it says.
func (o *office) made(t testing.TB) (market.Broadcast, market.Mailing) {
	t.Helper()
	if len(o.broadcasts) != 1 {
		t.Fatalf("%d broadcasts", len(o.broadcasts))
	}
	var m market.Mailing
	for _, b := range o.broadcasts {
		if err := json.Unmarshal(b.Body, &m); err != nil {
			t.Fatal(err)
		}
		return b, m
	}
	return market.Broadcast{}, m
}

// A broadcast in two languages, one of them an album, narrowed and with buttons,
// is looked at and sent after a second yes.
func TestBroadcast(t *testing.T) {
	t.Parallel()
	o := openOffice()
	o.names["tester"] = 77
	c := o.enters(t, admin)
	c.talk(`
		> /broadcast
		< Языки
		> [Română]
		> [Русский]
		> [Готово]
		< Сообщение · Română`)
	c.sends(dialogs.Other)
	c.talk("< Такое разослать нельзя")
	bold := json.RawMessage(`[{"type":"bold","offset":0,"length":5}]`)
	c.sendsPart(dialogs.Said, "", market.Part{Kind: market.PartText, Text: "Salut tuturor", Entities: bold})
	c.talk("< Сообщение · Русский")
	c.sendsPart(dialogs.Pictured, "a1", market.Part{Kind: market.PartPhoto, File: "p1", Text: "Всем привет"})
	c.talk("< Когда отправить\n> /help\n> [Назад]\n< Когда отправить")
	c.sendsPart(dialogs.Other, "a1", market.Part{Kind: market.PartVideo, File: "v1"})
	c.sendsPart(dialogs.Pictured, "a1", market.Part{Kind: market.PartPhoto, File: "p2"})
	c.talk(`
		> [Сейчас]
		< Salut tuturor
		< [файлов: 3] Всем привет
		< Получателей сейчас: 3
		> [Кому и кнопки]
		> [Кнопки · Русский]
		> Наш сайт example
		< Не разобрать строку
		> Наш сайт — https://example.com/x
		> [Только активным]
		> [за 7 дней]
		< [Только активным: за 7 дней]
		> [Только тестовой группе]
		> 42, @tester
		> [Назад]
		< Наш сайт
		< 42, 77
		> [Показать мне]`)
	var shown []market.Lang
	for _, r := range c.turn.Replies {
		if r.Kind == dialogs.ReplyContent {
			shown = append(shown, r.Lang)
		}
	}
	if !slices.Equal(shown, []market.Lang{market.Romanian, market.Russian}) {
		t.Errorf("the preview shows %v", shown)
	}
	c.talk("> [Отправить · 3]\n< Отправить рассылку?\n> [Назад]\n< Получателей сейчас\n> [Отправить · 3]")
	if len(o.broadcasts) > 0 {
		t.Fatal("sent without a second yes")
	}
	c.talk("> [Да, отправить · 3]\n< Рассылка принята")
	b, m := o.made(t)
	if b.By != admin || !b.Due.IsZero() || b.Audience.Days != 7 || !slices.Equal(b.Audience.Persons, []int64{42, 77}) || len(o.bulks) != 1 {
		t.Errorf("made: %+v, %+v", b, o.bulks)
	}
	ru, ro := m.For(market.Russian), m.For(market.Kyrgyz)
	if len(ru.Parts) != 3 || ru.Parts[1].File != "v1" || len(ru.Links) != 1 || ru.Links[0].Text != "Наш сайт" {
		t.Errorf("in Russian: %+v", ru)
	}
	if len(ro.Parts) != 1 || string(ro.Parts[0].Entities) != string(bold) {
		t.Errorf("who has no version gets %+v", ro)
	}
}

// What was composed is still there after going home, and goes only when one says so.
func TestBroadcastIsKept(t *testing.T) {
	t.Parallel()
	o := openOffice()
	c := o.enters(t, admin)
	c.talk("> /broadcast\n> [Русский]\n> [Готово]")
	c.sendsPart(dialogs.Said, "", market.Part{Kind: market.PartText, Text: "Привет"})
	c.talk(`
		> /start
		< Ваши объявления
		> /broadcast
		< Когда отправить
		> [Сейчас]
		> [Изменить]
		> [Языки]
		> [Отменить]
		< Получателей сейчас
		> [Отменить]
		< Рассылка не отправлена
		> [Оставить на потом]
		> /broadcast
		> [Отменить]
		> [Удалить]
		> /broadcast
		< Языки`)
}

func TestBroadcastLater(t *testing.T) {
	t.Parallel()
	o := openOffice()
	c := o.enters(t, admin) // it is 21.11.2026 14:00 in Chișinău, 18:00 in Bishkek
	c.talk("> /broadcast\n> [Русский]\n> [Готово]")
	c.sendsPart(dialogs.Said, "", market.Part{Kind: market.PartText, Text: "Привет"})
	c.talk(`
		> [В другое время (Бишкек)]
		< По времени города Бишкек
		> послезавтрак 10:00
		< Не разобрать время
		> 21.11.2026 12:00
		< Это время уже прошло
		> 25.12.2027 12:00
		< не дальше чем на 90 дней
		> завтра 10:00
		< 22.11.2026 04:00 (Бишкек)
		> [Отправить · 3]
		> [Да, отправить · 3]`)
	b, _ := o.made(t)
	if want := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC); !b.Due.Equal(want) || !o.bulks[0].Due.Equal(want) {
		t.Errorf("due at %s", b.Due)
	}
	c.goes("Начнётся: 22.11.2026 04:00 (Кишинёв), 22.11.2026 04:00 (Бишкек)") // which these tests show as UTC
	stop, _ := c.button(c.progress.view, "Остановить")
	c.pressData("stop", stop.Data)
	c.talk("< Остановить насовсем?\n> [Да, остановить]\n< отменена")
	if b, _ := o.made(t); b.Wanted != market.OrderCancel {
		t.Errorf("wanted: %s", b.Wanted)
	}
	if n := len(o.bulks); n != 2 || !o.bulks[1].Due.IsZero() {
		t.Errorf("it does not end before its time: %+v", o.bulks)
	}
}

func TestMomentForms(t *testing.T) {
	t.Parallel()
	o := openOffice()
	c := o.enters(t, admin)
	c.talk("> /broadcast\n> [Русский]\n> [Готово]")
	c.sendsPart(dialogs.Said, "", market.Part{Kind: market.PartText, Text: "Привет"})
	c.talk("> [В другое время (Кишинёв)]")
	for text, want := range map[string]string{
		"18:30": "21.11.2026 18:30", "9:05": "22.11.2026 09:05", "завтра 10:00": "22.11.2026 10:00",
		"Mâine, 10:00": "22.11.2026 10:00", "эртең 10:00": "22.11.2026 10:00", "25.12 18:30": "25.12.2026 18:30",
		"1.1 00:00": "01.01.2027 00:00", "25.12.2026 18:30": "25.12.2026 18:30", "бүгүн 23:59": "21.11.2026 23:59",
	} {
		c.says(text)
		at, err := time.ParseInLocation("02.01.2006 15:04", want, market.Zone(market.MD999))
		if err != nil {
			t.Fatal(err)
		}
		if want := at.UTC().Format("02.01.2006 15:04"); !strings.Contains(c.shows(), want) {
			t.Errorf("%q is not %s:\n%s", text, want, c.shows())
		}
		c.presses("Изменить")
		c.presses("Время")
	}
	for _, text := range []string{"31.02 10:00", "25:00", "10:60", "когда-нибудь", "32.13.2026 10:00", "вчера 10:00"} {
		c.says(text)
		if !strings.Contains(c.shows(), "Не разобрать время") {
			t.Errorf("%q was taken:\n%s", text, c.shows())
		}
	}
}

// The card follows the broadcast, obeys, and tells the end with a list of those
// who were not reached.
func TestBroadcastCard(t *testing.T) {
	t.Parallel()
	o := openOffice()
	b := market.Broadcast{
		ID: "b1", By: admin, State: market.BroadcastRunning, Wanted: market.OrderRun, Total: 100,
		Started: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), Worked: 2 * time.Second,
		Tally: market.Tally{Delivered: 45, Blocked: 4, Failed: 1},
	}
	o.broadcasts["b1"] = b
	c := o.enters(t, admin)
	c.says("/start")
	tell := func() {
		o.letters = append(o.letters, market.Letter{To: admin, Kind: market.LetterMailing, Broadcast: "b1"})
		c.post()
	}
	tell()
	c.goes("Обработано 50 из 100")
	c.goes("25.0 в секунду, осталось 2s")
	pause, _ := c.button(c.progress.view, "Пауза")
	c.pressData("pause", pause.Data)
	c.goes("на паузе")
	resume, _ := c.button(c.progress.view, "Продолжить")
	c.pressData("resume", resume.Data)
	if len(o.bulks) != 1 || o.broadcasts["b1"].Wanted != market.OrderRun {
		t.Errorf("resumed: %+v", o.bulks)
	}
	c.talk("> /broadcast\n< Рассылки\n> [идёт]\n< Обработано 50 из 100\n> [Остановить]\n< Остановить насовсем?\n> [Назад]\n< [Пауза]")
	b.State, b.Ended = market.BroadcastDone, b.Started.Add(time.Minute)
	b.Tally = market.Tally{Delivered: 95, Blocked: 4, Failed: 1}
	o.broadcasts["b1"] = b
	o.failures = []market.Delivery{{Person: 9, State: market.RecipientFailed, Reason: "Bad Request: x, y", Tries: 1}}
	shown := c.progress.shown
	tell()
	c.stays("Всего 100: доставлено 95, отключили бота 4, не вышло 1. Заняло 1m0s.")
	file, ok := c.replied(dialogs.ReplyFile)
	if want := "telegram_id,outcome,reason,tries,at\n9,failed,\"Bad Request: x, y\",1,"; !ok || !strings.HasPrefix(string(file.File.Data), want) {
		t.Errorf("the list: %+v", file.File)
	}
	if c.progress.shown != shown+1 || len(c.progress.view.Rows) != 1 {
		t.Errorf("the card at the end was shown %d times: %+v", c.progress.shown-shown, c.progress.view.Rows)
	}
	tell() // a letter of a step before, read only now
	if _, again := c.replied(dialogs.ReplyFile); again {
		t.Error("the end was told twice")
	}
}

// Of many broadcasts the newest is remembered too, while it is not known yet in
// which message it is shown: it is not shown in a second one.
func TestBroadcastCardOfMany(t *testing.T) {
	t.Parallel()
	o := openOffice()
	c := o.enters(t, admin)
	c.says("/start")
	s := c.decoded()
	s.Cards = map[string]int64{}
	for n := range 10 {
		s.Cards[fmt.Sprintf("old%d", n)] = int64(n + 1)
	}
	o.broadcasts["b1"] = market.Broadcast{ID: "b1", By: admin, State: market.BroadcastRunning, Wanted: market.OrderRun, Total: 100}
	letter := dialogs.Event{Kind: dialogs.Lettered, Person: c.person, Letter: market.Letter{To: admin, Kind: market.LetterMailing, Broadcast: "b1"}}
	for range 2 { // the second before it is known that the first card is in the chat
		turn, err := c.dialogs.Handle(t.Context(), s, letter)
		if err != nil {
			t.Fatal(err)
		}
		c.turn = turn
		if n := len(turn.Replies); n > 1 {
			t.Errorf("%d replies", n)
		}
	}
	if len(c.turn.Replies) > 0 {
		t.Error("a second card was sent")
	}
	if _, kept := s.Cards["old0"]; kept || len(s.Cards) != 10 {
		t.Errorf("kept are %v", s.Cards)
	}
}

// Telegram counts a caption in UTF-16 units: what only some people may write so
// long is refused before it fails with everybody.
func TestBroadcastCaption(t *testing.T) {
	t.Parallel()
	c := openOffice().enters(t, admin)
	c.talk("> /broadcast\n> [Русский]\n> [Готово]")
	for words, taken := range map[string]bool{strings.Repeat("🚗", 513): false, strings.Repeat("🚗", 512): true} {
		c.talk("> /broadcast\n> [Отменить]\n> [Удалить]\n> /broadcast\n> [Русский]\n> [Готово]")
		c.sendsPart(dialogs.Pictured, "", market.Part{Kind: market.PartPhoto, File: "p1", Text: words})
		if refused := strings.Contains(c.shows(), "Знаков: 1026"); refused == taken {
			t.Errorf("%d units: taken is %v", units(words), !refused)
		}
	}
}

// A button of a broadcast that there is none of, old or forged, is no fault of ours.
func TestBroadcastUnknown(t *testing.T) {
	t.Parallel()
	o := openOffice()
	c := o.enters(t, admin)
	for _, op := range []string{"bps", "brs", "bst", "bcs"} {
		c.says("/start")
		c.pressData(op, "n:nosuch:"+op)
		c.talk("< Такой рассылки нет\n< Ваши объявления")
	}
	if len(o.bulks) != 0 {
		t.Errorf("handed over: %+v", o.bulks)
	}
}

func TestNews(t *testing.T) {
	t.Parallel()
	o := openOffice()
	c := o.enters(t, seller)
	c.says("/start")
	c.pressData("news", dialogs.NewsOffData)
	c.talk("< Новости отключены\n> /settings\n< [Включить новости]\n> [Включить новости]\n< Новости включены\n< [Отключить новости]")
	if o.newsOff[seller] {
		t.Error("news stay off")
	}
}
