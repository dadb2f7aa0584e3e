package dialogs_test

import (
	"fmt"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// A code is read out of whatever it comes in; what is no code counts as no try.
func TestCodeForms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1234": "1234", "12 34": "1234", "12-34": "1234", "код 1234": "1234", "123456": "123456", " 12345.": "12345",
		"код: 12 34 56": "123456", "O!Market: код 4821. Никому не сообщайте!": "4821", "4821 is your code, valid 10 min": "4821",
	} {
		c := visit(t)
		c.signsUp()
		c.says(text)
		if job := c.sign(); string(job.Code) != want || job.Step != market.SignCode {
			t.Errorf("%q is read as %q", text, string(job.Code))
		}
	}
	c := visit(t)
	c.signsUp()
	c.talk(`
		> не знаю
		< В коде только цифры
		> 123
		< В коде от 4 до 6 цифр.
		> 1234567
		< В коде от 4 до 6 цифр.
		> 1234 или 5678
		< Здесь несколько чисел.
		> (sticker)
		< Здесь нужен текст
	`)
	c.expects(1, market.SignUp)
}

// Five codes that do not match are enough; a new one can be asked for after a
// minute, which is counted from when the code was sent.
func TestCodeTries(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.signsUp()
	for left := 4; left > 0; left-- {
		c.talk("> 1111\n< Проверяем код")
		c.refuses(market.BadCredentials)
		c.talk(fmt.Sprintf("< Код не подошёл.\n< Осталось попыток: %d.\n< Код из SMS", left))
	}
	c.talk("> 2222")
	c.signTold(market.Report{Stage: market.StageFailed, Kind: market.Invalid, Message: "OTP expired", Ref: "R"})
	c.talk("< Попытки закончились\n> 3333\n< Попытки закончились")
	c.expects(6, market.SignCode)
	c.talk("> [Код не пришёл]\n~ ещё раз можно через 4")
	c.expects(6, market.SignCode)
	before := c.screen
	c.rings() // the newest timer is the countdown's
	if c.screen != before {
		c.fatal("the button came with a new message")
	}
	c.talk("< [Запросить код ещё раз]\n> [Запросить код ещё раз]\n< Регистрируем")
	c.expects(7, market.SignUp)
	if !c.pending().Registered || string(c.pending().Password) != password {
		c.fatal("%+v is kept", c.pending())
	}
	c.code()
	c.talk("< получил запрос на новый код\n- Попытки закончились\n< [Код не пришёл]\n> " + smsCode)
	c.expects(8, market.SignCode)
	c.opened()
	c.talk("< O!Market подключён.")
}

// The market may count for itself.
func TestCodeTriedTooOften(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.signsUp()
	c.talk("> 1111")
	c.refuses(market.Quota)
	c.talk("< Попытки закончились\n< [Код не пришёл]")
	c.now = c.now.Add(time.Minute)
	c.talk("> [Код не пришёл]\n< Регистрируем")
}

// The countdown's timer takes nobody away from what they are doing.
func TestCountdownElsewhere(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.signsUp()
	c.talk("> /settings")
	timer := c.timers[len(c.timers)-1]
	c.event(dialogs.Event{Kind: dialogs.Timed, Name: timer.Name, Arg: timer.Arg})
	if len(c.turn.Replies) != 0 {
		c.fatal("something was said")
	}
}

// An hour later the password is asked again before a code is; when the code has
// come nevertheless, after it.
func TestPasswordForgotten(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.signsUp()
	c.now = c.now.Add(2 * time.Hour)
	c.talk("> [Код не пришёл]\n< Пароль бот хранит только час.\n< Вход › Пароль\n> " + password + "\n< Регистрируем")
	c.expects(2, market.SignUp)
	c.code()
	c.now = c.now.Add(2 * time.Hour)
	c.talk("> " + smsCode)
	c.signTold(market.Report{Stage: market.StagePassword})
	c.talk("< Номер +996 700 111 000 подтверждён.\n< Вход › Пароль\n> " + password + "\n< Входим")
	c.expects(4, market.SignIn)
	c.opened()
	c.talk("< O!Market подключён.")
}

