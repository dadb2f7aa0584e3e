package dialogs_test

import (
	"errors"
	"strings"
	"testing"

	"bazarbot/market"
)

var errBroken = errors.New("broken")

// troubles are what a market can answer, and what the person reads then.
var troubles = map[market.ErrorKind]string{
	market.NotSignedIn:    "больше не принимает",
	market.OperatorKey:    "временно недоступен для бота",
	market.BadCredentials: "не принял этот ключ",
	market.Invalid:        "Ответ площадки: «слова площадки»",
	market.NoMoney:        "не хватает денег",
	market.Quota:          "лимит",
	market.NotFound:       "этого больше нет",
	market.Unavailable:    "сейчас не отвечает",
	market.UnknownOutcome: "сейчас не отвечает",
}

// steps are the events of the way to a published small ad.
var steps = []string{
	"> /new", "> [Техника]", "> [Телефоны]", "> [Продам]", "> iPhone", "> Как новый", "> 100", "> [€]",
	"> [Бельцы]", "> (photo a)", "> [37360000001]", "> [Готово]",
	"> [Добавить подробности]", "> [Ещё]", "> [Коробка]", "> [Назад]", "> [К объявлению]",
}

// Whatever a market answers at whatever step, the person is told, has buttons,
// and goes on with all that was answered.
func TestMarketTrouble(t *testing.T) {
	t.Parallel()
	for kind, says := range troubles {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			for at := range steps {
				c := seat(t, bazaar())
				for i, step := range steps {
					if i == at {
						c.throughTrouble(kind, says, step)
						continue
					}
					c.talk(step)
				}
				c.talk(`
					< Проверьте объявление
					< Заголовок: iPhone
					< Цена: 100 €
					< Фотографии: 1 фото
					< Коробка: Да
					> [Опубликовать]
				`)
				if len(c.jobs) != 1 {
					c.fatal("trouble at step %q: %d jobs", steps[at], len(c.jobs))
				}
			}
		})
	}
}

// throughTrouble takes a step while the market fails, and again when it is over.
func (c *chat) throughTrouble(kind market.ErrorKind, says, step string) {
	c.t.Helper()
	c.market.fail(kind, "form")
	c.talk(step + "\n< " + says)
	c.market.fail("")
	if kind == market.NotSignedIn {
		c.talk("> good-key\n< 999.md подключён.")
	} else {
		c.talk("> [Повторить]")
	}
	c.talk("- " + says)
	label, press := strings.CutPrefix(step, "> [")
	_, open := c.button(c.view, strings.TrimSuffix(label, "]"))
	if step != "> /new" && step != "> (photo a)" && (!press || open) { // else it has taken effect
		c.talk(step)
	}
}

// A market that fails once, while a press is worked, does not let that pass in
// silence.
func TestTroubleInPassing(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk("> /new\n> [Техника]\n> [Телефоны]\n> [Продам]\n> iPhone\n> Как новый\n> 100")
	c.market.fail(market.Unavailable, "form")
	c.market.once = true
	c.talk(`
		> [€]
		< 999.md сейчас не отвечает.
		< 100 — в какой валюте?
		> [€]
		< Регион
	`)
}

// Of a form that holds nothing yet, nothing is said to be kept.
func TestTroubleAtOnce(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.market.fail(market.Unavailable, "form")
	c.talk("> /new\n< 999.md сейчас не отвечает.\n- Всё введённое сохранено")
}

// A key that is revoked in the middle: the form waits, and goes on.
func TestKeyRevoked(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk("> /new\n> [Техника]\n> [Телефоны]")
	c.market.fail(market.NotSignedIn, "form")
	c.talk(`
		> [Продам]
		< больше не принимает сохранённый ключ
		< Где взять.
		> bad key
		< Это не похоже на ключ
		> wrong-key
		< 999.md не принял этот ключ.
		- Номер ошибки
		< Пришлите ключ
	`)
	if a := c.store.accounts["acc1"]; a.State != market.AccountSignedOut {
		c.fatal("the account is %s", a.State)
	}
	c.market.fail("")
	c.talk(`
		> good-key
		< 999.md подключён.
		< Тип предложения
	`)
	if len(c.store.accounts) != 1 || c.store.accounts["acc1"].State != market.AccountActive {
		c.fatal("the accounts are %+v", c.store.accounts)
	}
}

// Leaving the question for a key leads out of what needed it.
func TestKeyNotGiven(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"[Отменить]", "[Назад]", "/cancel"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			m := bazaar()
			m.fail(market.NotSignedIn, "form", "ads", "ad")
			c := seat(t, m)
			c.talk("> /ads\n< Пришлите новый")
			c.talk("> " + way + "\n< Ваши объявления — прямо в чате")
			c.talk("> /ads\n< Где взять.\n> /new\n< Где взять.\n> /ads\n< Где взять.")
			c.talk("> " + way + "\n< Ваши объявления — прямо в чате")
			c.talk("> /accounts\n> [⚠️ 999.md]\n> [Ввести новый ключ]\n< Где взять.")
			c.talk("> " + way + "\n< Подключён")
		})
	}
}

// A failure of ours is told apart from the market's, and nothing is changed.
func TestOurFailure(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk("> /new\n> [Техника]")
	c.store.err = errBroken
	for _, ev := range everyEvent() {
		if ev.Kind == failed("").Kind { // the apology needs nothing that may have failed
			continue
		}
		s := c.decoded()
		ev.Person = c.person
		if _, err := c.dialogs.Handle(t.Context(), s, ev); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", ev.Kind, err)
		}
	}
	c.store.err = nil
	c.event(failed("REF12345"))
	c.talk("< Ошибка на нашей стороне\n< REF12345\n> [Продолжить]\n< Подкатегория\n> [Телефоны]\n< Тип предложения")
}

// A draft for a market that is switched off waits for it.
func TestMarketSwitchedOff(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk(small)
	off := bazaar()
	off.id = market.OMarket
	on := seat(t, off)
	on.store.drafts = c.store.drafts
	on.talk(`
		> /drafts
		> [iPhone]
		> [Продолжить]
		< 999.md временно недоступен для бота.
		< Всё введённое сохранено.
		> [Главное меню]
		> /ads
		> /accounts
	`)
	c.talk("> /drafts\n> [iPhone]\n> [Продолжить]\n< Проверьте объявление")
}
