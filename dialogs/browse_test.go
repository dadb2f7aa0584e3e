package dialogs_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"bazarbot/market"
)

// showcase is what buyers see of a market.
type showcase struct {
	ads     []market.Ad
	queries []market.SearchQuery // so far
	keys    []market.Secret      // they were made with
	closed  bool                 // to those who are not signed in
	form    []question
	faq     []market.FAQEntry
	perPage int       // of questions
	faqAsOf time.Time // when they were told, of a market that is away
}

func (m *table) SearchForm(_ context.Context, _ market.Secret, _ market.Lang, answers market.Answers) (market.Form, error) {
	form := market.Form{Complete: true}
	if err := m.trouble["form"]; err != nil {
		return form, err
	}
	for _, row := range m.shop.form {
		f := row.Field
		if row.sub != nil {
			parent := answers[f.DependsOn].Option()
			if f.Options = row.sub[parent]; f.Options == nil {
				continue
			}
		}
		if f.Group != "" && (answers["level1"].Option() != "транспорт" || answers["level2"].Option() != "легковые") {
			continue
		}
		form.Fields = append(form.Fields, f)
	}
	return form, nil
}

func (m *table) Query(answers market.Answers) market.SearchQuery {
	yes := func(key string) bool { return answers[key].Yes != nil && *answers[key].Yes }
	q := market.SearchQuery{
		Words: answers["q"].Text, Place: answers["place"].Option(), Photos: yes("photos"), Discount: yes("discount"),
		Category: answers["level1"].Option(), Order: market.OrderNew,
	}
	if below := answers["level2"].Option(); below != "" {
		q.Category = below
	}
	for _, key := range []string{"brand", "year"} {
		if v, ok := answers[key]; ok {
			q.Filters = append(q.Filters, market.SearchFilter{Field: key, Options: v.Options, From: v.From, To: v.To})
		}
	}
	return q
}

func (m *table) Search(_ context.Context, key market.Secret, _ market.Lang, q market.SearchQuery) (market.AdPage, error) {
	if m.shop.closed && key == "" {
		return market.AdPage{}, m.failure(market.NotSignedIn)
	}
	m.shop.queries, m.shop.keys = append(m.shop.queries, q), append(m.shop.keys, key)
	if err := m.trouble["search"]; err != nil {
		return market.AdPage{}, err
	}
	var found []market.Ad
	for _, ad := range m.shop.ads {
		if strings.Contains(strings.ToLower(ad.Title), strings.ToLower(q.Words)) {
			found = append(found, ad)
		}
	}
	from := (q.Page - 1) * q.PageSize
	if from >= len(found) && q.Page > 1 { // beyond the end this market counts nothing
		return market.AdPage{Page: q.Page, PageSize: q.PageSize}, nil
	}
	return market.AdPage{
		Ads: found[from:min(from+q.PageSize, len(found))], Page: q.Page, PageSize: q.PageSize, Subtotal: len(found),
	}, nil
}

func (m *table) FAQ(_ context.Context, _ market.Secret, _ market.Lang, page int) (market.FAQPage, error) {
	if err := m.trouble["faq"]; err != nil && (page > 1 || !m.once) {
		return market.FAQPage{}, err
	}
	all := m.shop.faq
	from := min((page-1)*m.shop.perPage, len(all))
	to := min(from+m.shop.perPage, len(all))
	return market.FAQPage{Entries: all[from:to], Next: to < len(all), AsOf: m.shop.faqAsOf}, nil
}

// lots makes n ads that buyers see.
func lots(n int) []market.Ad {
	list := make([]market.Ad, n)
	for i := range list {
		list[i] = market.Ad{
			ID: fmt.Sprintf("id%02d", i+1), Market: market.OMarket, Title: fmt.Sprintf("Лот %02d", i+1), Place: "Бишкек",
			Text: "Описание", State: market.StateActive, Price: market.Money{Amount: "35000", Currency: "som"},
		}
	}
	return list
}

