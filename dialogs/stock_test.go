package dialogs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"bazarbot/market"
)

// Ads are read once a minute, and before that only when the person asks or did
// something to them.
func TestStockIsReadOnce(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.ads = ads(20)
	c := seat(t, m)
	asked := func(want int) {
		t.Helper()
		if m.asked != want {
			c.fatal("the market was asked %d times, not %d", m.asked, want)
		}
	}
	c.talk("> /ads\n> [›]\n> [Скрыто]\n> [Все]\n> [Порядок]\n> [сначала новые]\n> вещь\n> [Показать все объявления]\n> [Выбрать несколько]\n> [Назад]")
	asked(1)
	c.talk("> [Обновить]\n> [Вещь 01]\n> [Назад]")
	asked(2)
	c.now = c.now.Add(time.Minute)
	c.talk("> [›]")
	asked(3)
	c.talk("> [Главное меню]\n> [Мои объявления]")
	asked(4)
	c.talk("> /lang\n> [Română]")
	asked(5) // titles of categories come in the person's language
	c.talk("> /ads\n> [Вещь 01]")
	c.reports(market.Report{Stage: market.StageDone, Action: market.ActHide, Job: "x", Account: "acc1", Market: market.MD999, AdID: "1", Title: "Вещь 01"})
	asked(6)
	c.talk("> [Înapoi]")
	asked(7)
}

// The tabs say how many ads are in each state, and those without ads are not
// there.
func TestTabs(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.ads = ads(20)
	c := seat(t, m)
	c.talk(`
		> /ads
		< [• Все · 20 •]
		< [🟢 Опубликовано · 13]
		< [🙈 Скрыто · 7]
		- [Срок истёк]
		> [Скрыто]
		< [• 🙈 Скрыто · 7 •]
		< 7 объявлений
	`)
	m.ads = ads(20)[1:3]
	c.talk(`
		> [Обновить]
		< Здесь пусто.
		< [Все · 2]
		< [• 🙈 Скрыто · 0 •]
		> [Все]
		- [Скрыто]
	`)
}

// A market with short pages is read to its end.
func TestStockByShortPages(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.ads, m.longest = ads(95), 30
	c := seat(t, m)
	c.talk("> /ads\n< 95 объявлений\n< [1/12]\n< [Все · 95]")
	if m.asked != 4 {
		c.fatal("the market was asked %d times", m.asked)
	}
}

// Of very many ads the newest are at hand; the others are listed by the market.
func TestStockOfVeryMany(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.ads = ads(700)
	c := seat(t, m)
	c.talk(`
		> /ads
		< 700 объявлений
		< Всего объявлений: 700. Поиск, порядок и выбор — среди 600
		< [1/88]
		< [• Все •]
		< [Срок истёк]
		> [‹]
		< [Вещь 700]
		> [🟢 Опубликовано]
		< 466 объявлений
		> вещь 700
		< Ничего не нашлось.
		> вещь 600
		< [Вещь 600]
		> [Показать все]
		> [Порядок]
		> [сначала новые]
		< 600 объявлений
		> [Выбрать несколько]
		> [Выбрать все · 600]
		< Выбрано: 600
	`)
	if n := len(c.body); n > 20_000 {
		c.fatal("a session of %d bytes", n)
	}
}

// While the market does not answer, the list is as it was, and the card says
// what it cannot.
func TestMarketAway(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.ads = ads(20)
	c := seat(t, m)
	c.talk("> /ads")
	m.fail(market.Unavailable, "ads", "ad")
	c.now = c.now.Add(10 * time.Minute)
	c.talk(`
		> [🙈 Скрыто · 7]
		< 999.md не отвечает. Список — на 14:00.
		< 7 объявлений
		< [🙈 Вещь 01]
		> [🙈 Вещь 01]
		< 999.md сейчас не отвечает.
		< Вещь 01
		< Скрыто
		< Вот что было известно на 14:00.
		- [Показать снова]
		> [Повторить]
		< Вот что было известно на 14:00.
		> [Назад]
		< Список — на 14:00.
	`)
	if m.asked != 2 {
		c.fatal("a market that does not answer was asked %d times", m.asked)
	}
	c.now = c.now.Add(24 * time.Hour)
	c.talk("> [Все · 20]\n< Список — на 21.11.2026 12:00.")
	m.fail("")
	c.talk("> [Обновить]\n- не отвечает\n> [Вещь 01]\n- Так было\n< Вещь 01")
}

// An ad that turns out to be gone is not listed any more.
func TestGoneAdLeavesTheList(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.ads = ads(3)
	c := seat(t, m)
	c.talk("> /ads")
	m.ads = m.ads[1:]
	c.talk("> [Вещь 01]\n< Этого объявления на площадке больше нет.\n< 2 объявления\n- [Вещь 01]")
}

