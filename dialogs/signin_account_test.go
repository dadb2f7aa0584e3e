package dialogs_test

import (
	"strings"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// Two numbers are signed in one after another, and the same number twice is one
// account.
func TestTwoNumbers(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.signsUp()
	first := c.sign().Account
	c.talk("> /accounts\n< [O!Market · +996 700 111 000 · ждёт код]\n> [Подключить O!Market]\n> 0700222000\n> " + password)
	if c.sign().Account == first || len(c.store.accounts) != 2 {
		c.fatal("the accounts are %+v", c.store.accounts)
	}
	c.opened()
	c.talk("> [Подключить O!Market]\n> 0700222000\n< +996 700 222 000 уже подключён\n> 0700111000\n< Код из SMS\n> " + smsCode)
	if c.sign().Account != first {
		c.fatal("%s is not %s", c.sign().Account, first)
	}
	c.opened()
	defaults := 0
	for _, a := range c.store.accounts {
		if a.State != market.AccountActive {
			c.fatal("the account is %+v", a)
		}
		if a.Default {
			defaults++
		}
	}
	if defaults != 1 || len(c.store.accounts) != 2 {
		c.fatal("%d defaults", defaults)
	}
}

// Signing out erases the secret and keeps the number, even of an account that
// has a name of its owner's.
func TestSignOut(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.signsUp()
	c.talk("> " + smsCode)
	c.opened()
	c.talk(`
		> [O!Market ·]
		> [Переименовать]
		> Лавка
		> [Выйти]
		< Бот сотрёт сохранённый вход; номер останется
		> [Назад]
		> [Выйти]
		> [Выйти и стереть вход]
		< Вы вышли из O!Market
	`)
	if a := c.only(); a.State != market.AccountSignedOut || strings.Contains(string(a.Secret), string(tokens)) || c.pending().Password != "" {
		c.fatal("the account is %+v", a)
	}
	c.talk("> /ads\n< Пароль O!Market для +996 700 111 000\n> [Отменить]\n> /accounts\n> [Лавка]\n> [Войти]\n< Пароль O!Market для +996 700 111 000\n> " + password)
	c.expects(3, market.SignIn)
	c.opened()
	c.talk("< O!Market · Лавка\n> [Отключить аккаунт]\n< Бот сотрёт сохранённый вход и номер.\n> [Забыть]\n< вход и номер стёрты")
	if len(c.store.accounts) != 0 || strings.Contains(string(c.body), msisdn) {
		c.fatal("something of the account is left: %s", c.body)
	}
}

// A month later nobody waits for the code any more; an hour later the password
// is forgotten, whether a timer tells it or the next look.
func TestPendingLapses(t *testing.T) {
	t.Parallel()
	for _, byTimer := range []bool{true, false} {
		c := visit(t)
		c.signsUp()
		c.talk("> /start")
		look := func() {
			if byTimer {
				c.event(dialogs.Event{Kind: dialogs.Timed, Name: "lapse", Arg: c.sign().Account})
				return
			}
			c.says("/start")
		}
		c.now = c.now.Add(50 * time.Minute)
		look()
		if c.pending().Password == "" {
			c.fatal("the password is forgotten too early")
		}
		c.now = c.now.Add(11 * time.Minute)
		look()
		if c.pending().Password != "" || !c.pending().Registered {
			c.fatal("the password is kept")
		}
		c.now = c.now.Add(29 * 24 * time.Hour)
		look()
		c.talk("> /start\n< [Ввести код для +996 700 111 000]")
		c.now = c.now.Add(24 * time.Hour)
		look()
		c.talk("> /start\n- [Ввести код]\n> /accounts\n< Аккаунтов пока нет.")
		if len(c.store.accounts) != 0 || strings.Contains(string(c.body), msisdn) {
			c.fatal("the number is kept: %s", c.body)
		}
	}
	c := visit(t)
	c.signsUp()
	due := map[string]time.Duration{}
	for _, timer := range c.timers {
		due[strings.Split(timer.ID, ":")[0]] = timer.Due.Sub(c.now).Round(time.Minute)
	}
	if due["password"] != time.Hour || due["pending"] != 30*24*time.Hour || due["resend"] != time.Minute {
		c.fatal("the timers are %v", due)
	}
}

// What is typed or pressed after a market was switched off, or an account was
// dropped, leads on.
func TestSignInSwitchedOff(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.signsUp()
	off := meet(t, bazaar())
	off.store.accounts, off.body, off.screen, off.message = c.store.accounts, c.body, c.screen, c.message
	off.talk("> " + smsCode + "\n< Ваши аккаунты\n> /start\n- [Ввести код]")
	again := visit(t)
	again.talk("> /accounts\n> [Подключить O!Market]\n> 0700111000\n> " + password + "\n> /cancel\n< Ваши аккаунты")
	again.code()
	again.talk("! отправил код в SMS")
	again.store.accounts = map[string]market.Account{}
	b, _ := again.button(again.notices[0], "Продолжить")
	again.pressData("Продолжить", b.Data)
	again.talk("< Здесь больше ничего не ждёт.")
}
