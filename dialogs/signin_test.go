package dialogs_test

import (
	"reflect"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// Signing up: the number, the password and the code, each deleted at once and
// none of them kept where it could be read.
func TestSignUp(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.talk(`
		> /accounts
		> [Подключить O!Market]
		< Вход › Номер телефона
		< Напишите номер, например: 0700 111 000
		< Если аккаунта ещё нет, бот его создаст.
	`)
	if c.keyboard != "📱 Отправить мой номер" {
		c.fatal("the keyboard is %q", c.keyboard)
	}
	c.talk(`
		> (sticker)
		< Здесь нужен текст
		> (stranger +996700222000)
		< Это чужой контакт.
		> 070011
		< Номер слишком короткий
		> +373 60 000 001
		< O!Market регистрирует только номера своей страны.
		> мой номер
		< не похоже на номер
		> (contact +996700111000)
		< Вход › Пароль
		< Пароль O!Market для +996 700 111 000
		< он будет создан с этим паролем
	`)
	if c.keyboard != "" || len(c.signs) != 0 || len(c.store.accounts) != 0 {
		c.fatal("the keyboard is %q, %d jobs, %d accounts", c.keyboard, len(c.signs), len(c.store.accounts))
	}
	c.talk("> " + password + `
		< Регистрируем +996 700 111 000 на O!Market
		- Пароль простой
		> ` + password + `
		< Подождите немного
	`)
	c.expects(1, market.SignUp)
	if p, a := c.pending(), c.only(); p.Phone != msisdn || string(p.Password) != password || p.Registered ||
		a.State != market.AccountPending || a.Label != "+996 700 111 000" || a.Default || a.ID != c.sign().Account {
		c.fatal("the account is %+v", a)
	}
	c.signTold(market.Report{Stage: market.StageWaiting})
	c.talk("< Площадка не отвечает. Пробуем ещё раз сами")
	c.code()
	c.talk("< Вход › Код из SMS\n< отправил код в SMS на +996 700 111 000\n< https://market.example\n> Ваш код " + smsCode + "\n< Проверяем код")
	c.expects(2, market.SignCode)
	if job := c.sign(); string(job.Code) != smsCode || !c.pending().Registered {
		c.fatal("the code is %q", string(job.Code))
	}
	c.opened()
	c.talk("< O!Market подключён.\n< Ваши аккаунты\n< [O!Market · +996 700 111 000]\n> [O!Market ·]\n< Подключён\n< [Выйти]")
	if a := c.only(); a.State != market.AccountActive || a.Secret != tokens || !a.Default {
		c.fatal("the account is %+v", a)
	}
	for _, text := range []string{"070011", "+373 60 000 001", "мой номер", "(contact +996700111000)", "(contact +996700222000)", "Ваш код " + smsCode} {
		if erased(c, text) != 1 {
			t.Errorf("%q was not deleted", text)
		}
	}
	c.talk("> [Назад]\n> [Подключить O!Market]\n> /sesame7\n< Такой команды нет.\n< Номер телефона")
	if n := erased(c, "/sesame7"); n != 1 {
		t.Errorf("a secret with a slash was deleted %d times", n)
	}
	if n := erased(c, password); n != 2 {
		t.Errorf("the password was deleted %d times", n)
	}
}

// A number that has an account is signed in; its password is asked until it is
// right, and where it is made anew is said.
func TestSignInToAnAccount(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.talk("> /accounts\n> [Подключить O!Market]\n> +996 700 111-000\n> weak\n< Пароль простой. Если O!Market")
	c.refuses(market.BadCredentials)
	c.talk("< У номера +996 700 111 000 уже есть аккаунт O!Market, и пароль к нему другой.\n< https://market.example\n< Вход › Пароль\n< [У меня есть код]")
	if p := c.pending(); p.Password != "" || p.Registered {
		c.fatal("%+v is kept", p)
	}
	c.talk("> wrong\n< Входим в O!Market\n- простой")
	c.expects(2, market.SignIn)
	c.refuses(market.BadCredentials)
	c.talk("< Пароль к +996 700 111 000 не подошёл.\n> " + password)
	c.opened()
	c.talk("< O!Market подключён.")
	if c.only().State != market.AccountActive {
		c.fatal("the account is %+v", c.only())
	}
}

// A session that ends in the middle asks for the password alone, and returns to
// the same field.
func TestSessionEnds(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.account("acc1", tokens)
	a := c.store.accounts["acc1"]
	a.Label = "+996 700 111 000"
	c.store.accounts["acc1"] = a
	c.talk("> /new\n> [Техника]\n> [Телефоны]")
	c.market.fail(market.NotSignedIn, "form")
	c.talk(`
		> [Продам]
		< O!Market закончил сеанс.
		< Вход › Пароль
		< Пароль O!Market для +996 700 111 000
		- [У меня есть код]
		> ` + password)
	c.expects(1, market.SignIn)
	if c.sign().Account != "acc1" || c.only().State != market.AccountSignedOut {
		c.fatal("the account is %+v", c.only())
	}
	c.market.fail("")
	c.opened()
	c.talk("< O!Market подключён.\n< Телефоны › Тип предложения")
	c.market.fail(market.NotSignedIn, "form")
	c.talk("> [Продам]\n< закончил сеанс\n> [Отменить]\n< Ваши объявления — прямо в чате\n< [Черновики: 1]")
	if c.only().State != market.AccountSignedOut {
		c.fatal("the account is %+v", c.only())
	}
}

// A market that is not even read without an account asks for one, and there is
// a way out.
func TestReadingNeedsAccount(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.market.fail(market.NotSignedIn, "form")
	c.talk("> /new\n< войдите в O!Market или зарегистрируйтесь\n< Номер телефона\n> [Отменить]\n< Ваши объявления — прямо в чате")
	if c.keyboard != "" {
		c.fatal("the keyboard is still there")
	}
}

// The keyboard goes whatever way the question is left, and comes back with it.
func TestKeyboardGoes(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"[Назад]", "[Отменить]", "/start", "/help", "/lang", "/cancel", "/new", "0700111000"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			c := visit(t)
			c.talk("> /accounts\n> [Подключить O!Market]\n> так\n< не похоже на номер")
			if c.keyboard == "" {
				c.fatal("there is no keyboard")
			}
			c.talk("> " + way)
			if c.keyboard != "" {
				c.fatal("the keyboard is still there")
			}
			if way == "/help" || way == "/lang" {
				c.talk("> [Назад]\n< Номер телефона")
				if c.keyboard == "" {
					c.fatal("the keyboard did not come back")
				}
			}
		})
	}
	c := visit(t)
	c.talk("> /accounts\n> [Подключить O!Market]")
	c.event(failed("REF12345"))
	if c.keyboard != "" {
		c.fatal("the keyboard is still there")
	}
}

