package dialogs_test

import (
	"slices"
	"strings"
	"testing"

	"bazarbot/market"
)

// firstOffer checks what the first button of a question offers.
func (c *chat) firstOffer(want string) {
	c.t.Helper()
	if got := c.speaker().plain(c.view.Rows[0][0].Label); got != want {
		c.fatal("the first button is %q, not %q", got, want)
	}
}

// What a seller repeats is offered first, as it was last time: the way to the
// category, the place, the contacts. What was never answered is not.
func TestSameAsLastTime(t *testing.T) {
	t.Parallel()
	c := published(t)
	c.talk("> /start\n> [Новое объявление]\n- [Как в прошлый раз]")
	c.report(market.Report{Stage: market.StageDone, AdID: "77"})
	c.talk("> /start\n> [Новое объявление]")
	c.firstOffer("↩️ Как в прошлый раз: Телефоны · Продам")
	c.talk("> [Как в прошлый раз]\n< Телефоны › Заголовок\n- [Как в прошлый раз]\n> iPhone 14\n> Новый\n> 200 €\n< Регион")
	c.firstOffer("↩️ Как в прошлый раз: Бельцы")
	c.talk("> [Как в прошлый раз]\n< Фотографии\n- [Как в прошлый раз]\n> [Пропустить]\n< Контакты")
	c.firstOffer("↩️ Как в прошлый раз: 37360000001")
	c.talk("> [Как в прошлый раз]\n< Проверьте объявление\n< Город: Слободзея\n< Контакты: 37360000001\n> [Опубликовать]")
	first, second := c.jobs[0].Answers, c.jobs[1].Answers
	for _, key := range []string{"category", "subcategory", "offer", "region", "city", "phones"} {
		if !first[key].Equal(second[key]) {
			t.Errorf("%s was %+v, and is %+v", key, first[key], second[key])
		}
	}
}

// What is no longer possible is not offered again.
func TestNotAsLastTime(t *testing.T) {
	t.Parallel()
	c := published(t)
	c.report(market.Report{Stage: market.StageDone, AdID: "77"})
	c.market.offer("phones", "37360000002", "37360000003")
	c.talk("> /new\n> [Как в прошлый раз]\n> iPhone 14\n> Новый\n> 200 €\n> [Как в прошлый раз]\n> [Пропустить]\n< Контакты\n- [Как в прошлый раз]")
}

// offer changes what can be answered to a question.
func (m *table) offer(key string, titles ...string) {
	i := slices.IndexFunc(m.rows, func(q question) bool { return q.Key == key })
	m.rows[i].Options = options(titles...)
}

// Options that have gone from the market since a draft was left are asked for
// again; all other answers stay.
func TestOptionsGoneFromDraft(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		gone  func(*table)
		asked string // what the person sees and does
	}{
		{"a choice", func(m *table) { m.offer("region", "Кишинёв", "Орхей") }, "< Регион\n- [Бельцы]\n> [Кишинёв]\n< Город\n> [Центр]"},
		{"one of several", func(m *table) { m.offer("phones", "37360000002", "37360000003") }, "< Контакты\n> [37360000002]\n> [Готово]"},
		{"a category", func(m *table) {
			m.rows[1].sub["техника"] = options("Ноутбуки", "Планшеты")
			m.rows[2].sub["планшеты"] = options("Продам")
		}, "< Подкатегория\n- [Телефоны]\n> [Планшеты]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := seat(t, bazaar())
			c.talk(small + "> (photo a)\n> /start")
			tt.gone(c.market)
			c.talk("> [Черновики: 1]\n> [iPhone]\n> [Продолжить]\n" + tt.asked +
				"\n< Проверьте объявление\n< Заголовок: iPhone\n< Цена: 100 €\n< Фотографии: 1 фото")
			c.talk("> [Опубликовать]\n< Публикуем")
		})
	}
	t.Run("between review and press", func(t *testing.T) {
		t.Parallel()
		c := seat(t, bazaar())
		c.talk(small)
		c.market.offer("region", "Кишинёв", "Орхей")
		c.talk("> [Опубликовать]\n< Регион\n> [Орхей]\n< Заголовок: iPhone")
		if len(c.jobs) != 0 {
			c.fatal("published what the market no longer takes")
		}
	})
}

// A required question of a new kind stops the form, with the way to the site.
func TestBlockedLeadsToTheSite(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.blocked = []string{"карта"}
	c := seat(t, m)
	c.talk("> /new\n> [Техника]\n> [Телефоны]\n> [Продам]\n< карта\n< [Открыть сайт]")
	site, _ := c.button(c.view, "Открыть сайт")
	if !strings.HasPrefix(site.URL, "https://999.md") {
		c.fatal("the button leads to %q", site.URL)
	}
}