// boutique is a market that everybody can search.
func boutique(ads ...market.Ad) *table {
	m := bishkek()
	m.caps.Search, m.caps.FAQ, m.caps.Avatar = true, true, true
	m.ads = ads
	m.shop = &showcase{ads: ads, perPage: 3, form: []question{
		optional("", "q", market.KindText, "что ищете").role(market.RoleWords).with(func(f *market.Field) { f.MaxLen = 40 }),
		optional("", "level1", market.KindChoice, "").role(market.RoleCategory).of("Транспорт", "Техника"),
		optional("", "level2", market.KindChoice, "").role(market.RoleCategory).under("level1", map[string][]market.Option{
			"транспорт": options("Легковые", "Грузовые"),
		}),
		optional("", "place", market.KindLocation, "место").role(market.RolePlace).of("Бишкек", "Ош"),
		optional("", "photos", market.KindYesNo, "только с фото"),
		optional("", "discount", market.KindYesNo, "только со скидкой"),
		optional("характеристики", "brand", market.KindChoices, "марка").of("Toyota", "Honda"),
		optional("характеристики", "year", market.KindRange, "год"),
	}}
	return m
}

func (c *chat) query() market.SearchQuery {
	c.t.Helper()
	queries := c.market.shop.queries
	if len(queries) == 0 {
		c.fatal("nothing was searched")
	}
	return queries[len(queries)-1]
}

// Only where a market can be searched is there a search.
func TestNoSearch(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk("> /start\n- [Поиск объявлений]\n> /search\n< Такой команды нет\n> /faq\n< Такой команды нет\n> /help\n- /search\n- /faq")
	for _, name := range c.dialogs.Commands() {
		if name == "search" || name == "faq" {
			t.Errorf("/%s is a command", name)
		}
	}
	if all := meet(t, boutique()).dialogs.Commands(); len(all) != 13 {
		t.Errorf("the commands are %v", all)
	}
}

// A search is narrowed step by step, and nothing of it is required.
func TestSearch(t *testing.T) {
	t.Parallel()
	c := meet(t, boutique(lots(20)...))
	c.talk(`
		> /start
		> [Поиск объявлений]
		< Поиск · O!Market
		< Пока ничего не выбрано
		< [➕ Что ищете]
		< [➕ Категория]
		- [Подкатегория]
		- [Марка]
		> [➕ Категория]
		- [Отменить]
		> [Транспорт]
		what is below is asked at once
		< Поиск › Подкатегория
		< Чтобы искать во всей категории
		> [Назад]
		< Категория: Транспорт
		> [Категория: Транспорт]
		< Сейчас: Транспорт
		> Транспорт
		> Легковые
		< Категория: Транспорт › Легковые
		> [➕ Место]
		> ош
		< Место: Ош
		> [⬜️ Только с фото]
		< ✓ Только с фото
		> [☑️ Только с фото]
		- ✓
		> [⬜️ Только с фото]
		> [➕ Марка]
		> [Toyota]
		> [Honda]
		> [Готово]
		< Марка: Toyota, Honda
		> [➕ Год]
		< например: от 10 до 20
		> (sticker)
		< Здесь нужно число
		> скоро
		< Здесь нужны числа
		> от 2010 до 2015
		< Год: от 2010 до 2015
		> [Найти]
		< Найдено · O!Market
		< Год: от 2010 до 2015
		< 20 объявлений
		< [Лот 01 · 35 000 сом · Бишкек]
	`)
	want := market.SearchQuery{
		Place: "ош", Photos: true, Category: "легковые", Order: market.OrderNew, Page: 1, PageSize: 8,
		Filters: []market.SearchFilter{{Field: "brand", Options: []string{"toyota", "honda"}}, {Field: "year", From: "2010", To: "2015"}},
	}
	if got := c.query(); fmt.Sprint(got) != fmt.Sprint(want) {
		c.fatal("searched for\n%+v\nnot\n%+v", got, want)
	}
	if key := c.market.shop.keys[0]; key != "" {
		c.fatal("an account was used")
	}
	c.talk(`
		> [Изменить поиск]
		of another category its filters narrow nothing, and are there again with the first
		> [Категория: Транспорт › Легковые]
		> [Техника]
		- Марка
		> [Найти]
		- Год
	`)
	if got := c.query(); got.Category != "техника" || len(got.Filters) != 0 {
		c.fatal("searched for %+v", got)
	}
	c.talk(`
		> [Изменить поиск]
		> [Категория: Техника]
		> [Транспорт]
		> [Легковые]
		< Год: от 2010 до 2015
		> [Категория: Транспорт › Легковые]
		> [Убрать ответ]
		- Категория
		> [Сбросить]
		< Пока ничего не выбрано
		> [Назад]
		< Ваши объявления
	`)
}

