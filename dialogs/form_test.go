package dialogs_test

import (
	"strings"
	"testing"

	"bazarbot/market"
)

// Every conversation starts with an account connected, unless its title says so.
var formTalks = []struct{ name, script string }{
	{"required questions in turn, the obvious not asked, published", `
		> /start
		< Ваши объявления
		> [Новое объявление]
		< Новое объявление › Категория
		- /
		> [Техника]
		< Техника › Подкатегория
		> [Телефоны]
		< Телефоны › Тип предложения
		> [Продам]
		< Заголовок · 4/9
		> iPhone 13, 128 ГБ
		< Текст · 5/9
		> Как новый.\nБез царапин.
		< Цена · 6/9
		> 9 500 евро
		< Регион · 7/9
		Бельцы have one town: it is not asked
		> [Бельцы]
		< Фотографии · 8/9
		> (photo a)
		< Фото добавлено, теперь их 1.
		< Контакты · 9/9
		> [37360000002]
		< [☑️ 37360000002]
		> [Готово]
		< Проверьте объявление · 999.md
		< Категория: Техника
		< Цена: 9500 €
		< Аккаунт: +acc1
		< Без царапин.
		< Город: Слободзея
		< Фотографии: 1 фото
		< Контакты: 37360000002
		< Публикация стоит 1 лей
		> [Опубликовать · 1 лей]
		< Публикуем на 999.md
		< Готовим объявление.
		< [Главное меню]
	`},
	{"optional fields wait under details, by groups, check boxes together", small + `
		< [Добавить подробности: 6]
		> [Добавить подробности]
		< [Характеристики · 0/3]
		< [Ещё · 0/3]
		> [Ещё]
		< [⬜️ Две SIM-карты]
		> [Две SIM-карты]
		< [☑️ Две SIM-карты]
		> [Коробка]
		> [Две SIM-карты]
		< [⬜️ Две SIM-карты]
		< [☑️ Коробка]
		> [Назад]
		< [Ещё · 1/3]
		> [Характеристики]
		the model waits for its brand
		- [Модель]
		> [Бренд]
		> [Samsung]
		< [Бренд: Samsung]
		> [Модель]
		< [Galaxy S23]
		- [iPhone]
		> [Galaxy S23]
		> [Батарея]
		< Напишите число с единицей измерения
		> 5 000
		< [Батарея: 5000 mah]
		> [Назад]
		< [Характеристики · 3/4]
		> [К объявлению]
		< Коробка: Да
		< Бренд: Samsung
		- SIM
	`},
	{"a parent that changes clears what depends on it", small + `
		> [Добавить подробности]
		> [Характеристики]
		> [Бренд]
		> [Apple]
		> [Модель]
		> [iPhone 14]
		> [Бренд: Apple]
		< Сейчас: Apple
		> [Samsung]
		< [➕ Модель]
		> [Назад]
		> [К объявлению]
		> [Изменить]
		> [Регион: Бельцы]
		> [Кишинёв]
		the town of the other region is asked anew
		< Город
		< [Центр]
		> [Центр]
		< Город: Центр
		- Слободзея
		> [Изменить]
		> [Категория: Техника]
		> [Транспорт]
		all below it has one answer only
		< Подкатегория: Легковые
		< Тип предложения: Продам
		< Заголовок: iPhone
	`},
	{"back through everything, and out", small + `
		> [Добавить подробности]
		> [Характеристики]
		> [Цвет]
		> [Назад]
		< Характеристики
		> [Назад]
		< Подробности
		> [К объявлению]
		> [Изменить]
		> [Назад]
		< Проверьте объявление
		> [Изменить]
		> [Заголовок]
		< Сейчас: iPhone
		> [Назад]
		< Проверьте объявление
	`},
	{"back while questions are open", `
		> /new
		> [Техника]
		> [Телефоны]
		> [Продам]
		> iPhone
		> Текст
		< Цена
		> [Назад]
		< Текст
		< Сейчас: Текст
		> [Назад]
		< Заголовок
		< Сейчас: iPhone
		> [Назад]
		< Тип предложения
		> [Назад]
		< Подкатегория
		> [Назад]
		< Категория
		> [Назад]
		< Прервать создание объявления?
		> [Продолжить]
		what is answered stays answered
		< Цена
	`},
	{"skip, and taking an answer back", `
		> /new
		> [Техника]
		> [Телефоны]
		> [Продам]
		> iPhone
		> Текст
		> 100 €
		> [Бельцы]
		< Фотографии
		> [Пропустить]
		< Контакты
		- [Пропустить]
		> [Назад]
		< Фотографии
		> [Пропустить]
		> [37360000001]
		> [Готово]
		- Фотографии:
		> [Добавить подробности]
		> [Характеристики]
		> [Цвет]
		- [Убрать ответ]
		> чёрный
		> [Цвет: чёрный]
		> [Убрать ответ]
		< [➕ Цвет]
	`},
	{"cancel: go on, keep", `
		> /new
		> [Техника]
		> /cancel
		< Всё введённое можно оставить в черновике.
		> [Продолжить]
		< Подкатегория
		> [Отменить]
		> [Оставить черновик]
		< Объявление сохранено в черновиках.
		< [Черновики: 1]
		> [Черновики]
		> [Техника]
		< [Удалить черновик]
		> [Продолжить]
		< Техника › Подкатегория
	`},
	{"cancel: drop", `
		> /new
		> [Техника]
		> [Отменить]
		> [Удалить черновик насовсем]
		< Отменено.
		- [Черновики
		> /drafts
		< Черновиков нет.
	`},
	{"cancel of what holds nothing asks nothing", `
		> /new
		> [Отменить]
		< Отменено.
		< Ваши объявления
		> /cancel
		< Отменять нечего.
	`},
	{"home keeps the draft", `
		> /new
		> [Техника]
		> /start
		< Объявление сохранено в черновиках.
		> /new
		> /start
		an empty one is not kept
		- сохранено
		< [Черновики: 1]
	`},
	{"help, language and settings in the middle lose nothing", `
		> /new
		> [Техника]
		> /help
		< Что умеет бот
		> [Назад]
		< Техника › Подкатегория
		> /lang
		> [Română]
		< Subcategori
		> /lang
		> [Русский]
		> /settings
		> [Язык: Русский]
		< [✓ Русский]
		> [Назад]
		> [Назад]
		< Техника › Подкатегория
		> /nonsense
		< Такой команды нет.
		< Техника › Подкатегория
	`},
	{"what is no answer", `
		> /new
		> (sticker)
		< Выберите вариант кнопкой или напишите его название.
		> [Техника]
		> [Телефоны]
		> [Продам]
		< Заголовок
		> (sticker)
		< Здесь нужен текст
		> (edit)
		< Изменения в отправленных сообщениях бот не видит.
		> `+strings.Repeat("ы", 51)+`
		< Знаков: 51, а можно не больше 50.
		< Заголовок
		> iPhone
		> Текст
		> дорого
		< Здесь нужно число, например: 9500 €
		> (sticker)
		< напишите его сообщением, например: 12
		> 100 €
		> Тирасполь
		< Варианта «Тирасполь» в списке нет.
		> Бельцы
		> какие фото?
		< Здесь нужны фотографии
		> (sticker)
		< Здесь нужны фотографии
	`},
	{"typing on the review and its menus", small + `
		> привет
		< Сейчас вопроса нет — выберите действие кнопкой.
		< Проверьте объявление
		> [Изменить]
		> привет
		< Сейчас вопроса нет
		< Какой ответ изменить?
		> [Назад]
		> [Добавить подробности]
		> (sticker)
		< Сейчас вопроса нет
		< Подробности
		> [К объявлению]
		> [Отменить]
		> ой
		< Прервать создание объявления?
	`},
	{"photos: order, cover, removing, limit, the same twice", small + `
		> (photo a)
		< теперь их 1
		> (photo b)
		> (photo b)
		< Это фото уже есть в объявлении.
		> (photo c)
		> (photo d)
		< Больше 3 фото площадка не принимает.
		> [Фото: 3]
		< В объявлении 3 фото
		> [3]
		< Фото 3 из 3
		- [Позже]
		> [Сделать главным]
		< Фото 1 из 3
		- [Раньше]
		> [Позже]
		< Фото 2 из 3
		> [Раньше]
		> [Назад]
		> [2]
		> [Убрать фото]
		< В объявлении 2 фото
		> [Готово]
		< Проверьте объявление
		< Фотографии: 2 фото
	`},
}