// What is no fault of the person's is tried again with what is known.
func TestSignInStalls(t *testing.T) {
	t.Parallel()
	for kind, says := range map[market.ErrorKind]string{
		market.Unavailable: "O!Market сейчас не отвечает", market.OperatorKey: "временно недоступен для бота",
		"": "Ошибка на нашей стороне",
	} {
		c := visit(t)
		c.talk("> /accounts\n> [Подключить O!Market]\n> 0700111000\n> " + password)
		c.refuses(kind)
		c.talk("< " + says + "\n< REF12345\n< не закончен\n> что?\n< [Повторить]")
		if may := kind == market.Unavailable || kind == ""; c.pending().Registered != may || string(c.pending().Password) != password {
			c.fatal("%+v is kept", c.pending())
		}
		c.talk("> [Повторить]\n< Регистрируем")
		c.expects(2, market.SignUp)
		c.code()
		c.talk("> " + smsCode)
		c.refuses(kind)
		c.talk("< " + says + "\n< Код не проверен.\n> " + smsCode)
		c.opened()
		c.talk("< O!Market подключён.")
	}
	c := visit(t)
	c.talk("> /accounts\n> [Подключить O!Market]\n> 0700111000\n> " + password)
	c.refuses(market.Quota)
	c.talk("< лимит\n< [Повторить]\n> [Отменить]\n< Аккаунтов пока нет")
	if len(c.store.accounts) != 0 {
		c.fatal("a number that came to nothing is kept")
	}
	c.talk("> [Подключить O!Market]\n> 0700111000\n> " + password)
	c.signTold(market.Report{Stage: market.StageUnknown, Ref: "REF12345"})
	c.talk("< REF12345")
	c.now = c.now.Add(2 * time.Hour)
	c.talk("> [Повторить]\n< Пароль бот хранит только час.\n> " + password)
	c.expects(3, market.SignUp)
	c.refuses(market.Unavailable)
	c.talk("> [У меня есть код]\n< Код из SMS\n> " + smsCode)
	c.expects(4, market.SignCode)
}

// What the market does not like is asked again, and only that.
func TestSignUpRefused(t *testing.T) {
	t.Parallel()
	c := visit(t)
	begin := "> 0700111000\n> " + password
	c.talk("> /accounts\n> [Подключить O!Market]\n" + begin)
	c.signTold(market.Report{
		Stage: market.StageFailed, Kind: market.Invalid, Ref: "R", Fields: map[string]string{market.SignUpPassword: "слишком простой"},
	})
	c.talk("< O!Market не принял пароль.\n< Ответ площадки: «слишком простой»\n< Вход › Пароль\n> Better9horse")
	c.expects(2, market.SignUp)
	c.signTold(market.Report{
		Stage: market.StageFailed, Kind: market.Invalid, Ref: "R", Fields: map[string]string{market.SignUpPhone: "нет такого"},
	})
	c.talk("< O!Market не принял номер.\n< Ответ площадки: «нет такого»\n< Вход › Номер телефона")
	if len(c.store.accounts) != 0 || c.keyboard == "" {
		c.fatal("the accounts are %+v", c.store.accounts)
	}
	c.talk(begin)
	c.code()
	c.talk("< Код из SMS")
}

// The way back leads from the code to the password and to the number; another
// number is another account, and what came to nothing is forgotten.
func TestAnotherNumber(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.talk("> /accounts\n> [Подключить O!Market]\n> 0700111000\n> " + password)
	c.refuses(market.BadCredentials)
	c.talk("> [Другой номер]\n< Вход › Номер телефона\n< Сейчас: +996 700 111 000\n> 0700222000\n< Пароль O!Market для +996 700 222 000\n> " + password)
	if a := c.only(); a.Label != "+996 700 222 000" || a.State != market.AccountPending {
		c.fatal("the account is %+v", a)
	}
	c.code()
	c.talk(`
		> [Назад]
		< Вход › Пароль
		> [Назад]
		< Вход › Номер телефона
		> 0700222000
		< Код из SMS
		> [Другой номер]
		> 0700333000
		< Пароль O!Market для +996 700 333 000
		> [Отменить]
		< Отменено.
		< [O!Market · +996 700 222 000 · ждёт код]
	`)
	c.talk("> [Подключить O!Market]\n> 0700333000\n> " + password)
	c.refuses(market.BadCredentials)
	c.talk("> [Отменить]\n- [+996 700 333 000]")
	c.only()
}

