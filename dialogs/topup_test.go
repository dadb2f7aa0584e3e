package dialogs_test

import (
	"maps"
	"testing"

	"bazarbot/market"
)

// shortOfMoney is a report of a market that wants money first.
var shortOfMoney = market.Report{Stage: market.StageFailed, Kind: market.NoMoney, Ref: "REF12345"}

// sameAnswers checks that the newest job sends what the first one did.
func (c *chat) sameAnswers(jobs int) {
	c.t.Helper()
	if len(c.jobs) != jobs {
		c.fatal("%d jobs, not %d", len(c.jobs), jobs)
	}
	first, last := c.jobs[0], c.jobs[jobs-1]
	same := func(v, w market.Value) bool { return v.Equal(w) }
	if first.ID == last.ID || first.Draft != last.Draft || !maps.EqualFunc(first.Answers, last.Answers, same) {
		c.fatal("sent %+v, and before %+v", last, first)
	}
}

// Without money the person is led to the market's site, and goes on where it
// stopped.
func TestNoMoney(t *testing.T) {
	t.Parallel()
	c := published(t)
	c.report(shortOfMoney)
	c.talk(`
		< Объявление «iPhone» не опубликовано: на балансе 999.md не хватает денег.
		< Всё введённое сохранено.
		- Номер ошибки
		< [Пополнить на сайте]
		< [Попробовать ещё раз · 1 лей]
		> (sticker)
		< не хватает денег
		> /help
		> [Назад]
		> [Попробовать ещё раз · 1 лей]
		< Публикуем на 999.md
	`)
	c.sameAnswers(2)
	c.report(shortOfMoney)
	c.talk(`
		> /cancel
		< Прервать создание объявления?
		> [Продолжить]
		< Проверьте объявление
		> [Главное меню]
		< Объявление сохранено в черновиках.
	`)
}

// A press twice is one more job.
func TestNoMoneyPressedTwice(t *testing.T) {
	t.Parallel()
	c := published(t)
	c.report(shortOfMoney)
	again, _ := c.button(c.view, "Попробовать ещё раз")
	c.pressData("Попробовать ещё раз", again.Data)
	c.pressData("Попробовать ещё раз", again.Data)
	c.talk("~ Эта кнопка устарела.\n< Публикуем на 999.md")
	c.sameAnswers(2)
}

// Who is elsewhere gets a message that stays. A press there spends nothing yet,
// however old the message is.
func TestNoMoneyElsewhere(t *testing.T) {
	t.Parallel()
	c := published(t)
	c.talk("> [Главное меню]")
	c.report(shortOfMoney)
	c.talk("! «iPhone» не опубликовано\n! Всё введённое сохранено.\n! [Пополнить на сайте]\n! [Попробовать ещё раз · 1 лей]\n! [Открыть черновик]")
	again, _ := c.button(c.notices[0], "Попробовать ещё раз")
	press := func() { c.t.Helper(); c.pressData("Попробовать ещё раз", again.Data) }
	press()
	if len(c.jobs) != 1 {
		c.fatal("an old message's button paid")
	}
	c.talk("< не хватает денег\n> [Попробовать ещё раз · 1 лей]\n< Публикуем на 999.md")
	c.sameAnswers(2)
	press() // it is being sent
	c.talk("< Публикуем на 999.md")
	c.report(market.Report{Stage: market.StageFailed, Kind: market.Invalid, Message: "нет", Ref: "R"})
	press() // nothing is short of money any more
	c.talk("< Проверьте объявление\n- не хватает денег")
	c.talk("> [Опубликовать]")
	c.report(market.Report{Stage: market.StageDone, AdID: "77"})
	press()
	c.talk("< Этого черновика больше нет.")
	c.sameAnswers(3)
}

// Nobody pays for another's draft.
func TestNoMoneyOfAnother(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.store.drafts["theirs"] = market.Draft{ID: "theirs", Person: seller + 1, Market: market.MD999, State: market.DraftOpen}
	for _, op := range []string{"pay", "rv", "o"} {
		c.pressData("another's", "n:theirs:"+op)
		c.talk("< Этого черновика больше нет.")
	}
}