// small is the way to the review of a small ad.
const small = `
	> /new
	> [Техника]
	> [Телефоны]
	> [Продам]
	> iPhone
	> Как новый
	> 100 €
	> [Бельцы]
	> [Пропустить]
	> [37360000001]
	> [Готово]
	< Проверьте объявление
`

func TestForm(t *testing.T) {
	t.Parallel()
	for _, tt := range formTalks {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			seat(t, bazaar()).talk(tt.script)
		})
	}
}

// What is handed to the account's lane is what was answered, and nothing that
// the market does not ask for any more.
func TestFormCommit(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk(small + `
		> (photo a)
		> (photo b)
		> [Добавить подробности]
		> [Характеристики]
		> [Бренд]
		> [Apple]
		> [Модель]
		> [iPhone 14]
		> [Бренд: Apple]
		> [Samsung]
		> [Назад]
		> [К объявлению]
		> [Опубликовать]
	`)
	if len(c.jobs) != 1 {
		c.fatal("%d jobs", len(c.jobs))
	}
	job := c.jobs[0]
	if job.Draft != c.draft().ID || job.Account != "acc1" || job.Person != seller || job.Market != market.MD999 {
		c.fatal("the job is %+v", job)
	}
	want := market.Answers{
		"category": market.OptionValue("техника"), "subcategory": market.OptionValue("телефоны"),
		"offer": market.OptionValue("продам"), "account": market.OptionValue("acc1"),
		"title": market.TextValue("iPhone"), "text": market.TextValue("Как новый"),
		"price": market.NumberValue("100", "eur"), "region": market.OptionValue("бельцы"), "city": market.OptionValue("слободзея"),
		"phones": market.OptionValue("37360000001"), "brand": market.OptionValue("samsung"),
		"pics": market.PhotosValue(market.Photo{FileID: "a", UniqueID: "u-a"}, market.Photo{FileID: "b", UniqueID: "u-b"}),
	}
	for key, v := range want {
		if !job.Answers[key].Equal(v) {
			t.Errorf("%s is %+v, want %+v", key, job.Answers[key], v)
		}
	}
	if len(job.Answers) != len(want) {
		t.Errorf("%d answers, want %d: %+v", len(job.Answers), len(want), job.Answers)
	}
	if c.draft().State != market.DraftPublishing {
		t.Errorf("the draft is %s", c.draft().State)
	}
}