// A number whose code is waited for: the code, the beginning, or nothing more.
func TestPendingCard(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.signsUp()
	c.talk(`
		> /accounts
		> [ждёт код]
		< Бот помнит этот номер до 21.12.2026
		> [Начать заново]
		< Вход › Пароль
		> ` + password)
	c.expects(2, market.SignUp)
	if !c.pending().Registered {
		c.fatal("the registration is forgotten")
	}
	c.talk("> /accounts\n> [ждёт код]\n- [У меня есть код]\n> [Продолжить]\n< Регистрируем\n> [Главное меню]")
	c.code()
	c.talk(`
		> /accounts
		> [ждёт код]
		> [У меня есть код]
		< Код из SMS
		> /accounts
		> [ждёт код]
		> [Забыть номер]
		< Забыть этот номер?
		> [Назад]
		> [Забыть номер]
		> [Забыть]
		< Аккаунтов пока нет.
	`)
	if len(c.store.accounts) != 0 || contains(string(c.body), msisdn) {
		c.fatal("something is left: %s", c.body)
	}
	c.opened()
	if len(c.turn.Replies) != 0 || len(c.store.accounts) != 0 {
		c.fatal("a report of a forgotten account was told")
	}
}

// A number registered earlier, whose password is another: the code helps.
func TestCodeOfBefore(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.talk("> /accounts\n> [Подключить O!Market]\n> 0700111000\n> " + password)
	c.refuses(market.BadCredentials)
	c.talk("> [У меня есть код]\n< Код из SMS\n> " + smsCode)
	c.expects(2, market.SignCode)
	c.signTold(market.Report{Stage: market.StagePassword})
	c.talk("< подтверждён\n> " + password)
	c.expects(3, market.SignIn)
}

// Whoever comes back with the code much later has a month from then, and no
// longer: the number was kept until now because of a password that did not fit.
func TestCodeOfLongBefore(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.talk("> /accounts\n> [Подключить O!Market]\n> 0700111000\n> " + password)
	c.refuses(market.BadCredentials)
	c.now = c.now.Add(40 * 24 * time.Hour)
	c.talk("> [У меня есть код]\n< Код из SMS\n> /help\n> [Назад]\n< Код из SMS")
	timer := c.timers[len(c.timers)-1]
	if timer.Name != "lapse" || timer.Due.Sub(c.now).Round(time.Hour) != 30*24*time.Hour {
		c.fatal("nobody looks after it in time: %+v", timer)
	}
	c.talk("> " + smsCode)
	c.expects(2, market.SignCode)
	c.refuses(market.BadCredentials)
	c.talk("> /start")
	c.now = timer.Due
	c.event(dialogs.Event{Kind: dialogs.Timed, Name: timer.Name, Arg: timer.Arg})
	if len(c.store.accounts) != 0 {
		c.fatal("the number is kept for ever")
	}
}

// A phone number in an ad is nobody's secret, and any country's.
func TestPhoneOfAnAd(t *testing.T) {
	t.Parallel()
	c := seat(t, asking(required("whatsapp", market.KindPhone, "WhatsApp")))
	c.talk(`
		> /new
		> [Техника]
		< WhatsApp
		< например: +996 700 111 000
		> звоните
		< не похоже на номер
		> 12345
		< Номер слишком короткий
		> (stranger +996700111000)
		< WhatsApp: +996 700 111 000
	`)
	if c.keyboard != "" || erased(c, "12345") != 0 {
		c.fatal("it is treated as a secret")
	}
}
