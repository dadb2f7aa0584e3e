package dialogs_test

import (
	"strings"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// The question whether to try failures again is open once, however often it is
// asked for: below the list there is no second one that would pay again.
func TestAgainPressedTwice(t *testing.T) {
	t.Parallel()
	c, _ := dealer(t, 3)
	c.talk("> /ads\n> [Выбрать несколько]\n> [Выбрать все]\n> [Поднять · 2]\n> [Поднять 2 · платно]")
	for i, job := range c.handsOver(market.ActRepublish, 2) {
		c.reportsOf(job, []market.Report{well, unpaid}[i])
	}
	again, _ := c.button(c.notices[0], "Повторить эти · 1")
	c.pressData("again", again.Data)
	c.pressData("again", again.Data)
	c.talk("< Поднять 1 объявление\n> [Поднять 1 · платно]\n< Мои объявления")
	c.handsOver(market.ActRepublish, 1)
	c.talk("> [Назад]\n- платно\n- [Поднять]\n< Ваши объявления")
}

// An ad whose deletion was taken back stays, and a second press does not say
// that it is too late.
func TestUndoPressedTwice(t *testing.T) {
	t.Parallel()
	c, m := dealer(t, 3)
	m.caps.Delete = true
	c.talk("> /ads\n> [Вещь 02]\n> [Удалить]\n> [Да, удалить]")
	undo, ok := c.button(c.notices[0], "Отменить удаление")
	if !ok {
		c.fatal("it cannot be undone")
	}
	c.pressData("undo", undo.Data)
	c.talk("< остаётся на площадке")
	c.pressData("undo", undo.Data)
	c.talk("< остаётся на площадке\n- нельзя")
	c.rings()
	if len(c.turn.Acts) != 0 {
		c.fatal("the market is told: %+v", c.turn.Acts)
	}
	c.talk("> [Вещь 02]\n> [Удалить]\n> [Да, удалить]")
	c.rings()
	if len(c.turn.Acts) != 1 {
		c.fatal("deleted afterwards, it stays: %+v", c.turn.Acts)
	}
}

// The second half of a double press sends no screen again that the first half
// has just brought.
func TestPressedTwice(t *testing.T) {
	t.Parallel()
	c := at(t, optional("", "pics", market.KindPhotos, "фотографии").role(market.RolePhotos))
	c.talk("> (photo a)\n> [Фото: 1]")
	list, messages := c.screen, c.message
	b, _ := c.button(c.view, "⭐ 1")
	c.event(dialogs.Event{Kind: dialogs.Pressed, Message: list, Button: b.Data})
	c.talk("< Фото 1 из 1")
	c.event(dialogs.Event{Kind: dialogs.Pressed, Message: list, Button: b.Data})
	c.talk("~ Эта кнопка устарела.\n< Фото 1 из 1")
	if c.message != messages+1 {
		c.fatal("%d messages were sent", c.message-messages)
	}
	c.event(dialogs.Event{Kind: dialogs.Pressed, Message: list, Button: "n:x:h"})
	c.event(dialogs.Event{Kind: dialogs.Pressed, Message: list, Button: b.Data})
	if c.message != messages+3 {
		c.fatal("a button far above shows nothing: %d messages", c.message-messages)
	}
}

var clumsyTalks = []struct{ name, script string }{
	{"back over answers that stay", `
		> /new
		> [Техника]
		> [Телефоны]
		> [Продам]
		- [Оставить как есть]
		> iPhone
		> Хороший
		> 100 €
		< Регион
		- [Оставить как есть]
		> [Назад]
		> [Назад]
		< Текст
		< Сейчас: Хороший
		> [Оставить как есть]
		< Регион
		> [Назад]
		< Сейчас: 100 €
		the currency stays too
		> 90
		< Регион
		> [Назад]
		< Сейчас: 90 €
		> 90 $
		> [Назад]
		< Сейчас: 90 $
	`},
	{"back where nothing was answered", `
		> /new
		> [Назад]
		- Отменено
		< Ваши объявления
		> /new
		> [Отменить]
		< Отменено
	`},
	{"from a group of details to the review", `
		> /new
		> [Техника]
		> [Телефоны]
		> [Продам]
		> iPhone
		> Хороший
		> 100 €
		> Кишинёв
		> Ботаника
		> (photo a)
		> [⬜️ 37360000001]
		> [Готово]
		> [Добавить подробности]
		> [Ещё]
		> [К объявлению]
		< Проверьте объявление
		one photo is not all of them
		> [Фото: 1]
		- Сейчас:
		< [Убрать все фото]
		> [⭐ 1]
		< [Убрать фото]
		- [Убрать все фото]
	`},
	{"a key that does not fit", `
		> /accounts
		> [Подключить 999.md]
		< Где взять.
		> мой ключ
		< Это не похоже на ключ
		< Пришлите ключ сообщением.
		- Где взять.
		> /help
		> [Назад]
		< Где взять.
	`},
	{"no state to choose where nothing is found", `
		> /ads
		< [Все · 3]
		> ъъъ
		< Ничего не нашлось
		- [Все · 0]
		> [Показать все объявления]
		< [Все · 3]
	`},
	{"the list once more from a card", `
		> /ads
		> [Вещь 02]
		> /ads
		< Мои объявления
		> [Назад]
		< Ваши объявления
	`},
}

func TestClumsyTalks(t *testing.T) {
	t.Parallel()
	for _, tt := range clumsyTalks {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, m := dealer(t, 3)
			m.caps.Hide = true
			c.talk(tt.script)
		})
	}
}

// What stands on the button beside a question can be written as well.
func TestInsteadTyped(t *testing.T) {
	t.Parallel()
	price := required("price", market.KindQuantity, "цена").role(market.RolePrice).units("som")
	m := asking(price.with(func(f *market.Field) { f.Instead = &market.Instead{Key: "deal", Label: "Договорная"} }))
	m.rows = append(m.rows, optional("", "deal", market.KindYesNo, "договорная"))
	c := seat(t, m)
	c.talk("> /new\n> [Техника]\n> как договоримся\n< Здесь нужно число\n> договорная\n- Здесь нужно число\n> 100 сом\n< Договорная: Да")
}

// An ad that was refused does not open to anybody.
func TestOpensOnlyWhatIsNotRefused(t *testing.T) {
	t.Parallel()
	for state, opens := range map[market.State]bool{
		market.StateModerate: true, market.StateActive: true, market.StateCancelled: false, market.StateDisabled: false,
	} {
		c, m := dealer(t, 1)
		m.ads[0].State, m.ads[0].Opens = state, c.now.Add(24*time.Hour)
		c.talk("> /ads\n> [Вещь 01]")
		if got := strings.Contains(c.shows(), "Покупатели увидят его"); got != opens {
			c.fatal("%s: %v", state, got)
		}
	}
}

// The parts of a long text that were sent in one go are answered with one screen.
func TestPartsAnsweredOnce(t *testing.T) {
	t.Parallel()
	c := at(t, required("q", market.KindLongText, "текст").with(func(f *market.Field) { f.MaxLen = 9000 }))
	first := c.message + 1
	c.message += 2 // both are in the chat before the answer is
	c.event(dialogs.Event{Kind: dialogs.Said, Message: first, Text: strings.Repeat("я", maxText), Long: true})
	messages := c.message
	c.event(dialogs.Event{Kind: dialogs.Said, Message: first + 1, Text: "конец."})
	c.talk("< Проверьте объявление")
	if c.message != messages {
		c.fatal("%d messages more", c.message-messages)
	}
}
