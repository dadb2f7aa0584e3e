package dialogs_test

import (
	"fmt"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// Connecting: the key is asked for when it is needed, tried, and never seen again.
func TestConnect(t *testing.T) {
	t.Parallel()
	c := meet(t, bazaar())
	c.talk(`
		> /start
		< бот сам спросит всё, что нужно для 999.md
		> [Новое объявление]
		< Где взять.
		< одна публикация стоит 1 лей
		< Как отозвать.
		> (sticker)
		< Здесь нужен текст
		> two words
		< Это не похоже на ключ
		> wrong-key
		< 999.md не принял этот ключ.
		> good-key
		< 999.md подключён.
		< Категория
		> /accounts
		< [999.md · +37360000001]
	`)
	for _, secret := range []string{"wrong-key", "good-key", "two words"} {
		if n := erased(c, secret); n != 1 {
			t.Errorf("%q was deleted %d times", secret, n)
		}
	}
	if body := string(c.body); contains(body, "good-key") || contains(body, "wrong-key") {
		t.Errorf("a key is in the session: %s", body)
	}
	for _, d := range c.store.drafts {
		if contains(string(d.Body), "good-key") {
			t.Errorf("a key is in a draft: %s", d.Body)
		}
	}
}

// erased counts how often the message with a text was followed by its deletion.
func erased(c *chat, text string) (n int) {
	log := c.log.String()
	for i := range log {
		if rest := log[i:]; len(rest) > len(text) && rest[:len(text)+1] == text+"\n" {
			rest = rest[len(text)+1:]
			if contains(rest[:min(len(rest), 60)], "(your message was deleted)") {
				n++
			}
		}
	}
	return n
}

func contains(s, part string) bool { return len(firstLine(s, part)) > 0 }

// The same key twice is one account; another one is a second, and then the ad
// asks which.
func TestAccounts(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.phones["second-key"] = []string{"37369999999"}
	m.phones["no-phones"] = nil
	c := meet(t, m)
	c.talk(`
		> /accounts
		< Аккаунтов пока нет.
		> [Подключить 999.md]
		> good-key
		< 999.md подключён.
		> [Подключить 999.md]
		> good-key
		< [999.md · +37360000001]
		> [Подключить 999.md]
		> second-key
		> [Подключить 999.md]
		> no-phones
		< [999.md · 999.md]
		> /new
		< Новое объявление › Аккаунт
		> [+37369999999]
		< Категория
		> /accounts
		> [+37369999999]
		< Подключён 21.11.2026
		> [Отключить аккаунт]
		< Бот сотрёт ключ.
		> [Назад]
		> [Отключить аккаунт]
		> [Отключить и стереть ключ]
		< Аккаунт 999.md отключён, ключ стёрт.
		- [+37369999999]
		> [Назад]
		< Аккаунт
	`)
	if len(c.store.accounts) != 2 {
		c.fatal("%d accounts", len(c.store.accounts))
	}
	defaults := 0
	for _, a := range c.store.accounts {
		if a.Default {
			defaults++
		}
	}
	if defaults != 1 {
		c.fatal("%d default accounts", defaults)
	}
}

// ads makes n ads, every third of which is hidden.
func ads(n int) []market.Ad {
	list := make([]market.Ad, n)
	for i := range list {
		list[i] = market.Ad{ID: fmt.Sprint(i + 1), Market: market.MD999, Title: fmt.Sprintf("Вещь %02d", i+1), State: market.StatePublic}
		if i%3 == 0 {
			list[i].State = market.StateHidden
		}
	}
	return list
}

func TestMyAds(t *testing.T) {
	t.Parallel()
	m := bazaar()
	c := meet(t, m)
	c.talk(`
		> /ads
		< подключите аккаунт
		> [Аккаунты]
		> [Назад]
		> [Главное меню]
	`)
	c.account("acc1", "good-key")
	c.talk("> /ads\n< Здесь пусто.\n- [1/1]")
	m.ads = ads(20)
	full := market.Ad{
		ID: "21", Market: market.MD999, Title: "Всё", Text: "Описание <b>с разметкой</b>", State: market.StateBlocked, URL: "https://999.md/ru/21",
		Path: []string{"Техника", "Телефоны"}, OfferType: "Продам", Price: market.Money{Amount: "9500", Currency: "eur"}, Views: 22,
		Republished: time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC), Expires: time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC), Reasons: []string{"дубль"},
	}
	strange := market.Ad{ID: "22", Title: "", State: "weird"}
	m.ads = append(m.ads, full, strange)
	c.talk(`
		> /ads
		< Мои объявления · 999.md · +acc1
		< 22 объявления
		< [🙈 Вещь 01]
		< [🟢 Вещь 02]
		< [1/3]
		> [›]
		> [›]
		< [⛔ Всё]
		< [▫️]
		> [⛔ Всё]
		< Описание <b>с разметкой</b>
		< Причина: дубль
		< Телефоны · Продам
		< Цена: 9 500 €
		< 22 просмотра
		< Поднято в списке: 01.11.2026
		< [Открыть на сайте]
		> [Обновить]
		> [Назад]
		< [3/3]
		> [Скрыто · 7]
		< 7 объявлений
		< [• 🙈 Скрыто · 7 •]
		- [1/1]
		> [Все]
		> [‹]
		< [3/3]
		> [▫️]
		< weird
		> [Назад]
	`)
	m.ads = m.ads[:9]
	c.talk(`
		> [⛔ Всё]
		< Этого объявления на площадке больше нет.
		the page is not there any more: the last one is shown
		> [Обновить]
		< [2/2]
		< [Вещь 09]
		> [‹]
		> [Новое объявление]
		< Категория
	`)
}

