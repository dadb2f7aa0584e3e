package dialogs_test

import (
	"strings"
	"testing"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// at brings a conversation to the one question of a market.
func at(t testing.TB, q question) *chat {
	c := seat(t, asking(q))
	c.talk("> /new\n> [Техника]")
	return c
}

// onReview reports whether the question was answered.
func (c *chat) onReview() bool { return c.has(c.view, "Проверьте объявление") }

const refused = "" // the question stays

func TestNumbers(t *testing.T) {
	t.Parallel()
	price := required("q", market.KindQuantity, "цена").role(market.RolePrice).units("eur", "usd", "mdl")
	number := required("q", market.KindNumber, "число")
	decimal := number.with(func(f *market.Field) { f.Decimals = 2 })
	for _, tt := range []struct {
		name string
		q    question
		says string
		want string // as the review shows it
	}{
		{"unit sign", price, "9500 €", "9 500 €"},
		{"unit word", price, "9 500 евро", "9 500 €"},
		{"unit after de", price, "9500 de euro", "9 500 €"},
		{"unit first", price, "€9500", "9 500 €"},
		{"unit first, spaced", price, "$ 20", "20 $"},
		{"unit glued", price, "9500eur", "9 500 €"},
		{"unit in capitals", price, "9500 EUR", "9 500 €"},
		{"thousands in a word", price, "9,5 тыс. евро", "9 500 €"},
		{"thousands in a letter", price, "9.5k €", "9 500 €"},
		{"thousands in Romanian", price, "20 mii de lei", "20 000 лей"},
		{"millions", price, "1,25 млн $", "1 250 000 $"},
		{"more than a million holds", price, "1,2345678 млн $", refused},
		{"a letter that is no unit", price, "9 кг", refused},
		{"rooms are not thousands", number, "2 к", "2"},
		{"points and a comma", price, "9.500,00 €", "9 500 €"},
		{"commas and a point", price, "1,250,000.00 $", "1 250 000 $"},
		{"grouped by points", price, "9.500 lei", "9 500 лей"},
		{"grouped by commas", price, "1,250,000 $", "1 250 000 $"},
		{"a million", price, "1 000 000 лей", "1 000 000 лей"},
		{"no-break spaces", price, "12\u00a0500\u00a0€", "12 500 €"},
		{"narrow no-break spaces", price, "12\u202f500 €", "12 500 €"},
		{"apostrophe", price, "12'500 €", "12 500 €"},
		{"leading zeros", price, "007 €", "7 €"},
		{"zero", price, "0 €", refused},
		{"zero of no unit", price, "0", refused},
		{"zero of what is no price", number, "0", "0"},
		{"abbreviation", price, "20 у.е.", "20 $"},
		{"another unit", price, "9500 тугриков", refused},
		{"a minus", price, "-5 €", refused},
		{"a range", price, "3-4 €", refused},
		{"a fraction of what has none", price, "9,5 €", refused},
		{"only a unit", price, "€", refused},
		{"a word", price, "договорная", refused},
		{"markup", price, "<b>5</b>", refused},

		{"plain", number, "12", "12"},
		{"with its word", number, "3 комнаты", "3"},
		{"with its word after de", number, "20 de camere", "20"},
		{"a year", number, "2019", "2019"},
		{"thousands", number, "35 000", "35 000"},
		{"exponent", number, "1e9", refused},
		{"range", number, "3-4", refused},
		{"plus", number, "+3", refused},
		{"fraction", number, "2.5", refused},
		{"a whole fraction", number, "2.0", "2"},
		{"two words", number, "3 большие комнаты", refused},
		{"arabic digits", number, "٩٥", refused},
		{"full-width digits", number, "９", refused},
		{"fifteen digits", number, "999999999999999", "999 999 999 999 999"},
		{"sixteen digits", number, "1000000000000000", refused},
		{"infinity", number, "∞", refused},
		{"not a number", number, "NaN", refused},
		{"hexadecimal", number, "0x10", refused},

		{"decimal comma", decimal, "9,5", "9,5"},
		{"decimal point", decimal, "1 234.56", "1234,56"},
		{"needless zeros", decimal, "3.50", "3,5"},
		{"too fine", decimal, "3.555", refused},
		{"two points", decimal, "1.2.3", refused},
		{"zero point", decimal, "0.05", "0,05"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := at(t, tt.q)
			c.says(tt.says)
			switch {
			case tt.want == refused && !c.has(c.view, "⚠️"):
				c.fatal("%q was taken", tt.says)
			case tt.want != refused && !c.onReview():
				c.fatal("%q was not taken", tt.says)
			case tt.want != refused && !strings.HasSuffix(firstLine(c.shows(), ": "+tt.want), ": "+tt.want):
				c.fatal("%q was not taken as %q", tt.says, tt.want)
			}
		})
	}
}

