package dialogs_test

import (
	"testing"

	"bazarbot/market"
)

// Who is elsewhere when a change is refused opens it from the message; what is
// not saved is found again where it was.
func TestEditKept(t *testing.T) {
	t.Parallel()
	c := card(t, shop())
	c.talk("> [Изменить]\n> [Заголовок]\n> Айфон\n> [Сохранить изменения]")
	job := c.act()
	c.talk("> /start")
	c.tells(job, market.Report{Stage: market.StageFailed, Kind: market.Invalid, Fields: map[string]string{"title": "мало букв"}})
	c.talk("! «мало букв»\n! [Открыть изменения]")
	open, _ := c.button(c.notices[0], "Открыть изменения")
	c.pressData("Открыть изменения", open.Data)
	c.talk(`
		< Сейчас: Айфон
		> [Назад]
		< Заголовок: iPhone 13 → Айфон
		> [Главное меню]
		< Изменения сохранены в боте
	`)
	c.pressData("Открыть изменения", open.Data)
	c.talk("< Заголовок: iPhone 13 → Айфон\n> /cancel\n< Отказаться от них?\n> [Продолжить]\n> /new\n> /start\n" + toCard + `
		> [Изменить]
		< Вы остановились здесь
		< Заголовок: iPhone 13 → Айфон
		> [Отменить]
		> [Отказаться]
		< [Обновить]
	`)
	c.pressData("Открыть изменения", open.Data)
	c.talk("< Этих изменений больше нет.")
}

// In the middle of what a change would clear, everything else goes on as ever.
func TestEditClearsAndLeaves(t *testing.T) {
	t.Parallel()
	c := card(t, shop())
	c.talk(`
		> [Изменить]
		> [Заголовок]
		> Айфон
		> [Регион: Кишинёв]
		> [Бельцы]
		< Это сотрёт: Город.
		> /cancel
		< Отказаться от них?
		> [Продолжить]
		< Это сотрёт: Город.
		> /help
		> [Назад]
		< Это сотрёт: Город.
		> (sticker)
		< Это сотрёт: Город.
		> /start
		< Изменения сохранены в боте
	` + toCard + `
		the price is one question all the same
		> [Цена]
		< Сейчас: 300 €
		> 250 €
	`)
	job := c.act()
	c.changes(job, map[string]market.Value{"price": market.NumberValue("250", "eur")})
	c.tells(job, market.Report{Stage: market.StageDone})
	c.talk(`
		> [Изменить]
		< Вы остановились здесь
		< Заголовок: iPhone 13 → Айфон
		> [Сохранить изменения]
	`)
	c.changes(c.act(), map[string]market.Value{"title": market.TextValue("Айфон")})
}

// However a change ends, what was typed is not lost.
func TestEditEnds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		report market.Report
		says   string
	}{
		{"unknown", market.Report{Stage: market.StageUnknown}, "повторить можно, это бесплатно"},
		{"late", market.Report{Stage: market.StageFailed, Kind: market.Unavailable}, "сейчас не отвечает"},
		{"quota", market.Report{Stage: market.StageFailed, Kind: market.Quota}, "лимит"},
		{"a field that is not asked", market.Report{Stage: market.StageFailed, Kind: market.Invalid, Fields: map[string]string{"9": "?"}}, "не принял данные"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := card(t, shop())
			c.talk("> [Цена]\n> 250 €")
			c.tells(c.act(), tt.report)
			c.talk("< " + tt.says + "\n< Всё введённое сохранено.\n< Цена: 300 € → 250 €\n> [Сохранить изменения]\n< Делаем")
		})
	}
}

// A key that is refused in the middle is asked for, and the change goes on.
func TestEditKeyRefused(t *testing.T) {
	t.Parallel()
	m := shop()
	c := card(t, m)
	c.talk("> [Изменить]\n> [Заголовок]\n> Айфон\n> [Сохранить изменения]")
	job := c.act()
	m.fail(market.NotSignedIn, "form", "ad")
	c.tells(job, market.Report{Stage: market.StageFailed, Kind: market.NotSignedIn})
	c.talk("< больше не принимает сохранённый ключ\n< API-ключ")
	m.fail("")
	c.talk("> good-key\n< 999.md подключён.\n< Заголовок: iPhone 13 → Айфон\n> [Сохранить изменения]\n< Делаем")
	if job := c.act(); job.Account != "acc1" {
		t.Errorf("the account is %q", job.Account)
	}
}
