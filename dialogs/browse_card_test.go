package dialogs_test

import (
	"strings"
	"testing"

	"bazarbot/market"
)

// evil is what a seller could write to break a message.
const evil = `<b>5 & "6"</b> </i>`

// pictured makes an ad with photos and every way to its seller.
func picturedLot() market.Ad {
	lot := lots(1)[0]
	lot.Title, lot.Text, lot.Place = evil+"\nвторая строка", strings.Repeat(evil, 200), evil
	lot.Path, lot.OfferType = []string{"Транспорт", evil}, evil
	lot.Photos = []string{"https://m.example/1.jpg", "https://m.example/2.jpg", "file:///etc/passwd"}
	lot.Contacts = []market.Contact{
		{Kind: market.ContactPhone, Value: "996700111000"}, {Kind: market.ContactWhatsApp, Value: "996700111000"},
		{Kind: market.ContactTelegram, Value: "seller_kg"},
		{Kind: market.ContactWhatsApp, Value: "1/../evil"}, {Kind: market.ContactTelegram, Value: "x?start=1"}, {Kind: market.ContactPhone, Value: "позвони"},
	}
	return lot
}

// A card shows its photo by its address, and leads to the seller by what the ad
// shows and nothing else. Whatever sellers write, it is text.
func TestCard(t *testing.T) {
	t.Parallel()
	plain := lots(2)[1]
	plain.Negotiable, plain.Title, plain.URL = true, "", "https://m.example/ad"
	c := meet(t, boutique(picturedLot(), plain))
	c.talk(`
		> /search
		> [Найти]
		> [<b>5 & "6"</b> </i> вторая]
		< <b>5 & "6"</b> </i> вторая строка
		< 📞 +996 700 111 000
		< [1/2]
		> [Показать все 2 фото]
		< 📞 +996 700 111 000
	`)
	if c.view.Photo != "https://m.example/1.jpg" {
		c.fatal("the photo is %q", c.view.Photo)
	}
	var links []string
	for _, row := range c.view.Rows {
		for _, b := range row {
			if b.URL != "" {
				links = append(links, b.URL)
			}
		}
	}
	if got := strings.Join(links, " "); got != "https://wa.me/996700111000 https://t.me/seller_kg" {
		c.fatal("the links are %s", got)
	}
	if len(c.albums) != 1 || strings.Join(c.albums[0].Photos, " ") != "https://m.example/1.jpg https://m.example/2.jpg" {
		c.fatal("the albums are %+v", c.albums)
	}
	if said := c.speaker().screen(c.albums[0]); !strings.Contains(said, "https://m.example/2.jpg") {
		c.fatal("without photos the album says %s", said)
	}
	c.talk(`
		> [›]
		< № id02
		< Цена договорная
		- Цена:
		- [Показать все]
		< [Открыть на сайте]
	`)
	if c.view.Photo != "" {
		c.fatal("the photo is %q", c.view.Photo)
	}
}

// A market that is away says so, and the search stays.
func TestSearchInTrouble(t *testing.T) {
	t.Parallel()
	for kind, says := range troubles {
		if kind == market.NotSignedIn {
			continue
		}
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			m := boutique(lots(3)...)
			c := meet(t, m)
			c.talk("> /search\n> [➕ Место]")
			m.fail(kind, "form")
			c.talk("> [Ош]\n< " + says + "\n< [Повторить]\n< [Главное меню]\n> слова\n< не принято")
			m.fail("")
			c.talk("> [Повторить]\n> [Ош]\n< Место: Ош")
			m.fail(kind, "search")
			c.talk("> [Найти]\n< " + says + "\n< Поиск сохранён\n< [Изменить поиск]\n> [Повторить]\n< " + says)
			c.talk("> [Изменить поиск]\n< Место: Ош\n> [Найти]")
			m.fail("")
			c.talk("> [Повторить]\n< Место: Ош\n< 3 объявления")
			m.fail(kind, "ad")
			if kind != market.NotFound {
				c.talk("> [Лот 02]\n< " + says + "\n< Поиск сохранён")
				c.talk("> [Списком]\n< 3 объявления\n> [Лот 02]\n< " + says)
				m.fail("")
				c.talk("> [Повторить]\n< Лот 02")
				m.fail(kind, "search")
				c.talk("> [›]\n< " + says + "\n< Лот 02\n< [2/3]")
			}
		})
	}
}

// A market that shows nothing to strangers asks for an account, and shows then
// what was looked for.
func TestSearchSignsIn(t *testing.T) {
	t.Parallel()
	m := boutique(lots(3)...)
	m.shop.closed = true
	c := meet(t, m)
	c.hidden = []string{password, smsCode, string(tokens)}
	c.talk("> /search\n> лот 02\n< Вход › Номер телефона\n> [Отменить]\n< Ваши объявления")
	c.talk("> /search\n> [🕘 лот 02]\n< Вход › Номер телефона\n> 0700 111 000\n> " + password)
	c.code()
	c.talk("> " + smsCode)
	c.opened()
	c.talk("< Найдено · O!Market\n< Что ищете: лот 02\n< 1 объявление\n> [Лот 02]\n< Лот 02")
	if keys := m.shop.keys; keys[len(keys)-1] != tokens {
		c.fatal("searched with %d keys", len(keys))
	}
	if c.only().State != market.AccountActive {
		c.fatal("the account is %+v", c.only())
	}
}

