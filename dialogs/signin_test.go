package dialogs_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

const (
	msisdn   = "996700111000"
	password = "Correct7horse"
	smsCode  = "482913"
	tokens   = market.Secret("tokens-of-the-market")
)

// bishkek is a market that signs people up with a phone number, and is read
// without an account.
func bishkek() *table {
	m := bazaar()
	m.id = market.OMarket
	m.caps = market.Capabilities{SignUp: true, Site: "https://market.example", MaxPhotos: 3, States: []market.State{market.StateModerate}}
	return m
}

// Phone reads numbers of Kyrgyzstan.
func (m *table) Phone(text string) (string, bool) {
	number := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -()", r) {
			return -1
		}
		return r
	}, text)
	for _, prefix := range []string{"+996", "996", "0"} {
		if rest, ok := strings.CutPrefix(number, prefix); ok && len(rest) == 9 && strings.Trim(rest, "0123456789") == "" {
			return "996" + rest, true
		}
	}
	return "", false
}

// visit begins a conversation with that market; nothing secret may show.
func visit(t *testing.T) *chat {
	c := meet(t, bishkek())
	c.hidden = []string{password, smsCode, string(tokens)}
	return c
}

// sign is the job under way.
func (c *chat) sign() market.SignJob {
	c.t.Helper()
	if len(c.signs) == 0 {
		c.fatal("nothing is being signed in")
	}
	return c.signs[len(c.signs)-1]
}

// signTold lets the job under way end, or say how far it is.
func (c *chat) signTold(r market.Report) {
	c.t.Helper()
	job := c.sign()
	r.Job, r.Market, r.Account, r.Sign = job.ID, job.Market, job.Account, job.Step
	c.reports(r)
}

func (c *chat) refuses(kind market.ErrorKind) {
	c.t.Helper()
	c.signTold(market.Report{Stage: market.StageFailed, Kind: kind, Ref: "REF12345"})
}

func (c *chat) code() { c.t.Helper(); c.signTold(market.Report{Stage: market.StageCode}) }
func (c *chat) opened() {
	c.t.Helper()
	c.signTold(market.Report{Stage: market.StageDone, Secret: tokens})
}

// only is the person's only account.
func (c *chat) only() market.Account {
	c.t.Helper()
	if len(c.store.accounts) != 1 {
		c.fatal("the accounts are %+v", c.store.accounts)
	}
	for _, a := range c.store.accounts {
		return a
	}
	return market.Account{}
}

// pending is what the only account keeps of somebody who is not signed in.
func (c *chat) pending() market.Pending {
	c.t.Helper()
	p, err := market.ParsePending(c.only().Secret)
	if err != nil {
		c.fatal("%v", err)
	}
	return p
}

// expects checks the step that was handed to the account's lane last.
func (c *chat) expects(n int, step market.SignStep) {
	c.t.Helper()
	if job := c.sign(); len(c.signs) != n || job.Step != step || job.Person != seller || job.Market != market.OMarket {
		c.fatal("%d jobs, the last %+v", len(c.signs), job)
	}
}

// signsUp goes to the question for the code.
func (c *chat) signsUp() {
	c.t.Helper()
	c.talk("> /accounts\n> [Подключить O!Market]\n> 0700 111 000\n> " + password)
	c.code()
}

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
