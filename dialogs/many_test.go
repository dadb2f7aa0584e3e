package dialogs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// dealer is a chat with a market that can do everything, and n ads of which
// every third is hidden.
func dealer(t *testing.T, n int) (*chat, *table) {
	t.Helper()
	m := bazaar()
	m.caps.Republish, m.caps.Hide, m.caps.Colour, m.caps.Autorepublisher = true, true, true, true
	m.ads = ads(n)
	return seat(t, m), m
}

// Ads are chosen one by one, by state, by search and all at once; the choice
// stays while the list is looked through.
func TestChooseMany(t *testing.T) {
	t.Parallel()
	c, _ := dealer(t, 20)
	c.talk(`
		> /ads
		> [Выбрать несколько]
		< Выбрано: 0
		< [⬜️ 🙈 Вещь 01]
		- [Снять отметки]
		- [Поднять]
		> [⬜️ 🙈 Вещь 01]
		< [☑️ 🙈 Вещь 01]
		< Выбрано: 1
		< [👁 Показать снова · 1]
		- [Поднять]
		> [›]
		> [⬜️ 🟢 Вещь 09]
		< [🔝 Поднять · 1]
		< [🙈 Скрыть · 1]
		< [🔁 Автообновление · 1]
		> вещь 20
		< [⬜️ 🟢 Вещь 20]
		> [⬜️ 🟢 Вещь 20]
		< Выбрано: 3
		> [Показать все объявления]
		< [☑️ 🙈 Вещь 01]
		> [☑️ 🙈 Вещь 01]
		< Выбрано: 2
		> [Скрыто · 7]
		> [Выбрать все · 7]
		< Выбрано: 9
		- [Выбрать все]
		< [👁 Показать снова · 7]
		> [Все · 20]
		> [Выбрать все · 20]
		< Выбрано: 20
		< [🔝 Поднять · 13]
		> [Порядок]
		> [сначала новые]
		< Выбрано: 20
		> [Снять отметки]
		< Выбрано: 0
		> [Назад]
		< [Выбрать несколько]
	`)
}

// What is confirmed is named: how many, of how many, and that it costs. It is
// done once, however often the button is pressed.
func TestRunMany(t *testing.T) {
	t.Parallel()
	c, _ := dealer(t, 20)
	c.talk(`
		> /ads
		> [Выбрать несколько]
		> [Выбрать все · 20]
		> [🔝 Поднять · 13]
		< Поднять 13 объявлений в начало списка? Площадка спишет деньги с Вашего баланса за каждое.
		< Подходит 13 из 20
		> bmw
		< Сейчас вопроса нет
		> [Назад]
		< Выбрано: 20
		> [🔝 Поднять · 13]
	`)
	sure, _ := c.button(c.view, "🔝 Поднять 13 · платно")
	c.pressData("Поднять", sure.Data)
	jobs := c.handsOver(market.ActRepublish, 13)
	c.goes("Поднято: 0 из 13")
	c.talk("< Принято.\n< Мои объявления")
	c.pressData("Поднять", sure.Data)
	c.talk("~ Эта кнопка устарела.")
	c.handsOver(market.ActRepublish, 0)

	c.talk("> /new") // the person goes on with something else
	for _, job := range jobs {
		c.reportsOf(job, well)
		if len(c.turn.Replies) > 1 || len(c.notices) > 0 {
			c.fatal("the person is bothered: %+v", c.turn.Replies)
		}
	}
	c.goes("Поднято: 13 из 13")
	c.goes("Готово.")
	if n := c.progress.shown; n != 1+13/3+1 {
		c.fatal("the progress was shown %d times in 13 seconds", n)
	}
	c.talk("< Категория")
}

// Hiding and showing are confirmed too, and cost nothing.
func TestHideAndShowMany(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		action      market.Action
		do, ask, ok string
		n           int
	}{
		{market.ActHide, "🙈 Скрыть · 4", "Скрыть 4 объявления? Их будете видеть только Вы.", "🙈 Скрыть 4", 4},
		{market.ActShow, "👁 Показать снова · 2", "Показать снова 2 объявления?", "👁 Показать 2", 2},
	} {
		t.Run(string(one.action), func(t *testing.T) {
			t.Parallel()
			c, _ := dealer(t, 6)
			c.talk("> /ads\n> [Выбрать несколько]\n> [Выбрать все · 6]\n> [" + one.do + "]\n< " + one.ask + "\n- баланс\n> [" + one.ok + "]")
			c.handsOver(one.action, one.n)
		})
	}
}