// An account that is disconnected leaves nothing behind.
func TestStockOfGoneAccount(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.ads = ads(3)
	c := seat(t, m)
	c.talk("> /ads")
	if l := c.store.listings["acc1"]; !strings.Contains(string(l.Body), "Вещь 01") {
		c.fatal("the listing is %s", l.Body)
	}
	c.talk("> /accounts\n> [+acc1]\n> [Отключить аккаунт]\n> [Отключить и стереть ключ]")
	if len(c.store.listings) != 0 {
		c.fatal("%d listings are left", len(c.store.listings))
	}
	c.talk("> /ads\n< подключите аккаунт")
}

// stalls is a market where two accounts have ads of their own.
func stalls(t *testing.T) (*chat, *table) {
	t.Helper()
	m := bazaar()
	at := func(day int) time.Time { return time.Date(2026, 11, day, 10, 0, 0, 0, time.UTC) }
	m.shelves = map[market.Secret][]market.Ad{
		"good-key": {
			{ID: "87500011", Market: market.MD999, Title: "Ёлка живая", State: market.StatePublic, Path: []string{"Дом", "Растения"},
				Price: market.Money{Amount: "9500", Currency: "mdl"}, Views: 5, Posted: at(1), Expires: at(29)},
			{ID: "87500012", Market: market.MD999, Title: "BMW 320", State: market.StateHidden, Path: []string{"Транспорт", "Легковые"}, Views: 70, Posted: at(9), Expires: at(22)},
			{ID: "87500013", Market: market.MD999, Title: "Țuică", State: market.StatePublic, Views: 9, Posted: at(5)},
		},
		"key-2": {
			{ID: "87600001", Market: market.MD999, Title: "Чехол для BMW", State: market.StatePublic, Views: 1, Posted: at(3), Expires: at(25)},
		},
	}
	m.ads = append(slices.Clone(m.shelves["good-key"]), m.shelves["key-2"]...)
	c := seat(t, m)
	c.account("acc2", "key-2")
	return c, m
}

// Words and numbers are searched for in all accounts.
func TestFind(t *testing.T) {
	t.Parallel()
	c, m := stalls(t)
	c.talk("> /ads\n- [Чехол]")
	for _, one := range []struct{ typed, finds string }{
		{"елка", "🟢 Ёлка живая · +acc1"}, {"ЁЛКА дом", "Ёлка живая"}, {"9 500", "Ёлка живая"}, {"№ 87500011", "Ёлка живая"},
		{"500011", "Ёлка живая"}, {"tuica", "Țuică"}, {"чехол bmw", "🟢 Чехол для BMW · +acc2"}, {"легковые", "🙈 BMW 320"},
	} {
		c.talk("> " + one.typed + "\n< Поиск: " + one.typed + "\n< 1 объявление\n< [" + one.finds + "]")
	}
	c.talk(`
		> бмв
		< Ничего не нашлось.
		> 11
		< Ничего не нашлось.
		> bmw
		< 2 объявления
		< [Все · 2]
		< [🙈 Скрыто · 1]
		> [Скрыто]
		< 1 объявление
		> (sticker)
		< Сейчас вопроса нет
		> [🙈 BMW 320]
		< BMW 320
		> [Назад]
		< Поиск: bmw
		> [Показать все объявления]
		< Мои объявления · 999.md · +acc1
		< 3 объявления
		> bmw
		> /ads
		- Поиск
	`)
	m.fail(market.Quota, "ads")
	delete(c.store.listings, "acc2")
	c.talk("> bmw\n< [BMW 320]\n< 999.md · +acc2: эти объявления сейчас не прочитать.\n- [Чехол]")
}

// first is the beginning of a view's buttons.
func (c *chat) first(n int) string {
	var labels []string
	for _, row := range c.view.Rows[:n] {
		labels = append(labels, c.speaker().plain(row[0].Label))
	}
	return fmt.Sprint(labels)
}

// A list can be in four orders, of which the frame remembers one.
func TestSort(t *testing.T) {
	t.Parallel()
	c, _ := stalls(t)
	c.talk("> /ads\n< [Порядок: как на площадке]")
	for _, one := range []struct{ order, want string }{
		{"скоро истекают", "[🙈 BMW 320 · осталось 22 часа 🟢 Ёлка живая · осталось 8 дней 🟢 Țuică]"},
		{"больше просмотров", "[🙈 BMW 320 · 👁 70 🟢 Țuică · 👁 9 🟢 Ёлка живая · 👁 5]"},
		{"сначала новые", "[🙈 BMW 320 🟢 Țuică 🟢 Ёлка живая]"},
		{"как на площадке", "[🟢 Ёлка живая 🙈 BMW 320 🟢 Țuică]"},
	} {
		c.talk("> [Порядок]\n< В каком порядке\n> [" + one.order + "]\n< [Порядок: " + one.order + "]")
		if got := c.first(3); got != one.want {
			c.fatal("%s: %s, want %s", one.order, got, one.want)
		}
	}
	c.talk("> [Порядок]\n< [• как на площадке •]\n> [Назад]\n< Мои объявления\n> [сначала")
}
