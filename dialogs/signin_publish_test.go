package dialogs_test

import (
	"testing"

	"bazarbot/market"
)

// New ad asks for the account at Publish, and returns to the review.
func TestAccountAtPublish(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.talk(small + `
		< Проверьте объявление · O!Market
		> [Опубликовать]
		< Вход › Номер телефона
		> [Назад]
		< Проверьте объявление
		> [Опубликовать]
		> 0700111000
		> /help
		< Что умеет бот
		> ` + password + `
		< Регистрируем
	`)
	c.code()
	c.talk(`
		< Код из SMS
		> /lang
		> [Română]
		< Autentificare › Codul din SMS
		> /lang
		> [Русский]
		> /start
		< сохранено в черновиках
		< [Ввести код для +996 700 111 000]
		> [Черновики]
		> [iPhone]
		> [Продолжить]
		< Проверьте объявление
		> [Опубликовать]
		the number is known, and its code is waited for
		< Вход › Код из SMS
		> 4829-13
	`)
	c.opened()
	c.talk("< O!Market подключён.\n< Публикуем на O!Market")
	if len(c.jobs) != 1 || c.jobs[0].Account != c.only().ID {
		c.fatal("the jobs are %+v", c.jobs)
	}
}

// An account that was signed out meanwhile is opened at Publish, and the ad goes
// on with it; of two that are not open, the one that waits for its code is
// offered first.
func TestPublishSignedOut(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.account("acc1", tokens)
	a := c.store.accounts["acc1"]
	a.Label = "+996 700 111 000"
	c.store.accounts["acc1"] = a
	c.talk(small)
	a.State, a.Secret = market.AccountSignedOut, "stale"
	c.store.accounts["acc1"] = a
	c.talk("> [Опубликовать]\n< Пароль O!Market для +996 700 111 000\n> " + password)
	c.opened()
	c.talk("< Публикуем")
	if c.jobs[0].Account != "acc1" {
		c.fatal("the jobs are %+v", c.jobs)
	}
	c.refusesJob(market.NotSignedIn)
	c.talk("< больше не принимает сохранённый вход\n< Пароль O!Market для +996 700 111 000")
	delete(c.store.accounts, "acc1")
	c.talk("> /accounts\n> [Подключить O!Market]\n> 0700222000\n> " + password)
	c.code()
	c.talk("> /drafts\n> [iPhone]\n> [Продолжить]\n> [Опубликовать]\n< отправил код в SMS на +996 700 222 000\n> [Другой номер]\n< Номер телефона")
}

// Who leaves the sign-in that "Publish" has opened, and signs in some other
// way later, publishes nothing by that.
func TestPublishLeft(t *testing.T) {
	t.Parallel()
	for name, leaves := range map[string]string{
		"back":   "> [Назад]\n< Проверьте объявление",
		"home":   "> /start\n< сохранено в черновиках",
		"return": "> /start\n> [Черновики]\n> [iPhone]\n> [Продолжить]\n< Проверьте объявление",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := visit(t)
			c.talk(small + "> [Опубликовать]\n< Номер телефона\n" + leaves + "\n> /accounts\n> [Подключить O!Market]\n> 0700111000\n> " + password)
			c.opened()
			if len(c.jobs) != 0 {
				c.fatal("published by itself: %+v", c.jobs)
			}
		})
	}
}

// refusesJob lets publishing fail.
func (c *chat) refusesJob(kind market.ErrorKind) {
	c.t.Helper()
	job := c.jobs[len(c.jobs)-1]
	c.reports(market.Report{
		Job: job.ID, Draft: job.Draft, Market: job.Market, Account: job.Account, Stage: market.StageFailed, Kind: kind, Ref: "R",
	})
}