// Words are searched for at once, on the screen of the search and on what it
// found.
func TestSearchWords(t *testing.T) {
	t.Parallel()
	c := meet(t, boutique(lots(20)...))
	c.talk(`
		> /search
		> (sticker)
		< выберите действие кнопкой
		> лот   07
		< Что ищете: лот 07
		< 1 объявление
		> такого нет
		< Ничего не нашлось
		- [1/1]
		> ` + strings.Repeat("слово ", 20) + `
		< Слишком длинно
		< Ничего не нашлось
		> лот 1
		< 10 объявлений
		> [Изменить поиск]
		< Что ищете: лот 1
		> /search
		< Что ищете: лот 1
		> [Что ищете: лот 1]
		< например: iPhone 13
		> лот 2
		> [Найти]
		< 1 объявление
	`)
}

// The last searches are a press away, named in the person's language by what
// they narrow.
func TestRecentSearches(t *testing.T) {
	t.Parallel()
	c := meet(t, boutique(lots(20)...))
	for i := range 7 {
		c.talk(fmt.Sprintf("> /start\n> /search\n> лот 0%d", i+1))
	}
	c.talk(`
		> /start
		> /search
		< [🕘 лот 07]
		< [🕘 лот 03]
		- [🕘 лот 02]
		> [🕘 лот 03]
		< Что ищете: лот 03
		> [Изменить поиск]
		> [Сбросить]
		> [➕ Категория]
		> [Транспорт]
		> [Легковые]
		> [⬜️ Только со скидкой]
		> [➕ Год]
		> 2010
		> [Найти]
		> /lang
		> [Română]
		> /start
		> /search
		< [🕘 Легковые · Только со скидкой · Год: 2010]
		< [🕘 лот 03]
		> [🕘 Легковые]
		< Rezultate
	`)
	if got := c.query(); got.Category != "легковые" || !got.Discount || got.Filters[0].From != "2010" || got.Filters[0].To != "2010" {
		c.fatal("searched for %+v", got)
	}
	if n := len(c.decoded().Searches); n != 5 {
		c.fatal("%d searches are kept", n)
	}
}

// What was found is turned over by pages and card by card, and a page beyond the
// end is the last one.
func TestFound(t *testing.T) {
	t.Parallel()
	c := meet(t, boutique(lots(20)...))
	c.talk(`
		> /search
		> [Найти]
		< 20 объявлений
		< [1/3]
		> [‹]
		< [Лот 20]
		< [3/3]
		> [Порядок: сначала новые]
		< [Порядок: как на площадке]
		< [1/3]
		> [Порядок]
		> [›]
		> [Лот 11]
		< Лот 11
		< Цена: 35 000 сом
		< 📍 Бишкек
		< Контактов в объявлении нет.
		< [11/20]
		> [›]
		< Лот 12
		> [‹]
		> [‹]
		> [‹]
		> [‹]
		< Лот 08
		< [8/20]
		> [Списком]
		< [1/3]
		> [Карточками]
		< Лот 01
		> [‹]
		< Лот 20
		> [Списком]
		< [3/3]
	`)
	if got := c.query(); got.Page != 3 || got.PageSize != 8 || got.Order != market.OrderNew {
		c.fatal("searched for %+v", got)
	}
	c.market.shop.ads = c.market.shop.ads[:9]
	c.talk("> [Лот 19]\n< Лот 19\n> [›]\n< Лот 09\n< [9/9]\n> [Списком]\n< [2/2]\n> [‹]\n> [Лот 02]")
	c.market.ads = nil // taken off the market meanwhile
	c.talk("> [›]\n< Этого объявления на площадке больше нет\n< [3/9]\n> [Списком]\n< 9 объявлений")
	c.market.shop.ads = nil
	c.talk("> [Лот 03]\n> [›]\n< Ничего не нашлось\n> [Изменить поиск]\n< Поиск")
}