// firstLine is the line of a text that holds a part.
func firstLine(text, part string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			return strings.TrimSuffix(line, "\n")
		}
	}
	return ""
}

var kindTalks = []struct {
	name   string
	q      question
	script string
}{
	{"a unit that is missing is asked", required("q", market.KindQuantity, "цена").role(market.RolePrice).units("eur", "usd", "mdl"), `
		> 9 500
		< 9 500 — в какой валюте?
		< [€]
		< [$]
		> 100 тугриков
		< Единица «тугриков» здесь не подходит. Можно: €, $, лей
		< Напишите цену
		> 20
		> много
		< Единица «много» здесь не подходит. Можно: €, $, лей
		< 20 — в какой валюте?
		> [Назад]
		< Напишите цену
		> 20
		> 30
		the newer number counts
		< 30 — в какой валюте?
		> лей
		< : 30 лей
	`},
	{"a unit is pressed", required("q", market.KindQuantity, "цена").units("eur", "usd"), `
		> 20
		> [$]
		< : 20 $
	`},
	{"a single unit is not asked", required("q", market.KindQuantity, "пробег").units("km"), `
		< например: 120 км
		> 120 миль
		< Единица «миль» здесь не подходит. Можно: км
		> 120 000
		< : 120 000 км
	`},
	{"a quantity whose units the market forgot is a number", required("q", market.KindQuantity, "площадь"), `
		< Напишите число
		> много
		< Здесь нужно число
		> 55
		< : 55
	`},
	{"yes and no in words", required("q", market.KindYesNo, "торг"), `
		< Да или нет?
		> может быть
		< Ответьте «да» или «нет».
		> Да
		< : Да
		> [Изменить]
		> [Торг: Да]
		> nu
		< : Нет
		> [Изменить]
		> [Торг: Нет]
		> ооба
		< : Да
		> [Изменить]
		> [Торг]
		> ЖОК
		< : Нет
		> [Изменить]
		> [Торг]
		> DA
		< : Да
		> [Изменить]
		> [Торг]
		> [Нет]
		< : Нет
	`},
	{"contacts: several, up to the limit", required("q", market.KindContacts, "контакты").of("1", "2", "3").with(func(f *market.Field) { f.MaxCount = 2 }), `
		- [Готово]
		> [1]
		> [2]
		> [3]
		< Можно не больше 2.
		< [☑️ 1]
		< [⬜️ 3]
		> [1]
		> 3
		< [☑️ 3]
		> 77
		< Варианта «77» в списке нет.
		> [3]
		> [2]
		- [Готово]
		> [2]
		> [Готово]
		< : 2
	`},
	{"several choices by typing", required("q", market.KindChoices, "опции").of("Люк", "Люк в багажнике", "ABS"), `
		> люк
		< [☑️ Люк]
		< [⬜️ Люк в]
		> лю
		- [ABS]
		> [Показать все]
		> фбс
		< Варианта
		> абс
		< [⬜️ ABS]
		> abs
		> [Готово]
		< : Люк, ABS
	`},
	{"videos", required("q", market.KindVideos, "видео").with(func(f *market.Field) { f.MaxCount = 2 }), `
		> моё видео
		< «моё» — это не ссылка
		> https://youtu.be/1 https://youtu.be/2 https://youtu.be/3
		< Можно не больше 2.
		> javascript:alert(1)
		< это не ссылка
		> https://youtu.be/1\nhttps://youtu.be/2
		< https://youtu.be/1, https://youtu.be/2
	`},
	{"a text is one line", required("q", market.KindText, "цвет"), `
		> \n
		> тёмно \n  синий
		< : тёмно синий
	`},
	{"data is data", required("q", market.KindText, "<b>цвет & вид"), `
		> <i>синий</i> & {{.Name}} %s
		< <b>цвет & вид: <i>синий</i> & {{.Name}} %s
	`},
	{"a location is a choice", required("q", market.KindLocation, "место").of("Ош", "Бишкек"), `
		> ош
		< : Ош
	`},
	{"what is new to the engine is asked as a text", required("q", market.KindUnknown, "новое"), `
		> что-то
		< : что-то
	`},
}