// Troubles of the lists are told with the ways on.
func TestScreensInTrouble(t *testing.T) {
	t.Parallel()
	for kind, says := range troubles {
		if kind == market.NotSignedIn {
			continue // the key is asked for: see TestKeyNotGiven
		}
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			m := bazaar()
			m.ads = ads(3)
			c := seat(t, m)
			m.fail(kind, "ads")
			c.talk("> /ads\n< " + says + "\n< [Повторить]\n< [Главное меню]\n> [Повторить]\n< " + says)
			m.fail("")
			c.talk("> [Повторить]\n< 3 объявления")
			m.fail(kind, "ad")
			if kind == market.NotFound {
				return
			}
			c.talk("> [Вещь 02]\n< " + says)
			m.fail("")
			c.talk("> [Повторить]\n< Вещь 02")
			m.fail(kind, "check")
			c.talk("> /accounts\n> [Подключить 999.md]\n> good-key\n< " + says + "\n< Пришлите ключ\n> [Отменить]\n< Ваши аккаунты")
		})
	}
}

// Many drafts are listed by pages, and each can be gone by the time it is opened.
func TestManyDrafts(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	for i := range 20 {
		c.talk(fmt.Sprintf("> /new\n> [Транспорт]\n> Лот %02d", i))
	}
	c.talk("> /start\n< [Черновики: 20]\n> [Черновики]\n< [1/3]\n< [Лот 19]\n> [›]\n> [›]\n< [Лот 00]\n> [Лот 00]")
	for id, d := range c.store.drafts {
		if contains(string(d.Body), "Лот 00") {
			delete(c.store.drafts, id)
		}
	}
	c.talk("> [Продолжить]\n< Этого черновика больше нет.\n- [Лот 00]")
}

// With two markets the ad asks first which, and each has its own account.
func TestTwoMarkets(t *testing.T) {
	t.Parallel()
	other := bazaar()
	other.id, other.caps.ReadsNeedAccount, other.caps.PostPrice = market.OMarket, false, market.Money{}
	c := meet(t, bazaar(), other)
	c.talk(`
		> /new
		< Новое объявление › Площадка
		> [O!Market]
		this one is read without an account
		< Категория
		> [Транспорт]
		> Машина
		> Хорошая
		> 100 €
		> [Бельцы]
		> [Пропустить]
		> [37360000001]
		> [Готово]
		< Проверьте объявление · O!Market
		- стоит
		> [Опубликовать]
		an account is asked for only now
		< нужен API-ключ
		> good-key
		< O!Market подключён.
		> [Опубликовать]
		< Публикуем на O!Market
	`)
	if len(c.jobs) != 1 || c.jobs[0].Market != market.OMarket || c.jobs[0].Account == "" {
		c.fatal("the jobs are %+v", c.jobs)
	}
	c.talk(`
		> /new
		< Площадка
		> [O!Market]
		< Категория
		> [Назад]
		< Площадка
		> [999.md]
		< Где взять.
		> good-key
		< Категория
		> [Транспорт]
		> Машина
		> /drafts
		> [Машина]
		< 999.md
	`)
	if d := c.draft(); d.Market != market.MD999 || d.Account == "" {
		c.fatal("the draft is %+v", d)
	}
}

// The language is Telegram's until another is chosen, and what is unknown is
// Russian.
func TestLanguages(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]market.Lang{
		"ru": market.Russian, "ro": market.Romanian, "ro-MD": market.Romanian, "mo": market.Romanian,
		"ky": market.Kyrgyz, "ky-KG": market.Kyrgyz, "en": market.Russian, "": market.Russian, "zz": market.Russian,
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			c := meet(t, bazaar())
			c.person.LangCode = code
			c.says("/start")
			if got := c.turn.Lang(); got != want {
				t.Errorf("%q is %s, want %s", code, got, want)
			}
			c.says("/lang")
			for _, name := range []string{"Română", "Кыргызча", "Русский"} {
				c.presses(name)
				c.says("/lang")
				c.talk("< [✓ " + name + "]")
			}
		})
	}
}

// A session that was never stored begins at home, whatever comes first.
func TestFirstEvent(t *testing.T) {
	t.Parallel()
	for _, ev := range append(everyEvent(), dialogs.Event{Kind: dialogs.Pressed, Button: "x:1:k:0"}) {
		t.Run(string(ev.Kind)+ev.Text+ev.Button, func(t *testing.T) {
			t.Parallel()
			c := seat(t, bazaar())
			c.event(ev)
		})
	}
}