// What went wrong is named per ad with its reason; what failed can be tried once
// more, what may have been paid for cannot.
func TestManyFail(t *testing.T) {
	t.Parallel()
	c, m := dealer(t, 9)
	c.talk("> /ads\n> [Выбрать несколько]\n> [Выбрать все]\n> [Поднять · 6]\n> [Поднять 6 · платно]")
	jobs := c.handsOver(market.ActRepublish, 6)
	for i, r := range []market.Report{well, unpaid, wrong, lost, gone, wrong} {
		c.reportsOf(jobs[i], r)
	}
	c.goes("Закончено. Что получилось — в отдельном сообщении.")
	m.ads = append(m.ads[:7], m.ads[8]) // "Вещь 08" is gone
	again, _ := c.button(c.notices[0], "Повторить эти")
	c.talk(`
		! Поднято: 1 из 6\n⚠️ Не получилось: 4\n❓ Неизвестно: 1
		! не хватает денег. Пополните его на сайте и попробуйте ещё раз.\n• «Вещь 03»
		! Ответ площадки: «заблокировано»\n• «Вещь 05»\n• «Вещь 09»
		! На 999.md этого больше нет.\n• «Вещь 08»
		! прежде чем повторять, чтобы не заплатить дважды.
		! • «Вещь 06»
		! [Повторить эти · 4]
		! [Пополнить на сайте]
	`)
	c.pressData("again", again.Data)
	c.talk(`
		< Поднять 3 объявления в начало списка?
		< Подходит 3 из 4
		> [Поднять 3 · платно]
	`)
	for _, job := range c.handsOver(market.ActRepublish, 3) {
		if job.Ad == "6" || job.Ad == "2" || job.Ad == "8" {
			c.fatal("ad %s was not to be tried again", job.Ad)
		}
	}
	c.pressData("again", again.Data)
	c.talk("< Повторять здесь больше нечего.\n< Мои объявления")
}

// What costs nothing may be tried again also where the answer was lost.
func TestManyLostForFree(t *testing.T) {
	t.Parallel()
	c, _ := dealer(t, 3)
	c.talk("> /ads\n> [Выбрать несколько]\n> [Выбрать все]\n> [Скрыть · 2]\n> [Скрыть 2]")
	for i, job := range c.handsOver(market.ActHide, 2) {
		c.reportsOf(job, []market.Report{well, lost}[i])
	}
	again, ok := c.button(c.notices[0], "Повторить эти · 1")
	if !ok {
		c.fatal("it cannot be tried again")
	}
	c.pressData("again", again.Data)
	c.talk("< Скрыть 1 объявление?\n> [Назад]\n< Выбрано: 1\n> [Назад]\n< Мои объявления")
}

// Of very many failures some are named and the rest is counted; it stays one
// message.
func TestManyFailLong(t *testing.T) {
	t.Parallel()
	c, m := dealer(t, 60)
	for i := range m.ads {
		m.ads[i].State, m.ads[i].Title = market.StatePublic, strings.Repeat("щ", 60)+fmt.Sprint(i)
	}
	c.talk("> /ads\n> [Выбрать несколько]\n> [Выбрать все · 60]\n> [Поднять · 60]\n> [Поднять 60]")
	for i, job := range c.handsOver(market.ActRepublish, 60) {
		r := wrong
		r.Message = strings.Repeat("ы", 400) + fmt.Sprint(i%2)
		if i >= 30 {
			r = lost
		}
		c.reportsOf(job, r)
	}
	c.talk("! …и ещё 10\n! …и ещё 30")
	if n := strings.Count(c.speaker().body(c.notices[0]), "• «"); n != 20 {
		c.fatal("%d ads are named", n)
	}
}

// A schedule is asked for once and set for all.
func TestAutoMany(t *testing.T) {
	t.Parallel()
	c, _ := dealer(t, 3)
	c.talk(`
		> /ads
		> [Выбрать несколько]
		> [Выбрать все]
		> [Автообновление · 2]
		< Автообновление › Как часто · 1/4
		> [Отменить]
		< Выбрано: 3
		> [Автообновление · 2]
		> 45
		< Так часто площадка не обновляет.
		> 2 часа
		> 10
		> 25
		< Час — целое число от 0 до 23
		> 20
		> [Готово]
		< Нужен хотя бы один день
		> пн, вт, сб, вс
		< Включить автообновление у 2 объявлений?
		< Будет: каждые 2 часа, 10:00–20:00, пн, вт, сб, вс.
		< по времени Молдовы
		< списывает деньги
		< Подходит 2 из 3
		> [Включить у 2 · платно]
	`)
	jobs := c.handsOver(market.ActAuto, 2)
	for _, job := range jobs {
		if job.Auto == nil || !job.Auto.Enabled || job.Auto.Every != 2*time.Hour || job.Auto.FromHour != 10 || len(job.Auto.Weekdays) != 4 {
			c.fatal("the schedule is %+v", job.Auto)
		}
	}
	c.reportsOf(jobs[0], well)
	refused := wrong
	refused.Fields = map[string]string{market.AutoToHour: "до 18"}
	c.reportsOf(jobs[1], refused)
	c.goes("Закончено.")
	c.talk("! Автообновление включено: 1 из 2")
	again, _ := c.button(c.notices[0], "Повторить эти · 1")
	c.pressData("again", again.Data)
	c.talk("< Включить автообновление у 1 объявления?\n< каждые 2 часа, 10:00–20:00")
}