// With several markets it is asked where to search.
func TestSearchWhere(t *testing.T) {
	t.Parallel()
	other := boutique(lots(3)...)
	other.id = "third"
	c := meet(t, boutique(lots(20)...), other, bazaar())
	c.talk(`
		> /search
		< На какой площадке искать?
		- [999.md]
		> слова
		< выберите действие кнопкой
		> [third]
		< Поиск · third
		> [Найти]
		< 3 объявления
		> /faq
		< О какой площадке Ваш вопрос?
		> [Назад]
		< 3 объявления
		> /help
		< /search
		> [Вопросы и ответы · third]
		< Вопросы и ответы · third
	`)
}

func TestRanges(t *testing.T) {
	t.Parallel()
	whole := optional("", "q", market.KindRange, "год")
	decimal := whole.with(func(f *market.Field) { f.Decimals = 1 })
	for _, tt := range []struct {
		q          question
		says, want string // as the screen shows it; "" is refused
	}{
		{whole, "от 2010 до 2015", "от 2010 до 2015"},
		{whole, "с 2010 по 2015 год", "от 2010 до 2015"},
		{whole, "2010-2015", "от 2010 до 2015"},
		{whole, "2010 – 2015", "от 2010 до 2015"},
		{whole, "2010—2015 гг.", "от 2010 до 2015"},
		{whole, "2010..2015", "от 2010 до 2015"},
		{whole, "2010 2015", "от 2010 до 2015"},
		{whole, "между 2010 и 2015", "от 2010 до 2015"},
		{whole, "de la 2010 până la 2015", "от 2010 до 2015"},
		{whole, "între 2010 și 2015", "от 2010 до 2015"},
		{whole, "2010дон 2015ке чейин", "от 2010 до 2015"},
		{whole, "от 2015 до 2010", "от 2010 до 2015"},
		{whole, "до 5000", "до 5000"},
		{whole, "до 5 000 км", "до 5000"},
		{whole, "не дороже 5000", ""},
		{whole, "дешевле 120 000 сом", "до 120 000"},
		{whole, "< 5000", "до 5000"},
		{whole, "<5000", "до 5000"},
		{whole, "pînă la 5000", "до 5000"},
		{whole, "până la 5000 de lei", "до 5000"},
		{whole, "5000ге чейин", "до 5000"},
		{whole, "көп дегенде 5 000", "до 5000"},
		{whole, "эң көп 5000", "до 5000"},
		{whole, "эң аз дегенде 2010", "от 2010"},
		{whole, "кеминде 2010", "от 2010"},
		{whole, "от 100 000", "от 100 000"},
		{whole, "100 000-200 000", "от 100 000 до 200 000"},
		{whole, "100.000 - 200.000", "от 100 000 до 200 000"},
		{whole, "2010+", "от 2010"},
		{whole, "2010 -", "от 2010"},
		{whole, "> 2010", "от 2010"},
		{whole, "2010 и выше", "от 2010"},
		{whole, "de la 2010", "от 2010"},
		{whole, "peste 20 de camere", "от 20"},
		{whole, "10дон жогору", "от 10"},
		{whole, "2015", "2015"},
		{whole, "20 de camere", "20"},
		{whole, "до 50 м2", "до 50"},
		{whole, "от 30 до 50 м²", "от 30 до 50"},
		{whole, "2015 - 2015", "2015"},
		{decimal, "от 3,5", "от 3,5"},
		{decimal, "1.6-2,4 л", "от 1,6 до 2,4"},
		{decimal, "9,5 - 10", "от 9,5 до 10"},
		{whole, "от 3,5", ""},
		{decimal, "1,25-2", ""},
		{whole, "скоро", ""},
		{whole, "-5", ""},
		{whole, "iPhone 13", ""},
		{whole, "1 2 3", ""},
		{whole, "1-2-3", ""},
		{whole, "от 1 @ 2", ""},
		{whole, "от 99999999999999999999", ""},
		{whole, "<b>5</b>", ""},
		{whole, "от до", ""},
	} {
		t.Run(tt.says, func(t *testing.T) {
			t.Parallel()
			m := boutique(lots(1)...)
			m.shop.form = []question{tt.q}
			c := meet(t, m)
			c.talk("> /search\n> [➕ Год]\n> " + tt.says)
			if tt.want == "" {
				c.talk("< Здесь нужны числа\n< Поиск › Год")
				return
			}
			c.talk("< Год: " + tt.want + "\n< [Найти]\n> [Год: " + tt.want + "]\n< Сейчас: " + tt.want)
		})
	}
}