func TestKinds(t *testing.T) {
	t.Parallel()
	for _, tt := range kindTalks {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			at(t, tt.q).talk(tt.script)
		})
	}
}

// A list of 400 is walked by pages and searched by typing.
func TestLongList(t *testing.T) {
	t.Parallel()
	list := required("q", market.KindChoice, "бренд").of(append(many(400),
		"Ёлка", "Țara", "Мыңкүл", "Скутер-Плюс", "Apple", "Apple Watch", "Зелёный Бор", "Volkswagen",
		"BMW", "Škoda", "Toyota", "Mercedes-Benz", "Mitsubishi", "Жигули", "Ош", "Тюнинг Audi")...)
	at(t, list).talk(`
		< Список длинный: напишите часть названия или листайте.
		< [Марка 001]
		< [1/26]
		> [‹]
		< [Volkswagen]
		> [›]
		> [›]
		< [2/26]
		> Марка 39
		ten are left of it
		< Вот что подходит под «Марка 39»:
		< [Марка 390]
		- [Марка 001]
		> (sticker)
		< [Марка 390]
		> [Показать все]
		< [Марка 001]
		> маркаа 007
		typos are forgiven, the fewest first
		< [Марка 007]
		- [Марка 123]
		> [Назад]
		> ничего подобного
		< Варианта «ничего подобного» в списке нет.
		< [Марка 001]
		- [Показать все]
		> apple
		an exact title is picked though another begins so
		< : Apple
	`)
	for says, want := range map[string]string{
		"елка": "Ёлка", "ЁЛКА": "Ёлка", "tara": "Țara", "ţara": "Țara", "ȚARA": "Țara",
		"мынкул": "Мыңкүл", "плюс": "Скутер-Плюс", "watch": "Apple Watch", "зеленый": "Зелёный Бор",
		"бор": "Зелёный Бор", "Марка 123": "Марка 123",
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			at(t, list).talk("> " + says + "\n< : " + want)
		})
	}
	for says, guess := range map[string]string{
		"volksvagen": "Volkswagen", "folksvagen": "Volkswagen", "Vоlkswagen": "Volkswagen",
		"фольксваген": "Volkswagen", "БМВ": "BMW", "шкода": "Škoda", "тойота": "Toyota",
		"мерседес": "Mercedes-Benz", "мицубиси": "Mitsubishi", "ауди": "Тюнинг Audi", "jiguli": "Жигули", "zhiguli": "Жигули", "osh": "Ош",
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			at(t, list).talk("> " + says + "\n< [" + guess + "]\n- Проверьте\n> [" + guess + "]\n< : " + guess)
		})
	}
}