// Ads of several accounts go each into its account's lane, and are told apart.
func TestManyOfSeveralAccounts(t *testing.T) {
	t.Parallel()
	c, m := stalls(t)
	m.caps.Republish = true
	c.talk("> /ads\n> bmw\n> [Выбрать несколько]\n> [Выбрать все · 2]\n> ёлка\n> [Выбрать все · 1]\n> [Поднять · 2]\n> [Поднять 2 · платно]")
	accounts := map[string]string{}
	jobs := c.handsOver(market.ActRepublish, 2)
	for _, job := range jobs {
		accounts[job.Ad] = job.Account
	}
	if accounts["87500011"] != "acc1" || accounts["87600001"] != "acc2" {
		c.fatal("the jobs are %+v", accounts)
	}
	denied := market.Report{Stage: market.StageFailed, Kind: market.NotSignedIn, Ref: "R"}
	for _, job := range jobs {
		c.reportsOf(job, map[string]market.Report{"acc1": well, "acc2": denied}[job.Account])
	}
	c.talk("! 999.md · +acc2\\n🔑 999.md больше не принимает")
	if a := c.store.accounts["acc2"]; a.State != market.AccountSignedOut {
		c.fatal("the account is %s", a.State)
	}
	m.phones["key-3"] = []string{"37360000009"}
	m.shelves["key-3"] = m.shelves["key-2"]
	again, _ := c.button(c.notices[0], "Повторить эти")
	c.pressData("again", again.Data)
	c.talk("< API-ключ\n> key-3\n< 999.md подключён.\n< Поднять 1 объявление в начало списка?\n> [Поднять 1 · платно]")
	if jobs := c.handsOver(market.ActRepublish, 1); jobs[0].Account != "acc2" {
		c.fatal("the job is %+v", jobs[0])
	}
}

// An account whose key is refused while its ads are chosen is the one that is
// signed out, not the one whose list is open.
func TestManyWithRefusedKey(t *testing.T) {
	t.Parallel()
	c, m := stalls(t)
	m.caps.Republish = true
	c.talk("> /ads\n> [Выбрать несколько]\n> чехол\n> [Выбрать все · 1]\n> [Показать все объявления]\n> [Выбрать все · 3]")
	m.revoked = "key-2"
	c.now = c.now.Add(time.Hour)
	c.talk("> [Поднять · 3]\n< API-ключ")
	if a, b := c.store.accounts["acc1"], c.store.accounts["acc2"]; a.State != market.AccountActive || b.State != market.AccountSignedOut {
		c.fatal("the accounts are %s and %s", a.State, b.State)
	}
	m.phones["key-3"], m.shelves["key-3"] = []string{"37360000009"}, m.shelves["key-2"]
	c.talk("> key-3\n< Поднять 3 объявления")
}

// The progress is one message: until it is known which, nothing more is sent;
// one that was deleted is replaced.
func TestProgressMessage(t *testing.T) {
	t.Parallel()
	c, _ := dealer(t, 9)
	c.progress.late = true
	c.step = 5 * time.Second
	c.talk("> /ads\n> [Выбрать несколько]\n> [Выбрать все]\n> [Поднять · 6]\n> [Поднять 6 · платно]")
	jobs := c.handsOver(market.ActRepublish, 6)
	c.reportsOf(jobs[0], well)
	c.reportsOf(jobs[1], well)
	if c.progress.shown != 1 {
		c.fatal("the progress was shown %d times", c.progress.shown)
	}
	c.progress.late = false
	c.tellSent(c.turn)
	c.goes("Поднято: 2 из 6")
	waiting := market.Report{Stage: market.StageWaiting}
	c.reportsOf(jobs[2], waiting)
	c.goes("Площадка не отвечает.")
	c.reportsOf(jobs[2], market.Report{Stage: market.StageLooking})
	c.goes("Проверяем, подействовало ли.")
	c.progress.message = 777 // the bot's edge had to send it anew
	c.event(dialogs.Event{Kind: dialogs.Sent, Name: jobs[0].Bulk, Message: 777})
	for _, job := range jobs[2:] {
		c.reportsOf(job, well)
	}
	c.goes("Поднято: 6 из 6")
	c.event(dialogs.Event{Kind: dialogs.Sent, Name: "nobody's", Message: 5})
	c.reports(market.Report{Bulk: "nobody's", Stage: market.StageDone, Action: market.ActHide, Account: "acc1"})
	if len(c.turn.Replies) != 0 {
		c.fatal("something is said of a bulk that nobody knows: %+v", c.turn.Replies)
	}
}

// Only the last bulks are remembered.
func TestBulksAreForgotten(t *testing.T) {
	t.Parallel()
	c, _ := dealer(t, 3)
	var first dialogs.Button
	for i := range 8 {
		c.talk("> /ads\n> [Выбрать несколько]\n> [Выбрать все]\n> [Скрыть · 2]\n> [Скрыть 2]")
		for _, job := range c.handsOver(market.ActHide, 2) {
			c.reportsOf(job, wrong)
		}
		if i == 0 {
			first, _ = c.button(c.notices[0], "Повторить эти")
		}
	}
	if n := len(c.decoded().Bulks); n != 6 {
		c.fatal("%d bulks are remembered", n)
	}
	c.pressData("again", first.Data)
	c.talk("< Повторять здесь больше нечего.")
}