// Of several drafts, the one whose button was pressed is published.
func TestSeveralDrafts(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk(small)
	first := c.draft().ID
	c.talk(`
		> /new
		> [Транспорт]
		< Заголовок
		> Дача
		> /drafts
		< [iPhone]
		< [Дача]
		> [iPhone]
		> [Продолжить]
		< Проверьте объявление
		< Заголовок: iPhone
		> [Опубликовать]
	`)
	if len(c.jobs) != 1 || c.jobs[0].Draft != first || c.jobs[0].Answers["title"].Text != "iPhone" {
		c.fatal("published %+v, not draft %s", c.jobs, first)
	}
	if state := c.store.drafts[first].State; state != market.DraftPublishing {
		c.fatal("the published draft is %s", state)
	}
	c.talk(`
		> /drafts
		< [🚀 iPhone]
		> [Дача]
		> [Удалить черновик]
		< Вернуть его будет нельзя.
		> [Назад]
		> [Удалить черновик]
		> [Удалить черновик насовсем]
		< Черновик удалён.
		- [Дача]
		> [iPhone]
		- [Удалить черновик]
		> [Продолжить]
		< Публикуем на 999.md
	`)
}

// A market that asks for what the bot does not know leaves every way out.
func TestBlockedForm(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.blocked, m.leftOut = []string{"карта", "схема"}, []string{"запах"}
	c := seat(t, m)
	c.talk(`
		> /new
		> [Техника]
		> [Телефоны]
		> [Продам]
		< карта, схема
		< [Назад]
		> [Отменить]
		< Прервать создание объявления?
		> [Продолжить]
		< карта, схема
		> [Назад]
		< Тип предложения
		> [Куплю]
		< карта, схема
		> (sticker)
		< карта, схема
	`)
	m.blocked = nil
	c.talk(`
		> /help
		> [Назад]
		< Заголовок
	`)
	c.talk(`
		> iPhone
		> Текст
		> 100 €
		> [Бельцы]
		> [Пропустить]
		> [37360000001]
		> [Готово]
		< можно заполнить только на сайте: запах.
	`)
}