// Telegram's apps cut a long text into messages; they are one answer.
func TestSplitText(t *testing.T) {
	t.Parallel()
	description := required("q", market.KindLongText, "текст").with(func(f *market.Field) { f.MaxLen = 9000 })
	whole := strings.Repeat("абвгд ", 2000)
	part := func(from, to int) string { return string([]rune(whole)[from:to]) }
	t.Run("joined", func(t *testing.T) {
		t.Parallel()
		c := at(t, description)
		c.says(part(0, 4096))
		c.says(part(4096, 8192))
		c.says("конец.")
		c.talk("< Проверьте объявление")
		c.presses("Опубликовать")
		if got := c.jobs[0].Answers["q"].Text; got != part(0, 8192)+"конец." {
			t.Errorf("%d characters were joined, ending in %q", len([]rune(got)), got[len(got)-30:])
		}
	})
	t.Run("too long in all", func(t *testing.T) {
		t.Parallel()
		c := at(t, description)
		c.says(part(0, 4096))
		c.says(part(4096, 8192))
		c.says(part(8192, 10000))
		c.talk(`
			< а можно не больше 9000.
			< Текст
			> короче
			< : короче
		`)
	})
	t.Run("the rest of what was refused", func(t *testing.T) {
		t.Parallel()
		c := at(t, required("q", market.KindText, "цвет").with(func(f *market.Field) { f.MaxLen = 100 }))
		c.says(part(0, 4096))
		c.talk("< можно не больше 100")
		c.says("хвост")
		c.talk(`
			< Это продолжение слишком длинного текста
			< Цвет
			> синий
			< : синий
		`)
	})
	t.Run("the market away for the rest", func(t *testing.T) {
		t.Parallel()
		m := asking(description)
		c := seat(t, m)
		c.talk("> /new\n> [Техника]")
		c.says(part(0, 4096))
		m.fail(market.Unavailable, "form")
		c.talk("> конец.\n< Сообщение не принято")
	})
	t.Run("a later message is an answer of its own", func(t *testing.T) {
		t.Parallel()
		m := asking(description)
		m.rows = append(m.rows, required("p", market.KindText, "цвет"))
		c := seat(t, m)
		c.talk("> /new\n> [Техника]")
		c.says(part(0, 4096))
		c.step = 10 * 1e9
		c.talk("> синий\n< : синий")
	})
	t.Run("not from somewhere else", func(t *testing.T) {
		t.Parallel()
		m := asking(description)
		m.rows = append(m.rows, required("p", market.KindText, "цвет"))
		c := seat(t, m)
		c.talk("> /new\n> [Техника]")
		c.says(part(0, 4096))
		c.talk("> /start\n> привет\n< Чтобы начать, нажмите кнопку ниже.")
	})
}

// Pictures sent as files are looked at before they are taken.
func TestPicturesLookedAt(t *testing.T) {
	t.Parallel()
	for fault, says := range map[market.PhotoFault]string{
		market.PhotoTooLarge: "до 30 мегапикселей", market.PhotoTooHeavy: "до 20 МБ",
		market.PhotoUnreadable: "Файл повреждён", market.PhotoFormat: "Подходят картинки JPEG, PNG и WebP",
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			c := seat(t, bazaar())
			c.talk(small)
			c.photo(dialogs.Event{Fault: fault, Photo: market.Photo{FileID: "a"}})
			c.talk("< " + says + "\n< Проверьте объявление\n- Фотографии:")
			c.pictures = func(market.Photo) error { return &market.PhotoError{Fault: fault} }
			c.photo(dialogs.Event{Photo: market.Photo{FileID: "a", Document: true}})
			c.talk("< " + says)
			c.pictures = func(market.Photo) error { return errBroken }
			c.photo(dialogs.Event{Photo: market.Photo{FileID: "a", Document: true}})
			c.talk("< Не удалось получить файл из Telegram.\n> (photo a)\n< теперь их 1")
		})
	}
}