// Whoever does not sign in again gets out of every screen that needs it.
func TestSignInLeft(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"[Отменить]", "[Назад]"} {
		c := facing(t)
		c.talk("> (photo b)")
		c.avatarTold(market.Report{Stage: market.StageFailed, Kind: market.NotSignedIn, Ref: "R"})
		c.talk("< Вход › \n> " + way + "\n- Вход › ")
		ads, m := stalls(t)
		ads.talk("> /ads\n> [Выбрать несколько]\n> [Выбрать все · 3]")
		m.revoked = "good-key"
		ads.now = ads.now.Add(time.Hour)
		ads.talk("> [Снять отметки]\n< API-ключ\n> " + way + "\n- Пришлите ключ")
	}
}

// A secret that begins like a command is deleted, also where one only looks
// something up.
func TestSecretWithSlash(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.talk("> /accounts\n> [Подключить O!Market]\n> 0700111000\n> /help\n> /sesame7")
	if n := erased(c, "/sesame7"); n != 1 {
		c.fatal("it was deleted %d times", n)
	}
}

// Presses of before, and reports of before, change nothing.
func TestOldSignInEvents(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.talk("> /accounts\n> [Подключить O!Market]\n> 0700111000")
	other, _ := c.button(c.view, "Другой номер")
	c.talk("> " + password)
	first := c.sign()
	c.pressData("old", other.Data)
	c.talk("~ устарела\n< Регистрируем")
	c.code()
	shown, was := c.shows(), c.only()
	c.reports(market.Report{Job: first.ID, Account: first.Account, Market: first.Market, Sign: first.Step, Stage: market.StageFailed, Kind: market.BadCredentials})
	c.reports(market.Report{Job: "another", Account: first.Account, Market: first.Market, Sign: first.Step, Stage: market.StageDone, Secret: "x"})
	c.reports(market.Report{Job: first.ID, Account: "nobody", Market: first.Market, Sign: first.Step, Stage: market.StageDone, Secret: "x"})
	c.event(dialogs.Event{Kind: dialogs.Timed, Name: "lapse", Arg: first.Account})
	if c.shows() != shown || !reflect.DeepEqual(c.only(), was) || len(c.signs) != 1 {
		c.fatal("%+v is not %+v", c.only(), was)
	}
}

// What a job tells while the person is elsewhere comes as a message whose
// button leads on; the screen is left alone.
func TestSignInElsewhere(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.talk("> /accounts\n> [Подключить O!Market]\n> 0700111000\n> " + password + "\n> [Главное меню]\n> /settings")
	c.signTold(market.Report{Stage: market.StageWaiting})
	c.code()
	c.talk("! O!Market отправил код в SMS на +996 700 111 000.\n! [Продолжить]\n< Настройки")
	b, _ := c.button(c.notices[0], "Продолжить")
	c.pressData("Продолжить", b.Data)
	c.talk("< Код из SMS\n> " + smsCode + "\n> /start")
	c.refuses(market.BadCredentials)
	c.talk("! Код не подошёл.")
	b, _ = c.button(c.notices[0], "Продолжить")
	c.pressData("Продолжить", b.Data)
	c.talk("< Код из SMS\n> " + smsCode + "\n> /help")
	c.opened()
	c.talk("! O!Market подключён.\n> [Назад]\n< Ваши объявления")
	c.pressData("Продолжить", b.Data)
	c.talk("< Здесь больше ничего не ждёт.")
	if c.only().State != market.AccountActive {
		c.fatal("the account is %+v", c.only())
	}
}
